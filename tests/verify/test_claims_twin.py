"""Section VIII of the ledger: its checks hold, its conditions divide its cases, and planted faults are caught."""

from __future__ import annotations

import pytest

from infograd import Standing
from infograd.numeric.theory.twin import bump_divergence, twin_divergence
from infograd.verify.claims.reading import number
from infograd.verify.claims.twin import divergence as twin_divergences
from infograd.verify.claims.twin import entries as twin
from infograd.verify.claims.twin.entries import ENTRIES

BY_ID = {entry.claim.id: entry for entry in ENTRIES}


def test_the_statements_of_the_section_stand_as_found() -> None:
    assert {id: entry.claim.standing for id, entry in BY_ID.items()} == {
        "eq-86-87": Standing.DEFINITION,
        "eq-88-89": Standing.CONDITIONAL,
        "twin-mixed-smoothing": Standing.CONDITIONAL,
        "remark-8": Standing.CONDITIONAL,
    }


def test_equal_densities_have_no_divergence_and_others_have() -> None:
    assert number(twin_divergence(0.5, 0.5)).value == 0.0
    found = number(twin_divergence(0.5, 0.3))
    assert found.value > found.doubt
    assert number(bump_divergence(0.5, 0.3, 0.3)).value == 0.0


def test_the_divergence_of_nearly_gaussian_outputs_is_near_the_closed_form() -> None:
    """With the noise far above the map's range the outputs are nearly Gaussian: the variances differ by at most 1, the shapes by less."""
    real, other = 400.0, 500.0
    exact = real * (1 / real - 1 / other) ** 2
    assert abs(number(twin_divergence(real, other)).value / exact - 1) < 4 / (other - real)


def test_a_gain_off_the_line_of_equal_outputs_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    from infograd.analytic.theory import twin as theory

    true = theory.multipath_gain
    assert twin._outputs_leave_two_gains_open().holds
    monkeypatch.setattr(theory, "multipath_gain", lambda real, beta: true(real, beta) + 1)
    assert not twin._outputs_leave_two_gains_open().holds


def test_a_twin_denoised_with_a_wrong_gain_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    from infograd.analytic.theory import smoothing

    assert twin_divergences._own_noise().holds
    monkeypatch.setattr(smoothing, "denoising_gain", lambda variance, added: 1 / variance)
    assert not twin_divergences._own_noise().holds


def test_a_twin_with_another_output_is_no_counterexample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(twin, "TWIN", (-1, 2))
    assert not twin._equal_outputs_exactly().holds


def test_a_twin_with_the_same_information_refutes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(twin, "TWIN", (-1, 0))
    assert not twin._equal_outputs_exactly().holds
    assert not twin._equal_outputs_by_quadrature().holds
