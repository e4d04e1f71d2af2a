"""The value of an expression in parameters alone, for the checks of the language; rooms compute with their own interpreters.

Rational operations stay exact. The others go through a double, so a check of a variance like exp(2*a) is exact up to
rounding and one of 1/10 is exact.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from infograd.array import Array, entries, shape_of, with_shape
from infograd.error import SpecificationError
from infograd.expression import Apply, Constant, Expression, Opaque, Parameter


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


_SCALAR: dict[str, Callable[..., Any]] = {
    "add": lambda x, y: x + y,
    "subtract": lambda x, y: x - y,
    "multiply": lambda x, y: x * y,
    "divide": lambda x, y: x / y,
    "negative": lambda x: -x,
    "power": lambda x, n: x ** int(n),
    "tanh": math.tanh,
    "sin": math.sin,
    "cos": math.cos,
    "exp": lambda x: math.exp(x) if x else Fraction(1),
    "log": math.log,
    "sqrt": lambda x: _exact_root(x) or math.sqrt(x),
    "erf": math.erf,
    "sigmoid": _sigmoid,
    "softplus": lambda x: max(x, 0) + math.log1p(math.exp(-abs(x))),
    "abs": abs,
    "relu": lambda x: max(x, Fraction(0)),
    "clip": lambda x, low, high: min(max(x, low), high),
    "sign": lambda x: Fraction((x > 0) - (x < 0)),
}


def _exact_root(x: Any) -> Fraction | None:
    """The square root where it is rational."""
    if not isinstance(x, Fraction) or x < 0:
        return None
    top, bottom = math.isqrt(x.numerator), math.isqrt(x.denominator)
    return Fraction(top, bottom) if top * top == x.numerator and bottom * bottom == x.denominator else None


def _entrywise(function: Callable[..., Any], values: list[Any]) -> Any:
    shape = next((shape_of(value) for value in values if shape_of(value)), ())
    size = math.prod(shape)
    columns = [[entry for _, entry in entries(value)] for value in values]
    spread = [column * (size // len(column)) for column in columns]
    return with_shape(iter([function(*row) for row in zip(*spread, strict=True)]), shape)


def _transpose(matrix: Any) -> Any:
    return tuple(zip(*matrix, strict=True))


def _dot(left: Any, right: Any) -> Any:
    return sum(x * y for x, y in zip(left, right, strict=True))


def _matrix_product(left: Any, right: Any) -> Any:
    columns = _transpose(right) if len(shape_of(right)) == 2 else None
    rows = left if len(shape_of(left)) == 2 else (left,)
    product = tuple(_dot(row, right) if columns is None else tuple(_dot(row, column) for column in columns) for row in rows)
    return product if len(shape_of(left)) == 2 else product[0]


def _operate(operation: str, values: list[Any]) -> Any:
    match operation:
        case "matmul":
            return _matrix_product(*values)
        case "dot":
            return _dot(*values)
        case "sum":
            return sum(value for _, value in entries(values[0]))
        case "stack":
            return tuple(values)
        case "index":
            return values[0][int(values[1])]
        case "transpose":
            return _transpose(values[0])
        case _:
            return _entrywise(_SCALAR[operation], values)


def evaluate(expression: Expression, point: Mapping[str, Array]) -> Any:
    """The value of an expression without references.

    Raises: SpecificationError where the value does not exist (a division by 0, the logarithm of a negative number, overflow).
    """
    if isinstance(expression, Constant):
        return expression.value
    if isinstance(expression, Parameter):
        return point[expression.name]
    if isinstance(expression, Apply):
        values = [evaluate(argument, point) for argument in expression.arguments]
        try:
            result = _operate(expression.operation, values)
        except (ValueError, ZeroDivisionError, OverflowError) as error:
            raise SpecificationError(f"{expression.operation} has no value at {', '.join(map(str, values))} ({error}).") from None
        if not all(math.isfinite(value) for _, value in entries(result)):
            raise SpecificationError(f"{expression.operation} leaves the range of numbers at {', '.join(map(str, values))}.")
        return result
    what = f"the opaque module {expression.name!r}" if isinstance(expression, Opaque) else f"the node {expression.name!r}"
    raise SpecificationError(f"{what} has no value of its own; use parameters and constants here.")
