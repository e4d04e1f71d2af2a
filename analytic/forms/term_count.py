"""How long a closed form would be: a bound on the monomials of a determinant, before anything is expanded."""

from __future__ import annotations

import math
from fractions import Fraction

from infograd.analytic.affine import linear_channel
from infograd.analytic.exact.covariance import covariance
from infograd.analytic.expression import Symbolic
from infograd.analytic.ring import Ring
from infograd.array import Shape
from infograd.question import Question

MOST_BOUND = 500  # the longest determinant that closed forms and scores expand, within about a second


class CountRing(Ring[int]):
    """Every expression as a bound on the number of its monomials."""

    def constant(self, value: Fraction | float) -> int:
        """One, and none for zero."""
        return int(value != 0)

    def parameter(self, name: str, index: Shape) -> int:
        """One."""
        return 1

    def operate(self, operation: str, *arguments: int) -> int:
        """The sum of sums, the product of products; a function is one generator."""
        match operation:
            case "add" | "subtract":
                return sum(arguments)
            case "multiply" | "divide":
                return math.prod(arguments)
            case "negative":
                return arguments[0]
            case _:
                return 1

    def power(self, base: int, exponent: int) -> int:
        """The terms of a power of a sum, at most."""
        return int(base ** abs(exponent))


def term_bound(question: Question) -> int:
    """A bound on the monomials of the determinant of the covariance of all the question's entries."""
    ring = CountRing()
    linear = linear_channel(ring, question)
    return math.prod(map(sum, covariance(ring, linear, (*linear.given, *linear.left, *linear.right))))


def terms_when_expanded(expression: Symbolic, known: dict[Symbolic, int]) -> int:
    """A bound on the monomials of an expression in sums, products and powers; `known` keeps the bounds of parts."""
    if expression not in known:
        parts = [terms_when_expanded(part, known) for part in expression.args] if expression.is_Add or expression.is_Mul else []
        if expression.is_Pow and expression.exp.is_Integer:
            known[expression] = int(terms_when_expanded(expression.base, known) ** abs(int(expression.exp)))
        else:
            known[expression] = sum(parts) if expression.is_Add else math.prod(parts) if parts else int(expression != 0)
    return known[expression]
