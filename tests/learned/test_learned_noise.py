"""Densities of laws in torch against scipy's, and their scores against differences of these."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from scipy import stats
from torch import Tensor

import infograd as ig
from infograd.expression import Expression
from infograd.law import Law
from infograd.learned.samples.interpreter import evaluate
from infograd.learned.samples.noise import log_density, noise_score

LAWS: list[tuple[Law, Any]] = [
    (ig.Normal(1, 4), stats.norm(1, 2)),
    (ig.Uniform(-1, 3), stats.uniform(-1, 4)),
    (ig.Laplace(1, 2), stats.laplace(1, 2)),
    (ig.Logistic(1, 2), stats.logistic(1, 2)),
    (ig.StudentT(3, 1, 2), stats.t(3, 1, 2)),
    (ig.Exponential(-3, 2), stats.expon(-3, 2)),
]
POINTS = torch.linspace(-0.9, 2.9, 39, dtype=torch.float64)


def value(expression: Expression) -> Tensor:
    return evaluate(expression, {}, {}, {})


@pytest.mark.parametrize(("law", "reference"), LAWS, ids=lambda each: type(each).__name__)
def test_logarithm_of_a_density_is_that_of_scipy(law: Law, reference: Any) -> None:
    np.testing.assert_allclose(log_density(law, POINTS, value), reference.logpdf(POINTS.numpy()), rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize(("law", "reference"), LAWS, ids=lambda each: type(each).__name__)
def test_score_is_the_slope_of_the_logarithm_of_the_density(law: Law, reference: Any) -> None:
    points = POINTS + 0.013
    step = 1e-5
    slope = (reference.logpdf(points.numpy() + step) - reference.logpdf(points.numpy() - step)) / (2 * step)
    np.testing.assert_allclose(noise_score(law, points, value), slope, rtol=1e-8, atol=1e-8)


def test_a_mixture_has_the_mixed_density() -> None:
    law = ig.Mixture(("1/4", "3/4"), (ig.Normal(-1, 1), ig.Laplace(2, "1/2")))
    mixed = np.log(0.25 * stats.norm(-1, 1).pdf(POINTS) + 0.75 * stats.laplace(2, 0.5).pdf(POINTS))
    np.testing.assert_allclose(log_density(law, POINTS, value), mixed, rtol=1e-13, atol=1e-13)


def test_a_vector_normal_has_its_density_and_linear_score() -> None:
    law = ig.Normal((1, 2), ((2, "1/2"), ("1/2", 1)))
    points = torch.tensor([[0.0, 1.0], [2.0, 2.5]], dtype=torch.float64)
    covariance = np.array([[2, 0.5], [0.5, 1]])
    np.testing.assert_allclose(log_density(law, points, value), stats.multivariate_normal([1, 2], covariance).logpdf(points.numpy()), rtol=1e-13)
    np.testing.assert_allclose(noise_score(law, points, value), -np.linalg.solve(covariance, (points.numpy() - [1, 2]).T).T, rtol=1e-13)


def test_a_law_of_points_has_no_density() -> None:
    with pytest.raises(ig.SpecificationError, match="Points has no density"):
        log_density(ig.Points((0, 1)), POINTS, value)
