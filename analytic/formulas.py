"""Closed forms as LaTeX for reports."""

from __future__ import annotations

import sympy  # type: ignore[import-untyped]  # sympy ships no type information

from infograd.analytic.closed_form import ClosedForm, closed_form
from infograd.analytic.matrix_form import matrix_formula
from infograd.analytic.symbolic import Symbolic
from infograd.answer import Refusal
from infograd.array import entries
from infograd.latex import name_latex, question_latex
from infograd.question import Question
from infograd.record import Formula


def formulas(question: Question) -> tuple[Formula, ...]:
    """The information and each entry of its gradient as LaTeX equations, the first with the title "I", the others with their parameter's.

    A channel with too many parameters to write out gets the matrix formula of its information where its maps are written with
    matrices, and otherwise nothing.
    """
    found = closed_form(question)
    if isinstance(found, Refusal):
        formula = matrix_formula(question)
        return (formula,) if formula else ()
    names = {symbol: _entry_latex(name, index) for name, array in found.symbols.items() for index, symbol in entries(array)}

    def text(expression: Symbolic) -> str:
        return str(sympy.latex(expression, symbol_names=names))

    slopes = [
        Formula(str(symbol), f"\\frac{{\\partial I}}{{\\partial {names[symbol]}}} = {text(slope)}")
        for name, array in found.gradient.items()
        for (_, slope), (_, symbol) in zip(entries(array), entries(found.symbols[name]), strict=True)
    ]
    return Formula("I", f"{question_latex(question)} = {_information(found, text(found.ratio), text(found.signal))}"), *slopes


def _information(found: ClosedForm, ratio: str, signal: str) -> str:
    if found.signal == 0:
        return "0"
    argument = f"1 + {signal}" if found.scalar_side else ratio
    return f"\\tfrac{{1}}{{2}} \\log\\left({argument}\\right)"


def _entry_latex(name: str, index: tuple[int, ...]) -> str:
    return name_latex(name) if not index else f"{{{name_latex(name)}}}_{{[{','.join(map(str, index))}]}}"
