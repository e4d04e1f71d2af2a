"""Values with their doubt.

Three kinds of doubt are kept apart: `proved` bounds the error by a theorem, `estimated` by an error estimate, `stderr`
is the standard error of a random estimate with `dof` degrees of freedom. A value that is exact stays a rational; a
float carries at least its rounding in `proved` or `estimated`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from infograd.array import Array, Shape, entries, shape_of
from infograd.error import SpecificationError


@dataclass(frozen=True, slots=True)
class Doubt:
    """How far a value may be from the truth; each field is a number, or an array of the value's shape."""

    proved: Array = 0.0
    estimated: Array = 0.0
    stderr: Array = 0.0
    dof: float = math.inf

    def __post_init__(self) -> None:
        for name in ("proved", "estimated", "stderr"):
            for _, value in entries(getattr(self, name)):
                if not value >= 0:
                    raise SpecificationError(f"the {name} doubt is {value}; a doubt is not negative.")
        if not self.dof > 0:
            raise SpecificationError(f"a doubt has {self.dof} degrees of freedom; it needs more than 0.")

    def at(self, index: Shape) -> Doubt:
        """The doubt of one entry."""
        return Doubt(_entry(self.proved, index), _entry(self.estimated, index), _entry(self.stderr, index), self.dof)


def _entry(array: Array, index: Shape) -> Any:
    for position in index if isinstance(array, tuple) else ():
        array = array[position]  # type: ignore[index]  # the shape was checked with the quantity
    return array


@dataclass(frozen=True, slots=True)
class Infinite:
    """A value that is plus infinity, and why."""

    why: str


@dataclass(frozen=True, slots=True)
class Undefined:
    """A value that does not exist, and why."""

    why: str


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value (a number, a nested tuple of numbers, `Infinite` or `Undefined`) and the doubt of every entry."""

    value: Array | Infinite | Undefined
    doubt: Doubt = Doubt()

    def __post_init__(self) -> None:
        if isinstance(self.value, Infinite | Undefined):
            return
        shape = shape_of(self.value)
        for name in ("proved", "estimated", "stderr"):
            if shape_of(getattr(self.doubt, name)) not in ((), shape):
                raise SpecificationError(f"the {name} doubt has shape {shape_of(getattr(self.doubt, name))} and the value {shape}; give both one shape.")

    @property
    def shape(self) -> Shape:
        """The shape of the value; () where it is infinite or undefined."""
        return () if isinstance(self.value, Infinite | Undefined) else shape_of(self.value)

    def entries(self) -> Iterator[tuple[Shape, Any, Doubt]]:
        """Every entry with its index and its doubt; an infinite or undefined value is one entry."""
        if isinstance(self.value, Infinite | Undefined):
            yield (), self.value, self.doubt
        else:
            for index, value in entries(self.value):
                yield index, value, self.doubt.at(index)
