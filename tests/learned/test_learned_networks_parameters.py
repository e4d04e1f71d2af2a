"""One network for a box of parameters, and the paper's recipe tuned."""

from __future__ import annotations

import dataclasses
from functools import cache
from typing import Any

import pytest
import torch
from torch import Tensor

import infograd as ig
from infograd.learned.budget import TUNED, Budget, PaperRecipe
from infograd.learned.gradient import paper
from infograd.learned.gradient.decomposition import Term, two_scores
from infograd.learned.samples.simulator import Simulator
from infograd.learned.samples.uniforms import seeds, sobol
from infograd.learned.samples.views import View
from infograd.learned.scores.networks.denoising import LastNoiseDenoising
from infograd.learned.scores.networks.over_parameters import OverParameters, ParameterScores
from infograd.learned.scores.networks.training import Training

TERM = Term(1, ("Y",), ("X",))
THETAS = [0.5 + 1.5 * place / 15 for place in range(16)]


def view(theta: float, count: int, seed: int) -> View:
    simulator = Simulator(ig.CATALOGUE["tanh"].question.at_point(theta=theta), {})
    return simulator.view(ig.Access.LAST_NOISE, sobol(simulator.dimension, count, seed), ("theta",))


@cache
def scores() -> ParameterScores:
    views = [view(theta, 512, seed) for theta, seed in zip(THETAS, seeds(1, len(THETAS)), strict=True)]
    model = OverParameters(LastNoiseDenoising(Training(width=32, steps=600)))
    return model.fit(views, [{"theta": theta} for theta in THETAS], TERM, seed=2)


def error(score: Any, theta: float) -> float:
    samples = view(theta, 4096, 77).samples
    right: Tensor = -(samples["Y"] - torch.tanh(theta * samples["X"])) / 0.1
    return float((score(samples["Y"], samples["X"]) - right).square().mean() / right.square().mean())


@pytest.mark.parametrize("theta", [0.55, 1.25, 1.95])
def test_one_network_has_the_scores_between_the_points_it_saw(theta: float) -> None:
    found = scores().at({"theta": theta})
    assert found.alarm is None
    assert error(found.score, theta) <= 1 / 10
    assert len(found.probes) == 3


@pytest.mark.parametrize("theta", [0.55, 1.25, 1.95])
def test_head_at_a_point_is_nearer_than_the_network_alone(theta: float) -> None:
    refitted = scores().refitted(view(theta, 4096, 78), {"theta": theta})
    assert refitted.alarm is None
    assert error(refitted.score, theta) < error(scores().at({"theta": theta}).score, theta)


@pytest.mark.parametrize("theta", [0.4, 2.01, float("nan")])
def test_point_outside_the_box_is_refused(theta: float) -> None:
    with pytest.raises(ig.SpecificationError, match="outside the box from"):
        scores().at({"theta": theta})
    with pytest.raises(ig.SpecificationError, match="outside the box from"):
        scores().refitted(view(1.0, 64, 1), {"theta": theta})


def test_other_parameters_than_those_trained_on_are_refused() -> None:
    with pytest.raises(ig.SpecificationError, match="trained over 'theta'"):
        scores().at({"s2": 1.0})


def test_scores_over_parameters_need_two_points() -> None:
    with pytest.raises(ig.SpecificationError, match="two points or more"):
        OverParameters().fit([view(1.0, 64, 1)], [{"theta": 1.0}], TERM, 0)


def test_matrix_parameter_is_checked_entry_by_entry() -> None:
    matrices = [torch.zeros(1, 2, dtype=torch.float64), torch.ones(1, 2, dtype=torch.float64)]
    model = OverParameters(LastNoiseDenoising(Training(width=4, steps=10, batch=32)))
    found = model.fit([view(1.0, 64, seed) for seed in (1, 2)], [{"W": each} for each in matrices], TERM, 0)
    found.at({"W": torch.full((1, 2), 0.5)})
    with pytest.raises(ig.SpecificationError, match=r"'W' is \[0.5, 1.5\]"):
        found.at({"W": torch.tensor([[0.5, 1.5]])})


SCALAR = ig.Question(ig.CATALOGUE["scalar"].question.channel, between=("X", "Y"), wrt="theta")


def test_literal_recipe_is_the_default() -> None:
    assert PaperRecipe() == PaperRecipe(3, 128, 0.01, 1e-3, 512, 2000, "marginal", "added noise", "constant")
    assert PaperRecipe().access is ig.Access.PATHWISE


def test_tuned_recipe_needs_the_last_noise() -> None:
    assert TUNED.access is ig.Access.LAST_NOISE
    found = paper.replicated(Simulator(SCALAR, {}), next(two_scores(SCALAR)), SCALAR.wrt, Budget(10, 10), 0, TUNED)
    assert isinstance(found, str)
    assert "the law of the last additive noise" in found


def test_tuned_recipe_runs_to_a_gradient_and_its_probe() -> None:
    short = dataclasses.replace(TUNED, width=32, layers=1, steps=300, rate=1e-2)
    found = paper.replicated(Simulator(SCALAR, {}), next(two_scores(SCALAR)), SCALAR.wrt, Budget(50, 10), 0, short, ig.Access.LAST_NOISE)
    assert not isinstance(found, str)
    assert found[0]["theta"].shape == (10,)


def test_tuned_recipe_learns_a_nearer_score_than_the_literal_one() -> None:
    # Y = X + N, both of variance 1, has the score -y/2. Labels of variance 1 take the place of those of variance 1 / (0.01 * 2) = 50.
    literal = PaperRecipe(width=32, layers=1, steps=300, batch=256, rate=1e-2)
    y = torch.linspace(-3, 3, 61).unsqueeze(1)
    errors = []
    for recipe in (literal, dataclasses.replace(literal, labels="last noise", decay="cosine")):
        network = paper.trained_network(Simulator(SCALAR, {}), Term(-1, ("Y",), ()), recipe, torch.Generator().manual_seed(0))
        with torch.no_grad():
            errors.append(float((network(y) + y / 2).square().mean()))
    assert 2 * errors[1] <= errors[0]


@pytest.mark.parametrize(("settings", "message"), [({"labels": "none"}, "labels is 'none'"), ({"decay": "linear"}, "decay is 'linear'")])
def test_wrong_words_in_the_recipe_are_errors(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ig.SpecificationError, match=message):
        PaperRecipe(**settings)
