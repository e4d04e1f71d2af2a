"""The method `exact`: covariance propagation in exact rationals, and in proven balls where a function leaves the rationals."""

from __future__ import annotations

from collections.abc import Sequence

from flint import ctx

from infograd.analytic.affine import linear_channel
from infograd.analytic.exact.covariance import covariance, differential_entropy, shared_information
from infograd.analytic.exact.elementary import Scalar
from infograd.analytic.exact.enclosure import is_sharp, quantity
from infograd.analytic.exact.jet import Jet
from infograd.analytic.exact.jet_ring import JetRing
from infograd.analytic.exact.neighbourhood import point_pattern, stays_jointly, why_degenerate, why_infinite, why_no_slope
from infograd.analytic.exact.rank_bound import stays
from infograd.analytic.precision import at_rising_precision
from infograd.analytic.refusal import NoClosedFormError
from infograd.analytic.ring import indices
from infograd.answer import Access, Answer, Refusal
from infograd.array import Shape, shape_of
from infograd.mapping import FrozenMapping
from infograd.quantity import Infinite, Quantity, Undefined
from infograd.question import Question

ROOM, METHOD = "analytic", "exact"
CITATION = "covariance propagation; arXiv:2601.01789 eqs. (33)-(34), (45)-(46), (65)-(66)"


def answer(question: Question) -> Answer | Refusal:
    """I(A;B|C) or h(A|C) in nats and its derivatives, for Gaussian sources and noises and maps linear in the nodes.

    Rational values are exact; others are midpoints of balls, with the radius as `proved`. An infinite value comes with
    the reason; a gradient is `Undefined` where the information is infinite or jumps. With order 2 the second derivatives
    stand in `hessian` under "a,b", a not after b, with the shape of a followed by that of b.
    Source: arXiv:2601.01789, eqs. (33)-(34), (45)-(46), (65)-(66), and their matrix form.
    """
    return at_rising_precision(ROOM, METHOD, lambda last: _Attempt(question).reply(even_if_blunt=last))


class _Attempt:
    """One try at a question, at flint's present precision."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.ring = JetRing(question)
        self.linear = linear_channel(self.ring, question)
        self.pattern = point_pattern(question, self.linear)
        degenerate = self.pattern.kept < len(self.linear.given) + len(self.linear.left) + len(self.linear.right)
        self.may_change_rank = degenerate and bool(question.order) and not stays(question, self.pattern, self.ring.variables)

    def reply(self, even_if_blunt: bool) -> Answer | None:
        """The answer, or None where a ball is wider than it should be."""
        if self.question.quantity == "entropy" and len(self.pattern.left) < len(self.linear.left):
            why = why_degenerate(self.question)
            return self._without_value(Quantity(Undefined(why)), why)
        if not self.pattern.finite:
            why = why_infinite(self.question)
            return self._without_value(Quantity(Infinite(why)), f"the information is infinite: {why}")
        if self.question.order == 2 and self.may_change_rank and not stays_jointly(self.question, self.pattern, self.ring.variables):
            raise NoClosedFormError("second derivatives where the covariance changes its rank; ask order 1")
        linear, kept = self.linear, self.pattern
        rows = [
            group[position] for group, positions in ((linear.given, kept.given), (linear.left, kept.left), (linear.right, kept.right)) for position in positions
        ]
        matrix = covariance(self.ring, linear, rows)
        order = self.question.order
        if self.question.quantity == "entropy":
            information = differential_entropy(matrix, len(kept.given), order)
        else:
            information = shared_information(matrix, len(kept.given), len(kept.left), order)
        if not even_if_blunt and not all(map(is_sharp, information.terms.values())):
            return None
        return Answer(
            ROOM,
            METHOD,
            Access.MODEL,
            quantity([information.constant], ()),
            self._gradient(information),
            self._hessian(information),
            CITATION,
            FrozenMapping({"entries": len(rows), "primitives": sum(map(len, linear.covariances.values())), "bits": ctx.prec}),
        )

    def _without_value(self, value: Quantity, why: str) -> Answer:
        undefined = Quantity(Undefined(why))
        names = self.question.wrt
        pairs = _pairs(names) if self.question.order == 2 else []
        gradient = FrozenMapping(dict.fromkeys(names, undefined) if self.question.order else {})
        hessian = FrozenMapping({",".join(pair): undefined for pair in pairs})
        return Answer(ROOM, METHOD, Access.MODEL, value, gradient, hessian, CITATION)

    def _gradient(self, information: Jet) -> FrozenMapping[Quantity]:
        return FrozenMapping({name: self._slope(information, name) for name in self.question.wrt} if self.question.order else {})

    def _slope(self, information: Jet, name: str) -> Quantity:
        entries = [(name, index) for index in indices(self._shape(name))]
        reasons = (why_no_slope(self.question, entry, self.pattern) for entry in entries) if self.may_change_rank else iter(())
        why = next(filter(None, reasons), None)
        return Quantity(Undefined(why)) if why else quantity(self._derivatives(information, (name,)), self._shape(name))

    def _hessian(self, information: Jet) -> FrozenMapping[Quantity]:
        if self.question.order < 2:
            return FrozenMapping()
        return FrozenMapping(
            {",".join(pair): quantity(self._derivatives(information, pair), self._shape(pair[0]) + self._shape(pair[1])) for pair in _pairs(self.question.wrt)}
        )

    def _derivatives(self, information: Jet, names: Sequence[str]) -> list[Scalar]:
        """The derivatives in every combination of the names' entries, in row-major order."""
        combinations: list[tuple[int, ...]] = [()]
        for name in names:
            own = [self.ring.variables[name, index] for index in indices(self._shape(name))]
            combinations = [(*before, variable) for before in combinations for variable in own]
        return [information.derivative(*variables) for variables in combinations]

    def _shape(self, name: str) -> Shape:
        return shape_of(self.question.at[name])


def _pairs(names: Sequence[str]) -> list[tuple[str, str]]:
    return [(name, other) for position, name in enumerate(names) for other in names[position:]]
