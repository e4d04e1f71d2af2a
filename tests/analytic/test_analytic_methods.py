"""The room's methods by name, and what each refuses."""

from __future__ import annotations

from typing import Any

import pytest

import infograd as ig
from infograd.analytic import METHODS, answer, closed_form, decide, formulas


def test_every_method_names_itself() -> None:
    for name in METHODS:
        found = answer(ig.CATALOGUE["cascade"].question, method=name)
        assert isinstance(found, ig.Answer)
        assert (found.room, found.method) == ("analytic", name)


def test_the_score_route_says_which_forms_it_took() -> None:
    a = ig.Parameter("a")
    x = ig.Source("X", ig.Normal(0, 1))
    v = ig.Gate("V", a * x, noise=ig.Normal(0, 1))
    y = ig.Gate("Y", v + x, noise=ig.Normal(0, 1))
    inner = answer(ig.Question(ig.Channel(x, v, y, defaults={"a": 1}), between=("V", "Y")), method="scores")
    assert isinstance(inner, ig.Answer)
    assert inner.cost["joint"] == 1
    outer = answer(ig.CATALOGUE["cascade"].question, method="scores")
    assert isinstance(outer, ig.Answer)
    assert outer.cost["difference"] == 5


def test_roots_and_exponentials_of_parameters_are_balls_of_both_routes_that_overlap() -> None:
    p, theta = ig.Parameter("P"), ig.Parameter("theta")
    u = ig.Source("U", ig.Normal(0, 1))
    y = ig.Gate("Y", ig.sqrt(p) * u, noise=ig.Normal(0, ig.exp(theta)))
    question = ig.Question(ig.Channel(u, y, defaults={"P": 2, "theta": "1/3"}), between=("U", "Y"))
    exact, scores = answer(question), answer(question, method="scores")
    assert isinstance(exact, ig.Answer)
    assert isinstance(scores, ig.Answer)
    for name in ("P", "theta"):
        (_, left, one), (_, right, other) = *exact.gradient[name].entries(), *scores.gradient[name].entries()
        bound: Any = (one.proved, other.proved)
        assert abs(left - right) <= sum(bound)
        assert 0 < sum(bound) < 1e-30


@pytest.mark.parametrize("name", ["scores", "float"])
def test_methods_for_finite_informations_refuse_a_deterministic_map_of_the_input(name: str) -> None:
    x = ig.Source("X", ig.Normal(0, 1))
    question = ig.Question(ig.Channel(x, ig.Gate("Y", 2 * x)), between=("X", "Y"))
    found = answer(question, method=name)
    assert isinstance(found, ig.Refusal)
    assert "singular" in found.reason
    exact = answer(question)
    assert isinstance(exact, ig.Answer)
    assert exact.value is not None
    assert isinstance(exact.value.value, ig.Infinite)


def test_second_derivatives_and_entropies_are_left_to_the_exact_method() -> None:
    channel = ig.CATALOGUE["scalar"].question.channel
    for question in (ig.Question(channel, ("X", "Y"), order=2), ig.Question(channel, ("Y", ()), quantity="entropy")):
        found = answer(question, method="scores")
        assert isinstance(found, ig.Refusal)
        assert "method 'exact' answers there" in found.reason
        assert isinstance(answer(question), ig.Answer)


def test_an_unknown_method_is_one_sentence() -> None:
    with pytest.raises(ig.SpecificationError, match="method is 'magic'; the methods of the analytic room are 'exact', 'scores', 'float'"):
        answer(ig.CATALOGUE["scalar"].question, method="magic")
    with pytest.raises(ig.SpecificationError, match=r"method is \[\]"):
        answer(ig.CATALOGUE["scalar"].question, method=[])  # type: ignore[arg-type]  # a wrong type is the point


@pytest.mark.parametrize("call", [answer, closed_form, decide, formulas])
def test_what_is_no_question_is_one_sentence(call: Any) -> None:
    with pytest.raises(ig.SpecificationError, match="the analytic room got 'I' as its question; give it a Question"):
        call("I")
