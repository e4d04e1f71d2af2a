"""A reference value: one question, the numbers that answer it, and for each number the routes that agree on it.

Values are decimals, exact as they stand; a doubt holds what the value's own rounding adds. Everything is in nats.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from infograd.error import SpecificationError
from infograd.quantity import Doubt
from infograd.question import Question

LEAST_ROUTES = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """What one route found for a number."""

    route: str
    value: Fraction
    doubt: Doubt


@dataclass(frozen=True, slots=True)
class Number:
    """I or one derivative of it: the value, its doubt, and what every route found; the value is the first route's, rounded.

    Raises: SpecificationError for fewer than two routes, and for a route named twice.
    """

    quantity: str
    value: Fraction
    doubt: Doubt
    findings: tuple[Finding, ...]

    def __post_init__(self) -> None:
        names = [finding.route for finding in self.findings]
        if len(set(names)) < len(names):
            raise SpecificationError(f"{self.quantity} names a route twice among {', '.join(map(repr, names))}; name each once.")
        if len(names) < LEAST_ROUTES:
            said = f"only the route {names[0]!r}" if names else "no route"
            raise SpecificationError(f"{self.quantity} has {said}; a reference value needs two routes that agree on it.")

    def gap(self, finding: Finding) -> Fraction:
        """How far a finding lies from the value."""
        return abs(finding.value - self.value)

    @property
    def proved(self) -> bool:
        """Whether a theorem bounds the doubt."""
        return self.doubt.estimated == 0


@dataclass(frozen=True, slots=True)
class Reference:
    """The reference values of one question, and in words how they are made."""

    name: str
    family: str
    question: Question
    made: str
    numbers: tuple[Number, ...]

    @property
    def command(self) -> str:
        """The command that makes the values again and compares."""
        return f"infograd references {self.name} --check"
