"""Records and runs: judged questions with their closed forms, and the environment that they were judged in."""

from __future__ import annotations

import importlib.metadata
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from infograd.answer import Reply
from infograd.mapping import FrozenMapping
from infograd.question import Question
from infograd.record import Formula, Record
from infograd.verdict import Expectation
from infograd.verify.asking import ROOMS, Method, ask
from infograd.verify.judging import judge

PACKAGES = ("infograd", "numpy", "scipy", "sympy", "python-flint", "opt_einsum", "torch", "hypothesis")


def environment(**more: str) -> FrozenMapping[str]:
    """Date, Python, machine and the installed versions of what an answer depends on, and whatever else the run wants to state."""
    date = datetime.now(UTC).isoformat(timespec="seconds")
    stated = {"date": date, "python": platform.python_version(), "machine": f"{platform.system()} {platform.machine()}"}
    for package in PACKAGES:
        try:
            stated[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            stated[package] = "not installed"
    return FrozenMapping({**stated, **more})


def closed_forms(question: Question) -> tuple[Formula, ...]:
    """The analytic room's closed forms of the question; none where it has none."""
    from infograd import analytic

    return analytic.formulas(question)


def judged(
    name: str,
    question: Question,
    replies: Sequence[Reply],
    *,
    command: str = "",
    formulas: bool = True,
    expected: Mapping[tuple[str, str], Expectation] | None = None,
    regime: float = 0.0,
) -> Record:
    """The record of a question and its replies, with their verdict; `expected` and `regime` are the judge's."""
    verdict = judge(question, replies, expected=expected, regime=regime)
    return Record(name, question, tuple(replies), verdict, closed_forms(question) if formulas else (), command)


def asked(name: str, question: Question, methods: Sequence[str | Method] = ROOMS, *, command: str = "") -> Record:
    """The record of a question put to the named methods."""
    return judged(name, question, ask(question, methods), command=command)
