"""Stored values and studies in a report: where they stand, that nothing is lost, and what a wrong value looks like."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

import pytest

import infograd as ig
from infograd.claim import Claim, Examination, Standing
from infograd.quantity import Doubt, Quantity
from infograd.reports.html import html
from infograd.reports.jsonlines import json_lines, run_from_json_lines
from infograd.reports.pdf import pdf
from infograd.reports.view import view
from infograd.verify.references.comparing import check, comparisons, verdict
from infograd.verify.references.storage import stored


@pytest.fixture(scope="module")
def record() -> ig.Record:
    """A record of stored values that hold."""
    return check(next(each for each in stored() if each.name == "bpsk-a1"))


@pytest.fixture(scope="module")
def run(record: ig.Record) -> ig.Run:
    """A run with stored values, a study with its figure and its claim, and a figure of its own."""
    side = ig.Side("numeric", "certified", Fraction(1, 3), ig.Doubt(proved=1e-12))
    compared = ig.Comparison("I at θ = 20", (), side, side, 0.0, 1e-12, 1.0, ig.Status.AGREE)
    study = ig.Record("saturation", ig.CATALOGUE["tanh"].question, (), ig.Verdict(ig.Status.AGREE, (compared,)), (), "infograd verify")
    curve = ig.Curve("I", (0.0, 1.0), (0.0, 0.5))
    figures = tuple(ig.Figure(name, f"Title of {name}", f"Caption of {name}.", (ig.Panel("p", "x", "y", (curve,)),)) for name in ("saturation", "figure-4"))
    claim = Examination(Claim("saturation", "It saturates", "VII", "x = x", Standing.CONDITIONAL))
    return ig.Run("A run", (record, study), figures, ig.FrozenMapping({"date": "2026-01-31"}), (claim,))


def test_stored_values_stand_in_their_part_and_nowhere_else(run: ig.Run) -> None:
    shown = view(run)
    assert shown.values is not None
    assert [line.name for line in shown.lines] == ["saturation"]
    assert shown.sections == ()
    (family,) = shown.values.families
    (value,) = family.values
    assert value.name == "bpsk-a1"
    assert [number.number.text for number in value.numbers] == ["0.33683082034683161200…", "0.44959950920667282971…", "-0.22479975460333641485…"]
    assert all("alternating series (" in number.routes and "certified (" in number.routes for number in value.numbers)


def test_a_study_stands_with_its_figure_and_links_to_its_claim(run: ig.Run) -> None:
    shown = view(run)
    assert shown.values is not None
    (study,) = shown.values.studies
    assert (study.picture.title, study.section.name, study.claim) == ("Title of saturation", "saturation", "claim-saturation")
    assert [picture.title for picture in shown.pictures] == ["Title of figure-4"]
    (without,) = view(dataclasses.replace(run, claims=())).values.studies  # type: ignore[union-attr]  # the run has values
    assert without.claim == ""


def test_a_run_without_stored_values_has_no_such_part(run: ig.Run) -> None:
    assert view(dataclasses.replace(run, records=run.records[1:], figures=())).values is None


def test_both_pages_show_the_part(run: ig.Run) -> None:
    page = html(run).decode()
    assert '<h2 id="values">Reference values</h2>' in page
    assert "0.33683082034683161200…" in page
    assert 'href="#claim-saturation"' in page
    assert page.count('id="question-2"') == 1
    assert pdf(run).startswith(b"%PDF")


def test_the_summary_counts_numbers_proofs_and_agreeing_routes(run: ig.Run, record: ig.Record) -> None:
    shown = view(run).values
    assert shown is not None
    count = len(record.verdict.comparisons)
    assert shown.summary.startswith("3 numbers of 1 question, 3 of them with a doubt that a theorem bounds.")
    assert f"{count} of {count} findings agree" in shown.summary


def test_a_wrong_value_is_marked_and_says_which_route_disagrees(run: ig.Run) -> None:
    reference = next(each for each in stored() if each.name == "bpsk-a1")
    found = {route: {"I": Quantity(Fraction(1, 2), Doubt(proved=1e-30))} for route in {finding.route for finding in reference.numbers[0].findings}}
    wrong = dataclasses.replace(reference, numbers=reference.numbers[:1])
    judged = verdict(tuple(comparisons(wrong, found)))
    broken = dataclasses.replace(run.records[0], verdict=judged)
    shown = view(dataclasses.replace(run, records=(broken,), figures=())).values
    assert shown is not None
    (value,) = shown.families[0].values
    assert not value.numbers[0].badge.expected
    assert "The stored value is not what" in value.note
    assert "not as expected" in html(dataclasses.replace(run, records=(broken,), figures=())).decode()


def test_stored_values_survive_the_record_on_disk(run: ig.Run) -> None:
    assert run_from_json_lines(json_lines(run)) == run
