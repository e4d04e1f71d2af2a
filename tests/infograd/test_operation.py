"""The table of operations: number of arguments, shape rule and regularity of each."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import infograd as ig
from infograd.expression import apply
from infograd.operation import OPERATIONS, Regularity

BINARY = ("add", "subtract", "multiply", "divide")
ENTRYWISE = ("negative", "tanh", "sin", "cos", "exp", "log", "sqrt", "erf", "sigmoid", "softplus", "abs", "relu", "sign")
SHAPES = st.lists(st.integers(1, 3), max_size=2).map(tuple)


def parameter(shape: tuple[int, ...], name: str = "p") -> ig.Parameter:
    """A parameter of that shape."""
    return ig.Parameter(name, shape)


def test_the_table_is_complete() -> None:
    assert set(OPERATIONS) == {*BINARY, *ENTRYWISE, "power", "matmul", "dot", "sum", "stack", "index", "transpose", "clip"}
    assert all(operation.name == name for name, operation in OPERATIONS.items())


@pytest.mark.parametrize("name", BINARY)
@given(left=SHAPES, right=SHAPES)
def test_entrywise_operations_take_equal_shapes_or_a_scalar_beside_any_shape(name: str, left: tuple[int, ...], right: tuple[int, ...]) -> None:
    if left == right or not left or not right:
        assert apply(name, parameter(left), parameter(right, "q")).shape == np.broadcast_shapes(left, right)
    else:
        with pytest.raises(ig.SpecificationError, match="give it equal shapes, or a scalar beside any shape"):
            apply(name, parameter(left), parameter(right, "q"))


@pytest.mark.parametrize("name", ENTRYWISE)
@given(shape=SHAPES)
def test_functions_of_one_argument_keep_its_shape(name: str, shape: tuple[int, ...]) -> None:
    assert apply(name, parameter(shape)).shape == shape


@given(left=SHAPES, right=SHAPES)
def test_the_matrix_product_has_numpys_shape(left: tuple[int, ...], right: tuple[int, ...]) -> None:
    try:
        expected = (np.zeros(left) @ np.zeros(right)).shape
    except ValueError:
        with pytest.raises(ig.SpecificationError, match=r"matmul got shapes .* must match the first axis of the right"):
            apply("matmul", parameter(left), parameter(right, "q"))
    else:
        assert apply("matmul", parameter(left), parameter(right, "q")).shape == expected


@given(left=SHAPES, right=SHAPES)
def test_the_inner_product_takes_two_vectors_of_one_length(left: tuple[int, ...], right: tuple[int, ...]) -> None:
    if len(left) == 1 and left == right:
        assert ig.dot(parameter(left), parameter(right, "q")).shape == ()
    else:
        with pytest.raises(ig.SpecificationError, match="give it two vectors of the same length"):
            ig.dot(parameter(left), parameter(right, "q"))


@given(shape=SHAPES)
def test_the_sum_of_any_shape_is_a_scalar(shape: tuple[int, ...]) -> None:
    assert ig.sum(parameter(shape)).shape == ()


@given(shape=SHAPES, count=st.integers(1, 3))
def test_stacking_adds_an_axis_in_front_of_scalars_and_vectors(shape: tuple[int, ...], count: int) -> None:
    rows = [parameter(shape)] * count
    if len(shape) < 2:
        assert ig.stack(*rows).shape == (count, *shape)
    else:
        with pytest.raises(ig.SpecificationError, match="give it scalars, or vectors of the same length"):
            ig.stack(*rows)


@pytest.mark.parametrize("rows", [(), (parameter(()), parameter((2,), "q")), (parameter((3,)), parameter((2,), "q"))])
def test_rows_of_different_shapes_cannot_be_stacked(rows: tuple[ig.Parameter, ...]) -> None:
    with pytest.raises(ig.SpecificationError, match="give it scalars, or vectors of the same length"):
        ig.stack(*rows)


@given(shape=SHAPES)
def test_an_entry_has_one_axis_less(shape: tuple[int, ...]) -> None:
    if shape:
        assert parameter(shape)[0].shape == shape[1:]
    else:
        with pytest.raises(ig.SpecificationError, match="only a vector or a matrix has entries"):
            parameter(shape)[0]


@given(shape=SHAPES)
def test_only_a_matrix_has_a_transpose(shape: tuple[int, ...]) -> None:
    if len(shape) == 2:
        assert parameter(shape).T.shape == ig.transpose(parameter(shape)).shape == shape[::-1]
    else:
        with pytest.raises(ig.SpecificationError, match="give it a matrix"):
            parameter(shape).T  # noqa: B018 - reading the property is what is refused


@given(shape=SHAPES, exponent=st.integers(-3, 3))
def test_powers_and_clipping_keep_the_shape(shape: tuple[int, ...], exponent: int) -> None:
    assert (parameter(shape) ** exponent).shape == shape
    assert ig.clip(parameter(shape), -1, 1).shape == shape


@pytest.mark.parametrize(("name", "count"), [("tanh", 0), ("tanh", 2), ("add", 1), ("add", 3), ("clip", 2)])
def test_a_wrong_number_of_arguments_is_stated(name: str, count: int) -> None:
    with pytest.raises(ig.SpecificationError, match=rf"{name} takes {OPERATIONS[name].arity} arguments and got {count}\."):
        apply(name, *[1] * count)


def test_an_unknown_operation_lists_the_known_ones() -> None:
    with pytest.raises(ig.SpecificationError, match=r"'sinh' is no operation; the operations are .*tanh"):
        apply("sinh", 1)


FUNCTIONS: dict[str, Any] = {
    "tanh": math.tanh,
    "sin": math.sin,
    "cos": math.cos,
    "exp": math.exp,
    "erf": math.erf,
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
    "softplus": lambda x: math.log1p(math.exp(x)),
    "abs": abs,
    "relu": lambda x: max(x, 0.0),
    "clip": lambda x: min(max(x, -1.0), 1.0),
    "sign": lambda x: math.copysign(1.0, x) if x else 0.0,
}


def one_sided(function: Any, x: float) -> tuple[float, float, float, float]:
    """The limits of value and slope from the left and from the right, from points a small step away."""
    step = 1e-6
    slopes = [(function(x + side * 2 * step) - function(x + side * step)) / (side * step) for side in (-1, 1)]
    return function(x - step), function(x + step), *slopes


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_declared_regularity_is_what_the_function_shows_at_its_worst_point(name: str) -> None:
    left, right, slope_left, slope_right = one_sided(FUNCTIONS[name], 1.0 if name == "clip" else 0.0)
    jumps = abs(right - left) > 0.1
    bends = abs(slope_right - slope_left) > 0.1
    shown = Regularity.JUMP if jumps else Regularity.KINK if bends else Regularity.SMOOTH
    assert OPERATIONS[name].regularity is shown


def test_the_regularity_of_a_map_is_that_of_its_roughest_operation() -> None:
    from infograd.expression import regularity

    x = ig.Parameter("x")
    assert regularity(ig.tanh(x) + x) is Regularity.SMOOTH
    assert regularity(ig.relu(x) + ig.tanh(x)) is Regularity.KINK
    assert regularity(ig.relu(ig.sign(x))) is Regularity.JUMP
    assert regularity(x) is Regularity.SMOOTH
