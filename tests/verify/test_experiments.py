"""The experiments' own machinery: pools, sweeps, and what a curve that is off does to the verdict."""

from __future__ import annotations

import math
import os
from fractions import Fraction

import pytest
from scipy import stats

import infograd as ig
from infograd.verify.experiments import multipath, saturation
from infograd.verify.experiments.sweep import Sweep, comparisons_along, error_curve, even_grid, largest_error, recipe_error, slope, verdict_of
from infograd.verify.experiments.work import Task, perform

SWEEP = Sweep("a sweep", ig.CATALOGUE["scalar"].question, "theta", even_grid(-1, 1, 5))


def reply(value: float, room: str = "learned", estimated: float = 0.0) -> ig.Answer:
    return ig.Answer(room, "by hand", ig.Access.MODEL, None, ig.FrozenMapping({"theta": ig.Quantity(value, ig.Doubt(estimated=estimated))}))


def exact(position: int) -> float:
    theta = float(SWEEP.grid[position])
    return theta / (1 + theta**2)


def test_a_grid_has_both_ends_and_a_subset_keeps_them() -> None:
    assert SWEEP.grid == tuple(Fraction(each, 2) for each in (-2, -1, 0, 1, 2))
    assert SWEEP.subset(3) == (0, 2, 4)
    assert SWEEP.at(Fraction(1, 2)).wrt == ("theta",)


@pytest.mark.parametrize(("off", "status"), [(0.004, ig.Status.AGREE), (0.006, ig.Status.DISAGREE), (math.nan, ig.Status.DISAGREE)])
def test_one_point_beyond_the_target_fails_the_whole_curve(off: float, status: ig.Status) -> None:
    truth = {position: slope(SWEEP, reply(exact(position))) for position in range(5)}
    learned = {position: slope(SWEEP, reply(exact(position) + (off if position == 3 else 0.0))) for position in range(5)}
    assert largest_error(SWEEP, learned, truth, 0.005, "default").status is status


def test_a_missing_point_fails_the_curve() -> None:
    truth = {position: slope(SWEEP, reply(exact(position))) for position in range(5)}
    learned = {position: truth[position] for position in range(4)}
    assert largest_error(SWEEP, learned, truth, 0.005, "default").status is ig.Status.DISAGREE


def test_the_recipe_is_held_against_the_chi_square_law_of_its_sampling_error() -> None:
    errors, limits = [0.01, -0.02, 0.03], [0.01, 0.01, 0.01]
    comparison = recipe_error(errors, limits, 0.2, "a claim")
    allowed = 0.01 * math.sqrt(stats.chi2(3).isf(1e-6) / 3)
    assert math.isclose(comparison.allowed + 0.01, allowed)
    assert comparison.status is ig.Status.AGREE
    assert not comparison.as_expected
    assert recipe_error([10 * each for each in errors], limits, 0.2, "a claim").as_expected


def test_the_scale_of_a_zero_crossing_is_that_of_the_sweep() -> None:
    replies = {position: (reply(exact(position), "analytic"), reply(exact(position), estimated=0.01)) for position in range(5)}
    assert {comparison.status for comparison in comparisons_along(SWEEP, replies)} == {ig.Status.AGREE}


def test_a_verdict_over_nothing_is_unanswered() -> None:
    assert verdict_of(()).status is ig.Status.UNANSWERED


def test_the_error_curve_leaves_out_what_has_no_answer() -> None:
    truth = {position: slope(SWEEP, reply(exact(position))) for position in range(5)}
    assert error_curve("learned", SWEEP, {0: None, 1: truth[1]}, truth).x == (-0.5,)


def test_exact_scores_reproduce_the_multipath_gradient() -> None:
    """Theorem 2 by Monte Carlo with exact scores, within its standard error at a false-alarm rate of 1e-6."""
    for form, case in multipath.FORMS.items():
        question = ig.CATALOGUE[case].question.at_point(alpha="1/2", beta="3/4")
        found = multipath.exact_scores(form, question, 1)
        truth = ig.Question(question.channel, question.between, at=question.at)
        from infograd import analytic

        reference = analytic.answer(truth)
        assert isinstance(found, ig.Answer)
        assert isinstance(reference, ig.Answer)
        for name in ("alpha", "beta"):
            doubt, value = found.gradient[name].doubt, found.gradient[name].value
            assert isinstance(value, float)
            assert isinstance(doubt.stderr, float)
            gap = abs(value - float(reference.gradient[name].value))  # type: ignore[arg-type]  # a scalar
            assert gap <= -stats.t(doubt.dof).ppf(2.5e-7) * doubt.stderr


def test_results_come_in_the_order_of_the_tasks() -> None:
    heard: list[tuple[int, int]] = []
    tasks = [Task(("square", str(each)), pow, (each, 2), cost=each) for each in range(5)]
    assert perform(tasks, 2, lambda done, total, text: heard.append((done, total))) == [0, 1, 4, 9, 16]
    assert heard == [(done, 5) for done in range(1, 6)]


def test_a_dead_worker_is_one_sentence() -> None:
    with pytest.raises(ig.SpecificationError, match="run again with --jobs 1"):
        perform([Task(("exit",), os._exit, (3,))], 1, lambda done, total, text: None)


@pytest.mark.parametrize(("full", "trained"), [(False, 5), (True, 41)])
def test_every_grid_point_is_asked_once_and_the_recipe_at_five_points_or_all(full: bool, trained: int) -> None:
    for experiment, cheap in ((multipath, ("analytic", "exact scores")), (saturation, ("numeric", "Gauss-Hermite"))):
        asked: dict[tuple[str, str], list[int]] = {}
        for task in experiment.tasks(full):
            key, positions, method = task.arguments
            asked.setdefault((key, method), []).extend(positions)
        for (_, method), positions in asked.items():
            assert sorted(positions) == sorted(set(positions))
            assert len(positions) == (trained if method == "paper" else 41)
        assert {method for _, method in asked} == {*cheap, "learned", "paper"}


def test_the_figures_and_records_of_a_sweep_come_from_its_replies() -> None:
    """Figure 4 and its verdicts from replies made up by hand: exact slopes everywhere, and a recipe that is far off."""
    tasks = multipath.tasks(False)
    off = {"analytic": 0.0, "exact scores": 0.0, "learned": 0.001, "paper": 0.5}
    results = []
    for task in tasks:
        key, positions, method = task.arguments
        parameter = key.split()[1]
        doubt = ig.Doubt(stderr=0.004, dof=99.0) if method == "exact scores" else ig.Doubt(estimated=0.002 if method == "learned" else 0.0)
        answers = [
            ig.Answer(
                "analytic" if method == "analytic" else "learned",
                method,
                ig.Access.MODEL,
                None,
                ig.FrozenMapping({parameter: ig.Quantity(0.2 + off[method], doubt)}),
            )
            for _ in positions
        ]
        results.append(answers)
    records, figures = multipath.findings(results, tasks)
    assert [record.name for record in records[:4]] == [sweep.name for sweep in multipath.sweeps().values()]
    assert all(record.verdict.status is ig.Status.AGREE for record in records[:4])
    assert records[4].verdict.status is ig.Status.DISAGREE
    assert all(record.verdict.as_expected for record in records)
    assert [len(figure.panels) for figure in figures] == [4, 4]
    assert [len(curve.x) for curve in figures[0].panels[0].curves] == [41, 41, 41, 5]
