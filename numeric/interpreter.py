"""Expressions on grids, with their derivative in forward mode.

A value is an array whose leading axes are the expression's own and whose trailing axes are those of the grids, so that a
scalar broadcasts against a vector by numpy's rules. A tangent is the derivative of the value along one direction, or
None where it is zero.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import special

from infograd.expression import Apply, Constant, Expression, Opaque, Parameter
from infograd.numeric.limit import LimitError

Floats: TypeAlias = NDArray[np.float64]
Dual: TypeAlias = tuple[Floats, Floats | None]


@dataclass(frozen=True, slots=True)
class _Entrywise:
    """A function of numbers and its partial derivatives, each a function of (arguments..., result)."""

    value: Callable[..., Any]
    partials: tuple[Callable[..., Any], ...]


def _sech_squared(x: Floats, t: Floats) -> Floats:
    decay = np.exp(-2 * np.abs(x))
    return np.asarray(4 * decay / (1 + decay) ** 2)


def _power_partial(x: Floats, n: Floats, result: Floats) -> Floats:
    exponent = int(n.item())
    return np.zeros_like(x) if exponent == 0 else exponent * _integer_power(x, exponent - 1)


def _integer_power(x: Floats, exponent: int) -> Floats:
    return x**exponent if exponent >= 0 else 1 / x**-exponent


_ENTRYWISE: dict[str, _Entrywise] = {
    "add": _Entrywise(lambda x, y: x + y, (lambda x, y, r: 1.0, lambda x, y, r: 1.0)),
    "subtract": _Entrywise(lambda x, y: x - y, (lambda x, y, r: 1.0, lambda x, y, r: -1.0)),
    "multiply": _Entrywise(lambda x, y: x * y, (lambda x, y, r: y, lambda x, y, r: x)),
    "divide": _Entrywise(lambda x, y: x / y, (lambda x, y, r: 1 / y, lambda x, y, r: -r / y)),
    "negative": _Entrywise(lambda x: -x, (lambda x, r: -1.0,)),
    "power": _Entrywise(lambda x, n: _integer_power(x, int(n.item())), (_power_partial,)),
    "tanh": _Entrywise(np.tanh, (_sech_squared,)),
    "sin": _Entrywise(np.sin, (lambda x, r: np.cos(x),)),
    "cos": _Entrywise(np.cos, (lambda x, r: -np.sin(x),)),
    "exp": _Entrywise(np.exp, (lambda x, r: r,)),
    "log": _Entrywise(np.log, (lambda x, r: 1 / x,)),
    "sqrt": _Entrywise(np.sqrt, (lambda x, r: 0.5 / r,)),
    "erf": _Entrywise(special.erf, (lambda x, r: 2 / np.sqrt(np.pi) * np.exp(-(x**2)),)),
    "sigmoid": _Entrywise(special.expit, (lambda x, r: special.expit(x) * special.expit(-x),)),
    "softplus": _Entrywise(lambda x: np.logaddexp(0.0, x), (lambda x, r: special.expit(x),)),
    "abs": _Entrywise(np.abs, (lambda x, r: np.sign(x),)),
    "relu": _Entrywise(lambda x: np.maximum(x, 0.0), (lambda x, r: np.where(x > 0, 1.0, 0.0),)),
    "clip": _Entrywise(np.clip, (lambda x, low, high, r: np.where((low < x) & (x < high), 1.0, 0.0),)),
    "sign": _Entrywise(np.sign, (lambda x, r: np.zeros_like(x),)),
}


def _dual_entrywise(rule: _Entrywise, arguments: list[Dual]) -> Dual:
    values = [value for value, _ in arguments]
    result = rule.value(*values)
    tangent: Floats | None = None
    for partial, (_, direction) in zip(rule.partials, arguments, strict=False):
        if direction is not None:
            term = partial(*values, result) * direction
            tangent = term if tangent is None else tangent + term
    if tangent is not None and tangent.ndim < result.ndim:  # a number moves, and with it every entry of the vector it was combined with
        tangent = np.broadcast_to(tangent, (*result.shape[: result.ndim - tangent.ndim], *tangent.shape))
    return result, tangent


def _bilinear(product: Callable[[Floats, Floats], Floats], arguments: list[Dual]) -> Dual:
    (left, left_tangent), (right, right_tangent) = arguments
    tangent = None if left_tangent is None else product(left_tangent, right)
    if right_tangent is not None:
        term = product(left, right_tangent)
        tangent = term if tangent is None else tangent + term
    return product(left, right), tangent


def _product(left_rank: int, right_rank: int) -> Callable[[Floats, Floats], Floats]:
    left = "ij"[2 - left_rank :]
    right = "jk"[:right_rank]
    formula = f"{left}...,{right}...->{left[:-1]}{right[1:]}..."
    return lambda x, y: np.einsum(formula, x, y)


def _linear(operation: Apply, arguments: list[Dual]) -> Dual:
    """Operations that are linear in all their arguments together."""
    rank = len(operation.arguments[0].shape)

    def act(values: list[Floats]) -> Floats:
        match operation.operation:
            case "stack":
                return np.stack(np.broadcast_arrays(*values))
            case "sum":
                return np.asarray(values[0].sum(axis=tuple(range(rank))))
            case "transpose":
                return np.swapaxes(values[0], 0, 1)
            case _:
                return np.asarray(values[0][int(values[1].item())])

    directions = [direction for _, direction in arguments]
    values = [value for value, _ in arguments]
    if all(direction is None for direction in directions):
        return act(values), None
    if operation.operation == "index":
        return act(values), act([directions[0], values[1]])  # type: ignore[list-item]  # the index has no tangent, the vector has one
    filled = [np.zeros_like(value) if direction is None else direction for value, direction in arguments]
    return act(values), act(filled)


class Interpreter:
    """Evaluates expressions at fixed parameter values and along fixed directions, over grids with `axes` axes."""

    def __init__(self, values: Mapping[str, Floats], tangents: Mapping[str, Floats], axes: int) -> None:
        self._values = values
        self._tangents = tangents
        self._axes = axes

    def __call__(self, expression: Expression) -> Dual:
        """The value and the tangent of an expression.

        Raises: LimitError for an opaque module.
        """
        if isinstance(expression, Constant):
            return self._spread(np.asarray(expression.value, dtype=np.float64)), None
        if isinstance(expression, Opaque):
            raise LimitError(f"the opaque module {expression.name!r} can be run, not read; quadrature needs its formula")
        if isinstance(expression, Parameter):
            direction = self._tangents.get(expression.name)
            return self._spread(self._values[expression.name]), None if direction is None else self._spread(direction)
        if not isinstance(expression, Apply):
            return self._values[expression.name], self._tangents.get(expression.name)
        arguments = [self(argument) for argument in expression.arguments]
        if expression.operation in _ENTRYWISE:
            return _dual_entrywise(_ENTRYWISE[expression.operation], arguments)
        if expression.operation in ("matmul", "dot"):
            ranks = [len(argument.shape) for argument in expression.arguments]
            return _bilinear(_product(*ranks), arguments)
        return _linear(expression, arguments)

    def _spread(self, array: Floats) -> Floats:
        return array.reshape(array.shape + (1,) * self._axes)
