"""What one calibration factor fixes and what it leaves."""

from __future__ import annotations

import pytest
import sympy  # type: ignore[import-untyped]  # sympy ships no type information

from infograd import SpecificationError
from infograd.analytic.theory.moments import expectation
from infograd.analytic.theory.stein import (
    factor_ratio,
    least_squares_factor,
    matrix_factor,
    mean_square,
    scalar_residue,
    smoothing_error,
    stein_factor,
)
from infograd.analytic.theory.vanishing import vanishes

y, b, mu = sympy.symbols("y b mu", real=True)
v, t, k = sympy.symbols("v t k", positive=True)
TRUTH = -y / v
GAUSSIAN = {y: v}


def test_a_multiple_of_the_score_is_calibrated_exactly() -> None:
    assert vanishes(stein_factor(k * TRUTH, y, GAUSSIAN) * k * TRUTH - TRUTH)


def test_the_smoothing_bias_of_a_scalar_gaussian_is_removed_exactly() -> None:
    smoothed = -y / (v + t)
    assert vanishes(stein_factor(smoothed, y, GAUSSIAN) * smoothed - TRUTH)


def test_every_error_orthogonal_to_the_output_is_a_fixed_point() -> None:
    error = b * (y**3 - 3 * v * y)
    assert vanishes(expectation(y * error, GAUSSIAN))
    assert vanishes(stein_factor(TRUTH + error, y, GAUSSIAN) - 1)
    assert vanishes(mean_square(error, GAUSSIAN) - 6 * b**2 * v**3)


def test_the_ratio_to_the_least_squares_factor_is_that_of_cauchy_and_schwarz() -> None:
    score = TRUTH + b * y**3
    ratio = stein_factor(score, y, GAUSSIAN) / least_squares_factor(score, TRUTH, GAUSSIAN)
    assert vanishes(ratio - factor_ratio(score, y, GAUSSIAN))
    excess = expectation(y**2, GAUSSIAN) * mean_square(score, GAUSSIAN) - expectation(y * score, GAUSSIAN) ** 2
    assert sympy.factor(excess) == 6 * b**2 * v**4


def test_a_cubic_error_is_made_worse_by_calibration() -> None:
    score = -y + sympy.Rational(1, 5) * y**3
    factor = stein_factor(score, y, {y: 1})
    assert factor == sympy.Rational(5, 2)
    assert mean_square(score + y, {y: 1}) == sympy.Rational(3, 5)
    assert mean_square(factor * score + y, {y: 1}) == sympy.Rational(3, 2)
    assert mean_square(factor * score, {y: 1}) == sympy.Rational(5, 2)


def test_a_constant_error_is_scaled_by_the_mean_unless_the_output_is_centred() -> None:
    score = -y / v + b
    assert vanishes(stein_factor(score, mu + y, GAUSSIAN) - 1 / (1 - mu * b))
    assert vanishes(stein_factor(score, y, GAUSSIAN) - 1)


def test_a_score_that_ignores_the_output_has_no_factor() -> None:
    with pytest.raises(SpecificationError, match="is 0"):
        stein_factor(y**2, y, GAUSSIAN)


def test_the_matrix_factor_undoes_every_linear_error() -> None:
    error = sympy.Matrix(2, 2, sympy.symbols("a:4"))
    product = matrix_factor(-error) * error - sympy.eye(2)
    assert all(map(vanishes, product))


def test_a_singular_error_has_no_matrix_factor() -> None:
    with pytest.raises(SpecificationError, match="singular"):
        matrix_factor(sympy.Matrix([[1, 1], [1, 1]]))


def test_a_scalar_factor_leaves_an_anisotropic_residue_of_smoothing() -> None:
    residue = scalar_residue(smoothing_error(sympy.diag(1, 4), sympy.Integer(1)))
    assert residue == sympy.diag(sympy.Rational(-3, 13), sympy.Rational(3, 13))
    assert scalar_residue(smoothing_error(3 * sympy.eye(2), t)).applyfunc(sympy.cancel) == sympy.zeros(2)
