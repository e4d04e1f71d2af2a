from __future__ import annotations

import dataclasses
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import infograd as ig
from infograd.reports import write_pdf
from infograd.reports.pdf import pdf
from infograd.reports.view import view


def text_of(content: bytes, folder: Path, pdftotext: str) -> str:
    """The text of a PDF without its white space, since lines break elsewhere than in the record."""
    path = folder / "report.pdf"
    path.write_bytes(content)
    return squeezed(subprocess.run([pdftotext, "-raw", str(path), "-"], check=True, capture_output=True).stdout.decode("utf-8"))


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_the_numbers_of_the_html_stand_in_the_pdf_in_the_same_digits(run: ig.Run, tmp_path: Path, needs_tool: Callable[..., str]) -> None:
    text = text_of(pdf(run), tmp_path, needs_tool("pdftotext"))
    shown = view(run)
    numbers = [number.text for part in shown.sections for entry in part.entries for number in entry.numbers if number is not None]
    for part in shown.sections:
        for row in part.comparisons:
            numbers += [row.left.number.text, row.left.number.doubt, row.right.number.text, row.gap, row.allowed]
    assert len(numbers) > 60
    assert [number for number in numbers if squeezed(number) not in text] == []


def test_the_verdict_the_names_and_the_reasons_stand_in_the_pdf(run: ig.Run, tmp_path: Path, needs_tool: Callable[..., str]) -> None:
    text = text_of(pdf(run), tmp_path, needs_tool("pdftotext"))
    shown = view(run)
    texts = [shown.title, shown.headline, shown.summary, shown.unit, *(fact.text for fact in shown.environment), *(each.caption for each in shown.pictures)]
    texts += [part.name for part in shown.sections] + [part.command for part in shown.sections] + [part.digest for part in shown.sections]
    texts += [refusal.reason for part in shown.sections for refusal in part.refusals]
    assert [each for each in texts if squeezed(each) not in text] == []


def test_a_dated_run_claims_both_standards_and_an_undated_one_only_accessibility(run: ig.Run) -> None:
    dated = pdf(run)
    undated = pdf(dataclasses.replace(run, environment=ig.FrozenMapping()))
    assert (b"pdfuaid:part" in dated, b"pdfaid:part" in dated) == (True, True)
    assert (b"pdfuaid:part" in undated, b"pdfaid:part" in undated) == (True, False)


def test_the_time_in_the_file_is_the_records(run: ig.Run) -> None:
    assert b"2026-01-31" in pdf(run)


def test_equal_runs_give_equal_bytes(run: ig.Run, tmp_path: Path) -> None:
    write_pdf(run, tmp_path / "a.pdf")
    assert (tmp_path / "a.pdf").read_bytes() == pdf(dataclasses.replace(run))


def test_hostile_texts_are_printed_and_not_run(hostile: ig.Run, tmp_path: Path, needs_tool: Callable[..., str]) -> None:
    text = text_of(pdf(hostile), tmp_path, needs_tool("pdftotext"))
    for part in ("<script>alert(1)</script>", "#panic()", "$x$", r"\u{41}", "{{7*7}}", "*b*", "_i_", "`c`", "@x", r"\x00\u202e"):
        assert part in text


def test_a_formula_wider_than_the_page_is_made_to_fit(run: ig.Run) -> None:
    wide = ig.Formula("wide", " + ".join(rf"\frac{{\alpha_{{{number}}}}}{{s_{{{number}}}}}" for number in range(60)))
    record = dataclasses.replace(run.records[0], formulas=(wide,))
    assert pdf(dataclasses.replace(run, records=(record,)))


def test_a_date_that_is_none_raises(run: ig.Run) -> None:
    with pytest.raises(ig.SpecificationError, match="ISO 8601"):
        pdf(dataclasses.replace(run, environment=ig.FrozenMapping({"date": "yesterday"})))


def test_a_run_without_questions_has_a_pdf() -> None:
    assert pdf(ig.Run("nothing", ())).startswith(b"%PDF")
