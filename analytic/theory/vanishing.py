"""Deciding whether an expression is identically zero."""

from __future__ import annotations

import sympy  # type: ignore[import-untyped]  # sympy ships no type information

from infograd.analytic.expression import Symbolic


def vanishes(expression: Symbolic) -> bool:
    """Whether a rational function is identically zero: over one denominator, its numerator is the zero polynomial.

    Square roots of rational numbers may occur; they are multiplied out.
    """
    numerator, _ = sympy.fraction(sympy.together(expression))
    return bool(sympy.expand(numerator) == 0)
