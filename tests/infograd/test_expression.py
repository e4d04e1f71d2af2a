"""Expressions: what the operators build, in which order, and what they refuse."""

from __future__ import annotations

import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import infograd as ig
from infograd.expression import as_expression, children, parameters, references, subexpressions

A, B = ig.Parameter("a"), ig.Parameter("b")
MATRIX, VECTOR = ig.Parameter("M", (2, 3)), ig.Parameter("v", (3,))
X = ig.Source("X", ig.Normal())

OPERATORS: list[tuple[str, Callable[[Any, Any], Any]]] = [
    ("add", operator.add),
    ("subtract", operator.sub),
    ("multiply", operator.mul),
    ("divide", operator.truediv),
]


@pytest.mark.parametrize(("name", "operate"), OPERATORS)
def test_an_operator_keeps_the_order_of_its_arguments(name: str, operate: Callable[[Any, Any], Any]) -> None:
    assert operate(A, B) == ig.Apply(name, (A, B))
    assert operate(A, B) != operate(B, A)


@pytest.mark.parametrize(("name", "operate"), OPERATORS)
@pytest.mark.parametrize("number", [2, "1/4", 0.5, Fraction(1, 3), np.float64(2.0), np.array(2.0)])
def test_a_number_keeps_its_side_of_an_operator(name: str, operate: Callable[[Any, Any], Any], number: Any) -> None:
    assert operate(A, number) == ig.Apply(name, (A, ig.Constant(number)))
    if not isinstance(number, str):
        assert operate(number, A) == ig.Apply(name, (ig.Constant(number), A))


def test_the_matrix_product_keeps_the_order_of_its_arguments() -> None:
    assert ig.Apply("matmul", (MATRIX, VECTOR)) == MATRIX @ VECTOR
    assert ig.Apply("matmul", (ig.Constant([[1, 2]]), MATRIX)) == ((1, 2),) @ MATRIX
    assert np.array([[1.0, 2.0]]) @ MATRIX == ig.Apply("matmul", (ig.Constant([[1, 2]]), MATRIX))


def test_a_power_has_the_base_first() -> None:
    assert ig.Apply("power", (A, ig.Constant(3))) == A**3
    assert ig.Apply("power", (A, ig.Constant(-1))) == A**-1


def test_a_sign_in_front_is_a_negative() -> None:
    assert ig.Apply("negative", (A,)) == -A


def test_entries_are_taken_axis_by_axis() -> None:
    assert VECTOR[2] == ig.Apply("index", (VECTOR, ig.Constant(2)))
    assert MATRIX[1, 2] == MATRIX[1][2]
    assert list(VECTOR) == [VECTOR[0], VECTOR[1], VECTOR[2]]


@pytest.mark.parametrize("position", [3, -1, "1/2"])
def test_an_entry_outside_the_axis_is_refused_with_the_range(position: Any) -> None:
    with pytest.raises(IndexError, match="a whole number from 0 to 2"):
        VECTOR[position]


def test_a_scalar_cannot_be_iterated() -> None:
    with pytest.raises(TypeError, match="a scalar expression cannot be iterated"):
        iter(A)


def test_numpy_leaves_the_operators_to_the_expression() -> None:
    product = np.ones(3) * VECTOR
    assert product == ig.Apply("multiply", (ig.Constant([1, 1, 1]), VECTOR))


@pytest.mark.parametrize(
    "name",
    ["tanh", "sin", "cos", "exp", "log", "sqrt", "erf", "sigmoid", "softplus", "abs", "relu", "sign", "sum"],
)
def test_a_function_is_the_operation_of_its_name(name: str) -> None:
    assert getattr(ig, name)(VECTOR) == ig.Apply(name, (VECTOR,))


def test_functions_of_several_arguments_keep_their_order() -> None:
    other = ig.Parameter("w", (3,))
    assert ig.dot(VECTOR, other) == ig.Apply("dot", (VECTOR, other))
    assert ig.stack(A, B) == ig.Apply("stack", (A, B))
    assert ig.clip(A, -1, 2) == ig.Apply("clip", (A, ig.Constant(-1), ig.Constant(2)))
    assert ig.transpose(MATRIX) == MATRIX.T == ig.Apply("transpose", (MATRIX,))
    assert ig.identity(2) == ig.Constant([[1, 0], [0, 1]])


def test_a_node_enters_as_a_reference_of_its_shape() -> None:
    gate = ig.Gate("V", 2 * X)
    assert as_expression(X) == ig.Reference("X")
    assert gate + X == ig.Apply("add", (ig.Reference("V"), ig.Reference("X")))
    source = ig.Source("U", ig.Normal((0, 0), ig.identity(2)))
    assert as_expression(source) == ig.Reference("U", (2,))


def test_a_list_with_expressions_is_a_stack_and_a_list_of_numbers_a_constant() -> None:
    assert as_expression([A, 1]) == ig.stack(A, 1)
    assert as_expression([[A, 0], [0, B]]) == ig.stack(ig.stack(A, 0), ig.stack(0, B))
    assert as_expression([[1, 2], [3, 4]]) == ig.Constant([[1, 2], [3, 4]])


@pytest.mark.parametrize("exponent", [B, "1/2", [1, 2]])
def test_an_exponent_must_be_a_whole_number(exponent: Any) -> None:
    with pytest.raises(ig.SpecificationError, match="power takes a whole number as exponent; write exp"):
        operator.pow(A, exponent)


@pytest.mark.parametrize(("low", "high"), [(1, -1), (1, 1), (A, 2), (0, B), ([0, 0], 1)])
def test_clipping_needs_two_constant_bounds_in_order(low: Any, high: Any) -> None:
    with pytest.raises(ig.SpecificationError, match="clip takes two constant bounds, the lower one first"):
        ig.clip(A, low, high)


@pytest.mark.parametrize("name", ["", "1a", "a b", "a.b", "é", "a" * 33, "_a", "a;import os"])
@pytest.mark.parametrize("make", [ig.Parameter, lambda name: ig.Source(name, ig.Normal()), lambda name: ig.Gate(name, X), lambda name: ig.Opaque(name, (A,))])
def test_a_name_is_a_letter_followed_by_letters_digits_and_underscores(make: Callable[[str], Any], name: str) -> None:
    with pytest.raises(ig.SpecificationError, match="use a letter followed by at most 31 letters, digits or underscores"):
        make(name)


@pytest.mark.parametrize("name", ["tanh", "sum", "index"])
def test_the_name_of_an_operation_is_taken(name: str) -> None:
    with pytest.raises(ig.SpecificationError, match="which is an operation; choose another name"):
        ig.Parameter(name)


def test_equal_expressions_have_equal_hashes() -> None:
    left, right = ig.tanh(2 * A + "0.5"), ig.tanh(ig.Constant("2") * ig.Parameter("a") + 0.5)
    assert left == right
    assert hash(left) == hash(right)
    assert left != ig.tanh(2 * B + "0.5")


def test_parameters_and_references_are_collected_once_and_sorted() -> None:
    expression = B * X + A * (B + ig.Reference("V")) + ig.Opaque("net", (as_expression(X),), parameters=(ig.Parameter("c"),))
    assert parameters(expression) == (A, B, ig.Parameter("c"))
    assert references(expression) == ("V", "X")


def test_a_shared_part_is_visited_once_so_that_a_deep_tree_stays_linear() -> None:
    expression: ig.Expression = ig.tanh(A)
    for _ in range(60):
        expression = expression + expression
    assert len(list(subexpressions(expression))) == 62
    assert hash(expression) == hash(expression)


def test_leaves_have_no_children() -> None:
    assert children(A) == children(ig.Constant(1)) == children(ig.Reference("X")) == ()
    assert children(A + B) == (A, B)
