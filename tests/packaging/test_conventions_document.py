"""The page on conventions is true: its programs run as they stand, and every row of its tables states something that holds."""

from __future__ import annotations

import doctest
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "conventions.md").read_text(encoding="utf-8")
ROWS = [line for line in PAGE.splitlines() if line.startswith("|") and not line.startswith("|---")]
STATEMENTS = [match[1] for row in ROWS if (match := re.search(r"\| `([^`]*)` \|$", row))]


@pytest.fixture(scope="module")
def names() -> dict[str, Any]:
    """What the page's programs define."""
    test = doctest.DocTestParser().get_doctest(PAGE, {}, "conventions.md", "docs/conventions.md", 0)
    runner = doctest.DocTestRunner(verbose=False)
    said: list[str] = []
    runner.run(test, out=said.append, clear_globs=False)
    assert runner.summarize(verbose=False).failed == 0, "".join(said)
    return test.globs


def holds(statement: str, names: dict[str, Any]) -> bool:
    """Whether a statement of the page is true."""
    return bool(eval(statement, names))  # the page is part of the project


def test_every_row_of_every_table_has_a_statement() -> None:
    headings = [row for row in ROWS if row.endswith("| statement |")]
    assert len(ROWS) == len(headings) + len(STATEMENTS)
    assert len(headings) == len(re.findall(r"^\|---", PAGE, re.MULTILINE))


@pytest.mark.parametrize("statement", STATEMENTS)
def test_every_row_is_true(statement: str, names: dict[str, Any]) -> None:
    assert holds(statement, names)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace("(6, 51), Fraction(-8, 51)", "(6, 51), Fraction(8, 51)"),
        lambda text: text.replace("100 / 101", "10 / 11"),
        lambda text: text.replace('"bits").value, 3)', '"bits").value, 2)'),
    ],
    ids=["sign", "deviation", "unit"],
)
def test_a_spoiled_row_is_false(spoil: Callable[[str], str], names: dict[str, Any]) -> None:
    changed = [(statement, spoil(statement)) for statement in STATEMENTS if spoil(statement) != statement]
    assert changed
    assert not any(holds(after, names) for _, after in changed)
