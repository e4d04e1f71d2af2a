from __future__ import annotations

import math
import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infograd.quantity import Doubt, Infinite, Undefined
from infograd.reports.numerals import doubt_text, place_text, size_text, value_text

PARENTHESES = re.compile(r"(-?\d+)(?:\.(\d+))?\((\d+)\)(?:e(-?\d+))?")
AROUND = re.compile(r"(-?\d+) ± (\S+)")


def interval(text: str) -> tuple[Fraction, Fraction]:
    """The centre and half-width that a printed value states."""
    around = AROUND.fullmatch(text)
    if around is not None:
        return Fraction(around[1]), Fraction(around[2])
    found = PARENTHESES.fullmatch(text)
    assert found is not None, text
    whole, part, last, exponent = found.groups(default="")
    unit = Fraction(10) ** (int(exponent or 0) - len(part))
    return Fraction(int(whole + part)) * unit, int(last) * unit


@pytest.mark.parametrize(
    ("value", "doubt", "text"),
    [
        (Fraction(2), Doubt(), "2"),
        (Fraction(1, 4), Doubt(), "1/4 = 0.25"),
        (Fraction(1, 3), Doubt(), "1/3 ≈ 0.333333333333"),
        (Fraction(10**20 + 1, 3**40), Doubt(), "≈ 8.22526333997"),
        (0.1, Doubt(), "0.1"),
        (0.75840867370947, Doubt(estimated=4e-12), "0.758408673709(5)"),
        (-1.234e-9, Doubt(stderr=4e-11), "-1.23(5)e-9"),
        (1234.5, Doubt(stderr=45.0), "1230 ± 50"),
        (Fraction(-1, 3), Doubt(proved=Fraction(1, 10**39)), "-0.33333333333333333333…"),
        (Fraction(1, 3 * 10**9), Doubt(proved=Fraction(1, 10**39)), "3.3333333333333333333…e-10"),
        (1e-9, Doubt(stderr=2e-3), "0 ± 0.0021"),
        (1.0, Doubt(proved=math.inf), "1 ± infinity"),
        (math.nan, Doubt(), "not a number"),
        (-math.inf, Doubt(), "-infinity"),
        (Infinite("no noise"), Doubt(), "infinite"),
        (Undefined("a kink"), Doubt(), "undefined"),
    ],
)
def test_a_value_is_printed_up_to_its_doubt(value: Fraction | float | Infinite | Undefined, doubt: Doubt, text: str) -> None:
    assert value_text(value, doubt) == text


@given(
    value=st.floats(-1e200, 1e200, allow_subnormal=False),
    widths=st.tuples(*(st.floats(1e-16, 1e16),) * 3),
)
def test_the_printed_interval_contains_the_stated_one_and_is_at_most_half_again_as_wide(value: float, widths: tuple[float, float, float]) -> None:
    scale = max(abs(value), 1e-300)
    sizes = [width * scale for width in widths]
    centre, half = interval(value_text(value, Doubt(*sizes)))
    width = sum((Fraction(repr(size)) for size in sizes), Fraction(0))
    assert abs(centre - Fraction(value)) + width <= half <= Fraction(3, 2) * width


@given(value=st.fractions(-100, 100, max_denominator=10**6), exponent=st.integers(-16, -3))
def test_an_exact_value_keeps_every_digit_above_its_bound(value: Fraction, exponent: int) -> None:
    centre, half = interval(value_text(value, Doubt(proved=Fraction(1, 10 ** (-exponent)))))
    assert abs(centre - value) <= half <= Fraction(3, 2) * Fraction(1, 10 ** (-exponent))


@pytest.mark.parametrize(
    ("value", "doubt", "text"),
    [
        (Fraction(1, 2), Doubt(), "exact"),
        (0.5, Doubt(), "no doubt stated"),
        (0.5, Doubt(proved=1e-13, estimated=2.31e-9), "proved 1e-13, estimated 2.4e-9"),
        (0.5, Doubt(stderr=0.0123, dof=31.0), "standard error 0.013 (31 degrees of freedom)"),
        (0.5, Doubt(stderr=math.inf), "standard error infinity"),
        (Infinite("Y determines X"), Doubt(), "Y determines X"),
    ],
)
def test_doubt_is_printed_by_its_kinds_and_never_rounded_down(value: Fraction | float | Infinite, doubt: Doubt, text: str) -> None:
    assert doubt_text(value, doubt) == text


def test_gaps_have_three_figures_and_words_where_they_are_no_number() -> None:
    assert [size_text(size) for size in (0.0, 1.2345e-8, 0.04362, math.nan, math.inf)] == ["0", "1.23e-8", "0.0436", "not a number", "infinity"]


def test_an_entry_is_named_by_its_indices() -> None:
    assert place_text("W", (2, 0)) == "W[2, 0]"
    assert place_text("I", ()) == "I"
