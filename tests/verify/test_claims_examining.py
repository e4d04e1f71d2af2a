"""Examining: every check is run, and one that cannot be run is a finding that does not hold."""

from __future__ import annotations

import pytest

from infograd.claim import Examination, Role, Standing
from infograd.verify.claims import examining
from infograd.verify.claims.entry import Check, Entry, Outcome, entry, refutes, supports
from infograd.verify.claims.examining import examine, to_measure
from infograd.verify.claims.outcome import agrees, differs, every
from infograd.verify.claims.selection import select
from infograd.verify.experiments.claims import examine_all


def raising() -> Outcome:
    return Outcome(bool(1 // 0), "never said")


def test_every_check_is_run_in_order_and_stands(sample_entries: tuple[Entry, ...]) -> None:
    for each in sample_entries:
        examination = examine(each)
        assert [finding.evidence.summary for finding in examination.findings] == [check.summary for check in each.checks]
        assert examination.as_stated


def test_a_derivation_is_an_argument_and_no_finding(sample_entries: tuple[Entry, ...]) -> None:
    examination = examine(sample_entries[1])
    assert len(examination.claim.evidence) == len(examination.findings) + 1


def test_a_check_that_raises_is_a_finding_with_the_exceptions_sentence() -> None:
    made = entry(
        "eq-1",
        "t",
        "s",
        "x",
        Standing.PROVED,
        supports("numbers", "numeric", "a division", raising),
        supports("numbers", "numeric", "a sum", lambda: Outcome(True, "2")),
    )
    examination = examine(made)
    assert [(finding.holds, finding.detail) for finding in examination.findings] == [
        (False, "raised ZeroDivisionError: integer division or modulo by zero"),
        (True, "2"),
    ]
    assert examination.standing is Standing.REFUTED
    assert "a division: raised ZeroDivisionError" in examination.flip


def test_an_interruption_is_no_finding() -> None:
    def interrupt() -> Outcome:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        examine(entry("eq-1", "t", "s", "x", Standing.PROVED, refutes("numbers", "numeric", "stopped by hand", interrupt)))


def test_two_values_agree_within_what_is_allowed_and_not_beyond() -> None:
    assert agrees("v", 1.0, 1.0 + 1e-13, 1e-12).holds
    assert not agrees("v", 1.0, 1.0 + 1e-11, 1e-12).holds
    assert not agrees("v", float("nan"), 1.0, 1e-12).holds
    assert not differs("v", 1.0, float("nan"), 1e-12).holds
    assert differs("v", 1.0, 2.0, 0.5).holds
    assert not differs("v", 1.0, 1.25, 0.5).holds


def test_a_comparison_that_could_not_have_failed_does_not_hold() -> None:
    wide = agrees("v", 1.0, 1.0, 1.0)
    assert not wide.holds
    assert wide.detail.endswith("which could not have failed")
    assert not agrees("v", 0.0, 0.0, 1e-12).holds
    assert agrees("v", 0.0, 0.0, 1e-12, scale=1.0).holds


def test_all_of_several_must_hold_and_each_is_said() -> None:
    both = every(Outcome(True, "one"), Outcome(False, "two"))
    assert (both.holds, both.detail) == (False, "one; two")
    assert every(Outcome(True, "one")).holds


def test_a_measured_check_is_held_against_the_results_given_and_else_the_stored_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    made = entry(
        "figure-9", "t", "s", "x", Standing.MEASURED, Check(Role.SUPPORTS, "training", "learned", "the error", lambda: Outcome(True, "stored"), measured=True)
    )
    monkeypatch.setattr(examining, "measured_claims", lambda: {"figure-9": (lambda: 3, lambda found: Outcome(found == 2, f"found {found}"))})
    assert to_measure((made,)) == ["figure-9"]
    assert examine(made).as_stated
    again = examine(made, {"figure-9": examining.measure("figure-9")})
    assert (again.standing, again.findings[0].detail) == (Standing.REFUTED, "found 3")


def test_a_pool_finds_what_one_process_finds() -> None:
    from infograd.verify.claims.ledger import ledger

    entries = [each for each in ledger() if len(each.checks) == 1 and not each.checks[0].measured][:2]
    heard: list[int] = []
    found = examine_all(entries, 2, lambda done, total, text: heard.append(done))
    assert len(found) == 2
    assert all(isinstance(each, Examination) for each in found)
    assert found == tuple(map(examine, entries))
    assert heard == [1, 2]


def test_the_main_job_examines_the_ledger_beside_the_experiments(monkeypatch: pytest.MonkeyPatch) -> None:
    from infograd.verify import experiments
    from infograd.verify.claims.ledger import ledger

    entries = select(ledger(), "eq-5-6")
    monkeypatch.setattr(experiments, "EXPERIMENTS", ())
    monkeypatch.setattr(experiments, "ledger", lambda: entries)
    made = experiments.run(jobs=1)
    assert [each.claim for each in made.claims] == [entry.claim for entry in entries]
    assert all(each.as_stated for each in made.claims)
    assert not made.records
