"""Channels of one stage by adaptive panels: certified digits, closed forms, literature, refusals, and planted faults."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import special

import infograd as ig
from infograd import numeric
from infograd.numeric.single import grid, output, panels, terms
from infograd.numeric.single.adaptive import NODES
from infograd.numeric.single.adaptive import integrate as by_panels
from infograd.numeric.single.plan import plan
from tests.numeric.single_stage import EPS, X, answered, check, doubted, s, stage, theta

CERTIFIED = [
    ("1", "1/10", 0.7584086737094713592494, 0.26642254741730887085),
    ("5", "1/10", 0.8186161985104383283229, -0.01427716928319619413),
    ("1", "1", 0.165902811009885144075, 0.129281416469981406227),
    ("1", "1/100", 1.680430001712632926217, None),
    ("3", "1/100", 1.445288877841370059754, None),
]


@pytest.mark.parametrize(("gain", "variance", "information", "slope"), CERTIFIED)
@pytest.mark.parametrize("route", ["the method", "panels alone"])
def test_the_tanh_channel_has_the_digits_of_its_enclosures(
    gain: str, variance: str, information: float, slope: float | None, route: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if route == "panels alone":
        monkeypatch.setattr(grid, "suits", lambda plan: False)
    reply = answered(ig.CATALOGUE["tanh"].question.at_point(theta=gain, s2=variance))
    check(reply.value, information)
    if slope is not None:
        check(reply.gradient["theta"], slope)


@pytest.mark.parametrize("route", ["the method", "panels alone"])
def test_the_tanh_channel_has_the_digits_of_its_enclosed_second_derivative(route: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if route == "panels alone":
        monkeypatch.setattr(grid, "suits", lambda plan: False)
    question = ig.CATALOGUE["tanh"].question
    reply = answered(ig.Question(question.channel, ("X", "Y"), wrt="theta", order=2))
    check(reply.hessian["theta,theta"], -0.650988704443310078)


def test_a_linear_gaussian_channel_has_its_closed_form_over_the_whole_domain() -> None:
    """I = 1/2 log(1 + theta^2/s), over gains up to 50 and variances from 1e-4 to 10."""
    for gain in (0.3, 7.0, 50.0):
        for variance in (1e-4, 0.1, 10.0):
            reply = answered(stage(ig.Normal(0, 1), lambda x: theta * x, ig.Normal(0, s), theta=gain, s=variance))
            total = gain**2 + variance
            check(reply.value, 0.5 * math.log1p(gain**2 / variance))
            check(reply.gradient["theta"], gain / total)
            check(reply.gradient["s"], 0.5 / total - 0.5 / variance)


def test_a_linear_gaussian_channel_has_the_second_derivatives_of_its_closed_form() -> None:
    for gain, variance in ((0.0, 0.5), (0.3, 0.1), (2.0, 1.0), (7.0, 10.0)):
        reply = answered(stage(ig.Normal(0, 1), lambda x: theta * x, ig.Normal(0, s), 2, theta=gain, s=variance))
        total = gain**2 + variance
        check(reply.hessian["theta,theta"], (variance - gain**2) / total**2)
        check(reply.hessian["s,theta"], -gain / total**2)
        check(reply.hessian["s,s"], 0.5 / variance**2 - 0.5 / total**2)


def test_an_exponential_sum_of_equal_scales_has_its_closed_form() -> None:
    """A sum of two exponential laws of scale s is a gamma law of shape 2, of entropy 2 + log s + psi-terms: h = 2 + log s - psi(2), h(N) = 1 + log s."""
    reply = answered(stage(ig.Exponential(0, s), lambda x: 1 * x, ig.Exponential(0, s), s="1/3"))
    check(reply.value, 1 - float(special.digamma(2)))
    check(reply.gradient["s"], 0.0)


def test_uniform_noise_on_separated_points_loses_nothing_and_on_close_ones_the_overlap() -> None:
    """X = -1 or 1 times theta behind uniform noise on [-1, 1]: I = min(theta, 1) log 2."""
    for gain, expected, slope in ((0.5, 0.5 * math.log(2), math.log(2)), (0.93, 0.93 * math.log(2), math.log(2)), (1.5, math.log(2), 0.0)):
        reply = answered(stage(ig.Points((-1, 1)), lambda x: theta * x, ig.Uniform(-1, 1), theta=gain))
        check(reply.value, expected)
        check(reply.gradient["theta"], slope)


def test_a_corner_of_the_information_is_refused_by_name() -> None:
    reply = numeric.answer(stage(ig.Points((-1, 1)), lambda x: theta * x, ig.Uniform(-1, 1), theta=1))
    assert isinstance(reply, ig.Refusal)
    assert "corner" in reply.reason


def test_a_sum_of_two_uniform_laws_has_half_the_ratio_of_their_lengths() -> None:
    """h(theta U + U') = theta/2 for theta < 1."""
    reply = answered(stage(ig.Uniform(0, 1), lambda x: theta * x, ig.Uniform(0, 1), theta="1/2"))
    check(reply.value, 0.25)
    check(reply.gradient["theta"], 0.5)


def test_bpsk_has_the_published_capacity() -> None:
    """The capacity of binary antipodal signals is 1/2 bit at Es/N0 = -2.823 dB (rate 1/2 at Eb/N0 = 0.187 dB; Richardson and Urbanke, Modern Coding Theory)."""
    ratio = 10 ** (0.187 / 10)
    question = stage(ig.Points((-1, 1)), lambda x: theta * x, ig.Normal(0, 1), theta=math.sqrt(ratio))
    value, _ = doubted(answered(question).value)
    slope, _ = doubted(answered(question).gradient["theta"])
    half_a_digit = 0.0005 / 10 * math.log(10) * ratio / 2 / math.sqrt(ratio)
    assert abs(value - 0.5 * math.log(2)) <= 1.1 * slope * half_a_digit


def test_a_receiver_of_one_bit_has_its_closed_form() -> None:
    """sign(theta X + N) of antipodal points is a binary symmetric channel of crossover Phi(-theta)."""
    x = ig.Source("X", ig.Points((-1, 1)))
    v = ig.Gate("V", theta * x, noise=ig.Normal(0, 1))
    reply = answered(ig.Question(ig.Channel(x, v, ig.Gate("Y", ig.sign(v))), ("X", "Y"), at={"theta": "3/2"}))
    cross = float(special.ndtr(-1.5))
    check(reply.value, math.log(2) - float(special.entr(cross) + special.entr(1 - cross)))
    check(reply.gradient["theta"], math.log((1 - cross) / cross) * math.exp(-1.125) / math.sqrt(2 * math.pi))


def test_a_bijection_behind_deterministic_gates_is_folded() -> None:
    inner = ig.Gate("U", ig.tanh(theta * X))
    folded = ig.Channel(X, inner, ig.Gate("Y", s * inner, noise=ig.Normal(0, "1/4")))
    written = ig.Channel(X, ig.Gate("Y", s * ig.tanh(theta * X), noise=ig.Normal(0, "1/4")))
    one, two = (answered(ig.Question(channel, ("X", "Y"), at={"theta": 2, "s": "3/2"})) for channel in (folded, written))
    assert one.value == two.value
    assert one.gradient == two.gradient


def test_vector_parameters_have_gradients_and_second_derivatives_of_their_shapes() -> None:
    w = ig.Parameter("w", (2,))
    question = ig.Question(ig.Channel(X, ig.Gate("Y", ig.dot(w, ig.stack(X, ig.tanh(X))), noise=ig.Normal(0, 1))), ("X", "Y"), at={"w": (1, "1/2")}, order=2)
    reply = answered(question)
    hessian = reply.hessian["w,w"].value
    assert reply.gradient["w"].shape == (2,)
    assert reply.hessian["w,w"].shape == (2, 2)
    assert isinstance(hessian, tuple)
    assert hessian[0][1] == hessian[1][0]  # type: ignore[index]  # a matrix


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (stage(ig.Normal(0, 1), lambda x: ig.log(x), ig.Normal(0, 1)), "leaves the range"),
        (stage(ig.Normal(0, 1), lambda x: 1 / x, ig.Normal(0, 1)), "leaves the range|no finite value"),
        (stage(ig.Normal(0, 1), lambda x: ig.relu(theta * x), ig.Normal(0, 1), 2, theta=1), "second derivatives"),
        (ig.Question(ig.Channel(X, ig.Gate("Y", X)), ("X", "Y")), "deterministic|functions of one"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_its_reason(question: ig.Question, reason: str) -> None:
    import re

    reply = numeric.answer(question)
    assert isinstance(reply, ig.Refusal)
    assert re.search(reason, reply.reason), reply.reason


def test_the_rule_of_panels_has_the_degrees_of_its_name() -> None:
    """15 Kronrod nodes are exact to degree 22; of degree 24 they miss."""
    for degree in (0, 8, 22):
        found = by_panels(lambda x, n=degree: x[None] ** n, np.array([-1.0, 1.0]), 1e-14, np.zeros_like)  # type: ignore[misc]  # bound now
        assert abs(found.values[0] - 2 / (degree + 1)) <= 4 * EPS
    assert np.all(np.diff(NODES) > 0)


def with_a_wider_variance(found: Any, layout: terms.Layout) -> Any:
    made = terms.entropy_terms(found, layout)
    made[:, -1] *= 1.001
    return made


FAULTS: dict[str, tuple[Any, str, Any]] = {
    "a factor in the variance given the output": (grid, "entropy_terms", with_a_wider_variance),
    "the moving jumps left out": (output.Output, "_thrown", lambda *arguments: None),
    "the jumps of the output left out": (panels, "_boundary", lambda output: np.zeros((2, len(output.rows)))),
    "the edges of the noise left out": (output.Output, "_edges", lambda *arguments: None),
}
SEEN_BY: dict[str, ig.Question] = {
    "a factor in the variance given the output": ig.CATALOGUE["tanh"].question,
    "the moving jumps left out": stage(ig.Normal(0, 1), lambda x: ig.sign(x - theta), ig.Normal(0, s), theta="1/2", s="1/4"),
    "the jumps of the output left out": stage(ig.Points((-1, 1)), lambda x: theta * x, ig.Uniform(-s, s), theta="1/2", s=1),
    "the edges of the noise left out": stage(ig.Normal(1, 1), lambda x: theta * x, ig.Exponential(0, s), theta="4/5", s=1),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_leaves_the_stated_error(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    question = SEEN_BY[fault]
    honest = answered(question)
    monkeypatch.setattr(*FAULTS[fault])
    wrong = answered(question)
    gaps = [abs(doubted(honest.gradient[name])[0] - doubted(wrong.gradient[name])[0]) for name in honest.gradient]
    assert max(gaps) > 1e6 * max(doubted(honest.gradient[name])[1] for name in honest.gradient)


def test_a_reading_is_kept_and_values_are_not() -> None:
    question = ig.CATALOGUE["tanh"].question
    moved = question.at_point(theta=2)
    assert plan(question) is plan(moved)
    assert answered(question).value != answered(moved).value
