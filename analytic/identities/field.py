"""The three kinds of numbers that the two routes to a gradient are run on, to decide whether they are one function.

Rational functions decide it exactly. Residues at a random point decide it up to the probability that a polynomial which
is not zero vanishes there, at most its degree over the prime (Schwartz, J. ACM 27 (1980) 701; Zippel, EUROSAM 1979, 216),
or modulo the prime. Sizes bound its degree and its coefficients: they are carried through the same operations.
"""

from __future__ import annotations

import random
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Generic, Protocol, Self, TypeVar

from flint import fmpq, fmpq_mpoly, fmpq_mpoly_ctx, fmpz, fmpz_mod_ctx


class Number(Protocol):
    """What a route does with a number."""

    def __add__(self, other: Self, /) -> Self: ...
    def __sub__(self, other: Self, /) -> Self: ...
    def __mul__(self, other: Self, /) -> Self: ...
    def __truediv__(self, other: Self, /) -> Self: ...
    def __neg__(self) -> Self: ...


N = TypeVar("N", bound=Number)


class Field(ABC, Generic[N]):
    """Where constants and generators become numbers."""

    @abstractmethod
    def constant(self, value: Fraction) -> N:
        """A fixed rational number."""

    @abstractmethod
    def generator(self, name: str) -> N:
        """The number that stands for a free quantity; the same name gives the same number."""


@dataclass(frozen=True, slots=True)
class RationalFunction:
    """A quotient of polynomials with rational coefficients in lowest terms; no denominator stands for 1."""

    top: fmpq_mpoly
    bottom: fmpq_mpoly | None = None

    def __add__(self, other: RationalFunction) -> RationalFunction:
        if self.bottom is None and other.bottom is None:
            return RationalFunction(self.top + other.top)
        left, right = self._denominator, other._denominator
        shared = left if left == right else left.gcd(right)
        left, right = left // shared, right // shared
        top, shared = _without_shared(self.top * right + other.top * left, shared)
        return RationalFunction(top, left * right * shared) if top else RationalFunction(top)

    def __neg__(self) -> RationalFunction:
        return RationalFunction(-self.top, self.bottom)

    def __sub__(self, other: RationalFunction) -> RationalFunction:
        return self + -other

    def __mul__(self, other: RationalFunction) -> RationalFunction:
        if self.bottom is None and other.bottom is None:
            return RationalFunction(self.top * other.top)
        return _product(self.top, self._denominator, other.top, other._denominator)

    def __truediv__(self, other: RationalFunction) -> RationalFunction:
        if not other.top:
            raise ZeroDivisionError("a denominator is the zero polynomial")
        return _product(self.top, self._denominator, other._denominator, other.top)

    @property
    def _denominator(self) -> fmpq_mpoly:
        return self.top.context().constant(1) if self.bottom is None else self.bottom

    def __bool__(self) -> bool:
        return bool(self.top)

    def __str__(self) -> str:
        return str(self.top) if self.bottom is None else f"({self.top}) / ({self.bottom})"


def _product(left_top: fmpq_mpoly, left_bottom: fmpq_mpoly, right_top: fmpq_mpoly, right_bottom: fmpq_mpoly) -> RationalFunction:
    """The product of two quotients, with what numerators share with the other's denominator taken out, over a denominator with leading coefficient 1."""
    if not left_top or not right_top:
        return RationalFunction(left_top * right_top)
    left_top, right_bottom = _without_shared(left_top, right_bottom)
    right_top, left_bottom = _without_shared(right_top, left_bottom)
    bottom = left_bottom * right_bottom
    scale = 1 / bottom.leading_coefficient()
    return RationalFunction(left_top * right_top * scale, bottom * scale)


def _without_shared(top: fmpq_mpoly, bottom: fmpq_mpoly) -> tuple[fmpq_mpoly, fmpq_mpoly]:
    if bottom.is_constant() or not top:
        return top, bottom
    shared = top.gcd(bottom)
    return top // shared, bottom // shared


class RationalFunctions(Field[RationalFunction]):
    """Rational functions in named generators."""

    def __init__(self, names: Sequence[str]) -> None:
        context = fmpq_mpoly_ctx.get([f"g{position}" for position in range(len(names))], "degrevlex")
        self._generators = dict(zip(names, context.gens(), strict=True))
        self._context = context

    def constant(self, value: Fraction) -> RationalFunction:
        """The constant polynomial."""
        return RationalFunction(self._context.constant(fmpq(value.numerator, value.denominator)))

    def generator(self, name: str) -> RationalFunction:
        """The generator of that name."""
        return RationalFunction(self._generators[name])

    def quotient(self, top: Mapping[tuple[int, ...], fmpq], bottom: Mapping[tuple[int, ...], fmpq]) -> RationalFunction:
        """A quotient of polynomials that are given by the coefficients of their monomials, a monomial by its exponents in the order of the names."""
        return RationalFunction(self._context.from_dict(dict(top)), self._context.from_dict(dict(bottom)))

    def text(self, number: RationalFunction) -> str:
        """The quotient in the generators' names."""
        names = list(self._generators)
        return re.sub(r"\bg(\d+)\b", lambda found: names[int(found[1])], str(number))


class Residues(Field[Any]):
    """Residues modulo a prime; generators stand at independent, uniformly drawn points."""

    def __init__(self, prime: int, seed: int) -> None:
        self.ring: Any = fmpz_mod_ctx(fmpz(prime))
        self._prime = prime
        self._random = random.Random(seed)
        self._drawn: dict[str, Any] = {}

    def constant(self, value: Fraction) -> Any:
        """The residue of a rational number."""
        return self.ring(value.numerator) / self.ring(value.denominator)

    def generator(self, name: str) -> Any:
        """The generator's drawn residue."""
        if name not in self._drawn:
            self._drawn[name] = self.ring(self._random.randrange(self._prime))
        return self._drawn[name]


@dataclass(frozen=True, slots=True)
class Size:
    """Bounds on a quotient of integer polynomials: the total degrees of numerator and denominator, and the bits of the sums of their absolute coefficients."""

    top: int
    bottom: int
    top_bits: int
    bottom_bits: int

    def __add__(self, other: Size) -> Size:
        return Size(
            max(self.top + other.bottom, other.top + self.bottom),
            self.bottom + other.bottom,
            max(self.top_bits + other.bottom_bits, other.top_bits + self.bottom_bits) + 1,
            self.bottom_bits + other.bottom_bits,
        )

    __sub__ = __add__

    def __mul__(self, other: Size) -> Size:
        return Size(self.top + other.top, self.bottom + other.bottom, self.top_bits + other.top_bits, self.bottom_bits + other.bottom_bits)

    def __truediv__(self, other: Size) -> Size:
        return self * Size(other.bottom, other.top, other.bottom_bits, other.top_bits)

    def __neg__(self) -> Size:
        return self


class Sizes(Field[Size]):
    """Bounds in place of numbers; every generator has degree 1."""

    def constant(self, value: Fraction) -> Size:
        """Degree 0, and the bits of numerator and denominator."""
        return Size(0, 0, value.numerator.bit_length(), value.denominator.bit_length())

    def generator(self, name: str) -> Size:
        """Degree 1, one coefficient of 1."""
        return Size(1, 0, 0, 0)
