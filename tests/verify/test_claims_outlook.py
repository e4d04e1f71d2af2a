"""Section IX of the ledger: its checks hold, its conditions divide its cases, and planted faults are caught."""

from __future__ import annotations

import pytest

from infograd import Standing
from infograd.verify.claims.entry import Check, Entry
from infograd.verify.claims.outlook import entries as outlook
from infograd.verify.claims.outlook import flow as outlook_flow
from infograd.verify.claims.outlook.entries import ENTRIES
from infograd.verify.claims.reading import decided, gradient, same

BY_ID = {entry.claim.id: entry for entry in ENTRIES}
CHECKS = [pytest.param(check, id=f"{entry.claim.id}: {check.summary[:40]}") for entry in ENTRIES for check in entry.checks]


@pytest.mark.parametrize("check", CHECKS)
def test_every_check_shows_what_it_says(check: Check) -> None:
    outcome = check.run()
    assert outcome.holds, outcome.detail


def test_the_statements_of_the_section_stand_as_found() -> None:
    assert {id: entry.claim.standing for id, entry in BY_ID.items()} == {
        "rate-distortion": Standing.PROVED,
        "information-bottleneck": Standing.CONDITIONAL,
        "flow-matching": Standing.CONDITIONAL,
        "flow-matching-stability": Standing.HEURISTIC,
        "distributed-source-coding": Standing.HEURISTIC,
        "sensor-powers": Standing.PROVED,
    }


@pytest.mark.parametrize("entry", [entry for entry in ENTRIES if entry.condition], ids=lambda entry: entry.claim.id)
def test_conditions_hold_inside_and_fail_outside(entry: Entry) -> None:
    assert entry.condition is not None
    assert all(entry.condition.holds(case) is True for case in entry.condition.inside)
    assert all(entry.condition.holds(case) is False for case in entry.condition.outside)


def test_another_velocity_is_caught() -> None:
    x, tau, velocity, score = outlook_flow._velocity_and_score()
    assert not decided("the correspondence with the ends exchanged", score + (x - tau * velocity) / (1 - tau)).holds


def test_another_gain_is_not_stationary() -> None:
    from infograd import numeric

    moved = outlook.NOISY.at_point(a="11/10")
    kept, paid = (gradient(numeric.answer(each), "a") for each in (outlook._kept(moved), moved))
    assert not same("the balance", kept, paid.scaled(0.25)).holds


def test_another_test_channel_has_more_information_at_the_same_distortion() -> None:
    from infograd import numeric
    from infograd.verify.claims.reading import below, information

    best = information(numeric.answer(outlook._reproduction("3/4", "3/16")))
    other = information(numeric.answer(outlook._reproduction("4/5", "21/100")))
    assert below("the best and another, both at distortion 1/4", best, other).holds
