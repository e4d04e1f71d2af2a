"""Formulas as text: what is read, what is refused, and the way back."""

from __future__ import annotations

import time
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import infograd as ig
from infograd.operation import OPERATIONS
from infograd.verify.specification import exact_text, law_text, parse, to_text
from infograd.verify.specification.text import FUNCTIONS
from infograd.verify.specification.tokens import names_in

NAMES: dict[str, ig.Expression] = {
    "theta": ig.Parameter("theta"),
    "s2": ig.Parameter("s2"),
    "W": ig.Parameter("W", (3, 2)),
    "X": ig.Reference("X"),
    "U": ig.Reference("U", (2,)),
    "V": ig.Reference("V", (2,)),
}
THETA, X, U, V, W = (NAMES[name] for name in ("theta", "X", "U", "V", "W"))
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


CODE = [
    "__import__('os').system('touch x')",
    "().__class__.__bases__[0].__subclasses__()",
    "X.__class__",
    "theta.real",
    "(lambda: X)()",
    "lambda: X",
    "[X for theta in U]",
    "sum(X for theta in U)",
    "f'{X}'",
    "'a'*9",
    "X if theta else U",
    "X and theta",
    "not X",
    "X < theta",
    "X := 1",
    "X = 1",
    "eval(X)",
    "exec(X)",
    "open(X)",
    "getattr(X, theta)",
    "tanh(*U)",
    "clip(X, low=-1, high=1)",
    "X; theta",
    "import os",
    "await X",
    "yield X",
    "U[0:1]",
    "U[theta]",
    "X // 2",
    "X % 2",
    "X << 9",
    "X | theta",
    "~X",
    "True",
    "None",
    "1j",
    "0x10",
    "1_000",
    "...",
    "{X}",
    "X, theta",
    "\\u0058",
    "X\x00",
    "\uff45val(X)",
]


@pytest.mark.parametrize("text", CODE)
def test_code_is_refused_and_not_run(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ig.SpecificationError) as caught:
        parse(text, NAMES)
    assert str(caught.value).endswith(".")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "holds no formula"),
        ("   ", "holds no formula"),
        ("tanh(theta*Z)", "uses 'Z' at character 12, which is neither a parameter with a value nor a node before it; the names that may stand here: 'theta'"),
        ("tanh", "has the function 'tanh' at character 1 without its brackets; write tanh(...)"),
        ("sinh(X)", "calls 'sinh' at character 1, which is no function; the functions are abs, "),
        ("tanh(X", "leaves '(' open"),
        ("tanh X)", "closes a bracket at character 7"),
        ("stack(X]", "closes a bracket at character 8"),
        ("X X", "is no formula at character 1"),
        ("X +", "is no formula"),
        ("tanh(X, U)", "has 'tanh(X, U)' at character 1, where tanh takes 1 arguments and got 2"),
        ("X + W @ X", "has 'W @ X' at character 5, where matmul got shapes (3, 2), ()"),
        ("U[2]", "where index takes a whole number from 0 to 1"),
        ("U[-1]", "where index takes a whole number from 0 to 1"),
        ("X**theta", "has the exponent 'theta' at character 4, which is no whole number"),
        ("X**0.5", "has the exponent '0.5' at character 4, which is no whole number"),
        ("clip(X, theta, 1)", "where clip takes two constant bounds"),
        ("1/0", "divides by 0"),
        ("[X, 1]", "'X' is no number; a list holds numbers"),
        ("[1, [2]]", "ragged"),
        ("[]", "is empty"),
        ("identity(X)", "identity takes one whole number from 1 to 32"),
        ("identity(0)", "identity takes one whole number from 1 to 32"),
        ("007", "is no formula"),
    ],
)
def test_a_refusal_names_the_place_and_what_to_write(text: str, complaint: str) -> None:
    with pytest.raises(ig.SpecificationError) as caught:
        parse(text, NAMES)
    assert complaint in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("X**41", "exponents, those of nested powers multiplied, go up to 40"),
        ("X**-41", "exponents, those of nested powers multiplied, go up to 40"),
        ("((2**40)**40)**40", "exponents, those of nested powers multiplied, go up to 40"),
        ("(tanh(X**7) + 1)**6", "exponents, those of nested powers multiplied, go up to 40"),
        ("2**2**2**2**2**2", "no whole number"),
        ("1e41", "exponent above 40"),
        ("1e-41", "exponent above 40"),
        ("1e" + "9" * 50_000, "exponent above 40"),
        ("9" * 65, "at most 64"),
        ("9" * 60_000, "at most 64"),
        ("identity(33)", "from 1 to 32"),
        ("(" * 33 + "X" + ")" * 33, "more than 32 deep"),
        ("(" * 30_000 + "X" + ")" * 30_000, "more than 32 deep"),
        ("tanh(" * 33 + "X" + ")" * 33, "more than 32 deep"),
        ("-" * 33 + "X", "more than 32 deep"),
        ("-" * 60_000 + "X", "more than 500"),
        ("X" + "+X" * 32, "more than 32 deep"),
        ("X" + "+X" * 250, "more than 500"),
        ("X" + "**-1" * 160, "no whole number"),
        ("U" + "[0]" * 160, "more than 32 deep"),
        ("X" * 65_537, "at most 65536"),
        ("X+" * 5_000_000, "at most 65536"),
    ],
)
def test_beyond_a_limit_a_text_is_refused_before_it_costs_anything(text: str, complaint: str) -> None:
    started = time.process_time()
    with pytest.raises(ig.SpecificationError, match=complaint) as caught:
        parse(text, NAMES)
    assert time.process_time() - started < 1
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("text", ["X**40", "X**-40", "(X**4)**10", "1e40*X", "9" * 64, "identity(32)", "tanh(" * 31 + "X" + ")" * 31, "X" + "+X" * 31])
def test_at_a_limit_a_text_is_read(text: str) -> None:
    parse(text, NAMES)


@given(st.text(alphabet="XUWtheas2 .,()[]+-*/@0159e_'\"\n", max_size=40))
def test_any_text_is_an_expression_or_one_sentence(text: str) -> None:
    try:
        expression = parse(text, NAMES)
    except ig.SpecificationError as error:
        assert str(error).endswith(".")
        assert "\n" not in str(error)
    else:
        assert parse(to_text(expression), NAMES) == expression


def test_an_opaque_module_has_no_text() -> None:
    with pytest.raises(ig.SpecificationError, match="opaque module 'enc' has no text"):
        to_text(ig.tanh(ig.Opaque("enc", (X,))))


def test_a_law_is_printed_with_its_arguments_and_components() -> None:
    s = ig.Parameter("s")
    assert law_text(ig.Mixture((s, 1 - s), (ig.Normal(0, s), ig.StudentT(5)))) == "Mixture(stack(s, 1 - s), Normal(0, s), StudentT(5, 0, 1))"
