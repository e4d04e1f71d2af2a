"""Random channels, parameters included: the rooms that can answer must agree, whatever hypothesis draws.

`pytest tests/flow/test_properties.py --infograd-report DIR` turns a run of these tests into a report.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from hypothesis import assume, given, settings

import infograd as ig
from infograd import analytic, learned, numeric, verify
from infograd.quantity import Infinite, Undefined
from infograd.verify.asking import Method
from infograd.verify.plugin import RecordingJudge
from infograd.verify.strategies import linear_questions, scalar_nonlinear_questions

WEAK = 0.05
"""Root mean square gradient, in nats per unit, below which learned gradients seldom leave a comparison its power; such draws are not worth their samples."""


def by_quadrature(question: ig.Question) -> ig.Reply:
    return numeric.answer(question, error=1e-9, operations=2e8)


def by_ample_quadrature(question: ig.Question) -> ig.Reply:
    """Two hops with the steepest gains of the draw need more operations than the wide linear channels are given."""
    return numeric.answer(question, error=1e-9, operations=2e9)


def by_scores(question: ig.Question) -> ig.Reply:
    return learned.answer(question)


def regime(question: ig.Question) -> float:
    """The root mean square gradient over all parameters of the channel, by the most exact room that answers."""
    whole = ig.Question(question.channel, question.between, question.given)
    reply = analytic.answer(whole)
    if isinstance(reply, ig.Refusal):
        reply = by_ample_quadrature(whole)
    assert isinstance(reply, ig.Answer), reply
    found = [float(value) for quantity in reply.gradient.values() for _, value, _ in quantity.entries() if not isinstance(value, Infinite | Undefined)]
    return math.sqrt(sum(value**2 for value in found) / len(found))


def check(judge: RecordingJudge, question: ig.Question, methods: Sequence[str | Method], rooms: set[str]) -> None:
    """The rooms agree; a draw on which the comparison could not have failed is no pass and does not count as an example."""
    scale = regime(question)
    assume(scale >= WEAK)
    replies = verify.ask(question, methods)
    assert {reply.room for reply in replies if isinstance(reply, ig.Answer)} >= rooms, [reply for reply in replies if isinstance(reply, ig.Refusal)]
    assume(verify.judge(question, replies, regime=scale).status is not ig.Status.POWERLESS)
    verdict = judge(question, replies, regime=scale)
    assert verdict.status is ig.Status.AGREE, (verdict.note, [each for each in verdict.comparisons if each.status is not ig.Status.AGREE])


@settings(max_examples=20)
@given(linear_questions(min_nodes=2, max_nodes=4, max_parents=2))
def test_three_rooms_agree_on_small_linear_channels(infograd_judge: RecordingJudge, question: ig.Question) -> None:
    """Two sources together, given a third, may be too wide a sum for quadrature; such draws do not count."""
    assume(isinstance(by_quadrature(question), ig.Answer))
    check(infograd_judge, question, ("analytic", by_quadrature, by_scores), {"analytic", "numeric", "learned"})


@settings(max_examples=15)
@given(linear_questions(min_nodes=5, max_nodes=8, max_parents=2))
def test_the_rooms_agree_on_large_linear_channels(infograd_judge: RecordingJudge, question: ig.Question) -> None:
    """Many of these are too wide for quadrature, which says so; where it answers it must agree as well."""
    check(infograd_judge, question, ("analytic", by_quadrature, by_scores), {"analytic", "learned"})


@settings(max_examples=10)
@given(linear_questions(min_nodes=2, max_nodes=5, vectors=True))
def test_the_learned_gradient_agrees_with_the_exact_one_on_vector_channels(infograd_judge: RecordingJudge, question: ig.Question) -> None:
    check(infograd_judge, question, ("analytic", by_scores), {"analytic", "learned"})


@settings(max_examples=20)
@given(scalar_nonlinear_questions())
def test_two_rooms_agree_on_nonlinear_channels(infograd_judge: RecordingJudge, question: ig.Question) -> None:
    check(infograd_judge, question, (by_ample_quadrature, by_scores), {"numeric", "learned"})
