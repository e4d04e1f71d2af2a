"""Exact Gaussian moments, and the decision whether an expression is zero."""

from __future__ import annotations

import math

import pytest
import sympy  # type: ignore[import-untyped]  # sympy ships no type information
from scipy import integrate

from infograd import SpecificationError
from infograd.analytic.theory import path
from infograd.analytic.theory.moments import expectation, variance
from infograd.analytic.theory.vanishing import vanishes

x, y = sympy.symbols("x y", real=True)
a = sympy.Symbol("a", positive=True)


@pytest.mark.parametrize("power", range(9))
def test_a_moment_is_the_integral_against_the_density(power: int) -> None:
    found = float(expectation(x**power, {x: sympy.Rational(3, 2)}))
    value, error = integrate.quad(lambda t: t**power * math.exp(-(t**2) / 3) / math.sqrt(3 * math.pi), -30, 30, limit=200)
    assert abs(found - value) <= 4 * error


def test_variances_of_independent_products_multiply() -> None:
    assert variance(x * y, {x: a, y: 3}) == 3 * a
    assert vanishes(variance(x**2 / (1 + a), {x: 1}) - 2 / (1 + a) ** 2)


def test_what_is_no_polynomial_in_the_variables_is_refused() -> None:
    with pytest.raises(SpecificationError, match="no polynomial in x"):
        expectation(1 / x, {x: 1})


def test_zero_is_decided_and_a_small_difference_is_not_zero() -> None:
    assert vanishes(1 / (1 + x) - 1 / (1 - x) + 2 * x / (1 - x**2))
    assert vanishes(sympy.sqrt(6) * x - sympy.sqrt(2) * sympy.sqrt(3) * x)
    assert not vanishes((x + 1) ** 2 - x**2 - 2 * x - 1 + sympy.Rational(1, 10**30))


@pytest.mark.parametrize("build", [path.multipath_a, path.multipath_b])
def test_the_paths_have_the_gain_and_the_noise_of_the_paper(build: object) -> None:
    channel = build()  # type: ignore[operator]  # parametrised with functions
    gain = path.ALPHA + path.BETA if build is path.multipath_a else path.ALPHA * path.BETA + 1
    assert vanishes(channel.output_variance - gain**2 * path.POWER - channel.noise_variance)
