"""Every operation on grids: its value against a hand-written function, its tangent against that function's derivative."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

import infograd as ig
from infograd.expression import Opaque, Parameter, Reference, apply
from infograd.numeric.interpreter import Interpreter
from infograd.numeric.limit import LimitError

GRID = np.array([-1.7, -0.3, 0.4, 1.9])
EPS = np.finfo(np.float64).eps
X = Reference("X")

POSITIVE = np.abs(GRID)
ENTRYWISE: dict[str, tuple[Callable[[float], float], Callable[[float], float]]] = {
    "negative": (lambda x: -x, lambda x: -1.0),
    "tanh": (lambda x: 1 - 2 / (math.exp(2 * x) + 1), lambda x: 1 / math.cosh(x) ** 2),
    "sin": (math.sin, math.cos),
    "cos": (math.cos, lambda x: -math.sin(x)),
    "exp": (math.exp, math.exp),
    "log": (math.log, lambda x: 1 / x),
    "sqrt": (math.sqrt, lambda x: 0.5 / math.sqrt(x)),
    "erf": (math.erf, lambda x: 2 / math.sqrt(math.pi) * math.exp(-x * x)),
    "sigmoid": (lambda x: 1 / (1 + math.exp(-x)), lambda x: math.exp(-x) / (1 + math.exp(-x)) ** 2),
    "softplus": (lambda x: math.log(1 + math.exp(x)), lambda x: 1 / (1 + math.exp(-x))),
    "abs": (abs, lambda x: math.copysign(1.0, x)),
    "relu": (lambda x: x if x > 0 else 0.0, lambda x: 1.0 if x > 0 else 0.0),
    "sign": (lambda x: math.copysign(1.0, x), lambda x: 0.0),
}


@pytest.mark.parametrize("operation", ENTRYWISE)
def test_entrywise_operations_have_the_textbook_value_and_derivative(operation: str) -> None:
    value, derivative = ENTRYWISE[operation]
    grid = POSITIVE if operation in ("log", "sqrt") else GRID
    result, tangent = Interpreter({"X": grid}, {"X": np.full(4, 3.0)}, 1)(apply(operation, X))
    assert tangent is not None
    np.testing.assert_allclose(result, [value(x) for x in grid], rtol=8 * EPS)
    np.testing.assert_allclose(tangent, [3 * derivative(x) for x in grid], rtol=16 * EPS)


@pytest.mark.parametrize(
    ("operation", "value", "in_first", "in_second"),
    [
        ("add", lambda x, y: x + y, lambda x, y: 1.0, lambda x, y: 1.0),
        ("subtract", lambda x, y: x - y, lambda x, y: 1.0, lambda x, y: -1.0),
        ("multiply", lambda x, y: x * y, lambda x, y: y, lambda x, y: x),
        ("divide", lambda x, y: x / y, lambda x, y: 1 / y, lambda x, y: -x / y**2),
    ],
)
def test_binary_operations_keep_the_order_of_their_arguments(
    operation: str, value: Callable[[float, float], float], in_first: Callable[[float, float], float], in_second: Callable[[float, float], float]
) -> None:
    interpreter = Interpreter({"X": GRID, "t": np.asarray(2.5)}, {"t": np.asarray(1.0), "X": np.full(4, -2.0)}, 1)
    result, tangent = interpreter(apply(operation, X, Parameter("t")))
    assert tangent is not None
    np.testing.assert_allclose(result, [value(x, 2.5) for x in GRID], rtol=4 * EPS)
    np.testing.assert_allclose(tangent, [-2 * in_first(x, 2.5) + in_second(x, 2.5) for x in GRID], rtol=8 * EPS)


@pytest.mark.parametrize("exponent", [-2, -1, 0, 1, 2, 5])
def test_powers_follow_the_power_rule(exponent: int) -> None:
    result, tangent = Interpreter({"X": GRID}, {"X": np.ones(4)}, 1)(X**exponent)
    assert tangent is not None
    np.testing.assert_allclose(result, GRID ** float(exponent), rtol=16 * EPS)
    np.testing.assert_allclose(tangent, np.asarray(exponent * GRID ** float(exponent - 1)), rtol=16 * EPS)


def test_clip_is_flat_outside_its_bounds() -> None:
    result, tangent = Interpreter({"X": GRID}, {"X": np.ones(4)}, 1)(ig.clip(X, -1, "1/2"))
    assert tangent is not None
    np.testing.assert_array_equal(result, [-1.0, -0.3, 0.4, 0.5])
    np.testing.assert_array_equal(tangent, [0.0, 1.0, 1.0, 0.0])


def test_the_slope_of_a_saturated_tanh_keeps_its_digits() -> None:
    _, tangent = Interpreter({"X": np.array([20.0])}, {"X": np.ones(1)}, 1)(ig.tanh(X))
    assert tangent is not None
    np.testing.assert_allclose(tangent, 4 * math.exp(-40), rtol=16 * EPS)


def test_vector_operations_agree_with_numpy_and_with_the_product_rule() -> None:
    w, m, x, y = Parameter("w", (2,)), Parameter("m", (2, 2)), Reference("X"), Reference("Y")
    rows, columns = GRID.reshape(-1, 1), GRID.reshape(1, -1)
    weights, matrix = np.array([0.5, -2.0]), np.array([[1.0, 3.0], [-1.0, 0.25]])
    direction = np.array([[0.0, 1.0], [0.0, 0.0]])
    interpreter = Interpreter({"X": rows, "Y": columns, "w": weights, "m": matrix}, {"m": direction}, 2)
    expression = ig.dot(w, m @ ig.stack(x, y)) + ig.sum(ig.transpose(m)) * m[1, 0]
    result, tangent = interpreter(expression)
    assert tangent is not None
    stacked = np.stack(np.broadcast_arrays(rows, columns))
    expected = np.einsum("i,ij,jab->ab", weights, matrix, stacked) + matrix.sum() * matrix[1, 0]
    np.testing.assert_allclose(result, expected, rtol=8 * EPS, atol=8 * EPS)
    np.testing.assert_allclose(tangent, np.broadcast_to(weights[0] * columns + matrix[1, 0], (4, 4)), rtol=8 * EPS, atol=8 * EPS)


def test_an_opaque_module_is_beyond_the_room() -> None:
    with pytest.raises(LimitError, match="opaque module 'enc'"):
        Interpreter({"X": GRID}, {}, 1)(Opaque("enc", (X,)))


def test_a_number_added_to_a_vector_moves_every_entry_of_it() -> None:
    """Vectors have their own axes first: the tangent of v + c along c is 1 in each of them, also where an entry is taken or all are summed."""
    vector = Reference("V", (3,))
    interpreter = Interpreter({"V": np.arange(6.0).reshape(3, 2), "c": np.asarray(0.5)}, {"c": np.asarray(2.0)}, 1)
    moved = vector + Parameter("c")
    for expression, expected in ((moved, np.full((3, 1), 2.0)), (moved[2], np.full(1, 2.0)), (ig.sum(moved), np.full(1, 6.0))):
        tangent = interpreter(expression)[1]
        assert tangent is not None
        assert tangent.shape == expected.shape
        np.testing.assert_array_equal(tangent, expected)
