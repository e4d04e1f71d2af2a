"""The two bounds on a log-mean against the laws that make them bounds, and planted faults that break those laws."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from infograd.numeric.interpreter import Floats
from infograd.numeric.sandwich.averages import LogMean, bounded, exact, log_wide

DRAWS = 6
VARIANCE = 0.5
LINE = np.linspace(-60, 60, 24_001)


def log_likelihood(s: Floats, u: Floats) -> Floats:
    """log w(s, u) of S = U + N with N of variance 1/2: rows of s, columns of u."""
    return -0.5 * (s[:, None] - u) ** 2 / VARIANCE - 0.5 * math.log(2 * math.pi * VARIANCE)


def on_the_line(draws: Floats) -> LogMean:
    """The bounds at every s of the line, for fixed draws; the true draw stands for s itself."""
    wide = log_wide(LINE[None], np.linspace(-1, 1, 9)[None])
    return bounded((log_likelihood(LINE, draws), None), (log_likelihood(LINE, LINE[:1]), None), wide)


def mass(found: LogMean) -> float:
    """The integral of exp(lower) over the line by the trapezoid rule; the Cauchy law's tails beyond 60 have 2/(60 pi) of their share."""
    return float(np.exp(found.lower).sum() * (LINE[1] - LINE[0]))


def test_leaving_the_true_draw_out_gives_a_density_in_the_weighed_values() -> None:
    draws = np.random.default_rng(3).standard_normal(DRAWS)
    lost = DRAWS**-2.0 * 2 / (math.pi * 60)
    assert mass(on_the_line(draws)) == pytest.approx(1, abs=2 * lost)


def too_few(found: LogMean) -> LogMean:
    return LogMean(found.lower + math.log(DRAWS / (DRAWS - 1)), found.upper, found.slopes)


def with_the_true_one(found: LogMean) -> LogMean:
    return LogMean(found.upper, found.upper, found.slopes)


@pytest.mark.parametrize("fault", [too_few, with_the_true_one])
def test_a_wrong_count_and_the_true_draw_are_no_density(fault: Callable[[LogMean], LogMean]) -> None:
    draws = np.random.default_rng(3).standard_normal(DRAWS)
    assert abs(mass(fault(on_the_line(draws))) - 1) > 0.05


def test_leaving_the_true_draw_in_averages_to_the_density_over_independent_draws() -> None:
    """E v(s) = p(s) where the true draw is one more independent draw; 5 standard errors stray with probability 6e-7."""
    rng = np.random.default_rng(5)
    s = np.array([0.7])
    terms = []
    for _ in range(4000):
        draws, true = rng.standard_normal(DRAWS), rng.standard_normal(1)
        found = bounded((log_likelihood(s, draws), None), (log_likelihood(s, true), None), np.array([-2.0]))
        terms.append(float(np.exp(found.upper[0])))
    density = float(stats.norm(0, math.sqrt(1 + VARIANCE)).pdf(0.7))
    stray = 5 * np.std(terms) / math.sqrt(len(terms))
    assert abs(np.mean(terms) - density) <= stray
    assert abs(np.mean(terms) * (DRAWS + 1) / DRAWS - density) > stray


def test_the_bounds_stand_on_both_sides_of_the_log_density_in_expectation() -> None:
    """By many standard errors where the draws are few, and about twice as near where they are twice as many."""
    rng = np.random.default_rng(7)
    gaps = {}
    for count in (DRAWS, 4 * DRAWS):
        lower, upper = [], []
        for _ in range(400):
            true, draws = rng.standard_normal(50), rng.standard_normal(count)
            s = true + math.sqrt(VARIANCE) * rng.standard_normal(50)
            own = np.diagonal(log_likelihood(s, true))[:, None]
            found = bounded((log_likelihood(s, draws), None), (own, None), log_wide(s[None], draws[None]))
            truth = stats.norm(0, math.sqrt(1 + VARIANCE)).logpdf(s)
            lower.append(float((found.lower - truth).mean()))
            upper.append(float((found.upper - truth).mean()))
        for bias, sign in ((lower, -1), (upper, 1)):
            assert sign * np.mean(bias) > 5 * np.std(bias) / math.sqrt(len(bias))
        gaps[count] = np.mean(upper) - np.mean(lower)
    assert gaps[4 * DRAWS] < gaps[DRAWS] / 2


def test_equal_weights_are_their_own_mean() -> None:
    weights, true = np.full((3, DRAWS), -1.25), np.full((3, 1), -1.25)
    found = bounded((weights, None), (true, None), np.full(3, -1.25))
    np.testing.assert_allclose([found.lower, found.upper], -1.25, rtol=4e-16)


def test_a_mean_of_zeros_is_finite_below_by_the_wide_density() -> None:
    found = bounded((np.full((1, DRAWS), -np.inf), None), (np.zeros((1, 1)), None), np.array([-3.0]))
    assert found.lower[0] == pytest.approx(-3 - 2 * math.log(DRAWS), rel=1e-14)
    assert found.upper[0] == pytest.approx(-math.log(DRAWS + 1), rel=1e-14)


def test_slopes_are_the_derivatives_of_the_bounds() -> None:
    """Against central differences, whose error at a step of 1e-5 is about 1e-10 for the truncation and 1e-11 for the rounding."""
    rng = np.random.default_rng(11)
    weights, true = rng.standard_normal((4, DRAWS)), rng.standard_normal((4, 1))
    along, own = rng.standard_normal((4, DRAWS)), rng.standard_normal((4, 1))
    wide = np.full(4, -math.inf)
    step = 1e-5

    def at(shift: float, count: int = DRAWS) -> LogMean:
        return bounded((weights[:, :count] + shift * along[:, :count], None), (true + shift * own, None), wide)

    slopes = bounded((weights, along), (true, own), wide).slopes
    assert slopes is not None
    for row, count in enumerate((DRAWS, DRAWS // 2)):
        for column, side in enumerate(("lower", "upper")):
            difference = (getattr(at(step, count), side) - getattr(at(-step, count), side)) / (2 * step)
            np.testing.assert_allclose(slopes[row, column], difference, atol=1e-8)


def test_a_sum_over_all_points_is_exact_with_its_slope() -> None:
    weights, along, logarithms = np.array([[0.5, -1.0]]), np.array([[2.0, 3.0]]), np.log([[0.25, 0.75]])
    found = exact((weights, along), logarithms)
    shares = np.exp(weights + logarithms)
    assert found.lower[0] == found.upper[0] == pytest.approx(math.log(shares.sum()), rel=1e-14)
    assert found.slopes is not None
    np.testing.assert_allclose(found.slopes, (shares * along).sum() / shares.sum(), rtol=1e-14)
