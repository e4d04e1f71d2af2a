"""The judge, on replies written by hand: what it lets pass, what it catches, and whom it names."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import infograd as ig
from infograd.verify import Policy, judge
from infograd.verify.comparing import student_quantile

QUESTION = ig.CATALOGUE["scalar"].question


def answer(room: str, gradient: Any = 0.5, doubt: ig.Doubt | None = None, *, value: Any = None, method: str = "a method") -> ig.Answer:
    quantity = ig.Quantity(gradient, doubt or ig.Doubt())
    return ig.Answer(room, method, ig.Access.MODEL, None if value is None else ig.Quantity(value, doubt or ig.Doubt()), ig.FrozenMapping({"theta": quantity}))


def test_equal_replies_agree() -> None:
    verdict = judge(QUESTION, (answer("analytic", Fraction(1, 2)), answer("numeric", 0.5)))
    assert verdict.status is ig.Status.AGREE
    assert verdict.blame == ()
    assert verdict.as_expected


def test_a_gap_beyond_the_stated_doubt_disagrees() -> None:
    verdict = judge(QUESTION, (answer("analytic", 0.5), answer("numeric", 0.5 + 1e-9, ig.Doubt(estimated=1e-10))))
    assert verdict.status is ig.Status.DISAGREE
    assert not verdict.as_expected


@given(st.floats(1e-12, 1e-2), st.floats(0, 1e-3), st.floats(0, 1e-3), st.floats(1e-9, 1e-3), st.floats(2, 100))
def test_the_allowed_gap_is_the_stated_formula(proved: float, estimated_a: float, estimated_b: float, stderr: float, dof: float) -> None:
    policy = Policy()
    left = answer("analytic", 0.5, ig.Doubt(proved=proved, estimated=estimated_a))
    right = answer("learned", 0.5, ig.Doubt(estimated=estimated_b, stderr=stderr, dof=dof))
    (comparison,) = judge(QUESTION, (left, right)).comparisons
    expected = policy.rtol * 0.5 + proved + 2 * (estimated_a + estimated_b) - float(stats.t(dof).ppf(policy.alpha / 2)) * stderr
    assert math.isclose(comparison.allowed, expected, rel_tol=1e-9)


def test_student_quantiles_are_those_of_scipy() -> None:
    assert math.isclose(student_quantile(1e-6, 7), -stats.t(7).ppf(5e-7), rel_tol=1e-10)
    assert math.isclose(student_quantile(1e-6, math.inf), -stats.norm.ppf(5e-7), rel_tol=1e-10)


@pytest.mark.parametrize("wrong", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_disagrees_with_every_number(wrong: float) -> None:
    verdict = judge(QUESTION, (answer("analytic", 0.5), answer("numeric", wrong, ig.Doubt(estimated=1e300))))
    assert verdict.status is ig.Status.DISAGREE


def test_nan_disagrees_even_with_nan() -> None:
    assert judge(QUESTION, (answer("analytic", math.nan), answer("numeric", math.nan))).status is ig.Status.DISAGREE


def test_a_comparison_too_wide_to_fail_is_powerless() -> None:
    verdict = judge(QUESTION, (answer("analytic", 0.5), answer("numeric", 0.5, ig.Doubt(estimated=0.1))))
    assert verdict.status is ig.Status.POWERLESS
    assert not verdict.as_expected


def test_disagreement_is_judged_before_width() -> None:
    verdict = judge(QUESTION, (answer("analytic", 0.5), answer("numeric", 5.0, ig.Doubt(estimated=1.0))))
    assert verdict.status is ig.Status.DISAGREE


def test_infinite_agrees_with_infinite_and_with_nothing_else() -> None:
    infinite = ig.Infinite("Y is a function of X")
    one, two = answer("analytic", value=infinite), answer("numeric", value=ig.Infinite("no noise"))
    assert judge(QUESTION, (one, two)).status is ig.Status.AGREE
    assert judge(QUESTION, (one, answer("numeric", value=40.0))).status is ig.Status.DISAGREE
    assert judge(QUESTION, (one, answer("numeric", value=ig.Undefined("no density")))).status is ig.Status.DISAGREE


def test_one_room_alone_is_unanswered() -> None:
    refusal = ig.Refusal("analytic", "exact", "no closed form.")
    verdict = judge(QUESTION, (refusal, answer("numeric"), answer("numeric", method="another")))
    assert verdict.status is ig.Status.UNANSWERED


@pytest.mark.parametrize("wrong", ["analytic", "numeric", "learned"])
def test_the_room_that_two_others_contradict_is_named(wrong: str) -> None:
    replies = [answer(room, 1.0 if room == wrong else 0.5, ig.Doubt(estimated=1e-3)) for room in ("analytic", "numeric", "learned")]
    verdict = judge(QUESTION, replies)
    assert verdict.status is ig.Status.DISAGREE
    assert verdict.blame == (wrong,)


def test_two_rooms_that_differ_are_both_suspects() -> None:
    verdict = judge(QUESTION, (answer("numeric", 0.5), answer("learned", 1.0)))
    assert verdict.blame == ("learned", "numeric")
    assert "no third room decides" in verdict.note


def test_three_rooms_that_all_differ_leave_all_suspect() -> None:
    verdict = judge(QUESTION, (answer("analytic", 0.5), answer("numeric", 1.0), answer("learned", 2.0)))
    assert set(verdict.blame) == {"analytic", "numeric", "learned"}


def test_methods_of_one_room_are_compared_too() -> None:
    verdict = judge(QUESTION, (answer("numeric", 0.5), answer("numeric", 1.0, method="another")))
    assert verdict.status is ig.Status.DISAGREE
    assert verdict.blame == ("numeric",)
    assert verdict.note == "Methods of numeric contradict one another."


def test_an_answer_of_another_shape_disagrees() -> None:
    verdict = judge(QUESTION, (answer("analytic", (0.5, 0.5)), answer("numeric", 0.5)))
    assert verdict.status is ig.Status.DISAGREE


def test_an_expected_disagreement_is_no_failure_and_its_absence_is_one() -> None:
    expected = {("learned", "a method"): ig.Expectation(ig.Status.DISAGREE, "the recipe is biased")}
    assert judge(QUESTION, (answer("analytic", 0.5), answer("learned", 1.0)), expected=expected).as_expected
    assert not judge(QUESTION, (answer("analytic", 0.5), answer("learned", 0.5)), expected=expected).as_expected


def entries(room: str, large: float, small: float, doubt: float) -> ig.Answer:
    gradient = {"a": ig.Quantity(large, ig.Doubt(estimated=1e-3)), "b": ig.Quantity(small, ig.Doubt(estimated=doubt))}
    return ig.Answer(room, "a method", ig.Access.MODEL, None, ig.FrozenMapping(gradient))


def test_a_large_gradient_in_one_parameter_lends_no_scale_to_another() -> None:
    """Parameters have units of their own: a doubt of half the small gradient could not have failed, whatever the large one is."""
    assert judge(QUESTION, (entries("analytic", 3.5, 0.27, 0.0), entries("learned", 3.5, 0.4, 0.1))).status is ig.Status.POWERLESS


def test_a_zero_crossing_is_compared_on_the_scale_of_its_regime() -> None:
    replies = (entries("analytic", 0.5, 0.0, 0.0), entries("learned", 0.5, 1e-4, 1e-3))
    assert judge(QUESTION, replies).status is ig.Status.POWERLESS
    assert judge(QUESTION, replies, regime=0.2).status is ig.Status.AGREE


def test_the_entries_of_one_array_share_a_scale() -> None:
    left, right = answer("analytic", (0.5, 0.0)), answer("learned", (0.5, 1e-4), ig.Doubt(estimated=1e-3))
    assert judge(QUESTION, (left, right)).status is ig.Status.AGREE
