"""Random channels, parameters included: the rooms that can answer must agree, whatever hypothesis draws.

`pytest tests/flow/test_properties.py --infograd-report DIR` turns a run of these tests into a report.
"""

from __future__ import annotations

from hypothesis import assume, given, settings

import infograd as ig
from infograd import learned, numeric, verify
from infograd.verify.plugin import RecordingJudge
from infograd.verify.strategies import linear_questions, scalar_nonlinear_questions


def rooms(replies: tuple[ig.Reply, ...]) -> set[str]:
    return {reply.room for reply in replies if isinstance(reply, ig.Answer)}


def learned_with_spread(question: ig.Question) -> ig.Reply:
    return learned.answer(question, budget=learned.LIGHT)


def numeric_to_nine_digits(question: ig.Question) -> ig.Reply:
    return numeric.answer(question, error=1e-9)


METHODS = ("analytic", numeric_to_nine_digits, learned_with_spread)


@settings(max_examples=25)
@given(linear_questions(min_nodes=2, max_nodes=4))
def test_three_rooms_agree_on_small_linear_channels(infograd_judge: RecordingJudge, question: ig.Question) -> None:
    replies = verify.ask(question, METHODS)
    assert rooms(replies) >= {"analytic", "numeric"}, replies
    assume("learned" in rooms(replies))
    verdict = infograd_judge(question, replies)
    assert verdict.status is ig.Status.AGREE, (verdict.note, [each for each in verdict.comparisons if each.status is not ig.Status.AGREE])


@settings(max_examples=25)
@given(linear_questions(min_nodes=5, max_nodes=8))
def test_the_learned_gradient_agrees_with_the_exact_one_on_large_linear_channels(infograd_judge: RecordingJudge, question: ig.Question) -> None:
    """Many of these are too wide for quadrature, which says so; where it answers it must agree as well."""
    replies = verify.ask(question, METHODS)
    assume({"analytic", "learned"} <= rooms(replies))
    verdict = infograd_judge(question, replies)
    assert verdict.status is ig.Status.AGREE, (verdict.note, [each for each in verdict.comparisons if each.status is not ig.Status.AGREE])


@settings(max_examples=25)
@given(scalar_nonlinear_questions())
def test_two_rooms_agree_on_nonlinear_channels(infograd_judge: RecordingJudge, question: ig.Question) -> None:
    replies = verify.ask(question, ("numeric", learned_with_spread))
    assert rooms(replies) == {"numeric", "learned"}, replies
    verdict = infograd_judge(question, replies)
    assert verdict.status is ig.Status.AGREE, (verdict.note, [each for each in verdict.comparisons if each.status is not ig.Status.AGREE])
