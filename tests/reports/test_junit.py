from __future__ import annotations

import dataclasses
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import infograd as ig
from infograd.reports import write_junit
from infograd.reports.junit import junit


def cases(run: ig.Run) -> list[Element]:
    return list(fromstring(junit(run)).iter("testcase"))


def questions(run: ig.Run) -> list[Element]:
    """The cases without those of the claims."""
    return cases(dataclasses.replace(run, claims=()))


def test_there_is_a_case_for_each_comparison_and_for_each_silence(run: ig.Run) -> None:
    silent = [record for record in run.records if not record.verdict.comparisons]
    assert len(questions(run)) == sum(len(record.verdict.comparisons) for record in run.records) + len(silent)


def test_a_case_fails_exactly_where_the_status_is_not_the_expected_one(run: ig.Run) -> None:
    failed = [(case.get("classname"), case.get("name")) for case in questions(run) if case.find("failure") is not None]
    unexpected = [
        (record.name, f"{each.quantity}{list(each.index) or ''}: {each.left.room}/{each.left.method} vs {each.right.room}/{each.right.method}")
        for record in run.records
        for each in record.verdict.comparisons
        if not each.as_expected
    ]
    assert failed == [*unexpected, ("relay", "comparisons")]
    assert "tanh, literal recipe" not in dict(failed)


def test_a_refutation_that_stops_refuting_fails(run: ig.Run) -> None:
    record = next(record for record in run.records if record.name == "tanh, literal recipe")
    refuted = next(each for each in record.verdict.comparisons if each.expected.status is ig.Status.DISAGREE)
    healed = ig.Comparison(refuted.quantity, refuted.index, refuted.left, refuted.right, 0.0, 1.0, 1.0, ig.Status.AGREE, refuted.expected)
    (case,) = cases(ig.Run("", (ig.Record("r", record.question, record.replies, ig.Verdict(ig.Status.AGREE, (healed,))),)))
    (failure,) = case
    assert f"but should be: DISAGREE ({refuted.expected.claim})" in (failure.text or "")


def test_a_failure_says_got_should_be_allowed_and_the_call(run: ig.Run) -> None:
    failure = next(case for case in cases(run) if case.get("name", "").startswith("dI/dW[0, 1]")).find("failure")
    assert failure is not None
    assert (failure.text or "").splitlines() == [
        "got: DISAGREE, analytic/float -0.2500000000000000(10) against learned/recipe -0.5000(10), gap 0.25",
        "but should be: AGREE",
        "allowed: gap 0.0105",
        "call to repeat: infograd check vector.toml",
    ]
    assert failure.get("type") == "DISAGREE"


def test_the_counts_and_the_environment_stand_in_the_suite(run: ig.Run) -> None:
    root = fromstring(junit(run))
    (suite,) = root.iter("testsuite")
    assert (suite.get("name"), suite.get("tests"), suite.get("failures"), suite.get("errors")) == (run.title, "19", "8", "0")
    assert {each.get("name"): each.get("value") for each in suite.iter("property")} == dict(run.environment)


def test_hostile_texts_leave_well_formed_xml(hostile: ig.Run, tmp_path: Path) -> None:
    write_junit(hostile, tmp_path / "junit.xml")
    found = list(fromstring((tmp_path / "junit.xml").read_bytes()).iter("testcase"))
    assert len(found) == 2
    for case in found:
        assert "<script>alert(1)</script>" in (case.get("classname") or "")
        assert r"\x00\u202e" in (case.get("classname") or "")


def test_there_is_a_case_for_each_claim_and_a_flip_fails_with_both_statements(run: ig.Run) -> None:
    found = cases(dataclasses.replace(run, records=()))
    assert [(case.get("classname"), case.get("name")) for case in found] == [
        (each.claim.section, f"{each.claim.id}: {each.claim.title}") for each in run.claims
    ]
    failures = [failure for case in found for failure in case]
    assert [(each.get("type"), (each.text or "").splitlines()) for each in failures] == [
        (
            "REFUTED",
            [
                "eq-11-13 stands as 'proved', but its findings say 'refuted as stated': quadrature of the left side: 0.5 and 0.7 differ by 0.2, allowed 1e-12",
                "call to repeat: infograd claims eq-1 --check",
            ],
        )
    ]
