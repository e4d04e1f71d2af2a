"""Numbers enter exactly, and arrays of them are regular nested tuples."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infograd import SpecificationError
from infograd.array import entries, exact, exact_array, filled, identity, shape_of, with_shape

SHAPES = st.lists(st.integers(1, 4), max_size=3).map(tuple)


@pytest.mark.parametrize(
    ("stated", "meant"),
    [
        (3, Fraction(3)),
        ("0.1", Fraction(1, 10)),
        ("1/10", Fraction(1, 10)),
        ("-3e-2", Fraction(-3, 100)),
        (Decimal("0.1"), Fraction(1, 10)),
        (Fraction(2, 6), Fraction(1, 3)),
        (0.1, Fraction(3602879701896397, 36028797018963968)),
    ],
)
def test_text_and_decimals_enter_exactly_and_a_float_is_its_double(stated: object, meant: Fraction) -> None:
    assert exact(stated) == meant
    assert type(exact(stated)) is Fraction


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_comes_back_unchanged(value: float) -> None:
    assert float(exact(value)) == value


@pytest.mark.parametrize("value", [True, False, math.nan, math.inf, -math.inf, Decimal("NaN"), Decimal("Infinity")])
def test_booleans_nan_and_infinities_are_no_numbers(value: object) -> None:
    with pytest.raises(SpecificationError, match=r"the gain is .*; write a (finite )?number"):
        exact(value, "the gain")


@pytest.mark.parametrize("text", ["", "one", "1/0", "0x10", "nan", "inf", "1,5", "__import__('os')"])
def test_text_that_states_no_number_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(SpecificationError, match=r"the gain is .*; write a number, for example '0\.1'"):
        exact(text, "the gain")


@pytest.mark.parametrize("text", ["1e999999999", "1" * 1000, "1e-401", "1E+9999999"])
def test_a_number_that_would_not_fit_is_refused_before_it_is_computed(text: str) -> None:
    with pytest.raises(SpecificationError, match="at most 64 digits and exponents up to 400"):
        exact(text)


@pytest.mark.parametrize("value", [None, [1], {"a": 1}, 1j, object()])
def test_other_objects_are_refused_with_their_type(value: object) -> None:
    with pytest.raises(SpecificationError, match=type(value).__name__):
        exact(value)


def test_a_numpy_array_enters_as_its_doubles() -> None:
    array = np.array([[0.1, 1.0], [-2.5, 3.0]])
    assert exact_array(array) == ((Fraction(0.1), Fraction(1)), (Fraction(-5, 2), Fraction(3)))
    assert exact_array(np.float64(0.5)) == Fraction(1, 2)


@pytest.mark.parametrize(("value", "word"), [([], "empty"), ([[], []], "empty"), ([1, [2]], "ragged"), ([[1, 2], [3]], "ragged")])
def test_empty_and_ragged_arrays_are_refused(value: object, word: str) -> None:
    with pytest.raises(SpecificationError, match=word):
        exact_array(value)


def test_a_wrong_entry_is_named_by_its_position() -> None:
    with pytest.raises(SpecificationError, match=r"the matrix\[1\]\[0\] is 'x'"):
        exact_array([[1, 2], ["x", 4]], "the matrix")


@given(SHAPES)
def test_entries_come_in_row_major_order_and_rebuild_the_array(shape: tuple[int, ...]) -> None:
    expected = np.arange(math.prod(shape)).reshape(shape)
    array = exact_array(expected)
    assert shape_of(array) == shape
    assert [value for _, value in entries(array)] == list(range(math.prod(shape)))
    assert all(expected[index] == value for index, value in entries(array))
    assert with_shape((value for _, value in entries(array)), shape) == array


@given(SHAPES)
def test_a_filled_array_has_one_value_everywhere(shape: tuple[int, ...]) -> None:
    array = filled(shape, Fraction(7))
    assert shape_of(array) == shape
    assert {value for _, value in entries(array)} == {Fraction(7)}


@pytest.mark.parametrize("size", [1, 2, 5])
def test_the_identity_has_ones_on_its_diagonal_only(size: int) -> None:
    assert np.array_equal(np.array(identity(size), dtype=float), np.eye(size))
