"""Differential entropies of linear Gaussian channels: known values, the chain rule, and nodes without a density."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings

import infograd as ig
from infograd.analytic import answer
from infograd.verify.strategies import linear_questions

BALL = Fraction(1, 2**90)


def entropy(channel: ig.Channel, of: Any, given: Any = (), **options: Any) -> ig.Answer:
    found = answer(ig.Question(channel, (of, ()), given, quantity="entropy", **options))
    assert isinstance(found, ig.Answer)
    assert found.value is not None
    return found


def value(found: ig.Answer) -> Any:
    assert found.value is not None
    return found.value.value


@pytest.mark.parametrize("variance", [Fraction(1, 10**16), Fraction(1, 3), Fraction(1), Fraction(10**16)])
def test_the_entropy_of_a_gaussian_is_half_the_logarithm_of_two_pi_e_times_its_variance(variance: Fraction) -> None:
    p = ig.Parameter("p")
    found = entropy(ig.Channel(ig.Source("X", ig.Normal(3, p)), defaults={"p": variance}), "X", order=2)
    expected = 0.5 * math.log(2 * math.pi * math.e * float(variance))
    assert float(value(found)) == pytest.approx(expected, rel=1e-15)
    assert found.gradient["p"].value == 1 / (2 * variance)
    assert found.hessian["p,p"].value == -1 / (2 * variance**2)


@settings(max_examples=30, deadline=None)
@given(linear_questions(max_nodes=8, vectors=True))
def test_information_is_the_entropy_that_conditioning_takes_away(question: ig.Question) -> None:
    (left, right), given = question.between, question.given
    whole = answer(question)
    assert isinstance(whole, ig.Answer)
    prior = entropy(question.channel, right, given, wrt=question.wrt)
    posterior = entropy(question.channel, right, (*left, *given), wrt=question.wrt)
    if isinstance(value(posterior), ig.Undefined) or isinstance(value(prior), ig.Undefined):
        return
    assert abs(value(prior) - value(posterior) - value(whole)) <= BALL
    for name in question.wrt:
        for parts in zip(*(found.gradient[name].entries() for found in (prior, posterior, whole)), strict=True):
            (_, before, _), (_, after, _), (_, slope, _) = parts
            assert before - after == slope


def test_nodes_without_a_density_have_no_entropy_and_the_reason_names_them() -> None:
    x = ig.Source("X", ig.Normal(0, ig.Parameter("p")))
    y = ig.Gate("Y", 2 * x)
    channel = ig.Channel(x, y, defaults={"p": 1})
    alone, pair = entropy(channel, "Y", "X"), entropy(channel, ("X", "Y"))
    assert value(alone) == ig.Undefined("Y is a deterministic function of X, so it has no density")
    assert value(pair) == ig.Undefined("a linear combination of the entries of X and Y is fixed, so they have no joint density")
    assert isinstance(pair.gradient["p"].value, ig.Undefined)
