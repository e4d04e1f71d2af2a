"""Reading maps that grow: a polynomial of the input plus moved maps of affine functions of it, Y = P(X) + sum_i a_i g_i(k_i X + l_i) + Z.

g is one of tanh, sin, cos, erf, sigmoid and softplus. The tree of a gate is evaluated over such sums, with jets in the parameters as coefficients.
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb

from infograd.channel import Source
from infograd.expression import Apply, Expression, Reference, references
from infograd.numeric.certified.jets import Jet
from infograd.numeric.certified.maps import MAPS
from infograd.numeric.certified.reading import OutsideTheoremError, Reader

DEGREE = 7
GROWING = "softplus"


@dataclass(frozen=True, slots=True)
class Term:
    """outer * g(slope * X + intercept)."""

    map: str
    slope: Jet
    intercept: Jet
    outer: Jet


@dataclass(frozen=True, slots=True)
class Sum:
    """The polynomial's coefficients, that of X^k at place k, and the terms."""

    coefficients: tuple[Jet, ...]
    terms: tuple[Term, ...] = ()

    def scaled(self, factor: Jet) -> Sum:
        """The sum times a number."""
        terms = tuple(Term(term.map, term.slope, term.intercept, factor * term.outer) for term in self.terms)
        return Sum(tuple(factor * each for each in self.coefficients), terms)

    def plus(self, other: Sum) -> Sum:
        """The sum of two."""
        size = max(len(self.coefficients), len(other.coefficients))
        left, right = ((*each.coefficients, *[Jet(arb(0))] * (size - len(each.coefficients))) for each in (self, other))
        return Sum(tuple(a + b for a, b in zip(left, right, strict=True)), self.terms + other.terms)

    def times(self, other: Sum) -> Sum:
        """The product of two, of which one is a number or both are polynomials.

        Raises: OutsideTheoremError for other products, and beyond the degree that is taken.
        """
        for number, rest in ((self, other), (other, self)):
            if len(number.coefficients) == 1 and not number.terms:
                return rest.scaled(number.coefficients[0])
        if self.terms or other.terms:
            raise OutsideTheoremError("the map has a product of a function of the input with the input, and sums of polynomials and moved maps are taken")
        product = [Jet(arb(0))] * (len(self.coefficients) + len(other.coefficients) - 1)
        if len(product) > DEGREE + 1:
            raise OutsideTheoremError(f"the map has degree {len(product) - 1} in the input, and at most {DEGREE} is taken")
        for left, first in enumerate(self.coefficients):
            for right, second in enumerate(other.coefficients):
                product[left + right] = product[left + right] + first * second
        return Sum(tuple(product))


def read_sum(expression: Expression, reader: Reader) -> Sum:
    """The expression as a sum.

    Raises: OutsideTheoremError where it is none.
    """
    if not references(expression):
        return Sum((reader.parameter(expression),))
    if isinstance(expression, Reference):
        return _node(expression.name, reader)
    if not isinstance(expression, Apply):
        raise OutsideTheoremError(f"{expression!r} has no bounds that are proven")
    minus, arguments = Jet(arb(-1)), expression.arguments
    match expression.operation:
        case "add":
            return read_sum(arguments[0], reader).plus(read_sum(arguments[1], reader))
        case "subtract":
            return read_sum(arguments[0], reader).plus(read_sum(arguments[1], reader).scaled(minus))
        case "negative":
            return read_sum(arguments[0], reader).scaled(minus)
        case "multiply":
            return read_sum(arguments[0], reader).times(read_sum(arguments[1], reader))
        case "divide" if not references(arguments[1]):
            return read_sum(arguments[0], reader).scaled(reader.parameter(arguments[1]).power(-1))
        case "power":
            return _power(read_sum(arguments[0], reader), float(reader.parameter(arguments[1]).value))
    return _function(expression.operation, read_sum(arguments[0], reader))


def _node(name: str, reader: Reader) -> Sum:
    node = reader.nodes[name]
    if isinstance(node, Source):
        return Sum((Jet(arb(0)), Jet(arb(1))))
    if node.noise is not None:
        raise OutsideTheoremError(f"gate {name!r} adds noise on the way, and maps that grow are taken in one noisy gate")
    return read_sum(node.map, reader)


def _power(base: Sum, exponent: float) -> Sum:
    if exponent not in range(1, DEGREE + 1):
        raise OutsideTheoremError(f"the power {exponent:g} of the input is taken for 1, 2, ..., {DEGREE} only")
    result = base
    for _ in range(round(exponent) - 1):
        result = result.times(base)
    return result


def _function(name: str, inside: Sum) -> Sum:
    if name not in MAPS and name != GROWING:
        raise OutsideTheoremError(f"the map {name} of an input is neither a polynomial nor tanh, sin, cos, erf, sigmoid or softplus")
    if inside.terms or len(inside.coefficients) > 2:
        raise OutsideTheoremError(f"{name} is taken of an affine function of the input, and its argument is none")
    intercept, slope = (*inside.coefficients, Jet(arb(0)))[:2]
    return Sum((Jet(arb(0)),), (Term(name, slope, intercept, Jet(arb(1))),))
