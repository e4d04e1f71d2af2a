"""Section VII of the ledger: its checks hold, its conditions divide its cases, and planted faults are caught."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from infograd import Access, Answer, Doubt, FrozenMapping, Quantity, Standing
from infograd.numeric.theory.antipodal import divergence_from_antipodal
from infograd.numeric.theory.fixed_rule import by_gauss_hermite
from infograd.verify.claims.experiments import ENTRIES, MEASURED, figures
from infograd.verify.claims.experiments import reference as experiments_reference
from infograd.verify.claims.experiments import saturation as experiments_saturation
from infograd.verify.claims.experiments.figures import DEFAULT, RECIPE, indistinguishable
from infograd.verify.claims.experiments.reference import FIGURE_ACCURACY, resolves, small_step
from infograd.verify.claims.experiments.saturation import antipodal_is_best
from infograd.verify.claims.reading import information
from infograd.verify.experiments.work import Task

BY_ID = {entry.claim.id: entry for entry in ENTRIES}


def test_the_statements_of_the_section_stand_as_found() -> None:
    assert {id: entry.claim.standing for id, entry in BY_ID.items()} == {
        "eq-81": Standing.DEFINITION,
        "eq-82": Standing.PROVED,
        "eq-83": Standing.HEURISTIC,
        "eq-84": Standing.PROVED,
        "eq-85": Standing.CONDITIONAL,
        "gauss-hermite": Standing.HEURISTIC,
        "figure-4": Standing.MEASURED,
        "figure-5": Standing.HEURISTIC,
        "figure-6": Standing.MEASURED,
        "saturation": Standing.CONDITIONAL,
    }


def test_a_step_that_is_too_large_is_outside_the_condition() -> None:
    assert small_step((Fraction(1), Fraction(1), Fraction(1, 128)))
    assert not small_step((Fraction(1), Fraction(1), Fraction(1)))


def test_more_nodes_bring_the_rule_inside_its_condition_and_to_the_truth() -> None:
    case = (Fraction(5), Fraction(1, 4), 1024)
    assert resolves(case)
    assert abs(experiments_reference._errors((case,))[0]) <= FIGURE_ACCURACY


def test_the_antipodal_inputs_are_best_down_to_the_stated_noise_and_not_below_it() -> None:
    assert antipodal_is_best(Fraction(73, 200)) and not antipodal_is_best(Fraction(72, 200))
    assert experiments_saturation._excess(Fraction(73, 200)) <= 0 < experiments_saturation._excess(Fraction(72, 200))


def test_the_divergence_falls_and_then_rises_so_that_its_ends_decide() -> None:
    """On a grid of [0, 1] no value is above both ends, on either side of the stated noise."""
    for noise in (0.05, 0.2, 0.36, 0.5, 2.0):
        divergences = divergence_from_antipodal(noise, np.linspace(0.0, 1.0, 33))
        assert divergences.max() <= max(divergences[0], divergences[-1])


def test_the_numbers_of_the_counterexamples_are_those_that_the_checks_see() -> None:
    assert "-0.0457" in experiments_reference._unresolved().detail and "-0.0457" in BY_ID["gauss-hermite"].claim.counterexample
    slopes = [experiments_saturation._tanh(Fraction(1, 10), theta).gradient["theta"].value for theta in (2, 3)]
    assert all(isinstance(slope, float) and f"{slope:.5f}" in BY_ID["saturation"].claim.counterexample for slope in slopes)
    peak, limit = information(experiments_saturation._tanh(Fraction(1, 10), 3)).value, experiments_saturation._limit(Fraction(1, 10)).value
    assert f"{peak:.4f}" in BY_ID["saturation"].claim.counterexample and f"{limit:.4f}" in BY_ID["saturation"].claim.counterexample


def test_the_divergence_at_the_antipodal_inputs_is_their_information() -> None:
    assert abs(divergence_from_antipodal(0.5, np.array([1.0]))[0] - experiments_saturation._limit(Fraction(1, 2)).value) < 1e-13


def test_the_rule_of_the_text_is_exact_for_a_constant_map() -> None:
    """At theta = 0 the output is the noise and I is 0 whatever the nodes, up to the rounding of 4001 terms."""
    assert abs(by_gauss_hermite(0.0, 0.5, 8)) < 4001 * np.finfo(float).eps


def shares(default: float, recipe: float) -> dict[str, float]:
    return {f"a panel: {DEFAULT}": default, f"a panel: {RECIPE}": recipe, f"another: {DEFAULT}": 0.0, f"another: {RECIPE}": 0.5}


@pytest.mark.parametrize(("default", "recipe", "holds"), [(0.004, 0.1, True), (0.02, 0.1, False), (0.004, 0.009, False)])
def test_a_measurement_is_held_against_a_lines_width(default: float, recipe: float, holds: bool) -> None:
    assert indistinguishable(shares(default, recipe)).holds is holds


def test_a_stored_run_without_curves_does_not_hold() -> None:
    assert not indistinguishable({}).holds
    assert not indistinguishable({f"a panel: {DEFAULT}": 0.0}).holds


def test_the_measured_claims_are_those_of_the_learned_curves() -> None:
    assert set(MEASURED) == {entry.claim.id for entry in ENTRIES if entry.claim.standing is Standing.MEASURED}


def by_hand(task: Task) -> list[Answer]:
    """Slopes that rise from 0 to 4 along the grid; the learned ones are off by 0.02 and the recipe's by 1, at every point."""
    _, positions, method = task.arguments
    off, doubt = {"learned": 0.02, "paper": 1.0}.get(method, 0.0), Doubt(stderr=0.004, dof=99.0)
    return [
        Answer(
            "by hand", method, Access.MODEL, Quantity(1.0), FrozenMapping({name: Quantity(position / 10 + off, doubt) for name in ("alpha", "beta", "theta")})
        )
        for position in positions
    ]


def test_a_measurement_is_the_largest_error_as_a_share_of_the_exact_curves_range(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infograd.verify.experiments.work.perform", lambda tasks, jobs, progress: [by_hand(task) for task in tasks])
    found = {id: measure() for id, (measure, _) in MEASURED.items()}
    assert {id: len(shares) for id, shares in found.items()} == {"figure-4": 8, "figure-6": 4}
    for shares in found.values():
        assert {round(share, 12) for name, share in shares.items() if name.endswith(DEFAULT)} == {0.005}
        assert {round(share, 12) for name, share in shares.items() if name.endswith(RECIPE)} == {0.25}
        assert indistinguishable(shares).holds


def test_a_planted_error_of_the_reference_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    central = experiments_reference._central_difference
    monkeypatch.setattr(experiments_reference, "_central_difference", lambda case: central(case).scaled(1.01))
    assert not experiments_reference._small_steps().holds


def test_a_planted_optimum_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "math", type("Wrong", (), {"sqrt": staticmethod(lambda value: 3.6), "log": staticmethod(np.log)}))
    assert not figures._value_of_the_optimum().holds
