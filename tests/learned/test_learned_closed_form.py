"""The closed-form gradient from moments: its ladder, its standard error, its two routes, and where a term contributes nothing."""

from __future__ import annotations

import dataclasses
import math

import pytest
import torch

import infograd as ig
from infograd.learned.budget import Budget
from infograd.learned.gradient import closed_form
from infograd.learned.gradient.balanced import balanced
from infograd.learned.gradient.closed_form import estimate, refinement_left
from infograd.learned.gradient.decomposition import two_scores
from infograd.learned.gradient.silent import silent
from infograd.learned.samples.simulator import Simulator
from infograd.learned.samples.uniforms import independent, seeds, sobol
from infograd.learned.samples.views import Pathwise
from infograd.learned.scores.implicit.bases import Affine, Hermite

RELAY = ig.CATALOGUE["relay"].question
MULTIPATH = ig.CATALOGUE["multipath-b"].question


def view_of(question: ig.Question, count: int, replicates: int, seed: int = 0) -> Pathwise:
    drawing = Simulator(question, {})
    points = torch.cat([sobol(drawing.dimension, count, each) for each in seeds(seed, replicates)])
    return drawing.pathwise(points, question.wrt, replicates)


def ladder(*values: float) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64).unsqueeze(1)


def test_what_refinement_leaves_is_the_rest_of_a_geometric_series() -> None:
    still = torch.zeros(1, dtype=torch.float64)
    assert float(refinement_left(ladder(1.0, 1.01, 1.11, 2.11), still)) == pytest.approx(1 / 36 / 5)
    assert float(refinement_left(ladder(1.0, 1.1, 1.3, 1.7), still)) == pytest.approx(0.1)
    assert float(refinement_left(ladder(1.0, 1.5, 1.5, 1.5), still)) == pytest.approx(0.5)
    assert float(refinement_left(ladder(1.0, 1.1, 1.3, 1.7), still + 1)) == pytest.approx(0.1 / 5)


def test_a_change_that_is_small_by_accident_is_not_believed() -> None:
    assert float(refinement_left(ladder(2.0, 2.0, 1.6, 1.6), torch.zeros(1, dtype=torch.float64))) == pytest.approx(0.4 / 6 / 5)


def test_moments_give_what_the_scores_at_the_samples_give() -> None:
    view = view_of(RELAY, 256, 32)
    terms = next(two_scores(RELAY))
    by_products, _ = estimate(dataclasses.replace(view, jacobian=lambda name: None), terms, RELAY.wrt, Hermite(3))
    polynomial, _ = estimate(view, terms, RELAY.wrt, Hermite(3))
    for name in RELAY.wrt:
        # Both are -b A^-1 g; the influence values have it as their mean up to the ridge of 1e-11.
        torch.testing.assert_close(polynomial[name].mean(), by_products[name].mean(), rtol=1e-8, atol=1e-8)
        assert polynomial[name].shape == (32,)


def test_both_routes_state_the_same_standard_error_of_independent_samples_to_first_order() -> None:
    # The routes differ by products of two replicates' deviations, of size 1 / rows each where the deviations are of size 1 / sqrt(rows); 20 features.
    drawing = Simulator(MULTIPATH, {})
    view = drawing.pathwise(independent(drawing.dimension, 32 * 4000, torch.Generator().manual_seed(1)), MULTIPATH.wrt, 32)
    terms = next(two_scores(MULTIPATH))
    one, _ = estimate(view, terms, MULTIPATH.wrt, Hermite(3))
    other, _ = estimate(dataclasses.replace(view, jacobian=lambda name: None), terms, MULTIPATH.wrt, Hermite(3))
    for name in MULTIPATH.wrt:
        assert float((one[name] - other[name]).std() / one[name].std()) <= 0.3, name


def test_the_jackknife_is_the_spread_over_independent_samples() -> None:
    # The variance of 64 estimates over the mean of their stated ones is chi-square with 63 degrees of freedom, below 2.1 with probability 1 - 1e-6.
    values, stated = [], []
    drawing = Simulator(MULTIPATH, {})
    terms = next(two_scores(MULTIPATH))
    for seed in range(64):
        view = drawing.pathwise(independent(drawing.dimension, 2000, torch.Generator().manual_seed(seed)), ("alpha",), 20)
        pseudo = estimate(view, terms, ("alpha",), Affine())[0]["alpha"]
        values.append(pseudo.mean())
        stated.append(pseudo.var() / 20)
    ratio = float(torch.stack(values).var() / torch.stack(stated).mean())
    assert 0.35 <= ratio <= 2.1


def test_a_term_is_silent_where_the_outputs_move_as_a_function_of_what_is_given() -> None:
    tanh = ig.CATALOGUE["tanh"].question
    conditional, marginal = next(two_scores(tanh))
    assert silent(tanh.channel, conditional, "theta")
    assert not silent(tanh.channel, marginal, "theta")
    assert not silent(tanh.channel, conditional, "s2")
    conditional, _ = next(two_scores(MULTIPATH))
    assert silent(MULTIPATH.channel, conditional, "alpha")
    assert not silent(MULTIPATH.channel, conditional, "beta")
    assert not silent(RELAY.channel, next(two_scores(RELAY))[0], "theta")


def test_silencing_a_term_that_speaks_changes_the_gradient() -> None:
    view = view_of(RELAY, 256, 32)
    terms = next(two_scores(RELAY))
    whole, doubt = estimate(view, terms, ("theta",))
    wrong, _ = estimate(view, terms, ("theta",), silences={terms[0]: ("theta",)})
    gap = float((whole["theta"].mean() - wrong["theta"].mean()).abs())
    assert gap > 3 * float(whole["theta"].std()) / math.sqrt(32) + float(doubt["theta"])


def test_silencing_a_silent_term_changes_nothing_beyond_the_doubt() -> None:
    question = ig.CATALOGUE["tanh"].question
    view = view_of(question, 1024, 32)
    terms = next(two_scores(question))
    whole, doubt = estimate(view, terms, ("theta",))
    less, other = estimate(view, terms, ("theta",), silences={terms[0]: ("theta",)})
    gap = float((whole["theta"].mean() - less["theta"].mean()).abs())
    spread = float(whole["theta"].std() + less["theta"].std()) / math.sqrt(32)
    assert gap <= 3 * spread + float(doubt["theta"] + other["theta"])


def test_balanced_points_have_exact_normal_moments_and_leave_choices_alone() -> None:
    drawing = Simulator(ig.CATALOGUE["bpsk"].question, {})
    points = balanced(drawing, 128, 4, 7)
    plain = torch.cat([sobol(2, 128, each) for each in seeds(7, 4)])
    assert torch.equal(points[:, 0], plain[:, 0])
    scores = torch.special.ndtri(points[:, 1]).reshape(4, 128)
    assert float(scores.mean(dim=1).abs().max()) <= 1e-12
    assert float((scores.square().mean(dim=1) - 1).abs().max()) <= 1e-12
    assert float((points - plain).abs().max()) <= 0.02


def test_a_linear_gaussian_gradient_of_32_dimensions_is_within_its_doubt() -> None:
    size = 32
    w = ig.Parameter("W", (size, size))
    x = ig.Source("X", ig.Normal((0,) * size, ig.identity(size)))
    channel = ig.Channel(x, ig.Gate("Y", w @ x, noise=ig.Normal((0,) * size, ig.identity(size))))
    question = ig.Question(channel, between=("X", "Y"), at={"W": tuple(tuple(int(i == j) for j in range(size)) for i in range(size))})
    drawing = Simulator(question, {})
    assert closed_form.bound_for(Budget(512, 32), 2 * size) == closed_form.LEAST_BOUND
    view = drawing.pathwise(balanced(drawing, 512, 32, 0), ("W",), 32)
    pseudo, bias = closed_form.estimate(view, next(two_scores(question)), ("W",))
    error = (pseudo["W"].mean(dim=0) - torch.eye(size, dtype=torch.float64) / 2).abs()
    allowed = 6 * pseudo["W"].std(dim=0) / math.sqrt(32) + bias["W"]
    assert bool((error <= allowed).all())
    assert float(allowed.median()) <= 0.25
