"""Samples of every node against the laws they are drawn from.

A sample of n of a law with distribution F has sup |F_n - F| > sqrt(log(2/alpha)/(2 n)) with probability at most alpha
(Dvoretzky, Kiefer, Wolfowitz; Massart); shares of events stray as far with the same probability (Hoeffding). With alpha =
1e-9 and fewer than 100 statements in this file, a correct sampler fails it with probability below 1e-7, whatever the seed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import stats

import infograd as ig
from infograd.law import Law
from infograd.numeric.functions import OutputLaw, Values, output_law, sample
from infograd.numeric.interpreter import Floats

COUNT = 100_000
ALLOWED = math.sqrt(math.log(2 / 1e-9) / (2 * COUNT))


def drawn(channel: ig.Channel, at: dict[str, object] | None = None, rng: np.random.Generator | int | None = 7, count: int = COUNT) -> dict[str, Floats]:
    found = sample(channel, at, count, rng)
    assert isinstance(found, dict), found
    return found


def deviation(draws: Floats, distribution: Callable[[Floats], Floats]) -> float:
    """sup |F_n - F| for a continuous F."""
    levels = np.asarray(distribution(np.sort(draws)))
    steps = np.arange(draws.size + 1) / draws.size
    return float(max(np.abs(levels - steps[1:]).max(), np.abs(levels - steps[:-1]).max()))


LAWS: dict[str, tuple[Law, Any]] = {
    "normal": (ig.Normal("1/2", 4), stats.norm(0.5, 2)),
    "uniform": (ig.Uniform(-1, 3), stats.uniform(-1, 4)),
    "laplace": (ig.Laplace("1/2", 2), stats.laplace(0.5, 2)),
    "logistic": (ig.Logistic("1/2", 2), stats.logistic(0.5, 2)),
    "student": (ig.StudentT("5/2", "1/2", 2), stats.t(2.5, 0.5, 2)),
    "exponential": (ig.Exponential(-1, 2), stats.expon(-1, 2)),
}


@pytest.mark.parametrize("name", LAWS)
def test_every_law_is_drawn_as_source_and_as_noise(name: str) -> None:
    law, reference = LAWS[name]
    x = ig.Source("X", law)
    found = drawn(ig.Channel(x, ig.Gate("Y", 3 * x, noise=law)))
    assert deviation(found["X"], reference.cdf) <= ALLOWED
    assert deviation(found["Y"] - 3 * found["X"], reference.cdf) <= ALLOWED


@pytest.mark.parametrize("name", LAWS)
def test_a_scale_wrong_by_a_twentieth_is_seen(name: str) -> None:
    law, reference = LAWS[name]
    stretched = drawn(ig.Channel(ig.Source("X", law)))["X"] * 1.05
    assert deviation(stretched, reference.cdf) > ALLOWED


def test_a_mixture_draws_its_components_by_weight() -> None:
    mixture = ig.Mixture(("1/4", "3/4"), (ig.Normal(-2, 1), ig.Laplace(1, "1/2")))
    first, second = stats.norm(-2, 1), stats.laplace(1, 0.5)
    assert deviation(drawn(ig.Channel(ig.Source("X", mixture)))["X"], lambda x: np.asarray(0.25 * first.cdf(x) + 0.75 * second.cdf(x))) <= ALLOWED


def test_points_are_drawn_by_weight_and_nothing_else_is() -> None:
    found = drawn(ig.Channel(ig.Source("X", ig.Points((-1, 0, 2), ("1/2", "1/3", "1/6")))))["X"]
    assert set(found.tolist()) == {-1.0, 0.0, 2.0}
    for point, weight in ((-1, 1 / 2), (0, 1 / 3), (2, 1 / 6)):
        assert abs(float((found == point).mean()) - weight) <= ALLOWED


@pytest.mark.parametrize("direction", [(1.0, 0.0), (0.6, 0.8), (0.8, -0.6)])
def test_a_linear_vector_network_has_its_covariances_in_every_direction(direction: tuple[float, float]) -> None:
    """X, V = W X + N, Y = M V + N' of the catalogue, and the sum over X and Y that sees their dependence."""
    question = ig.CATALOGUE["vector"].question
    w, m = (np.array(question.at[name], dtype=float) for name in ("W", "M"))
    u = np.array(direction)
    found = drawn(question.channel)
    assert {name: array.shape for name, array in found.items()} == {"X": (COUNT, 2), "V": (COUNT, 3), "Y": (COUNT, 2)}
    output = m @ (w @ w.T + np.eye(3)) @ m.T + 0.5 * np.eye(2)
    assert deviation(found["Y"] @ u, stats.norm(0, float(u @ output @ u) ** 0.5).cdf) <= ALLOWED
    both = np.eye(2) + output + m @ w + (m @ w).T
    assert deviation((found["X"] + found["Y"]) @ u, stats.norm(0, float(u @ both @ u) ** 0.5).cdf) <= ALLOWED


def test_entries_of_vector_laws_are_independent_and_mixtures_choose_whole_vectors() -> None:
    channel = ig.Channel(
        ig.Source("T", ig.StudentT((3, 5), (0, 1), 2)),
        ig.Source("U", ig.Uniform((0, 1), 2)),
        ig.Source("P", ig.Points(((0, 1), (2, 3)), ("1/4", "3/4"))),
        ig.Source("M", ig.Mixture(("1/2", "1/2"), (ig.Normal((-9, -9), ((1, "1/2"), ("1/2", 1))), ig.Normal((9, 9), ((1, 0), (0, 1)))))),
    )
    found = drawn(channel)
    for entry, (freedom, location) in enumerate(((3, 0), (5, 1))):
        assert deviation(found["T"][:, entry], stats.t(freedom, location, 2).cdf) <= ALLOWED
        assert deviation(found["U"][:, entry], stats.uniform(entry, 2 - entry).cdf) <= ALLOWED
    both = float(((found["T"][:, 0] > 0) & (found["T"][:, 1] > 1)).mean())
    assert abs(both - 0.25) <= ALLOWED
    assert set(map(tuple, found["P"].tolist())) == {(0.0, 1.0), (2.0, 3.0)}
    assert np.all(np.sign(found["M"][:, 0]) == np.sign(found["M"][:, 1]))
    low = found["M"][found["M"][:, 0] < 0]
    assert deviation(low.sum(axis=1) + 18, stats.norm(0, 3**0.5).cdf) <= math.sqrt(math.log(2 / 1e-9) / (2 * len(low)))


@pytest.mark.parametrize("name", ["tanh", "relay", "multipath-b", "bpsk"])
def test_outputs_follow_the_distribution_that_quadrature_gives(name: str) -> None:
    question = ig.CATALOGUE[name].question
    law, draws = output_law(question), np.sort(drawn(question.channel)["Y"])
    assert isinstance(law, OutputLaw)
    places = np.linspace(draws[0], draws[-1], 201)
    reply = law.distribution(places)
    assert isinstance(reply, Values)
    shares = np.searchsorted(draws, places, side="right") / COUNT
    assert np.abs(shares - reply.values).max() <= ALLOWED


def test_deterministic_gates_are_their_maps() -> None:
    x = ig.Source("X", ig.Normal(0, 1))
    u = ig.Gate("U", ig.relu(x))
    found = drawn(ig.Channel(x, u, ig.Gate("S", ig.stack(u, ig.sign(x), 1))), count=1000)
    np.testing.assert_array_equal(found["U"], np.maximum(found["X"], 0))
    np.testing.assert_array_equal(found["S"], np.stack([found["U"], np.sign(found["X"]), np.ones(1000)], axis=1))


def test_a_seed_fixes_the_draws_whichever_nodes_are_named() -> None:
    channel = ig.CATALOGUE["relay"].question.channel
    whole, again = drawn(channel, rng=3, count=50), drawn(channel, rng=np.random.default_rng(3), count=50)
    alone = sample(channel, None, 50, 3, nodes=("Y",))
    assert isinstance(alone, dict)
    assert list(alone) == ["Y"]
    for name, array in whole.items():
        np.testing.assert_array_equal(array, again[name])
    np.testing.assert_array_equal(alone["Y"], whole["Y"])
    assert not np.array_equal(whole["Y"], drawn(channel, rng=4, count=50)["Y"])


def test_a_generator_goes_on_where_it_was_left() -> None:
    channel, generator = ig.CATALOGUE["tanh"].question.channel, np.random.default_rng(3)
    first, second = drawn(channel, rng=generator, count=50), drawn(channel, rng=generator, count=50)
    assert not np.array_equal(first["X"], second["X"])


def test_values_override_the_defaults() -> None:
    found = drawn(ig.CATALOGUE["scalar"].question.channel, {"theta": 3, "s2": "1/4"})
    assert deviation(found["Y"], stats.norm(0, 9.25**0.5).cdf) <= ALLOWED


def test_an_opaque_module_is_refused() -> None:
    x = ig.Source("X", ig.Normal(0, 1))
    channel = ig.Channel(x, ig.Gate("Y", ig.Opaque("net", (ig.Reference("X"),)), noise=ig.Normal(0, 1)))
    reply = sample(channel, None, 10)
    assert isinstance(reply, ig.Refusal)
    assert "net" in reply.reason


def test_a_map_outside_its_domain_is_refused() -> None:
    x = ig.Source("X", ig.Normal(0, 1))
    reply = sample(ig.Channel(x, ig.Gate("Y", ig.log(x))), None, 100, 1)
    assert isinstance(reply, ig.Refusal)
    assert "range of numbers" in reply.reason


@pytest.mark.parametrize(
    ("at", "count", "nodes", "message"),
    [
        ({}, 0, None, "at least 1"),
        ({}, True, None, "whole number"),
        ({"b": 1}, 5, None, "no parameter"),
        ({"s2": -1}, 5, None, "positive"),
        ({}, 5, ("Z",), "no node"),
    ],
)
def test_wrong_input_says_what_to_write(at: dict[str, object], count: int, nodes: tuple[str, ...] | None, message: str) -> None:
    with pytest.raises(ig.SpecificationError, match=message):
        sample(ig.CATALOGUE["tanh"].question.channel, at, count, 1, nodes)


def test_a_parameter_without_a_value_is_named() -> None:
    x, gain = ig.Source("X", ig.Normal(0, 1)), ig.Parameter("gain")
    with pytest.raises(ig.SpecificationError, match="'gain' has no value"):
        sample(ig.Channel(x, ig.Gate("Y", gain * x)), None, 5)
