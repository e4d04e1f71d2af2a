"""Deciding whether an expression is identically zero."""

from __future__ import annotations

from typing import Any, TypeAlias

import sympy  # type: ignore[import-untyped]  # sympy ships no type information

Symbolic: TypeAlias = Any  # a sympy expression; sympy's own annotations do not pass a type checker


def vanishes(expression: Symbolic) -> bool:
    """Whether a rational function is identically zero: over one denominator, its numerator is the zero polynomial.

    Square roots of rational numbers may occur; they are multiplied out.
    """
    numerator, _ = sympy.fraction(sympy.together(expression))
    return bool(sympy.expand(numerator) == 0)
