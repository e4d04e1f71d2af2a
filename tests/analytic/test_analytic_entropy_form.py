"""Closed forms of entropies: by their definition, by the chain rule, and where there is no density."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy  # type: ignore[import-untyped]  # sympy ships no type information
from hypothesis import given, settings

import infograd as ig
from infograd.analytic import ClosedForm, answer, closed_form, formulas
from infograd.array import entries
from infograd.verify.strategies import linear_questions


def closed(question: ig.Question) -> ClosedForm:
    found = closed_form(question)
    assert isinstance(found, ClosedForm), found
    return found


def entropy(question: ig.Question, *nodes: str, given: tuple[str, ...] = ()) -> ig.Question:
    """h of some nodes of the question's channel."""
    return ig.Question(question.channel, (nodes, ()), given, question.wrt, question.at, "entropy")


CASCADE = ig.CATALOGUE["cascade"].question


def test_the_entropy_of_a_gaussian_is_half_the_logarithm_of_2_pi_e_variance() -> None:
    found = closed(entropy(CASCADE, "Y"))
    a, b, power, s1, s2 = (found.symbols[name] for name in ("a", "b", "P", "s1", "s2"))
    variance = a**2 * b**2 * power + b**2 * s1 + s2
    assert sympy.expand_log(found.value - sympy.log(2 * sympy.pi * sympy.E * variance) / 2) == 0
    assert sympy.cancel(found.gradient["a"] - a * b**2 * power / variance) == 0


def test_entropies_of_several_entries_have_their_number_as_power() -> None:
    found = closed(entropy(CASCADE, "V", "Y"))
    assert found.dimension == 2
    a, power, s1, s2 = (found.symbols[name] for name in ("a", "P", "s1", "s2"))
    assert sympy.cancel(found.ratio - (a**2 * power + s1) * s2) == 0


@settings(max_examples=25)
@given(linear_questions(max_nodes=5))
def test_information_is_the_entropy_less_the_conditional_entropy(question: ig.Question) -> None:
    left, right = question.between
    parts = (question, entropy(question, *right, given=question.given), entropy(question, *right, given=(*left, *question.given)))
    found = [closed_form(part) for part in parts]
    if any(isinstance(each, ig.Refusal) for each in found):
        assert all("terms" in each.reason or "parameters" in each.reason for each in found if isinstance(each, ig.Refusal))
        return
    information, marginal, conditional = (each for each in found if isinstance(each, ClosedForm))
    assert sympy.cancel(information.ratio * conditional.ratio - marginal.ratio) == 0
    for name in question.wrt:
        for index, slope in entries(information.gradient[name]):
            assert not index
            assert sympy.cancel(slope + conditional.gradient[name] - marginal.gradient[name]) == 0
            assert sympy.cancel(sympy.diff(marginal.value, marginal.symbols[name]) - marginal.gradient[name]) == 0


@settings(max_examples=25)
@given(linear_questions(max_nodes=4))
def test_a_closed_form_at_its_point_is_the_answer_there(question: ig.Question) -> None:
    asked = entropy(question, "Y", given=question.between[0])
    found, reply = closed_form(asked), answer(asked)
    assert isinstance(reply, ig.Answer)
    assert reply.value is not None
    if isinstance(found, ig.Refusal):
        assert "terms" in found.reason or "parameters" in found.reason
        return
    place = found.substitutions(asked.at)
    for form, quantity in ((found.value, reply.value), *((found.gradient[name], reply.gradient[name]) for name in asked.wrt)):
        value = Fraction(quantity.value)  # type: ignore[arg-type]  # a number
        gap = abs(Fraction(str(form.subs(place).evalf(60))) - value)
        assert gap <= Fraction(quantity.doubt.proved) + Fraction(1, 10**50)  # type: ignore[arg-type]  # of one entry


def test_a_degenerate_group_has_no_closed_form_and_says_why() -> None:
    x = ig.Source("X", ig.Normal())
    channel = ig.Channel(x, ig.Gate("Y", ig.Parameter("a") * x), ig.Gate("Z", x, noise=ig.Normal()), defaults={"a": 2})
    reasons = {
        (("X", "Y"), ()): "a linear combination of the entries of X and Y is fixed, so they have no joint density",
        (("Y",), ("X",)): "Y is a deterministic function of X, so it has no density",
    }
    for (nodes, known), reason in reasons.items():
        found = closed_form(ig.Question(channel, (nodes, ()), known, quantity="entropy"))
        assert found == ig.Refusal("analytic", "closed form", f"no closed form: the entropy is minus infinity: {reason}")
    assert isinstance(closed_form(ig.Question(channel, (("Y", "Z"), ()), quantity="entropy")), ClosedForm)


@pytest.mark.parametrize(
    ("nodes", "given", "latex"),
    [
        (("V",), (), r"h(V) = \tfrac{1}{2} \log\left(2 \pi e \, \left(P a^{2} + s_{1}\right)\right)"),
        (("Y",), ("V",), r"h(Y \mid V) = \tfrac{1}{2} \log\left(2 \pi e \, s_{2}\right)"),
    ],
)
def test_an_entropy_is_printed_with_its_unit_inside_the_logarithm(nodes: tuple[str, ...], given: tuple[str, ...], latex: str) -> None:
    first, *slopes = formulas(entropy(CASCADE, *nodes, given=given))
    assert (first.title, first.latex) == ("h", latex)
    assert all(slope.latex.startswith(r"\frac{\partial h}{\partial ") for slope in slopes)


def test_a_vector_channel_too_long_to_write_has_no_formula_of_its_entropy() -> None:
    assert formulas(entropy(ig.CATALOGUE["vector"].question, "Y")) == ()
