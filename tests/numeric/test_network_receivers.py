"""Asked deterministic nodes: atoms as sums, strictly monotone pieces as they are, moving thresholds, and what is infinite."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from scipy import special, stats

import infograd as ig
from infograd import numeric
from infograd.numeric.interpreter import Floats
from infograd.numeric.networks import kernels as kernels_module
from infograd.numeric.networks import receivers as receivers_module
from infograd.numeric.networks.kernels import Kernels
from infograd.numeric.networks.network import whole_network
from infograd.numeric.networks.receivers import Columns

a, b, s = ig.Parameter("a"), ig.Parameter("b"), ig.Parameter("s")
X = ig.Source("X", ig.Normal(0, 1))
V = ig.Gate("V", a * X, noise=ig.Normal(0, s))
AT = {"a": "3/2", "b": "2/5", "s": "1/4"}
GAIN, SHIFT, DEVIATION = 1.5, 0.4, 0.5


def answered(question: ig.Question) -> ig.Answer:
    reply = numeric.answer(question)
    assert isinstance(reply, ig.Answer), reply
    return reply


def numbers(quantity: ig.Quantity | None) -> tuple[float, float]:
    assert quantity is not None
    assert isinstance(quantity.value, float)
    assert isinstance(quantity.doubt.estimated, float)
    return quantity.value, quantity.doubt.estimated


def receiver(map: ig.Apply) -> ig.Question:
    return ig.Question(ig.Channel(X, V, ig.Gate("B", map)), ("X", "B"), at={name: value for name, value in AT.items() if name != "b" or "'b'" in repr(map)})


def closed_sum(low: float, high: float) -> float:
    """I(X;B) where B has atoms below `low` and above `high` and is as good as V between, by scipy: conditional less marginal entropies."""
    spread = math.hypot(GAIN, DEVIATION)

    def xlogx(p: float) -> float:
        return float(special.xlogy(p, p))

    def entropy(mean: float, deviation: float) -> float:
        lower, upper = (low - mean) / deviation, (high - mean) / deviation
        found = -xlogx(float(special.ndtr(lower))) - xlogx(float(special.ndtr(-upper)))
        edges = [
            special.ndtr(u) * (0.5 + math.log(deviation * math.sqrt(2 * math.pi))) - (0.5 * u * stats.norm.pdf(u) if math.isfinite(u) else 0.0)
            for u in (lower, upper)
        ]
        return found + float(edges[1] - edges[0])

    nodes, weights = np.polynomial.legendre.leggauss(20)
    edges = np.linspace(-8.5, 8.5, 41)
    half = np.diff(edges)[:, None] / 2
    places, lengths = ((edges[:-1, None] + edges[1:, None]) / 2 + half * nodes).ravel(), (half * weights).ravel()
    conditional = sum(length * stats.norm.pdf(x) * entropy(GAIN * x, DEVIATION) for x, length in zip(places, lengths, strict=True))
    return entropy(0.0, spread) - float(conditional)


CLOSED: dict[str, tuple[ig.Apply, float, float]] = {
    "relu": (ig.relu(V - b), SHIFT, math.inf),
    "clip": (ig.clip(V, "-1/2", 1), -0.5, 1.0),
    "clip of a decreasing function": (ig.clip(-2 * V, -2, 1), -0.5, 1.0),
    "sign": (ig.sign(V - b), SHIFT, SHIFT),
    "tanh, which hides nothing": (ig.tanh(V - b), -math.inf, math.inf),
}


@pytest.mark.parametrize("name", CLOSED)
def test_receivers_with_atoms_have_the_closed_sums(name: str) -> None:
    map, low, high = CLOSED[name]
    value, stated = numbers(answered(receiver(map)).value)
    assert abs(value - closed_sum(low, high)) <= stated + 1e-12
    assert stated <= 1e-12


@pytest.mark.parametrize("name", CLOSED)
def test_slopes_follow_moving_thresholds(name: str) -> None:
    """Five-point differences of the value err by h^4 I^(5)/30, which is 7e-5 at h = 1/50 for the fastest of these curves and so 2e-8 at h = 1/400."""
    question = receiver(CLOSED[name][0])
    reply, h = answered(question), Fraction(1, 400)
    for parameter, quantity in reply.gradient.items():
        near, far = (
            [numbers(answered(question.at_point(**{parameter: question.at[parameter] + sign * step})).value)[0] for sign in (1, -1)] for step in (h, 2 * h)
        )
        expected = (8 * (near[0] - near[1]) - (far[0] - far[1])) / float(12 * h)
        assert abs(numbers(quantity)[0] - expected) <= 1e-7


def test_a_strictly_monotone_receiver_keeps_information_and_slopes() -> None:
    plain = answered(ig.Question(ig.Channel(X, V), ("X", "V"), at={"a": "3/2", "s": "1/4"}))
    through = answered(receiver(ig.exp(V) + V))
    for one, other in ((plain.value, through.value), *((plain.gradient[name], through.gradient[name]) for name in ("a", "s"))):
        (value, left), (found, stated) = numbers(one), numbers(other)
        assert abs(value - found) <= left + stated


def test_one_bit_behind_a_relay_is_a_sum_over_two_values() -> None:
    """sign(Y) of a two-hop relay: P(Y > 0 | X) by a Gaussian cdf averaged over the first noise, then binary entropies."""
    v = ig.Gate("V", ig.tanh(2 * X), noise=ig.Normal(0, "1/4"))
    y = ig.Gate("Y", ig.sin(v), noise=ig.Normal(0, "1/10"))
    value, stated = numbers(answered(ig.Question(ig.Channel(X, v, y, ig.Gate("B", ig.sign(y - "1/3"))), ("X", "B"))).value)
    nodes, h = np.linspace(-9, 9, 721, retstep=True)
    masses = stats.norm.pdf(nodes) * h
    up = special.ndtr((np.sin(np.tanh(2 * nodes)[:, None] + 0.5 * nodes) - 1 / 3) / math.sqrt(0.1)) @ masses

    def binary(p: Floats) -> Floats:
        return np.asarray(special.entr(p) + special.entr(1 - p))

    reference = float(binary(masses @ up) - masses @ binary(up))
    assert abs(value - reference) <= stated + 1e-12


@pytest.mark.parametrize("noise", [ig.Laplace(0, "1/3"), ig.Uniform(-1, "1/2"), ig.Exponential(0, "1/2"), ig.Logistic(0, "1/4")])
def test_a_quantised_output_needs_only_the_noise_s_distribution(noise: ig.Law) -> None:
    """sign(V - 1/5) for points at -1, 0 and 1: nine numbers from scipy's distribution functions."""
    laws = {ig.Laplace: stats.laplace(0, 1 / 3), ig.Uniform: stats.uniform(-1, 1.5), ig.Exponential: stats.expon(0, 0.5), ig.Logistic: stats.logistic(0, 0.25)}
    points = ig.Source("P", ig.Points((-1, 0, 1), ("1/4", "1/4", "1/2")))
    v = ig.Gate("V", points, noise=noise)
    value, stated = numbers(answered(ig.Question(ig.Channel(points, v, ig.Gate("B", ig.sign(v - "1/5"))), ("P", "B"))).value)
    below = np.array([laws[type(noise)].cdf(0.2 - each) for each in (-1, 0, 1)])
    joint = np.array([0.25, 0.25, 0.5])[:, None] * np.stack([below, 1 - below], axis=1)
    reference = float((special.xlogy(joint, joint)).sum() - special.xlogy(joint.sum(0), joint.sum(0)).sum() - special.xlogy(joint.sum(1), joint.sum(1)).sum())
    assert abs(value - reference) <= stated + 4e-16


def test_two_receivers_of_one_node_tell_apart_what_either_does() -> None:
    """sign(V) and sign(V - 1) together are the quantiser with the three cells that both thresholds make."""
    first, second = ig.Gate("B", ig.sign(V)), ig.Gate("C", ig.sign(V - 1))
    both, stated = numbers(answered(ig.Question(ig.Channel(X, V, first, second), ("X", ("B", "C")), at={"a": "3/2", "s": "1/4"}, wrt=())).value)
    three = ig.Gate("D", ig.sign(V) + ig.sign(V - 1))
    one, left = numbers(answered(ig.Question(ig.Channel(X, V, three), ("X", "D"), at={"a": "3/2", "s": "1/4"}, wrt=())).value)
    assert abs(both - one) <= stated + left


def test_data_processing_costs_information() -> None:
    values = [
        numbers(answered(ig.Question(receiver(map).channel, ("X", "B"), at=receiver(map).at, wrt=())).value)[0]
        for map in (V + 0, ig.clip(V, -2, 2), ig.clip(V, -1, 1), ig.sign(V))
    ]
    assert values == sorted(values, reverse=True)
    assert values[-1] > 0.2


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (ig.Question(ig.Channel(X, ig.Gate("B", ig.relu(X))), ("X", "B")), "infinite"),
        (ig.Question(ig.Channel(X, V, ig.Gate("B", ig.relu(V))), ("V", "B"), at={"a": 1, "s": 1}), "infinite"),
        (ig.Question(ig.Channel(X, V, ig.Gate("B", ig.abs(V))), ("X", "B"), at={"a": 1, "s": 1}), "several places of 'V'"),
        (ig.Question(ig.Channel(X, V, ig.Gate("B", V * X)), ("X", "B"), at={"a": 1, "s": 1}), "of 2 random nodes"),
    ],
)
def test_what_has_no_number_here_is_refused(question: ig.Question, reason: str) -> None:
    reply = numeric.answer(question)
    assert isinstance(reply, ig.Refusal)
    assert reason in reply.reason


def test_the_information_of_a_node_and_its_sign_is_the_sign_s_entropy() -> None:
    value, stated = numbers(answered(ig.Question(ig.Channel(X, ig.Gate("B", ig.sign(X - "1/2"))), ("X", "B"))).value)
    p = special.ndtr(0.5)
    assert abs(value - float(special.entr(p) + special.entr(1 - p))) <= stated + 4e-16


def test_a_dropped_column_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted fault: the first atom is summed into another column; the closed sum is missed by far."""
    original: Callable[..., Columns] = receivers_module.columns

    def dropped(*arguments: object) -> Columns:
        found = original(*arguments)
        return Columns(np.where(found.of == 0, 1, found.of), found.kept)

    net = whole_network(receiver(ig.clip(V, "-1/2", 1)))
    right = Kernels(net, 1e9)(0.3)
    assert abs(right.values[0] - closed_sum(-0.5, 1.0)) < 1e-6
    monkeypatch.setattr(kernels_module, "columns", dropped)
    assert abs(Kernels(net, 1e9)(0.3).values[0] - closed_sum(-0.5, 1.0)) > 1e-3
