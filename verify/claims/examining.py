"""Running the checks of entries; what a check finds is a finding, and so is its failure to find anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from infograd.claim import Evidence, Examination, Finding
from infograd.verify.claims.entry import Entry, Outcome
from infograd.verify.claims.ledger import ledger, measured_claims
from infograd.verify.claims.selection import select


def examine(entry: Entry, results: Mapping[str, Any] | None = None) -> Examination:
    """The findings of every check of an entry; `results` are held against what is measured in place of the stored run."""
    evidence = [each for each in entry.claim.evidence if each.room]
    runs = [_with_result(entry.claim.id, results) if check.measured and results and entry.claim.id in results else check.run for check in entry.checks]
    return Examination(entry.claim, tuple(_finding(*pair) for pair in zip(evidence, runs, strict=True)))


def examined(id: str, results: Mapping[str, Any]) -> Examination:
    """The examination of the ledger's entry of that id, for a worker process."""
    (entry,) = select(ledger(), id)
    return examine(entry, results)


def measure(id: str) -> Any:
    """The result of measuring a claim now, on processes of its own."""
    return measured_claims()[id][0]()


def to_measure(entries: Sequence[Entry]) -> list[str]:
    """The ids of the entries that rest on a measurement."""
    return [entry.claim.id for entry in entries if any(check.measured for check in entry.checks)]


def _with_result(id: str, results: Mapping[str, Any]) -> Callable[[], Outcome]:
    return lambda: measured_claims()[id][1](results[id])


def _finding(evidence: Evidence, run: Callable[[], Outcome]) -> Finding:
    try:
        outcome = run()
    except Exception as error:  # noqa: BLE001  # a check is code of any kind: whatever stops it is what it found, and is said in full
        return Finding(evidence, False, f"raised {type(error).__name__}: {error}")
    return Finding(evidence, outcome.holds, outcome.detail)
