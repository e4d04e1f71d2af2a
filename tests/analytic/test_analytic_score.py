"""Scores as expressions: the gradients of log densities written by hand, and the law that ties the posterior's to the others."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
import sympy  # type: ignore[import-untyped]  # sympy ships no type information
from hypothesis import given, settings

import infograd as ig
from infograd.analytic import ScoreForm, posterior_score, score
from infograd.array import entries
from infograd.verify.strategies import linear_questions

X = ig.Source("X", ig.Normal(0, 1))


def form(found: ScoreForm | ig.Refusal) -> ScoreForm:
    assert isinstance(found, ScoreForm), found
    return found


def log_density_gradient(values: list[Any], mean: list[Any], covariance: list[list[Any]], count: int) -> list[Any]:
    """The gradient of a Gaussian log density in its first `count` values, by differentiating it."""
    centred = sympy.Matrix(values) - sympy.Matrix(mean)
    exponent = -(centred.T * sympy.Matrix(covariance).inv() * centred)[0] / 2
    return [sympy.diff(exponent, value) for value in values[:count]]


def test_a_score_is_the_gradient_of_the_log_density_with_means_and_correlations() -> None:
    a, m = ig.Parameter("a"), ig.Parameter("m")
    x = ig.Source("X", ig.Normal((m, 1), ((2, 1), (1, 3))))
    y = ig.Gate("Y", a * x[0] - x[1] + 4, noise=ig.Normal(2, 5))
    found = form(score(ig.Channel(x, y), "Y"))
    symbol, gain, mean = found.nodes["Y"], found.parameters["a"], found.parameters["m"]
    variance = 2 * gain**2 - 2 * gain + 3 + 5
    assert sympy.simplify(found.score["Y"] - log_density_gradient([symbol], [gain * mean - 1 + 6], [[variance]], 1)[0]) == 0
    given_x = form(score(ig.Channel(x, y), "Y", "X"))
    first, second = given_x.nodes["X"]
    assert sympy.simplify(given_x.score["Y"] + (symbol - gain * first + second - 6) / 5) == 0


def test_a_joint_score_is_the_gradient_of_the_joint_log_density() -> None:
    a = ig.Parameter("a")
    x = ig.Source("X", ig.Normal(1, 2))
    y = ig.Gate("Y", a * x, noise=ig.Normal(0, 3))
    found = form(score(ig.Channel(x, y), ("X", "Y")))
    symbols, gain = [found.nodes["X"], found.nodes["Y"]], found.parameters["a"]
    expected = log_density_gradient(symbols, [1, gain], [[2, 2 * gain], [2 * gain, 2 * gain**2 + 3]], 2)
    assert all(sympy.simplify(found.score[name] - slope) == 0 for name, slope in zip("XY", expected, strict=True))


@settings(max_examples=25, deadline=None)
@given(linear_questions(max_nodes=6, vectors=True))
def test_the_posterior_score_is_the_conditional_score_less_the_marginal_one(question: ig.Question) -> None:
    channel, (left, right) = question.channel, question.between
    conditional = score(channel, right, (*left, *question.given), at=question.at)
    marginal = score(channel, right, question.given, at=question.at)
    posterior = posterior_score(channel, right, left, question.given, at=question.at)
    if isinstance(conditional, ig.Refusal):
        return
    for name in right:
        parts = [entries(form(each).score[name]) for each in (posterior, conditional, marginal)]
        assert all(sympy.cancel(first - second + third) == 0 for (_, first), (_, second), (_, third) in zip(*parts, strict=True))


def test_a_planted_sign_in_a_score_is_caught_by_the_law_of_the_posterior() -> None:
    channel = ig.CATALOGUE["cascade"].question.channel
    parts = [form(found).score["Y"] for found in (posterior_score(channel, "Y", "X"), score(channel, "Y", "X"), score(channel, "Y"))]
    assert sympy.cancel(parts[0] - parts[1] + parts[2]) == 0
    assert sympy.cancel(parts[0] - parts[1] - parts[2]) != 0


def test_parameters_stand_as_symbols_or_at_their_values() -> None:
    channel = ig.CATALOGUE["mac"].question.channel
    found = form(score(channel, "Y", ("X1", "X2"), at={"s2": "1/2"}))
    assert set(found.parameters) == {"a1", "a2"}
    assert found.latex()["Y"] == "2 \\left(X_{1} a_{1} + X_{2} a_{2} - Y\\right)"
    assert sympy.Rational(Fraction(1, 2)) * found.score["Y"] == sympy.Rational(1, 2) * 2 * (
        found.nodes["X1"] * found.parameters["a1"] + found.nodes["X2"] * found.parameters["a2"] - found.nodes["Y"]
    )


def test_functions_of_parameters_stay_in_the_score() -> None:
    p = ig.Parameter("P")
    u = ig.Source("U", ig.Normal(0, 1))
    y = ig.Gate("Y", ig.sqrt(p) * u, noise=ig.Normal(0, 1))
    found = form(score(ig.Channel(u, y), "Y", "U"))
    assert sympy.simplify(found.score["Y"] - sympy.sqrt(found.parameters["P"]) * found.nodes["U"] + found.nodes["Y"]) == 0


def test_nodes_without_a_joint_density_and_maps_that_are_not_linear_are_refused() -> None:
    x = ig.Source("X", ig.Normal(0, 1))
    twice = ig.Gate("Y", 2 * x)
    found = score(ig.Channel(x, twice), ("X", "Y"))
    assert isinstance(found, ig.Refusal)
    assert "no joint score" in found.reason
    refused = score(ig.CATALOGUE["tanh"].question.channel, "Y")
    assert isinstance(refused, ig.Refusal)
    assert "gate 'Y' is not linear in random nodes" in refused.reason


def test_wrong_nodes_and_values_are_one_sentence() -> None:
    channel = ig.CATALOGUE["scalar"].question.channel
    with pytest.raises(ig.SpecificationError, match="'W' is no node of the channel"):
        score(channel, "W")
    with pytest.raises(ig.SpecificationError, match="'Y' stands more than once"):
        score(channel, "Y", "Y")
    with pytest.raises(ig.SpecificationError, match="name at least one"):
        score(channel, ())
    with pytest.raises(ig.SpecificationError, match="'t' is no parameter"):
        score(channel, "Y", at={"t": 1})
    with pytest.raises(ig.SpecificationError, match="name at least one"):
        posterior_score(channel, "Y", ())


WRONG: list[tuple[Callable[..., Any], dict[str, Any], str]] = [
    (score, {"channel": "Y"}, "a score got 'Y' as its channel; give it a Channel"),
    (score, {"of": 3}, "of is 3; name nodes by their names"),
    (score, {"given": 3}, "given is 3; name nodes by their names"),
    (score, {"at": 3}, "at is 3; write values by parameter"),
    (posterior_score, {"about": 3}, "about is 3; name nodes by their names"),
]


@pytest.mark.parametrize(("call", "changed", "message"), WRONG)
def test_arguments_of_a_wrong_type_are_one_sentence(call: Callable[..., Any], changed: dict[str, Any], message: str) -> None:
    right = {"channel": ig.CATALOGUE["scalar"].question.channel, "of": "Y", **({"about": "X"} if call is posterior_score else {})}
    with pytest.raises(ig.SpecificationError, match=message):
        call(**{**right, **changed})


@pytest.mark.parametrize("whole", [True, False])
def test_a_law_outside_its_domain_has_no_score(whole: bool) -> None:
    channel = ig.Channel(X, ig.Gate("Y", ig.Parameter("a") * X, noise=ig.Normal(0, ig.Parameter("s"))))
    with pytest.raises(ig.SpecificationError, match="Gate 'Y', law Normal: the variance must be positive, and is -1"):
        score(channel, "Y", "X", at={"s": -1, **({"a": 1} if whole else {})})


def test_a_root_that_leaves_the_reals_has_no_score() -> None:
    y = ig.Gate("Y", ig.sqrt(ig.Parameter("a")) * ig.Parameter("b") * X, noise=ig.Normal(0, 1))
    refused = score(ig.Channel(X, y), "Y", at={"a": -1})
    assert isinstance(refused, ig.Refusal)
    assert refused.reason == "no closed form: gate 'Y' applies sqrt to -1"


def test_scores_that_are_too_long_to_write_are_refused_and_written_at_values() -> None:
    names = [f"{letter}{row}{column}" for letter in "ab" for row in range(3) for column in range(3)]
    gains = {name: ig.Parameter(name) for name in names}
    sources = [ig.Source(f"S{each}", ig.Normal(0, 1)) for each in range(3)]

    def mixed(letter: str, parents: list[ig.Source] | list[ig.Gate], name: str) -> list[ig.Gate]:
        first, second, third = parents
        return [
            ig.Gate(
                f"{name}{row}", gains[f"{letter}{row}0"] * first + gains[f"{letter}{row}1"] * second + gains[f"{letter}{row}2"] * third, noise=ig.Normal(0, 1)
            )
            for row in range(3)
        ]

    inner = mixed("a", sources, "V")
    channel = ig.Channel(*sources, *inner, *mixed("b", inner, "Y"))
    refused = score(channel, ("Y0", "Y1", "Y2"))
    assert isinstance(refused, ig.Refusal)
    assert refused.reason.endswith("terms, and at most 500 are expanded; give more parameters in at")
    written = score(channel, ("Y0", "Y1", "Y2"), at={name: 1 + position % 4 for position, name in enumerate(names)})
    assert isinstance(written, ScoreForm)
