"""Standard forms of scalar laws for panels: density g(u) with two derivatives, distribution function, entropy, and levels.

Between neighbouring levels, which include every break of the density, 16 Gauss-Legendre nodes integrate it to rounding; outside
them lies less than 1e-19 of the mass on each side. `jumps` are the places where g jumps, with the height.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special

from infograd.law import Exponential, Laplace, Law, Logistic, Normal, StudentT, Uniform
from infograd.numeric.interpreter import Floats
from infograd.numeric.limit import LimitError

TAIL = 1e-19
FAR = -math.log(TAIL)
DEVIATIONS = -float(special.ndtri(TAIL))


def _nothing(u: Floats) -> Floats:
    return np.zeros_like(u)


@dataclass(frozen=True, slots=True)
class Standard:
    """A law at location 0 and scale 1; `freedom_slope` and `freedom_entropy` are derivatives in the freedom of a StudentT."""

    density: Callable[[Floats], Floats]
    slope: Callable[[Floats], Floats]
    turn: Callable[[Floats], Floats]
    distribution: Callable[[Floats], Floats]
    entropy: float
    levels: tuple[float, ...]
    breaks: tuple[float, ...] = ()
    jumps: tuple[tuple[float, float], ...] = ()
    freedom_slope: Callable[[Floats], Floats] = _nothing
    freedom_entropy: float = 0.0
    symmetric: bool = True
    heavy: bool = False

    @property
    def low(self) -> float:
        """The first level."""
        return self.levels[0]

    @property
    def high(self) -> float:
        """The last level."""
        return self.levels[-1]


def _even(low: float, high: float, length: float) -> tuple[float, ...]:
    return tuple(np.linspace(low, high, math.ceil((high - low) / length) + 1).tolist())


def _bell(u: Floats) -> Floats:
    return np.exp(-0.5 * u * u) / math.sqrt(2 * math.pi)


def _logistic(u: Floats) -> Floats:
    return np.asarray(special.expit(u) * special.expit(-u))


def _laplace_distribution(u: Floats) -> Floats:
    tail = 0.5 * np.exp(-np.abs(u))
    return np.where(u < 0, tail, 1 - tail)


_HALF_LINE = _even(0.0, FAR, 8.0)

_FIXED: dict[type[Law], Standard] = {
    Normal: Standard(
        _bell,
        lambda u: -u * _bell(u),
        lambda u: (u * u - 1) * _bell(u),
        lambda u: np.asarray(special.ndtr(u)),
        0.5 * math.log(2 * math.pi * math.e),
        _even(-DEVIATIONS, DEVIATIONS, 3.1),
    ),
    Logistic: Standard(
        _logistic,
        lambda u: -np.tanh(u / 2) * _logistic(u),
        lambda u: _logistic(u) * (1 - 6 * _logistic(u)),
        lambda u: np.asarray(special.expit(u)),
        2.0,
        _even(-FAR, FAR, 4.0),
    ),
    Laplace: Standard(
        lambda u: 0.5 * np.exp(-np.abs(u)),
        lambda u: -0.5 * np.sign(u) * np.exp(-np.abs(u)),
        lambda u: 0.5 * np.exp(-np.abs(u)),
        _laplace_distribution,
        1 + math.log(2),
        (*(-level for level in _HALF_LINE[:0:-1]), *_HALF_LINE),
        (0.0,),
    ),
    Exponential: Standard(
        lambda u: np.exp(-u),
        lambda u: -np.exp(-u),
        lambda u: np.exp(-u),
        lambda u: -np.expm1(-np.maximum(u, 0.0)),
        1.0,
        _HALF_LINE,
        (0.0,),
        ((0.0, 1.0),),
        symmetric=False,
    ),
    Uniform: Standard(
        np.ones_like, _nothing, _nothing, lambda u: np.clip(u, 0.0, 1.0), 0.0, (0.0, 1.0), (0.0, 1.0), ((0.0, 1.0), (1.0, -1.0)), symmetric=False
    ),
}


def _student(freedom: float) -> Standard:
    n = freedom
    constant = float(special.gammaln((n + 1) / 2) - special.gammaln(n / 2)) - 0.5 * math.log(math.pi * n)
    gap = float(special.digamma((n + 1) / 2) - special.digamma(n / 2))
    bend = float(special.polygamma(1, (n + 1) / 2) - special.polygamma(1, n / 2))

    def density(u: Floats) -> Floats:
        return np.exp(constant - (n + 1) / 2 * np.log1p(u * u / n))

    def slope(u: Floats) -> Floats:
        return -(n + 1) * u / (n + u * u) * density(u)

    def turn(u: Floats) -> Floats:
        return density(u) * (n + 1) * ((n + 2) * u * u - n) / (n + u * u) ** 2

    def freedom_slope(u: Floats) -> Floats:
        share = u * u / (n + u * u)
        return density(u) * 0.5 * (gap - 1 / n - np.log1p(u * u / n) + (n + 1) / n * share)

    entropy = (n + 1) / 2 * gap + 0.5 * math.log(n) + float(special.betaln(n / 2, 0.5))
    reach = -float(special.stdtrit(n, TAIL))
    if not math.isfinite(reach * reach):
        raise LimitError(f"a StudentT law of freedom {freedom:g} reaches beyond the range of numbers")
    outward = [1.5 * math.sqrt(n)]
    while outward[-1] < reach:
        outward.append(3 * outward[-1])
    levels = (*(-level for level in reversed(outward)), 0.0, *outward)

    def distribution(u: Floats) -> Floats:
        return np.asarray(special.stdtr(n, u), dtype=np.float64)

    return Standard(density, slope, turn, distribution, entropy, levels, (), (), freedom_slope, (n + 1) / 4 * bend + 0.5 / n, heavy=True)


def standard(kind: type[Law], freedom: float | None) -> Standard:
    """The standard form of a law.

    Raises: LimitError for a kind that has none here.
    """
    if kind is StudentT and freedom is not None:
        return _student(freedom)
    if kind not in _FIXED:
        raise LimitError(f"the law {kind.__name__} has no standard form here")
    return _FIXED[kind]
