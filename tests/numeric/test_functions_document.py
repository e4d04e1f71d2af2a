"""The page on functions, samples and routes: its programs run as they stand, and every function it lists is there."""

from __future__ import annotations

import re

from infograd.numeric.functions import OutputLaw
from tests.pages import DOCS, complaints

PAGE = (DOCS / "numeric.md").read_text(encoding="utf-8")


def test_the_page_runs_as_it_stands() -> None:
    assert complaints(PAGE, "numeric.md") == ""


def test_a_spoiled_page_is_noticed() -> None:
    first, second = PAGE.split("## The law of an output")[0], ">>> output_law(ig.CATALOGUE['bpsk'].question).mmse().values.round(6)\nnp.float64(0.55)\n"
    assert "Failed example" in complaints(first + second, "numeric.md")


def test_every_function_in_the_table_exists_and_none_is_missing() -> None:
    table = {name for row in PAGE.splitlines() if row.startswith("| `") for name in re.findall(r"`(\w+)\(", row)}
    assert table == {name for name in vars(OutputLaw) if not name.startswith("_")}
