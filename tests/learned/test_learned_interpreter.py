"""Every operation against a function written by hand, and its derivative against a formula."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from scipy import special
from torch import Tensor

import infograd as ig
from infograd.expression import Expression, apply
from infograd.learned.samples.interpreter import evaluate
from infograd.operation import OPERATIONS

ROUNDING = 64 * float(np.finfo(float).eps)
POINTS = np.array([-2.3, -0.75, 0.4, 1.1, 3.2])
POSITIVE = np.abs(POINTS)
Function = Callable[[np.ndarray], np.ndarray]

UNARY: dict[str, tuple[Function, Function, np.ndarray]] = {
    "negative": (lambda x: -x, lambda x: -np.ones_like(x), POINTS),
    "tanh": (np.tanh, lambda x: 1 / np.cosh(x) ** 2, POINTS),
    "sin": (np.sin, np.cos, POINTS),
    "cos": (np.cos, lambda x: -np.sin(x), POINTS),
    "exp": (np.exp, np.exp, POINTS),
    "log": (np.log, lambda x: 1 / x, POSITIVE),
    "sqrt": (np.sqrt, lambda x: 0.5 / np.sqrt(x), POSITIVE),
    "erf": (special.erf, lambda x: 2 / np.sqrt(np.pi) * np.exp(-(x**2)), POINTS),
    "sigmoid": (lambda x: 1 / (1 + np.exp(-x)), lambda x: np.exp(-x) / (1 + np.exp(-x)) ** 2, POINTS),
    "softplus": (lambda x: np.log1p(np.exp(x)), lambda x: 1 / (1 + np.exp(-x)), POINTS),
    "abs": (np.abs, np.sign, POINTS),
    "relu": (lambda x: np.where(x > 0, x, 0), lambda x: (x > 0) * 1.0, POINTS),
    "sign": (np.sign, np.zeros_like, POINTS),
}


def run(expression: Expression, **nodes: Tensor) -> Tensor:
    return evaluate(expression, nodes, {}, {})


def tensor(values: object) -> Tensor:
    return torch.tensor(np.asarray(values, dtype=float), requires_grad=True)


@pytest.mark.parametrize("name", UNARY)
def test_entrywise_operation_and_its_derivative_are_the_formulas(name: str) -> None:
    function, derivative, points = UNARY[name]
    x = tensor(points)
    value = run(apply(name, ig.Reference("X")), X=x)
    np.testing.assert_allclose(value.detach(), function(points), rtol=ROUNDING)
    (slope,) = torch.autograd.grad(value.sum(), x)
    np.testing.assert_allclose(slope, derivative(points), rtol=ROUNDING, atol=ROUNDING)


BINARY: dict[str, tuple[Callable[..., np.ndarray], Callable[..., np.ndarray], Callable[..., np.ndarray]]] = {
    "add": (lambda x, y: x + y, lambda x, y: np.ones_like(x), lambda x, y: np.ones_like(x)),
    "subtract": (lambda x, y: x - y, lambda x, y: np.ones_like(x), lambda x, y: -np.ones_like(x)),
    "multiply": (lambda x, y: x * y, lambda x, y: y, lambda x, y: x),
    "divide": (lambda x, y: x / y, lambda x, y: 1 / y, lambda x, y: -x / y**2),
}


@pytest.mark.parametrize("name", BINARY)
def test_binary_operation_and_its_derivatives_are_the_formulas(name: str) -> None:
    function, *derivatives = BINARY[name]
    x, y = tensor(POINTS), tensor(POINTS[::-1].copy())
    value = run(apply(name, ig.Reference("X"), ig.Reference("Y")), X=x, Y=y)
    np.testing.assert_allclose(value.detach(), function(POINTS, POINTS[::-1]), rtol=ROUNDING)
    for slope, derivative in zip(torch.autograd.grad(value.sum(), (x, y)), derivatives, strict=True):
        np.testing.assert_allclose(slope, derivative(POINTS, POINTS[::-1]), rtol=ROUNDING)


@pytest.mark.parametrize("exponent", [-2, 0, 1, 3])
def test_integer_power_has_the_power_rule(exponent: int) -> None:
    x = tensor(POINTS)
    value = run(ig.Reference("X") ** exponent, X=x)
    np.testing.assert_allclose(value.detach(), POINTS**exponent if exponent >= 0 else 1 / POINTS**-exponent, rtol=ROUNDING)
    (slope,) = torch.autograd.grad(value.sum(), x)
    np.testing.assert_allclose(slope, exponent * POINTS ** float(exponent - 1) if exponent > 0 else exponent / POINTS ** (1 - exponent), rtol=ROUNDING)


def test_clip_holds_its_bounds_and_is_flat_on_and_beyond_them() -> None:
    points = np.array([-3.0, -1.0, 0.25, 2.0, 5.0])
    x = tensor(points)
    value = run(ig.clip(ig.Reference("X"), -1, 2), X=x)
    np.testing.assert_array_equal(value.detach(), np.minimum(np.maximum(points, -1), 2))
    (slope,) = torch.autograd.grad(value.sum(), x)
    np.testing.assert_array_equal(slope, [0, 0, 1, 0, 0])


@pytest.mark.parametrize("function", [ig.abs, ig.relu, ig.sign])
def test_derivative_at_a_kink_is_zero(function: Callable[[object], Expression]) -> None:
    x = tensor([0.0])
    (slope,) = torch.autograd.grad(run(function(ig.Reference("X")), X=x).sum(), x)
    assert slope.item() == 0


def test_softplus_keeps_its_exponential_tail() -> None:
    np.testing.assert_allclose(run(ig.softplus(ig.Reference("X")), X=tensor([-40.0, 30.0])).detach(), [np.exp(-40), 30 + np.exp(-30)], rtol=ROUNDING)


LEFT = np.arange(12.0).reshape(2, 2, 3) - 5
RIGHT = np.arange(18.0).reshape(2, 3, 3) / 7
VECTOR = np.array([[1.0, -2, 0.5], [3, 1, -1]])


def test_matrix_products_act_sample_by_sample() -> None:
    left, right, vector = ig.Reference("L", (2, 3)), ig.Reference("R", (3, 3)), ig.Reference("V", (3,))
    nodes = {"L": tensor(LEFT), "R": tensor(RIGHT), "V": tensor(VECTOR)}
    np.testing.assert_allclose(run(left @ right, **nodes).detach(), np.einsum("nij,njk->nik", LEFT, RIGHT), rtol=ROUNDING)
    np.testing.assert_allclose(run(left @ vector, **nodes).detach(), np.einsum("nij,nj->ni", LEFT, VECTOR), rtol=ROUNDING)
    np.testing.assert_allclose(run(vector @ right, **nodes).detach(), np.einsum("nj,njk->nk", VECTOR, RIGHT), rtol=ROUNDING, atol=ROUNDING)
    np.testing.assert_allclose(run(vector @ vector, **nodes).detach(), np.einsum("nj,nj->n", VECTOR, VECTOR), rtol=ROUNDING)
    np.testing.assert_allclose(run(ig.dot(vector, vector), **nodes).detach(), np.einsum("nj,nj->n", VECTOR, VECTOR), rtol=ROUNDING)


def test_shape_operations_act_sample_by_sample() -> None:
    matrix, vector = ig.Reference("L", (2, 3)), ig.Reference("V", (3,))
    nodes = {"L": tensor(LEFT), "V": tensor(VECTOR)}
    np.testing.assert_array_equal(run(matrix.T, **nodes).detach(), LEFT.transpose(0, 2, 1))
    np.testing.assert_array_equal(run(matrix[1, 2], **nodes).detach(), LEFT[:, 1, 2])
    np.testing.assert_array_equal(run(ig.sum(matrix), **nodes).detach(), LEFT.sum(axis=(1, 2)))
    np.testing.assert_array_equal(run(ig.stack(vector, 2 * vector), **nodes).detach(), np.stack([VECTOR, 2 * VECTOR], axis=1))
    np.testing.assert_array_equal(run(ig.stack(vector[0], 4), **nodes).detach(), np.stack([VECTOR[:, 0], [4, 4]], axis=1))


def test_scalar_node_multiplies_a_vector_parameter_and_a_scalar_parameter_a_vector_node() -> None:
    weights = torch.tensor([1.0, 2.0, 4.0], dtype=torch.float64)
    scalar = tensor(POINTS[:2])
    product = evaluate(ig.Parameter("w", (3,)) * ig.Reference("X"), {"X": scalar}, {"w": weights.unsqueeze(0)}, {})
    np.testing.assert_array_equal(product.detach(), POINTS[:2, None] * weights.numpy())
    scaled = evaluate(ig.Parameter("a") * ig.Reference("V", (3,)), {"V": tensor(VECTOR)}, {"a": torch.tensor([3.0], dtype=torch.float64)}, {})
    np.testing.assert_array_equal(scaled.detach(), 3 * VECTOR)


def test_every_operation_of_the_language_is_tested_here() -> None:
    shapes = {"power", "clip", "matmul", "dot", "sum", "stack", "index", "transpose"}
    assert {*UNARY, *BINARY, *shapes} == set(OPERATIONS)
