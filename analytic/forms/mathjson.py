"""Closed forms as MathJSON, the format of https://mathlive.io/math-json/: numbers, names, and lists with a function's name first.

Whole numbers beyond 2^53 - 1 are {"num": "..."}, because a reader may take a JSON number for a double; entries of an array
are ["At", name, row, column], counted from 1 as that format counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import sympy  # type: ignore[import-untyped]  # sympy ships no type information

from infograd.analytic.expression import Symbolic
from infograd.error import SpecificationError

MathJSON: TypeAlias = Any  # an int, a str, a dict {"num": str}, or a list of a function's name and its arguments

_SAFE = 2**53 - 1
_CONSTANTS = {sympy.pi: "Pi", sympy.E: "ExponentialE"}
_FUNCTIONS = {
    sympy.Add: "Add",
    sympy.Mul: "Multiply",
    sympy.log: "Ln",
    sympy.exp: "Exp",
    sympy.tanh: "Tanh",
    sympy.sin: "Sin",
    sympy.cos: "Cos",
    sympy.erf: "Erf",
    sympy.Abs: "Abs",
    sympy.sign: "Sign",
    sympy.Max: "Max",
    sympy.Min: "Min",
}


def name_mathjson(name: str, index: tuple[int, ...]) -> MathJSON:
    """A parameter, or an entry of one.

    Raises: SpecificationError for a name that MathJSON gives to a constant.
    """
    if name in _CONSTANTS.values():
        raise SpecificationError(f"the parameter {name!r} has the name of a constant of MathJSON; give it another name.")
    return ["At", name, *(position + 1 for position in index)] if index else name


def mathjson(expression: Symbolic, names: Mapping[Symbolic, MathJSON] | None = None) -> MathJSON:
    """The expression in MathJSON; `names` says how symbols are written, by their own names where it does not.

    Raises: SpecificationError for a function or a number that is not among those of closed forms.
    """
    known = names or {}
    if expression.is_Symbol:
        return known[expression] if expression in known else name_mathjson(str(expression), ())
    if expression in _CONSTANTS:
        return _CONSTANTS[expression]
    if expression.is_Rational:
        top, bottom = _whole(int(expression.p)), _whole(int(expression.q))
        return top if expression.is_Integer else ["Rational", top, bottom]
    if expression.is_Pow and not isinstance(expression, sympy.exp):
        base, exponent = (mathjson(part, known) for part in expression.args)
        return ["Sqrt", base] if expression.exp == sympy.Rational(1, 2) else ["Power", base, exponent]
    if expression.func not in _FUNCTIONS:
        raise SpecificationError(f"{expression} has no MathJSON; only rational numbers, powers and {', '.join(_FUNCTIONS.values())} are written.")
    return [_FUNCTIONS[expression.func], *(mathjson(part, known) for part in _arguments(expression))]


def _arguments(expression: Symbolic) -> list[Symbolic]:
    """The arguments in the order in which sympy prints them."""
    if expression.is_Add:
        return list(expression.as_ordered_terms())
    return list(expression.as_ordered_factors()) if expression.is_Mul else list(expression.args)


def _whole(value: int) -> MathJSON:
    return value if abs(value) <= _SAFE else {"num": str(value)}
