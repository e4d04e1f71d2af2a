"""The determinant behind an entropy: h(A|C) = 1/2 log((2 pi e)^n det S_A|C), n being the number of A's entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sympy  # type: ignore[import-untyped]  # sympy ships no type information

from infograd.analytic.affine import Form, linear_channel
from infograd.analytic.exact.covariance import covariance
from infograd.analytic.exact.neighbourhood import why_degenerate
from infograd.analytic.exact.rank import Pattern
from infograd.analytic.expression import Symbolic
from infograd.analytic.forms.symbolic import SymbolicRing, symbolic_pattern
from infograd.analytic.refusal import NoClosedFormError
from infograd.analytic.ring import Entry
from infograd.question import Question


def volume(question: Question, symbols: Mapping[Entry, Symbolic]) -> tuple[Pattern, Symbolic]:
    """det S_A|C = det S_AC / det S_C in lowest terms, and the pattern of ranks that it holds for.

    Raises: NoClosedFormError as `linear_channel` does, and where A is degenerate given C, so that there is no density.
    """
    ring = SymbolicRing(symbols, question.at)
    linear = linear_channel(ring, question)
    found = symbolic_pattern(linear)
    if len(found.left) < len(linear.left):
        raise NoClosedFormError(f"the entropy is minus infinity: {why_degenerate(question)}")
    given: Sequence[Form[Symbolic]] = [linear.given[position] for position in found.given]
    ratio = _determinant(covariance(ring, linear, [*given, *linear.left])) / _determinant(covariance(ring, linear, given))
    return found, sympy.cancel(ratio)


def _determinant(matrix: Sequence[Sequence[Symbolic]]) -> Symbolic:
    return sympy.expand(sympy.Matrix(matrix).det(method="berkowitz")) if matrix else sympy.S.One
