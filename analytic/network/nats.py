"""Rates in nats that are known exactly, and the certified sign of their rational combinations.

A rate is a rational number of nats, or half the logarithm of a positive rational: what a Gaussian channel of rational
powers carries. A sum r + 1/2 sum_i c_i log q_i with rational r, c_i, q_i vanishes only if r = 0 and prod_i q_i^c_i = 1:
the logarithm of an algebraic number other than 1 is transcendental (Lindemann 1882), so it is no rational. Both are decided
in integers; everywhere else the sign is that of a ball, which excludes zero at some precision.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import gcd
from typing import TypeAlias

import sympy  # type: ignore[import-untyped]  # sympy ships no type information
from flint import arb, ctx, fmpq

from infograd.analytic.expression import Symbolic
from infograd.array import exact
from infograd.error import SpecificationError

LEAST_BITS = 64


@dataclass(frozen=True, slots=True, init=False)
class HalfLog:
    """The rate 1/2 log(ratio) nats of a positive rational ratio.

    Raises: SpecificationError for a ratio that is not positive.
    """

    ratio: Fraction

    def __init__(self, ratio: object) -> None:
        object.__setattr__(self, "ratio", exact(ratio, "the ratio of a rate"))
        if self.ratio <= 0:
            raise SpecificationError(f"the ratio of a rate is {self.ratio}; half a logarithm needs a positive one, for example HalfLog(2).")

    def __float__(self) -> float:
        return float(Nats.of(self))


Rate: TypeAlias = HalfLog | Fraction


def ball(number: Fraction) -> arb:
    """A ball around a rational, at the precision of flint's context."""
    return arb(fmpq(number.numerator, number.denominator))


def middle(enclosure: arb) -> Fraction:
    """The exact midpoint of a ball."""
    mantissa, exponent = enclosure.mid().man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


@dataclass(frozen=True, slots=True)
class Nats:
    """The number `rational` + 1/2 sum of coefficient * log(ratio) over the `terms` (ratio, coefficient), in nats."""

    rational: Fraction = Fraction(0)
    terms: tuple[tuple[Fraction, Fraction], ...] = ()

    @classmethod
    def of(cls, rate: Rate) -> Nats:
        """A rate as a combination of one term."""
        if isinstance(rate, HalfLog):
            return cls(Fraction(0), ((rate.ratio, Fraction(1)),) if rate.ratio != 1 else ())
        return cls(rate)

    @classmethod
    def total(cls, parts: Iterable[Nats]) -> Nats:
        """The sum of the parts."""
        rational, gathered = Fraction(0), dict[Fraction, Fraction]()
        for part in parts:
            rational += part.rational
            for ratio, coefficient in part.terms:
                gathered[ratio] = gathered.get(ratio, Fraction(0)) + coefficient
        return cls(rational, tuple((ratio, coefficient) for ratio, coefficient in gathered.items() if coefficient and ratio != 1))

    @classmethod
    def weighted(cls, weights: Iterable[Fraction], rates: Iterable[Rate]) -> Nats:
        """The sum of weight * rate."""
        return cls.total(cls.of(rate) * weight for weight, rate in zip(weights, rates, strict=True))

    def __add__(self, other: Nats) -> Nats:
        return Nats.total((self, other))

    def __sub__(self, other: Nats) -> Nats:
        return self + other * Fraction(-1)

    def __mul__(self, factor: Fraction) -> Nats:
        terms = tuple((ratio, coefficient * factor) for ratio, coefficient in self.terms)
        return Nats(self.rational * factor, terms if factor else ())

    def sign(self) -> int:
        """-1, 0 or 1, decided: zero by factoring into coprime integers, any other sign by balls of growing precision.

        The refinement ends because the number is then not zero (see the module's text).
        """
        precision, open_to_zero = LEAST_BITS, True
        while True:
            enclosure = self.enclosure(precision)
            if enclosure > 0 or enclosure < 0:
                return 1 if enclosure > 0 else -1
            if open_to_zero and self._vanishes():
                return 0
            open_to_zero = False
            precision *= 2

    def enclosure(self, precision: int) -> arb:
        """A ball around the number, computed with that many bits."""
        with ctx.workprec(precision):
            logarithms = sum((ball(coefficient) * ball(ratio).log() for ratio, coefficient in self.terms), arb(0))
            return ball(self.rational) + logarithms / 2

    def _vanishes(self) -> bool:
        """Whether r = 0 and prod_i q_i^c_i = 1: every element of a coprime base has the exponent zero."""
        integers = [integer for ratio, _ in self.terms for integer in ratio.as_integer_ratio()]
        return self.rational == 0 and all(
            sum(coefficient * (_valuation(ratio.numerator, base) - _valuation(ratio.denominator, base)) for ratio, coefficient in self.terms) == 0
            for base in coprime_base(integers)
        )

    def __float__(self) -> float:
        return float(middle(self.enclosure(2 * LEAST_BITS)))

    def sympy(self) -> Symbolic:
        """The number as an expression."""
        logarithms = [_rational(coefficient) * sympy.log(_rational(ratio)) / 2 for ratio, coefficient in self.terms]
        return sympy.Add(_rational(self.rational), *logarithms)


def _rational(number: Fraction) -> Symbolic:
    return sympy.Rational(number.numerator, number.denominator)


def _valuation(integer: int, base: int) -> int:
    exponent = 0
    while integer % base == 0:
        integer //= base
        exponent += 1
    return exponent


def coprime_base(integers: Iterable[int]) -> tuple[int, ...]:
    """Pairwise coprime integers above 1 of which every given positive integer is a product of powers.

    >>> sorted(coprime_base([12, 18]))
    [2, 3]
    """
    base: list[int] = []
    pending = [integer for integer in integers if integer > 1]
    while pending:
        integer = pending.pop()
        for position, element in enumerate(base):
            common = gcd(integer, element)
            if common > 1:
                del base[position]
                pending.extend(part for part in (common, integer // common, element // common) if part > 1)
                break
        else:
            base.append(integer)
    return tuple(base)


def checked_rate(value: object, place: str) -> Rate:
    """A rate as it is, or the rational number of nats that the value states; a rational 0 is the rate 1/2 log 1.

    Raises: SpecificationError for what is neither.
    """
    if isinstance(value, HalfLog):
        return value
    return exact(value, place) or HalfLog(1)
