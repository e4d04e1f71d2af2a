"""Numbers as a reader checks them: digits up to the doubt, the doubt by its kinds, gaps to three figures.

The digits in parentheses are the whole doubt (proved + estimated + one standard error) in units of the last digit shown,
rounded up and with the rounding of the shown value added, so that the printed interval contains the stated one. A value
known to more than 20 figures is cut there, and ends in an ellipsis.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from infograd.array import Shape
from infograd.quantity import Doubt, Infinite, Undefined

_LONGEST = 15
_FIGURES = 20
_PLAIN = range(-5, 7)


def value_text(value: Fraction | float | Infinite | Undefined, doubt: Doubt) -> str:
    """The value up to its doubt: "1/3 = 0.333333333333...", "0.758408673709(4)", "120 ± 30", "infinite" or "undefined".

    >>> value_text(0.7584086737094, Doubt(proved=4e-12))
    '0.758408673709(5)'
    """
    if isinstance(value, Infinite):
        return "infinite"
    if isinstance(value, Undefined):
        return "undefined"
    if not math.isfinite(value):
        return _special(value)
    width = _width(doubt)
    if width is None:
        return f"{float(value):.6g} ± infinity"
    return _with_doubt(Fraction(value), width) if width else _exact(value)


def doubt_text(value: Fraction | float | Infinite | Undefined, doubt: Doubt) -> str:
    """The kinds of doubt that are there, each rounded up to two figures; why, of a value that is infinite or undefined."""
    if isinstance(value, Infinite | Undefined):
        return value.why
    kinds = [("proved", doubt.proved), ("estimated", doubt.estimated), ("standard error", doubt.stderr)]
    parts = [f"{name} {_rounded_up(size)}" for name, size in kinds if size != 0]
    if doubt.stderr != 0 and math.isfinite(doubt.dof):
        parts[-1] += f" ({doubt.dof:g} degrees of freedom)"
    return ", ".join(parts) or ("exact" if isinstance(value, Fraction) else "no doubt stated")


def size_text(size: float) -> str:
    """A gap or an allowance to three figures."""
    return _compact(f"{size:.3g}") if math.isfinite(size) else _special(size)


def place_text(name: str, index: Shape) -> str:
    """A quantity's entry: "W" or "W[0, 1]", counted from 0."""
    return f"{name}[{', '.join(map(str, index))}]" if index else name


def _special(value: Any) -> str:
    return "not a number" if math.isnan(value) else "infinity" if value > 0 else "-infinity"


def _compact(text: str) -> str:
    mantissa, mark, exponent = text.partition("e")
    return f"{mantissa}e{int(exponent)}" if mark else mantissa


def _rounded_up(size: Any) -> str:
    if not math.isfinite(size):
        return _special(size)
    size = _decimal(size)
    place = _exponent(size) - 1
    digits = math.ceil(size / Fraction(10) ** place)
    return _compact(f"{float(digits * Fraction(10) ** place):.2g}")


def _width(doubt: Doubt) -> Fraction | None:
    kinds: tuple[Any, ...] = (doubt.proved, doubt.estimated, doubt.stderr)
    return sum(map(_decimal, kinds), Fraction(0)) if all(map(math.isfinite, kinds)) else None


def _decimal(size: float | Fraction) -> Fraction:
    """A doubt as it is written: the double 1e-13 is 1e-13, though it lies a little above."""
    return Fraction(repr(size)) if isinstance(size, float) else Fraction(size)


def _exponent(size: Fraction) -> int:
    """The power of ten of the leading digit of a positive number."""
    guess = len(str(size.numerator)) - len(str(size.denominator))
    return guess if Fraction(10) ** guess <= size else guess - 1


def _exact(value: Fraction | float) -> str:
    if isinstance(value, float):
        return _compact(repr(value))
    if value.denominator == 1 and len(str(value)) <= _LONGEST:
        return str(value)
    decimal = _compact(f"{float(value):.12g}")
    relation = "=" if Fraction(decimal) == value else "≈"
    return f"{value} {relation} {decimal}" if len(str(value)) <= _LONGEST else f"{relation} {decimal}"


def _with_doubt(value: Fraction, width: Fraction) -> str:
    place = _exponent(width)
    place -= width < 3 * Fraction(10) ** place
    if value and _exponent(abs(value)) - place >= _FIGURES:
        return _cut(value)
    unit = Fraction(10) ** place
    shown = round(value / unit)
    last = math.ceil((width + abs(value - shown * unit)) / unit)
    if shown == 0:
        return f"0 ± {_rounded_up(width + abs(value))}"
    exponent = len(str(abs(shown))) - 1 + place
    if exponent not in _PLAIN:
        return f"{_fixed(shown, place - exponent)}({last})e{exponent}"
    if place >= 0:
        return f"{shown * 10**place} ± {last * 10**place}"
    return f"{_fixed(shown, place)}({last})"


def _cut(value: Fraction) -> str:
    exponent = _exponent(abs(value))
    place = exponent - _FIGURES + 1
    shown = math.trunc(value / Fraction(10) ** place)
    return f"{_fixed(shown, place)}…" if exponent in _PLAIN else f"{_fixed(shown, place - exponent)}…e{exponent}"


def _fixed(shown: int, place: int) -> str:
    """`shown` times ten to the power `place` <= 0 in plain digits."""
    digits = str(abs(shown)).rjust(1 - place, "0")
    return f"{'-' if shown < 0 else ''}{digits[:place]}.{digits[place:]}" if place else str(shown)
