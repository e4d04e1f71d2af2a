"""Ranks and patterns on rows that are written by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import arb, fmpq

from infograd.analytic.exact.elementary import is_zero
from infograd.analytic.exact.rank import confirmed, independent_rows, pattern
from infograd.analytic.refusal import UndecidedError


def exactly_zero(number: Fraction) -> bool:
    return number == 0


def rows(*lines: str) -> list[list[Fraction]]:
    return [list(map(Fraction, line.split())) for line in lines]


def test_a_combination_of_earlier_rows_is_dropped() -> None:
    assert independent_rows(rows("1 2 0", "2 4 0", "0 1 1", "1 3 1", "0 0 0", "0 0 1"), exactly_zero) == (0, 2, 5)


def test_a_side_that_the_other_determines_is_infinite() -> None:
    found = pattern([], rows("1 0"), rows("2 0"), exactly_zero)
    assert not found.finite
    assert pattern(rows("1 1"), rows("1 0"), rows("0 1"), exactly_zero).finite is False


def test_a_copy_within_a_side_or_of_the_given_is_finite() -> None:
    found = pattern(rows("1 0 0"), rows("2 0 0", "0 1 0"), rows("0 1 1", "1 1 1"), exactly_zero)
    assert found.finite
    assert (found.given, found.left, found.right) == ((0,), (1,), (0,))


def test_an_undecided_pivot_is_no_rank() -> None:
    with pytest.raises(UndecidedError):
        independent_rows([[arb(0, "1e-20"), fmpq(0)]], is_zero)


def test_a_certain_entry_is_preferred_to_an_undecided_one() -> None:
    assert independent_rows([[arb(0, "1e-20"), fmpq(1)]], is_zero) == (0,)


def test_a_claim_of_independence_is_checked() -> None:
    claimed = pattern([], rows("1 0"), rows("0 1"), exactly_zero)
    assert confirmed(claimed, [], rows("3 1"), rows("1 1"), exactly_zero) is claimed
    with pytest.raises(UndecidedError):
        confirmed(claimed, [], rows("3 3"), rows("1 1"), exactly_zero)
