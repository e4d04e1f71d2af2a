"""The packages of the `report` extra, and the sentence that names them where one is missing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from infograd.error import SpecificationError

PACKAGES = frozenset({"jinja2", "latex2mathml", "markupsafe", "matplotlib", "typst"})


@contextmanager
def report_extra(what: str) -> Iterator[None]:
    """Turn the absence of a package of the extra into one sentence with the pip line.

    Raises: SpecificationError where the body imports a package of the extra that is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in PACKAGES:
            raise
        raise SpecificationError(f"{what} needs the package {package!r}, which is not installed; run: pip install 'infograd[report]'") from None
