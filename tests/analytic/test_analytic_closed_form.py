"""Closed forms: the paper's expressions, and the same numbers as the exact method."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
import sympy  # type: ignore[import-untyped]  # sympy ships no type information
from hypothesis import given, settings
from hypothesis import strategies as st

import infograd as ig
from infograd.analytic import ClosedForm, answer, closed_form
from infograd.analytic.forms.term_count import term_bound
from infograd.array import entries

LINEAR = ["scalar", "cascade", "multipath-a", "multipath-b", "mac", "mac-sum"]
VALUES = st.fractions(min_value=Fraction(1, 5), max_value=4, max_denominator=5)


def closed(question: ig.Question) -> ClosedForm:
    found = closed_form(question)
    assert isinstance(found, ClosedForm), found
    return found


FORMS = {name: closed(ig.CATALOGUE[name].question) for name in LINEAR}


def symbols(found: ClosedForm, *names: str) -> list[Any]:
    return [found.symbols[name] for name in names]


def test_cascade_has_the_forms_of_equations_33_and_34() -> None:
    found = FORMS["cascade"]
    a, b, power, s1, s2 = symbols(found, "a", "b", "P", "s1", "s2")
    assert found.information == sympy.log(1 + a**2 * b**2 * power / (b**2 * s1 + s2)) / 2
    assert found.gradient["a"] == a * b**2 * power / (a**2 * b**2 * power + b**2 * s1 + s2)


def test_multipath_has_the_forms_of_equation_44() -> None:
    for name in ("multipath-a", "multipath-b"):
        found = FORMS[name]
        alpha, beta, power, s1, s2, s3 = symbols(found, "alpha", "beta", "P", "s1", "s2", "s3")
        gain, noise = (alpha + beta, s1 + beta**2 * s2 + s3) if name == "multipath-a" else (alpha * beta + 1, beta**2 * s1 + s2 + s3)
        assert found.information == sympy.log(1 + power * gain**2 / noise) / 2


def test_multiple_access_has_the_form_of_equation_65() -> None:
    a1, s2 = symbols(FORMS["mac"], "a1", "s2")
    assert FORMS["mac"].information == sympy.log(1 + a1**2 / s2) / 2
    assert FORMS["mac"].gradient["a2"] == 0


@pytest.mark.parametrize("name", LINEAR)
@settings(max_examples=15)
@given(data=st.data())
def test_a_closed_form_at_a_point_is_the_answer_there(name: str, data: st.DataObject) -> None:
    base = ig.CATALOGUE[name].question
    question = base.at_point(**{parameter: data.draw(VALUES) for parameter in base.at})
    compare(FORMS[name], question)


def compare(found: ClosedForm, question: ig.Question) -> None:
    reply = answer(question)
    assert isinstance(reply, ig.Answer)
    place = found.substitutions(question.at)
    assert reply.value is not None
    pairs: list[tuple[Any, ig.Quantity]] = [(found.information, reply.value), *((found.gradient[name], reply.gradient[name]) for name in question.wrt)]
    for expressions, quantity in pairs:
        for (_, expression), (_, stated, doubt) in zip(entries(expressions), quantity.entries(), strict=True):
            true = Fraction(str(sympy.N(expression.subs(place), 60)))
            assert isinstance(doubt.proved, float)
            assert abs(stated - true) <= Fraction(doubt.proved) + max(abs(true), Fraction(1)) / 10**55


def test_a_closed_form_with_functions_of_parameters_is_the_answer() -> None:
    theta, power = ig.Parameter("theta"), ig.Parameter("P")
    x = ig.Source("X", ig.Normal(0, 1))
    v = ig.Gate("V", ig.tanh(theta) * x, noise=ig.Normal(0, ig.exp(theta)))
    y = ig.Gate("Y", ig.sqrt(power) * v / (1 + theta), noise=ig.Normal(0, power))
    question = ig.Question(ig.Channel(x, v, y), between=("X", "Y"), at={"theta": "1/2", "P": 3})
    compare(closed(question), question)


def test_a_vector_channel_of_few_parameters_is_written_out() -> None:
    w, s = ig.Parameter("W", (2, 2)), ig.Parameter("s")
    x = ig.Source("X", ig.Normal((0, 0), ig.identity(2)))
    y = ig.Gate("Y", w @ x, noise=ig.Normal((0, 0), s * ig.identity(2)))
    question = ig.Question(ig.Channel(x, y), between=("X", "Y"), at={"W": ((1, 2), ("1/2", -1)), "s": "1/3"})
    found = closed(question)
    compare(found, question)
    assert not found.scalar_side
    assert found.symbols["s"].is_positive
    assert not found.symbols["W"][0][0].is_positive


def test_an_independent_pair_has_the_form_zero() -> None:
    x, u = ig.Source("X", ig.Normal(0, 1)), ig.Source("U", ig.Normal(0, ig.Parameter("s")))
    found = closed(ig.Question(ig.Channel(x, u), between=("X", "U"), at={"s": 1}))
    assert (found.information, found.gradient["s"]) == (0, 0)


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (ig.CATALOGUE["tanh"].question, "gate 'Y' applies tanh to a random node"),
        (ig.CATALOGUE["bpsk"].question, "source 'X' has the law Points, which is not Gaussian"),
        (ig.CATALOGUE["vector"].question, "the nodes depend on 14 scalar parameters, and at most 8 are written out"),
    ],
)
def test_a_channel_without_closed_form_is_refused(question: ig.Question, reason: str) -> None:
    assert closed_form(question) == ig.Refusal("analytic", "closed form", f"no closed form: {reason}")


def test_infinite_information_has_no_closed_form() -> None:
    x = ig.Source("X", ig.Normal(0, 1))
    found = closed_form(ig.Question(ig.Channel(x, ig.Gate("Y", ig.Parameter("a") * x)), between=("X", "Y"), at={"a": 1}))
    assert found == ig.Refusal("analytic", "closed form", "no closed form: the information is infinite: Y is a deterministic function of X")


def test_a_kink_in_a_parameter_has_no_closed_form() -> None:
    x = ig.Source("X", ig.Normal(0, 1))
    y = ig.Gate("Y", ig.relu(ig.Parameter("a")) * x, noise=ig.Normal(0, 1))
    found = closed_form(ig.Question(ig.Channel(x, y), between=("X", "Y"), at={"a": 1}))
    assert isinstance(found, ig.Refusal)
    assert found.reason == "no closed form: gate 'Y' applies relu, which has a kink, to a parameter"


def test_a_determinant_too_long_to_expand_is_refused() -> None:
    gains = [ig.Parameter(f"g{position}") for position in range(8)]
    nodes: list[ig.Source | ig.Gate] = [ig.Source("V0", ig.Normal(0, 1))]
    for child in range(1, 8):
        total: Any = gains[child] * nodes[0]
        for parent in range(1, child):
            total = total + gains[(child + parent) % 8] * nodes[parent]
        nodes.append(ig.Gate(f"V{child}", total, noise=ig.Normal(0, 1)))
    question = ig.Question(ig.Channel(*nodes), between=("V0", "V7"), at={gain.name: 1 for gain in ig.Channel(*nodes).parameters})
    found = closed_form(question)
    assert isinstance(found, ig.Refusal)
    assert f"a determinant may have {term_bound(question)} terms" in found.reason


def test_a_form_too_long_to_read_is_refused() -> None:
    gains = [ig.Parameter(f"g{position}") for position in range(7)]
    x = ig.Source("X", ig.Normal(0, 1))
    y = ig.Gate("Y", ig.dot(ig.stack(*gains), (1, 2, 3, 4, 5, 6, 7)) * x, noise=ig.Normal(0, 1))
    found = closed_form(ig.Question(ig.Channel(x, y), between=("X", "Y"), at={gain.name: 1 for gain in gains}))
    assert found == ig.Refusal("analytic", "closed form", "no closed form: it has 29 terms, and at most 16 are written out")


@pytest.mark.parametrize("name", LINEAR)
def test_the_bound_on_terms_holds(name: str) -> None:
    found = FORMS[name]
    numerator, denominator = map(sympy.expand, sympy.fraction(found.ratio))
    assert max(len(sympy.Add.make_args(part)) for part in (numerator, denominator)) <= term_bound(ig.CATALOGUE[name].question)
