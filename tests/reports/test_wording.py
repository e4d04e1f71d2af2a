from __future__ import annotations

import dataclasses

import infograd as ig
from infograd.reports.wording import expectation, headline, note, summary, tallies


def test_the_headline_counts_what_is_not_as_expected(run: ig.Run) -> None:
    run = dataclasses.replace(run, claims=())
    assert headline(run) == "2 of 4 verdicts are not as expected."
    assert headline(dataclasses.replace(run, records=run.records[:2])) == "1 of 2 verdicts is not as expected."
    assert headline(dataclasses.replace(run, records=run.records[::2])) == "Every verdict is as expected."
    assert headline(dataclasses.replace(run, records=run.records[:1])) == "The verdict is as expected."
    assert headline(dataclasses.replace(run, records=())) == "No question was asked."


def test_the_headline_says_how_many_claims_do_not_stand(run: ig.Run) -> None:
    assert headline(run) == "2 of 4 verdicts are not as expected. 1 of 7 claims does not stand as stated."
    assert headline(dataclasses.replace(run, records=())) == "1 of 7 claims does not stand as stated."
    assert (
        headline(dataclasses.replace(run, records=run.records[:1], claims=run.claims[:2])) == "The verdict is as expected. Every claim stands as it is stated."
    )


def test_the_summary_counts_every_status_every_comparison_and_every_check(run: ig.Run) -> None:
    questions = "4 questions asked: 1 agrees, 2 disagree, 0 are powerless, 1 is unanswered; 2 of 4 as expected. 11 comparisons made, 5 of them with the expected status."
    assert summary(dataclasses.replace(run, claims=())) == questions
    assert summary(run) == f"{questions} 7 claims examined by 8 checks."


def test_the_tallies_add_up_to_the_questions(run: ig.Run) -> None:
    assert [(tally.badge.kind, tally.count) for tally in tallies(run)] == [("agree", 1), ("disagree", 2), ("powerless", 0), ("unanswered", 1)]


def test_a_note_names_the_room_or_says_one_of_them(run: ig.Run) -> None:
    assert note(run.records[0].verdict) == ""
    assert note(run.records[1].verdict) == "Points at one of analytic, learned. Two rooms answered, so it is one of them."
    assert note(run.records[2].verdict).startswith("Points at learned. Expected to disagree: denoising score matching")


def test_only_an_expectation_other_than_plain_agreement_is_said(run: ig.Run) -> None:
    assert expectation(run.records[0].verdict.comparisons[0]) == ""
    assert expectation(run.records[2].verdict.comparisons[1]).startswith("expected to disagree: ")
