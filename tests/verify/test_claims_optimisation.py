"""The ledger's section V: every check derives what it says, and a wrong formula is caught."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from infograd import Standing
from infograd.claim import Role
from infograd.reports.formula import mathml
from infograd.verify.claims.entry import Check, Entry
from infograd.verify.claims.optimisation import bottleneck as optimisation_bottleneck
from infograd.verify.claims.optimisation import checks as optimisation_checks
from infograd.verify.claims.optimisation import sensors as optimisation_sensors
from infograd.verify.claims.optimisation import uses as optimisation_uses
from infograd.verify.claims.optimisation.entries import ENTRIES
from infograd.verify.claims.reading import gradient, same
from infograd.verify.claims.selection import numbers

CHECKS = [pytest.param(check, id=f"{entry.claim.id}: {check.summary}") for entry in ENTRIES for check in entry.checks]
NAMED = [pytest.param(entry, id=entry.claim.id) for entry in ENTRIES]


def test_every_equation_and_remark_of_the_section_has_exactly_one_entry() -> None:
    covered = {kind: [number for entry in ENTRIES for number in numbers(entry.claim.id)[1] if numbers(entry.claim.id)[0] == kind] for kind in ("eq", "remark")}
    assert covered == {"eq": [56, 57, 58, 59], "remark": [6, 7]}


@pytest.mark.claims
@pytest.mark.parametrize("check", CHECKS)
def test_the_check_shows_what_it_says(check: Check) -> None:
    outcome = check.run()
    assert outcome.holds, outcome.detail
    assert re.search(r"\d|decided|Infinite", outcome.detail)


@pytest.mark.parametrize("entry", NAMED)
def test_formulas_can_be_typeset(entry: Entry) -> None:
    claim = entry.claim
    texts = [claim.condition, claim.counterexample, *(each.summary for each in claim.evidence)]
    assert all(text.count("$") % 2 == 0 for text in texts)
    formulas = [claim.statement, claim.corrected, *(formula for text in texts for formula in re.findall(r"\$([^$]*)\$", text))]
    assert all(mathml(formula) for formula in formulas if formula)


@pytest.mark.parametrize("entry", NAMED)
def test_a_condition_has_cases_on_both_sides(entry: Entry) -> None:
    assert (entry.condition is not None) == (entry.claim.standing is Standing.CONDITIONAL)
    if entry.condition is not None:
        assert entry.condition.inside and entry.condition.outside
        assert all(map(entry.condition.holds, entry.condition.inside))
        assert not any(map(entry.condition.holds, entry.condition.outside))


@pytest.mark.parametrize("entry", NAMED)
def test_what_is_proved_has_evidence(entry: Entry) -> None:
    if entry.claim.standing in (Standing.PROVED, Standing.CONDITIONAL):
        assert any(check.role is Role.SUPPORTS for check in entry.checks)


def test_the_projection_on_a_budget_is_the_nearest_of_a_grid() -> None:
    grid = [(Fraction(first, 12), Fraction(second, 12)) for first in range(13) for second in range(13 - first)]
    for point in ((Fraction(2), Fraction(1)), (Fraction(1, 3), Fraction(1, 4)), (Fraction(-1), Fraction(1, 2)), (Fraction(5, 6), Fraction(2, 3))):
        found = optimisation_checks.project_to_budget(point, Fraction(1))
        assert min(found) >= 0 and sum(found) <= 1

        def distance(other: tuple[Fraction, ...], point: tuple[Fraction, ...] = point) -> Fraction:
            return sum(((a - b) ** 2 for a, b in zip(point, other, strict=True)), Fraction(0))

        assert all(distance(found) <= distance(other) for other in grid)


def test_scaling_in_place_of_the_projection_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(optimisation_checks, "project_to_budget", lambda point, budget: tuple(entry * budget / sum(point) for entry in point))
    assert not optimisation_checks.scaling_is_not_nearest().holds
    assert not optimisation_checks.scaling_leaves_the_optimum().holds


def test_a_gradient_twice_too_large_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    true_slope = optimisation_checks.exact_slope
    monkeypatch.setattr(optimisation_checks, "exact_slope", lambda question, parameter: 4 * true_slope(question, parameter))
    assert not optimisation_checks.steps_ascend().holds


def test_a_gradient_of_the_wrong_sign_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    true_slope = optimisation_checks.exact_slope
    monkeypatch.setattr(optimisation_checks, "exact_slope", lambda question, parameter: -true_slope(question, parameter))
    monkeypatch.setattr(optimisation_uses, "exact_slope", lambda question, parameter: -true_slope(question, parameter))
    assert not optimisation_checks.optimum_on_the_ball().holds
    assert not optimisation_checks.long_steps_cycle().holds
    assert not optimisation_uses.stale_scores_reverse().holds


def test_another_gain_is_not_stationary() -> None:
    from infograd import numeric

    moved = optimisation_bottleneck.NOISY.at_point(a="11/10")
    kept, paid = (gradient(numeric.answer(each), "a") for each in (optimisation_bottleneck._kept(moved), moved))
    assert not same("the balance", kept, paid.scaled(0.25)).holds


def test_powers_off_the_optimum_have_unequal_slopes(monkeypatch: pytest.MonkeyPatch) -> None:
    from infograd.analytic.theory import sensors

    true = sensors.allocate

    def swapped(network: Any, signal: Any, budget: Any) -> Any:
        found = true(network, signal, budget)
        return replace(found, powers=tuple(reversed(found.powers)))

    monkeypatch.setattr(sensors, "allocate", swapped)
    assert not optimisation_sensors._sensor_powers().holds
    assert not optimisation_sensors._sensor_powers_by_quadrature().holds


def test_stale_scores_of_another_point_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    import numpy as np

    rule = np.polynomial.hermite_e.hermegauss
    monkeypatch.setattr(np.polynomial.hermite_e, "hermegauss", lambda order: tuple(1.001 * each for each in rule(order)))
    assert not optimisation_uses.stale_scores_by_quadrature().holds
