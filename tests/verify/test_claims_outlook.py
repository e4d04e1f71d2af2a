"""Section IX of the ledger: its checks hold, its conditions divide its cases, and planted faults are caught."""

from __future__ import annotations

from infograd import Standing
from infograd.verify.claims.outlook import entries as outlook
from infograd.verify.claims.outlook.entries import ENTRIES

BY_ID = {entry.claim.id: entry for entry in ENTRIES}


def test_the_statements_of_the_section_stand_as_found() -> None:
    assert {id: entry.claim.standing for id, entry in BY_ID.items()} == {
        "rate-distortion": Standing.PROVED,
        "distributed-source-coding": Standing.HEURISTIC,
    }


def test_another_test_channel_has_more_information_at_the_same_distortion() -> None:
    from infograd import numeric
    from infograd.verify.claims.reading import below, information

    best = information(numeric.answer(outlook._reproduction("3/4", "3/16")))
    other = information(numeric.answer(outlook._reproduction("4/5", "21/100")))
    assert below("the best and another, both at distortion 1/4", best, other).holds
