"""The report folder, checked before the work and filled after it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from infograd.error import SpecificationError

REPORT = ("jinja2", "latex2mathml", "matplotlib", "typst")


def require(extra: str, packages: Sequence[str], what: str) -> None:
    """Raise SpecificationError with the pip line where a package of the extra is not installed."""
    missing = [package for package in packages if find_spec(package) is None]
    if missing:
        raise SpecificationError(
            f"{what} needs {' and '.join(missing)}, which {'is' if len(missing) == 1 else 'are'} not installed; run: pip install 'infograd[{extra}]'"
        )


def prepare_folder(folder: Path, option: str = "--out") -> None:
    """Make the report folder, and check that a report can be written to it.

    Raises: SpecificationError where it is a file, cannot be made or cannot be written to, and where the report extra is missing.
    """
    require("report", REPORT, "a report")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SpecificationError(f"{option}: the folder {str(folder)!r} cannot be made ({error.strerror}); name another one.") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise SpecificationError(f"{option}: the folder {str(folder)!r} cannot be written to; name another one.")
