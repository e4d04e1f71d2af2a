"""The paper's ledger derived again: its checks as pieces of work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from infograd.claim import Examination
from infograd.verify.claims.entry import Entry
from infograd.verify.claims.examining import examined, measure, to_measure
from infograd.verify.experiments.work import Task, perform


def tasks(entries: Sequence[Entry], results: dict[str, Any]) -> list[Task]:
    """One piece of work for each entry; what is measured is held against `results`, and else against the stored run."""
    return [Task(("claim", entry.claim.id), examined, (entry.claim.id, results), cost=0.1 * len(entry.checks)) for entry in entries]


def examine_all(
    entries: Sequence[Entry], jobs: int, progress: Callable[[int, int, str], None], *, results: dict[str, Any] | None = None
) -> tuple[Examination, ...]:
    """The examinations of entries of the ledger, in their order, on `jobs` processes."""
    return tuple(perform(tasks(entries, results or {}), jobs, progress))


def measure_all(entries: Sequence[Entry], progress: Callable[[int, int, str], None]) -> dict[str, Any]:
    """The results of measuring every entry that rests on a measurement, by id; each measures on processes of its own."""
    results: dict[str, Any] = {}
    ids = to_measure(entries)
    for done, id in enumerate(ids, start=1):
        results[id] = measure(id)
        progress(done, len(ids), f"measured {id}")
    return results
