"""What the float method refuses, in one sentence that names the node, and the maps that it reads."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

import infograd as ig
from infograd import analytic
from infograd.analytic.floating import answer

A, B = ig.Parameter("a"), ig.Parameter("b")
X, W = ig.Source("X", ig.Normal(0, 1)), ig.Source("W", ig.Normal(0, 1))
P = ig.Source("P", ig.Normal((0, 0), ig.identity(2)))
PAIR = ig.Normal((0, 0), ig.identity(2))
ONE = ig.Normal(0, 1)


def asked(*nodes: Any, between: Any = ("X", "Y"), given: Any = (), order: int = 1, **at: object) -> ig.Question:
    used = {parameter.name for parameter in ig.Channel(*nodes).parameters}
    values = {name: value for name, value in {"a": "1/3", "b": "2/7", **at}.items() if name in used}
    return ig.Question(ig.Channel(*nodes), between, given, at=values, order=order)


def reason(question: ig.Question) -> str:
    reply = answer(question)
    assert isinstance(reply, ig.Refusal), reply
    assert (reply.room, reply.method) == ("analytic", "float")
    return reply.reason


@pytest.mark.parametrize(
    ("gate", "clause"),
    [
        (ig.Gate("Y", ig.tanh(A * X), ONE), "gate 'Y' applies tanh to a random node"),
        (ig.Gate("Y", X * W, ONE), "gate 'Y' multiplies random nodes"),
        (ig.Gate("Y", A / X, ONE), "gate 'Y' divides by a random node"),
        (ig.Gate("Y", X**2, ONE), "gate 'Y' raises a random node to the power 2"),
        (ig.Gate("Y", ig.clip(X, -1, 1), ONE), "gate 'Y' applies clip to a random node"),
        (ig.Gate("Y", ig.Opaque("net", (ig.Reference("X"),)), ONE), "gate 'Y' runs the opaque module 'net'"),
        (ig.Gate("Y", A * X, ig.Laplace(0, 1)), "gate 'Y' has the law Laplace, which is not Gaussian"),
        (ig.Gate("Y", ig.sign(0 * A) * X, ONE), "gate 'Y' applies sign at 0"),
        (ig.Gate("Y", ig.relu(3 * A - 1) * X, ONE), "gate 'Y' needs the sign of a number that floats do not separate from zero; ask the method 'exact'"),
        (ig.Gate("Y", X / (3 * A - 1 + Fraction(1, 10**17)), ONE), "gate 'Y' divides by a number that floats do not separate from zero"),
        (ig.Gate("Y", ig.exp(3000 * A) * X, ONE), "gate 'Y' applies exp beyond the range of doubles"),
        (ig.Gate("Y", Fraction(10**400) * X, ONE), "gate 'Y' has a number beyond the range of doubles"),
    ],
)
def test_a_map_that_is_not_covered_is_refused_with_its_node(gate: ig.Gate, clause: str) -> None:
    assert clause in reason(asked(X, W, gate))


def test_second_derivatives_are_refused() -> None:
    assert "ask the method 'exact', or order 1" in reason(asked(X, ig.Gate("Y", A * X, ONE), order=2))


@pytest.mark.parametrize(
    ("question", "names"),
    [
        (asked(X, ig.Gate("Y", A * X)), "'X' and 'Y'"),
        (asked(X, W, ig.Gate("V", X + W), ig.Gate("Y", A * X, ONE), given=("W", "V")), "'W', 'V', 'X' and 'Y'"),
        (asked(X, ig.Gate("V", 2 * X), ig.Gate("Y", A * X, ONE), between=(("X", "V"), "Y")), "'X', 'V' and 'Y'"),
        (asked(X, ig.Gate("Y", X, noise=ig.Normal(0, Fraction(1, 10**40)))), "'X' and 'Y'"),
        (asked(P, ig.Gate("Y", ig.stack(P[0], P[0] + P[0])), between=("P", "Y")), "'P' and 'Y'"),
    ],
)
def test_a_covariance_that_may_be_singular_is_refused_with_its_nodes(question: ig.Question, names: str) -> None:
    assert f"floats cannot tell the near-singular covariance of {names} from a singular one; ask the method 'exact'" in reason(question)


def test_a_noise_that_may_be_singular_is_refused_with_its_node() -> None:
    tiny = Fraction(1, 10**40)
    noise = ig.Normal((0, 0), ((1, 1), (1, 1 + tiny)))
    assert "covariance of 'Y''s own noise" in reason(asked(P, ig.Gate("Y", A * P, noise=noise), between=("P", "Y")))


def test_a_node_that_is_no_random_variable_is_refused_in_a_question() -> None:
    assert "node 'Y' is no random variable" in reason(asked(X, ig.Gate("Y", A + 1)))


def test_what_the_question_does_not_depend_on_is_not_read_and_has_slope_zero() -> None:
    tail = ig.Gate("T", ig.tanh(B * X), noise=ig.Uniform(0, 1))
    reply = answer(asked(X, ig.Gate("Y", A * X, ONE), tail))
    assert isinstance(reply, ig.Answer)
    assert reply.gradient["b"] == ig.Quantity(0.0)


GAINS = {
    "power": A**5 - A**0 + A**1,
    "inverse power": A**-3,
    "quotient": (A - B) / (A + B),
    "functions": ig.exp(A) * ig.tanh(B) + ig.sin(A) * ig.cos(B) - ig.log(A) + ig.sqrt(B),
    "squashed": ig.erf(A) + ig.sigmoid(B) - ig.softplus(A) * ig.sigmoid(-A),
    "kinks": ig.relu(A) + ig.relu(-A) + abs(-B) + ig.clip(A, -1, 1) + ig.clip(B, 0, "1/7") + ig.clip(-B, 0, 1) + ig.sign(A),
    "kinks at zero": A + ig.relu(0 * A) + abs(2 * (0 * B)) + ig.clip(0 * A, 0, 1),
    "vectors": ig.dot(ig.stack(A, B), ig.stack(B, 1)) + ig.sum(A * ig.stack(A, B)) + ig.sum(ig.stack(ig.stack(A, B), ig.stack(1, 2)).T @ ig.stack(A, B)),
}
MAPS = {
    **{name: ig.Gate("Y", gain * X, ONE) for name, gain in GAINS.items()},
    "coefficient": ig.Gate("Y", ig.Reference("G") * X + ig.Reference("G"), ONE),
    "spread": ig.Gate("Y", X + ig.stack(A, B), PAIR),
    "outer": ig.Gate("Y", ig.stack(A, B) * (X + 1) - X / 3, PAIR),
    "stacked": ig.Gate("Y", ig.stack(A * X, B) + A * P, PAIR),
    "matrix of nodes": ig.Gate("Y", ig.stack(P, A * P).T @ ig.stack(A, B) + X, PAIR),
    "matrices of nodes": ig.Gate("Y", ig.sum(ig.stack(P, A * P) @ ig.stack(ig.stack(A, B), ig.stack(1, A))) - X, ONE),
    "row": ig.Gate("Y", ig.dot(P, ig.stack(A, B)) + P[1] + X**1, ONE),
    "transposed": ig.Gate("Y", (ig.stack(P, B * P).T)[1] @ ig.stack(A, 1) - X, ONE),
}


@pytest.mark.parametrize("gate", MAPS.values(), ids=MAPS.keys())
def test_every_linear_map_is_read_with_its_slopes(gate: ig.Gate) -> None:
    question = asked(X, P, ig.Gate("G", A * B + 1), gate)
    found, exact = answer(question), analytic.answer(question)
    assert isinstance(found, ig.Answer), found
    assert isinstance(exact, ig.Answer), exact
    assert found.value is not None
    assert exact.value is not None
    for one, other in [(found.value, exact.value), *((found.gradient[name], exact.gradient[name]) for name in exact.gradient)]:
        for (_, double, doubt), (_, rational, known) in zip(one.entries(), other.entries(), strict=True):
            bound: Any = doubt.proved
            allowed: Any = known.proved
            assert abs(Fraction(double) - rational) <= Fraction(bound) + Fraction(allowed)
            assert bound < 1e-10
