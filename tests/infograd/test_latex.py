"""The LaTeX of a map means what the map means, and is read by a converter."""

from __future__ import annotations

import operator
import re
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from latex2mathml.converter import convert

import infograd as ig
from infograd.evaluation import evaluate
from infograd.latex import array_latex, channel_latex, expression_latex, law_latex, name_latex, number_latex, question_latex

A, B, V1, M = ig.Parameter("a"), ig.Parameter("b"), ig.Parameter("V1", (3,)), ig.Parameter("M", (2, 3))


@pytest.mark.parametrize(
    ("name", "latex"),
    [
        ("x", "x"),
        ("theta", r"\theta"),
        ("Sigma", r"\Sigma"),
        ("s2", "s_{2}"),
        ("theta_1", r"\theta_{1}"),
        ("alpha12", r"\alpha_{12}"),
        ("relay", r"\mathrm{relay}"),
        ("noise_level", r"\mathrm{noise\_level}"),
        ("Y10", "Y_{10}"),
    ],
)
def test_names_are_symbols_with_greek_letters_and_indices(name: str, latex: str) -> None:
    assert name_latex(name) == latex


@pytest.mark.parametrize(
    ("value", "latex"), [(3, "3"), (-2, "-2"), (Fraction(1, 4), r"\tfrac{1}{4}"), (Fraction(-3, 10), r"-\tfrac{3}{10}"), (0.5, r"\tfrac{1}{2}"), (0.1, "0.1")]
)
def test_numbers_are_printed_as_short_as_they_are(value: Any, latex: str) -> None:
    assert number_latex(value) == latex


def test_vectors_are_columns_and_matrices_rows_of_entries() -> None:
    assert array_latex((Fraction(1), Fraction(-1, 2))) == r"\begin{pmatrix} 1 \\ -\tfrac{1}{2} \end{pmatrix}"
    assert array_latex(((Fraction(1), Fraction(2)), (Fraction(3), Fraction(4)))) == r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}"


EXPRESSIONS: list[tuple[ig.Expression, str]] = [
    (A - (A - B), r"a - \left(a - b\right)"),
    (A - (A + B), r"a - \left(a + b\right)"),
    ((A - B) - A, "a - b - a"),
    (A + (A - B), "a + a - b"),
    (A - (-B), r"a - \left(-b\right)"),
    (A + (-B), "a - b"),
    (A + ig.Constant(-1), "a - 1"),
    (operator.neg(-A), r"-\left(-a\right)"),
    (-(A + B), r"-\left(a + b\right)"),
    (-(A * B), "-a b"),
    (A * (-B), r"a \left(-b\right)"),
    (A * (B + 1), r"a \left(b + 1\right)"),
    (2 * A, "2 a"),
    (A * 2, r"a \cdot 2"),
    (A / (B + 1), r"\frac{a}{b + 1}"),
    ((A / B) ** 2, r"\left(\frac{a}{b}\right)^{2}"),
    (ig.Constant("1/2") ** 2, r"\left(\tfrac{1}{2}\right)^{2}"),
    ((A + B) ** -1, r"\left(a + b\right)^{-1}"),
    ((-A) ** 2, r"\left(-a\right)^{2}"),
    (-(A**2), "-a^{2}"),
    (ig.Constant(-2) ** 2, r"\left(-2\right)^{2}"),
    (ig.tanh(A * B), r"\tanh\left(a b\right)"),
    (ig.tanh(A) ** 2, r"\left(\tanh\left(a\right)\right)^{2}"),
    (ig.erf(A), r"\mathrm{erf}\left(a\right)"),
    (ig.sqrt(A + 1), r"\sqrt{a + 1}"),
    (ig.abs(A - B), r"\left|a - b\right|"),
    (ig.clip(A, -1, "1/2"), r"\mathrm{clip}_{[-1, \tfrac{1}{2}]}\left(a\right)"),
    (ig.stack(A, B), r"\begin{pmatrix} a \\ b \end{pmatrix}"),
    (ig.dot(V1, V1), r"\left\langle V_{1}, V_{1} \right\rangle"),
    (ig.sum(V1), r"\mathbf{1}^{\mathsf{T}} V_{1}"),
    (M.T @ M, r"M^{\mathsf{T}} M"),
    (M.T @ (M @ V1), r"M^{\mathsf{T}} \left(M V_{1}\right)"),
    (ig.Opaque("net", (A, B)), r"\mathrm{net}\left(a, b\right)"),
]


@pytest.mark.parametrize(("expression", "latex"), EXPRESSIONS, ids=[latex for _, latex in EXPRESSIONS])
def test_parentheses_and_signs_stand_where_a_reader_needs_them(expression: ig.Expression, latex: str) -> None:
    assert expression_latex(expression) == latex


READ_AS = [
    (r"\left(", "("),
    (r"\right)", ")"),
    (r"\tanh", "tanh"),
    (r"\tfrac", "fraction"),
    (r"\frac", "fraction"),
    ("^", "**"),
    ("{", "("),
    ("}", ")"),
    (" + ", "+"),
    (" - ", "-"),
    (r" \cdot ", "*"),
    (" ", "*"),
]

SCALARS: st.SearchStrategy[Any] = st.recursive(
    st.builds(ig.Constant, st.fractions(-3, 3, max_denominator=4)) | st.sampled_from([A, B]),
    lambda inner: st.one_of(
        st.builds(lambda x, y, operate: operate(x, y), inner, inner, st.sampled_from([operator.add, operator.sub, operator.mul, operator.truediv])),
        st.builds(operator.neg, inner),
        st.builds(operator.pow, inner, st.integers(-2, 3)),
    ),
    max_leaves=8,
)


@given(SCALARS)
def test_a_map_read_by_the_usual_rules_of_precedence_has_its_value(expression: ig.Expression) -> None:
    point = ig.Point({"a": "7/3", "b": "-11/5"})
    text = expression_latex(expression)
    for latex, python in READ_AS:
        text = text.replace(latex, python)
    text = re.sub(r"\d+", r"Fraction(\g<0>)", text)
    names = {"Fraction": Fraction, "a": point["a"], "b": point["b"], "fraction": lambda top: lambda bottom: Fraction(top) / bottom}
    try:
        expected = evaluate(expression, point)
    except ig.SpecificationError:
        with pytest.raises(ZeroDivisionError):
            eval(text, names)  # the text is our own printer's
    else:
        assert eval(text, names) == expected


@pytest.mark.parametrize("expression", [V1[0], M[0, 1], V1[0] ** 2, (M @ V1)[1], M.T[2]], ids=repr)
def test_an_entry_of_a_name_with_an_index_is_still_legal(expression: ig.Expression) -> None:
    assert convert(expression_latex(expression)).startswith("<math")


@pytest.mark.parametrize(("expression", "latex"), EXPRESSIONS, ids=[latex for _, latex in EXPRESSIONS])
def test_every_form_is_read_by_a_converter(expression: ig.Expression, latex: str) -> None:
    assert convert(expression_latex(expression)).startswith("<math")


@pytest.mark.parametrize(
    ("law", "latex"),
    [
        (ig.Normal(0, ig.Parameter("s2")), r"\mathcal{N}\left(0, s_{2}\right)"),
        (ig.Uniform(-1, 1), r"\mathrm{Uniform}\left(-1, 1\right)"),
        (ig.StudentT(3), r"\mathrm{StudentT}\left(3, 0, 1\right)"),
        (
            ig.Mixture(("1/4", "3/4"), (ig.Normal(), ig.Laplace())),
            r"\tfrac{1}{4} \, \mathcal{N}\left(0, 1\right) + \tfrac{3}{4} \, \mathrm{Laplace}\left(0, 1\right)",
        ),
    ],
    ids=repr,
)
def test_a_law_prints_its_arguments_in_order(law: ig.Law, latex: str) -> None:
    assert law_latex(law) == latex


def test_a_channel_is_one_line_for_each_node() -> None:
    x = ig.Source("X", ig.Normal(0, 1))
    v = ig.Gate("V1", ig.Parameter("theta") * x, noise=ig.Normal(0, "1/4"))
    y = ig.Gate("Y", ig.tanh(2 * v))
    assert channel_latex(ig.Channel(x, v, y)) == (
        r"X \sim \mathcal{N}\left(0, 1\right)",
        r"V_{1} = \theta X + N_{V_{1}}, \quad N_{V_{1}} \sim \mathcal{N}\left(0, \tfrac{1}{4}\right)",
        r"Y = \tanh\left(2 V_{1}\right)",
    )


def test_a_question_names_both_sides_and_the_condition() -> None:
    assert question_latex(ig.CATALOGUE["mac"].question) == r"I(X_{1}; Y \mid X_{2})"
    assert question_latex(ig.CATALOGUE["mac-sum"].question) == "I(X_{1}, X_{2}; Y)"


@pytest.mark.parametrize("name", ig.CATALOGUE)
def test_every_channel_of_the_catalogue_is_read_by_a_converter(name: str) -> None:
    question = ig.CATALOGUE[name].question
    for line in (*channel_latex(question.channel), question_latex(question)):
        assert convert(line).startswith("<math")
