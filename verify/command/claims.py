"""`infograd claims`: the ledger as it stands, or as its checks find it."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from infograd.claim import Examination
from infograd.error import SpecificationError
from infograd.verify.claims.entry import Entry
from infograd.verify.claims.ledger import ledger
from infograd.verify.claims.selection import select
from infograd.verify.command.claim_markdown import markdown
from infograd.verify.command.claim_text import print_claim, print_table
from infograd.verify.command.outcome import HOLDS, report_flips
from infograd.verify.command.terminal import output, progress_bar

Format = Literal["table", "json", "markdown"]


def run(id: str | None, format: Format, *, check: bool, full: bool, store: Path | None, jobs: int | None) -> int:
    """Print the entries that the id selects, all without one; with `check` their findings, and 1 if a claim does not stand as stated.

    `full` measures again what is otherwise held against the stored run, and `store` keeps it in a file.
    """
    if store is not None and not full:
        raise SpecificationError("--store keeps what --full measures; add --full.")
    if store is not None and id is not None:
        raise SpecificationError(f"--store keeps the whole stored run, and {id!r} is a part of it; leave the id out.")
    entries = ledger() if id is None else select(ledger(), id)
    workers = jobs or os.cpu_count() or 1
    examinations = _examined(entries, workers, full, store) if check or full else tuple(Examination(entry.claim) for entry in entries)
    print_all(examinations, format, examined=check or full, one_by_one=id is not None)
    return report_flips(examinations) if check or full else HOLDS


def _examined(entries: Sequence[Entry], workers: int, full: bool, store: Path | None) -> tuple[Examination, ...]:
    from infograd.verify.claims.stored import keep
    from infograd.verify.experiments.claims import examine_all, measure_all

    with progress_bar("deriving again") as progress:
        results = measure_all(entries, progress) if full else {}
        if store is not None:
            keep(results, store)
        return examine_all(entries, workers, progress, results=results)


def print_all(examinations: Sequence[Examination], format: Format, *, examined: bool, one_by_one: bool) -> None:
    """Print the claims in that format; a table of many, or everything about each."""
    if format == "json":
        output().print(json.dumps([claim_json(each, examined=examined) for each in examinations], indent=2), soft_wrap=True)
    elif format == "markdown":
        output().print(markdown(examinations, examined=examined), soft_wrap=True, end="")
    elif one_by_one:
        for each in examinations:
            print_claim(each, examined=examined)
    else:
        print_table(examinations, examined=examined)


def claim_json(examination: Examination, *, examined: bool) -> dict[str, Any]:
    """A claim as JSON-ready data; with its findings where it was examined."""
    claim = examination.claim
    stated: dict[str, Any] = {
        "id": claim.id,
        "status": claim.standing.value,
        "title": claim.title,
        "section": claim.section,
        "statement": claim.statement,
        "condition": claim.condition,
        "evidence": [
            {"role": each.role.value, "method": each.method, "room": each.room, "summary": each.summary, "command": each.command} for each in claim.evidence
        ],
        "counterexample": claim.counterexample,
        "corrected": claim.corrected,
    }
    if not examined:
        return stated
    findings = [
        {"role": each.evidence.role.value, "room": each.evidence.room, "summary": each.evidence.summary, "holds": each.holds, "detail": each.detail}
        for each in examination.findings
    ]
    found = examination.standing.value if examination.standing is not None else None
    return {**stated, "findings": findings, "found": found, "as_stated": examination.as_stated}
