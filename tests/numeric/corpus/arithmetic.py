"""Three kinds of numbers for one expression: doubles that plan, balls with first derivatives, and complex balls a tiny step off the real axis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from operator import methodcaller
from typing import Any

import numpy as np
from flint import acb, arb, fmpq
from scipy import special

STEP = 1000


def ball(value: Fraction | float) -> Any:
    """The ball of a rational, or of a double as it stands."""
    return arb(fmpq(value.numerator, value.denominator)) if isinstance(value, Fraction) else arb(value)


class Jet:
    """A ball with its derivatives by direction."""

    __slots__ = ("slopes", "value")

    def __init__(self, value: Any, slopes: Sequence[Any]) -> None:
        self.value = value
        self.slopes = slopes

    def chain(self, value: Any, factor: Any) -> Jet:
        """A function of this with that value and that derivative."""
        return Jet(value, [factor * slope for slope in self.slopes])

    def __add__(self, other: Jet) -> Jet:
        return Jet(self.value + other.value, [a + b for a, b in zip(self.slopes, other.slopes, strict=True)])

    def __sub__(self, other: Jet) -> Jet:
        return Jet(self.value - other.value, [a - b for a, b in zip(self.slopes, other.slopes, strict=True)])

    def __mul__(self, other: Jet) -> Jet:
        return Jet(self.value * other.value, [a * other.value + self.value * b for a, b in zip(self.slopes, other.slopes, strict=True)])

    def __truediv__(self, other: Jet) -> Jet:
        value = self.value / other.value
        return Jet(value, [(a - value * b) / other.value for a, b in zip(self.slopes, other.slopes, strict=True)])


class Arithmetic:
    """How one kind of number writes constants and parameters, and what the operations of the language do to it.

    `switches` collects, at each evaluation, the arguments whose sign chooses the branch of a kinked or jumping operation.
    """

    def __init__(self, constant: Callable[[Fraction], Any], parameters: dict[str, Any], operations: dict[str, Callable[..., Any]]) -> None:
        self.constant = constant
        self.parameters = parameters
        self.operations = operations
        self.switches: list[Any] = []

    def apply(self, name: str, arguments: list[Any]) -> Any:
        """The operation applied; kinked ones note what they switch on."""
        if name in ("abs", "relu", "sign"):
            self.switches.append(arguments[0])
        if name == "clip":
            self.switches += [arguments[0] - arguments[1], arguments[0] - arguments[2]]
        return self.operations[name](*arguments)


def _power(base: Any, exponent: int) -> Any:
    found = base
    for _ in range(exponent - 1):
        found = found * base
    return found


PLAIN: dict[str, Callable[..., Any]] = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
    "power": _power,
}

DOUBLE = PLAIN | {
    "negative": lambda a: -a,
    **{name: getattr(np, name) for name in ("tanh", "sin", "cos", "exp", "log", "sqrt", "abs", "sign")},
    "erf": special.erf,
    "sigmoid": special.expit,
    "softplus": lambda a: np.logaddexp(0.0, a),
    "relu": lambda a: np.maximum(a, 0.0),
    "clip": lambda a, low, high: np.minimum(np.maximum(a, low), high),
}


def _softplus(a: Any) -> Any:
    return (1 + a.exp()).log()


def _jet(value: Callable[[Any], Any], slope: Callable[[Any, Any], Any]) -> Callable[[Jet], Jet]:
    def apply(a: Jet) -> Jet:
        found = value(a.value)
        return a.chain(found, slope(a.value, found))

    return apply


def _kept(a: Jet, sign: int) -> Jet:
    return a.chain(sign * a.value, arb(sign))


BALL = PLAIN | {
    "negative": lambda a: _kept(a, -1),
    "tanh": _jet(lambda a: a.tanh(), lambda a, f: 1 - f * f),
    "sin": _jet(lambda a: a.sin(), lambda a, f: a.cos()),
    "cos": _jet(lambda a: a.cos(), lambda a, f: -a.sin()),
    "exp": _jet(lambda a: a.exp(), lambda a, f: f),
    "log": _jet(lambda a: a.log(), lambda a, f: 1 / a),
    "sqrt": _jet(lambda a: a.sqrt(), lambda a, f: 1 / (2 * f)),
    "erf": _jet(lambda a: a.erf(), lambda a, f: 2 / arb.pi().sqrt() * (-a * a).exp()),
    "sigmoid": _jet(lambda a: 1 / (1 + (-a).exp()), lambda a, f: f * (1 - f)),
    "softplus": _jet(_softplus, lambda a, f: 1 / (1 + (-a).exp())),
    "abs": lambda a: _kept(a, 1 if a.value.mid() > 0 else -1),
    "relu": lambda a: _kept(a, 1 if a.value.mid() > 0 else 0),
    "sign": lambda a: a.chain(arb(1 if a.value.mid() > 0 else -1), arb(0)),
    "clip": lambda a, low, high: a.chain(low.value, arb(0)) if a.value.mid() < low.value else a.chain(high.value, arb(0)) if a.value.mid() > high.value else a,
}


def _complex_erf(a: Any) -> Any:
    """erf to first order in the imaginary step, whose square is far below the last digit."""
    return acb(a.real.erf(), 2 / arb.pi().sqrt() * (-a.real * a.real).exp() * a.imag)


COMPLEX = PLAIN | {
    "negative": lambda a: -a,
    "tanh": lambda a: 1 - 2 / (1 + (2 * a).exp()),
    **{name: methodcaller(name) for name in ("sin", "cos", "exp", "log", "sqrt")},
    "erf": _complex_erf,
    "sigmoid": lambda a: 1 / (1 + (-a).exp()),
    "softplus": _softplus,
    "abs": lambda a: a if a.real.mid() > 0 else -a,
    "relu": lambda a: a if a.real.mid() > 0 else acb(0),
    "sign": lambda a: acb(1 if a.real.mid() > 0 else -1),
    "clip": lambda a, low, high: low if a.real.mid() < low.real else high if a.real.mid() > high.real else a,
}


def doubles(point: dict[str, Fraction]) -> Arithmetic:
    """Arithmetic in doubles, for planning only."""
    return Arithmetic(float, {name: float(value) for name, value in point.items()}, DOUBLE)


def jets(point: dict[str, Fraction]) -> Arithmetic:
    """Balls with a derivative by each parameter, in the order of their names, and a last one by the variable of integration."""
    names = sorted(point)
    count = len(names) + 1
    zeros = [arb(0)] * count

    def parameter(name: str) -> Jet:
        return Jet(ball(point[name]), [arb(int(name == other)) for other in names] + [arb(0)])

    return Arithmetic(lambda value: Jet(ball(value), zeros), {name: parameter(name) for name in names}, BALL)


def shifted(point: dict[str, Fraction], moved: str | None) -> Arithmetic:
    """Complex balls, one parameter moved by i 2^-STEP: Im f 2^STEP is df to 2^-2 STEP, and nothing is subtracted."""
    step = arb(2) ** -STEP
    return Arithmetic(lambda value: acb(ball(value)), {name: acb(ball(value), step if name == moved else arb(0)) for name, value in point.items()}, COMPLEX)
