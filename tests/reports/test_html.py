from __future__ import annotations

import dataclasses
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import infograd as ig
from infograd.reports import write_html
from infograd.reports.data import plain
from infograd.reports.formula import mathml
from infograd.reports.html import html
from infograd.reports.view import view

NEVER = {"script", "iframe", "object", "embed", "link", "base", "form"}


class Page(HTMLParser):
    """The tags, attributes and text of a page."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.texts: list[str] = []
        self.feed(content.decode("utf-8"))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def values(self, name: str) -> list[str]:
        """The values of the attributes of that name."""
        return [value for _, each, value in self.attributes if each == name]

    @property
    def text(self) -> str:
        """All text of the page."""
        return "".join(self.texts)


@pytest.fixture(scope="module")
def page(run: ig.Run) -> Page:
    return Page(html(run))


def test_every_number_and_every_sentence_of_the_view_is_on_the_page(run: ig.Run, page: Page) -> None:
    def texts(value: object) -> list[str]:
        if isinstance(value, dict):
            return [text for name, each in value.items() if name not in {"anchor", "kind", "svg", "alternative"} for text in texts(each)]
        return [text for each in value for text in texts(each)] if isinstance(value, list) else [value] if isinstance(value, str) else []

    whole = page.text + "".join(page.values("title"))
    assert [text for text in texts(plain(view(run), {})) if text not in whole] == []


def test_every_formula_of_the_view_is_on_the_page_as_mathml(run: ig.Run) -> None:
    formulas: dict[str, int] = {}
    plain(view(run), formulas)
    content = html(run).decode("utf-8")
    assert len(formulas) > 20
    assert [latex for latex in formulas if mathml(latex) not in content and mathml(latex, block=True) not in content] == []


def test_the_page_needs_no_network_and_no_script(page: Page) -> None:
    assert not NEVER & set(page.tags)
    assert all(value.startswith("data:") for value in page.values("src"))
    assert all(value.startswith("#") for value in page.values("href"))
    assert [url for url in re.findall(r"url\(([^)]{0,20})", page.text) if not url.startswith("data:")] == []


def test_every_link_leads_to_an_anchor_and_anchors_are_unique(page: Page) -> None:
    anchors = page.values("id")
    assert len(set(anchors)) == len(anchors)
    assert {value.removeprefix("#") for value in page.values("href")} <= set(anchors)
    assert set(page.values("aria-labelledby")) <= set(anchors)


def test_every_figure_has_an_alternative_text(run: ig.Run, page: Page) -> None:
    assert page.values("alt") == [picture.alternative for picture in view(run).pictures]
    assert "exact, learned scores, Monte Carlo, exact scores" in page.values("alt")[0]


def test_hostile_texts_change_no_tag_and_no_attribute(hostile: ig.Run) -> None:
    tame = Page(html(_tamed(hostile)))
    page = Page(html(hostile))
    assert page.tags == tame.tags
    assert [name for _, name, _ in page.attributes] == [name for _, name, _ in tame.attributes]
    assert "<script>alert(1)</script>" in page.text
    assert "{{ 7*7 }}" in page.text


def _tamed(hostile: ig.Run) -> ig.Run:
    """The same run with harmless texts, formulas included."""
    (record,) = hostile.records
    reply = ig.Refusal("a", "b", "c")
    answer = ig.Answer("a", "b", ig.Access.PAIRS, ig.Quantity(ig.Undefined("d")), citation="e")
    side = ig.Side("a", "b", 1.0, ig.Doubt())
    comparison = dataclasses.replace(record.verdict.comparisons[0], quantity="q", left=side, right=side, expected=ig.Expectation(ig.Status.DISAGREE, "f"))
    verdict = ig.Verdict(ig.Status.DISAGREE, (comparison,), ("a",), "note")
    tame = ig.Record("n", record.question, (reply, answer), verdict, (ig.Formula("t", r"\text{x}"),), "c")
    (hostile_claim,) = hostile.claims
    evidence = ig.Evidence(ig.Role.SUPPORTS, "k", "r", "a $x$ b", "c")
    claim = dataclasses.replace(
        hostile_claim.claim,
        title="a $x$ b",
        section="s",
        statement=r"\text{x}",
        condition="a $x$ b",
        evidence=(evidence,),
        counterexample="a $x$ b",
        corrected=r"\text{x}",
    )
    claims = (ig.Examination(claim, (ig.Finding(evidence, False, "a $x$ b"),)),)
    return ig.Run("t", (tame,), hostile.figures, ig.FrozenMapping({"a": "b", "date": "2026-01-31"}), claims)


def test_equal_runs_give_equal_bytes(run: ig.Run, tmp_path: Path) -> None:
    write_html(run, tmp_path / "a.html")
    assert (tmp_path / "a.html").read_bytes() == html(dataclasses.replace(run))


def test_a_run_without_questions_says_so() -> None:
    page = Page(html(ig.Run("nothing", ())))
    assert "No question was asked." in page.text
    assert "The run recorded none." in page.text
