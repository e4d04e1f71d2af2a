"""The studies beside the reference values: large gains against their limit, and fixed nodes against proven values."""

from __future__ import annotations

from fractions import Fraction

import pytest

import infograd as ig
from infograd.verify.claims.experiments.saturation import antipodal_is_best
from infograd.verify.experiments import fixed_nodes, large_gain
from infograd.verify.experiments.smith import least_noise

FEW = tuple(map(Fraction, ("1/2", "1", "2", "3", "24")))


def value_of(comparisons: tuple[ig.Comparison, ...], start: str) -> float:
    return next(float(each.left.value) for each in comparisons if each.quantity.startswith(start))  # type: ignore[arg-type]  # scalars


def test_for_little_noise_the_information_has_a_proven_peak_above_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large_gain, "GAINS", FEW)
    found = large_gain.course(Fraction(1, 10))
    assert found.peak is not None
    assert abs(found.peak[0] - 2.27482290957535) < 1e-9
    assert found.peak[1] > found.values[-1] > found.limit
    assert value_of(found.comparisons, "I at its peak") > value_of(found.comparisons, "I at θ = 24") > 0
    assert {each.status for each in found.comparisons} == {ig.Status.AGREE}


def test_for_much_noise_the_information_rises_and_stays_below_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large_gain, "GAINS", FEW)
    found = large_gain.course(Fraction(1))
    assert found.peak is None
    assert list(found.values) == sorted(found.values)
    assert value_of(found.comparisons, "dI/dθ") > 0 > value_of(found.comparisons, "I at θ = 24")
    assert {each.status for each in found.comparisons} == {ig.Status.AGREE}


def test_the_noise_where_two_levels_become_best_lies_where_the_ledgers_predicate_changes() -> None:
    found = least_noise()
    assert found.status is ig.Status.AGREE
    root = Fraction(found.left.value)  # type: ignore[arg-type]  # a float
    assert Fraction(36, 100) < root < Fraction(365, 1000)
    assert not antipodal_is_best(root - Fraction(1, 10**6))
    assert antipodal_is_best(root + Fraction(1, 10**6))


def test_a_fixed_rule_misses_by_a_fifth_of_a_nat_and_refining_it_does_not_help() -> None:
    found = fixed_nodes.rows()
    assert all(each.as_expected for each in found)
    blind = [each for each in found if "s2 = 1/100" in each.quantity and "nodes" in each.quantity]
    assert len(blind) == 4
    assert all(each.status is ig.Status.DISAGREE and abs(each.gap - 0.197) < 1e-3 for each in blind)
    adaptive = [each for each in found if each.quantity.endswith("adaptive")]
    assert adaptive
    for each in adaptive:
        assert each.gap <= each.left.doubt.estimated  # type: ignore[operator]  # scalars


def test_a_fixed_rule_that_were_right_where_it_cannot_be_is_not_as_expected(monkeypatch: pytest.MonkeyPatch) -> None:
    from infograd.numeric.theory import fixed_rule

    monkeypatch.setattr(fixed_nodes, "RESOLVED", ())
    monkeypatch.setattr(fixed_nodes, "UNRESOLVED", ((Fraction(20), Fraction(1, 10), 128),))
    monkeypatch.setattr(fixed_nodes, "BLIND", ())
    monkeypatch.setattr(fixed_rule, "by_gauss_hermite", lambda theta, noise, nodes: 0.7366472502529908)
    assert [each.as_expected for each in fixed_nodes.rows()] == [False, True]


def test_the_figures_and_records_come_from_the_results(monkeypatch: pytest.MonkeyPatch) -> None:
    points = [fixed_nodes.points(noise, (Fraction(20),), fixed_nodes.NODES) for noise in fixed_nodes.NOISES]
    tasks = fixed_nodes.tasks(False)
    (record,), (figure,) = fixed_nodes.findings([[], *points], tasks)
    assert record.name == figure.name == fixed_nodes.NAME
    assert [len(panel.curves) for panel in figure.panels] == [3, 3, 6, 6]
    assert "-0.1974 with 16 nodes" in figure.caption
    monkeypatch.setattr(large_gain, "GAINS", FEW)
    course = large_gain.Course(Fraction(1, 10), (0.5, 0.75, 0.86, 0.85, 0.72), 0.6908, (2.27, 0.8565), ())
    (record,), (figure,) = large_gain.findings([course], [])
    assert record.name == figure.name == large_gain.NAME
    assert len(figure.panels[0].curves) == 3
    assert "I peaks at θ = 2.2700 with 0.8565" in figure.caption
