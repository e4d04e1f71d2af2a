from __future__ import annotations

from dataclasses import replace

import infograd as ig
from infograd.reports.data import plain
from infograd.reports.section import Mathematics, derivative_latex
from infograd.reports.view import view


def test_every_entry_of_a_matrix_gradient_has_its_row_and_every_method_its_column(run: ig.Run) -> None:
    part = view(run).sections[1]
    assert [entry.index for entry in part.entries] == ["", "[0, 0]", "[0, 1]", "[1, 0]", "[1, 1]", "[2, 0]", "[2, 1]"]
    assert [[number is not None for number in entry.numbers] for entry in part.entries] == [[True, False]] + [[True, True]] * 6


def test_second_derivatives_have_rows_of_their_own(run: ig.Run) -> None:
    record = run.records[0]
    second = ig.Answer("analytic", "exact", ig.Access.MODEL, None, hessian=ig.FrozenMapping({"s2,theta": ig.Quantity(0.5, ig.Doubt(proved=1e-9))}))
    (part,) = view(ig.Run("t", (ig.Record("r", record.question, (second,), record.verdict),))).sections
    assert [entry.symbol for entry in part.entries] == [Mathematics(r"\partial^{2} I / \partial s_{2} \partial \theta")]


def test_the_rooms_that_answered_are_named_once(run: ig.Run) -> None:
    assert [line.rooms for line in view(run).lines] == ["analytic, numeric, learned", "analytic, learned", "numeric, learned", "none"]


def test_a_quantity_of_the_question_is_a_symbol_and_any_other_its_name(run: ig.Run, hostile: ig.Run) -> None:
    symbols = [row.symbol for row in view(run).sections[0].comparisons]
    assert symbols == [Mathematics("I"), Mathematics(derivative_latex("theta"))]
    (row,) = view(hostile).sections[0].comparisons
    assert row.symbol is None


def test_a_closed_form_named_by_a_parameter_is_the_gradient_in_it(run: ig.Run) -> None:
    record = run.records[0]
    formulas = tuple(ig.Formula(title, "x") for title in ("I", "theta", "eq. (33)"))
    (part,) = view(ig.Run("t", (ig.Record("r", record.question, record.replies, record.verdict, formulas),))).sections
    assert [closed.title for closed in part.formulas] == ["Information", "Gradient in theta", "eq. (33)"]


def test_only_a_run_with_questions_and_nothing_unexpected_is_good(run: ig.Run) -> None:
    assert not view(run).good
    assert view(ig.Run("t", run.records[:1])).good
    assert not view(ig.Run("t", ())).good


def test_a_formula_is_numbered_once_however_often_it_stands() -> None:
    formulas: dict[str, int] = {}
    assert plain((Mathematics("x"), Mathematics("y"), Mathematics("x")), formulas) == [0, 1, 0]
    assert formulas == {"x": 0, "y": 1}


def test_of_many_comparisons_the_page_shows_every_disagreement_and_the_closest_calls_and_counts_the_rest(run: ig.Run) -> None:
    (record,) = run.records[:1]
    model = record.verdict.comparisons[1]
    many = [replace(model, quantity=f"dI/dtheta at {step}", gap=step * 1e-5, status=ig.Status.DISAGREE if step == 3 else ig.Status.AGREE) for step in range(60)]
    verdict = ig.Verdict(ig.Status.DISAGREE, tuple(many))
    (part,) = view(ig.Run("t", (replace(record, verdict=verdict),))).sections
    assert [row.name for row in part.comparisons] == [f"dI/dtheta at {step}" for step in (3, *range(52, 60))]
    assert "51 more agree" in part.omitted
    (short,) = view(ig.Run("t", (record,))).sections
    assert short.omitted == ""


def test_a_record_without_replies_names_the_rooms_of_its_comparisons(run: ig.Run) -> None:
    (record,) = run.records[:1]
    (line,) = view(ig.Run("t", (replace(record, replies=()),))).lines
    assert line.rooms == "analytic, numeric, learned"
