"""What the affine interpreter asks of the numbers it computes with."""

from __future__ import annotations

from abc import ABC, abstractmethod
from fractions import Fraction
from typing import Generic, TypeAlias, TypeVar

from infograd.array import Shape

Element = TypeVar("Element")
Entry: TypeAlias = tuple[str, Shape]


def indices(shape: Shape) -> list[Shape]:
    """Every index of an array of that shape, in row-major order."""
    return [()] if not shape else [(position, *rest) for position in range(shape[0]) for rest in indices(shape[1:])]


class Ring(ABC, Generic[Element]):
    """Numbers that parameters and constants become: jets of exact numbers, or symbolic expressions."""

    @abstractmethod
    def constant(self, value: Fraction | float) -> Element:
        """A fixed number."""

    @abstractmethod
    def parameter(self, name: str, index: Shape) -> Element:
        """One entry of a parameter."""

    @abstractmethod
    def operate(self, operation: str, *arguments: Element) -> Element:
        """A scalar operation of the language other than power.

        Raises: NoClosedFormError where it has no value or not the derivatives asked for.
        """

    @abstractmethod
    def power(self, base: Element, exponent: int) -> Element:
        """A whole power.

        Raises: NoClosedFormError for a negative power of zero.
        """
