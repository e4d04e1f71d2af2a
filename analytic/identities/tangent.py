"""Numbers with their slopes in the parameters: what the entries of a linear system are made of.

A function that leaves the field (sqrt, exp, tanh, ...) becomes a generator of its own with a free slope. An identity that
holds for free values and slopes holds for the true ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Generic

from infograd.analytic.identities.field import Field, N
from infograd.analytic.refusal import NoClosedFormError
from infograd.analytic.ring import Entry, Ring
from infograd.array import Shape


@dataclass(frozen=True, slots=True)
class Tangent(Generic[N]):
    """A value, and its slope in every parameter entry that moves it."""

    value: N
    slopes: Mapping[Entry, N]


def _added(left: Mapping[Entry, N], right: Mapping[Entry, N]) -> Mapping[Entry, N]:
    return {**left, **{entry: left[entry] + slope if entry in left else slope for entry, slope in right.items()}}


def _scaled(slopes: Mapping[Entry, N], factor: Callable[[N], N]) -> Mapping[Entry, N]:
    return {entry: factor(slope) for entry, slope in slopes.items()}


class TangentRing(Ring[Tangent[Any]]):
    """Every parameter entry a generator of the field; `free` says whether some function became one."""

    def __init__(self, field: Field[Any], wrt: frozenset[str]) -> None:
        self.field = field
        self.free = False
        self._wrt = wrt

    def constant(self, value: Fraction | float) -> Tangent[Any]:
        """A number that no parameter moves."""
        return Tangent(self.field.constant(Fraction(value)), {})

    def parameter(self, name: str, index: Shape) -> Tangent[Any]:
        """The entry's generator."""
        slopes = {(name, index): self.field.constant(Fraction(1))} if name in self._wrt else {}
        return Tangent(self.field.generator(entry_name((name, index))), slopes)

    def operate(self, operation: str, *arguments: Tangent[Any]) -> Tangent[Any]:
        """The operation, by the rules of differentiation."""
        x, *rest = arguments
        match operation:
            case "add":
                return Tangent(x.value + rest[0].value, _added(x.slopes, rest[0].slopes))
            case "subtract":
                return self.operate("add", x, self.operate("negative", *rest))
            case "negative":
                return Tangent(-x.value, _scaled(x.slopes, lambda slope: -slope))
            case "multiply":
                y = rest[0]
                return Tangent(x.value * y.value, _added(_scaled(x.slopes, lambda slope: slope * y.value), _scaled(y.slopes, lambda slope: x.value * slope)))
            case "divide":
                return self.operate("multiply", x, self.power(rest[0], -1))
            case _:
                return self.function(operation, arguments)

    def power(self, base: Tangent[Any], exponent: int) -> Tangent[Any]:
        """A whole power, by repeated multiplication of the base or of its inverse."""
        if exponent < 0:
            try:
                inverse = self.field.constant(Fraction(1)) / base.value
            except ZeroDivisionError:
                raise NoClosedFormError("needs a division by zero") from None
            return self.power(Tangent(inverse, _scaled(base.slopes, lambda slope: -slope * inverse * inverse)), -exponent)
        result = self.constant(1)
        for _ in range(exponent):
            result = self.operate("multiply", result, base)
        return result

    def function(self, operation: str, arguments: tuple[Tangent[Any], ...]) -> Tangent[Any]:
        """A function of parameters that leaves the field: a generator with a generator for each slope."""
        self.free = True
        name = f"{operation}({', '.join(str(argument.value) for argument in arguments)})"
        slopes: Mapping[Entry, Any] = {}
        for position, argument in enumerate(arguments):
            rate = self.field.generator(f"slope {position} of {name}")
            slopes = _added(slopes, _scaled(argument.slopes, lambda slope, rate=rate: rate * slope))  # type: ignore[misc]  # mypy does not infer a lambda with a default
        return Tangent(self.field.generator(name), slopes)


def entry_name(entry: Entry) -> str:
    """A parameter entry as text: theta, or W[0,1]."""
    name, index = entry
    return f"{name}[{','.join(map(str, index))}]" if index else name
