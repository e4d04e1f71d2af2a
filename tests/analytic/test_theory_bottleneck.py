"""The Gaussian information bottleneck: stationary, better than its neighbours, and on the information curve."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
import sympy  # type: ignore[import-untyped]  # sympy ships no type information
from scipy import optimize

from infograd import SpecificationError
from infograd.analytic.theory.bottleneck import ascent, best_ratio, critical_price, curve, objective, optimum, projection
from infograd.analytic.theory.vanishing import vanishes

u, remaining, price = sympy.symbols("u lambda beta", positive=True)
MIXING = sympy.Matrix([[1, 1], [0, 1]])
COVARIANCE = MIXING * MIXING.T
CONDITIONAL = MIXING * sympy.diag(sympy.Rational(1, 5), sympy.Rational(1, 2)) * MIXING.T


def test_the_ratio_is_the_only_stationary_point_along_a_direction() -> None:
    slope = sympy.diff(objective(u, remaining, price), u)
    numerator = 2 * (1 + u) * (1 + remaining * u) * slope
    assert vanishes(numerator - (critical_price(remaining) - price - price * remaining * u))
    assert vanishes(numerator.subs(u, best_ratio(remaining, price)))


def test_the_ratio_is_the_greatest_that_a_search_finds() -> None:
    share, cost = 0.2, 0.3
    found = optimize.minimize_scalar(lambda ratio: -float(objective(ratio, share, cost)), bounds=(0, 100), method="bounded", options={"xatol": 1e-9})
    best = float(best_ratio(Fraction(1, 5), Fraction(3, 10)))
    value = float(objective(best, share, cost))
    assert value >= -found.fun
    assert float(objective(best * 1.1, share, cost)) < value > float(objective(best * 0.9, share, cost))


def test_a_direction_is_used_below_its_critical_price_alone() -> None:
    shares = ("1/5", "1/2", "9/10")
    used = {cost: [ratio > 0 for ratio in optimum(shares, cost).ratios] for cost in ("1/20", "1/10", "2/5", "1/2", "4/5", "9/10")}
    assert used == {
        "1/20": [True, True, True],
        "1/10": [True, True, False],
        "2/5": [True, True, False],
        "1/2": [True, False, False],
        "4/5": [False, False, False],
        "9/10": [False, False, False],
    }


@pytest.mark.parametrize(("shares", "cost"), [(("1/5",), "1/3"), (("1/5", "1/2"), "1/4"), (("1/5", "1/4", "1/2"), "1/10")])
def test_the_optimum_lies_on_the_information_curve_with_the_price_as_its_slope(shares: tuple[str, ...], cost: str) -> None:
    found = optimum(shares, cost)
    exact = [sympy.Rational(each) for each in shares]
    kept = sympy.Symbol("kept", positive=True)
    on_curve = curve(kept, exact)
    assert abs(sympy.N(on_curve.subs(kept, found.input_ratio) - found.target_information, 40)) < sympy.Float("1e-38")
    slope = sympy.diff(on_curve, kept) * 2 * kept
    assert abs(sympy.N(slope.subs(kept, found.input_ratio) - sympy.Rational(cost), 40)) < sympy.Float("1e-38")


def test_the_projection_of_a_vector_is_stationary_and_a_scaled_one_is_not() -> None:
    cost = sympy.Rational(1, 10)
    matrix = projection(COVARIANCE, CONDITIONAL, cost)
    assert matrix.shape == (2, 2)
    assert all(sympy.simplify(each) == 0 for each in ascent(matrix, COVARIANCE, CONDITIONAL, cost))
    assert any(sympy.simplify(each) != 0 for each in ascent(2 * matrix, COVARIANCE, CONDITIONAL, cost))


def test_the_projection_drops_a_direction_above_its_price() -> None:
    matrix = projection(COVARIANCE, CONDITIONAL, sympy.Rational(3, 5))
    assert matrix.rows == 1
    assert all(sympy.simplify(each) == 0 for each in ascent(matrix, COVARIANCE, CONDITIONAL, sympy.Rational(3, 5)))


def test_the_projection_has_the_ratios_of_the_directions() -> None:
    matrix = projection(COVARIANCE, CONDITIONAL, sympy.Rational(1, 10))
    ratios = (matrix * COVARIANCE * matrix.T).applyfunc(sympy.simplify)
    assert ratios.is_diagonal()
    assert {*ratios.diagonal()} == {*optimum(("1/5", "1/2"), "1/10").ratios}


def test_equal_shares_are_served_in_orthogonal_directions() -> None:
    half, cost = COVARIANCE / 2, sympy.Rational(1, 4)
    matrix = projection(COVARIANCE, half, cost)
    assert (matrix * COVARIANCE * matrix.T).applyfunc(sympy.simplify) == 2 * sympy.eye(2)
    assert all(sympy.simplify(each) == 0 for each in ascent(matrix, COVARIANCE, half, cost))


def test_the_ascent_is_the_gradient_of_the_objective() -> None:
    entries = sympy.Matrix(1, 2, sympy.symbols("a b", real=True))
    whole = (entries * COVARIANCE * entries.T)[0] + 1
    left = (entries * CONDITIONAL * entries.T)[0] + 1
    value = sympy.log(whole / left) / 2 - price * sympy.log(whole) / 2
    found = ascent(entries, COVARIANCE, CONDITIONAL, price)
    assert all(vanishes(sympy.diff(value, symbol) - each) for symbol, each in zip(entries.tolist()[0], found.tolist()[0], strict=True))


def test_wrong_shares_and_prices_are_refused() -> None:
    for shares, cost in itertools.product((("0",), ("3/2",), ()), ("1/2",)):
        with pytest.raises(SpecificationError, match="remaining shares"):
            optimum(shares, cost)
    with pytest.raises(SpecificationError, match="price is"):
        optimum(("1/2",), 1)
    with pytest.raises(SpecificationError, match="worth the price"):
        projection(COVARIANCE, CONDITIONAL, sympy.Rational(9, 10))
