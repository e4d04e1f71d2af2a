"""Numbers with a radius as decimals whose digits the radius leaves."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext
from fractions import Fraction

FIGURES = 2
_PRECISION = 200


def _exponent(size: Fraction) -> int:
    """The power of ten of the leading digit of a positive number."""
    guess = len(str(size.numerator)) - len(str(size.denominator))
    return guess if Fraction(10) ** guess <= size else guess - 1


def rounded_up(size: Fraction) -> Fraction:
    """A size to two figures, never less than it."""
    unit = Fraction(10) ** (_exponent(size) - FIGURES + 1) if size else Fraction(1)
    return math.ceil(size / unit) * unit


def rounded(value: Fraction, radius: Fraction) -> tuple[Fraction, Fraction]:
    """The value to the last digit whose unit is at most the radius, and the radius with that rounding added, to two figures.

    >>> rounded(Fraction(1, 3), Fraction(1, 1000))
    (Fraction(333, 1000), Fraction(7, 5000))

    A value without doubt stays as it is.
    """
    if not radius:
        return value, radius
    unit = Fraction(10) ** _exponent(radius)
    shown = round(value / unit) * unit
    return shown, rounded_up(radius + abs(value - shown))


def decimal_text(value: Fraction) -> str:
    """A decimal in plain digits, or from 1e-5 downwards in scientific notation.

    >>> decimal_text(Fraction(-1, 8)), decimal_text(Fraction(12, 10**20))
    ('-0.125', '1.2e-19')
    """
    with localcontext(prec=_PRECISION):
        number = Decimal(value.numerator) / Decimal(value.denominator)
    small = number and number.adjusted() < -5
    return f"{number:e}" if small else f"{number:f}"
