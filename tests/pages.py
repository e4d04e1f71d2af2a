"""Pages of the documentation run as programs."""

from __future__ import annotations

import doctest
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"


def complaints(page: str, name: str) -> str:
    """What doctest says against a page of that file name."""
    test = doctest.DocTestParser().get_doctest(page, {}, name, f"docs/{name}", 0)
    said: list[str] = []
    doctest.DocTestRunner(verbose=False).run(test, out=said.append)
    return "".join(said)
