"""What every law is: a fixed *primitive* moved by its arguments.

A law says what a room must know before it differentiates: which arguments the move carries (`reparameterisable`), where
the density jumps (`jumps`) and whether single points have mass (`atomic`). Arguments are expressions in parameters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any, ClassVar

from infograd.array import Shape, entries
from infograd.error import SpecificationError
from infograd.expression import Expression, Parameter, as_expression, parameters, references


@dataclass(frozen=True, slots=True)
class Law:
    """What all laws share; its subclasses are the laws."""

    primitive: ClassVar[str]
    reparameterisable: ClassVar[tuple[str, ...]]
    positive: ClassVar[tuple[str, ...]] = ()
    jumps: ClassVar[tuple[str, ...]] = ()
    atomic: ClassVar[bool] = False

    def _accept(self, **arguments: object) -> None:
        """Set the arguments as expressions and check them; every law's constructor ends here."""
        for name, argument in arguments.items():
            expression = as_expression(argument)
            object.__setattr__(self, name, expression)
            used = references(expression)
            if used:
                raise SpecificationError(
                    f"{type(self).__name__}'s {name} uses the node {used[0]!r}; the arguments of a law may use parameters only (multiply a source into the map instead)."
                )
        self._check_shapes()

    @property
    def argument_names(self) -> tuple[str, ...]:
        """The names of the arguments that are expressions, in order."""
        return tuple(each.name for each in fields(self))

    @property
    def arguments(self) -> dict[str, Expression]:
        """The arguments by name."""
        return {name: getattr(self, name) for name in self.argument_names}

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters that the arguments use, sorted by name."""
        found = {parameter for argument in self.arguments.values() for parameter in parameters(argument)}
        return tuple(sorted(found, key=lambda parameter: (parameter.name, parameter.shape)))

    @property
    def shape(self) -> Shape:
        """The shape of one draw."""
        full = {argument.shape for argument in self.arguments.values() if argument.shape}
        return full.pop() if full else ()

    def _check_shapes(self) -> None:
        shapes = {name: argument.shape for name, argument in self.arguments.items()}
        full = {shape for shape in shapes.values() if shape}
        if len(full) > 1 or any(len(shape) > 1 for shape in full):
            stated = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
            raise SpecificationError(f"{type(self).__name__} got arguments of shapes {stated}; give it scalars, or vectors of one length.")

    def violation(self, values: Mapping[str, Any]) -> str | None:
        """The rule that the values of the arguments break, as a clause, or None; values are nested tuples of numbers."""
        for name in self.positive:
            for index, value in entries(values[name]):
                if not value > 0:
                    place = name + "".join(f"[{position}]" for position in index)
                    return f"the {place} must be positive, and is {number_text(value)}"
        return None


def number_text(value: Fraction | float) -> str:
    """A number as the messages print it."""
    return str(value) if isinstance(value, Fraction) else f"{value:.6g}"
