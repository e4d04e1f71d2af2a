"""What the affine interpreter asks of the numbers it computes with."""

from __future__ import annotations

from abc import ABC, abstractmethod
from fractions import Fraction
from typing import Generic, TypeVar

from infograd.array import Shape

Element = TypeVar("Element")


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
