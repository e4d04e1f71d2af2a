"""The room's reading of every law against scipy.stats, and its derivatives against differences of its own log-density."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

import infograd as ig
from infograd.law import Law
from infograd.numeric.density import Density, read
from infograd.numeric.interpreter import Interpreter
from infograd.numeric.networks.rule import source_rule

POINTS = np.array([-2.3, -0.4, 0.7, 1.1, 3.2])
a = ig.Parameter("a")
LAWS: dict[str, tuple[Law, Any]] = {
    "normal": (ig.Normal("1/2", 4), stats.norm(0.5, 2)),
    "laplace": (ig.Laplace("1/2", 2), stats.laplace(0.5, 2)),
    "logistic": (ig.Logistic("1/2", 2), stats.logistic(0.5, 2)),
    "student": (ig.StudentT(5, "1/2", 2), stats.t(5, 0.5, 2)),
}
SOURCES: dict[str, tuple[Law, Any]] = {**LAWS, "uniform": (ig.Uniform(-1, 3), stats.uniform(-1, 4)), "exponential": (ig.Exponential(-1, 2), stats.expon(-1, 2))}


def reading(law: Law, **values: float) -> Density:
    return read(law, Interpreter({name: np.asarray(value) for name, value in values.items()}, {}, 0))[0]


@pytest.mark.parametrize("name", LAWS)
def test_log_densities_are_those_of_scipy(name: str) -> None:
    law, reference = LAWS[name]
    np.testing.assert_allclose(reading(law).log_density(POINTS), reference.logpdf(POINTS), rtol=1e-13)


def test_a_mixture_is_the_weighted_sum_of_its_components() -> None:
    mixture = ig.Mixture(("1/4", "3/4"), (ig.Normal(-2, 1), ig.Normal(1, "1/4")))
    expected = 0.25 * stats.norm(-2, 1).pdf(POINTS) + 0.75 * stats.norm(1, 0.5).pdf(POINTS)
    np.testing.assert_allclose(np.exp(reading(mixture).log_density(POINTS)), expected, rtol=1e-13)


PARAMETRIC: dict[str, Law] = {
    "normal": ig.Normal(a, a**2),
    "laplace": ig.Laplace(2 * a, a**2),
    "logistic": ig.Logistic(a, a + 1),
    "student": ig.StudentT(3 * a, a, 2 * a),
    "mixture": ig.Mixture(ig.stack(a / 4, 1 - a / 4), (ig.Normal(a, 1), ig.Logistic(0, a))),
}


@pytest.mark.parametrize("name", PARAMETRIC)
def test_scores_are_the_derivatives_of_the_log_density(name: str) -> None:
    """Central differences with step h of a function with third derivative M err by M h^2/6 and by rounding eps |log p|/h; both are below 1e-8 here."""
    law, step = PARAMETRIC[name], 1e-5
    density, rates = read(law, Interpreter({"a": np.asarray(1.3)}, {"a": np.asarray(1.0)}, 0))
    scores = density.argument_scores(POINTS)
    total = sum(((scores[key].T * rate).T.sum(axis=0) if np.ndim(rate) else scores[key] * rate) for key, rate in rates.items())
    moved = (reading(law, a=1.3 + step).log_density(POINTS) - reading(law, a=1.3 - step).log_density(POINTS)) / (2 * step)
    np.testing.assert_allclose(total, moved, rtol=1e-8, atol=1e-8)
    shifted = (density.log_density(POINTS + step) - density.log_density(POINTS - step)) / (2 * step)
    np.testing.assert_allclose(density.score(POINTS), shifted, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_rule_has_the_mass_and_the_moments_of_its_law(name: str) -> None:
    law, reference = SOURCES[name]
    density = reading(law)
    (nodes, _), (weights, _) = source_rule(law, density, Interpreter({}, {}, 0), 0.05 * density.width())
    np.testing.assert_allclose(weights.sum(), 1, rtol=1e-13)
    np.testing.assert_allclose(weights @ nodes, reference.mean(), rtol=1e-12)
    bell = reference.expect(lambda x: 1 / (1 + x**2), epsabs=1e-12, epsrel=1e-12)
    np.testing.assert_allclose(weights @ (1 / (1 + nodes**2)), bell, rtol=1e-10)


@pytest.mark.parametrize(
    "law", [ig.Normal(a, a), ig.Uniform(-a, 2 * a), ig.Laplace(a, a**2), ig.StudentT(2 * a, 0, a), ig.Points(ig.stack(a, -a), ig.stack(a / 4, 1 - a / 4))]
)
def test_a_source_rule_moves_with_its_arguments(law: Law) -> None:
    """The tangent of the rule's mean of a smooth function is the derivative of that mean, by central differences as above."""
    step = 1e-5

    def mean(value: float) -> float:
        (nodes, _), (weights, _) = source_rule(law, reading(law, a=value), Interpreter({"a": np.asarray(value)}, {}, 0), 0.1)
        return float(weights @ np.sin(nodes))

    interpreter = Interpreter({"a": np.asarray(1.5)}, {"a": np.asarray(1.0)}, 0)
    (nodes, moves), (weights, turns) = source_rule(law, reading(law, a=1.5), interpreter, 0.1)
    slope = (0.0 if moves is None else weights @ (np.cos(nodes) * moves)) + (0.0 if turns is None else turns @ np.sin(nodes))
    np.testing.assert_allclose(slope, (mean(1.5 + step) - mean(1.5 - step)) / (2 * step), rtol=1e-7, atol=1e-8)
