"""The page on the learned room: its programs run as they stand, and the files it names are there."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "learned.md").read_text(encoding="utf-8")


def complaints(page: str) -> str:
    """What doctest says against the page."""
    test = doctest.DocTestParser().get_doctest(page, {}, "learned.md", "docs/learned.md", 0)
    said: list[str] = []
    doctest.DocTestRunner(verbose=False).run(test, out=said.append)
    return "".join(said)


def test_the_page_runs_as_it_stands() -> None:
    assert complaints(PAGE) == ""


def test_a_spoiled_page_is_noticed() -> None:
    assert "Failed example" in complaints(PAGE.split("## Recipes")[0].replace("abs(slope.value - 1 / 3)", "abs(slope.value - 1 / 2)"))


def test_the_files_that_the_page_links_are_there() -> None:
    links = re.findall(r"\]\(([\w-]+\.\w+)\)", PAGE)
    assert links
    assert all((DOCS / link).is_file() for link in links), links
