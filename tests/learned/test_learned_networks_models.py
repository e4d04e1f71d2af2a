"""Every score model by networks against exact scores, at its own level of access, and what it refuses before training."""

from __future__ import annotations

import dataclasses
import math
from functools import cache
from typing import Any

import pytest
import torch
from torch import Tensor

import infograd as ig
from infograd.learned.gradient.decomposition import Term
from infograd.learned.samples.simulator import Simulator
from infograd.learned.samples.uniforms import sobol
from infograd.learned.samples.views import LastNoise, Pairs, Pathwise, View
from infograd.learned.scores.networks import model as module
from infograd.learned.scores.networks.denoising import Denoising, LastNoiseDenoising, NoiseLadder
from infograd.learned.scores.networks.features import NetworkFeatures
from infograd.learned.scores.networks.flow import FlowMatching, score_from_velocity
from infograd.learned.scores.networks.sliced import Sliced
from infograd.learned.scores.networks.training import Training

TRAINING = Training(width=32, steps=600)
MODELS = (
    Denoising(TRAINING),
    LastNoiseDenoising(TRAINING),
    NoiseLadder(TRAINING),
    Sliced(TRAINING),
    FlowMatching(TRAINING),
    NetworkFeatures(),
    NetworkFeatures("added noise"),
)
CONDITIONAL, MARGINAL = Term(1, ("Y",), ("X",)), Term(-1, ("Y",), ())
QUESTION = ig.CATALOGUE["tanh"].question.at_point(theta=2)
VARIANCE = 0.1


@cache
def view(access: ig.Access) -> View:
    simulator = Simulator(QUESTION, {})
    return simulator.view(access, sobol(simulator.dimension, 4096, seed=5), ("theta",))


def exact(term: Term) -> Tensor:
    """The scores of Y = tanh(2 X) + N at the samples: of the noise, or of the mixture over a fine grid of X."""
    samples = view(ig.Access.PAIRS).samples
    if term.given:
        return -(samples["Y"] - torch.tanh(2 * samples["X"])) / VARIANCE
    grid = torch.linspace(-8, 8, 1001, dtype=torch.float64)
    residual = samples["Y"] - torch.tanh(2 * grid)
    weights = torch.softmax(-(residual**2) / (2 * VARIANCE) - grid**2 / 2, dim=1)
    return -(weights * residual).sum(dim=1, keepdim=True) / VARIANCE


def error(score: Any, term: Term) -> float:
    """The score's mean square error as a share of the exact score's mean square; the zero score has 1."""
    seen = view(ig.Access.PAIRS)
    right = exact(term)
    return float((score(seen.side(term.outputs), seen.side(term.given)) - right).square().mean() / right.square().mean())


@cache
def fit(which: int, term: Term) -> Any:
    return MODELS[which].fit(view(MODELS[which].access), term, seed=1)


@pytest.mark.parametrize("term", [CONDITIONAL, MARGINAL])
@pytest.mark.parametrize("which", range(len(MODELS)))
def test_score_is_learned_from_no_more_than_the_declared_access(which: int, term: Term) -> None:
    # A view of a level has the fields of that level and no others, so a model that used more would fail here.
    assert type(view(MODELS[which].access)) is {1: Pairs, 2: Pathwise, 3: LastNoise}[MODELS[which].access]
    found = fit(which, term)
    assert found.alarm is None
    assert error(found.score, term) <= 1 / 4
    assert all(error(probe, term) < 1 for probe in found.probes)


def test_last_noise_and_heads_are_nearer_than_added_noise() -> None:
    # Labels of the added noise have 1 / (0.01 Var Y) times the variance of the score, those of the last noise about its own.
    for which in (1, 5, 6):
        assert 4 * error(fit(which, CONDITIONAL).score, CONDITIONAL) <= error(fit(0, CONDITIONAL).score, CONDITIONAL)


def test_probes_move_the_score() -> None:
    found = fit(1, CONDITIONAL)
    y, x = (view(ig.Access.PAIRS).samples[name] for name in ("Y", "X"))
    assert len(found.probes) == 3
    assert all(not torch.equal(probe(y, x), found.score(y, x)) for probe in found.probes)


@pytest.mark.parametrize("which", [1, 5])
def test_fit_is_a_function_of_the_seed(which: int) -> None:
    quick = dataclasses.replace(MODELS[which], training=Training(width=8, steps=60))
    y, x = (view(ig.Access.PAIRS).samples[name] for name in ("Y", "X"))
    first, again, other = (quick.fit(view(quick.access), CONDITIONAL, seed).score(y, x) for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_flow_velocity_gives_the_exact_score_of_a_gaussian_path() -> None:
    # y ~ N(0, v): y_tau has variance c = (1-tau)^2 v + tau^2 and E[e - y | y_tau] = (tau - (1-tau) v) y_tau / c.
    position = torch.linspace(-2, 2, 9, dtype=torch.float64)
    for variance in (0.3, 1.0, 4.0):
        for time in (0.05, 0.5, 0.9):
            total = (1 - time) ** 2 * variance + time**2
            velocity = (time - (1 - time) * variance) * position / total
            torch.testing.assert_close(score_from_velocity(velocity, position, time), -position / total, rtol=1e-11, atol=1e-12)
            wrong = score_from_velocity(velocity + 1e-3, position, time) + position / total
            torch.testing.assert_close(wrong, torch.full_like(wrong, -1e-3 * (1 - time) / time), rtol=1e-8, atol=1e-12)


def broken(**samples: Tensor) -> Pairs:
    return Pairs({**view(ig.Access.PAIRS).samples, **samples}, 1)


def not_a_number() -> Tensor:
    y = view(ig.Access.PAIRS).samples["Y"].clone()
    y[7] = math.nan
    return y


@pytest.mark.parametrize(
    ("samples", "message"),
    [
        (lambda: broken(Y=not_a_number()), "'Y' is no finite number at 1 sampled values"),
        (lambda: broken(Y=torch.ones(4096, 1, dtype=torch.float64)), "is the same in every sample"),
        (lambda: broken(Y=view(ig.Access.PAIRS).samples["X"].sign()), "takes 2 values in 4096 samples"),
        (lambda: broken(Y=3 * view(ig.Access.PAIRS).samples["X"] - 1), "follow linearly"),
        (lambda: Pairs({name: each[:1] for name, each in view(ig.Access.PAIRS).samples.items()}, 1), "There is 1 sample"),
        (lambda: Pairs({name: each[:100] for name, each in view(ig.Access.PAIRS).samples.items()}, 1), "draw more samples"),
    ],
)
def test_samples_without_a_score_are_refused_before_training(samples: Any, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def started(*_: object) -> None:
        raise AssertionError("training began")

    monkeypatch.setattr(module.NetworkModel, "score", started)
    with pytest.raises(ig.SpecificationError, match=message):
        Sliced(TRAINING).fit(samples(), CONDITIONAL, 0)


def last_noise_view(question: ig.Question) -> View:
    simulator = Simulator(question, {})
    return simulator.view(ig.Access.LAST_NOISE, sobol(simulator.dimension, 4096, seed=5), question.wrt)


def test_last_stage_without_noise_labels_nothing() -> None:
    x = ig.Source("X", ig.Normal(0, 1))
    v = ig.Gate("V", ig.Parameter("a") * x, noise=ig.Normal(0, 1))
    question = ig.Question(ig.Channel(x, v, ig.Gate("Y", 2 * v), defaults={"a": 1}), between=("X", "Y"))
    for model in (LastNoiseDenoising(TRAINING), NetworkFeatures()):
        with pytest.raises(ig.SpecificationError, match="'Y' has no additive noise"):
            model.fit(last_noise_view(question), CONDITIONAL, 0)


def test_last_noise_upstream_of_what_is_given_is_no_label() -> None:
    for model in (LastNoiseDenoising(TRAINING), NetworkFeatures()):
        with pytest.raises(ig.SpecificationError, match="Stein's identity fails"):
            model.fit(last_noise_view(QUESTION), Term(1, ("X",), ("Y",)), 0)


def test_points_of_a_sweep_need_equally_many_samples() -> None:
    short = Pairs({name: each[:2048] for name, each in view(ig.Access.PAIRS).samples.items()}, 1)
    with pytest.raises(ig.SpecificationError, match="equally many"):
        Sliced(TRAINING).fit_sweep([view(ig.Access.PAIRS), short], CONDITIONAL, 0)


def test_networks_that_learn_nothing_raise_the_alarm() -> None:
    found = Sliced(Training(width=4, layers=1, steps=1, rate=1e-6)).fit(view(ig.Access.PAIRS), CONDITIONAL, 0)
    assert found.alarm is not None
    assert "learned no score" in found.alarm


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Denoising(noise=0.0), "noise of denoising is 0.0"),
        (lambda: NoiseLadder(least=1.0, greatest=0.5), "goes from 1.0 to 0.5"),
        (lambda: FlowMatching(time=0.5, latest=0.3), "at the time 0.5"),
        (lambda: NetworkFeatures("magic"), "labels of network features are 'magic'"),  # type: ignore[arg-type]  # the error is what is tested
        (lambda: NetworkFeatures(noise=-1.0), "noise of network features is -1.0"),
    ],
)
def test_wrong_settings_of_models_are_errors(build: Any, message: str) -> None:
    with pytest.raises(ig.SpecificationError, match=message):
        build()
