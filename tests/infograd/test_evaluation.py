"""The value of every operation against the same function written by hand, in numpy or in scipy.special."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

import infograd as ig
from infograd.evaluation import evaluate

A, B = ig.Parameter("a"), ig.Parameter("b")
RATIONALS = st.fractions(-20, 20, max_denominator=12)
ROUNDING = 16 * np.finfo(float).eps
"""Relative: each of the two libraries is within 8 units in the last place."""


def value(expression: ig.Expression, **point: Any) -> Any:
    """The value of an expression at a point."""
    return evaluate(expression, ig.Point(point))


EXACT: dict[str, tuple[Callable[[Any, Any], Any], Callable[[Fraction, Fraction], Fraction]]] = {
    "a + b": (operator.add, lambda a, b: a + b),
    "a - b": (operator.sub, lambda a, b: a - b),
    "b - a": (lambda x, y: y - x, lambda a, b: b - a),
    "a b": (operator.mul, lambda a, b: a * b),
    "-a": (lambda x, y: -x, lambda a, b: -a),
    "a**3": (lambda x, y: x**3, lambda a, b: a * a * a),
    "a**0": (lambda x, y: x**0, lambda a, b: Fraction(1)),
    "3 - a": (lambda x, y: 3 - x, lambda a, b: 3 - a),
    "a - 3": (lambda x, y: x - 3, lambda a, b: a - 3),
    "3 + a": (lambda x, y: 3 + x, lambda a, b: 3 + a),
    "3 a": (lambda x, y: 3 * x, lambda a, b: 3 * a),
    "a / 3": (lambda x, y: x / 3, lambda a, b: a / 3),
    "|a|": (lambda x, y: ig.abs(x), lambda a, b: a if a > 0 else -a),
    "relu a": (lambda x, y: ig.relu(x), lambda a, b: a if a > 0 else Fraction(0)),
    "clip a": (lambda x, y: ig.clip(x, -1, "1/2"), lambda a, b: sorted((Fraction(-1), a, Fraction(1, 2)))[1]),
    "sign a": (lambda x, y: ig.sign(x), lambda a, b: Fraction(1 if a > 0 else -1 if a < 0 else 0)),
}


@pytest.mark.parametrize("law", EXACT)
@given(a=RATIONALS, b=RATIONALS)
def test_rational_operations_are_exact(law: str, a: Fraction, b: Fraction) -> None:
    build, by_hand = EXACT[law]
    found = value(build(A, B), a=a, b=b)
    assert found == by_hand(a, b)
    assert type(found) is Fraction


@given(a=RATIONALS.filter(bool), b=RATIONALS.filter(bool))
def test_division_and_negative_powers_are_exact_away_from_zero(a: Fraction, b: Fraction) -> None:
    assert value(A / B, a=a, b=b) == Fraction(a.numerator * b.denominator, a.denominator * b.numerator)
    assert value(3 / A, a=a) == Fraction(3 * a.denominator, a.numerator)
    assert value(A**-2, a=a) == Fraction(a.denominator**2, a.numerator**2)


TRANSCENDENTAL: dict[str, Callable[[Any], Any]] = {
    "tanh": np.tanh,
    "sin": np.sin,
    "cos": np.cos,
    "exp": np.exp,
    "erf": special.erf,
    "sigmoid": special.expit,
    "softplus": lambda x: np.logaddexp(0, x),
}


@pytest.mark.parametrize("name", TRANSCENDENTAL)
@given(x=st.floats(-30, 30))
def test_a_transcendental_function_is_numpys_up_to_rounding(name: str, x: float) -> None:
    assert float(value(getattr(ig, name)(A), a=x)) == pytest.approx(TRANSCENDENTAL[name](x), rel=ROUNDING, abs=0)


@given(x=st.floats(1e-6, 1e6))
def test_the_logarithm_and_the_root_are_numpys_up_to_rounding(x: float) -> None:
    assert float(value(ig.log(A), a=x)) == pytest.approx(np.log(x), rel=ROUNDING, abs=0)
    assert float(value(ig.sqrt(A), a=x)) == pytest.approx(np.sqrt(x), rel=ROUNDING, abs=0)


@pytest.mark.parametrize(
    ("name", "x"), [("tanh", 800), ("tanh", -800), ("sigmoid", 800), ("sigmoid", -800), ("softplus", 800), ("softplus", -800), ("erf", 800)]
)
def test_bounded_functions_do_not_overflow_far_out(name: str, x: int) -> None:
    assert float(value(getattr(ig, name)(A), a=x)) == pytest.approx(TRANSCENDENTAL[name](x), rel=ROUNDING, abs=0)


@given(root=st.fractions(0, 50, max_denominator=30))
def test_the_root_of_a_rational_square_is_exact(root: Fraction) -> None:
    assert value(ig.sqrt(A), a=root * root) == root


def test_the_exponential_of_zero_is_exactly_one() -> None:
    assert value(ig.exp(A), a=0) == 1


def integers(*shape: int) -> st.SearchStrategy[Any]:
    """Nested lists of small integers of that shape: their products are exact in doubles."""
    if not shape:
        return st.integers(-9, 9)
    return st.lists(integers(*shape[1:]), min_size=shape[0], max_size=shape[0])


@pytest.mark.parametrize(("left", "right"), [((2, 3), (3, 2)), ((2, 3), (3,)), ((3,), (3, 2)), ((3,), (3,)), ((1, 1), (1, 1))])
@given(data=st.data())
def test_the_matrix_product_is_numpys(left: tuple[int, ...], right: tuple[int, ...], data: st.DataObject) -> None:
    p, q = data.draw(integers(*left)), data.draw(integers(*right))
    found = value(ig.Parameter("p", left) @ ig.Parameter("q", right), p=p, q=q)
    assert np.array_equal(np.array(found, dtype=float), np.array(p) @ np.array(q))


@pytest.mark.parametrize("operate", [operator.add, operator.sub, operator.mul])
@pytest.mark.parametrize(("left", "right"), [((2, 3), (2, 3)), ((3,), ()), ((), (2, 2))])
@given(data=st.data())
def test_a_scalar_meets_every_entry_on_its_own_side(operate: Any, left: tuple[int, ...], right: tuple[int, ...], data: st.DataObject) -> None:
    p, q = data.draw(integers(*left)), data.draw(integers(*right))
    found = value(operate(ig.Parameter("p", left), ig.Parameter("q", right)), p=p, q=q)
    assert np.array_equal(np.array(found, dtype=float), operate(np.array(p), np.array(q)))


@given(p=integers(2, 3), v=integers(3), w=integers(3))
def test_array_operations_are_numpys(p: Any, v: Any, w: Any) -> None:
    matrix, left, right = ig.Parameter("p", (2, 3)), ig.Parameter("v", (3,)), ig.Parameter("w", (3,))
    array = np.array(p)
    for expression, expected in (
        (ig.dot(left, right), np.dot(v, w)),
        (ig.sum(matrix), array.sum()),
        (ig.sum(left), sum(v)),
        (ig.stack(left, right), np.stack([v, w])),
        (ig.stack(left[0], right[1], left[2]), np.array([v[0], w[1], v[2]])),
        (matrix[1], array[1]),
        (matrix[1, 2], array[1, 2]),
        (matrix.T, array.T),
        (-matrix, -array),
        (matrix**2, array**2),
        (ig.relu(matrix), np.maximum(array, 0)),
        (ig.clip(matrix, -2, 3), np.clip(array, -2, 3)),
        (ig.sign(matrix), np.sign(array)),
        (ig.abs(matrix), np.abs(array)),
    ):
        assert np.array_equal(np.array(value(expression, p=p, v=v, w=w), dtype=float), expected)


@pytest.mark.parametrize(
    ("expression", "point", "message"),
    [
        (1 / A, {"a": 0}, "divide has no value at 1, 0"),
        (A**-1, {"a": 0}, "power has no value at 0, -1"),
        (ig.log(A), {"a": 0}, "log has no value at 0"),
        (ig.log(A), {"a": -1}, "log has no value at -1"),
        (ig.sqrt(A), {"a": -1}, "sqrt has no value at -1"),
        (ig.exp(A), {"a": 1000}, "exp has no value at 1000"),
        (ig.Reference("X"), {}, "the node 'X' has no value of its own; use parameters and constants here"),
        (ig.Opaque("net", (A,)), {"a": 1}, "the opaque module 'net' has no value of its own"),
    ],
)
def test_a_value_that_does_not_exist_is_an_error_that_names_the_operation(expression: ig.Expression, point: dict[str, int], message: str) -> None:
    with pytest.raises(ig.SpecificationError, match=message):
        value(expression, **point)


def test_nested_operations_are_evaluated_from_the_inside_out() -> None:
    expression = ig.exp(2 * ig.log(A)) - ig.tanh(A / 4) ** 2
    assert float(value(expression, a=3)) == pytest.approx(9 - math.tanh(0.75) ** 2, rel=4 * ROUNDING)
