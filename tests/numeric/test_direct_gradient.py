"""Direct differentiation where densities jump: closed forms, and where the score forms fail."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from scipy import integrate, special, stats

import infograd as ig
from infograd import numeric
from infograd.numeric.stage import direct
from infograd.numeric.stage.stage import Stage
from tests.numeric.direct_stages import information, one_bit, s, slope, stage, theta

EPS = float(np.finfo(np.float64).eps)


def linear(x: ig.Source) -> object:
    return theta * x


EXPONENTIAL = stage(ig.Normal(1, 1), linear, ig.Exponential(), theta="4/5")

TWO_POINTS = stage(ig.Points((-1, 1)), linear, ig.Uniform(-1, 1), theta="1/2")

BOXES = stage(ig.Uniform(0, 1), linear, ig.Uniform(0, 1), theta="1/2")

DECISION = stage(ig.Normal(0, 1), lambda x: ig.sign(x - theta), ig.Normal(0, "1/4"), theta="1/2")

SQUARE = stage(ig.Normal(0, 1), lambda x: theta * x**2, ig.Exponential(), theta=1)

LAPLACE = stage(ig.Normal(0, 1), linear, ig.Laplace(0, s), theta=1, s="1/2")


def test_erased_signs_lose_one_bit_times_the_overlap() -> None:
    """X = 1 or -1, N uniform on [-1, 1]: Y tells X unless it falls where both reach, so I = theta log 2 for theta < 1."""
    reply = numeric.direct_gradient(TWO_POINTS)
    value, error = information(reply)
    assert abs(value - 0.5 * math.log(2)) <= error
    value, error = slope(reply)
    assert abs(value - math.log(2)) <= error <= 1e-9


def test_a_sum_of_two_uniform_laws_has_half_the_ratio_of_their_lengths() -> None:
    """h(theta U + U') = theta/2 for theta < 1."""
    reply = numeric.direct_gradient(BOXES)
    assert abs(information(reply)[0] - 0.25) <= information(reply)[1]
    assert abs(slope(reply)[0] - 0.5) <= slope(reply)[1] <= 1e-9


def test_exponential_noise_has_the_entropy_of_its_closed_density() -> None:
    """theta X + E has an exponentially modified Gaussian density; h(E) = 1, and dh by a difference of adaptive integrals."""

    def entropy(gain: float) -> float:
        law = stats.exponnorm(1 / gain, loc=gain, scale=gain)
        return float(integrate.quad(lambda b: float(special.entr(law.pdf(b))), gain - 9 * gain, 45, points=[0, 1, 5], limit=400, epsabs=1e-12)[0])

    reply = numeric.direct_gradient(EXPONENTIAL)
    assert information(reply)[0] == pytest.approx(entropy(0.8) - 1, abs=1e-10)
    step = 1e-3
    assert slope(reply)[0] == pytest.approx((entropy(0.8 + step) - entropy(0.8 - step)) / (2 * step), abs=step**2)


def test_a_decided_sign_has_the_information_of_a_mixture() -> None:
    """sign(X - theta) + Z: two Gaussians at 1 and -1 with the weights of the decision."""

    def value(threshold: float) -> float:
        weights = special.ndtr(-threshold), special.ndtr(threshold)

        def density(b: float) -> float:
            return float(sum(weight * stats.norm.pdf(b, middle, 0.5) for weight, middle in zip(weights, (1, -1), strict=True)))

        entropy = integrate.quad(lambda b: special.entr(density(b)), -6, 6, points=[-1, 0, 1], epsabs=1e-13, limit=200)[0]
        return float(entropy - 0.5 * math.log(2 * math.pi * math.e * 0.25))

    reply = numeric.direct_gradient(DECISION)
    assert information(reply)[0] == pytest.approx(value(0.5), abs=1e-11)
    step = 1e-3
    assert slope(reply)[0] == pytest.approx((value(0.5 + step) - value(0.5 - step)) / (2 * step), abs=step**2)


def test_the_exponential_noise_shifts_the_score_difference_by_the_mean_of_its_interior_score() -> None:
    """The truth is -E[J s_B]; the conditional term is E[X] E[s_E] = -1 and should be 0: its jump at 0 is left out."""
    truth, doubt = slope(numeric.direct_gradient(EXPONENTIAL))
    reduced, left = slope(numeric.score_form(EXPONENTIAL, "reduction"))
    full, right = slope(numeric.score_form(EXPONENTIAL))
    assert abs(reduced - truth) <= left + doubt
    assert abs(full - (truth - 1)) <= right + doubt
    assert (round(truth, 5), round(full, 5)) == (0.63837, -0.36163)


def test_a_turning_map_with_exponential_noise_is_shifted_by_the_same_rule() -> None:
    """Y = theta X^2 + E: E[X^2] E[s_E] = -1, with two inputs leading to every output."""
    truth, doubt = slope(numeric.direct_gradient(SQUARE))
    full, right = slope(numeric.score_form(SQUARE))
    assert abs(full - (truth - 1)) <= 2 * (right + doubt)


@pytest.mark.parametrize(
    ("law", "map", "noise"),
    [
        (ig.Normal(1, 4), linear, ig.Uniform(0, 4)),
        (ig.Laplace(0, 1), linear, ig.Uniform(0, 1)),
        (ig.Exponential(0, 1), linear, ig.Exponential(0, 1)),
        (ig.Uniform(0, 3), lambda x: ig.sin(theta * x), ig.Exponential(0, 1)),
        (ig.Uniform(-1, 1), lambda x: theta * x**2, ig.Uniform(0, 1)),
        (ig.Logistic(0, "1/2"), lambda x: ig.abs(theta * x - "1/2"), ig.Laplace(0, 1)),
    ],
    ids=[
        "Normal, Uniform",
        "Laplace, Uniform",
        "Exponential, Exponential",
        "Uniform, sine, Exponential",
        "Uniform, square, Uniform",
        "Logistic, kink, Laplace",
    ],
)
def test_the_output_score_is_enough_where_inputs_have_a_density(law: ig.Law, map: Callable[[ig.Source], object], noise: ig.Law) -> None:
    """The density of B has no jump then, whatever jumps the noise's has; its boundary terms are part of its score."""
    question = stage(law, map, noise, theta="4/5")
    truth, doubt = slope(numeric.direct_gradient(question, error=1e-6))
    value, error = slope(numeric.score_form(question, "reduction", error=1e-6))
    assert abs(value - truth) <= 2 * (error + doubt)


def test_leaving_out_the_boundary_terms_of_the_output_score_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    truth, doubt = slope(numeric.direct_gradient(EXPONENTIAL))
    monkeypatch.setattr(Stage, "edge_density", lambda self, outputs: np.zeros_like(outputs))
    value, error = slope(numeric.score_form(EXPONENTIAL, "reduction"))
    assert abs(value - truth) > 2 * (error + doubt)


@pytest.mark.parametrize("form", ["difference", "reduction"])
@pytest.mark.parametrize("question", [TWO_POINTS, DECISION, one_bit(ig.Normal(0, 1))], ids=["uniform noise on points", "sign map", "one bit"])
def test_scores_see_nothing_where_only_jumps_move(question: ig.Question, form: str) -> None:
    value, error = slope(numeric.score_form(question, form))
    assert abs(value) <= error <= 1e-9
    assert abs(slope(numeric.direct_gradient(question))[0]) > 0.1


@pytest.mark.parametrize("name", ["theta", "s"])
def test_a_kink_in_the_density_does_no_harm(name: str) -> None:
    truth, doubt = slope(numeric.direct_gradient(LAPLACE), name)
    value, error = slope(numeric.score_form(LAPLACE), name)
    assert abs(value - truth) <= error + doubt <= 2e-9


@pytest.mark.parametrize(
    "map", [lambda x: ig.relu(theta * x), lambda x: ig.clip(theta * x, -1, "1/2"), lambda x: theta * ig.abs(x - "1/3")], ids=["relu", "clip", "abs"]
)
def test_a_kink_in_the_map_does_no_harm(map: Callable[[ig.Source], object]) -> None:
    question = stage(ig.Normal(0, 1), map, ig.Normal(0, 1), theta="3/4")
    truth, doubt = slope(numeric.direct_gradient(question))
    for form in ("difference", "reduction"):
        value, error = slope(numeric.score_form(question, form))
        assert abs(value - truth) <= error + doubt <= 2e-9


@pytest.mark.parametrize("middle", [10, 1000])
def test_a_jump_that_rounding_holds_at_its_level_is_stepped_over(middle: int) -> None:
    """X - theta is 0 at many neighbouring primitives of X = middle + V/10, and sign(0) is no value that the map has over an interval."""
    moved = {"theta": Fraction(10 * middle + 1, 10), "s": Fraction(1, 2)}
    question = stage(ig.Normal(middle, "1/100"), lambda x: ig.sign(x - theta), ig.Normal(0, s), **moved)
    at_zero = stage(ig.Normal(0, "1/100"), lambda x: ig.sign(x - theta), ig.Normal(0, s), theta="1/10", s="1/2")
    alone = ig.Question(question.channel, question.between, wrt=(), at=question.at, order=0)
    (value, stated), (truth, left) = information(numeric.direct_gradient(alone, error=1e-9)), information(numeric.answer(at_zero))
    assert abs(value - truth) <= stated + left + 4 * middle * EPS  # theta is rounded, and dI/dtheta is about -3


def test_deterministic_gates_before_the_noise_are_followed() -> None:
    x = ig.Source("X", ig.Normal(0, 1))
    u = ig.Gate("U", theta * x)
    y = ig.Gate("Y", ig.relu(u), noise=ig.Normal(0, 1))
    chained = ig.Question(ig.Channel(x, u, y), ("X", "Y"), at={"theta": "3/4"})
    at_once = stage(ig.Normal(0, 1), lambda source: ig.relu(theta * source), ig.Normal(0, 1), theta="3/4")
    assert slope(numeric.score_form(chained)) == slope(numeric.score_form(at_once))
    assert slope(numeric.direct_gradient(chained)) == slope(numeric.direct_gradient(at_once))


@pytest.mark.parametrize(
    "question",
    [
        ig.CATALOGUE["tanh"].question.at_point(s2=1),
        stage(ig.Points((-1, 1)), linear, ig.Logistic(), theta=1),
        stage(ig.Laplace(0, s), linear, ig.Normal(0, 1), theta=1, s="1/2"),
    ],
    ids=["tanh", "logistic", "Laplace input"],
)
def test_smooth_channels_have_the_gradient_of_the_trapezoid_kernels(question: ig.Question) -> None:
    reply, other = numeric.direct_gradient(question), numeric.answer(question, error=1e-11)
    assert abs(information(reply)[0] - information(other)[0]) <= 2 * (information(reply)[1] + information(other)[1])
    for name in question.wrt:
        (value, error), (truth, doubt) = slope(reply, name), slope(other, name)
        assert abs(value - truth) <= 2 * (error + doubt)


def test_the_extrapolated_difference_covers_its_error_on_a_known_function() -> None:
    steps = np.array([2.0**-3, 2.0**-4, 2.0**-5, 2.0**-6])
    value, error = direct.extrapolated((np.exp(1 + steps) - np.exp(1 - steps)) / (2 * steps), 4.0)
    assert abs(value - math.e) <= error <= 1e-9
    corner, _ = direct.extrapolated((np.exp(1 + steps) - 2 * math.e + np.exp(1 - steps)) / steps, 2.0)
    assert abs(corner) <= 1e-9


def test_a_gradient_at_a_corner_of_the_information_is_refused() -> None:
    """I = min(theta, 1) log 2 turns at theta = 1."""
    reply = numeric.direct_gradient(TWO_POINTS.at_point(theta=1))
    assert isinstance(reply, ig.Refusal)
    assert "was not reached for 'theta'" in reply.reason


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (ig.CATALOGUE["relay"].question, "one source and one gate with noise"),
        (ig.CATALOGUE["mac"].question, "one source and one gate with noise"),
        (stage(ig.StudentT(3), linear, ig.Exponential(), theta=1), "StudentT"),
        (stage(ig.Normal(0, 1), linear, ig.StudentT(3), theta=1), "StudentT"),
        (ig.Question(EXPONENTIAL.channel, ("X", "Y"), at={"theta": 1}, order=2), "ask for order 1"),
    ],
    ids=["two stages", "two sources", "heavy input", "heavy noise", "second order"],
)
def test_other_channels_are_refused(question: ig.Question, reason: str) -> None:
    reply = numeric.direct_gradient(question)
    assert isinstance(reply, ig.Refusal)
    assert reason in reply.reason


def test_the_value_alone_is_given_where_no_gradient_is_asked() -> None:
    reply = numeric.direct_gradient(ig.Question(EXPONENTIAL.channel, ("X", "Y"), at={"theta": 1}, order=0))
    assert isinstance(reply, ig.Answer)
    assert not reply.gradient


def test_an_error_that_is_not_positive_is_named() -> None:
    with pytest.raises(ig.SpecificationError, match="error is -1"):
        numeric.direct_gradient(EXPONENTIAL, error=-1)


def test_the_posterior_is_not_differentiated_across_jumps() -> None:
    reply = numeric.score_form(EXPONENTIAL, "posterior")
    assert isinstance(reply, ig.Refusal)
    assert "has jumps or kinks" in reply.reason
