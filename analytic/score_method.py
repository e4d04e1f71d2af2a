"""The method `scores`: the theorem's own route, score forms of the gradient at a point, in exact rationals or proven balls.

It reads the maps by probing, takes covariances and Jacobians from vector-Jacobian products, and differentiates nothing
but the entries of the linear system; the method `exact` does none of these.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from flint import ctx, fmpq

from infograd.analytic.exact.answer import ROOM
from infograd.analytic.exact.elementary import HALF, Scalar, taylor
from infograd.analytic.exact.enclosure import is_sharp, quantity
from infograd.analytic.identities.condition import Promises
from infograd.analytic.identities.point import Point, PointRing
from infograd.analytic.identities.probing import read_by_probing
from infograd.analytic.identities.scores import FORMS, Scores
from infograd.analytic.identities.transfer import Transfer
from infograd.analytic.precision import at_rising_precision
from infograd.analytic.refusal import NoClosedFormError, UndecidedError
from infograd.analytic.ring import indices
from infograd.answer import Access, Answer, Refusal
from infograd.array import shape_of
from infograd.mapping import FrozenMapping
from infograd.quantity import Quantity
from infograd.question import Question

METHOD = "scores"
CITATION = "score forms; arXiv:2601.01789 eqs. (18), (39), (63), and the joint form where their separation is not given"
SINGULAR = "the covariance of the asked nodes is singular, so they have no joint score; method 'exact' answers there"


def answer(question: Question) -> Answer | Refusal:
    """I(A;B|C) in nats, and its gradient as E[J^T (s_{B|AC} - s_{B|C})] where the graph promises that form, else by joint scores.

    Rational values are exact; others are midpoints of balls, with the radius as `proved`.
    Source: arXiv:2601.01789, eqs. (18), (39), (63).
    """
    if question.quantity != "information" or question.order > 1:
        what = "second derivatives" if question.order > 1 else "an entropy"
        return Refusal(ROOM, METHOD, f"the score forms give the information and its gradient, not {what}; method 'exact' answers there")
    return at_rising_precision(ROOM, METHOD, lambda last: _attempt(question, even_if_blunt=last))


def _attempt(question: Question, even_if_blunt: bool) -> Answer | None:
    field = Point(question)
    system = read_by_probing(PointRing(field, frozenset(question.wrt)), question.channel, question.nodes).system
    left, right = question.between
    scores = Scores(Transfer(field, system), *(system.rows(names) for names in (left, right, question.given)))
    try:
        value = _information(scores)
        forms = _forms(question)
        slopes = {name: [FORMS[form](scores, (name, index)) for index in indices(shape_of(question.at[name]))] for name, form in forms.items()}
    except ZeroDivisionError:
        raise NoClosedFormError(SINGULAR) from None
    every: Sequence[Scalar] = [value, *(slope for each in slopes.values() for slope in each)]
    if not even_if_blunt and not all(map(is_sharp, every)):
        return None
    if not all(isinstance(number, fmpq) or number.is_finite() for number in every):
        raise UndecidedError("a variance that is left over is not separated from zero by balls")
    gradient = {name: quantity(each, shape_of(question.at[name])) for name, each in slopes.items()}
    cost = Counter(forms.values())
    return Answer(
        ROOM, METHOD, Access.MODEL, quantity([value], ()), FrozenMapping[Quantity](gradient), citation=CITATION, cost=FrozenMapping({**cost, "bits": ctx.prec})
    )


def _information(scores: Scores) -> Scalar:
    """1/2 log(det Cov(B|C) / det Cov(B|AC)), eqs. (8), (33)."""
    ratio = scores.conditional(scores.right, scores.given).determinant / scores.conditional(scores.right, [*scores.left, *scores.given]).determinant
    return HALF * taylor("log", ratio, 0)[0]


def _forms(question: Question) -> dict[str, str]:
    """The form that gives the gradient in each parameter."""
    promised = Promises(question)
    return {name: "difference" if promised(name, "difference") else "joint" for name in question.wrt} if question.order else {}
