"""An entry of the ledger: a claim, and the checks that derive it again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from infograd.claim import Claim, Evidence, Role, Standing


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether a check shows what it says, with the numbers that it saw."""

    holds: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Check:
    """One piece of evidence and how to run it.

    A check that refutes holds where the statement as it stands is seen to fail. `measured` marks one that is held against a stored run
    unless the run is asked for again.
    """

    role: Role
    kind: str
    room: str
    summary: str
    run: Callable[[], Outcome]
    measured: bool = False


def supports(kind: str, room: str, summary: str, run: Callable[[], Outcome]) -> Check:
    """A check that the statement holds, within its condition where it has one."""
    return Check(Role.SUPPORTS, kind, room, summary, run)


def refutes(kind: str, room: str, summary: str, run: Callable[[], Outcome]) -> Check:
    """A check that the statement fails at the counter-example."""
    return Check(Role.REFUTES, kind, room, summary, run)


def corrects(kind: str, room: str, summary: str, run: Callable[[], Outcome]) -> Check:
    """A check that the corrected statement holds."""
    return Check(Role.CORRECTS, kind, room, summary, run)


@dataclass(frozen=True, slots=True)
class Condition:
    """Where a statement holds: in words, as a predicate on cases, with cases on both sides of it."""

    words: str
    holds: Callable[[Any], bool]
    inside: Sequence[Any]
    outside: Sequence[Any] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A claim, its checks in the order of the claim's evidence, and its condition as a predicate."""

    claim: Claim
    checks: tuple[Check, ...]
    condition: Condition | None = None


def entry(
    id: str,
    title: str,
    section: str,
    statement: str,
    standing: Standing,
    *checks: Check,
    condition: Condition | None = None,
    derivation: str = "",
    counterexample: str = "",
    corrected: str = "",
) -> Entry:
    """An entry whose claim lists a derivation in words first, and then every check as evidence."""
    argument = (Evidence(Role.CORRECTS if standing is Standing.REFUTED else Role.SUPPORTS, "derivation", "", derivation),) if derivation else ()
    evidence = argument + tuple(Evidence(check.role, check.kind, check.room, check.summary, f"infograd claims {id} --check") for check in checks)
    words = condition.words if condition is not None else ""
    return Entry(Claim(id, title, section, statement, standing, words, evidence, counterexample, corrected), checks, condition)
