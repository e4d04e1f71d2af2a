"""Random questions of one stage, drawn fresh in every run, against proven enclosures; and faults that the same judge must catch."""

from __future__ import annotations

import importlib.util
import random
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import infograd as ig
from infograd.numeric.single import frames, grid, method, source
from infograd.numeric.single.evaluation import Evaluation
from infograd.numeric.single.found import Found
from infograd.numeric.single.frames import Nodes, Outputs
from infograd.numeric.single.plan import plan
from infograd.numeric.single.rounding import Rounding

COUNT = 200
STEEPEST = 100.0
FEW = COUNT // 100
MEDIAN = 1000.0


def loaded() -> ModuleType:
    path = Path(__file__).parents[2] / "benchmarks" / "campaign.py"
    spec = importlib.util.spec_from_file_location("campaign", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["campaign"] = module
    spec.loader.exec_module(module)
    return module


campaign = loaded()


def test_no_error_is_understated_in_fresh_random_questions() -> None:
    """At most one in a hundred is refused, where rounding alone leaves more than was asked, or not enclosed, where a steep sine takes too long.

    Replay one with `campaign.judged(campaign.drawn(seed, number, 100.0))`, by the seed and the number that a failure prints.
    """
    seed = random.SystemRandom().randrange(10**9)
    found = campaign.summary([campaign.judged(campaign.drawn(seed, number, STEEPEST)) for number in range(1, COUNT + 1)])
    assert not found.understated, (seed, found.understated)
    assert len(found.refused) <= FEW, (seed, found.refused)
    assert all("was not reached" in line for line in found.refused), (seed, found.refused)
    assert len(found.undecided) <= FEW, (seed, found.undecided)
    assert found.numbers >= 3 * (COUNT - 2 * FEW)
    assert found.median < MEDIAN, (seed, found.text)


def test_a_question_is_drawn_the_same_again_and_others_differ() -> None:
    assert campaign.drawn(7, 3) == campaign.drawn(7, 3)
    assert len({campaign.drawn(7, number).question.channel for number in range(1, 21)}) == 20
    assert campaign.drawn(7, 3).question != campaign.drawn(8, 3).question


def point_of(map: Callable[[Any], Any], law: ig.Law, error: float, **at: str) -> Any:
    x = ig.Source("X", law)
    y = ig.Gate("Y", map(ig.Parameter("theta") * x), noise=ig.Normal(0, ig.Parameter("s2")))
    return campaign.Trial(ig.Question(ig.Channel(x, y), ("X", "Y"), at=at), error, map.__name__)


def understated(*trials: Any) -> bool:
    return any(number.understated for trial in trials for number in campaign.judged(trial).numbers)


SMOOTH = point_of(ig.tanh, ig.Normal(0, 1), 1e-12, theta="3", s2="1/20")
POINTS = point_of(ig.tanh, ig.Points(("-1", "1/3", "2")), 1e-12, theta="3/2", s2="1/5")
TURNED = point_of(ig.sin, ig.Points(("2", "1/4", "17/40")), 1e-12, theta="116/3", s2="57/20")
FAR = point_of(ig.erf, ig.Mixture(("1/3", "2/3"), (ig.Normal(2, "34/625"), ig.Normal("19/10", "161/1000"))), 1e-12, theta="21/2", s2="129/200")
EVERY = (SMOOTH, POINTS, TURNED, FAR)


def test_the_questions_of_the_planted_faults_are_answered_honestly() -> None:
    assert not understated(*EVERY)


def test_an_error_divided_by_a_large_factor_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = method.information

    def sharper(question: ig.Question, error: float) -> Found:
        found = honest(question, error)
        return Found(found.values, found.errors / 1e4, found.cells)

    monkeypatch.setattr(method, "information", sharper)
    for trial in EVERY:
        assert understated(trial)


def test_a_rounding_that_is_left_out_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grid, "EPS", 0.0)
    monkeypatch.setattr(grid._Attempt, "_points", lambda *arguments: None)
    assert understated(SMOOTH, POINTS, TURNED)


def test_tails_of_the_source_that_are_left_out_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only 8.5 deviations below its mean does the source reach the bend of this map, so that the gradient lives next to where the nodes end."""
    monkeypatch.setattr(grid._Attempt, "_tails", lambda self, layout, outermost: [0.0] * (1 + layout.count + bool(layout.spreads)))
    assert understated(FAR)


def test_a_rounding_of_the_map_that_is_left_out_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """sin(116/3 * 2) carries the rounding of 77.3, not that of a number below 1."""
    monkeypatch.setattr(grid, "roundings", lambda evaluation, numbers: [Rounding(0.0, {}) for _ in numbers])
    assert understated(TURNED)


def test_an_output_step_coarsened_without_telling_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = frames.outputs

    def coarser(step: float, blocks: int, even: bool) -> Outputs:
        found = honest(6 * step, -(-blocks // 6), even)
        weights = found.weights.copy()
        weights[:, 1:] = 0.0
        return Outputs(found.places, found.factors, found.shifts, found.falls, weights, found.blocks)

    monkeypatch.setattr(grid, "outputs", coarser)
    assert understated(SMOOTH)
    assert understated(POINTS)


def test_nodes_of_the_source_coarsened_without_telling_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = frames.nodes

    def coarser(half: int, bend: float, centre: float) -> Nodes:
        found = honest(half // 6, bend, centre)
        return Nodes(found.places, found.weights, found.logarithms, found.outermost, found.places.size)

    monkeypatch.setattr(source, "nodes", coarser)
    assert understated(SMOOTH)


def gaps(step: float) -> tuple[Any, Any]:
    """How far I and its gradient at an output step are from those at 1/50, and what the outputs' rule and rounding state."""
    question = point_of(ig.tanh, ig.Points(("-1", "1")), 1e-12, theta="15", s2="1/23").question
    evaluation = Evaluation(plan(question), question)
    given = source.source(evaluation, float(evaluation.fixed[plan(question).parts[0].scale].value), 40.0, 1.0)
    assert given is not None
    truth, attempt = grid._Attempt(evaluation, given, 0.02), grid._Attempt(evaluation, given, step)
    return np.abs(np.subtract(attempt.values, truth.values)), np.add(attempt.by_output, attempt.rounding) + np.array(truth.rounding)


def test_one_frequency_alone_is_blind_where_several_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """Over output steps from 1/10 to 1/2 the largest coefficient at and below half the sampling rate covers the error; the one at half of it does not."""
    steps = np.linspace(0.1, 0.5, 81).tolist()
    for step in steps:
        gap, stated = gaps(step)
        assert np.all(gap <= stated), step
    with monkeypatch.context() as patch:
        patch.setattr(frames, "BAND", (1.0,))
        frames.outputs.cache_clear()
        assert any(np.any(gap > stated) for gap, stated in map(gaps, steps))
    frames.outputs.cache_clear()
