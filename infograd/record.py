"""What a run leaves behind: the only thing that reports read."""

from __future__ import annotations

from dataclasses import dataclass, field

from infograd.answer import Reply
from infograd.claim import Examination
from infograd.mapping import FrozenMapping
from infograd.question import Question
from infograd.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Formula:
    """A closed form as LaTeX, with its title (an equation number, or the gradient's parameter)."""

    title: str
    latex: str


@dataclass(frozen=True, slots=True)
class Record:
    """One judged question: every reply, the verdict, the closed forms, and the command that repeats it."""

    name: str
    question: Question
    replies: tuple[Reply, ...]
    verdict: Verdict
    formulas: tuple[Formula, ...] = ()
    command: str = ""


@dataclass(frozen=True, slots=True)
class Curve:
    """A named series over a grid; `doubt` is a half-width per point or empty, `marker` draws points instead of a line."""

    label: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    doubt: tuple[float, ...] = ()
    marker: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """One set of axes; `log_y` draws a logarithmic vertical one, for errors."""

    title: str
    x_label: str
    y_label: str
    curves: tuple[Curve, ...]
    log_y: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """One or more panels under a title; `caption` states the verdict and the largest errors of the learned curves."""

    name: str
    title: str
    caption: str
    panels: tuple[Panel, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """Everything that one command produced: records, figures, the claims it examined, and the environment it ran in."""

    title: str
    records: tuple[Record, ...]
    figures: tuple[Figure, ...] = ()
    environment: FrozenMapping[str] = field(default_factory=FrozenMapping)
    claims: tuple[Examination, ...] = ()

    @property
    def as_expected(self) -> bool:
        """Whether every record's verdict is the expected one, and every claim stands as it is stated."""
        return all(record.verdict.as_expected for record in self.records) and all(claim.as_stated for claim in self.claims)
