"""Replies, verdicts and runs: what is part of equality, and when a whole is as expected."""

from __future__ import annotations

from dataclasses import replace

import pytest

import infograd as ig

VALUE = ig.Quantity(0.5, ig.Doubt(estimated=1e-12))
ANSWER = ig.Answer("numeric", "trapezoid", ig.Access.MODEL, VALUE, ig.FrozenMapping({"theta": VALUE}))
SIDE = ig.Side("numeric", "trapezoid", 0.5, ig.Doubt())


def comparison(status: ig.Status, expected: ig.Status = ig.Status.AGREE) -> ig.Comparison:
    """A comparison with that status."""
    return ig.Comparison("information", (), SIDE, SIDE, 0.0, 1.0, 1.0, status, ig.Expectation(expected, "a claim"))


def test_levels_of_access_are_ordered_from_the_least_to_the_most_knowledge() -> None:
    assert list(ig.Access) == sorted(ig.Access) == [ig.Access.PAIRS, ig.Access.PATHWISE, ig.Access.LAST_NOISE, ig.Access.MODEL]
    assert len({access.meaning for access in ig.Access}) == 4


def test_the_cost_is_no_part_of_an_answers_identity() -> None:
    dearer = replace(ANSWER, cost=ig.FrozenMapping({"evaluations": 10}))
    assert dearer == ANSWER
    assert hash(dearer) == hash(ANSWER)
    assert replace(ANSWER, method="Gauss-Hermite") != ANSWER


@pytest.mark.parametrize("status", ig.Status)
@pytest.mark.parametrize("expected", ig.Status)
def test_a_comparison_is_as_expected_when_its_status_is_the_expected_one(status: ig.Status, expected: ig.Status) -> None:
    assert comparison(status, expected).as_expected is (status is expected)


def test_a_verdict_is_as_expected_when_something_was_compared_and_all_of_it_is() -> None:
    fine, refuted = comparison(ig.Status.AGREE), comparison(ig.Status.DISAGREE, ig.Status.DISAGREE)
    wrong = comparison(ig.Status.POWERLESS)
    assert ig.Verdict(ig.Status.AGREE, (fine, refuted)).as_expected
    assert not ig.Verdict(ig.Status.AGREE, (fine, wrong)).as_expected
    assert not ig.Verdict(ig.Status.UNANSWERED, ()).as_expected


def test_a_run_is_as_expected_when_every_record_is() -> None:
    question = ig.CATALOGUE["scalar"].question
    records = [ig.Record("scalar", question, (), ig.Verdict(status, (comparison(status),))) for status in (ig.Status.AGREE, ig.Status.DISAGREE)]
    assert ig.Run("one", tuple(records[:1])).as_expected
    assert not ig.Run("both", tuple(records)).as_expected


def test_every_status_says_what_it_means_in_a_sentence() -> None:
    assert [status.name for status in ig.Status] == ["AGREE", "DISAGREE", "POWERLESS", "UNANSWERED"]
    assert all(status.value.endswith(".") for status in ig.Status)
