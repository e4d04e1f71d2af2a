"""Heads on trained features: exact where the score is affine, and the gradients that they give along sweeps."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import cache

import pytest
import torch
from torch import Tensor

import infograd as ig
from infograd import analytic, numeric
from infograd.learned.gradient.by_scores import Estimate, gradient_by
from infograd.learned.gradient.decomposition import Term, two_scores
from infograd.learned.samples.simulator import Simulator
from infograd.learned.samples.uniforms import seeds, sobol
from infograd.learned.samples.views import View
from infograd.learned.scores.networks import perceptrons
from infograd.learned.scores.networks.features import NetworkFeatures
from infograd.learned.scores.networks.head import with_head
from infograd.learned.scores.networks.perceptrons import drawn
from infograd.learned.scores.networks.samples import checked

LIMIT = {"multipath-b": 0.00445, "relay": 0.00360}
"""The pooled error of the mean of J^T (s_{Y|X} - s_Y) with exact scores at 10,000 independent samples, over each grid."""
AT_MOST = {"multipath-b": 0.06, "relay": 0.3}
SWEEPS = {  # equally spaced, as the grids are
    "multipath-b": ("alpha", ("-2", "-2/3", "2/3", "2")),
    "relay": ("theta", ("-10/3", "-2", "-2/3", "2/3", "2", "10/3")),
}


def gaussian(count: int) -> Tensor:
    primitive: Tensor = torch.special.ndtri(sobol(3, count, seed=3))
    return primitive


def test_head_is_exact_for_affine_scores_whatever_the_features() -> None:
    # The sample's own affine regression is in the span, and ISM on it is the precision of the samples.
    primitive = gaussian(4096)
    y = primitive[:, :2] @ torch.tensor([[1.0, 0.5], [0.0, 1.0]], dtype=torch.float64) + primitive[:, 2:]
    x = primitive[:, 2:]
    nets = drawn(1, (3, 6, 6, 2), torch.Generator().manual_seed(1), "cpu").double()
    found = with_head(nets, checked(y, x, Term(1, ("Y",), ("X",))))
    assert found.alarm is None
    mixing = torch.tensor([[1.0, 0.5], [0.0, 1.0]], dtype=torch.float64)
    right = -(y - x) @ torch.linalg.inv(mixing.T @ mixing)
    # Stein's identity holds on n Sobol points within the error of independent ones, 1/sqrt(n) for each of at most 10 features.
    assert float((found.score(y, x) - right).square().mean() / right.square().mean()) <= 10 / 4096


def test_head_meets_steins_identity_on_its_own_samples() -> None:
    primitive = gaussian(2048)
    y, x = torch.tanh(2 * primitive[:, :1]) + primitive[:, 1:2] / 3, primitive[:, :1]
    nets = drawn(1, (2, 8, 8, 1), torch.Generator().manual_seed(1), "cpu").double()
    found = with_head(nets, checked(y, x, Term(1, ("Y",), ("X",))))
    score = found.score(y, x)
    rounding = 1e-9
    assert abs(float((y * score).mean()) + 1) <= rounding
    assert abs(float(score.mean())) <= rounding
    assert abs(float((x * score).mean())) <= rounding


def test_head_on_too_few_samples_raises_the_alarm() -> None:
    primitive = gaussian(64)
    nets = drawn(1, (2, 24, 24, 1), torch.Generator().manual_seed(1), "cpu").double()
    large = dataclasses.replace(nets, weights=tuple(4 * each for each in nets.weights))
    found = with_head(large, checked(primitive[:, :1], primitive[:, 1:2], Term(1, ("Y",), ("X",))))
    assert found.alarm is not None
    assert "too few for a head" in found.alarm


def questions(name: str) -> list[ig.Question]:
    swept, values = SWEEPS[name]
    channel = ig.CATALOGUE[name].question.channel
    return [ig.Question(channel, between=("X", "Y"), wrt=swept, at={swept: value}) for value in values]


@cache
def truth(name: str) -> Tensor:
    found = []
    for question in questions(name):
        reply = analytic.answer(question) if name == "multipath-b" else numeric.answer(question, error=1e-9)
        assert isinstance(reply, ig.Answer)
        found.append(float(reply.gradient[question.wrt[0]].value))  # type: ignore[arg-type]  # a scalar
    return torch.tensor(found, dtype=torch.float64)


@cache
def sweep(name: str, model: NetworkFeatures) -> tuple[Tensor, Tensor]:
    """The gradients' errors and bias probes at the points of the sweep."""
    asked = questions(name)
    views: list[View] = []
    for question, seed in zip(asked, seeds(11, len(asked)), strict=True):
        simulator = Simulator(question, {})
        views.append(simulator.view(model.access, sobol(simulator.dimension, 8192, seed), question.wrt))
    terms = next(two_scores(asked[0]))
    fits = [model.fit_sweep(views, term, seed) for seed, term in enumerate(terms)]
    estimates = [gradient_by(view, terms, [fit[point] for fit in fits]) for point, view in enumerate(views)]  # type: ignore[arg-type]  # of that level
    assert all(isinstance(each, Estimate) for each in estimates)
    swept = asked[0].wrt[0]
    gradient = torch.stack([each.replicates[swept].mean() for each in estimates if isinstance(each, Estimate)])
    bias = torch.stack([each.bias[swept] for each in estimates if isinstance(each, Estimate)])
    return gradient - truth(name), bias


def ratio(name: str, error: Tensor) -> float:
    return float(error.square().mean().sqrt()) / LIMIT[name]


@pytest.mark.parametrize("labels", ["last noise", "added noise"])
@pytest.mark.parametrize("name", SWEEPS)
def test_networks_with_heads_stay_far_below_the_limit_of_independent_samples(name: str, labels: str) -> None:
    error, bias = sweep(name, NetworkFeatures(labels))  # type: ignore[arg-type]  # one of the two
    assert ratio(name, error) <= AT_MOST[name]
    assert ratio(name, bias) <= 1


def wrong_slope(values: Tensor) -> Tensor:
    return 0.9 * honest_slope(values)


honest_slope: Callable[[Tensor], Tensor] = perceptrons._slope


def test_wrong_derivative_of_the_features_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(perceptrons, "_slope", wrong_slope)
    error, _ = sweep.__wrapped__("relay", NetworkFeatures())
    assert ratio("relay", error) > AT_MOST["relay"]


def test_probes_together_are_of_the_errors_size() -> None:
    error, bias = sweep("relay", NetworkFeatures())
    assert float(error.norm()) / 3 <= float(bias.norm()) <= 10 * float(error.norm())
    assert bool((bias > 0).all())
