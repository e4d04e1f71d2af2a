"""Exact numbers and balls as quantities: a rational stays itself, a ball becomes its midpoint with the radius as `proved`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from flint import arb, fmpq

from infograd.analytic.exact.elementary import Scalar
from infograd.array import Shape, with_shape
from infograd.quantity import Doubt, Quantity

SHARP_BITS = 100
NEGLIGIBLE = Fraction(1, 2**200)


def _dyadic(ball: arb) -> Fraction:
    mantissa, exponent = ball.man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def _rounded_up(value: Fraction) -> float:
    nearest = float(value)
    return nearest if Fraction(nearest) >= value else math.nextafter(nearest, math.inf)


def midpoint(scalar: Scalar) -> Fraction:
    """The number itself, or the ball's exact midpoint."""
    return Fraction(int(scalar.p), int(scalar.q)) if isinstance(scalar, fmpq) else _dyadic(scalar.mid())


def radius(scalar: Scalar) -> float:
    """A bound on the distance of the truth from `midpoint`, rounded up; 0 for a rational."""
    return 0.0 if isinstance(scalar, fmpq) else _rounded_up(_dyadic(scalar.rad()))


def is_sharp(scalar: Scalar) -> bool:
    """Whether the number is known to 100 bits, or to 2^-200 where it is tiny."""
    return isinstance(scalar, fmpq) or (scalar.is_finite() and (scalar.rel_accuracy_bits() >= SHARP_BITS or _dyadic(scalar.rad()) <= NEGLIGIBLE))


def quantity(scalars: Sequence[Scalar], shape: Shape) -> Quantity:
    """The array of that shape, filled in row-major order, with a doubt for each entry if any is a ball."""
    radii = [radius(scalar) for scalar in scalars]
    doubt = Doubt(proved=with_shape(iter(radii), shape)) if any(radii) else Doubt()
    return Quantity(with_shape(map(midpoint, scalars), shape), doubt)
