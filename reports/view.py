"""A run as the page shows it: every text and number already in words, the same for every output.

Formulas stay LaTeX inside `Mathematics`; each output prints them from one tree. Untrusted text has passed `printable`.
"""

from __future__ import annotations

from dataclasses import dataclass

from infograd.answer import Answer
from infograd.latex import question_latex
from infograd.record import Record, Run
from infograd.reports.ledger import Chapter, chapter
from infograd.reports.picture import Picture, picture
from infograd.reports.plaintext import printable
from infograd.reports.section import Mathematics, Section, section
from infograd.reports.values import Values, is_stored, is_study, values
from infograd.reports.wording import Badge, Tally, badge, headline, note, summary, tallies

UNIT = "Information and entropy in nats, real vectors with the factor 1/2; gradients dI/dθ have the shape of θ and are in nats per unit of θ. Indices count from 0."


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table of questions; `anchor` is where its section stands."""

    anchor: str
    name: str
    question: Mathematics
    rooms: str
    badge: Badge
    note: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of the environment."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class View:
    """The whole report."""

    title: str
    good: bool
    headline: str
    summary: str
    unit: str
    tallies: tuple[Tally, ...]
    lines: tuple[Line, ...]
    sections: tuple[Section, ...]
    values: Values | None
    pictures: tuple[Picture, ...]
    claims: Chapter | None
    environment: tuple[Fact, ...]


def view(run: Run) -> View:
    """The report of a run.

    Raises: SpecificationError for a figure that cannot be drawn.
    """
    records = [(_anchor(position), record) for position, record in enumerate(run.records, 1) if not is_stored(record)]
    sections = {record.name: section(anchor, record) for anchor, record in records if is_study(record, run)}
    pictures = {figure.name: picture(f"figure-{position}", figure) for position, figure in enumerate(run.figures, 1)}
    return View(
        title=printable(run.title),
        good=run.as_expected and bool(run.records or run.claims),
        headline=headline(run),
        summary=summary(run),
        unit=UNIT,
        tallies=tallies(run),
        lines=tuple(_line(anchor, record) for anchor, record in records),
        sections=tuple(section(anchor, record) for anchor, record in records if record.name not in sections),
        values=values(run, [(pictures[name], part) for name, part in sections.items()]),
        pictures=tuple(each for name, each in pictures.items() if name not in sections),
        claims=chapter(run),
        environment=tuple(Fact(printable(name), printable(text)) for name, text in run.environment.items()),
    )


def _anchor(position: int) -> str:
    return f"question-{position}"


def _line(anchor: str, record: Record) -> Line:
    rooms = dict.fromkeys(reply.room for reply in record.replies if isinstance(reply, Answer)) or dict.fromkeys(
        side.room for each in record.verdict.comparisons for side in (each.left, each.right) if side.room != "target"
    )
    return Line(
        anchor=anchor,
        name=printable(record.name),
        question=Mathematics(question_latex(record.question)),
        rooms=printable(", ".join(rooms) or "none"),
        badge=badge(record.verdict.status, expected=record.verdict.as_expected),
        note=printable(note(record.verdict)),
    )
