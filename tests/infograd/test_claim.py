"""Claims: a standing is what the findings bear out, and silence bears out nothing."""

from __future__ import annotations

import dataclasses

import pytest

import infograd as ig
from infograd.claim import Role, Standing

ROOMS = ("analytic", "numeric")


def finding(role: Role, room: str = "analytic", holds: bool = True) -> ig.Finding:
    return ig.Finding(ig.Evidence(role, "numbers", room, f"{role.value} in {room}"), holds, "1 against 2")


def examined(standing: Standing, *findings: ig.Finding) -> ig.Examination:
    return ig.Examination(ig.Claim("eq-1", "t", "s", "x", standing), findings)


SUPPORT, NO_SUPPORT = finding(Role.SUPPORTS), finding(Role.SUPPORTS, "numeric", holds=False)
REFUTATION = tuple(finding(Role.REFUTES, room) for room in ROOMS)
NO_REFUTATION = tuple(finding(Role.REFUTES, room, holds=False) for room in ROOMS)
CORRECTION, NO_CORRECTION = finding(Role.CORRECTS), finding(Role.CORRECTS, holds=False)


@pytest.mark.parametrize(
    ("claimed", "findings", "found"),
    [
        (Standing.PROVED, (SUPPORT,), Standing.PROVED),
        (Standing.PROVED, (SUPPORT, NO_SUPPORT), Standing.REFUTED),
        (Standing.PROVED, (), None),
        (Standing.PROVED, (SUPPORT, *REFUTATION), None),
        (Standing.CONDITIONAL, (SUPPORT,), Standing.CONDITIONAL),
        (Standing.CONDITIONAL, (SUPPORT, *REFUTATION), Standing.CONDITIONAL),
        (Standing.CONDITIONAL, (NO_SUPPORT, *REFUTATION), Standing.REFUTED),
        (Standing.CONDITIONAL, (SUPPORT, *NO_REFUTATION), Standing.PROVED),
        (Standing.CONDITIONAL, REFUTATION, None),
        (Standing.REFUTED, (*REFUTATION, CORRECTION), Standing.REFUTED),
        (Standing.REFUTED, (*NO_REFUTATION, CORRECTION), Standing.PROVED),
        (Standing.REFUTED, (REFUTATION[0], NO_REFUTATION[1], CORRECTION), None),
        (Standing.REFUTED, (*REFUTATION, NO_CORRECTION), None),
        (Standing.REFUTED, (REFUTATION[0], REFUTATION[0]), None),
        (Standing.REFUTED, (), None),
        (Standing.MEASURED, (SUPPORT,), Standing.MEASURED),
        (Standing.MEASURED, (NO_SUPPORT,), Standing.REFUTED),
        (Standing.HEURISTIC, (), Standing.HEURISTIC),
        (Standing.DEFINITION, (), Standing.DEFINITION),
        (Standing.DEFINITION, (NO_SUPPORT,), Standing.REFUTED),
    ],
)
def test_the_standing_is_what_the_findings_bear_out(claimed: Standing, findings: tuple[ig.Finding, ...], found: Standing | None) -> None:
    examination = examined(claimed, *findings)
    assert examination.standing is found
    assert examination.as_stated == (found is claimed)


def test_a_flip_says_both_standings_and_what_failed() -> None:
    assert examined(Standing.PROVED, SUPPORT).flip == ""
    assert examined(Standing.CONDITIONAL, SUPPORT, NO_SUPPORT).flip == (
        "eq-1 stands as 'proved under a condition', but its findings say 'refuted as stated': supports in numeric: 1 against 2"
    )
    assert examined(Standing.PROVED).flip == "eq-1 stands as 'proved', but its findings bear out no standing: there are too few of them."


def test_the_order_of_findings_does_not_matter() -> None:
    findings = (*REFUTATION, CORRECTION)
    assert examined(Standing.REFUTED, *findings[::-1]).standing is examined(Standing.REFUTED, *findings).standing


@pytest.mark.parametrize("id", ["eq-36", "eq-11-13", "theorem-1", "remark-7", "figure-5", "section-7-saturation"])
def test_an_id_is_words_and_numbers_joined_by_hyphens(id: str) -> None:
    assert ig.Claim(id, "t", "s", "x", Standing.PROVED).id == id


@pytest.mark.parametrize("id", ["", "Eq 36", "eq--1", "1-eq", '"><script>', "eq_36", "eq-36 "])
def test_an_id_that_is_none_is_refused(id: str) -> None:
    with pytest.raises(ig.SpecificationError, match="small letters and numbers joined by hyphens"):
        ig.Claim(id, "t", "s", "x", Standing.PROVED)


def test_a_claim_and_its_examination_come_back_from_json() -> None:
    evidence = ig.Evidence(Role.REFUTES, "exact", "analytic", "at $a = 1$", "infograd claims eq-1 --check")
    claim = ig.Claim("eq-1", "t", "s", r"\frac{1}{2}", Standing.REFUTED, "c", (evidence,), "$a = 1$", "x")
    examination = ig.Examination(claim, (ig.Finding(evidence, False, "nothing"),))
    assert ig.from_json(ig.to_json(examination)) == examination
    assert ig.from_json(ig.to_json(claim)) != dataclasses.replace(claim, counterexample="")


def test_a_run_is_as_expected_only_if_every_claim_stands() -> None:
    assert ig.Run("t", (), claims=(examined(Standing.PROVED, SUPPORT),)).as_expected
    assert not ig.Run("t", (), claims=(examined(Standing.PROVED, SUPPORT), examined(Standing.PROVED))).as_expected
