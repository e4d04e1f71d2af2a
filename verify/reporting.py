"""The four files that every run leaves: report.html, report.pdf, records.jsonl and junit.xml."""

from __future__ import annotations

from pathlib import Path

from infograd.error import SpecificationError
from infograd.record import Run


def write(run: Run, folder: Path) -> tuple[Path, ...]:
    """Write the run to a folder, made if it is not there; the record goes first, so that a failing renderer loses nothing.

    Raises: SpecificationError where the folder cannot be made, or a package of the report extra is missing.
    """
    from infograd import reports

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SpecificationError(f"the report folder {str(folder)!r} cannot be made ({error.strerror}); name another one.") from None
    writers = {
        "records.jsonl": reports.write_json_lines,
        "junit.xml": reports.write_junit,
        "report.html": reports.write_html,
        "report.pdf": reports.write_pdf,
    }
    for name, writer in writers.items():
        writer(run, folder / name)
    return tuple(folder / name for name in writers)
