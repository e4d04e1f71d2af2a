"""The scalar functions of the language on balls, each with its slope.

f(x) lies within `steepest` * radius of f(centre), and f'(x) within `bend` * radius of f'(centre), where `steepest` and
`bend` bound |f'| and |f''| between the ends of the ball. The doubles for f(centre) and f'(centre) are compositions of at
most three library functions and five roundings that do not cancel: 3 * LIBRARY + 5 * UNIT < COMPOSED. Where a slope is
formed by a difference of numbers up to 1 (1 - tanh^2, s (1 - s)) or through exp(-x^2), COMPOSED counts from 1: `floor`.
At a kink (abs, relu, clip) the slope is 0 by convention.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from infograd.analytic.floating.balls import Balls
from infograd.analytic.floating.rounding import LIBRARY, SLACK, TINY
from infograd.analytic.refusal import NoClosedFormError, UndecidedError

COMPOSED = 8 * LIBRARY
Spread = Callable[[float, float], float]
Number = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Smooth:
    """A smooth function with its slope; `steepest` and `bend` bound |f'| and |f''| from the ends of an interval."""

    value: Callable[[float], float]
    slope: Callable[[float], float]
    steepest: Spread
    bend: Spread
    floor: float = 0.0


def _constant(bound: float) -> Spread:
    return lambda low, high: bound


def _away(low: float, high: float) -> float:
    """The least absolute value between two ends of one sign."""
    if low > 0 or high < 0:
        return min(abs(low), abs(high))
    if low == 0 == high:
        raise NoClosedFormError("needs a division by zero")
    raise UndecidedError("divides by a number that floats do not separate from zero; ask the method 'exact'")


def _above(low: float, what: str) -> float:
    if low > 0:
        return low
    raise UndecidedError(f"needs {what} a number that floats do not separate from zero; ask the method 'exact'")


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


SMOOTH: dict[str, Smooth] = {
    "reciprocal": Smooth(lambda x: 1 / x, lambda x: -1 / (x * x), lambda low, high: _away(low, high) ** -2, lambda low, high: 2 * _away(low, high) ** -3),
    "exp": Smooth(math.exp, math.exp, lambda low, high: math.exp(high), lambda low, high: math.exp(high)),
    "log": Smooth(math.log, lambda x: 1 / x, lambda low, high: 1 / _above(low, "the logarithm of"), lambda low, high: _above(low, "the logarithm of") ** -2),
    "sqrt": Smooth(
        math.sqrt,
        lambda x: 0.5 / math.sqrt(x),
        lambda low, high: 0.5 / math.sqrt(_above(low, "the square root of")),
        lambda low, high: 0.25 / (low * math.sqrt(_above(low, "the square root of"))),
    ),
    "tanh": Smooth(math.tanh, lambda x: 1 - math.tanh(x) ** 2, _constant(1), _constant(1), floor=1),
    "sin": Smooth(math.sin, math.cos, _constant(1), _constant(1)),
    "cos": Smooth(math.cos, lambda x: -math.sin(x), _constant(1), _constant(1)),
    "erf": Smooth(math.erf, lambda x: 2 / math.sqrt(math.pi) * math.exp(-x * x), _constant(1.13), _constant(1), floor=1),
    "sigmoid": Smooth(_sigmoid, lambda x: _sigmoid(x) * (1 - _sigmoid(x)), _constant(0.25), _constant(0.1), floor=1),
    "softplus": Smooth(lambda x: max(x, 0.0) + math.log1p(math.exp(-abs(x))), _sigmoid, _constant(1), _constant(0.25)),
}
PIECEWISE = ("abs", "relu", "sign")


def _smooth(function: Smooth, centre: float, radius: float) -> tuple[Number, Number]:
    low, high = (centre - radius, centre + radius) if radius else (centre, centre)
    if radius:
        low, high = math.nextafter(low, -math.inf), math.nextafter(high, math.inf)
    steepest, bend = function.steepest(low, high), function.bend(low, high)
    value, slope = function.value(centre), function.slope(centre)
    value_radius = SLACK * (radius * steepest + COMPOSED * abs(value) + TINY)
    return (value, value_radius), (slope, SLACK * (radius * bend + COMPOSED * (abs(slope) + function.floor) + TINY))


def _side(centre: float, radius: float) -> int:
    if radius and abs(centre) <= radius:
        raise UndecidedError("needs the sign of a number that floats do not separate from zero; ask the method 'exact'")
    return (centre > 0) - (centre < 0)


def _piecewise(operation: str, centre: float, radius: float) -> tuple[Number, Number]:
    side = _side(centre, radius)
    if operation == "sign":
        if side == 0:
            raise NoClosedFormError("applies sign at 0, where it jumps")
        return (float(side), 0.0), (0.0, 0.0)
    slope = float(side) if operation == "abs" else float(side > 0)
    return (slope * centre, abs(slope) * radius), (slope, 0.0)


def clipped(balls: Balls, low: Balls, high: Balls) -> tuple[Balls, Balls]:
    """min(max(x, low), high) and its slope, 0 at the bounds and outside, entry by entry.

    Raises: UndecidedError where floats do not tell on which side of a bound an entry lies.
    """
    above, below = balls - low, high - balls
    inside = np.zeros(balls.shape)
    centre, radius = np.array(balls.centre), np.array(balls.radius)
    for index in np.ndindex(balls.shape):
        for gap, bound in ((above, low), (below, high)):
            if _side(float(gap.centre[index]), float(gap.radius[index])) <= 0:
                centre[index], radius[index] = bound.centre, bound.radius
                break
        else:
            inside[index] = 1.0
    return Balls(centre, radius), Balls(inside, np.zeros_like(inside))


def applied(operation: str, balls: Balls) -> tuple[Balls, Balls]:
    """f(x) and f'(x), entry by entry.

    Raises: NoClosedFormError where f or f' does not exist, UndecidedError where floats do not tell.
    """
    pairs = []
    try:
        for centre, radius in zip(balls.centre.ravel().tolist(), balls.radius.ravel().tolist(), strict=True):
            pairs.append(_piecewise(operation, centre, radius) if operation in PIECEWISE else _smooth(SMOOTH[operation], centre, radius))
    except (OverflowError, ZeroDivisionError):
        raise NoClosedFormError(f"applies {operation} beyond the range of doubles") from None
    table = np.array(pairs).reshape(*balls.shape, 2, 2)
    return Balls(table[..., 0, 0], table[..., 0, 1]), Balls(table[..., 1, 0], table[..., 1, 1])
