"""Laws by weights: mixtures of laws, and finitely many points."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from infograd.array import Shape, entries, filled
from infograd.error import SpecificationError
from infograd.expression import Expression, Parameter, as_expression, parameters
from infograd.law_base import Law, number_text


def _weights_violation(weights: Any) -> str | None:
    for position, (_, value) in enumerate(entries(weights)):
        if not value > 0:
            return f"weights[{position}] must be positive, and is {number_text(value)}"
    total = sum(value for _, value in entries(weights))
    if total != 1 and not (isinstance(total, float) and abs(total - 1) <= 1e-12):
        return f"the weights must sum to 1, and sum to {number_text(total)}"
    return None


@dataclass(frozen=True, slots=True, init=False)
class Mixture(Law):
    """One of the components, drawn with the given weights; no component may have atoms."""

    weights: Expression
    components: tuple[Law, ...]

    primitive: ClassVar[str] = "a component's number, and its primitive"
    reparameterisable: ClassVar[tuple[str, ...]] = ("components",)

    def __init__(self, weights: object, components: Iterable[Law]) -> None:
        object.__setattr__(self, "components", tuple(components))
        if not all(isinstance(component, Law) for component in self.components):
            raise SpecificationError(f"Mixture got components {self.components!r}; give it laws, for example Normal(0, 1).")
        self._accept(weights=weights)

    @property
    def argument_names(self) -> tuple[str, ...]:
        """Only the weights: each component keeps its own arguments."""
        return ("weights",)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters of the weights and of every component, sorted by name."""
        found = {*parameters(self.weights), *(each for component in self.components for each in component.parameters)}
        return tuple(sorted(found, key=lambda parameter: (parameter.name, parameter.shape)))

    @property
    def shape(self) -> Shape:
        """The shape of the components."""
        return self.components[0].shape

    def _check_shapes(self) -> None:
        if not self.components or self.weights.shape != (len(self.components),):
            raise SpecificationError(
                f"Mixture got weights of shape {self.weights.shape} and {len(self.components)} components; give it one weight for each component."
            )
        if len({component.shape for component in self.components}) > 1:
            raise SpecificationError("Mixture got components of different shapes; give it components of one shape.")
        if any(component.atomic for component in self.components):
            raise SpecificationError("Mixture got a component with atoms; a mixture of Points is one Points law.")

    def violation(self, values: Mapping[str, Any]) -> str | None:
        """The weights must be positive and sum to 1; the components are checked one by one where the channel is."""
        return _weights_violation(values["weights"])


@dataclass(frozen=True, slots=True, init=False)
class Points(Law):
    """Finitely many values (k scalars, or k vectors as the rows of a matrix) with weights, equal ones if none are given."""

    values: Expression
    weights: Expression

    primitive: ClassVar[str] = "a point's number"
    reparameterisable: ClassVar[tuple[str, ...]] = ("values",)
    atomic: ClassVar[bool] = True

    def __init__(self, values: object, weights: object = None) -> None:
        points = as_expression(values)
        if not points.shape:
            raise SpecificationError("Points got a scalar as values; give it a list of points.")
        count = points.shape[0]
        self._accept(values=points, weights=filled((count,), Fraction(1, count)) if weights is None else weights)

    @property
    def shape(self) -> Shape:
        """The shape of one point."""
        return self.values.shape[1:]

    def _check_shapes(self) -> None:
        if self.weights.shape != self.values.shape[:1]:
            raise SpecificationError(
                f"Points got values of shape {self.values.shape} and weights of shape {self.weights.shape}; give it one weight for each point."
            )

    def violation(self, values: Mapping[str, Any]) -> str | None:
        """The weights must be positive and sum to 1; the points must differ."""
        points = values["values"]
        if len(set(points)) < len(points):
            return "two of the points are the same; give each point once"
        return _weights_violation(values["weights"])
