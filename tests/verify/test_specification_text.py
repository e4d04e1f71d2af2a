"""Formulas as text: what is read, what is refused, and the way back."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import infograd as ig
from infograd.operation import OPERATIONS
from infograd.verify.specification import exact_text, law_text, parse, to_text
from infograd.verify.specification.text import FUNCTIONS
from infograd.verify.specification.tokens import names_in
from tests.verify.text_names import NAMES, THETA, U, V, W, X

_BY_SHAPE: dict[tuple[int, ...], list[ig.Expression]] = {(): [THETA, X, NAMES["s2"]], (2,): [U, V], (3, 2): [W]}

_numbers = st.fractions(max_denominator=10**6).map(ig.Constant)

_smooth = st.sampled_from(sorted(name for name, operation in OPERATIONS.items() if operation.arity == 1 and name not in {"transpose", "sum"}))


@st.composite
def expressions(draw: st.DrawFn, shape: tuple[int, ...] = (), depth: int = 4) -> ig.Expression:
    """An expression of the shape; exponents stay so small that nested powers keep to the limit."""
    if depth == 0 or draw(st.integers(0, 4)) == 0:
        entries = st.fractions(max_denominator=100)
        constants = {(): entries, (2,): st.tuples(entries, entries), (3, 2): st.tuples(*[st.tuples(entries, entries)] * 3)}[shape]
        return draw(st.one_of(st.sampled_from(_BY_SHAPE[shape]), constants.map(ig.Constant)))
    part = expressions(shape=shape, depth=depth - 1)
    scalar, vector, matrix = (expressions(shape=each, depth=depth - 1) for each in ((), (2,), (3, 2)))
    made = [
        st.tuples(st.sampled_from(["add", "subtract", "multiply", "divide"]), st.tuples(part, part)),
        st.tuples(st.sampled_from(["multiply", "divide"]), st.tuples(part, scalar)),
        st.tuples(_smooth, st.tuples(part)),
        st.tuples(st.just("power"), st.tuples(part, st.integers(-2, 2).map(ig.Constant))),
        st.tuples(st.just("clip"), st.tuples(part, st.just(ig.Constant(-1)), st.just(ig.Constant("1/3")))),
    ]
    if shape == ():
        made += [
            st.tuples(st.just("dot"), st.tuples(vector, vector)),
            st.tuples(st.just("sum"), st.tuples(matrix)),
            st.tuples(st.just("index"), st.tuples(vector, st.integers(0, 1).map(ig.Constant))),
        ]
    if shape == (2,):
        made += [
            st.tuples(st.just("stack"), st.tuples(scalar, scalar)),
            st.tuples(st.just("index"), st.tuples(matrix, st.integers(0, 2).map(ig.Constant))),
            st.tuples(st.just("matmul"), st.tuples(st.just(ig.identity(2)), vector)),
        ]
    if shape == (3, 2):
        made.append(st.tuples(st.just("stack"), st.tuples(vector, vector, vector)))
    operation, arguments = draw(st.one_of(made))
    return ig.Apply(operation, arguments)


@given(expressions())
def test_an_expression_read_back_from_its_text_is_equal(expression: ig.Expression) -> None:
    assert parse(to_text(expression), NAMES) == expression


_literals = st.sampled_from([0, 1, 2, -1, -3, Fraction(1, 2), Fraction(-2, 3)]).map(ig.Constant)


@given(
    st.recursive(
        _literals,
        lambda part: (
            st.builds(lambda name, *sides: ig.Apply(name, sides), st.sampled_from(["divide", "subtract", "multiply"]), part, part)
            | part.map(lambda each: -each)
        ),
        max_leaves=5,
    )
)
def test_operations_on_bare_numbers_are_kept_as_operations(expression: ig.Expression) -> None:
    assert parse(to_text(expression), {}) == expression


@given(expressions())
def test_the_names_in_a_text_are_the_names_of_its_expression(expression: ig.Expression) -> None:
    from infograd.expression import parameters, references

    assert names_in(to_text(expression)) == {*references(expression), *(each.name for each in parameters(expression))}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tanh(theta*X)", ig.tanh(THETA * X)),
        ("2*theta/3", 2 * THETA / 3),
        ("-X**2", -(X**2)),
        ("(-X)**2", (-X) ** 2),
        ("X**-1", X**-1),
        ("X - theta - 1", (X - THETA) - 1),
        ("X - (theta - 1)", X - (THETA - 1)),
        ("W @ U", W @ U),
        ("[[1, 0], [1/2, 0.1]] @ U", ig.Constant([[1, 0], [Fraction(1, 2), Fraction(1, 10)]]) @ U),
        ("transpose(W) @ (W @ U)", ig.transpose(W) @ (W @ U)),
        ("dot(U, V) + sum(W)", ig.dot(U, V) + ig.sum(W)),
        ("stack(X, U[0])", ig.stack(X, U[0])),
        ("W[2, 1]", W[2][1]),
        ("clip(X, -1, 1)", ig.clip(X, -1, 1)),
        ("s2*identity(2)", NAMES["s2"] * ig.identity(2)),
        (" theta *\n\tX ", THETA * X),
    ],
)
def test_a_text_means_what_the_same_python_line_means(text: str, expected: ig.Expression) -> None:
    assert parse(text, NAMES) == expected


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.1", Fraction(1, 10)),
        ("1/10", Fraction(1, 10)),
        ("-1/3", Fraction(-1, 3)),
        ("1e-3", Fraction(1, 1000)),
        (".5", Fraction(1, 2)),
        ("1.", Fraction(1)),
        ("0.1234567890123456789012345678901234567890", Fraction("0.1234567890123456789012345678901234567890")),
        ("1e40", Fraction(10**40)),
    ],
)
def test_a_number_is_read_exactly(text: str, value: Fraction) -> None:
    assert exact_text(text).value == value


def test_a_list_is_an_exact_array() -> None:
    assert exact_text("[[1, 0.1], [-1/3, 2]]").value == ((1, Fraction(1, 10)), (Fraction(-1, 3), 2))


@given(st.fractions())
def test_every_rational_within_the_digits_is_its_own_text(value: Fraction) -> None:
    assert exact_text(str(value)).value == value


def test_the_functions_of_a_text_are_those_of_the_language_with_their_names() -> None:
    infix = {"add", "subtract", "multiply", "divide", "negative", "power", "matmul", "index"}
    assert OPERATIONS.keys() - infix == FUNCTIONS


def test_an_opaque_module_has_no_text() -> None:
    with pytest.raises(ig.SpecificationError, match="opaque module 'enc' has no text"):
        to_text(ig.tanh(ig.Opaque("enc", (X,))))


def test_a_law_is_printed_with_its_arguments_and_components() -> None:
    s = ig.Parameter("s")
    assert law_text(ig.Mixture((s, 1 - s), (ig.Normal(0, s), ig.StudentT(5)))) == "Mixture(stack(s, 1 - s), Normal(0, s), StudentT(5, 0, 1))"
