"""Deterministic nodes among the nodes asked about: infinite, finite, zero, and where no slope exists."""

from __future__ import annotations

from fractions import Fraction

import pytest

import infograd as ig
from infograd.analytic import answer, closed_form

THETA, A = ig.Parameter("theta"), ig.Parameter("a")
X = ig.Source("X", ig.Normal(0, 2))
U = ig.Source("U", ig.Normal(0, 1))
NOISY = ig.Gate("Y", THETA * X + U, noise=ig.Normal(0, 1))


def ask(*nodes: ig.Source | ig.Gate, between: tuple[object, object] = ("X", "Y"), given: object = (), order: int = 1, **at: object) -> ig.Answer:
    reply = answer(ig.Question(ig.Channel(*nodes), between=between, given=given, order=order, at=at))  # type: ignore[arg-type]  # names, or groups of names
    assert isinstance(reply, ig.Answer), reply
    return reply


def why(quantity: ig.Quantity | None) -> str:
    assert quantity is not None
    assert isinstance(quantity.value, ig.Infinite | ig.Undefined)
    return quantity.value.why


@pytest.mark.parametrize("gain", [THETA, ig.exp(THETA), 3 * ig.tanh(THETA) + 1])
def test_information_with_a_function_of_the_source_is_infinite(gain: ig.Expression) -> None:
    reply = ask(X, ig.Gate("Y", gain * X), theta=2)
    assert reply.value == ig.Quantity(ig.Infinite("Y is a deterministic function of X"))
    assert why(reply.gradient["theta"]) == "the information is infinite: Y is a deterministic function of X"


def test_what_the_given_and_the_left_side_determine_together_is_infinite() -> None:
    reply = ask(X, U, ig.Gate("Y", THETA * X + U), given="U", theta=1)
    assert why(reply.value) == "Y is a deterministic function of X and U"


def test_a_determined_combination_of_a_vector_is_infinite() -> None:
    pair = ig.Gate("W", ig.stack(NOISY, NOISY - X))
    reply = ask(X, U, NOISY, pair, between=("X", "W"), theta=1)
    assert why(reply.value) == "a linear combination of the entries of W is a deterministic function of X"


def test_the_second_derivatives_of_an_infinite_information_are_undefined() -> None:
    reply = ask(X, ig.Gate("Y", THETA * X + A * X), order=2, theta=1, a=1)
    assert [why(quantity)[:27] for quantity in reply.hessian.values()] == ["the information is infinite"] * 3


@pytest.mark.parametrize("copy", [2 * NOISY, THETA * NOISY, ig.exp(THETA) * NOISY])
def test_a_copy_on_the_receiver_side_adds_nothing(copy: ig.Expression) -> None:
    plain = ask(X, U, NOISY, theta="1/2")
    doubled = ask(X, U, NOISY, ig.Gate("D", copy), between=("X", ("Y", "D")), theta="1/2")
    assert (doubled.value, doubled.gradient) == (plain.value, plain.gradient)


def test_a_copy_among_the_given_adds_nothing() -> None:
    plain = ask(X, U, NOISY, given="U", theta="1/2")
    doubled = ask(X, U, ig.Gate("D", 3 * U), NOISY, given=("U", "D"), theta="1/2")
    assert (doubled.value, doubled.gradient) == (plain.value, plain.gradient)


def test_information_given_a_copy_of_a_side_is_zero() -> None:
    reply = ask(X, U, NOISY, ig.Gate("D", 3 * NOISY), given="D", theta="1/2")
    assert reply.value == ig.Quantity(Fraction(0))
    assert reply.gradient["theta"] == ig.Quantity(Fraction(0))


def test_second_derivatives_are_taken_beside_a_copy() -> None:
    plain = ask(X, U, NOISY, order=2, theta="1/2")
    doubled = ask(X, U, NOISY, ig.Gate("D", 2 * NOISY), between=("X", ("Y", "D")), order=2, theta="1/2")
    assert doubled.hessian == plain.hessian


@pytest.mark.parametrize("gain", [THETA, ig.exp(THETA)])
def test_information_of_an_independent_pair_is_exactly_zero(gain: ig.Expression) -> None:
    reply = ask(X, U, ig.Gate("Y", gain * U, noise=ig.Normal(0, ig.exp(A))), theta=1, a=1)
    assert reply.value == ig.Quantity(Fraction(0))
    assert set(reply.gradient.values()) == {ig.Quantity(Fraction(0))}


def test_a_node_without_randomness_shares_no_information() -> None:
    reply = ask(X, ig.Gate("K", THETA + 1), between=("X", "K"), theta=1)
    assert reply.value == ig.Quantity(Fraction(0))
    assert reply.gradient["theta"] == ig.Quantity(Fraction(0))


def test_information_that_is_finite_at_one_value_only_has_no_slope() -> None:
    reply = ask(X, ig.Gate("Y", (THETA - 1) * X), theta=1)
    assert reply.value == ig.Quantity(Fraction(0))
    assert why(reply.gradient["theta"]) == "the information is infinite for all other values of theta near this one"


def test_information_that_jumps_has_no_slope() -> None:
    tap = ig.Gate("E", (THETA - 1) * U)
    y = ig.Gate("Y", A * U, noise=ig.Normal(0, 1))
    reply = ask(U, tap, y, between=("E", "Y"), theta=1, a=1)
    assert reply.value == ig.Quantity(Fraction(0))
    assert why(reply.gradient["theta"]).startswith("the information jumps at this value of theta")
    assert reply.gradient["a"] == ig.Quantity(Fraction(0)), "theta stays at 1 while a moves"


def test_information_that_passes_a_degenerate_point_smoothly_has_its_slope() -> None:
    tap = ig.Gate("E", (THETA - 1) * U)
    y = ig.Gate("Y", THETA * X, noise=ig.Normal(0, 1))
    beside = ask(X, U, tap, y, between=(("X", "E"), "Y"), theta=1)
    plain = ask(X, y, theta=1)
    assert (beside.value, beside.gradient) == (plain.value, plain.gradient)


@pytest.mark.parametrize("weight", [0, 1])
def test_a_given_node_that_is_fixed_at_one_value_only_gives_a_jump_or_a_refusal(weight: int) -> None:
    tap = ig.Gate("E", (THETA - 1) * U)
    y = ig.Gate("Y", X + weight * U, noise=ig.Normal(0, 1))
    reply = answer(ig.Question(ig.Channel(X, U, tap, y), between=("X", "Y"), given="E", at={"theta": 1}))
    if weight:
        assert isinstance(reply, ig.Answer)
        assert why(reply.gradient["theta"]).startswith("the information jumps at this value of theta")
    else:
        assert isinstance(reply, ig.Refusal)
        assert reply.reason == "no closed form: the slope where the given nodes determine one another at this value of theta only"


def test_second_derivatives_across_a_change_of_rank_are_refused() -> None:
    tap = ig.Gate("E", (THETA - 1) * U)
    y = ig.Gate("Y", THETA * X, noise=ig.Normal(0, 1))
    reply = answer(ig.Question(ig.Channel(X, U, tap, y), between=(("X", "E"), "Y"), at={"theta": 1}, order=2))
    assert reply == ig.Refusal("analytic", "exact", "no closed form: second derivatives where the covariance changes its rank; ask order 1")


def test_a_rank_that_hangs_on_an_identity_between_functions_is_refused_not_guessed() -> None:
    half = ig.tanh(A)
    nothing = ig.tanh(2 * A) * (1 + half**2) - 2 * half
    question = ig.Question(ig.Channel(X, ig.Gate("Y", nothing * X)), between=("X", "Y"), at={"a": "1/2"})
    for reply in (answer(question), closed_form(question)):
        assert isinstance(reply, ig.Refusal)
        assert "rank" in reply.reason


@pytest.mark.parametrize("root", [ig.sqrt(A) * ig.sqrt(2 * A) - ig.sqrt(2) * A, ig.exp(A) * ig.exp(-A) - 1])
def test_an_identity_between_powers_is_decided(root: ig.Expression) -> None:
    assert ask(X, ig.Gate("Y", root * X), a=3).value == ig.Quantity(Fraction(0))
