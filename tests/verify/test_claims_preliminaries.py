"""Section II of the ledger: its checks hold, its conditions divide its cases, and planted faults are caught."""

from __future__ import annotations

import pytest

from infograd import Exponential, Laplace, Mixture, Normal, Points, SpecificationError, Standing, Uniform
from infograd.numeric.theory.smoothing import gradient_of_clean
from infograd.verify.claims.preliminaries import denoising as preliminaries_denoising
from infograd.verify.claims.preliminaries import entries as preliminaries
from infograd.verify.claims.preliminaries import flow as preliminaries_flow
from infograd.verify.claims.preliminaries.entries import ENTRIES, carries, without_jumps
from infograd.verify.claims.reading import Number, apart, below, decided, identities, information, nonzero, number, same

BY_ID = {entry.claim.id: entry for entry in ENTRIES}


def test_the_equations_of_the_section_stand_as_found() -> None:
    assert {id: entry.claim.standing for id, entry in BY_ID.items()} == {
        "eq-1": Standing.DEFINITION,
        "eq-2": Standing.CONDITIONAL,
        "eq-3": Standing.CONDITIONAL,
        "eq-4": Standing.CONDITIONAL,
        "flow-matching": Standing.CONDITIONAL,
        "flow-matching-stability": Standing.HEURISTIC,
    }


def test_a_law_jumps_if_a_component_does() -> None:
    assert not without_jumps(Mixture(("1/2", "1/2"), (Normal(0, 1), Uniform(0, 1))))
    assert not without_jumps(Points((-1, 1)))
    assert without_jumps(Mixture(("1/2", "1/2"), (Normal(0, 1), Laplace(0, 1))))


def test_the_condition_of_one_stage_looks_at_map_and_noise() -> None:
    assert carries(preliminaries._stage(Normal(0, 1)))
    assert not carries(preliminaries._stage(Exponential(), squash=True))
    assert not carries(preliminaries._stage(Laplace(0, 1), jump=True))


def test_the_quadrature_without_smoothing_is_the_gradient_and_with_it_is_not() -> None:
    truth = preliminaries_denoising._true_gradient()
    assert same("true scores", number(gradient_of_clean(2.0, 0.25, 0.0)), truth).holds
    assert not same("smoothed scores", number(gradient_of_clean(2.0, 0.25, 0.01)), truth).holds
    assert same("true scores, calibrated", number(gradient_of_clean(2.0, 0.25, 0.0, calibrated=True)), truth).holds


def test_a_regression_against_another_density_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """A score that is off by a billionth of itself is further from the regression than both sums move."""
    import numpy as np

    original = np.imag
    assert preliminaries_denoising._regression_is_the_score().holds
    monkeypatch.setattr(np, "imag", lambda values: original(values) * (1 + 1e-9))
    assert not preliminaries_denoising._regression_is_the_score().holds


def test_the_learned_score_is_that_of_the_noised_sample_and_of_no_other() -> None:
    from fractions import Fraction

    assert preliminaries_denoising.is_of_the_noised((Fraction(3), Fraction(1), Fraction(2)))
    assert not preliminaries_denoising.is_of_the_noised((Fraction(3), Fraction(2), Fraction(2)))


def test_another_velocity_is_caught() -> None:
    x, tau, velocity, score = preliminaries_flow._velocity_and_score()
    assert not decided("the correspondence with the ends exchanged", score + (x - tau * velocity) / (1 - tau)).holds


def test_a_wrong_number_is_caught_within_its_doubt() -> None:
    one, other = Number(1.0, 1e-9), Number(1.0 + 1e-6, 1e-9)
    assert not same("a planted error", one, other).holds
    assert apart("a planted error", one, other).holds
    assert below("a planted error", one, other).holds
    assert not below("the reverse", other, one).holds
    assert not same("nothing that could fail", Number(1.0, 1.0), Number(1.5, 1.0)).holds


def test_a_wrong_identity_is_caught() -> None:
    import sympy  # type: ignore[import-untyped]  # sympy ships no type information

    x = sympy.Symbol("x")
    assert decided("true", (x + 1) ** 2 - x**2 - 2 * x - 1).holds
    assert not decided("false", (x + 1) ** 2 - x**2 - 1).holds
    assert nonzero("false", x).holds and not nonzero("true", x - x).holds


def test_a_form_that_does_not_apply_is_no_identity() -> None:
    from infograd import CATALOGUE

    assert not identities(CATALOGUE["cascade"].question, "reduction").holds


def test_a_refusal_is_no_number() -> None:
    from infograd import Refusal

    with pytest.raises(SpecificationError, match="refused: no closed form"):
        information(Refusal("analytic", "exact", "no closed form"))
