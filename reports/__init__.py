"""Reports: a run's records as HTML, PDF, JUnit XML and JSON lines, all from the record alone.

Every writer leaves a complete file or none, and equal runs give equal bytes. HTML and PDF need the `report` extra and load
it when they are called; importing this package loads none of it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeAlias

from infograd.error import SpecificationError
from infograd.record import Run
from infograd.reports.extra import report_extra
from infograd.reports.jsonlines import json_lines, run_from_json_lines
from infograd.reports.junit import junit
from infograd.reports.writing import write_whole

__all__ = ["read_json_lines", "write_html", "write_json_lines", "write_junit", "write_pdf"]

StrPath: TypeAlias = str | os.PathLike[str]


def write_html(run: Run, path: StrPath) -> None:
    """Write the run as one self-contained HTML file.

    Raises: SpecificationError for a missing package of the extra, a missing folder, and formulas or figures that cannot be printed.
    """
    with report_extra("the HTML report"):
        from infograd.reports.html import html

        content = html(run)
    write_whole(path, content)


def write_pdf(run: Run, path: StrPath) -> None:
    """Write the run as PDF/UA-1, and PDF/A-2a where its environment has a `date` (ISO 8601).

    Raises: SpecificationError for a missing package of the extra, a missing folder, and formulas, figures or dates that cannot be printed.
    """
    with report_extra("the PDF report"):
        from infograd.reports.pdf import pdf

        content = pdf(run)
    write_whole(path, content)


def write_junit(run: Run, path: StrPath) -> None:
    """Write the run as JUnit XML, a test case for each comparison."""
    write_whole(path, junit(run))


def write_json_lines(run: Run, path: StrPath) -> None:
    """Write the run as JSON lines, from which `read_json_lines` makes an equal run."""
    write_whole(path, json_lines(run))


def read_json_lines(path: StrPath) -> Run:
    """The run in a file of JSON lines.

    Raises: SpecificationError for a file that cannot be opened, and for a corrupt line, by its number.
    """
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise SpecificationError(f"the record {os.fspath(path)!r} cannot be read ({error.strerror}); name a file of JSON lines.") from None
    try:
        return run_from_json_lines(content)
    except SpecificationError as error:
        raise SpecificationError(f"{os.fspath(path)!r}, {error}") from None
