"""The page on functions, samples and routes: its programs run as they stand, and every function it lists is there."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

from infograd.numeric.functions import OutputLaw

PAGE = (Path(__file__).parents[2] / "docs" / "numeric.md").read_text(encoding="utf-8")


def complaints(page: str) -> str:
    """What doctest says against the page."""
    test = doctest.DocTestParser().get_doctest(page, {}, "numeric.md", "docs/numeric.md", 0)
    said: list[str] = []
    doctest.DocTestRunner(verbose=False).run(test, out=said.append)
    return "".join(said)


def test_the_page_runs_as_it_stands() -> None:
    assert complaints(PAGE) == ""


def test_a_spoiled_page_is_noticed() -> None:
    first, second = PAGE.split("## The law of an output")[0], ">>> output_law(ig.CATALOGUE['bpsk'].question).mmse().values.round(6)\nnp.float64(0.55)\n"
    assert "Failed example" in complaints(first + second)


def test_every_function_in_the_table_exists_and_none_is_missing() -> None:
    table = {name for row in PAGE.splitlines() if row.startswith("| `") for name in re.findall(r"`(\w+)\(", row)}
    assert table == {name for name in vars(OutputLaw) if not name.startswith("_")}
