"""Fisher informations, mean square errors and variances of the gradient's forms against closed forms, identities and published digits."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import integrate, stats

import infograd as ig
from infograd import numeric
from infograd.law import Law
from infograd.numeric.functions import OutputLaw, Values, output_law, paths
from infograd.numeric.interpreter import Floats

EPS = float(np.finfo(np.float64).eps)
a = ig.Parameter("a")


def law_of(question: ig.Question, error: float = 1e-11) -> OutputLaw:
    found = output_law(question, error=error)
    assert isinstance(found, OutputLaw), found
    return found


def one(reply: Values | ig.Refusal) -> tuple[float, float]:
    assert isinstance(reply, Values), reply
    return float(reply.values), float(reply.error)


def reason(reply: object) -> str:
    assert isinstance(reply, ig.Refusal), reply
    return reply.reason


def check(reply: Values | ig.Refusal, truth: float, truth_error: float = 0.0) -> None:
    value, error = one(reply)
    assert abs(value - truth) <= error + 8 * EPS * abs(truth) + truth_error


def linear(noise: Law, gain: object = 2) -> ig.Question:
    x = ig.Source("X", ig.Normal(0, 1))
    return ig.Question(ig.Channel(x, ig.Gate("Y", a * x, noise=noise)), ("X", "Y"), at={"a": gain})


def test_gaussian_informations_and_mean_square_errors_have_their_closed_forms() -> None:
    law = law_of(linear(ig.Normal(0, "1/4")))
    check(law.fisher_information(), 1 / 4.25)
    check(law.conditional_fisher_information(), 4.0)
    check(law.fisher_gap(), 4 - 1 / 4.25)
    check(law.mmse(), 1 / 17)
    check(law.mmse(lambda x: 2 * x), 4 / 17)


@pytest.mark.parametrize(
    ("noise", "expected"),
    [
        (ig.Laplace(0, "1/2"), 4.0),
        (ig.Logistic(0, "1/2"), 4 / 3),
        (ig.StudentT(3, 0, "1/2"), 4 * 4 / 6),
        (ig.Normal(1, "1/2"), 2.0),
    ],
    ids=["laplace", "logistic", "student", "normal"],
)
def test_the_conditional_fisher_information_of_one_stage_is_that_of_its_noise(noise: Law, expected: float) -> None:
    check(law_of(linear(noise)).conditional_fisher_information(), expected)


@pytest.mark.parametrize("name", ["tanh", "bpsk", "relay"])
def test_the_gap_of_fisher_informations_is_their_difference_and_browns_identity_holds(name: str) -> None:
    """J(Y) = (1 - mmse(W)/s2)/s2 for Y = W + N(0, s2): scores on one side, posterior variances on the other."""
    question = ig.CATALOGUE[name].question
    cases: dict[str, tuple[str, Callable[..., Floats]]] = {"tanh": ("X", np.tanh), "bpsk": ("X", lambda x: x), "relay": ("V", lambda v: np.tanh(2 * v))}
    seen, function = cases[name]
    variance = 1.0 if name == "bpsk" else 0.1
    law = law_of(ig.Question(question.channel, (seen, "Y")))
    (whole, whole_error), (given, given_error), (gap, gap_error) = map(one, (law.fisher_information(), law.conditional_fisher_information(), law.fisher_gap()))
    assert abs(gap - given + whole) <= whole_error + given_error + gap_error
    assert abs(given - 1 / variance) <= given_error
    error, error_error = one(law.mmse(function))
    assert abs(whole - (1 - error / variance) / variance) <= whole_error + error_error / variance**2


@pytest.mark.parametrize(("name", "variance"), [("tanh", "s2"), ("relay", "s2"), ("multipath-a", "s3"), ("multipath-b", "s3"), ("bpsk", "s2")])
def test_the_information_falls_with_the_last_variance_by_half_the_gap(name: str, variance: str) -> None:
    """dI/ds2 = -E[(s_{Y|A} - s_Y)^2]/2 (de Bruijn), with the left side from the differentiated information."""
    question = ig.CATALOGUE[name].question
    reply = numeric.answer(ig.Question(question.channel, question.between, wrt=(variance,), at=question.at))
    assert isinstance(reply, ig.Answer)
    slope = reply.gradient[variance]
    assert isinstance(slope.value, float)
    assert isinstance(slope.doubt.estimated, float)
    check(law_of(question).fisher_gap(), -2 * slope.value, 2 * slope.doubt.estimated)


def test_the_conditional_fisher_information_of_a_linear_cascade_counts_the_inner_noise() -> None:
    """Y given X is N(., b^2 s1 + s2)."""
    law = law_of(ig.CATALOGUE["multipath-a"].question)
    check(law.conditional_fisher_information(), 1 / 3)
    check(law.fisher_information(), 1 / 7)
    check(law.mmse(), 3 / 7)


def test_bpsk_has_the_textbook_mean_square_error() -> None:
    """1 - E tanh(1 + Z) at unit signal and noise."""
    expected, doubt = integrate.quad(lambda z: (1 - math.tanh(1 + z)) * float(stats.norm.pdf(z)), -12, 12, epsabs=1e-13)
    check(law_of(ig.CATALOGUE["bpsk"].question).mmse(), expected, doubt)


def test_a_uniform_window_leaves_the_textbook_mean_square_error() -> None:
    """X = -1 or 1 seen in Uniform(-2, 2): half of the outputs decide it, the others say nothing."""
    x = ig.Source("X", ig.Points((-1, 1)))
    law = law_of(ig.Question(ig.Channel(x, ig.Gate("Y", 1 * x, noise=ig.Uniform(-2, 2))), ("X", "Y")))
    check(law.mmse(), 0.5)
    assert "infinite" in reason(law.fisher_information())
    assert "infinite" in reason(law.conditional_fisher_information())
    assert "infinite" in reason(law.fisher_gap())


def test_exponential_noise_on_a_gaussian_leaves_the_marginal_fisher_information() -> None:
    """N(0,1) + Exponential(0,1) has the score 1 - ... of its closed form; the noise alone has an infinite one."""

    def integrand(y: float) -> float:
        hazard = float(np.exp(stats.norm.logpdf(y - 1) - stats.norm.logcdf(y - 1)))
        return float(np.exp(0.5 - y + stats.norm.logcdf(y - 1))) * (hazard - 1) ** 2

    expected, doubt = integrate.quad(integrand, -9, 45, points=[-2, 0, 3], limit=400, epsabs=1e-12)
    law = law_of(linear(ig.Exponential(0, 1), gain=1), 1e-9)
    check(law.fisher_information(), expected, doubt)
    assert "infinite" in reason(law.conditional_fisher_information())


SNR = 16.0


@pytest.mark.parametrize(
    ("form", "factor"), [("difference", SNR * (2 + SNR) / (1 + SNR)), ("reduction", (1 + 2 * SNR) / (1 + SNR)), ("control variate", 2 * SNR / (1 + SNR))]
)
def test_the_forms_of_a_gaussian_gradient_have_their_closed_variances(form: str, factor: float) -> None:
    """Y = a X + N with SNR g: g(2+g)/(1+g), (1+2g)/(1+g) and 2g/(1+g), in units of Var X/Var Y."""
    check(law_of(linear(ig.Normal(0, "1/4"))).estimator_variance(form, "a"), factor / 4.25)


def test_the_variance_of_the_reduced_form_on_the_tanh_channel_has_its_certified_digits() -> None:
    """At theta = 1, s2 = 1/10, from an enclosure in ball arithmetic."""
    check(law_of(ig.CATALOGUE["tanh"].question, 1e-12).estimator_variance("reduction", "theta"), 0.225586860240248935)


@pytest.mark.parametrize("case", ["relay", "laplace"])
def test_the_variance_is_that_of_samples_through_the_same_scores(case: str) -> None:
    """200,000 draws of J s_Y written out by hand; five standard errors of the variance fail once in 1.7 million."""
    rng, count = np.random.default_rng(20), 200_000
    x, first, second = rng.standard_normal((3, count))
    if case == "relay":
        question = ig.CATALOGUE["relay"].question
        v = np.tanh(x) + 0.5 * first
        y = np.tanh(2 * v) + 0.1**0.5 * second
        path = 2 / np.cosh(2 * v) ** 2 * x / np.cosh(x) ** 2
        parameter = "theta"
    else:
        question = linear(ig.Laplace(0, a))
        noise = rng.laplace(size=count)
        y, path, parameter = 2 * x + 2 * noise, x + noise, "a"
    law = law_of(question, 1e-9)
    table = np.linspace(y.min(), y.max(), 2_001)
    reply = law.score(table)
    assert isinstance(reply, Values)
    draws = -path * np.interp(y, table, reply.values)
    centred = (draws - draws.mean()) ** 2
    value, _ = one(law.estimator_variance("reduction", parameter))
    assert abs(float(centred.mean()) - value) <= 5 * float(centred.std()) / count**0.5


def test_a_path_that_forgets_the_inner_nodes_would_be_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    question = ig.CATALOGUE["relay"].question
    whole, error = one(law_of(question, 1e-9).estimator_variance("reduction", "theta"))
    direct = paths._map_drift

    def only_direct(net: Any, vertex: Any, tangents: Any, axes: Any, grids: Any) -> Any:
        return direct(net, vertex, {name: tangent for name, tangent in tangents.items() if name in net.values}, axes, grids)

    monkeypatch.setattr(paths, "_map_drift", only_direct)
    planted, _ = one(law_of(question, 1e-9).estimator_variance("reduction", "theta"))
    assert abs(planted - whole) > 1e3 * error


def test_a_conditional_score_whose_mean_is_not_zero_is_no_control_variate() -> None:
    law = law_of(ig.CATALOGUE["relay"].question, 1e-9)
    assert "not 0" in reason(law.estimator_variance("control variate", "theta"))


def test_a_variance_has_the_shape_of_its_parameter() -> None:
    x, gains = ig.Source("X", ig.Normal(0, 1)), ig.Parameter("g", (2,))
    question = ig.Question(ig.Channel(x, ig.Gate("Y", gains[0] * x + gains[1], noise=ig.Normal(0, 1))), ("X", "Y"), at={"g": (1, 0)})
    reply = law_of(question).estimator_variance("reduction", "g")
    assert isinstance(reply, Values)
    np.testing.assert_allclose(reply.values, [0.5 * 3 / 2, 0.5], atol=float(reply.error.max()) + 8 * EPS)


def test_a_parameter_that_moves_weights_has_no_path() -> None:
    p = ig.Parameter("p")
    x = ig.Source("X", ig.Points((-1, 1), ig.stack(p, 1 - p)))
    question = ig.Question(ig.Channel(x, ig.Gate("Y", 1 * x, noise=ig.Normal(0, 1))), ("X", "Y"), at={"p": "1/4"})
    assert "weights" in reason(law_of(question).estimator_variance("reduction", "p"))


def test_tails_too_heavy_for_any_grid_are_refused() -> None:
    x = ig.Source("X", ig.StudentT(2, 0, 1))
    assert "nodes" in reason(law_of(ig.Question(ig.Channel(x, ig.Gate("Y", x, noise=ig.Normal(0, "1/4"))), ("X", "Y"))).fisher_information())
