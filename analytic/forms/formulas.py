"""Closed forms as LaTeX equations for reports."""

from __future__ import annotations

from infograd.analytic.forms.closed_form import closed_form
from infograd.analytic.forms.matrix_form import matrix_formula
from infograd.answer import Refusal
from infograd.array import entries
from infograd.latex import question_latex
from infograd.question import Question
from infograd.record import Formula


def formulas(question: Question) -> tuple[Formula, ...]:
    """The information or entropy and each entry of its gradient as LaTeX equations, the first with the title "I" or "h", the others with their parameter's.

    A channel with too many parameters to write out gets the matrix formula of its information where its maps are written with
    matrices, and otherwise nothing.
    Raises: SpecificationError for what is no question.
    """
    found = closed_form(question)
    if isinstance(found, Refusal):
        formula = matrix_formula(question) if question.quantity == "information" else None
        return (formula,) if formula else ()
    written, names = found.latex(), found.latex_names()
    slopes = [
        Formula(str(symbol), f"\\frac{{\\partial {question.symbol}}}{{\\partial {names[symbol]}}} = {slope}")
        for name, array in written.gradient.items()
        for (_, slope), (_, symbol) in zip(entries(array), entries(found.symbols[name]), strict=True)
    ]
    return Formula(question.symbol, f"{question_latex(question)} = {written.value}"), *slopes
