"""Refinement until successive resolutions agree, with an error estimate for what is left.

On analytic integrands the trapezoid rule errs by exp(-c/h) or less, so with h falling by sqrt(2) a relative change e is followed by
one of e^sqrt(2) at least as small. A change that came out smaller than that may be an accident of sign, and is not believed: D_k is the
larger of the change from resolution k-1 to k and of what the change before it leads to expect. With q the largest ratio
D_k/D_(k-1) over all entries, the error left is estimated as D_k s/(1-s), s = sqrt(q), which keeps half of the next gain in
hand. Changes below the rounding error count as agreement.

A kink or a jump inside a cell makes the error fall like a power of h, with a sign that depends on where in the cell it
lies. There the largest of the last four changes counts, and sums as if each were 1/sqrt(2) of the one before (order 1).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from infograd.numeric.information import Estimate
from infograd.numeric.interpreter import Floats
from infograd.numeric.limit import LimitError

LEVELS = 16
FIRST_STEP = 0.9
ROUGH_LEVELS = 5


@dataclass(frozen=True, slots=True)
class Refined:
    """Converged values with the estimated error of each, and the work they took."""

    values: Floats
    errors: Floats
    cells: int
    levels: int


def _error_left(levels: list[Estimate]) -> Floats:
    first, between, last = levels[-3:]
    change, earlier = np.abs(last.values - between.values), np.abs(between.values - first.values)
    moving = change > last.rounding + between.rounding
    scale = np.maximum(1.0, np.abs(last.values[moving]))
    before, rounding = np.maximum(earlier[moving], last.rounding[moving]), last.rounding[moving]
    believed = np.maximum(change[moving], before * np.minimum(1.0, before / scale) ** (math.sqrt(2) - 1))
    root = float(np.sqrt((believed / before).max(initial=0.0)))
    left = change + last.rounding
    left[moving] = believed * (root / (1 - root) if root < 1 else math.inf) + rounding
    return left


def _error_left_rough(levels: list[Estimate]) -> Floats:
    changes = np.abs(np.diff([level.values for level in levels[-ROUGH_LEVELS:]], axis=0))
    return np.asarray(changes.max(axis=0) / (1 - math.sqrt(0.5)) + levels[-1].rounding)


def refine(evaluate: Callable[[float], Estimate], error: float, *, smooth: bool = True) -> Refined:
    """Halve the cell of `evaluate(step)` until each entry's estimated error is at most `error`, relative where it exceeds 1.

    Raises: LimitError when the error is not reached; the message says what was.
    """
    levels: list[Estimate] = []
    reached = np.inf
    for level in range(LEVELS):
        try:
            levels.append(evaluate(FIRST_STEP * 2 ** (-level / 2)))
        except LimitError as limit:
            if not levels:
                raise
            raise LimitError(
                f"the error {error:g} was not reached: {reached:.1e} is left at {levels[-1].cells} cells; ask for a larger error, since on a finer grid {limit}"
            ) from None
        if len(levels) < (3 if smooth else ROUGH_LEVELS):
            continue
        left = _error_left(levels) if smooth else _error_left_rough(levels)
        excess = left / np.maximum(1.0, np.abs(levels[-1].values))
        reached = float(excess.max())
        if reached <= error:
            return Refined(levels[-1].values, left, sum(each.cells for each in levels), len(levels))
    raise LimitError(f"the error {error:g} was not reached: {reached:.1e} is left at {levels[-1].cells} cells; ask for a larger error")
