"""Exact numbers and arrays of them, as nested tuples.

Convention: ``int``, ``str`` and ``Decimal`` enter exactly ("0.1" is 1/10); a Python ``float`` is its double. Infinities,
NaN and ``bool`` are refused. Rooms convert to their own arrays; nothing outside a room holds one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias

from infograd.error import SpecificationError

Number: TypeAlias = Fraction
Shape: TypeAlias = tuple[int, ...]
Array: TypeAlias = Fraction | float | tuple["Array", ...]

_DIGITS = 64
_EXPONENT = 400


def exact(value: Any, place: str = "a number") -> Fraction:
    """The rational that `value` states.

    Raises: SpecificationError for bool, NaN, infinities, unreadable text and texts longer than 64 digits.
    """
    if isinstance(value, bool):
        raise SpecificationError(f"{place} is {value}; write a number, for example 1 or '1/4'.")
    if isinstance(value, int | Fraction):
        return Fraction(value)
    if isinstance(value, float | Decimal):
        if not math.isfinite(value):
            raise SpecificationError(f"{place} is {value}; write a finite number.")
        return Fraction(value)
    if isinstance(value, str):
        return _from_text(value, place)
    if hasattr(value, "item") and getattr(value, "shape", None) == ():
        return exact(value.item(), place)
    raise SpecificationError(f"{place} is {value!r} of type {type(value).__name__}; write a number, for example 1 or '1/4'.")


def _from_text(text: str, place: str) -> Fraction:
    digits, _, exponent = text.lower().partition("e")
    if len(digits) > 2 * _DIGITS or len(exponent.lstrip("+-")) > 3 or (exponent.lstrip("+-").isdigit() and abs(int(exponent)) > _EXPONENT):
        raise SpecificationError(f"{place} is a number of {len(text)} characters; at most {_DIGITS} digits and exponents up to {_EXPONENT} are read.")
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise SpecificationError(f"{place} is {text!r}; write a number, for example '0.1', '1/10' or '1e-3'.") from None


def exact_array(value: Any, place: str = "an array") -> Array:
    """Nested tuples of rationals from a number, nested sequences, or anything with `tolist` (a numpy array or a torch tensor).

    Raises: SpecificationError when rows differ in length or an axis is empty.
    """
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list | tuple):
        rows = tuple(exact_array(row, f"{place}[{position}]") for position, row in enumerate(value))
        if not rows:
            raise SpecificationError(f"{place} is empty; give it at least one entry.")
        if len({shape_of(row) for row in rows}) > 1:
            raise SpecificationError(f"{place} is ragged; give every row the same length.")
        return rows
    return exact(value, place)


def shape_of(array: Array) -> Shape:
    """The shape of a regular nested tuple; () for a number."""
    shape = []
    while isinstance(array, tuple):
        shape.append(len(array))
        array = array[0]
    return tuple(shape)


def entries(array: Array, index: Shape = ()) -> Iterator[tuple[Shape, Any]]:
    """Every entry with its index, in row-major order."""
    if isinstance(array, tuple):
        for position, row in enumerate(array):
            yield from entries(row, (*index, position))
    else:
        yield index, array


def filled(shape: Shape, value: Any) -> Array:
    """The array of that shape with `value` in every entry."""
    return value if not shape else tuple(filled(shape[1:], value) for _ in range(shape[0]))


def with_shape(flat: Iterator[Any], shape: Shape) -> Array:
    """The array of that shape, filled from `flat` in row-major order."""
    return next(flat) if not shape else tuple(with_shape(flat, shape[1:]) for _ in range(shape[0]))


def identity(size: int) -> Array:
    """The identity matrix of that size, exact."""
    return tuple(tuple(Fraction(row == column) for column in range(size)) for row in range(size))
