"""Draws of every law against scipy.stats, at fixed uniforms and in distribution."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from scipy import stats
from torch import Tensor

import infograd as ig
from infograd.expression import Expression
from infograd.law import LAWS, Law
from infograd.learned.samples.interpreter import evaluate
from infograd.learned.samples.laws import draw, uniforms_needed
from infograd.learned.samples.uniforms import independent

ALPHA = 1e-9
GRID = np.array([1e-9, 1e-4, 0.03, 0.25, 0.5, 0.81, 0.999, 1 - 1e-7])

CONTINUOUS: list[tuple[Law, Any]] = [
    (ig.Normal(1, 4), stats.norm(1, 2)),
    (ig.Uniform(-1, 3), stats.uniform(-1, 4)),
    (ig.Laplace(1, 2), stats.laplace(1, 2)),
    (ig.Logistic(-1, 3), stats.logistic(-1, 3)),
    (ig.StudentT(3, 1, 2), stats.t(3, 1, 2)),
    (ig.Exponential(2, 3), stats.expon(2, 3)),
]


def drawn(law: Law, u: Tensor, **parameters: Tensor) -> Tensor:
    def value(expression: Expression) -> Tensor:
        return evaluate(expression, {}, {name: each.unsqueeze(0) for name, each in parameters.items()}, {})

    return draw(law, u, value)


def uniforms(law: Law, count: int) -> Tensor:
    return independent(uniforms_needed(law), count, torch.Generator().manual_seed(2))


@pytest.mark.parametrize(("law", "reference"), CONTINUOUS, ids=lambda each: type(each).__name__)
def test_draw_is_the_inverse_distribution_function(law: Law, reference: Any) -> None:
    sample = drawn(law, torch.tensor(GRID).unsqueeze(1))
    # A double u near 1 is known to eps, and so its quantile to eps / density.
    slack = 8 * np.finfo(float).eps * (1 / reference.pdf(reference.ppf(GRID)) + 8 * np.abs(reference.ppf(GRID)) + 8)
    assert (np.abs(sample.numpy() - reference.ppf(GRID)) <= slack).all()


@pytest.mark.parametrize(("law", "reference"), CONTINUOUS, ids=lambda each: type(each).__name__)
def test_draws_have_the_law_by_kolmogorov_and_smirnov(law: Law, reference: Any) -> None:
    sample = drawn(law, uniforms(law, 4000)).numpy()
    assert stats.kstest(sample, reference.cdf).statistic <= stats.kstwo.isf(ALPHA, len(sample))


def test_mixture_draws_have_the_mixed_law() -> None:
    law = ig.Mixture(("1/4", "3/4"), (ig.Normal(-2, 1), ig.Laplace(1, 2)))
    sample = drawn(law, uniforms(law, 4000)).numpy()

    def cdf(x: Any) -> Any:
        return stats.norm.cdf(x, -2) / 4 + 3 * stats.laplace.cdf(x, 1, 2) / 4

    assert stats.kstest(sample, cdf).statistic <= stats.kstwo.isf(ALPHA, len(sample))


def test_mixture_of_vectors_draws_one_component_for_all_entries() -> None:
    law = ig.Mixture(("1/2", "1/2"), (ig.Normal((-50, -50), ig.identity(2)), ig.Uniform((50, 50), 51)))
    sample = drawn(law, uniforms(law, 200))
    assert sample.shape == (200, 2)
    assert torch.equal(sample[:, 0] > 0, sample[:, 1] > 0)


def test_points_come_with_their_weights() -> None:
    law = ig.Points((-1, 0, 5), ("1/5", "1/2", "3/10"))
    sample = drawn(law, uniforms(law, 5000)).numpy()
    for point, weight in ((-1, 0.2), (0, 0.5), (5, 0.3)):
        count = int((sample == point).sum())
        assert stats.binom.sf(count - 1, len(sample), weight) > ALPHA
        assert stats.binom.cdf(count, len(sample), weight) > ALPHA


def test_points_may_be_vectors_and_differentiate_in_their_values() -> None:
    values = torch.tensor([[1.0, 2], [3, 4]], dtype=torch.float64, requires_grad=True)
    law = ig.Points(ig.Parameter("v", (2, 2)), ("1/4", "3/4"))
    sample = drawn(law, torch.tensor([[0.1], [0.3], [0.9]], dtype=torch.float64), v=values)
    assert sample.tolist() == [[1, 2], [3, 4], [3, 4]]
    (slope,) = torch.autograd.grad(sample.sum(), values)
    assert slope.tolist() == [[1, 1], [2, 2]]


def test_vector_normal_is_the_cholesky_factor_times_a_standard_normal() -> None:
    covariance = np.array([[2.0, 0.6], [0.6, 1.0]])
    law = ig.Normal((1, -1), covariance)
    u = uniforms(law, 50)
    expected = np.array([1, -1]) + stats.norm.ppf(u.numpy()) @ np.linalg.cholesky(covariance).T
    np.testing.assert_allclose(drawn(law, u), expected, rtol=1e-12, atol=1e-13)


def test_entries_of_a_vector_law_are_independent_draws() -> None:
    law = ig.Exponential((0, 10), 2)
    u = uniforms(law, 50)
    np.testing.assert_allclose(drawn(law, u), np.array([0, 10]) - 2 * np.log1p(-u.numpy()), rtol=1e-13)


DERIVATIVES: list[tuple[Law, str, Any]] = [
    (ig.Normal(ig.Parameter("p"), 4), "Normal mean", lambda u: np.ones_like(u)),
    (ig.Normal(0, ig.Parameter("p")), "Normal variance", lambda u: stats.norm.ppf(u) / (2 * np.sqrt(1.5))),
    (ig.Uniform(ig.Parameter("p"), 3), "Uniform lower", lambda u: 1 - u),
    (ig.Uniform(0, ig.Parameter("p")), "Uniform upper", lambda u: u),
    (ig.Laplace(0, ig.Parameter("p")), "Laplace scale", stats.laplace.ppf),
    (ig.Logistic(0, ig.Parameter("p")), "Logistic scale", stats.logistic.ppf),
    (ig.StudentT(4, 0, ig.Parameter("p")), "StudentT scale", lambda u: stats.t.ppf(u, 4)),
    (ig.Exponential(0, ig.Parameter("p")), "Exponential scale", stats.expon.ppf),
    (ig.Mixture(("1/2", "1/2"), (ig.Normal(ig.Parameter("p"), 1), ig.Normal(0, 1))), "Mixture component", lambda u: (u < 0.5) * 1.0),
]


@pytest.mark.parametrize(("law", "place", "derivative"), DERIVATIVES, ids=lambda each: each if isinstance(each, str) else "")
def test_move_by_an_argument_has_its_formula_as_derivative(law: Law, place: str, derivative: Any) -> None:
    u = torch.tensor([0.1, 0.35, 0.6, 0.97], dtype=torch.float64)
    slopes = []
    for each in u:
        parameter = torch.tensor(1.5, dtype=torch.float64, requires_grad=True)
        (slope,) = torch.autograd.grad(drawn(law, each.expand(1, uniforms_needed(law)), p=parameter).sum(), parameter, allow_unused=True)
        slopes.append(0.0 if slope is None else slope.item())
    np.testing.assert_allclose(slopes, derivative(u.numpy()), rtol=1e-12, atol=1e-14)


def test_every_law_of_the_language_is_tested_here() -> None:
    tested = {type(law).__name__ for law, *_ in [*CONTINUOUS, *DERIVATIVES]} | {"Points"}
    assert tested == set(LAWS)
