"""Verdicts: what the replies to one question say about one another."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from infograd.array import Array, Shape
from infograd.quantity import Doubt, Infinite, Undefined


class Status(Enum):
    """The outcome of a comparison; the value is the sentence that the report prints."""

    AGREE = "The replies agree within their stated doubt."
    DISAGREE = "The replies differ by more than their stated doubt allows."
    POWERLESS = "The stated doubt is so wide that the comparison could not have failed."
    UNANSWERED = "Fewer than two rooms answered."


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: who said what, with which doubt."""

    room: str
    method: str
    value: Array | Infinite | Undefined
    doubt: Doubt


@dataclass(frozen=True, slots=True)
class Expectation:
    """A status that a comparison is known to have, and the claim that says why."""

    status: Status
    claim: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """One entry of one quantity as two methods state it: the gap between them and the gap that their doubts allow."""

    quantity: str
    index: Shape
    left: Side
    right: Side
    gap: float
    allowed: float
    scale: float
    status: Status
    expected: Expectation = Expectation(Status.AGREE, "")

    @property
    def as_expected(self) -> bool:
        """Whether the status is the expected one."""
        return self.status is self.expected.status


@dataclass(frozen=True, slots=True)
class Verdict:
    """The status of a question, every comparison behind it, and the rooms that disagreement points at.

    `blame` names one room where two others agree against it, the disagreeing rooms where they cannot be told apart, and
    nothing where no comparison disagrees. `note` says so in a sentence.
    """

    status: Status
    comparisons: tuple[Comparison, ...]
    blame: tuple[str, ...] = ()
    note: str = ""

    @property
    def as_expected(self) -> bool:
        """Whether every comparison has its expected status, and some comparison was made."""
        return bool(self.comparisons) and all(comparison.as_expected for comparison in self.comparisons)
