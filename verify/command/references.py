"""`infograd references`: the stored reference values as they stand, or held against their routes."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from infograd.error import SpecificationError
from infograd.record import Record
from infograd.verify.command.outcome import HOLDS, exit_code, report_failures
from infograd.verify.command.reference_markdown import markdown
from infograd.verify.command.reference_text import doubt_text, point_text, routes_text
from infograd.verify.command.terminal import output, progress_bar, table
from infograd.verify.command.wording import question_text
from infograd.verify.references.corpus import FAMILY, Corpus, corpus
from infograd.verify.references.decimals import decimal_text
from infograd.verify.references.plans import FAMILIES
from infograd.verify.references.reference import Reference
from infograd.verify.references.storage import document, stored

Format = Literal["table", "json", "markdown"]


def select(references: Sequence[Reference], one_stage: Corpus, name: str | None) -> tuple[tuple[Reference, ...], Corpus]:
    """The references of that name or family, and the part of the corpus of that name; all without a name.

    Raises: SpecificationError for a name that is neither, with those like it.
    """
    found = tuple(each for each in references if name is None or name in (each.name, each.family))
    part = one_stage.of(name)
    if not found and not part.asked:
        known = [*(each.name for each in references), *(each.name for each in one_stage.asked)]
        near = get_close_matches(str(name), [*known, *FAMILIES, FAMILY], n=4) or [*FAMILIES, FAMILY]
        raise SpecificationError(f"there is no reference {name!r}; near it are {', '.join(near)} (infograd references lists all).")
    return found, part


def run(name: str | None, format: Format, *, check: bool, store: Path | None, jobs: int | None) -> int:
    """Print the selected references; with `check` hold each against its routes, and 1 where one disagrees; `store` makes them again into a folder."""
    workers = jobs or os.cpu_count() or 1
    if store is not None:
        return _store(name, store, workers)
    found, one_stage = select(stored(), corpus(), name)
    records = _checked(found, one_stage, workers) if check else ()
    if format == "json":
        output().print(json.dumps(_documents(found, one_stage, records), indent=1), soft_wrap=True)
    elif format == "markdown":
        output().print(markdown(found, one_stage), soft_wrap=True, end="")
    else:
        _print_table(found, one_stage, records)
    report_failures(records)
    return exit_code(record.verdict for record in records) if check else HOLDS


def _store(name: str | None, folder: Path, workers: int) -> int:
    from infograd.verify.experiments.references import make_all
    from infograd.verify.references.plans import plans
    from infograd.verify.references.storage import keep

    if name is not None and name not in FAMILIES:
        raise SpecificationError(f"--store writes whole families, and {name!r} is none; name one of {', '.join(FAMILIES)}.")
    wanted = [plan.name for plan in plans().values() if name in (None, plan.family)]
    with progress_bar("making") as progress:
        made = make_all(wanted, workers, progress)
    for path in keep(made, folder):
        output().print(str(path), soft_wrap=True)
    return HOLDS


def _checked(found: Sequence[Reference], one_stage: Corpus, workers: int) -> tuple[Record, ...]:
    from infograd.verify.experiments.references import check_all

    with progress_bar("checking") as progress:
        return check_all(found, one_stage, workers, progress)


def _documents(found: Sequence[Reference], one_stage: Corpus, records: Sequence[Record]) -> list[dict[str, Any]]:
    checked = {record.name: _check_document(record) for record in records}
    documents = [*map(document, found), *one_stage.documents]
    return [{**each, **({"check": checked[each["name"]]} if each["name"] in checked else {})} for each in documents]


def _check_document(record: Record) -> dict[str, Any]:
    made = [
        {"quantity": each.quantity, "route": each.right.method, "gap": each.gap, "allowed": each.allowed, "status": each.status.name}
        for each in record.verdict.comparisons
    ]
    return {"agrees": record.verdict.as_expected, "comparisons": made}


def _print_table(found: Sequence[Reference], one_stage: Corpus, records: Sequence[Record]) -> None:
    console, held = output(), {record.name: record.verdict.as_expected for record in records}
    rows = table("name", "quantity", "value (nats)", "doubt", "by", "confirmed by (gap)")
    for each in found:
        said = "" if each.name not in held else "holds" if held[each.name] else "DOES NOT HOLD"
        rows.add_row(each.name, question_text(each.question), point_text(each.question), said, style="bold" if said != "DOES NOT HOLD" else "bold red")
        for number in each.numbers:
            rows.add_row("", number.quantity, decimal_text(number.value), doubt_text(number), number.findings[0].route, routes_text(number))
    if found:
        console.print(rows)
        proved = sum(number.proved for each in found for number in each.numbers)
        total = sum(len(each.numbers) for each in found)
        console.print(f"{len(found)} {'question' if len(found) == 1 else 'questions'}, {total} numbers, {proved} of them proved.", soft_wrap=True)
    if one_stage.asked:
        console.print(one_stage.summary, soft_wrap=True)
        wrong = [each.name for each in one_stage.asked if not held.get(each.name, True)]
        checked = sum(each.name in held for each in one_stage.asked)
        if checked:
            console.print(f"The numeric room agrees with {checked - len(wrong)} of the {checked} questions.", soft_wrap=True)
