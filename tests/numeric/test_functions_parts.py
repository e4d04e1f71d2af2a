"""The parts of an output law: laws of noises against scipy.stats, elimination against einsum, and nodes that reach into tails."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

import infograd as ig
from infograd.law import Law
from infograd.numeric.density import read
from infograd.numeric.functions.additive import Additive, log_sum
from infograd.numeric.functions.elimination import Factor, eliminated
from infograd.numeric.functions.nodes import source_nodes, stretched
from infograd.numeric.interpreter import Interpreter
from infograd.numeric.limit import LimitError
from infograd.numeric.refinement import FIRST_STEP, Estimate, by_changes, refine

POINTS = np.array([-2.3, -0.4, 0.7, 1.1, 2.2])
LAWS: dict[str, tuple[Law, Any]] = {
    "normal": (ig.Normal("1/2", 4), stats.norm(0.5, 2)),
    "laplace": (ig.Laplace("1/2", 2), stats.laplace(0.5, 2)),
    "logistic": (ig.Logistic("1/2", 2), stats.logistic(0.5, 2)),
    "student": (ig.StudentT(5, "1/2", 2), stats.t(5, 0.5, 2)),
    "uniform": (ig.Uniform(-3, 3), stats.uniform(-3, 6)),
    "exponential": (ig.Exponential(-3, 2), stats.expon(-3, 2)),
}


def additive(law: Law) -> Additive:
    return Additive(read(law, Interpreter({}, {}, 0))[0])


@pytest.mark.parametrize("name", LAWS)
def test_the_laws_of_noises_are_those_of_scipy(name: str) -> None:
    law, reference = LAWS[name]
    found = additive(law)
    np.testing.assert_allclose(found.log_density(POINTS), reference.logpdf(POINTS), rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(found.log_distribution(POINTS), reference.logcdf(POINTS), rtol=1e-12)
    np.testing.assert_allclose(found.log_distribution(POINTS, -1.0), reference.logsf(POINTS), rtol=1e-12)


@pytest.mark.parametrize("name", LAWS)
def test_scores_of_noises_are_the_slopes_of_their_log_densities(name: str) -> None:
    """A central difference with step 1e-5 errs by M/6 1e-10 for third derivatives M below 100, and by rounding below 1e-10."""
    found, step = additive(LAWS[name][0]), 1e-5
    slope = (found.log_density(POINTS + step) - found.log_density(POINTS - step)) / (2 * step)
    np.testing.assert_allclose(found.score(POINTS), slope, atol=2e-9)


def test_off_the_support_there_is_no_mass() -> None:
    assert additive(ig.Uniform(-1, 1)).log_density(np.array([2.0]))[0] == -np.inf
    assert additive(ig.Exponential(0, 1)).log_distribution(np.array([-1.0]))[0] == -np.inf
    assert additive(ig.Exponential(0, 1)).log_distribution(np.array([-1.0]), -1.0)[0] == 0.0


def test_a_mixture_with_jumps_is_the_weighted_sum_of_its_components() -> None:
    mixture = additive(ig.Mixture(("1/4", "3/4"), (ig.Uniform(-1, 1), ig.Normal(1, "1/4"))))
    first, second = stats.uniform(-1, 2), stats.norm(1, 0.5)
    np.testing.assert_allclose(np.exp(mixture.log_density(POINTS)), 0.25 * first.pdf(POINTS) + 0.75 * second.pdf(POINTS), rtol=1e-13)
    np.testing.assert_allclose(np.exp(mixture.log_distribution(POINTS)), 0.25 * first.cdf(POINTS) + 0.75 * second.cdf(POINTS), rtol=1e-12)
    shares = 0.75 * second.pdf(POINTS) / (0.25 * first.pdf(POINTS) + 0.75 * second.pdf(POINTS))
    np.testing.assert_allclose(mixture.score(POINTS), shares * (1 - POINTS) / 0.25, rtol=1e-12, atol=1e-14)


def test_a_sum_of_nothing_is_nothing() -> None:
    logs = np.array([[-np.inf, -np.inf], [-2000.0, -2000.0 + math.log(2)]])
    np.testing.assert_allclose(log_sum(logs, 1), [-np.inf, -2000 + math.log(3)])


def test_elimination_is_einsum_in_logarithms() -> None:
    rng = np.random.default_rng(5)
    x, v, w, z = rng.random(4), rng.random((4, 5)), rng.random((4, 6)), rng.random((5, 6, 3))
    factors = [Factor(("X",), np.log(x)), Factor(("X", "V"), np.log(v)), Factor(("X", "W"), np.log(w)), Factor(("V", "W", "Z"), np.log(z))]
    for keep, formula in ((("Z", "V"), "x,xv,xw,vwz->zv"), ((), "x,xv,xw,vwz->"), (("W", "X"), "x,xv,xw,vwz->wx")):
        np.testing.assert_allclose(np.exp(eliminated(factors, keep)), np.einsum(formula, x, v, w, z), rtol=1e-12)


def test_elimination_keeps_masses_below_the_least_double() -> None:
    factors = [Factor(("X",), np.array([-3000.0, -5000.0])), Factor(("X", "V"), np.array([[-1000.0, 0.0], [0.0, 1000.0]]))]
    np.testing.assert_allclose(eliminated(factors, ("V",)), [-4000.0, -3000.0])


def test_a_joint_law_of_too_many_nodes_is_refused_before_it_is_made() -> None:
    wide = [Factor((name, "Z"), np.zeros((400, 2))) for name in "ABCD"]
    with pytest.raises(LimitError, match="cells"):
        eliminated(wide, tuple("ABCD"))


SOURCES = {**{name: law for name, (law, _) in LAWS.items()}, "mixture": ig.Mixture(("1/4", "3/4"), (ig.Uniform(-1, 1), ig.StudentT(5, 1, 2)))}


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize("loss", [48.0, 180.0])
def test_the_weights_of_a_source_sum_to_one_at_every_reach(name: str, loss: float) -> None:
    """The trapezoid rule at a tenth of the law's width errs by less than the rounding; the tails beyond the least reach weigh e^-48."""
    density = read(SOURCES[name], Interpreter({}, {}, 0))[0]
    nodes, logs = source_nodes(density, 1.0, 0.1, loss)
    assert abs(float(np.exp(logs).sum()) - 1) <= 16 * nodes.size**0.5 * np.finfo(np.float64).eps


@pytest.mark.parametrize("name", ["normal", "logistic", "student"])
def test_a_longer_reach_only_adds_nodes(name: str) -> None:
    density = read(SOURCES[name], Interpreter({}, {}, 0))[0]
    short, long = (source_nodes(density, 1.0, 0.1, loss)[0] for loss in (48.0, 180.0))
    assert set(short.tolist()) < set(long.tolist())


UNEVEN = (-6.0e-7, -2.6e-9, -1.6e-11, -5.7e-12, 0.0, 0.0, 0.0, 0.0)


def uneven(step: float) -> Estimate:
    """Errors of Gauss-Legendre panels at successive resolutions as once met: nearly exact by accident, then no better."""
    level = round(-2 * math.log2(step / FIRST_STEP))
    return Estimate(np.array([1 + UNEVEN[level]]), np.array([1e-14]), 1)


def test_an_accident_of_uneven_panels_is_covered_by_the_last_change_and_not_by_less() -> None:
    stated, even = refine(uneven, 1e-10, by_changes), refine(uneven, 1e-11)
    assert abs(stated.values[0] - 1) <= stated.errors[0]
    assert abs(even.values[0] - 1) > even.errors[0]


def test_an_error_that_no_resolution_reaches_is_refused() -> None:
    with pytest.raises(LimitError, match="was not reached"):
        refine(lambda step: Estimate(np.array([math.sin(1 / step)]), np.array([0.0]), 1), 1e-6, by_changes)


def test_stretched_nodes_integrate_a_cauchy_density() -> None:
    """Beyond R lies the mass 2/(pi R); the last cell ends between R and 1.5 spacings of the stretched parameter farther out."""
    nodes, logs = stretched(0.0, 1.0, -1e6, 1e6, 0.05)
    missing = 1 - float((np.exp(logs) / (math.pi * (1 + nodes**2))).sum())
    assert math.exp(-1.5 * 0.05) <= missing / (2 / (math.pi * 1e6)) <= 1.0
