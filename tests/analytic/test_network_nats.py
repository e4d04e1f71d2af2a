"""Exact rates: signs decided in integers where they are zero, by balls elsewhere."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infograd import SpecificationError
from infograd.analytic.network import HalfLog, Nats
from infograd.analytic.network.nats import coprime_base

RATIOS = st.fractions(min_value=Fraction(1, 50), max_value=50, max_denominator=60)


def combination(*parts: tuple[object, int | Fraction], rational: int | Fraction = 0) -> Nats:
    return Nats.total([Nats(Fraction(rational)), *(Nats.of(HalfLog(ratio)) * Fraction(weight) for ratio, weight in parts)])


@settings(deadline=None, max_examples=60)
@given(RATIOS, RATIOS, st.fractions(min_value=-3, max_value=3, max_denominator=7))
def test_a_logarithm_of_a_product_is_the_sum_of_logarithms(first: Fraction, second: Fraction, weight: Fraction) -> None:
    difference = combination((first * second, weight), (first, -weight), (second, -weight))
    assert difference.sign() == 0
    assert float(difference) == pytest.approx(0, abs=1e-30)


def test_roots_of_rationals_are_decided() -> None:
    assert combination((4, Fraction(1, 3)), (2, Fraction(-2, 3))).sign() == 0
    assert combination((8, Fraction(1, 6)), (Fraction(1, 2), Fraction(1, 2))).sign() == 0
    assert combination((8, Fraction(1, 6)), (Fraction(1, 3), Fraction(1, 2))).sign() == -1


def test_a_difference_below_every_float_is_seen() -> None:
    tiny = Fraction(1, 10**60)
    assert combination((2 + tiny, 1), (2, -1)).sign() == 1
    assert (
        combination((2, 1), rational=-Fraction(math.log(2) / 2)).sign()
        == (Fraction(math.log(2) / 2) < Fraction("0.34657359027997265470861606072908828403775")) * 2 - 1
    )


@settings(deadline=None, max_examples=60)
@given(RATIOS, st.fractions(min_value=-4, max_value=4, max_denominator=50))
def test_the_sign_is_the_float_s_where_the_float_is_clear(ratio: Fraction, rational: Fraction) -> None:
    value = 0.5 * math.log(ratio) + float(rational)
    if abs(value) > 1e-9:
        assert combination((ratio, 1), rational=rational).sign() == math.copysign(1, value)


@given(st.lists(st.integers(min_value=1, max_value=10**6), max_size=5))
def test_a_coprime_base_is_coprime_and_factors_every_integer(integers: list[int]) -> None:
    base = coprime_base(integers)
    assert all(math.gcd(a, b) == 1 for position, a in enumerate(base) for b in base[:position])
    for integer in integers:
        for element in base:
            while integer % element == 0:
                integer //= element
        assert integer == 1


def test_the_expression_has_the_number_s_value() -> None:
    number = combination((Fraction(3, 2), Fraction(2, 3)), rational=Fraction(1, 5))
    assert float(number.sympy()) == pytest.approx(float(number), rel=1e-15)
    assert float(HalfLog(4)) == pytest.approx(math.log(2), rel=1e-15)


@pytest.mark.parametrize("ratio", [0, -1, "x", float("nan"), True])
def test_what_is_no_ratio_is_refused(ratio: object) -> None:
    with pytest.raises(SpecificationError, match="ratio of a rate"):
        HalfLog(ratio)
