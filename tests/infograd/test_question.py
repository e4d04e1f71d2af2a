"""Questions are checked at birth; each message names the place and the mend."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

import infograd as ig

THETA, S2 = ig.Parameter("theta"), ig.Parameter("s2")
X1, X2 = ig.Source("X1", ig.Normal()), ig.Source("X2", ig.Normal())
Y = ig.Gate("Y", THETA * X1 + X2, noise=ig.Normal(0, S2))
CHANNEL = ig.Channel(X1, X2, Y, defaults={"s2": "1/10"})


def ask(**changes: Any) -> ig.Question:
    """A question that stands, with some of its arguments changed."""
    return ig.Question(**{"channel": CHANNEL, "between": ("X1", "Y"), "at": {"theta": 1}, **changes})


def says(message: str) -> Any:
    """A context that expects exactly this sentence."""
    return pytest.raises(ig.SpecificationError, match=f"^{re.escape(message)}$")


def test_single_names_are_groups_of_one_and_without_wrt_the_gradient_is_in_every_parameter() -> None:
    question = ask(given="X2")
    assert question.between == (("X1",), ("Y",))
    assert question.given == ("X2",)
    assert question.nodes == ("X1", "Y", "X2")
    assert question.wrt == ("s2", "theta")
    assert question == ask(between=[["X1"], ["Y"]], given=["X2"], wrt=["theta", "s2"])


def test_a_value_at_the_question_goes_before_the_channels_default() -> None:
    assert ask().at == {"s2": Fraction(1, 10), "theta": 1}
    assert ask(at={"theta": 1, "s2": 3}).at == {"s2": 3, "theta": 1}


def test_moving_a_point_keeps_the_rest() -> None:
    question = ask(given="X2", wrt="theta", order=2)
    moved = question.at_point(theta="1/2")
    assert moved.at == {"s2": Fraction(1, 10), "theta": Fraction(1, 2)}
    assert moved.at_point(theta=1) == question


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"between": "X1"}, "between is 'X1'; name two nodes or two groups of nodes, for example ('X', 'Y')."),
        ({"between": ("X1",)}, "between is ('X1',); name two nodes or two groups of nodes, for example ('X', 'Y')."),
        ({"between": ((), "Y")}, "between has an empty group beside 'Y'; name at least one node on each side, or ask quantity='entropy' for h of one group."),
        ({"between": ("W", "Y")}, "'W' is no node of the channel; its nodes: 'X1', 'X2', 'Y'."),
        ({"given": "W"}, "'W' is no node of the channel; its nodes: 'X1', 'X2', 'Y'."),
        ({"between": ("Y", "Y")}, "Node 'Y' stands more than once in between and given; name each node once."),
        ({"given": "Y"}, "Node 'Y' stands more than once in between and given; name each node once."),
        ({"wrt": "beta"}, "wrt names 'beta', which is no parameter of the channel; its parameters: 's2', 'theta'."),
        ({"wrt": ("theta", "theta")}, "wrt names a parameter twice; name each once."),
        ({"at": {}}, "Parameter 'theta' has no value; write at={'theta': ...} or give the channel a default."),
        ({"at": {"theta": 1, "beta": 2}}, "'beta' is no parameter of the channel; its parameters: 's2', 'theta'."),
        ({"at": {"theta": (1, 2)}}, "Parameter 'theta' has shape () and got a value of shape (2,)."),
        ({"at": {"theta": 1, "s2": -1}}, "Gate 'Y', law Normal: the variance must be positive, and is -1."),
        ({"at": {"theta": 1, "s2": 0}}, "Gate 'Y', law Normal: the variance must be positive, and is 0."),
        ({"quantity": "capacity"}, "quantity is 'capacity'; it must be one of 'information', 'entropy'."),
        ({"order": 3}, "order is 3; it must be 0 (the value), 1 (with the gradient) or 2 (with second derivatives)."),
    ],
)
def test_a_question_that_cannot_be_meant_says_where_and_what_instead(changes: dict[str, Any], message: str) -> None:
    with says(message):
        ask(**changes)


@pytest.mark.parametrize(
    ("part", "message"),
    [
        (ig.log(THETA), "Gate 'Y': log has no value at -1 (math domain error)."),
        (ig.sqrt(THETA), "Gate 'Y': sqrt has no value at -1 (math domain error)."),
        (1 / (THETA + 1), "Gate 'Y': divide has no value at 1, 0 (Fraction(1, 0))."),
    ],
)
def test_a_map_without_a_value_at_the_point_is_refused_before_any_room_runs(part: ig.Expression, message: str) -> None:
    channel = ig.Channel(X1, ig.Gate("Y", part * X1, noise=ig.Normal()))
    ig.Question(channel, ("X1", "Y"), at={"theta": 1})
    with says(message):
        ig.Question(channel, ("X1", "Y"), at={"theta": -1})


def test_an_objective_weighs_questions_exactly() -> None:
    objective = ig.Objective(((1, ask()), ("-0.1", ask(between=("X2", "Y")))))  # type: ignore[arg-type]  # weights enter as numbers do
    assert [weight for weight, _ in objective.terms] == [1, Fraction(-1, 10)]
    with says("An objective got no terms; give it at least one pair (weight, question)."):
        ig.Objective(())
    with says("a weight of an objective is 'much'; write a number, for example '0.1', '1/10' or '1e-3'."):
        ig.Objective((("much", ask()),))  # type: ignore[arg-type]  # the wrong type is the point


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: ig.Question(3, ("X", "Y")), "give it a Channel"),  # type: ignore[arg-type]
        (lambda: ig.Question(ig.CATALOGUE["scalar"].question.channel, None), "name two nodes"),  # type: ignore[arg-type]
        (lambda: ig.Question(ig.CATALOGUE["scalar"].question.channel, ("X", 3)), "by their names"),  # type: ignore[arg-type]
        (lambda: ig.Question(ig.CATALOGUE["scalar"].question.channel, ("X", "Y"), at=3), "values by parameter"),  # type: ignore[arg-type]
        (lambda: ig.Question(ig.CATALOGUE["scalar"].question.channel, ("X", "Y"), order=True), "order is True"),
        (lambda: ig.Mixture((1,), (2,)), "give it laws"),  # type: ignore[arg-type]
        (lambda: ig.Opaque("enc", 3), "a tuple of expressions"),  # type: ignore[arg-type]
        (lambda: ig.Parameter("W", (0, 2)), "positive whole numbers"),
        (lambda: ig.Parameter("W", (1, 2, 3)), "positive whole numbers"),
        (lambda: ig.Doubt(estimated=float("nan")), "not negative"),
        (lambda: ig.from_json('{"schema": 1, "schema": 1}'), "a key twice"),
        (lambda: ig.from_json("[" * 100_000), "nested too deeply|no JSON"),
    ],
)
def test_arguments_of_the_wrong_kind_are_one_sentence(make: Callable[[], object], message: str) -> None:
    with pytest.raises(ig.SpecificationError, match=message):
        make()


def test_a_variance_beyond_the_range_of_numbers_is_refused() -> None:
    a = ig.Parameter("a")
    x = ig.Source("X", ig.Normal(0, ig.exp(a) * ig.exp(a)))
    channel = ig.Channel(x, ig.Gate("Y", x, noise=ig.Normal(0, 1)))
    with pytest.raises(ig.SpecificationError, match="leaves the range"):
        ig.Question(channel, ("X", "Y"), at={"a": 700})


def test_an_inverse_power_of_a_zero_parameter_is_refused_at_birth() -> None:
    p, x = ig.Parameter("p"), ig.Source("X", ig.Normal(0, 1))
    with pytest.raises(ig.SpecificationError, match="power has no value"):
        ig.Question(ig.Channel(x, ig.Gate("Y", p**-1 * x, noise=ig.Normal(0, 1))), ("X", "Y"), at={"p": 0})
