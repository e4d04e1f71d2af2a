"""The reference values of a run as a part of the report, and the studies of a value that go with a figure.

A record whose first reply is of the room "reference" holds stored values and what every route found for them; a record without replies that has
a figure of its own name is a study, and its comparisons stand below that figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from infograd.answer import Answer
from infograd.document import content_hash
from infograd.latex import array_latex, channel_latex, name_latex, question_latex
from infograd.record import Record, Run
from infograd.reports.numerals import doubt_text, size_text, value_text
from infograd.reports.picture import Picture
from infograd.reports.plaintext import printable
from infograd.reports.section import Mathematics, Number, Section, derivative_latex
from infograd.reports.wording import Badge, badge, note
from infograd.verdict import Comparison, Status

ROOM = "reference"


@dataclass(frozen=True, slots=True)
class Stored:
    """One stored number, and every route that was taken to it again with the gap that it left."""

    symbol: Mathematics
    number: Number
    routes: str
    badge: Badge


@dataclass(frozen=True, slots=True)
class Valued:
    """One question with its stored numbers; `made` says how, `note` what went wrong."""

    name: str
    question: Mathematics
    point: tuple[Mathematics, ...]
    made: str
    note: str
    numbers: tuple[Stored, ...]


@dataclass(frozen=True, slots=True)
class Family:
    """The questions of one channel."""

    channel: tuple[Mathematics, ...]
    values: tuple[Valued, ...]


@dataclass(frozen=True, slots=True)
class Study:
    """A figure with the comparisons behind it; `claim` is the anchor of the ledger's claim of the same name, empty where the run has none."""

    picture: Picture
    section: Section
    claim: str


@dataclass(frozen=True, slots=True)
class Values:
    """All stored values in words and by channel, and the studies."""

    summary: str
    families: tuple[Family, ...]
    studies: tuple[Study, ...]


def is_stored(record: Record) -> bool:
    """Whether the record is of stored values."""
    return bool(record.replies) and record.replies[0].room == ROOM


def is_study(record: Record, run: Run) -> bool:
    """Whether the record has no replies, and the run a figure of its name."""
    return not record.replies and any(figure.name == record.name for figure in run.figures)


def values(run: Run, studies: Sequence[tuple[Picture, Section]]) -> Values | None:
    """The part of a run; None of one that has neither stored values nor studies."""
    stored = [record for record in run.records if is_stored(record)]
    if not stored and not studies:
        return None
    groups = groupby(stored, key=lambda record: content_hash(record.question.channel))
    claims = {examination.claim.id for examination in run.claims}
    return Values(
        summary=_summary(stored),
        families=tuple(_family(tuple(group)) for _, group in groups),
        studies=tuple(Study(picture, section, f"claim-{section.name}" if section.name in claims else "") for picture, section in studies),
    )


def _summary(stored: Sequence[Record]) -> str:
    comparisons = [each for record in stored for each in record.verdict.comparisons]
    if not comparisons:
        return ""
    numbers = {(record.name, each.quantity): each.left.doubt for record in stored for each in record.verdict.comparisons}
    proved = sum(doubt.estimated == 0 for doubt in numbers.values())
    agreeing = sum(each.status is Status.AGREE for each in comparisons)
    return (
        f"{len(numbers)} numbers of {len(stored)} question{'' if len(stored) == 1 else 's'}, {proved} of them with a doubt that a theorem bounds. Every route to each was taken again: "
        f"{agreeing} of {len(comparisons)} findings agree with the stored value within the doubts of both."
    )


def _family(records: tuple[Record, ...]) -> Family:
    return Family(tuple(map(Mathematics, channel_latex(records[0].question.channel))), tuple(map(_valued, records)))


def _valued(record: Record) -> Valued:
    question = record.question
    groups = groupby(record.verdict.comparisons, key=lambda comparison: comparison.quantity)
    first = record.replies[0]
    return Valued(
        name=printable(record.name),
        question=Mathematics(question_latex(question)),
        point=tuple(Mathematics(f"{name_latex(name)} = {array_latex(value)}") for name, value in question.at.items()),
        made=printable(first.citation if isinstance(first, Answer) else ""),
        note=printable(note(record.verdict)),
        numbers=tuple(_stored(tuple(group)) for _, group in groups),
    )


def _stored(comparisons: tuple[Comparison, ...]) -> Stored:
    first = comparisons[0]
    worst = next((each for each in comparisons if not each.as_expected), first)
    value, doubt = first.left.value, first.left.doubt
    names = first.quantity.partition("/d")[2]
    return Stored(
        symbol=Mathematics(derivative_latex(*([names] if names else []))),
        number=Number(value_text(value, doubt), printable(doubt_text(value, doubt))),  # type: ignore[arg-type]  # a side of a comparison is one entry
        routes=printable(", ".join(f"{each.right.method} ({size_text(each.gap)})" for each in comparisons)),
        badge=badge(worst.status, expected=worst.as_expected),
    )
