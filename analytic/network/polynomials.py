"""Rational functions decided by their coefficients: zero everywhere, or positive wherever all symbols are positive."""

from __future__ import annotations

import sympy  # type: ignore[import-untyped]  # sympy ships no type information

from infograd.analytic.expression import Symbolic


def _coefficients(expression: Symbolic) -> tuple[list[Symbolic], list[Symbolic]]:
    """The coefficients of the expanded numerator and denominator."""
    top, bottom = sympy.fraction(sympy.together(expression))
    symbols = sorted(expression.free_symbols, key=str) or [sympy.Symbol("x")]
    return sympy.Poly(top, *symbols).coeffs(), sympy.Poly(bottom, *symbols).coeffs()


def is_zero(expression: Symbolic) -> bool:
    """Whether a rational function vanishes identically: every coefficient of its numerator is 0."""
    top, _ = _coefficients(expression)
    return all(coefficient == 0 for coefficient in top)


def is_positive(expression: Symbolic) -> bool:
    """Whether every coefficient of numerator and denominator has one sign: then the function is positive at all positive arguments.

    False leaves the sign open.
    """
    top, bottom = _coefficients(expression)
    return all(coefficient > 0 for coefficient in (*top, *bottom)) or all(coefficient < 0 for coefficient in (*top, *bottom))
