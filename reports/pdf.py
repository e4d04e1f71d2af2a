"""The report as a PDF by typst, in process: PDF/UA-1, and PDF/A-2a where the record states its date.

All text reaches the template as JSON and the formulas as escapes, so nothing of a run is read as Typst code. The fonts are
those inside typst, and the time in the file is the record's `date`, so that equal runs give equal bytes.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from importlib.resources import files
from typing import Literal

import typst

from infograd.error import SpecificationError
from infograd.record import Run
from infograd.reports.data import plain
from infograd.reports.mathematics import string, typst_mathematics
from infograd.reports.plaintext import printable
from infograd.reports.view import view

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def pdf(run: Run) -> bytes:
    """The report of a run; equal runs give equal bytes.

    Raises: SpecificationError for a date that is no ISO 8601 date, and for a formula or a figure that cannot be printed.
    """
    date = _date(run)
    formulas: dict[str, int] = {}
    content = plain(view(run), formulas)
    content["date"] = [date.year, date.month, date.day] if date is not None else None
    template = files("infograd.reports").joinpath("templates", "report.typ").read_text("utf-8")
    source = f"{_formulas(tuple(formulas))}\n{template}"
    standards: list[Literal["ua-1", "a-2a"]] = ["ua-1", "a-2a"] if date is not None else ["ua-1"]
    return typst.compile(
        source.encode("utf-8"),
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"view": json.dumps(content, ensure_ascii=True)},
        pdf_standards=list(standards),
        timestamp=date if date is not None else _EPOCH,
    )


def _formulas(latex: tuple[str, ...]) -> str:
    """The formulas as a Typst array of pairs: what stands in for the formula, and the formula."""
    pairs = (f"({string(printable(each))}, ${typst_mathematics(each)}$)" for each in latex)
    return f"#let formulas = ({''.join(f'{pair},' for pair in pairs)})"


def _date(run: Run) -> datetime | None:
    text = run.environment.get("date")
    if text is None:
        return None
    try:
        date = datetime.fromisoformat(text)
    except ValueError:
        raise SpecificationError(
            f"the environment's date is {text!r}; write an ISO 8601 date, for example '2026-01-31' or '2026-01-31T12:00:00+00:00'."
        ) from None
    return date if date.tzinfo is not None else date.replace(tzinfo=UTC)
