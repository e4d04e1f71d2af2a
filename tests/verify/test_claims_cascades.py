"""The ledger's section on cascades: every check finds what it says, conditions have both sides, texts print, and planted errors are found."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from infograd.claim import Role, Standing
from infograd.numeric.networks.scores import LatticeScores
from infograd.reports.formula import mathml
from infograd.reports.prose import prose
from infograd.reports.section import Mathematics
from infograd.verify.claims.cascades import entries as cascades
from infograd.verify.claims.cascades import exact as cascades_exact
from infograd.verify.claims.cascades import jumps as cascades_jumps
from infograd.verify.claims.cascades import quadrature as cascades_numeric
from infograd.verify.claims.entry import Check, Entry
from infograd.verify.claims.selection import numbers

ENTRIES = {entry.claim.id: entry for entry in cascades.ENTRIES}


def test_the_section_covers_its_equations_once_and_its_statements() -> None:
    covered = Counter(number for id in ENTRIES for kind, found in (numbers(id),) if kind == "eq" for number in found)
    assert covered == Counter(range(5, 37))
    assert {"theorem-1", "remark-1", "remark-2"} <= ENTRIES.keys()


@pytest.mark.parametrize("entry", cascades.ENTRIES, ids=lambda entry: entry.claim.id)
def test_formulas_and_texts_print(entry: Entry) -> None:
    claim = entry.claim
    assert mathml(claim.statement)
    for text in (claim.title, claim.condition, claim.counterexample, *(each.summary for each in claim.evidence)):
        assert text.count("$") % 2 == 0
        pieces = prose(text)
        assert all(mathml(piece.latex) for piece in pieces if isinstance(piece, Mathematics))
        assert not any("\\" in piece for piece in pieces if isinstance(piece, str))


@pytest.mark.parametrize("entry", cascades.ENTRIES, ids=lambda entry: entry.claim.id)
def test_a_standing_has_the_evidence_it_needs(entry: Entry) -> None:
    roles = Counter(check.role for check in entry.checks)
    match entry.claim.standing:
        case Standing.PROVED:
            assert roles[Role.SUPPORTS]
            assert not roles[Role.REFUTES]
            assert not entry.claim.evidence[0].room
        case Standing.CONDITIONAL:
            assert roles[Role.SUPPORTS]
            assert entry.condition is not None
        case _:
            assert entry.claim.standing is Standing.DEFINITION


def check_of(id: str, role: Role, room: str) -> Check:
    return next(check for check in ENTRIES[id].checks if check.role is role and check.room == room)


def test_a_wrong_sign_in_the_quadrature_of_scores_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    original = LatticeScores._kernel_scores

    def wrong(self: LatticeScores, grid: Any, name: str) -> Any:
        return [{key: -value for key, value in term.items()} for term in original(self, grid, name)]

    monkeypatch.setattr(LatticeScores, "_kernel_scores", wrong)
    assert not check_of("theorem-1", Role.SUPPORTS, "numeric").run().holds


def test_a_density_without_a_jump_moves_no_mass(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: the integral of the derivative is taken for 0, as for a density without a jump."""
    import sympy  # type: ignore[import-untyped]  # sympy ships no type information

    assert cascades_jumps.mass_moves_across_a_jump().holds
    monkeypatch.setattr(sympy, "integrate", lambda integrand, region: sympy.S.Zero)
    assert not cascades_jumps.mass_moves_across_a_jump().holds


def test_a_wrong_closed_form_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the noise's half of the derivative in b."""
    original = cascades_exact._motion
    monkeypatch.setattr(cascades_exact, "_motion", lambda output, variances, parameter: 2 * original(output, variances, parameter))
    assert not check_of("eq-14", Role.SUPPORTS, "analytic").run().holds


def test_the_refutations_refute_by_what_the_counterexamples_say() -> None:
    theorem = check_of("theorem-1", Role.REFUTES, "numeric").run().detail
    assert "-0.36162" in theorem
    assert "0.63837" in theorem
    assert "differ by 5.0e+00" in cascades_numeric.output_score_is_not_enough().detail
