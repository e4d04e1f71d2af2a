"""Quantiles: bisection on the logarithm of the smaller tail at one resolution, then Newton's steps at the full one."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from infograd.numeric.functions.values import Flags, Values
from infograd.numeric.interpreter import Floats
from infograd.numeric.limit import LimitError
from infograd.numeric.refinement import EPS

HALVINGS, POLISHES = 200, 6


def quantile(
    log_tail: Callable[[Floats, float], Values],
    look: Callable[[Floats, float], Floats],
    log_density: Callable[[Floats], Values],
    shares: Floats,
    span: tuple[float, float],
) -> Values:
    """The y with P(Y <= y) = share; its error is that of the smaller tail over p(y). `look` is `log_tail` at one resolution.

    Raises: LimitError where the density vanishes at a quantile, so that a whole interval is one, or a quantile lies outside `span`.
    """
    flat = shares.ravel()
    rising = flat <= 0.5
    target = np.where(rising, np.log(flat), np.log1p(-flat))
    low, high = (np.full_like(flat, end) for end in span)
    if np.any(_excess(look(low, 1.0), look(low, -1.0), target, rising) > 0) or np.any(_excess(look(high, 1.0), look(high, -1.0), target, rising) < 0):
        raise LimitError(f"a quantile lies outside {span[0]:.3g} to {span[1]:.3g}, where it is looked for")
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        above = _excess(look(middle, 1.0), look(middle, -1.0), target, rising) > 0
        low, high = np.where(above, low, middle), np.where(above, middle, high)
        if np.all(high - low <= 4 * EPS * np.maximum(np.abs(low), np.abs(high)) + np.finfo(np.float64).tiny):
            break
    place = (low + high) / 2
    for _ in range(POLISHES):
        gap, error, rate = _state(place, log_tail, log_density, target, rising)
        if np.all(np.abs(gap) <= 2 * error):
            break
        place = place - np.where(np.abs(gap) <= 2 * error, 0.0, gap / rate)
    gap, error, rate = _state(place, log_tail, log_density, target, rising)
    return Values(place.reshape(shares.shape), ((np.abs(gap) + error) / rate + 4 * EPS * np.abs(place)).reshape(shares.shape))


def _state(
    place: Floats, log_tail: Callable[[Floats, float], Values], log_density: Callable[[Floats], Values], target: Floats, rising: Flags
) -> tuple[Floats, Floats, Floats]:
    """How far the logarithm of the smaller tail is from its target, the error of that, and the least rate at which it moves with y.

    Raises: LimitError where the density vanishes, so that a whole interval has one share.
    """
    density = log_density(place)
    if not np.all(np.isfinite(density.values)):
        raise LimitError("the density vanishes at a quantile, so that a whole interval is one")
    below, above = log_tail(place, 1.0), log_tail(place, -1.0)
    rate = np.exp(density.values - density.error - np.where(rising, below.values, above.values))
    return _excess(below.values, above.values, target, rising), np.where(rising, below.error, above.error), rate


def _excess(below: Floats, above: Floats, target: Floats, rising: Flags) -> Floats:
    """The logarithm of the smaller tail less its target, with the sign of P(Y <= y) - share."""
    return np.where(rising, below - target, target - above)
