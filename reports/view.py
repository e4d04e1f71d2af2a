"""A run as the page shows it: every text and number already in words, the same for every output.

Formulas stay LaTeX inside `Mathematics`; each output prints them from one tree. Untrusted text has passed `printable`.
"""

from __future__ import annotations

from dataclasses import dataclass

from infograd.answer import Answer
from infograd.latex import question_latex
from infograd.record import Record, Run
from infograd.reports.ledger import Chapter, chapter
from infograd.reports.plaintext import printable
from infograd.reports.section import Mathematics, Section, section
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
class Picture:
    """A figure: its SVG, the text that stands in for it, and its caption."""

    anchor: str
    title: str
    caption: str
    alternative: str
    svg: str


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
    pictures: tuple[Picture, ...]
    claims: Chapter | None
    environment: tuple[Fact, ...]


def view(run: Run) -> View:
    """The report of a run.

    Raises: SpecificationError for a figure that cannot be drawn.
    """
    return View(
        title=printable(run.title),
        good=run.as_expected and bool(run.records or run.claims),
        headline=headline(run),
        summary=summary(run),
        unit=UNIT,
        tallies=tallies(run),
        lines=tuple(_line(position, record) for position, record in enumerate(run.records, 1)),
        sections=tuple(section(_anchor(position), record) for position, record in enumerate(run.records, 1)),
        pictures=_pictures(run),
        claims=chapter(run),
        environment=tuple(Fact(printable(name), printable(text)) for name, text in run.environment.items()),
    )


def _anchor(position: int) -> str:
    return f"question-{position}"


def _line(position: int, record: Record) -> Line:
    rooms = dict.fromkeys(reply.room for reply in record.replies if isinstance(reply, Answer)) or dict.fromkeys(
        side.room for each in record.verdict.comparisons for side in (each.left, each.right) if side.room != "target"
    )
    return Line(
        anchor=_anchor(position),
        name=printable(record.name),
        question=Mathematics(question_latex(record.question)),
        rooms=printable(", ".join(rooms) or "none"),
        badge=badge(record.verdict.status, expected=record.verdict.as_expected),
        note=printable(note(record.verdict)),
    )


def _pictures(run: Run) -> tuple[Picture, ...]:
    if not run.figures:
        return ()
    from infograd.reports.drawing import figure_svg  # matplotlib is loaded only where there is something to draw

    pictures = []
    for position, figure in enumerate(run.figures, 1):
        panels = " ".join(
            f"Panel {number}, {panel.title}: {panel.y_label} against {panel.x_label}; {', '.join(curve.label for curve in panel.curves)}."
            for number, panel in enumerate(figure.panels, 1)
        )
        pictures.append(
            Picture(
                anchor=f"figure-{position}",
                title=printable(figure.title),
                caption=printable(figure.caption),
                alternative=printable(f"{figure.title}. {panels}"),
                svg=figure_svg(figure),
            )
        )
    return tuple(pictures)
