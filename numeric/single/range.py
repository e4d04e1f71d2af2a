"""Interval bounds of a map and of its slope over cells of the source's primitive, with the rate at which its steps vary there.

A quadrature cell is short enough when rate * length is small: the rate of a step is the largest slope of its argument over the
distance from the real axis at which the step's function is singular (tanh pi/2, logarithm and reciprocal the argument itself), or
over the unit for entire functions; it is 0 where the function is flat to rounding over the cell. Nothing is sampled, so no
feature of the map is passed over.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special

from infograd.numeric.interpreter import Floats
from infograd.numeric.single.plan import Branch, Plan

SMALL = 1e-300


class Range:
    """Bounds of values and of slopes over every cell."""

    __slots__ = ("high", "low", "rate", "slope")

    def __init__(self, low: Any, high: Any, slope: Any, rate: Any) -> None:
        self.low = low
        self.high = high
        self.slope = slope
        self.rate = rate

    @property
    def size(self) -> Any:
        """The largest magnitude."""
        return np.maximum(np.abs(self.low), np.abs(self.high))

    @property
    def least(self) -> Any:
        """The smallest magnitude."""
        return np.maximum(0.0, np.maximum(self.low, -self.high))


def _add(left: Range, right: Range) -> Range:
    return Range(left.low + right.low, left.high + right.high, left.slope + right.slope, np.maximum(left.rate, right.rate))


def _negative(given: Range) -> Range:
    return Range(-given.high, -given.low, given.slope, given.rate)


def _multiply(left: Range, right: Range) -> Range:
    ends = (left.low * right.low, left.low * right.high, left.high * right.low, left.high * right.high)
    low, high = np.minimum(np.minimum(ends[0], ends[1]), np.minimum(ends[2], ends[3])), np.maximum(np.maximum(ends[0], ends[1]), np.maximum(ends[2], ends[3]))
    return Range(low, high, left.slope * right.size + left.size * right.slope, np.maximum(left.rate, right.rate))


def _divide(left: Range, right: Range) -> Range:
    distance = np.maximum(right.least, SMALL)
    crosses = (right.low <= 0) & (right.high >= 0)
    one, other = 1.0 / np.where(crosses, SMALL, right.low), 1.0 / np.where(crosses, SMALL, right.high)
    inverse = Range(
        np.where(crosses, -1 / SMALL, np.minimum(one, other)),
        np.where(crosses, 1 / SMALL, np.maximum(one, other)),
        right.slope / distance / distance,
        np.maximum(right.rate, right.slope / distance),
    )
    return _multiply(left, inverse)


def _power(given: Range, exponent: int) -> Range:
    if exponent < 0:
        return _power(_divide(Range(1.0, 1.0, 0.0, 0.0), given), -exponent)
    low, high, size = given.low**exponent, given.high**exponent, given.size
    if exponent % 2 == 0:
        low, high = np.where((given.low <= 0) & (given.high >= 0), 0.0, np.minimum(low, high)), np.maximum(low, high)
    return Range(low, high, exponent * size ** max(exponent - 1, 0) * given.slope, given.rate)


def _rising(value: Callable[[Any], Any], slope: Callable[[Range], Any], reach: float, flat: Callable[[Range], Any]) -> Callable[[Range], Range]:
    """A rising function with its largest slope over a range, the distance to its singularities, and where it is flat to rounding."""

    def over(given: Range) -> Range:
        rate = np.where(flat(given), 0.0, np.maximum(given.rate, given.slope / reach))
        return Range(value(given.low), value(given.high), slope(given) * given.slope, rate)

    return over


def _wave(given: Range) -> Range:
    return Range(np.full_like(given.low, -1.0), np.full_like(given.low, 1.0), given.slope, np.maximum(given.rate, given.slope / 1.5))


def _singular(value: Callable[[Any], Any], slope: Callable[[Any], Any]) -> Callable[[Range], Range]:
    def over(given: Range) -> Range:
        low = np.maximum(given.low, SMALL)
        return Range(value(low), value(np.maximum(given.high, SMALL)), slope(low) * given.slope, np.maximum(given.rate, given.slope / low))

    return over


def _past(bound: float) -> Callable[[Range], Any]:
    return lambda given: given.least > bound


def _bell(given: Range) -> Any:
    return 2 / np.sqrt(np.pi) * np.exp(-(np.minimum(given.least, 30.0) ** 2))


def _abs(given: Range) -> Range:
    return Range(given.least, given.size, given.slope, given.rate)


def _clip(given: Range, low: float, high: float) -> Range:
    inside = (given.high > low) & (given.low < high)
    return Range(np.clip(given.low, low, high), np.clip(given.high, low, high), np.where(inside, given.slope, 0.0), np.where(inside, given.rate, 0.0))


def _sign(given: Range) -> Range:
    return Range(np.sign(given.low), np.sign(given.high), np.zeros_like(given.low), np.zeros_like(given.low))


RANGES: dict[str, Callable[..., Range]] = {
    "add": _add,
    "subtract": lambda left, right: _add(left, _negative(right)),
    "multiply": _multiply,
    "divide": _divide,
    "negative": _negative,
    "power": _power,
    "tanh": _rising(np.tanh, lambda given: 1.0 / np.cosh(np.minimum(given.least, 300.0)) ** 2, 1.5, _past(20.0)),
    "sigmoid": _rising(special.expit, lambda given: 0.25 / np.cosh(np.minimum(given.least, 600.0) / 2) ** 2, 3.0, _past(40.0)),
    "erf": _rising(special.erf, _bell, 1.0, _past(6.5)),
    "exp": _rising(lambda x: np.exp(np.minimum(x, 700.0)), lambda given: np.exp(np.minimum(given.high, 700.0)), 2.0, lambda given: given.high < -100.0),
    "softplus": _rising(lambda x: np.logaddexp(0.0, x), lambda given: special.expit(given.high), 3.0, lambda given: given.high < -100.0),
    "sin": _wave,
    "cos": _wave,
    "log": _singular(np.log, lambda low: 1.0 / low),
    "sqrt": _singular(np.sqrt, lambda low: 0.5 / np.sqrt(low)),
    "abs": _abs,
    "relu": lambda given: _clip(given, 0.0, np.inf),
    "clip": _clip,
    "sign": _sign,
}


def range_over(plan: Plan, branch: Branch, fixed: list[Any], low: Floats, high: Floats) -> Range:
    """The bounds of the branch's location over cells [low, high] of the primitive."""
    known: dict[int, Range] = {}

    def read(number: int) -> Range:
        if number not in known:
            value = np.full_like(low, fixed[number].value)
            known[number] = Range(value, value, np.zeros_like(low), np.zeros_like(low))
        return known[number]

    for number in branch.moving:
        name, arguments = plan.steps[number]
        if name == "primitive":
            known[number] = Range(low, high, np.ones_like(low), np.zeros_like(low))
        elif name in ("power", "clip"):
            known[number] = RANGES[name](read(arguments[0]), *arguments[1:])
        else:
            known[number] = RANGES[name](*(read(argument) for argument in arguments))
    return read(branch.location)
