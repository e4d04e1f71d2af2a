"""Scores as expressions: the gradients of log densities written by hand, and the law that ties the posterior's to the others."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
import sympy  # type: ignore[import-untyped]  # sympy ships no type information
from hypothesis import given, settings

import infograd as ig
from infograd.analytic import ScoreForm, posterior_score, score
from infograd.array import entries
from infograd.verify.strategies import linear_questions


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
