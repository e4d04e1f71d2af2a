"""Proven enclosures as exact rationals, free of balls: they pickle, compare and print."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction

from infograd.array import exact
from infograd.mapping import FrozenMapping
from infograd.quantity import Doubt, Quantity
from infograd.question import Question


class Comparison(Enum):
    """What an enclosure says of a number; the value is the sentence a report prints."""

    AGREES = "every value of the enclosure lies within the tolerance of the number"
    DISAGREES = "no value of the enclosure lies within the tolerance of the number"
    UNDECIDED = "the enclosure is too wide to say"


@dataclass(frozen=True, slots=True)
class Enclosure:
    """The true value lies within `rad` of `mid`; both are exact."""

    mid: Fraction
    rad: Fraction

    @property
    def low(self) -> Fraction:
        """The lower end."""
        return self.mid - self.rad

    @property
    def high(self) -> Fraction:
        """The upper end."""
        return self.mid + self.rad

    @property
    def sign(self) -> int:
        """1 or -1 where the sign is certain, else 0."""
        return (self.low > 0) - (self.high < 0)

    def contains(self, value: Fraction) -> bool:
        """Whether the value may be the true one."""
        return abs(value - self.mid) <= self.rad

    def overlaps(self, other: Enclosure) -> bool:
        """Whether both may enclose the same value."""
        return abs(self.mid - other.mid) <= self.rad + other.rad

    def compare(self, value: float | Fraction | str, within: float | Fraction | str = 0) -> Comparison:
        """Whether a number (a float is its double) lies within a tolerance of the true value.

        Raises: SpecificationError for NaN and infinities.
        """
        gap, tolerance = abs(exact(value, "the number") - self.mid), exact(within, "the tolerance")
        if gap + self.rad <= tolerance:
            return Comparison.AGREES
        return Comparison.DISAGREES if gap - self.rad > tolerance else Comparison.UNDECIDED

    def quantity(self) -> Quantity:
        """The midpoint, exact, with the radius as its proven doubt."""
        return Quantity(self.mid, Doubt(proved=self.rad))

    def document(self) -> dict[str, str]:
        """The two rationals as text."""
        return {"mid": str(self.mid), "rad": str(self.rad)}


Enclosures = FrozenMapping[Enclosure]


@dataclass(frozen=True, slots=True)
class Certificate:
    """Enclosures for one question, in nats: I(X;Y), h(Y), the derivatives of the asked one, and the variances of the estimator's forms.

    `hessian` holds second derivatives under "a,b"; `marginal` is Var(-J s_Y), `difference` Var(J (s_{Y|X} - s_Y)), by parameter; `cost` counts
    nodes and bits.
    """

    question: Question
    information: Enclosure
    entropy: Enclosure
    gradient: Enclosures = field(default_factory=FrozenMapping)
    hessian: Enclosures = field(default_factory=FrozenMapping)
    marginal: Enclosures = field(default_factory=FrozenMapping)
    difference: Enclosures = field(default_factory=FrozenMapping)
    cost: FrozenMapping[int] = field(default_factory=FrozenMapping, compare=False)

    @property
    def value(self) -> Enclosure:
        """The quantity that the question asks for."""
        return self.entropy if self.question.quantity == "entropy" else self.information

    @property
    def radius(self) -> Fraction:
        """The largest radius."""
        groups: tuple[Mapping[str, Enclosure], ...] = (self.gradient, self.hessian, self.marginal, self.difference)
        return max(self.information.rad, self.entropy.rad, *(each.rad for group in groups for each in group.values()))

    def document(self) -> dict[str, object]:
        """What a record keeps, as exact rational strings."""
        groups = {"gradient": self.gradient, "hessian": self.hessian, "marginal": self.marginal, "difference": self.difference}
        found = {title: {name: each.document() for name, each in group.items()} for title, group in groups.items() if group}
        return {"information": self.information.document(), "entropy": self.entropy.document(), **found}
