"""Truncated Taylor polynomials in several variables: a number with its first and second derivatives.

A monomial is the sorted tuple of the variables it multiplies, () for the constant term; a coefficient that is exactly
zero is not stored. Sums and products of rationals stay rational, so derivatives of rational functions are exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from infograd.analytic.exact.elementary import ZERO, Scalar, is_zero, taylor, taylor_clip, taylor_power

Monomial: TypeAlias = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Jet:
    """A Taylor polynomial up to total degree `order`."""

    terms: dict[Monomial, Scalar]
    order: int

    @property
    def constant(self) -> Scalar:
        """The value at the point."""
        return self.terms.get((), ZERO)

    def derivative(self, *variables: int) -> Scalar:
        """The mixed derivative in the given variables, at most `order` of them."""
        coefficient = self.terms.get(tuple(sorted(variables)), ZERO)
        return 2 * coefficient if len(variables) == 2 and variables[0] == variables[1] else coefficient

    def __add__(self, other: Jet) -> Jet:
        terms = dict(self.terms)
        for monomial, coefficient in other.terms.items():
            terms[monomial] = terms[monomial] + coefficient if monomial in terms else coefficient
        return _jet(terms, self.order)

    def __neg__(self) -> Jet:
        return Jet({monomial: -coefficient for monomial, coefficient in self.terms.items()}, self.order)

    def __sub__(self, other: Jet) -> Jet:
        return self + -other

    def __mul__(self, other: Jet) -> Jet:
        terms: dict[Monomial, Scalar] = {}
        partners = [[(right, coefficient) for right, coefficient in other.terms.items() if len(right) <= degree] for degree in range(self.order + 1)]
        for left, left_coefficient in self.terms.items():
            for right, right_coefficient in partners[self.order - len(left)]:
                monomial = tuple(sorted(left + right)) if left and right else left or right
                product = left_coefficient * right_coefficient
                terms[monomial] = terms[monomial] + product if monomial in terms else product
        return _jet(terms, self.order)

    def __truediv__(self, other: Jet) -> Jet:
        return self * other**-1

    def __pow__(self, exponent: int) -> Jet:
        return self._composed(taylor_power(self.constant, exponent, self._degree))

    @property
    def _degree(self) -> int:
        """The order that a function of this jet needs: 0 for a constant."""
        return self.order if self.terms.keys() - {()} else 0

    def _composed(self, coefficients: Sequence[Scalar]) -> Jet:
        """f(self) from f's Taylor coefficients at the constant term, by Horner's rule."""
        increment = Jet({monomial: coefficient for monomial, coefficient in self.terms.items() if monomial}, self.order)
        result = constant_jet(coefficients[-1], self.order)
        for coefficient in reversed(coefficients[:-1]):
            result = result * increment + constant_jet(coefficient, self.order)
        return result

    def apply(self, operation: str) -> Jet:
        """The language's function of that name."""
        return self._composed(taylor(operation, self.constant, self._degree))

    def clip(self, low: Jet, high: Jet) -> Jet:
        """min(max(self, low), high) with constant bounds."""
        return self._composed(taylor_clip(self.constant, low.constant, high.constant, self._degree))


def _jet(terms: dict[Monomial, Scalar], order: int) -> Jet:
    return Jet({monomial: coefficient for monomial, coefficient in terms.items() if not is_zero(coefficient)}, order)


def constant_jet(value: Scalar, order: int) -> Jet:
    """A number that depends on no variable."""
    return _jet({(): value}, order)


def variable_jet(value: Scalar, variable: int, order: int) -> Jet:
    """The variable itself at `value`."""
    return Jet({**constant_jet(value, order).terms, **({(variable,): ZERO + 1} if order else {})}, order)
