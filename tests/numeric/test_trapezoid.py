"""Information and gradients by trapezoid kernels against closed forms, published values and independent quadrature."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy import integrate, stats

import infograd as ig
from infograd import numeric
from infograd.numeric.interpreter import Floats

a, b = ig.Parameter("a"), ig.Parameter("b")
X = ig.Source("X", ig.Normal(0, 1))


def answered(question: ig.Question, error: float = 1e-12) -> ig.Answer:
    reply = numeric.answer(question, error=error)
    assert isinstance(reply, ig.Answer), reply
    return reply


def doubted(quantity: ig.Quantity | None) -> tuple[float, float]:
    assert quantity is not None
    assert isinstance(quantity.value, float)
    assert isinstance(quantity.doubt.estimated, float)
    return quantity.value, quantity.doubt.estimated


def check(quantity: ig.Quantity | None, expected: float) -> None:
    """The stated error covers the distance to the truth, up to the truth's own rounding."""
    value, error = doubted(quantity)
    assert abs(value - expected) <= error + 4 * np.finfo(np.float64).eps * abs(expected)
    assert error <= 1e-12 * max(1.0, abs(expected))


def test_the_tanh_channel_has_its_certified_information_and_gradient() -> None:
    """Digits of an enclosure in ball arithmetic at theta = 1, s2 = 1/10."""
    reply = answered(ig.CATALOGUE["tanh"].question)
    check(reply.value, 0.7584086737094713592494)
    check(reply.gradient["theta"], 0.26642254741730887085)


@pytest.mark.parametrize(
    ("theta", "s2", "information", "slope"),
    [("5", "1/10", 0.8186161985104383283229, -0.01427716928319619413), ("1", "1", 0.165902811009885144076, 0.129281416469981406227)],
)
def test_steep_and_noisy_tanh_channels_have_their_certified_values(theta: str, s2: str, information: float, slope: float) -> None:
    reply = answered(ig.CATALOGUE["tanh"].question.at_point(theta=theta, s2=s2))
    check(reply.value, information)
    check(reply.gradient["theta"], slope)


def test_a_linear_cascade_has_its_closed_form() -> None:
    """I = 1/2 log(1 + a^2 b^2 P/(b^2 s1 + s2)), with every derivative (eqs. 33-34)."""
    gain, second, power, s1, s2 = 1.5, -0.75, 2.0, 0.5, 0.25
    reply = answered(ig.CATALOGUE["cascade"].question.at_point(a="3/2", b="-3/4", P=2, s1="1/2", s2="1/4"))
    noise = second**2 * s1 + s2
    output = gain**2 * second**2 * power + noise
    check(reply.value, 0.5 * math.log(output / noise))
    check(reply.gradient["a"], gain * second**2 * power / output)
    check(reply.gradient["b"], second * (gain**2 * power + s1) / output - second * s1 / noise)
    check(reply.gradient["P"], 0.5 * gain**2 * second**2 / output)
    check(reply.gradient["s1"], 0.5 * second**2 * (1 / output - 1 / noise))
    check(reply.gradient["s2"], 0.5 * (1 / output - 1 / noise))


def test_the_multiple_access_channel_has_its_closed_forms() -> None:
    """I(X1;Y|X2) = 1/2 log(1 + a1^2/s2) and I(X1,X2;Y) = 1/2 log(1 + (a1^2 + a2^2)/s2) (eqs. 65-66)."""
    point = {"a1": 2, "a2": "1/2", "s2": "3/4"}
    conditional = answered(ig.CATALOGUE["mac"].question.at_point(**point))
    check(conditional.value, 0.5 * math.log(1 + 4 / 0.75))
    check(conditional.gradient["a1"], 2 / (4 + 0.75))
    check(conditional.gradient["a2"], 0.0)
    joint = answered(ig.CATALOGUE["mac-sum"].question.at_point(**point))
    check(joint.value, 0.5 * math.log(1 + 4.25 / 0.75))
    check(joint.gradient["a2"], 0.5 / (4.25 + 0.75))


def test_information_is_symmetric_in_its_sides() -> None:
    channel = ig.CATALOGUE["relay"].question.channel
    forward, backward = (answered(ig.Question(channel, between)) for between in (("X", "Y"), ("Y", "X")))
    check(backward.value, doubted(forward.value)[0])
    for name, quantity in forward.gradient.items():
        check(backward.gradient[name], doubted(quantity)[0])


def test_the_chain_rule_holds_on_a_nonlinear_relay() -> None:
    """I(X,V;Y) = I(V;Y) + I(X;Y|V), and the second term is 0 on a Markov chain."""
    channel = ig.CATALOGUE["relay"].question.channel
    whole = answered(ig.Question(channel, (("X", "V"), "Y"), wrt=()))
    hop = answered(ig.Question(channel, ("V", "Y"), wrt=()))
    rest = answered(ig.Question(channel, ("X", "Y"), given="V", wrt=()))
    check(whole.value, doubted(hop.value)[0])
    check(rest.value, 0.0)


def test_a_deterministic_gate_is_the_map_it_stands_for() -> None:
    inner = ig.Gate("U", ig.tanh(a * X))
    folded = ig.Channel(X, inner, ig.Gate("Y", b * inner, noise=ig.Normal(0, "1/4")))
    written = ig.Channel(X, ig.Gate("Y", b * ig.tanh(a * X), noise=ig.Normal(0, "1/4")))
    one, two = (answered(ig.Question(channel, ("X", "Y"), at={"a": 2, "b": "3/2"})) for channel in (folded, written))
    assert one.value == two.value
    assert one.gradient == two.gradient


def entropy_difference(output_density: Floats, grid: Floats, noise: float) -> float:
    return float(-integrate.simpson(output_density * np.log(output_density), x=grid)) - noise


def test_bpsk_has_the_textbook_integral() -> None:
    """I = h(Y) - h(Z) with p(y) = (phi(y-a) + phi(y+a))/2, by an adaptive rule of scipy."""
    reply = answered(ig.CATALOGUE["bpsk"].question.at_point(a="3/2"))

    def integrand(y: float) -> float:
        density = 0.5 * (stats.norm.pdf(y - 1.5) + stats.norm.pdf(y + 1.5))
        return float(-density * math.log(density))

    entropy, error = integrate.quad(integrand, -12, 12, epsabs=1e-13, epsrel=1e-13, limit=200, points=[-1.5, 1.5])
    value, doubt = doubted(reply.value)
    assert abs(value - (entropy - 0.5 * math.log(2 * math.pi * math.e))) <= doubt + error + 1e-14


def test_points_at_parameters_and_their_weights_have_the_right_slopes() -> None:
    """A binary input at -a and 2a with weights b and 1-b; central differences of the value leave h^2/6 |I'''| + eps/h."""
    source = ig.Source("X", ig.Points(ig.stack(-a, 2 * a), ig.stack(b, 1 - b)))
    channel = ig.Channel(source, ig.Gate("Y", ig.sin(source), noise=ig.Normal(0, "1/4")))
    question = ig.Question(channel, ("X", "Y"), at={"a": "3/4", "b": "2/5"})
    reply, step = answered(question), Fraction(1, 10**4)
    for name in ("a", "b"):
        high, low = (doubted(answered(question.at_point(**{name: question.at[name] + sign * step})).value)[0] for sign in (1, -1))
        assert abs(doubted(reply.gradient[name])[0] - (high - low) / float(2 * step)) <= 1e-7


@pytest.mark.parametrize(
    "law",
    [
        ig.Laplace(0, 1),
        ig.Logistic(0, "1/2"),
        ig.StudentT(4, 0, 1),
        ig.Uniform(-1, 2),
        ig.Exponential(0, 1),
        ig.Mixture(("1/3", "2/3"), (ig.Normal(-1, "1/4"), ig.Normal(1, 1))),
    ],
)
def test_every_source_law_agrees_with_a_dense_reference(law: ig.Law) -> None:
    """h(Y) - h(Z) with X = F^-1(Phi(T)), T standard normal, by a dense rule over T and scipy's quantiles; both rules here err by h^2 at most, below 1e-7."""
    source = ig.Source("X", law)
    question = ig.Question(ig.Channel(source, ig.Gate("Y", ig.tanh(a * source), noise=ig.Normal(0, "1/4"))), ("X", "Y"), at={"a": 1}, wrt=())
    value, error = doubted(answered(question, 1e-10).value)
    laws: dict[type[ig.Law], list[tuple[float, Any]]] = {
        ig.Laplace: [(1.0, stats.laplace())],
        ig.Logistic: [(1.0, stats.logistic(0, 0.5))],
        ig.StudentT: [(1.0, stats.t(4))],
        ig.Uniform: [(1.0, stats.uniform(-1, 3))],
        ig.Exponential: [(1.0, stats.expon())],
        ig.Mixture: [(1 / 3, stats.norm(-1, 0.5)), (2 / 3, stats.norm(1, 1))],
    }
    normal = np.linspace(-8.2, 8.2, 8001)
    levels, masses = stats.norm.cdf(normal), stats.norm.pdf(normal) * (16.4 / 8000)
    grid = np.linspace(-6, 6, 2001)
    density = sum(share * (stats.norm.pdf(grid[:, None], np.tanh(part.ppf(levels)), 0.5) @ masses) for share, part in laws[type(law)])
    reference = entropy_difference(np.asarray(density), grid, 0.5 * math.log(2 * math.pi * math.e * 0.25))
    assert abs(value - reference) <= error + 1e-7


def test_a_coarser_answer_states_an_error_that_covers_the_finer_one() -> None:
    for theta in ("1/3", "2", "7", "20"):
        for s2 in ("1", "1/10", "1/200"):
            question = ig.CATALOGUE["tanh"].question.at_point(theta=theta, s2=s2)
            rough, fine = answered(question, 1e-5), answered(question, 1e-10)
            for coarse, exact in [(rough.value, fine.value), *((rough.gradient[name], fine.gradient[name]) for name in ("theta", "s2"))]:
                value, error = doubted(coarse)
                truth, left = doubted(exact)
                assert abs(value - truth) <= error + left, (theta, s2)


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (ig.CATALOGUE["vector"].question, "node 'X' is a vector|node 'Y' is a vector|node 'V' is a vector"),
        (ig.Question(ig.Channel(X, ig.Gate("Y", X)), ("X", "Y")), "functions of one continuous node; their information is infinite"),
        (ig.Question(ig.Channel(X, ig.Gate("Y", ig.log(X), noise=ig.Normal(0, 1))), ("X", "Y")), "leaves the range"),
        (ig.Question(ig.Channel(X, ig.Gate("Y", ig.relu(a * X), noise=ig.Normal(0, 1))), ("X", "Y"), at={"a": 1}, order=2), "second derivatives"),
    ],
)
def test_what_the_method_cannot_answer_is_refused_with_its_reason(question: ig.Question, reason: str) -> None:
    reply = numeric.answer(question, method="trapezoid kernels")
    assert isinstance(reply, ig.Refusal)
    assert re.search(reason, reply.reason), reply.reason


def test_a_contraction_too_wide_is_refused_before_it_is_computed() -> None:
    sources = [ig.Source(f"X{k}", ig.Normal(0, 1)) for k in range(6)]
    total = ig.Gate("Y", sum((source * 1 for source in sources[1:]), start=sources[0] * 1), noise=ig.Normal(0, 1))
    reply = numeric.answer(ig.Question(ig.Channel(*sources, total), ("X0", "Y")))
    assert isinstance(reply, ig.Refusal)
    assert "gate 'Y' has 6 parents" in reply.reason


def test_wrong_requests_name_what_is_possible() -> None:
    with pytest.raises(ig.SpecificationError, match="'trapezoid kernels', 'Gauss-Hermite'"):
        numeric.answer(ig.CATALOGUE["tanh"].question, method="simpson")
    with pytest.raises(ig.SpecificationError, match="positive"):
        numeric.answer(ig.CATALOGUE["tanh"].question, error=0)


KINKED: dict[str, tuple[ig.Apply, Callable[[float], float], tuple[float, ...]]] = {
    "abs": (ig.abs(X - "19/10"), lambda x: abs(x - 1.9), (1.9,)),
    "relu": (ig.relu(X - "6/5"), lambda x: max(x - 1.2, 0.0), (1.2,)),
    "relu far out": (ig.relu(X - "23/10"), lambda x: max(x - 2.3, 0.0), (2.3,)),
    "clip": (ig.clip(X, "-37/100", "37/100"), lambda x: min(max(x, -0.37), 0.37), (-0.37, 0.37)),
    "sign": (ig.sign(X - "1/2"), lambda x: math.copysign(1.0, x - 0.5), (0.5,)),
}


@pytest.mark.parametrize("name", KINKED)
@pytest.mark.parametrize("error", [1e-2, 1e-3, 1e-4])
def test_the_stated_error_covers_the_true_one_where_the_map_has_kinks_or_jumps(name: str, error: float) -> None:
    """The reference splits its Gauss-Legendre panels at the kinks, in x, and integrates y densely."""
    map, function, kinks = KINKED[name]
    reply = numeric.answer(ig.Question(ig.Channel(X, ig.Gate("Y", map, noise=ig.Normal(0, "1/4"))), ("X", "Y"), wrt=()), error=error)
    if isinstance(reply, ig.Refusal):
        assert "was not reached" in reply.reason
        return
    edges = np.union1d(np.linspace(-9, 9, 61), kinks)
    nodes, weights = np.polynomial.legendre.leggauss(20)
    half, middle = np.diff(edges)[:, None] / 2, (edges[:-1, None] + edges[1:, None]) / 2
    points, masses = (middle + half * nodes).ravel(), (half * weights).ravel()
    means, masses = np.array([function(x) for x in points]), masses * stats.norm.pdf(points)
    grid = np.linspace(means.min() - 5, means.max() + 5, 4001)
    density = stats.norm.pdf(grid[:, None], means, 0.5) @ masses
    reference = entropy_difference(density, grid, 0.5 * math.log(2 * math.pi * math.e * 0.25))
    value, stated = doubted(reply.value)
    assert abs(value - reference) <= stated


def test_a_narrow_feature_of_the_map_is_not_passed_over() -> None:
    """A bump 1/1000 wide adds 0.005 nats; the reference puts sixty panels on it."""
    bump = X + 5 * ig.exp(-1000000 * (X - "37/100") ** 2)
    reply = numeric.answer(ig.Question(ig.Channel(X, ig.Gate("Y", bump, noise=ig.Normal(0, "1/4"))), ("X", "Y"), wrt=()), method="trapezoid kernels")
    assert isinstance(reply, ig.Answer), reply
    edges = np.union1d(np.linspace(-9.3, 9.3, 75), 0.37 + np.linspace(-0.008, 0.008, 61))
    nodes, weights = np.polynomial.legendre.leggauss(16)
    half = np.diff(edges)[:, None] / 2
    points, masses = ((edges[:-1, None] + edges[1:, None]) / 2 + half * nodes).ravel(), (half * weights).ravel()
    means, masses = points + 5 * np.exp(-1e6 * (points - 0.37) ** 2), masses * stats.norm.pdf(points)
    grid = np.linspace(-15, 16, 4001)
    density = np.maximum(stats.norm.pdf(grid[:, None], means, 0.5) @ masses, 1e-300)
    value, stated = doubted(reply.value)
    assert abs(value - entropy_difference(density, grid, 0.5 * math.log(2 * math.pi * math.e * 0.25))) <= stated + 1e-13


@pytest.mark.parametrize("freedom", ["1", "6/5", "2"])
def test_a_grid_too_long_for_heavy_tails_is_refused_before_it_is_made(freedom: str) -> None:
    source = ig.Source("X", ig.StudentT(freedom))
    reply = numeric.answer(ig.Question(ig.Channel(source, ig.Gate("Y", source, noise=ig.Normal(0, 1))), ("X", "Y")), method="trapezoid kernels")
    assert isinstance(reply, ig.Refusal)
    assert "nodes" in reply.reason or "cells" in reply.reason
