"""Conventions of other trades, as named options of the border; nothing is guessed from a number's type.

The house convention is real vectors, nats, the factor 1/2 of real Gaussians and dI/dtheta with theta's shape. A channel of
circular-complex signals is asked as its real form of twice the dimension (`infograd.circular`): its information in nats is
the same number, so `signal` changes how channels are read and no value. Bits are nats over log 2. For a complex parameter
h = a + ib whose parts a and b are the channel's parameters, the derivatives are

    real, torch            dI/da + i dI/db     (torch's h.grad is this number, 2 dI/dh*)
    wirtinger              dI/dh  = (dI/da - i dI/db)/2
    conjugate-wirtinger    dI/dh* = (dI/da + i dI/db)/2

Every conversion is exact where the result is rational; otherwise what it rounds off is added to the proved doubt, and all
doubts are rounded upwards.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal, get_args

from infograd.answer import Answer
from infograd.array import Array, with_shape
from infograd.error import SpecificationError
from infograd.mapping import FrozenMapping
from infograd.quantity import Doubt, Infinite, Quantity, Undefined

Signal = Literal["real", "circular-complex"]
Unit = Literal["nats", "bits"]
Derivative = Literal["real", "torch", "wirtinger", "conjugate-wirtinger"]

UNITS: tuple[Unit, ...] = get_args(Unit)
_HALF = Fraction(1, 2)
_DERIVATIVES: dict[str, tuple[Fraction, int]] = {
    "real": (Fraction(1), 1),
    "torch": (Fraction(1), 1),
    "wirtinger": (_HALF, -1),
    "conjugate-wirtinger": (_HALF, 1),
}
_BITS = 192


@dataclass(frozen=True, slots=True)
class Convention:
    """How a border states signals, the unit, and derivatives in complex parameters; the default is the house's.

    Raises: SpecificationError for an unknown name, and for complex derivatives beside real signals.
    """

    signal: Signal = "real"
    unit: Unit = "nats"
    derivative: Derivative = "real"

    def __post_init__(self) -> None:
        for name, names in (("signal", get_args(Signal)), ("unit", UNITS), ("derivative", get_args(Derivative))):
            if getattr(self, name) not in names:
                raise SpecificationError(f"the {name} of a convention is {getattr(self, name)!r}; it must be one of {', '.join(map(repr, names))}.")
        if self.signal == "real" and self.derivative != "real":
            raise SpecificationError(f"the derivative {self.derivative!r} is one in complex parameters; write signal='circular-complex' beside it.")

    @property
    def log_det_factor(self) -> Fraction:
        """The factor before log det(I + S N^-1) for matrices in this convention's signals: 1/2 for real ones, 1 for circular-complex ones."""
        return _HALF if self.signal == "real" else Fraction(1)


HOUSE = Convention()


@dataclass(frozen=True, slots=True)
class Interval:
    """Two rationals with a number between them; equal ones for a rational number, which must be positive."""

    low: Fraction
    high: Fraction


@functools.cache
def logarithm_of_2() -> Interval:
    """log 2 = sum 1/(k 2^k) to 2^-184, proven: each of 192 floors loses less than 1 of 2^192, and so does the tail."""
    unit = 1 << _BITS
    partial = sum(unit // (k << k) for k in range(1, _BITS + 1))
    return Interval(Fraction(partial, unit), Fraction(partial + _BITS + 1, unit))


def _factor(source: Unit, target: Unit) -> Interval:
    """What a number in one unit is multiplied by in the other."""
    if source == target:
        return Interval(Fraction(1), Fraction(1))
    log2 = logarithm_of_2()
    return log2 if target == "nats" else Interval(1 / log2.high, 1 / log2.low)


def nearest_double(value: Any) -> float:
    """The double nearest to a number.

    Raises: SpecificationError beyond the range of doubles.
    """
    try:
        return float(value)
    except OverflowError:
        raise SpecificationError("a value is beyond the range of doubles; move the parameters nearer to 1.") from None


def upwards(value: Fraction) -> float:
    """The least double that is not below a number that is not negative."""
    nearest = nearest_double(value)
    return nearest if Fraction(nearest) >= value else math.nextafter(nearest, math.inf)


def _widened(size: Any, factor: Interval, rounding: Fraction = Fraction(0)) -> float:
    return upwards(Fraction(size) * factor.high + rounding) if math.isfinite(size) else math.inf


def _scaled_value(value: Any, factor: Interval) -> tuple[Any, Fraction]:
    """The value times the factor, and the most that it is rounded by."""
    if isinstance(value, Infinite | Undefined) or not math.isfinite(value):
        return value, Fraction(0)
    low, high = Fraction(value) * factor.low, Fraction(value) * factor.high
    if isinstance(value, Fraction) and low == high:
        return low, Fraction(0)
    nearest = nearest_double(low)
    return nearest, max(abs(Fraction(nearest) - low), abs(Fraction(nearest) - high))


def scaled(quantity: Quantity, factor: Interval) -> Quantity:
    """The quantity times a positive factor, with its doubts; rationals times a rational stay exact.

    Raises: SpecificationError for a value beyond the range of doubles.
    """
    values, proved, estimated, stderr = [], [], [], []
    for _, value, doubt in quantity.entries():
        found, rounding = _scaled_value(value, factor)
        values.append(found)
        proved.append(_widened(doubt.proved, factor, rounding))
        estimated.append(_widened(doubt.estimated, factor))
        stderr.append(_widened(doubt.stderr, factor))
    shaped = [with_shape(iter(column), quantity.shape) for column in (values, proved, estimated, stderr)]
    return Quantity(shaped[0], Doubt(shaped[1], shaped[2], shaped[3], quantity.doubt.dof))


def in_unit(quantity: Quantity, target: Unit, source: Unit = "nats") -> Quantity:
    """The quantity in another unit, bits being nats over log 2.

    Raises: SpecificationError for an unknown unit, what is no quantity, and a value beyond the range of doubles.
    """
    if not isinstance(quantity, Quantity):
        raise SpecificationError(f"in_unit got {quantity!r}; give it a Quantity, for example an answer's value.")
    for unit in (source, target):
        if unit not in UNITS:
            raise SpecificationError(f"unit is {unit!r}; it must be one of {', '.join(map(repr, UNITS))}.")
    return quantity if source == target else scaled(quantity, _factor(source, target))


@dataclass(frozen=True, slots=True)
class ComplexQuantity:
    """A complex value by its parts, each with its own doubt."""

    real: Quantity
    imaginary: Quantity


def derivative(parts: ComplexQuantity, target: Derivative, source: Derivative = "real") -> ComplexQuantity:
    """A derivative in complex parameters in another convention; "real" is dI/da + i dI/db.

    Raises: SpecificationError for an unknown convention, and a value beyond the range of doubles.
    """
    for name in (source, target):
        if name not in _DERIVATIVES:
            raise SpecificationError(f"{name!r} is no convention of derivatives; it must be one of {', '.join(map(repr, _DERIVATIVES))}.")
    (before, sign_before), (after, sign_after) = _DERIVATIVES[source], _DERIVATIVES[target]
    ratio = Interval(after / before, after / before)
    real, imaginary = (part if ratio.low == 1 else scaled(part, ratio) for part in (parts.real, parts.imaginary))
    return ComplexQuantity(real, imaginary if sign_before == sign_after else _negative(imaginary))


def _negative(quantity: Quantity) -> Quantity:
    if isinstance(quantity.value, Infinite):
        return Quantity(Undefined(f"it is minus infinity: {quantity.value.why}"), quantity.doubt)
    if isinstance(quantity.value, Undefined):
        return quantity
    negated: Array = with_shape(iter([-value for _, value, _ in quantity.entries()]), quantity.shape)
    return Quantity(negated, quantity.doubt)


@dataclass(frozen=True, slots=True)
class Stated:
    """An answer in another convention: its value, its gradient in the real parameters, and its derivatives in the complex ones."""

    convention: Convention
    value: Quantity | None
    gradient: FrozenMapping[Quantity] = field(default_factory=FrozenMapping)
    complex_gradient: FrozenMapping[ComplexQuantity] = field(default_factory=FrozenMapping)
    hessian: FrozenMapping[Quantity] = field(default_factory=FrozenMapping)


def stated(answer: Answer, convention: Convention, complex_parameters: Mapping[str, tuple[str, str]] | None = None) -> Stated:
    """What an answer says, in that convention; `complex_parameters` names the real and the imaginary part of each, {"h": ("a", "b")}.

    Raises: SpecificationError for complex parameters beside real signals, a part that the answer has no gradient in or that
    stands in two of them, and parts of different shapes.
    """
    pairs = dict(complex_parameters or {})
    if pairs and convention.signal == "real":
        raise SpecificationError(f"{next(iter(pairs))!r} is a complex parameter; write signal='circular-complex' in the convention.")
    named = [part for parts in pairs.values() for part in parts]
    for part in named:
        if part not in answer.gradient:
            known = ", ".join(map(repr, answer.gradient)) or "none"
            raise SpecificationError(f"{part!r} is a part of a complex parameter, and the answer has no gradient in it; it has gradients in: {known}.")
        if named.count(part) > 1:
            raise SpecificationError(f"{part!r} is a part of a complex parameter twice; name each part once.")
    inner = {name: in_unit(quantity, convention.unit) for name, quantity in answer.gradient.items()}
    complex_gradient = {}
    for name, (real, imaginary) in pairs.items():
        if inner[real].shape != inner[imaginary].shape:
            raise SpecificationError(
                f"the parts {real!r} and {imaginary!r} of {name!r} have the shapes {inner[real].shape} and {inner[imaginary].shape}; give both one shape."
            )
        complex_gradient[name] = derivative(ComplexQuantity(inner[real], inner[imaginary]), convention.derivative)
    return Stated(
        convention,
        None if answer.value is None else in_unit(answer.value, convention.unit),
        FrozenMapping({name: quantity for name, quantity in inner.items() if name not in named}),
        FrozenMapping(complex_gradient),
        FrozenMapping({pair: in_unit(quantity, convention.unit) for pair, quantity in answer.hessian.items()}),
    )
