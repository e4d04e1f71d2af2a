"""Numbers with their derivatives in the parameters, of first and second order, exactly: value, d/da and d2/(da db).

Derivatives that vanish are not stored. Keys are the numbers of the directions, pairs in ascending order; `second` is None
where second derivatives are not asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from scipy import special

Field: TypeAlias = Any
Slopes: TypeAlias = dict[int, Field]
Turns: TypeAlias = dict[tuple[int, int], Field]


class Jet:
    """A value with its first derivatives by direction and its second ones by pair of directions."""

    __slots__ = ("first", "second", "value")

    def __init__(self, value: Field, first: Slopes, second: Turns | None) -> None:
        self.value = value
        self.first = first
        self.second = second


def _plus(left: dict[Any, Field], right: dict[Any, Field]) -> dict[Any, Field]:
    found = dict(left)
    for key, term in right.items():
        found[key] = found[key] + term if key in found else term
    return found


def _times(factor: Field, terms: dict[Any, Field]) -> dict[Any, Field]:
    return {key: factor if isinstance(term, float) and term == 1.0 else factor * term for key, term in terms.items()}


def crossed(left: Slopes, right: Slopes) -> Turns:
    """l_a r_b + l_b r_a for every pair a <= b."""
    found: Turns = {}
    for one, slope in left.items():
        for other, turn in right.items():
            key = (one, other) if one <= other else (other, one)
            term = slope * turn * (2.0 if one == other else 1.0)
            found[key] = found[key] + term if key in found else term
    return found


def add(left: Jet, right: Jet) -> Jet:
    """The sum."""
    second = None if left.second is None or right.second is None else _plus(left.second, right.second)
    return Jet(left.value + right.value, _plus(left.first, right.first), second)


def negative(jet: Jet) -> Jet:
    """The opposite."""
    return Jet(-jet.value, _times(-1.0, jet.first), None if jet.second is None else _times(-1.0, jet.second))


def subtract(left: Jet, right: Jet) -> Jet:
    """The difference."""
    return add(left, negative(right)) if right.first else Jet(left.value - right.value, left.first, left.second)


def multiply(left: Jet, right: Jet) -> Jet:
    """The product."""
    first = _plus(_times(right.value, left.first), _times(left.value, right.first))
    second = None
    if left.second is not None and right.second is not None:
        second = _plus(_times(right.value, left.second), _times(left.value, right.second))
        if left.first and right.first:
            second = _plus(second, crossed(left.first, right.first))
    return Jet(left.value * right.value, first, second)


def chained(jet: Jet, value: Field, slope: Callable[[], Field], turn: Callable[[], Field]) -> Jet:
    """h(jet) from the value of h and its first two derivatives there, which are made only where they are needed."""
    if not jet.first:
        return Jet(value, {}, jet.second)
    rate = slope()
    first = _times(rate, jet.first)
    if jet.second is None:
        return Jet(value, first, None)
    half = 0.5 * turn()
    return Jet(value, first, _plus(_times(rate, jet.second), _times(half, crossed(jet.first, jet.first))))


def _reciprocal(jet: Jet) -> Jet:
    value = 1.0 / jet.value
    return chained(jet, value, lambda: -value * value, lambda: 2.0 * value * value * value)


def divide(left: Jet, right: Jet) -> Jet:
    """The quotient."""
    if not right.first:
        return Jet(left.value / right.value, {key: term / right.value for key, term in left.first.items()}, _divided(left.second, right.value))
    return multiply(left, _reciprocal(right))


def _divided(second: Turns | None, value: Field) -> Turns | None:
    return None if second is None else {key: term / value for key, term in second.items()}


def power(jet: Jet, exponent: int) -> Jet:
    """The power by a whole number."""
    if exponent < 0:
        return power(_reciprocal(jet), -exponent)
    value = jet.value**exponent
    return chained(
        jet,
        value,
        lambda: exponent * jet.value ** max(exponent - 1, 0),
        lambda: exponent * (exponent - 1) * jet.value ** max(exponent - 2, 0),
    )


def _sech_squared(x: Field) -> Field:
    decay = np.exp(-2.0 * np.abs(x))
    whole = 1.0 + decay
    return 4.0 * decay / (whole * whole)


def _tanh(jet: Jet) -> Jet:
    value = np.tanh(jet.value)
    return chained(jet, value, lambda: _sech_squared(jet.value), lambda: -2.0 * value * _sech_squared(jet.value))


def _exp(jet: Jet) -> Jet:
    value = np.exp(jet.value)
    return chained(jet, value, lambda: value, lambda: value)


def _sin(jet: Jet) -> Jet:
    value = np.sin(jet.value)
    return chained(jet, value, lambda: np.cos(jet.value), lambda: -value)


def _cos(jet: Jet) -> Jet:
    value = np.cos(jet.value)
    return chained(jet, value, lambda: -np.sin(jet.value), lambda: -value)


def _log(jet: Jet) -> Jet:
    return chained(jet, np.log(jet.value), lambda: 1.0 / jet.value, lambda: -1.0 / jet.value**2)


def _sqrt(jet: Jet) -> Jet:
    value = np.sqrt(jet.value)
    return chained(jet, value, lambda: 0.5 / value, lambda: -0.25 / (value * jet.value))


def _erf(jet: Jet) -> Jet:
    bell = 2.0 / np.sqrt(np.pi) * np.exp(-jet.value * jet.value)
    return chained(jet, special.erf(jet.value), lambda: bell, lambda: -2.0 * jet.value * bell)


def _sigmoid(jet: Jet) -> Jet:
    value, rest = special.expit(jet.value), special.expit(-jet.value)
    return chained(jet, value, lambda: value * rest, lambda: value * rest * (rest - value))


def _softplus(jet: Jet) -> Jet:
    share = special.expit(jet.value)
    return chained(jet, np.logaddexp(0.0, jet.value), lambda: share, lambda: share * special.expit(-jet.value))


def _bent(value: Callable[..., Field], slope: Callable[..., Field]) -> Callable[..., Jet]:
    """A map of straight pieces; its derivative at the kinks and jumps is taken as 0."""

    def at(jet: Jet, *bounds: float) -> Jet:
        return chained(jet, value(jet.value, *bounds), lambda: slope(jet.value, *bounds), lambda: np.zeros_like(jet.value))

    return at


JETS: dict[str, Callable[..., Jet]] = {
    "add": add,
    "subtract": subtract,
    "multiply": multiply,
    "divide": divide,
    "negative": negative,
    "power": power,
    "tanh": _tanh,
    "sin": _sin,
    "cos": _cos,
    "exp": _exp,
    "log": _log,
    "sqrt": _sqrt,
    "erf": _erf,
    "sigmoid": _sigmoid,
    "softplus": _softplus,
    "abs": _bent(np.abs, np.sign),
    "relu": _bent(lambda x: np.maximum(x, 0.0), lambda x: np.where(x > 0, 1.0, 0.0)),
    "clip": _bent(np.clip, lambda x, low, high: np.where((low < x) & (x < high), 1.0, 0.0)),
    "sign": _bent(np.sign, np.zeros_like),
}
