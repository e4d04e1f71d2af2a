"""The chapter of claims: folded where they stand, open where they do not, the same in every output."""

from __future__ import annotations

import dataclasses
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import infograd as ig
from infograd.reports import read_json_lines, write_json_lines
from infograd.reports.data import plain
from infograd.reports.formula import mathml
from infograd.reports.html import html
from infograd.reports.ledger import chapter
from infograd.reports.pdf import pdf


@pytest.fixture
def claims_only(run: ig.Run) -> ig.Run:
    return ig.Run("The ledger", (), claims=run.claims)


def test_every_standing_is_counted_once(run: ig.Run) -> None:
    made = chapter(run)
    assert made is not None
    assert sum(tally.count for tally in made.tallies) == len(run.claims)
    assert {tally.badge.word: tally.count for tally in made.tallies}["proved"] == 2


def test_claims_that_stand_are_folded_and_a_flip_is_open_and_says_why(claims_only: ig.Run) -> None:
    page = html(claims_only).decode()
    folded = dict(re.findall(r'<details class="claimed" id="claim-([^"]+)"( open)?>', page))
    assert folded == {each.claim.id: "" if each.as_stated else " open" for each in claims_only.claims}
    assert page.count("not as stated") == 1
    assert "0.5 and 0.7 differ by 0.2" in page


def test_statements_conditions_and_inline_formulas_are_typeset(claims_only: ig.Run) -> None:
    page = html(claims_only).decode()
    formulas: dict[str, int] = {}
    plain(chapter(claims_only), formulas)
    assert r"p(y)" in formulas
    assert [latex for latex in formulas if mathml(latex) not in page and mathml(latex, block=True) not in page] == []
    assert "$" not in re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)


def test_the_pdf_says_what_the_page_says(claims_only: ig.Run, tmp_path: Path, needs_tool: Callable[..., str]) -> None:
    (tmp_path / "report.pdf").write_bytes(pdf(claims_only))
    text = subprocess.run([needs_tool("pdftotext"), "-raw", str(tmp_path / "report.pdf"), "-"], check=True, capture_output=True, text=True).stdout
    squeezed = re.sub(r"\s+", "", text)
    for each in claims_only.claims:
        assert each.claim.id in squeezed
        assert re.sub(r"\s+", "", each.claim.standing.value) in squeezed
        for finding in each.findings:
            assert re.sub(r"\s+", "", finding.detail) in squeezed
    assert "notasstated" in squeezed


def test_a_run_without_claims_has_no_chapter(run: ig.Run) -> None:
    assert chapter(dataclasses.replace(run, claims=())) is None
    assert 'id="claims"' not in html(dataclasses.replace(run, claims=())).decode()


def test_claims_come_back_from_the_record(run: ig.Run, tmp_path: Path) -> None:
    write_json_lines(ig.Run("The ledger", (), claims=run.claims), tmp_path / "records.jsonl")
    assert read_json_lines(tmp_path / "records.jsonl").claims == run.claims


def test_equal_claims_give_equal_bytes(claims_only: ig.Run) -> None:
    again = dataclasses.replace(claims_only, claims=tuple(dataclasses.replace(each) for each in claims_only.claims))
    assert (html(again), pdf(again)) == (html(claims_only), pdf(claims_only))
