"""Every channel of the catalogue, asked of every room."""

from __future__ import annotations

from collections.abc import Sequence

from infograd.catalogue import CATALOGUE
from infograd.record import Figure, Record
from infograd.verify.experiments.work import Task
from infograd.verify.recording import asked


def record(name: str) -> Record:
    """The record of one catalogue channel at its defaults."""
    return asked(name, CATALOGUE[name].question, command=f"infograd check {name}")


def tasks(full: bool) -> list[Task]:
    """One piece of work for each channel, whatever the profile."""
    return [Task(("catalogue", name), record, (name,), cost=2.0) for name in CATALOGUE]


def findings(results: Sequence[Record], tasks: Sequence[Task]) -> tuple[list[Record], list[Figure]]:
    """The records as they came."""
    return list(results), []
