"""A question goes to the theorem whose hypotheses it meets, and a refusal says which hypothesis each theorem misses."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

import infograd as ig
from infograd import numeric
from infograd.numeric import certified

RADIUS = Fraction(1, 10**8)


def two_users() -> ig.Question:
    a, b, s2 = map(ig.Parameter, ("a", "b", "s2"))
    x1, x2 = ig.Source("X1", ig.Normal(0, 1)), ig.Source("X2", ig.Normal(0, 1))
    y = ig.Gate("Y", ig.tanh(a * x1) + ig.sin(b * x2), noise=ig.Normal(0, s2))
    return ig.Question(ig.Channel(x1, x2, y, defaults={"a": 1, "b": 2, "s2": "1/10"}), between=(("X1", "X2"), "Y"))


@pytest.mark.parametrize("question", [ig.CATALOGUE["tanh"].question, two_users(), ig.CATALOGUE["relay"].question], ids=["stage", "users", "hops"])
def test_each_theorem_agrees_with_quadrature_within_its_error(question: ig.Question) -> None:
    proven, estimated = certified.answer(question, radius=RADIUS), numeric.answer(question, error=1e-10)
    assert isinstance(proven, ig.Answer)
    assert isinstance(estimated, ig.Answer)
    pairs: list[Any] = [(proven.value, estimated.value), *((proven.gradient[name], estimated.gradient[name]) for name in question.wrt)]
    for left, right in pairs:
        ((_, mid, doubt),) = left.entries()
        ((_, value, error),) = right.entries()
        assert doubt.proved <= RADIUS
        assert abs(float(mid) - value) <= doubt.proved + 2 * error.estimated


def test_a_refusal_names_what_each_theorem_misses() -> None:
    x = ig.Source("X", ig.Normal(0, 1))
    y = ig.Gate("Y", ig.exp(x), noise=ig.Normal(0, 1))
    question = ig.Question(ig.Channel(x, y), between=("X", "Y"))
    refused = certified.answer(question)
    assert isinstance(refused, ig.Refusal)
    assert all(f"{theorem}:" in refused.reason for theorem in ("one stage", "two users", "two hops"))
    with pytest.raises(certified.OutsideTheoremError, match="one stage"):
        certified.certify(question)


def test_the_room_takes_the_error_as_the_radius() -> None:
    question = ig.CATALOGUE["tanh"].question
    assert numeric.answer(question, method="certified", error=1e-9) == certified.answer(question, radius=1e-9)


def test_variances_are_of_one_stage_only() -> None:
    with pytest.raises(certified.OutsideTheoremError):
        certified.certify(ig.CATALOGUE["relay"].question, variances=("theta",))
