"""Which maps are linear in the nodes, and what the room says of the others."""

from __future__ import annotations

import pytest

import infograd as ig
from infograd.analytic import answer

THETA, A = ig.Parameter("theta"), ig.Parameter("a")
X = ig.Source("X", ig.Normal(0, 1))
V = ig.Gate("V", 2 * X, noise=ig.Normal(0, 1))
PAIR = ig.Source("P", ig.Normal((0, 0), ((2, 1), (1, 3))))
FIXED = ig.Gate("K", THETA + 1)


def ask(
    map: object, noise: ig.Law | None = None, nodes: tuple[ig.Source | ig.Gate, ...] = (X, V), left: str = "X", at: dict[str, object] | None = None
) -> ig.Reply:
    noise = ig.Normal(0, 1) if noise is None else noise
    return answer(ig.Question(ig.Channel(*nodes, ig.Gate("Y", map, noise=noise)), between=(left, "Y"), at=at or {}))


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        (X / 2 + X - V, X * ig.Constant("3/2") - V),
        (-(X**1) + 3, -1 * X),
        (ig.sum(ig.stack(X, V, X)), 2 * X + V),
        (ig.dot((1, 2), ig.stack(X, V)), X + 2 * V),
        (ig.dot(ig.stack(X, V), (1, 2)), X + 2 * V),
        (ig.stack(X, V)[1], 1 * V),
        ((ig.Constant(((1, 2), (3, 4))) @ ig.stack(X, V))[1], 3 * X + 4 * V),
        ((ig.stack(X, V) @ ig.Constant(((1, 2), (3, 4))))[1], 2 * X + 4 * V),
        (ig.transpose(ig.stack(ig.stack(X, V), ig.stack(V, X)))[0][1] + X, V + X),
        ((ig.stack(X, V) * 2 - (1, 5))[0] + X**0, 2 * X),
        (X * (X - X + 1) ** 0, 1 * X),
        (ig.sum(ig.Constant(((1, 2), (3, 4))) * V), 10 * V),
    ],
)
def test_two_ways_to_write_a_linear_map_have_one_information(written: object, plain: object) -> None:
    assert ask(written) == ask(plain)


def test_a_node_without_randomness_is_a_coefficient() -> None:
    assert ask(ig.tanh(FIXED) * FIXED**2 * X, nodes=(X, FIXED), at={"theta": "1/2"}) == ask(ig.tanh(THETA + 1) * (THETA + 1) ** 2 * X, at={"theta": "1/2"})


def test_means_do_not_move_information() -> None:
    moved = ig.Source("X", ig.Normal(7, 1))
    assert ask(THETA * moved + ig.exp(THETA), nodes=(moved,), at={"theta": 2}) == ask(THETA * X, nodes=(X,), at={"theta": 2})


def test_entries_of_a_vector_source_keep_their_correlation() -> None:
    variance_of_the_difference = 2 + 3 - 2 * 1
    scalar = ig.Source("P", ig.Normal(0, variance_of_the_difference))
    assert ask(PAIR[0] - PAIR[1], nodes=(PAIR,), left="P") == ask(scalar, nodes=(scalar,), left="P")


@pytest.mark.parametrize(
    ("map", "reason"),
    [
        (X * V, "gate 'Y' multiplies random nodes"),
        (ig.tanh(X), "gate 'Y' applies tanh to a random node"),
        (X**2, "gate 'Y' raises a random node to the power 2"),
        (1 / V, "gate 'Y' divides by a random node"),
        (X / V, "gate 'Y' divides by a random node"),
        (ig.clip(V, -1, 1), "gate 'Y' applies clip to a random node"),
        (ig.dot(ig.stack(X, V), ig.stack(X, V)), "gate 'Y' multiplies random nodes"),
        (ig.Opaque("enc", (ig.Reference("X"),)), "gate 'Y' runs the opaque module 'enc'"),
    ],
)
def test_a_map_that_is_not_linear_is_refused_by_node_and_operation(map: object, reason: str) -> None:
    assert ask(map) == ig.Refusal("analytic", "exact", f"no closed form: {reason}")


def test_a_law_that_is_not_gaussian_is_refused_by_node_and_law() -> None:
    source = ig.Source("X", ig.Uniform(0, 1))
    assert ask(source * 2, nodes=(source,)) == ig.Refusal("analytic", "exact", "no closed form: source 'X' has the law Uniform, which is not Gaussian")
    assert ask(X, noise=ig.Laplace(0, 1)) == ig.Refusal("analytic", "exact", "no closed form: gate 'Y' has the law Laplace, which is not Gaussian")


def test_nodes_that_the_question_does_not_reach_may_be_anything() -> None:
    bent = ig.Gate("B", ig.tanh(X) * V, noise=ig.Laplace(0, 1))
    assert ask(X + V, nodes=(X, V, bent)) == ask(X + V)


@pytest.mark.parametrize(
    ("map", "nodes", "at", "reason"),
    [
        (X / (1 + A), (X,), {"a": -1}, "gate 'Y' needs a division by zero"),
        (ig.log(FIXED) * X, (X, FIXED), {"theta": -2}, "gate 'Y' needs the logarithm of a number that is not positive"),
        (ig.sign(A) * X, (X,), {"a": 0}, "gate 'Y' needs a derivative of sign at 0, where it jumps"),
        (ig.sqrt(A) * X, (X,), {"a": 0}, "gate 'Y' needs a derivative of the square root at 0"),
    ],
)
def test_a_point_without_value_or_slope_is_refused(map: object, nodes: tuple[ig.Source | ig.Gate, ...], at: dict[str, object], reason: str) -> None:
    assert ask(map, nodes=nodes, at=at) == ig.Refusal("analytic", "exact", f"no closed form: {reason}")
