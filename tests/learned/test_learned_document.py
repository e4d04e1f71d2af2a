"""The page on the learned room: its programs run as they stand, and the files it names are there."""

from __future__ import annotations

import re

from tests.pages import DOCS, complaints

PAGE = (DOCS / "learned.md").read_text(encoding="utf-8")


def test_the_page_runs_as_it_stands() -> None:
    assert complaints(PAGE, "learned.md") == ""


def test_a_spoiled_page_is_noticed() -> None:
    assert "Failed example" in complaints(PAGE.split("## Recipes")[0].replace("abs(slope.value - 1 / 3)", "abs(slope.value - 1 / 2)"), "learned.md")


def test_the_files_that_the_page_links_are_there() -> None:
    links = re.findall(r"\]\(([\w-]+\.\w+)\)", PAGE)
    assert links
    assert all((DOCS / link).is_file() for link in links), links
