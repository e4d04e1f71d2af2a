"""The method `float`: covariance square roots in double precision, with a proven bound on the rounding of every number."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from infograd.analytic.floating.balls import Balls, nested
from infograd.analytic.floating.entropy import Entropy
from infograd.analytic.floating.reading import Reading
from infograd.analytic.floating.system import System, system
from infograd.analytic.floating.whitening import noise_roots, whitening
from infograd.analytic.refusal import NoClosedFormError, UndecidedError
from infograd.answer import Access, Answer, Refusal
from infograd.array import filled, shape_of
from infograd.mapping import FrozenMapping
from infograd.quantity import Doubt, Quantity
from infograd.question import Question

ROOM, METHOD = "analytic", "float"
CITATION = "square roots of covariances, (1 - A)^-1 and its adjoint; arXiv:2601.01789 eqs. (33)-(34), (38), (45)-(46), (65)-(66)"


def answer(question: Question) -> Answer | Refusal:
    """I(A;B|C), or h(A|C), in nats and its gradient in double precision, for Gaussian sources and noises and maps linear in the nodes.

    The bound on the distance from the exact value stands in `proved`, for the value and for every entry of the gradient;
    it takes in the rounding of the parameters. A covariance that is singular, or that floats cannot tell from a singular
    one, is refused, and so are second derivatives.
    Source: arXiv:2601.01789, eqs. (33)-(34), (45)-(46), (65)-(66), and their matrix form.
    """
    if question.order == 2:
        return Refusal(ROOM, METHOD, "second derivatives are not formed in floats; ask the method 'exact', or order 1")
    try:
        with np.errstate(all="ignore"):  # what leaves the range of doubles is found below, as a bound that is not finite
            return _answer(question)
    except NoClosedFormError as reason:
        return Refusal(ROOM, METHOD, f"no closed form: {reason}")


def _answer(question: Question) -> Answer:
    reading = Reading(question)
    for name in question.nodes:
        if name in reading.fixed:
            raise UndecidedError(f"node {name!r} is no random variable, so the nodes' covariance is singular; ask the method 'exact'")
    solved = system(reading)
    plus, minus = _entropies(question, solved)
    value = plus.value() - minus.value() if minus else plus.value() + plus.constant()
    _check_finite([value])
    gradient: dict[str, Quantity] = {}
    if question.order:
        in_mixing, in_own = plus.slope_in_mixing(), plus.slope_in_own()
        if minus:
            in_mixing, in_own = in_mixing - minus.slope_in_mixing(), in_own - minus.slope_in_own()
        wanted = {name: reading.parameters[name] for name in question.wrt if name in reading.parameters}
        slopes = reading.tape.slopes(solved.seeds(in_mixing, in_own), wanted)
        _check_finite(slopes.values())
        gradient = {name: _quantity(slopes[name]) if name in slopes else _zero(question, name) for name in question.wrt}
    cost = FrozenMapping({"entries": len((minus or plus).whitening.rows), "rows": len(solved.transfer.centre)})
    return Answer(ROOM, METHOD, Access.MODEL, _quantity(value), FrozenMapping(gradient), citation=CITATION, cost=cost)


def _entropies(question: Question, solved: System) -> tuple[Entropy, Entropy | None]:
    """h(B|C) and h(B|AC) of an information, with the smaller side as B; h(A|C) alone of an entropy."""
    given, left, right = map(solved.rows, (question.given, *question.between))
    roots = noise_roots(solved)
    if not right:
        return Entropy(whitening(solved, given + left, roots), len(given)), None
    if len(left) < len(right):
        left, right = right, left
    joint = Entropy(whitening(solved, given + left + right, roots), len(given) + len(left))
    return Entropy(whitening(solved, given + right, roots), len(given)), joint


def _check_finite(found: Iterable[Balls]) -> None:
    if not all(np.isfinite(balls.magnitude).all() for balls in found):
        raise UndecidedError("the answer or its bound leaves the range of doubles; ask the method 'exact'")


def _zero(question: Question, name: str) -> Quantity:
    """The slope in a parameter that no relevant node uses."""
    return Quantity(filled(shape_of(question.at[name]), 0.0))


def _quantity(slope: Balls) -> Quantity:
    return Quantity(nested(slope.centre), Doubt(proved=nested(slope.radius)))
