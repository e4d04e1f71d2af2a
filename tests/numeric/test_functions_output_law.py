"""Densities, scores, distributions and posterior means of outputs against closed forms, scipy.integrate and identities between them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import integrate, stats

import infograd as ig
from infograd.numeric.functions import OutputLaw
from infograd.numeric.functions.panel_cells import CutStage
from infograd.numeric.interpreter import Floats
from tests.numeric.output_laws import EPS, NOISES, PLACES, check, law_of, linear_question, tanh_question, values

SCORED = [name for name in NOISES if name not in ("uniform", "exponential")]


def noise_density(name: str) -> Callable[[Any], Floats]:
    if name != "mixture":
        return lambda z: np.asarray(NOISES[name][1].pdf(z))
    first, second = stats.norm(-1, 0.5), stats.logistic(1, 1)
    return lambda z: np.asarray(0.25 * first.pdf(z) + 0.75 * second.pdf(z))


FAR = np.array([-300.0, -60.0, -3.0, 0.0, 0.5, 5.0, 1000.0])


def test_a_gaussian_output_has_its_closed_forms_far_into_the_tails() -> None:
    """N(0, a^2 + s2), also where p(y) is below the least double: log p(1000) is about -1.2e5."""
    law, variance = law_of(linear_question()), 4.25
    reference = stats.norm(0, variance**0.5)
    check(law.log_density(FAR), reference.logpdf(FAR))
    check(law.score(FAR), -FAR / variance)
    check(law.posterior_mean(FAR), 2 * FAR / variance)
    check(law.density(FAR), reference.pdf(FAR), 1e-12 * reference.pdf(FAR))
    check(law.distribution(FAR), reference.cdf(FAR), 1e-13 * reference.cdf(FAR))
    check(law.survival(FAR), reference.sf(FAR), 1e-13 * reference.sf(FAR))
    assert float(values(law.density(FAR)).values[0]) == 0.0
    assert np.all(values(law.score(FAR)).error <= 1e-11 * np.maximum(1.0, np.abs(FAR)))


@pytest.mark.parametrize("name", NOISES)
def test_the_density_of_every_noise_law_is_the_integral_that_scipy_takes(name: str) -> None:
    law, density = law_of(tanh_question(NOISES[name][0])), noise_density(name)
    for place in PLACES:
        corners = [np.arctanh(z) / 2 for z in (place - 0.2, place - 2.0, place + 3.0) if abs(z) < 1]
        expected, doubt = integrate.quad(
            lambda x, y=place: float(stats.norm.pdf(x) * density(y - np.tanh(2 * x))), -9, 9, points=corners or None, limit=200, epsabs=1e-13, epsrel=1e-12
        )
        check(law.density(place), expected, doubt + 1e-13)


@pytest.mark.parametrize("name", NOISES)
def test_the_distribution_of_every_noise_law_is_the_integral_of_its_density(name: str) -> None:
    """Gauss-Legendre over stretches of 1/4, on which the densities are analytic, with 24 nodes."""
    law = law_of(tanh_question(NOISES[name][0]))
    nodes, weights = np.polynomial.legendre.leggauss(24)
    start = 0.1
    density = values(law.density(start + (nodes + 1) / 8))
    rise = np.diff(values(law.distribution([start, start + 0.25])).values)
    fall = -np.diff(values(law.survival([start, start + 0.25])).values)
    doubt = 2 * float(values(law.distribution([start, start + 0.25])).error.max()) + float((weights / 8 * density.error).sum()) + 8 * EPS
    assert abs(rise[0] - float((weights / 8 * density.values).sum())) <= doubt
    assert abs(fall[0] - rise[0]) <= 2 * doubt


@pytest.mark.parametrize("name", [*SCORED, "relay", "multipath-a", "bpsk", "tanh"])
def test_the_score_is_the_derivative_of_the_log_density(name: str) -> None:
    """log p(b) - log p(a) is the integral of the score: 24 Gauss-Legendre nodes on stretches of 1/4, inside one tail, beside the peak and far out."""
    law = law_of(tanh_question(NOISES[name][0]) if name in NOISES else ig.CATALOGUE[name].question)
    nodes, weights = np.polynomial.legendre.leggauss(24)
    for start in (-2.0, 0.21, 12.0):
        logs, score = values(law.log_density([start, start + 0.25])), values(law.score(start + (nodes + 1) / 8))
        doubt = float(logs.error.sum() + (weights / 8 * score.error).sum()) + 16 * EPS * float(np.abs(logs.values).max())
        assert abs(float(np.diff(logs.values)[0]) - float((weights / 8 * score.values).sum())) <= doubt


def exponential_in_gaussian(y: Floats) -> tuple[Floats, Floats]:
    """log p and d log p/dy of N(0,1) + Exponential(0,1)."""
    logs = 0.5 - y + stats.norm.logcdf(y - 1)
    return logs, -1 + np.exp(stats.norm.logpdf(y - 1) - stats.norm.logcdf(y - 1))


def exponential_question() -> ig.Question:
    x = ig.Source("X", ig.Normal(0, 1))
    return ig.Question(ig.Channel(x, ig.Gate("Y", 1 * x, noise=ig.Exponential(0, 1))), ("X", "Y"))


def test_a_noise_that_jumps_gives_the_score_of_its_closed_form() -> None:
    law, places = law_of(exponential_question()), np.array([-6.0, -1.0, 0.5, 8.0, 30.0])
    logs, score = exponential_in_gaussian(places)
    check(law.log_density(places), logs, 1e-13)
    check(law.score(places), score, 1e-13 * np.abs(score))


def test_the_score_between_jumps_alone_would_be_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CutStage, "edge_density", lambda stage, outputs: np.zeros_like(outputs))
    found = values(law_of(exponential_question()).score([-1.0, 0.5]))
    assert np.all(np.abs(found.values - exponential_in_gaussian(np.array([-1.0, 0.5]))[1]) > 1e6 * found.error)


@pytest.mark.parametrize("name", [name for name in NOISES if name != "mixture"])
def test_the_conditional_law_of_one_stage_is_that_of_its_noise(name: str) -> None:
    law, inputs = law_of(tanh_question(NOISES[name][0])), np.array([-0.5, 0.1, 1.3, 4.0])
    check(law.conditional_density(PLACES, inputs), NOISES[name][1].pdf(PLACES - np.tanh(2 * inputs)), 1e-14)


def test_the_conditional_law_of_a_relay_is_the_integral_over_its_middle_node() -> None:
    law = law_of(ig.CATALOGUE["relay"].question)
    for y, x in ((0.1, 0.2), (1.4, -1.0), (-0.8, 6.0)):

        def joint(v: float, y: float = y, x: float = x) -> float:
            return float(stats.norm.pdf(v, np.tanh(x), 0.5) * stats.norm.pdf(y, np.tanh(2 * v), 0.1**0.5))

        def slope(v: float, y: float = y, x: float = x) -> float:
            return float(-(y - np.tanh(2 * v)) / 0.1 * joint(v, y, x))

        density, doubt = integrate.quad(joint, -6, 6, points=[-0.5, 0.5], epsabs=1e-14, epsrel=1e-13)
        moved, moved_doubt = integrate.quad(slope, -6, 6, points=[-0.5, 0.5], epsabs=1e-14, epsrel=1e-13)
        check(law.conditional_density(y, x), density, doubt)
        check(law.conditional_score(y, x), moved / density, (moved_doubt + abs(moved) / density * doubt) / density + 1e-13)


def test_given_both_users_a_multiple_access_output_is_its_noise_and_given_one_it_is_not() -> None:
    channel = ig.CATALOGUE["mac"].question.channel
    both, one = law_of(ig.Question(channel, (("X1", "X2"), "Y"))), law_of(ig.Question(channel, ("X1", "Y")))
    first, second = np.array([0.3, -1.0, 2.0]), np.array([1.0, 0.5, -4.0])
    check(both.conditional_score(1.5, {"X1": first, "X2": second}), -(1.5 - first - second), 1e-14)
    check(one.conditional_log_density([1.5, 90.0, -3.0], first), stats.norm.logpdf(np.array([1.5, 90.0, -3.0]), first, 2**0.5))
    check(both.posterior_mean([3.0, -50.0], lambda x1, x2: x1 + x2), np.array([2.0, -100 / 3]))


@pytest.mark.parametrize("name", ["tanh", "bpsk", "relay"])
def test_the_posterior_mean_of_what_the_gaussian_noise_is_added_to_is_tweedies(name: str) -> None:
    """E[W|y] = y + s2 s_Y(y): the score and the posterior mean are taken by different sums."""
    question = ig.CATALOGUE[name].question
    cases: dict[str, tuple[str, Callable[..., Floats]]] = {"tanh": ("X", np.tanh), "bpsk": ("X", lambda x: x), "relay": ("V", lambda v: np.tanh(2 * v))}
    seen, function = cases[name]
    variance = 1.0 if name == "bpsk" else 0.1
    law = law_of(ig.Question(question.channel, (seen, "Y")))
    places = np.array([-3.0, 0.2, 1.0, 25.0])
    mean, score = values(law.posterior_mean(places, function)), values(law.score(places))
    assert np.all(np.abs(mean.values - places - variance * score.values) <= mean.error + variance * score.error + 8 * EPS * np.abs(places))


def test_the_posterior_score_is_the_derivative_of_the_log_posterior() -> None:
    """p(x|y) of antipodal inputs at unit noise is 1/(1 + exp(-2 x y))."""
    law, y = law_of(ig.CATALOGUE["bpsk"].question), np.array([-2.0, 0.3, 4.0])
    check(law.posterior_score(y, 1.0), 2 / (1 + np.exp(2 * y)), 1e-15)


@pytest.mark.parametrize("name", [*NOISES, "relay"])
def test_quantiles_invert_the_distribution(name: str) -> None:
    law = law_of(tanh_question(NOISES[name][0]) if name in NOISES else ig.CATALOGUE[name].question)
    shares = np.array([0.01, 0.3, 0.5, 0.999])
    places = values(law.quantile(shares))
    back, density = values(law.distribution(places.values)), values(law.density(places.values))
    assert np.all(np.abs(back.values - shares) <= back.error + 2 * density.values * places.error + 4 * EPS)
    assert np.all(places.error <= 1e-9)


def test_the_quantiles_of_a_gaussian_are_scipys_also_in_the_tails() -> None:
    shares = np.array([1e-15, 0.2, 0.9])
    check(law_of(linear_question()).quantile(shares), stats.norm.ppf(shares) * 4.25**0.5)


def test_smoothing_adds_the_variance_and_two_smoothings_add_up() -> None:
    smoothed = law_of(linear_question()).smoothed("3/4")
    assert isinstance(smoothed, OutputLaw)
    check(smoothed.score(FAR), -FAR / 5.0)
    mixture = law_of(tanh_question(ig.Mixture(("1/2", "1/2"), (ig.Normal(0, "1/4"), ig.Normal(1, 1)))))
    once, half = mixture.smoothed(1), mixture.smoothed("1/2")
    assert isinstance(once, OutputLaw)
    assert isinstance(half, OutputLaw)
    twice = half.smoothed("1/2")
    assert isinstance(twice, OutputLaw)
    expected = values(twice.log_density(PLACES))
    check(once.log_density(PLACES), expected.values, expected.error)


@pytest.mark.parametrize("name", ["laplace", "uniform", "exponential", "logistic"])
def test_smoothing_another_noise_is_the_convolution_with_a_gaussian(name: str) -> None:
    """Y + sqrt(t) Z for antipodal inputs: the mean of p(y - sqrt(t) z) over Gauss-Hermite is replaced by an adaptive integral."""
    x = ig.Source("X", ig.Points((-1, 1)))
    smoothed = law_of(ig.Question(ig.Channel(x, ig.Gate("Y", 1 * x, noise=NOISES[name][0])), ("X", "Y")), 1e-9).smoothed("1/4")
    assert isinstance(smoothed, OutputLaw)
    density = noise_density(name)
    for place in (-0.7, 1.6):
        corners = sorted(place - shift for shift in (-1.0, 1.0, -2.0, -4.0, 3.0, 1.2, -0.8) if abs(place - (place - shift)) < 6)
        expected, doubt = integrate.quad(
            lambda z, y=place: float(0.5 * (density(y - z - 1) + density(y - z + 1)) * stats.norm.pdf(z, 0, 0.5)),
            -6,
            6,
            points=corners,
            limit=400,
            epsabs=1e-12,
        )
        check(smoothed.density(place), expected, doubt + 1e-12)
