"""Quantities as the doubles that are printed, in the unit asked for; what a double rounds off is added to the proved doubt."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from infograd.array import Shape, with_shape
from infograd.convention import Unit, in_unit, nearest_double, upwards
from infograd.quantity import Doubt, Infinite, Quantity, Undefined


@dataclass(frozen=True, slots=True)
class Entry:
    """One number with its doubt in the unit; `exact` is the number itself where nothing was rounded or doubted."""

    index: Shape
    value: float | Infinite | Undefined
    proved: float
    estimated: float
    stderr: float
    exact: Fraction | None = None

    @property
    def doubt(self) -> float:
        """All three kinds together."""
        return self.proved + self.estimated + self.stderr


def _entry(index: Shape, value: Any, doubt: Doubt) -> Entry:
    proved, estimated, stderr = (nearest_double(each) for each in (doubt.proved, doubt.estimated, doubt.stderr))
    if isinstance(value, Infinite | Undefined):
        return Entry(index, value, proved, estimated, stderr)
    number = nearest_double(value)
    if not isinstance(value, Fraction):
        return Entry(index, number, proved, estimated, stderr)
    certain = not proved and not estimated and not stderr
    proved = upwards(Fraction(proved) + abs(Fraction(number) - value))
    return Entry(index, number, proved, estimated, stderr, exact=value if certain else None)


def as_doubles(quantity: Quantity, unit: Unit) -> tuple[Entry, ...]:
    """Every entry of the quantity in that unit.

    Raises: SpecificationError for a value beyond the range of doubles.
    """
    return tuple(_entry(index, value, doubt) for index, value, doubt in in_unit(quantity, unit).entries())


def reshaped(quantity: Quantity, numbers: tuple[Any, ...]) -> Any:
    """One number for each entry, nested like the quantity's value."""
    return with_shape(iter(numbers), quantity.shape)


def value_text(entry: Entry) -> str:
    """The number with the digits that its doubt leaves, at least one where it exceeds its doubt, 17 at most; an exact one as it is."""
    if not isinstance(entry.value, float):
        return "infinite" if isinstance(entry.value, Infinite) else "undefined"
    if entry.exact is not None and len(str(entry.exact)) <= 17:
        return str(entry.exact)
    if not entry.doubt or not entry.value:
        return repr(entry.value)
    if abs(entry.value) < entry.doubt:
        return "0"
    digits = math.floor(-math.log10(entry.doubt)) + math.floor(math.log10(abs(entry.value))) + 1
    return f"{entry.value:#.{min(max(digits, 1), 17)}g}".rstrip(".")


def doubt_text(entry: Entry) -> str:
    """The doubt by kind, or that there is none; nothing for a value that is no number."""
    if not isinstance(entry.value, float):
        return ""
    if entry.exact is not None:
        return "exact"
    kinds = (("proved", entry.proved), ("estimated", entry.estimated), ("standard error", entry.stderr))
    return " + ".join(f"{size:.1e} {kind}" for kind, size in kinds if size) or "none stated"
