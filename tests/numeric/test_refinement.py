"""The stopping rule: it covers the error of every kind of convergence, and a rule that lies is not believed."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from infograd.numeric.limit import LimitError
from infograd.numeric.refinement import Estimate, refine

EPS = np.finfo(np.float64).eps


def ladder(error_at: Callable[[float], float]) -> Callable[[float], Estimate]:
    return lambda step: Estimate(np.array([1.0 + error_at(step)]), np.array([4 * EPS]), 100)


@pytest.mark.parametrize(
    "error_at",
    [lambda h: math.exp(-8 / h**2), lambda h: math.exp(-8 / h), lambda h: h**2, lambda h: h**4, lambda h: -0.3 * h**2, lambda h: h / 10],
    ids=["gaussian", "analytic", "kink", "smooth", "signed", "jump"],
)
@pytest.mark.parametrize("error", [1e-1, 1e-2])
def test_the_stated_error_covers_the_true_one(error_at: Callable[[float], float], error: float) -> None:
    refined = refine(ladder(error_at), error)
    assert abs(refined.values[0] - 1) <= refined.errors[0] <= error


def test_values_that_never_settle_are_refused() -> None:
    with pytest.raises(LimitError, match="was not reached"):
        refine(ladder(lambda h: math.cos(1000 / h)), 1e-6)


def test_a_limit_met_on_a_finer_grid_says_what_was_reached_before() -> None:
    def evaluate(step: float) -> Estimate:
        if step < 0.1:
            raise LimitError("it has 9e9 cells")
        return ladder(lambda h: h)(step)

    with pytest.raises(LimitError, match=r"is left at 100 cells; ask for a larger error, since on a finer grid it has 9e9 cells"):
        refine(evaluate, 1e-9)


def test_rounding_is_part_of_the_stated_error() -> None:
    refined = refine(ladder(lambda h: 0.0), 1e-12)
    assert refined.errors[0] == 4 * EPS


def test_an_entry_at_rest_does_not_wait_for_one_that_wanders_by_rounding() -> None:
    """One entry changes by nothing, the other by a growing few units of rounding: both have settled."""
    values = iter([(1.0, 1.0), (1.0, 1.0 + EPS), (1.0, 1.0 + 4 * EPS)])
    refined = refine(lambda step: Estimate(np.array(next(values)), np.full(2, 4 * EPS), 100), 1e-12)
    assert refined.levels == 3
    assert refined.errors[0] == 4 * EPS
