"""MathJSON of closed forms: a parser of its own reads back the expression that was written."""

from __future__ import annotations

import json
from functools import reduce
from operator import add, mul
from typing import Any

import pytest
import sympy  # type: ignore[import-untyped]  # sympy ships no type information
from hypothesis import given, settings
from hypothesis import strategies as st

import infograd as ig
from infograd.analytic import ClosedForm, closed_form
from infograd.analytic.forms.mathjson import mathjson, name_mathjson
from infograd.array import entries

X, Y, THETA = (sympy.Symbol(name, real=True) for name in ("x", "y", "theta"))
SYMBOLS = {str(symbol): symbol for symbol in (X, Y, THETA)}

READERS: dict[str, Any] = {
    "Add": lambda *terms: reduce(add, terms),
    "Multiply": lambda *factors: reduce(mul, factors),
    "Power": lambda base, exponent: base**exponent,
    "Rational": lambda top, bottom: sympy.Rational(top, bottom),
    "Sqrt": sympy.sqrt,
    "Ln": sympy.log,
    "Exp": sympy.exp,
    "Tanh": sympy.tanh,
    "Sin": sympy.sin,
    "Cos": sympy.cos,
    "Erf": sympy.erf,
    "Abs": sympy.Abs,
    "Sign": sympy.sign,
    "Max": sympy.Max,
    "Min": sympy.Min,
}


def read(content: Any, symbols: dict[Any, Any]) -> Any:
    """The expression of MathJSON, by the meaning that the format gives to each name."""
    if isinstance(content, int):
        return sympy.Integer(content)
    if isinstance(content, dict):
        return sympy.Integer(content["num"])
    if isinstance(content, str):
        return {"Pi": sympy.pi, "ExponentialE": sympy.E}[content] if content in ("Pi", "ExponentialE") else symbols[content]
    head, *arguments = content
    if head == "At":
        return symbols[tuple(arguments)]
    return READERS[head](*(read(argument, symbols) for argument in arguments))


def through_text(content: Any) -> Any:
    """What a reader of the JSON text gets."""
    return json.loads(json.dumps(content))


LEAVES = st.one_of(
    st.sampled_from([X, Y, THETA, sympy.pi, sympy.E]),
    st.integers(-(10**20), 10**20).map(sympy.Integer),
    st.fractions(max_denominator=50).map(lambda value: sympy.Rational(value.numerator, value.denominator)),
)


def _grown(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    functions = st.sampled_from([sympy.exp, sympy.tanh, sympy.sin, sympy.cos, sympy.erf, sympy.Abs, sympy.sign])
    return st.one_of(
        st.builds(add, inner, inner),
        st.builds(mul, inner, inner),
        st.builds(lambda base, exponent: (1 + base**2) ** exponent, inner, st.sampled_from([-2, -1, 2, 3, sympy.Rational(1, 2), sympy.Rational(-1, 2), X])),
        st.builds(lambda argument: sympy.log(2 + argument**2), inner),
        st.builds(lambda function, argument: function(argument), functions, inner),
        st.builds(lambda left, right: sympy.Max(left, right), st.sampled_from([X, Y]), st.sampled_from([THETA, sympy.S.Zero])),
        st.builds(lambda left, right: sympy.Min(left, right), st.sampled_from([X, Y]), st.sampled_from([THETA, sympy.S.One])),
    )


EXPRESSIONS = st.recursive(LEAVES, _grown, max_leaves=6)


@settings(max_examples=150)
@given(EXPRESSIONS)
def test_what_is_written_is_read_back_as_the_same_expression(expression: Any) -> None:
    back = read(through_text(mathjson(expression)), SYMBOLS)
    assert back == expression or sympy.expand(back - expression) == 0


@pytest.mark.parametrize(
    ("expression", "content"),
    [
        (1 + X, ["Add", "x", 1]),
        (2 * X * Y, ["Multiply", 2, "x", "y"]),
        (X**2, ["Power", "x", 2]),
        (1 / X, ["Power", "x", -1]),
        (sympy.sqrt(X), ["Sqrt", "x"]),
        (sympy.Rational(-3, 4), ["Rational", -3, 4]),
        (sympy.log(X), ["Ln", "x"]),
        (sympy.exp(X), ["Exp", "x"]),
        (sympy.exp(1), "ExponentialE"),
        (sympy.Integer(2**53), {"num": "9007199254740992"}),
        (sympy.Integer(2**53 - 1), 2**53 - 1),
    ],
    ids=str,
)
def test_each_form_is_written_as_the_format_says(expression: Any, content: Any) -> None:
    assert mathjson(expression) == content


def test_a_planted_confusion_of_power_and_product_is_seen_by_the_reader() -> None:
    content = mathjson(X**2 + 3 * Y)
    planted = json.loads(json.dumps(content).replace("Power", "Multiply"))
    assert read(content, SYMBOLS) == X**2 + 3 * Y != read(planted, SYMBOLS)


@pytest.mark.parametrize("expression", [sympy.gamma(X), sympy.Float(0.5), sympy.I, sympy.oo], ids=str)
def test_what_no_closed_form_holds_is_refused(expression: Any) -> None:
    with pytest.raises(ig.SpecificationError, match="has no MathJSON"):
        mathjson(expression)


def test_a_parameter_with_the_name_of_a_constant_is_refused_by_name() -> None:
    with pytest.raises(ig.SpecificationError, match="the parameter 'Pi' has the name of a constant of MathJSON; give it another name"):
        name_mathjson("Pi", ())


def closed(question: ig.Question) -> ClosedForm:
    found = closed_form(question)
    assert isinstance(found, ClosedForm), found
    return found


@pytest.mark.parametrize("name", ["scalar", "cascade", "multipath-a", "multipath-b", "mac", "mac-sum"])
@pytest.mark.parametrize("quantity", ["information", "entropy"])
def test_the_closed_forms_of_the_catalogue_are_read_back(name: str, quantity: str) -> None:
    case = ig.CATALOGUE[name].question
    between = case.between if quantity == "information" else (case.between[1], ())
    found = closed(ig.Question(case.channel, between, case.given, case.wrt, case.at, quantity))
    symbols = dict(found.symbols)
    written = found.mathjson()
    assert sympy.simplify(read(through_text(written.value), symbols) - found.value) == 0
    for parameter, slope in written.gradient.items():
        assert sympy.cancel(read(through_text(slope), symbols) - found.gradient[parameter]) == 0


def test_entries_of_an_array_are_counted_from_1() -> None:
    w = ig.Parameter("W", (1, 2))
    x = ig.Source("X", ig.Normal((0, 0), ig.identity(2)))
    y = ig.Gate("Y", w @ x, noise=ig.Normal((0,), ig.identity(1)))
    found = closed(ig.Question(ig.Channel(x, y), between=("X", "Y"), at={"W": ((1, 2),)}))
    symbols = {("W", row + 1, column + 1): symbol for (row, column), symbol in entries(found.symbols["W"])}
    written = found.mathjson()
    assert read(written.value, symbols) == found.value
    ((first, second),) = written.gradient["W"]
    assert (read(first, symbols), read(second, symbols)) == found.gradient["W"][0]
    assert ["At", "W", 1, 2] in second
