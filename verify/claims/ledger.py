"""The whole ledger: the entries of every section, in the paper's order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from importlib import import_module
from typing import Any

from infograd.claim import Evidence, Role
from infograd.verify.claims.entry import Check, Entry, Outcome
from infograd.verify.claims.stored import stored

SECTIONS = ("preliminaries", "cascades", "graphs", "optimisation", "networks", "experiments", "twin", "outlook")


@lru_cache(maxsize=1)
def ledger() -> tuple[Entry, ...]:
    """Every entry; a section says what is claimed and how it is checked, and loads a room only when a check runs."""
    measured = measured_claims()
    entries = (entry for section in SECTIONS for entry in import_module(f"infograd.verify.claims.{section}").ENTRIES)
    return tuple(_with_measurement(entry, measured[entry.claim.id][1]) if entry.claim.id in measured else entry for entry in entries)


def measured_claims() -> dict[str, tuple[Callable[[], Any], Callable[[Any], Outcome]]]:
    """How each measured claim is measured, as data for JSON, and what its result has to satisfy."""
    from infograd.verify.claims.experiments import MEASURED

    return dict(MEASURED)


def _with_measurement(entry: Entry, holds: Callable[[Any], Outcome]) -> Entry:
    """The entry with the check that holds its measurement against the stored run."""
    claim = entry.claim
    check = Check(
        Role.SUPPORTS,
        "stored run",
        "learned",
        "what was measured is what the derivation above says of it (--full measures it again)",
        lambda: holds(stored(claim.id)),
        True,
    )
    evidence = Evidence(check.role, check.kind, check.room, check.summary, f"infograd claims {claim.id} --check")
    return replace(entry, claim=replace(claim, evidence=(*claim.evidence, evidence)), checks=(*entry.checks, check))
