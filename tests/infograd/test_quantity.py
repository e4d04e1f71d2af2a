"""A value keeps its three kinds of doubt apart, entry by entry."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import pytest

import infograd as ig


def test_every_entry_comes_with_its_own_doubt() -> None:
    quantity = ig.Quantity(((1.0, 2.0), (3.0, 4.0)), ig.Doubt(proved=((0.1, 0.2), (0.3, 0.4)), stderr=0.5, dof=7))
    assert quantity.shape == (2, 2)
    assert list(quantity.entries()) == [
        ((row, column), 1.0 + 2 * row + column, ig.Doubt(proved=(1 + 2 * row + column) / 10, stderr=0.5, dof=7)) for row in range(2) for column in range(2)
    ]


def test_an_exact_value_stays_exact_and_carries_no_doubt() -> None:
    (entry,) = ig.Quantity(Fraction(1, 3)).entries()
    assert entry == ((), Fraction(1, 3), ig.Doubt(0.0, 0.0, 0.0, math.inf))


@pytest.mark.parametrize("value", [ig.Infinite("the noise vanishes"), ig.Undefined("no density")])
def test_an_infinite_or_undefined_value_is_one_entry_with_its_reason(value: ig.Infinite | ig.Undefined) -> None:
    quantity = ig.Quantity(value)
    assert quantity.shape == ()
    assert list(quantity.entries()) == [((), value, ig.Doubt())]


@pytest.mark.parametrize("name", ["proved", "estimated", "stderr"])
def test_a_doubt_is_not_negative_and_has_the_shape_of_its_value(name: str) -> None:
    negative: dict[str, Any] = {name: (0.1, -0.1)}
    with pytest.raises(ig.SpecificationError, match=f"the {name} doubt is -0.1; a doubt is not negative"):
        ig.Doubt(**negative)
    longer: dict[str, Any] = {name: (0.1, 0.1, 0.1)}
    with pytest.raises(ig.SpecificationError, match=rf"the {name} doubt has shape \(3,\) and the value \(2,\); give both one shape"):
        ig.Quantity((1.0, 2.0), ig.Doubt(**longer))


@pytest.mark.parametrize("freedom", [0, -1, math.nan])
def test_a_standard_error_needs_degrees_of_freedom(freedom: float) -> None:
    with pytest.raises(ig.SpecificationError, match="it needs more than 0"):
        ig.Doubt(stderr=0.1, dof=freedom)
