"""Balls as quantities: the midpoint is exact and the radius is rounded up."""

from __future__ import annotations

from fractions import Fraction

from flint import arb, ctx, fmpq
from hypothesis import given
from hypothesis import strategies as st

from infograd.analytic.exact.enclosure import is_sharp, midpoint, quantity, radius

RATIONALS = st.fractions(min_value=Fraction(-(10**6)), max_value=10**6)


@given(RATIONALS, st.integers(20, 400))
def test_the_ball_of_a_rational_holds_it(value: Fraction, precision: int) -> None:
    with ctx.workprec(precision):
        ball = arb(fmpq(value.numerator, value.denominator))
    assert abs(midpoint(ball) - value) <= Fraction(radius(ball))


@given(RATIONALS)
def test_a_rational_stays_itself(value: Fraction) -> None:
    exact = fmpq(value.numerator, value.denominator)
    assert midpoint(exact) == value
    assert radius(exact) == 0.0
    assert is_sharp(exact)


def test_sharpness_is_a_hundred_bits() -> None:
    with ctx.workprec(53):
        assert not is_sharp(arb(2).sqrt())
    with ctx.workprec(128):
        assert is_sharp(arb(2).sqrt())
        assert not is_sharp(arb(2).sqrt() - arb(2).sqrt())


def test_an_array_is_filled_in_row_major_order() -> None:
    with ctx.workprec(128):
        found = quantity([fmpq(1), fmpq(2), arb(2).sqrt(), fmpq(4)], (2, 2))
    assert isinstance(found.value, tuple)
    assert found.value[0] == (1, 2)
    assert found.doubt.at((0, 1)).proved == 0.0
    assert 0 < float(found.doubt.at((1, 0)).proved) < 1e-37  # type: ignore[arg-type]  # one entry is a number
    assert quantity([fmpq(1)], ()).doubt.proved == 0.0
