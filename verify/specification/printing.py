"""Expressions and laws as text, the inverse of `parse`."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from infograd.array import Array, identity, shape_of
from infograd.error import SpecificationError
from infograd.expression import Apply, Constant, Expression, Parameter, Reference
from infograd.law import Law, Mixture

_SUM, _PRODUCT, _UNARY, _POWER, _ATOM = range(5)
_INFIX = {
    "add": (" + ", _SUM, _SUM, _PRODUCT),
    "subtract": (" - ", _SUM, _SUM, _PRODUCT),
    "multiply": ("*", _PRODUCT, _PRODUCT, _UNARY),
    "divide": ("/", _PRODUCT, _PRODUCT, _UNARY),
    "matmul": (" @ ", _PRODUCT, _PRODUCT, _UNARY),
    "power": ("**", _POWER, _ATOM, _UNARY),
}


def to_text(expression: Expression) -> str:
    """The text that `parse` reads back as an equal expression.

    Raises: SpecificationError for an opaque module, which has no text.
    """
    return _printed(expression)[0]


def array_text(value: Array) -> str:
    """A number, or nested numbers in square brackets."""
    return f"[{', '.join(map(array_text, value))}]" if isinstance(value, tuple) else str(value)


def law_text(law: Law) -> str:
    """A law with its arguments in order."""
    parts = [to_text(argument) for argument in law.arguments.values()]
    if isinstance(law, Mixture):
        parts += map(law_text, law.components)
    return f"{type(law).__name__}({', '.join(parts)})"


def _printed(expression: Expression) -> tuple[str, int]:
    """The text and how strongly it holds together."""
    if isinstance(expression, Constant):
        return _constant(expression.value)
    if isinstance(expression, Parameter | Reference):
        return expression.name, _ATOM
    if not isinstance(expression, Apply):
        raise SpecificationError(f"The opaque module {expression.name!r} has no text; write the channel in Python.")
    if expression.operation in _INFIX:
        return _infix(expression)
    first = expression.arguments[0]
    if expression.operation == "negative":
        return f"-{'+' if _is_literal(first) else ''}{_wrapped(first, _UNARY)}", _UNARY
    if expression.operation == "index":
        return f"{_wrapped(first, _ATOM)}[{to_text(expression.arguments[1])}]", _ATOM
    return f"{expression.operation}({', '.join(map(to_text, expression.arguments))})", _ATOM


def _infix(expression: Apply) -> tuple[str, int]:
    sign, strength, least_left, least_right = _INFIX[expression.operation]
    left, right = expression.arguments
    kept = expression.operation == "divide" and _is_literal(right) and _is_whole(left)
    return f"{'+' if kept else ''}{_wrapped(left, least_left)}{sign}{_wrapped(right, least_right)}", strength


def _constant(value: Any) -> tuple[str, int]:
    shape = shape_of(value)
    if len(shape) == 2 and value == identity(shape[0]):
        return f"identity({shape[0]})", _ATOM
    if shape or value.denominator == 1:
        return array_text(value), _ATOM if shape or value >= 0 else _UNARY
    return str(value), _PRODUCT


def _is_whole(expression: Expression) -> bool:
    return isinstance(expression, Constant) and isinstance(expression.value, Fraction) and expression.value.denominator == 1


def _is_literal(expression: Expression) -> bool:
    return _is_whole(expression) and expression.value >= 0  # type: ignore[union-attr,operator]  # a whole number has a scalar value


def _wrapped(expression: Expression, least: int) -> str:
    text, strength = _printed(expression)
    return text if strength >= least else f"({text})"
