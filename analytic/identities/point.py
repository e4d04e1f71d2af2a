"""The numbers of a question's point: exact rationals, and balls where a function leaves them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from infograd.analytic.exact.elementary import Scalar, taylor, taylor_clip
from infograd.analytic.exact.jet_ring import exact_rational
from infograd.analytic.identities.field import Field
from infograd.analytic.identities.tangent import Tangent, TangentRing, entry_name
from infograd.array import entries
from infograd.question import Question


class Point(Field[Any]):
    """Every generator at its value."""

    def __init__(self, question: Question) -> None:
        self._values = {entry_name((name, index)): exact_rational(value) for name, array in question.at.items() for index, value in entries(array)}

    def constant(self, value: Fraction) -> Scalar:
        """The number itself."""
        return exact_rational(value)

    def generator(self, name: str) -> Scalar:
        """The entry's value."""
        return self._values[name]


class PointRing(TangentRing):
    """Parameters at their values; functions have theirs, with their slopes."""

    def function(self, operation: str, arguments: tuple[Tangent[Any], ...]) -> Tangent[Any]:
        """The function's value and slope at the point.

        Raises: NoClosedFormError where either does not exist.
        """
        x, *bounds = arguments
        order = 1 if x.slopes else 0
        value, *rate = taylor_clip(x.value, bounds[0].value, bounds[1].value, order) if operation == "clip" else taylor(operation, x.value, order)
        return Tangent(value, {entry: rate[0] * slope for entry, slope in x.slopes.items()})
