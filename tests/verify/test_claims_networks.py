"""The ledger's section VI: every check derives what it says, and a wrong formula is caught."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest

from infograd import Standing
from infograd.analytic import network
from infograd.analytic.network import Nats, Position, SumPowerMultipleAccess
from infograd.analytic.refusal import UndecidedError
from infograd.claim import Role
from infograd.reports.formula import mathml
from infograd.verify.claims.entry import Check, Entry
from infograd.verify.claims.examining import examine
from infograd.verify.claims.networks import ENTRIES, broadcast_checks, channels, gaussian_access_checks, gaussian_region_checks
from infograd.verify.claims.networks import checks as network_checks
from infograd.verify.claims.selection import numbers

CHECKS = [pytest.param(check, id=f"{entry.claim.id}: {check.summary}") for entry in ENTRIES for check in entry.checks]
NAMED = [pytest.param(entry, id=entry.claim.id) for entry in ENTRIES]


def test_every_equation_of_the_section_has_exactly_one_entry() -> None:
    covered = [number for entry in ENTRIES for number in numbers(entry.claim.id)[1] if numbers(entry.claim.id)[0] == "eq"]
    assert sorted(covered) == list(range(60, 81))
    assert {"corollary-3", "algorithm-2", "figure-3"} <= {entry.claim.id for entry in ENTRIES}


@pytest.mark.claims
@pytest.mark.parametrize("check", CHECKS)
def test_the_check_shows_what_it_says(check: Check) -> None:
    outcome = check.run()
    assert outcome.holds, outcome.detail
    assert re.search(r"\d|decided", outcome.detail)


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
        assert entry.condition.inside
        assert all(map(entry.condition.holds, entry.condition.inside))
        assert not any(map(entry.condition.holds, entry.condition.outside))


@pytest.mark.parametrize("entry", NAMED)
def test_a_refutation_has_two_rooms_a_counterexample_and_a_correction(entry: Entry) -> None:
    if entry.claim.standing is Standing.REFUTED:
        assert {check.room for check in entry.checks if check.role is Role.REFUTES} == {"analytic", "numeric"}
        assert entry.claim.counterexample and entry.claim.corrected
        assert any(check.role is Role.CORRECTS for check in entry.checks)


def test_the_pair_loses_its_refutation_if_the_joint_information_were_the_pairs_sum(monkeypatch: pytest.MonkeyPatch) -> None:
    assert gaussian_region_checks.pair_leaves_the_region().holds
    monkeypatch.setattr(network, "sum_excess", lambda users: -network.budget_excess())
    assert not gaussian_region_checks.pair_leaves_the_region().holds


def test_a_region_that_is_too_wide_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    true_support = SumPowerMultipleAccess.support
    monkeypatch.setattr(SumPowerMultipleAccess, "support", lambda self, weights: true_support(self, weights) * Fraction(2))
    with pytest.raises(UndecidedError, match="a separating weight was not decided"):
        gaussian_region_checks.triangle()
    assert not gaussian_region_checks.polymatroid_sweep().holds


def test_water_filling_without_clipping_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def unclipped(weights: tuple[Fraction, Fraction], gains: tuple[int, int], noise: int, power: int) -> network.KKTCertificate:
        n1, n2 = (Fraction(noise, gain) for gain in gains)
        first = weights[0] * (power + n1 + n2) - n1 + Fraction(1, 10**9)
        return network.KKTCertificate.at(network.parallel_terms(weights, gains, noise), Fraction(power), (first, power - first))

    assert gaussian_access_checks.clipped_powers().holds
    monkeypatch.setattr(network, "water_filling", unclipped)
    assert not gaussian_access_checks.clipped_powers().holds
    assert not gaussian_access_checks.powers_are_the_optimum_within().holds


def test_superposition_with_wrong_powers_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    assert broadcast_checks.superposition().holds
    monkeypatch.setattr(network, "to_multiple_access", lambda gains, noise, powers, order: tuple(map(Fraction, powers)))
    assert not broadcast_checks.superposition().holds


def test_an_entry_that_stops_refuting_changes_its_standing(monkeypatch: pytest.MonkeyPatch) -> None:
    (region,) = (entry for entry in ENTRIES if entry.claim.id == "eq-75-80")
    assert examine(region).as_stated
    monkeypatch.setattr(SumPowerMultipleAccess, "support", lambda self, weights: Nats(Fraction(10)))
    assert not examine(region).as_stated


def test_the_set_of_interfering_rates_is_convex_up_to_the_stated_factor() -> None:
    """Chords of the boundary with one user at full power against the arc between their ends, on both sides of (sqrt(5) - 1)/4."""
    import math

    def first(cross: float, second: float) -> float:
        """The largest rate of user 1 where user 2, with power p, has the rate `second`."""
        power = (math.exp(2 * second) - 1) * (1 + 2 * cross)
        return math.log(1 + 2 / (1 + cross * power)) / 2

    for cross, convex in ((Fraction(3, 10), True), (Fraction(308, 1000), True), (Fraction(310, 1000), False), (Fraction(1, 3), False)):
        most = math.log(1 + 2 / (1 + 2 * float(cross))) / 2
        rates = [most * step / 200 for step in range(201)]
        bends = [
            first(float(cross), low) + first(float(cross), high) - 2 * first(float(cross), (low + high) / 2)
            for low, high in zip(rates, rates[2:], strict=False)
        ]
        assert network_checks.convex_rates(cross) is convex
        assert (max(bends) <= 1e-14) is convex


def test_receivers_of_one_input_share_it() -> None:
    assert broadcast_checks.receivers_share_nothing(channels.separate_broadcast())
    assert not broadcast_checks.receivers_share_nothing(channels.degraded_broadcast())


def test_a_root_that_leaks_is_outside_the_condition_of_generated_inputs() -> None:
    (entry,) = (entry for entry in ENTRIES if entry.claim.id == "input-distribution")
    assert entry.condition is not None and entry.condition.outside


def test_the_counterexample_s_numbers_are_those_of_the_region() -> None:
    region = SumPowerMultipleAccess((1, 1), 1, 2)
    certificate = region.contains(network.undisturbed_rates((1, 1), 1, (1, 1)))
    assert certificate.position is Position.OUTSIDE
    (entry,) = (entry for entry in ENTRIES if entry.claim.id == "eq-75-80")
    assert f"{float(certificate.value):.4f}" in entry.claim.counterexample
    assert f"{float(certificate.support):.4f}" in entry.claim.counterexample
