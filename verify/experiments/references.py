"""The stored reference values held against their routes: pieces of work, and their records as they came."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from infograd.record import Figure, Record
from infograd.verify.experiments.work import Task, perform
from infograd.verify.references.comparing import check, make
from infograd.verify.references.corpus import FAMILY, Corpus
from infograd.verify.references.corpus import check as corpus_check
from infograd.verify.references.plans import plan_of
from infograd.verify.references.reference import Reference
from infograd.verify.references.storage import stored

SLOW = ("relay-xy", "mac-tanh", "broadcast-unequal")


def _cost(name: str) -> float:
    return 2.0 if name.startswith(SLOW) else 0.3


def _made(name: str) -> Reference:
    return make(plan_of(name))


def make_all(names: Sequence[str], jobs: int, progress: Callable[[int, int, str], None]) -> tuple[Reference, ...]:
    """The references of those names made now, on `jobs` processes."""
    return tuple(perform([Task(("reference", name), _made, (name,), _cost(name)) for name in names], jobs, progress))


def tasks_of(references: Sequence[Reference]) -> list[Task]:
    """One piece of work for each reference."""
    return [Task(("reference", each.name), check, (each,), _cost(each.name)) for each in references]


def check_all(references: Sequence[Reference], one_stage: Corpus, jobs: int, progress: Callable[[int, int, str], None]) -> tuple[Record, ...]:
    """The records of references held against their routes, and of the corpus against the numeric room, on `jobs` processes."""
    more = [Task((FAMILY, each.name), corpus_check, (each,), 0.1) for each in one_stage.asked]
    return tuple(perform([*tasks_of(references), *more], jobs, progress))


def tasks(full: bool) -> list[Task]:
    """All stored references, whatever the profile."""
    return tasks_of(stored())


def findings(results: Sequence[Record], tasks: Sequence[Task]) -> tuple[list[Record], list[Figure]]:
    """The records as they came."""
    return list(results), []
