"""The default recipe's answers against closed forms and quadrature written here, within and sharply within their stated doubt."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import pytest
from scipy import stats

import infograd as ig
from infograd import learned
from infograd.learned.gradient import recipes
from infograd.learned.gradient.decomposition import Decomposition, all_decompositions
from infograd.learned.samples import simulator

SAFETY = 2
SHARPNESS = 1 / 8
ALPHA = 1e-8
STEP = 1e-30
Values = Mapping[str, Any]


def gaussian_information(signal: Any, noise: Any) -> Any:
    return np.log(1 + signal / noise) / 2


def multipath_a(p: Values) -> Any:
    return gaussian_information((p["alpha"] + p["beta"]) ** 2 * p["P"], p["s1"] + p["beta"] ** 2 * p["s2"] + p["s3"])


def multipath_b(p: Values) -> Any:
    return gaussian_information((p["alpha"] * p["beta"] + 1) ** 2 * p["P"], p["beta"] ** 2 * p["s1"] + p["s2"] + p["s3"])


def vector(p: Values) -> Any:
    noise = p["s1"] * p["M"] @ p["M"].T + p["s2"] * np.eye(2)
    gain = p["M"] @ p["W"]
    return (np.log(np.linalg.det(gain @ gain.T + noise)) - np.log(np.linalg.det(noise))) / 2


def normal(x: Any, variance: Any) -> Any:
    return np.exp(-(x**2) / (2 * variance)) / np.sqrt(2 * np.pi * variance)


def entropy(density: Any, step: float) -> Any:
    """-sum p log p by the trapezoid rule over the first axis, analytic in the parameters; cells without mass are left out."""
    kept = density.real > 1e-280
    return -step * np.where(kept, density * np.log(np.where(kept, density, 1)), 0).sum(axis=0)


def grid(half: float, count: int) -> tuple[Any, float]:
    points = np.linspace(-half, half, count)
    return points, float(points[1] - points[0])


def tanh_channel(p: Values) -> Any:
    x, dx = grid(9, 801)
    y, dy = grid(1 + 9 * math.sqrt(p["s2"].real), 801)
    density = normal(y[:, None] - np.tanh(p["theta"] * x), p["s2"]) @ (normal(x, 1) * dx)
    return entropy(density, dy) - np.log(2 * np.pi * np.e * p["s2"]) / 2


def relay(p: Values) -> Any:
    x, dx = grid(8, 401)
    v, dv = grid(1 + 8 * math.sqrt(p["s1"].real), 301)
    y, dy = grid(1 + 8 * math.sqrt(p["s2"].real), 301)
    inner = normal(v[:, None] - np.tanh(p["theta"] * x), p["s1"]) * dv
    density = normal(y[:, None] - np.tanh(2 * v), p["s2"]) @ inner
    weights = normal(x, 1) * dx
    return entropy(density @ weights, dy) - entropy(density, dy) @ weights


def bpsk(p: Values) -> Any:
    y, dy = grid(12, 1601)
    density = (normal(y - p["a"], p["s2"]) + normal(y + p["a"], p["s2"])) / 2
    return entropy(density, dy) - np.log(2 * np.pi * np.e * p["s2"]) / 2


INFORMATION: dict[str, Callable[[Values], Any]] = {
    "scalar": lambda p: gaussian_information(p["theta"] ** 2, p["s2"]),
    "cascade": lambda p: gaussian_information((p["a"] * p["b"]) ** 2 * p["P"], p["b"] ** 2 * p["s1"] + p["s2"]),
    "multipath-a": multipath_a,
    "multipath-b": multipath_b,
    "tanh": tanh_channel,
    "relay": relay,
    "mac": lambda p: gaussian_information(p["a1"] ** 2, p["s2"]),
    "mac-sum": lambda p: gaussian_information(p["a1"] ** 2 + p["a2"] ** 2, p["s2"]),
    "bpsk": bpsk,
    "vector": vector,
}


def truth(information: Callable[[Values], Any], question: ig.Question) -> dict[tuple[str, tuple[int, ...]], float]:
    """Every partial derivative by the complex step."""
    point = {name: np.array(value, dtype=complex) for name, value in question.at.items()}
    found = {}
    for name in question.wrt:
        for index in np.ndindex(point[name].shape):
            moved = {each: entry.copy() for each, entry in point.items()}
            moved[name][index] += 1j * STEP
            value: Any = information({each: entry[()] for each, entry in moved.items()})
            found[name, index] = float(np.imag(value) / STEP)
    return found


def entries(reply: ig.Reply) -> Iterator[tuple[tuple[str, tuple[int, ...]], float, float, float]]:
    """Each entry of the gradient: its place, its value, the gap that its doubt allows, and its standard error."""
    assert isinstance(reply, ig.Answer)
    for name, quantity in reply.gradient.items():
        for index, value, doubt in quantity.entries():
            allowed = SAFETY * float(doubt.estimated) + stats.t.isf(ALPHA / 2, doubt.dof) * float(doubt.stderr)  # type: ignore[arg-type]  # one entry
            yield (name, index), float(value), allowed, float(doubt.stderr)  # type: ignore[arg-type]  # one entry


def rms(gradient: Mapping[Any, float]) -> float:
    return math.sqrt(sum(each**2 for each in gradient.values()) / len(gradient))


@pytest.mark.parametrize("name", INFORMATION)
def test_catalogue_gradient_is_right_within_a_sharp_doubt(name: str) -> None:
    question = ig.CATALOGUE[name].question
    expected = truth(INFORMATION[name], question)
    found = list(entries(learned.answer(question)))
    assert {place for place, *_ in found} == set(expected)
    for place, value, allowed, _ in found:
        assert abs(value - expected[place]) <= allowed, place
        assert allowed <= SHARPNESS * max(abs(expected[place]), rms(expected)), place


def test_every_catalogue_channel_is_judged_here() -> None:
    assert set(INFORMATION) == set(ig.CATALOGUE)


@pytest.mark.parametrize("name", ["multipath-a", "multipath-b"])
@pytest.mark.parametrize("swept", ["alpha", "beta"])
def test_light_budget_follows_the_multipath_sweeps(name: str, swept: str) -> None:
    channel = ig.CATALOGUE[name].question.channel
    for value in ("-2", "-9/10", "0", "1/2", "2"):
        question = ig.Question(channel, between=("X", "Y"), wrt=("alpha", "beta"), at={swept: value})
        expected = truth(INFORMATION[name], question)
        for place, found, allowed, _ in entries(learned.answer(question, budget=learned.LIGHT)):
            assert abs(found - expected[place]) <= min(allowed, 0.005), (value, place)


@pytest.mark.parametrize(("name", "at"), [("tanh", {"theta": -4}), ("tanh", {"theta": 2, "s2": 1}), ("relay", {"theta": 4}), ("relay", {"theta": "-1/5"})])
def test_light_budget_covers_its_error_on_steep_and_flat_maps(name: str, at: dict[str, object]) -> None:
    question = ig.CATALOGUE[name].question.at_point(**at)
    expected = truth(INFORMATION[name], question)
    for place, value, allowed, _ in entries(learned.answer(question, budget=learned.LIGHT)):
        assert abs(value - expected[place]) <= allowed, place
        assert allowed <= 2 * SHARPNESS * max(abs(expected[place]), rms(expected)), place


def test_gradient_vanishes_for_a_channel_that_is_even_in_its_parameter() -> None:
    ((_, value, allowed, _),) = entries(learned.answer(ig.Question(ig.CATALOGUE["tanh"].question.channel, between=("X", "Y"), wrt="theta", at={"theta": 0})))
    assert abs(value) <= allowed


def test_gradient_in_a_parameter_that_moves_no_node_of_the_question_is_zero() -> None:
    x = ig.Source("X", ig.Normal(0, 1))
    y = ig.Gate("Y", x, noise=ig.Normal(0, 1))
    channel = ig.Channel(x, y, ig.Gate("W", ig.Parameter("c") * y, noise=ig.Normal(0, 1)), defaults={"c": 2})
    assert [(value, allowed) for _, value, allowed, _ in entries(learned.answer(ig.Question(channel, between=("X", "Y"))))] == [(0.0, 0.0)]


def test_inner_node_that_is_reached_around_has_its_gradient_by_the_joint_scores() -> None:
    # V = a X + N1, Y = V + b X + N2, all ones: dI(V;Y)/da = 1/2, where two scores would give 0.
    a, b = ig.Parameter("a"), ig.Parameter("b")
    x = ig.Source("X", ig.Normal(0, 1))
    v = ig.Gate("V", a * x, noise=ig.Normal(0, 1))
    y = ig.Gate("Y", v + b * x, noise=ig.Normal(0, 1))

    def information(p: Values) -> Any:
        mixed = np.array([[p["a"], 1, 0], [p["a"] + p["b"], 1, 1]])
        covariance = mixed @ mixed.T
        return (np.log(covariance[0, 0] * covariance[1, 1]) - np.log(np.linalg.det(covariance))) / 2

    question = ig.Question(ig.Channel(x, v, y, defaults={"a": 1, "b": 1}), between=("V", "Y"))
    expected = truth(information, question)
    assert abs(expected["a", ()] - 0.5) <= 1e-12
    for place, value, allowed, _ in entries(learned.answer(question)):
        assert abs(value - expected[place]) <= allowed <= SHARPNESS * rms(expected), place


def test_amplitude_of_a_discrete_input_is_the_same_in_its_points_as_in_the_map() -> None:
    a = ig.Parameter("a")
    x = ig.Source("X", ig.Points((-a, a)))
    channel = ig.Channel(x, ig.Gate("Y", x, noise=ig.Normal(0, 1)), defaults={"a": 1})
    expected = truth(bpsk, ig.CATALOGUE["bpsk"].question)["a", ()]
    ((_, value, allowed, _),) = entries(learned.answer(ig.Question(channel, between=("X", "Y"))))
    assert abs(value - expected) <= allowed <= SHARPNESS * abs(expected)


def test_moving_condition_has_its_gradient() -> None:
    # C = X + N1 with variance s, Y = X + N2: I(X;Y|C) = log(1 + s/(1+s))/2, so dI/ds = 1/(2(1+s)(1+2s)) = 1/12 at s = 1.
    x = ig.Source("X", ig.Normal(0, 1))
    c = ig.Gate("C", x, noise=ig.Normal(0, ig.Parameter("s")))
    channel = ig.Channel(x, c, ig.Gate("Y", x, noise=ig.Normal(0, 1)), defaults={"s": 1})
    ((_, value, allowed, _),) = entries(learned.answer(ig.Question(channel, between=("X", "Y"), given="C")))
    assert abs(value - 1 / 12) <= allowed <= SHARPNESS / 12


def disagreement(question: ig.Question, information: Callable[[Values], Any]) -> float:
    """The largest error over what is allowed."""
    expected = truth(information, question)
    return max(abs(value - expected[place]) / allowed for place, value, allowed, _ in entries(learned.answer(question, budget=learned.LIGHT)))


def test_flipped_sign_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = simulator.surrogate
    monkeypatch.setattr(simulator, "surrogate", lambda deltas, nodes: -honest(deltas, nodes))
    assert disagreement(ig.CATALOGUE["scalar"].question, INFORMATION["scalar"]) > 10


def drop_the_conditional_score(monkeypatch: pytest.MonkeyPatch) -> None:
    def marginal_alone(question: ig.Question) -> Iterator[Decomposition]:
        return (choice[1:] for choice in all_decompositions(question))

    monkeypatch.setattr(recipes, "all_decompositions", marginal_alone)


@pytest.mark.parametrize("name", ["cascade", "relay"])
def test_dropped_conditional_score_is_caught_in_two_hops(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    drop_the_conditional_score(monkeypatch)
    assert disagreement(ig.CATALOGUE[name].question, INFORMATION[name]) > 10


def test_dropped_conditional_score_is_no_fault_in_one_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    drop_the_conditional_score(monkeypatch)
    question = ig.Question(ig.CATALOGUE["tanh"].question.channel, between=("X", "Y"), wrt="theta")
    assert disagreement(question, INFORMATION["tanh"]) <= 1
