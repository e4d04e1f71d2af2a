"""Scores of mixtures against sums and closed forms written here."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

import infograd as ig
from infograd import numeric
from infograd.answer import Access
from infograd.learned.gradient.by_scores import gradient_by
from infograd.learned.gradient.decomposition import Term
from infograd.learned.samples.simulator import Simulator
from infograd.learned.samples.uniforms import independent, sobol
from infograd.learned.samples.views import Model
from infograd.learned.scores.mixture.marginal import MixtureMarginal
from infograd.learned.scores.mixture.nested import NestedMixture


def column(*values: float) -> Tensor:
    return torch.tensor(values, dtype=torch.float64).unsqueeze(1)


def nothing(rows: int) -> Tensor:
    return torch.zeros(rows, 0, dtype=torch.float64)


def model_view(question: ig.Question, rows: int, replicates: int = 1, wrt: tuple[str, ...] = ()) -> Model:
    simulator = Simulator(question, {})
    found = simulator.view(Access.MODEL, sobol(simulator.dimension, rows, seed=3), wrt, replicates)
    assert isinstance(found, Model)
    return found


def channel(noise: ig.Law) -> ig.Question:
    x = ig.Source("X", ig.Normal(0, 1))
    return ig.Question(ig.Channel(x, ig.Gate("Y", ig.tanh(2 * x), noise=noise)), ("X", "Y"))


Curve = Callable[[Any], Any]
DENSITIES: dict[str, tuple[ig.Law, Curve, Curve]] = {
    "Normal": (ig.Normal(0, "1/10"), lambda n: np.exp(-5 * n**2), lambda n: -10 * n),
    "Laplace": (ig.Laplace(0, "1/4"), lambda n: np.exp(-4 * abs(n)), lambda n: -4 * np.sign(n)),
    "Logistic": (ig.Logistic(0, "1/4"), lambda n: 1 / np.cosh(2 * n) ** 2, lambda n: -4 * np.tanh(2 * n)),
    "StudentT": (ig.StudentT(3, 0, "1/4"), lambda n: (1 + 16 * n**2 / 3) ** -2, lambda n: -4 * (32 * n / 3) / (2 * (1 + 16 * n**2 / 3))),
}


@pytest.mark.parametrize("name", DENSITIES)
def test_a_smoothed_histogram_is_the_direct_sum_of_kernels(name: str) -> None:
    noise, density, score = DENSITIES[name]
    view = model_view(channel(noise), 512)
    signal = np.tanh(2 * view.samples["X"].numpy()[:, 0])
    y = np.linspace(-2.5, 2.5, 41) + 0.06
    left = y[:, None] - signal
    weights = density(left)
    direct = (weights * score(left)).sum(axis=1) / weights.sum(axis=1)
    fitted = MixtureMarginal().fit(view, Term(-1, ("Y",), ()), 0)
    assert fitted.alarm is None
    found = fitted.score(column(*y), nothing(41)).numpy()[:, 0]
    coarse, _ = fitted.probes
    # Cubic interpolation at an eighth of the scale, five scales out; at a kink, besides, the jump of every signal within two steps.
    tolerance = 3 / 128 / 8**4 * 5**4 * np.abs(direct).max()
    near = (np.abs(left) < 2 * 0.26 / 32) if name == "Laplace" else np.zeros_like(left)
    allowed = tolerance + 8 * (near * weights).sum(axis=1) / weights.sum(axis=1)
    assert (np.abs(found - direct) <= allowed).all()
    if name != "Laplace":
        assert np.abs(coarse(column(*y), nothing(41)).numpy()[:, 0] - direct).max() > 4 * np.abs(found - direct).max()


def test_far_outside_its_grid_a_smoothed_histogram_is_the_noise_about_the_nearest_signal() -> None:
    view = model_view(channel(ig.Normal(0, "1/10")), 512)
    fitted = MixtureMarginal().fit(view, Term(-1, ("Y",), ()), 0)
    signal = torch.tanh(2 * view.samples["X"])
    found = fitted.score(column(-9.0, 9.0), nothing(2))
    expected = torch.stack([-10 * (-9 - signal.min()), -10 * (9 - signal.max())]).unsqueeze(1)
    assert torch.allclose(found, expected, rtol=1e-12)


def test_a_nested_mixture_is_the_conditional_score_by_quadrature() -> None:
    question = ig.CATALOGUE["relay"].question
    view = model_view(question, 64)
    fitted = NestedMixture(64).fit(view, Term(1, ("Y",), ("X",)), 0)
    assert fitted.alarm is None
    x, y = column(-1.0, -0.2, 0.1, 0.8), column(0.5, -1.1, 0.0, 1.2)
    n = np.linspace(-4, 4, 4001)
    left = y.numpy() - np.tanh(2 * (np.tanh(x.numpy()) + n))
    weights = np.exp(-(n**2) * 2) * np.exp(-5 * left**2)
    expected = (weights * -10 * left).sum(axis=1) / weights.sum(axis=1)
    assert np.abs(fitted.score(y, x).numpy()[:, 0] - expected).max() <= 1e-3


def test_a_condition_that_the_output_reaches_around_weighs_the_draws() -> None:
    x = ig.Source("X", ig.Normal(0, 1))
    seen = ig.Channel(x, ig.Gate("W", 1 * x, noise=ig.Normal(0, "1/2")), ig.Gate("Y", 2 * x, noise=ig.Normal(0, 1)))
    view = model_view(ig.Question(seen, ("W", "Y")), 64)
    fitted = NestedMixture(64).fit(view, Term(1, ("Y",), ("W",)), 0)
    y, w = column(0.3, -2.0, 1.0), column(1.0, 0.0, -0.5)
    expected = -(y - 2 * w * (1 / 1.5)) / (1 + 4 / 3)
    assert fitted.alarm is None
    assert torch.allclose(fitted.score(y, w), expected, atol=1e-6)


def test_joint_outputs_of_a_chain_have_their_joint_score() -> None:
    question = ig.CATALOGUE["cascade"].question
    view = model_view(ig.Question(question.channel, ("X", ("V", "Y"))), 64)
    fitted = NestedMixture(64).fit(view, Term(1, ("V", "Y"), ()), 0)
    points = torch.tensor([[0.5, -0.3], [-1.0, 1.0]], dtype=torch.float64)
    precision = torch.linalg.inv(torch.tensor([[2.0, 2.0], [2.0, 3.0]], dtype=torch.float64))
    assert fitted.alarm is None
    assert torch.allclose(fitted.score(points, nothing(2)), -points @ precision, atol=1e-6)


def test_more_dimensions_are_summed_directly_and_too_many_samples_refused() -> None:
    question = ig.CATALOGUE["vector"].question
    view = model_view(question, 4096)
    fitted = MixtureMarginal().fit(view, Term(-1, ("Y",), ()), 0)
    assert fitted.alarm is None
    w, m = np.array([[1, 0], [0.5, 1], [0, -1]]), np.array([[1, 0.5, 0], [0, 1, -0.5]])
    precision = np.linalg.inv(m @ (w @ w.T + np.eye(3)) @ m.T + np.eye(2) / 2)
    points = view.samples["Y"][:200]
    gap = fitted.score(points, nothing(200)) + points @ torch.tensor(precision)
    assert float(gap.square().mean().sqrt()) <= 0.1
    many = model_view(question, 16384)
    assert "too many" in str(MixtureMarginal().fit(many, Term(-1, ("Y",), ()), 0).alarm)


def test_draws_too_few_for_a_small_noise_raise_the_alarm() -> None:
    question = ig.CATALOGUE["relay"].question.at_point(s2="1/100000")
    alarm = NestedMixture(32).fit(model_view(question, 64), Term(1, ("Y",), ("X",)), 0).alarm
    assert alarm is not None
    assert "ask for more draws" in alarm
    few = MixtureMarginal().fit(model_view(channel(ig.Normal(0, "1/100000000")), 128), Term(-1, ("Y",), ()), 0).alarm
    assert few is not None
    assert "ask for more samples" in few


@pytest.mark.parametrize("model", [MixtureMarginal(), NestedMixture()])
def test_a_mixture_needs_the_whole_channel(model: MixtureMarginal | NestedMixture) -> None:
    question = ig.CATALOGUE["tanh"].question
    simulator = Simulator(question, {})
    below = simulator.view(Access.LAST_NOISE, sobol(simulator.dimension, 64, seed=0), ("theta",))
    with pytest.raises(ig.SpecificationError, match="needs the whole channel"):
        model.fit(below, Term(-1, ("Y",), ()), 0)


def test_without_a_density_of_its_own_an_output_has_an_alarm_and_no_score() -> None:
    x = ig.Source("X", ig.Normal(0, 1))
    bare = ig.Channel(x, ig.Gate("V", 1 * x, noise=ig.Normal(0, 1)), ig.Gate("Y", ig.tanh(ig.Reference("V"))))
    view = model_view(ig.Question(bare, ("X", "Y")), 64)
    for fitted in (MixtureMarginal().fit(view, Term(-1, ("Y",), ()), 0), NestedMixture().fit(view, Term(1, ("Y",), ("X",)), 0)):
        assert "no additive noise" in str(fitted.alarm)
        with pytest.raises(ig.SpecificationError, match="not fitted"):
            fitted.score(column(0.0), column(0.0))


def test_both_scores_give_the_gradient_of_the_relay() -> None:
    question = ig.CATALOGUE["relay"].question
    simulator = Simulator(question, {})
    view = simulator.view(Access.MODEL, independent(simulator.dimension, 8000, torch.Generator().manual_seed(1)), ("theta",), 100)
    assert isinstance(view, Model)
    terms = (Term(1, ("Y",), ("X",)), Term(-1, ("Y",), ()))
    found = gradient_by(view, terms, (NestedMixture(32).fit(view, terms[0], 0), MixtureMarginal().fit(view, terms[1], 0)))
    assert not isinstance(found, str)
    replicates = found.replicates["theta"]
    truth = numeric.answer(question)
    assert isinstance(truth, ig.Answer)
    error = abs(float(replicates.mean()) - float(truth.gradient["theta"].value))  # type: ignore[arg-type]  # a scalar
    assert error <= 6 * float(replicates.std()) / math.sqrt(len(replicates)) + float(found.bias["theta"])


def test_an_odd_number_of_inner_draws_is_refused() -> None:
    with pytest.raises(ig.SpecificationError, match="even whole number"):
        NestedMixture(33)
