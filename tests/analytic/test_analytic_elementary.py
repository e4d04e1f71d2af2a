"""The scalar functions' Taylor coefficients against mpmath at 80 digits."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import mpmath  # type: ignore[import-untyped]  # mpmath ships no type information
import pytest
from flint import arb, ctx, fmpq

from infograd.analytic.exact.elementary import sign, taylor, taylor_clip, taylor_power
from infograd.analytic.exact.enclosure import midpoint, radius
from infograd.analytic.refusal import NoClosedFormError, UndecidedError

FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "exp": mpmath.exp,
    "log": mpmath.log,
    "sqrt": mpmath.sqrt,
    "tanh": mpmath.tanh,
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "erf": mpmath.erf,
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "softplus": lambda x: mpmath.log(1 + mpmath.exp(x)),
    "abs": mpmath.fabs,
    "relu": lambda x: max(x, mpmath.mpf(0)),
}


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("point", [Fraction(1, 3), Fraction(7, 2), Fraction(9, 4)])
def test_balls_hold_the_function_and_its_derivatives(name: str, point: Fraction) -> None:
    with ctx.workprec(128), mpmath.workdps(80):
        found = taylor(name, fmpq(point.numerator, point.denominator), 2)
        at = mpmath.mpf(point.numerator) / point.denominator
        for degree, coefficient in enumerate(found):
            true = mpmath.diff(FUNCTIONS[name], at, degree) / mpmath.factorial(degree)
            exact = midpoint(coefficient)
            gap = abs(mpmath.mpf(exact.numerator) / exact.denominator - true)
            assert gap <= radius(coefficient) + mpmath.mpf(10) ** -50, "mpmath's differences lose at most 30 of 80 digits"


@pytest.mark.parametrize(
    ("name", "point", "value"),
    [
        ("exp", 0, 1),
        ("log", 1, 0),
        ("sqrt", Fraction(9, 4), Fraction(3, 2)),
        ("sigmoid", 0, Fraction(1, 2)),
        ("tanh", 0, 0),
        ("sin", 0, 0),
        ("cos", 0, 1),
        ("erf", 0, 0),
    ],
)
def test_rational_values_stay_rational(name: str, point: Fraction, value: Fraction) -> None:
    point = Fraction(point)
    found = taylor(name, fmpq(point.numerator, point.denominator), 0)[0]
    assert isinstance(found, fmpq)
    assert midpoint(found) == value


@pytest.mark.parametrize("name", ["abs", "relu"])
def test_derivatives_at_a_kink_are_zero_by_convention(name: str) -> None:
    assert taylor(name, fmpq(0), 2) == [0, 0, 0]
    assert taylor_clip(fmpq(1), fmpq(-1), fmpq(1), 2) == [1, 0, 0]


def test_clip_is_the_identity_between_its_bounds() -> None:
    assert taylor_clip(fmpq(1, 2), fmpq(-1), fmpq(1), 2) == [fmpq(1, 2), 1, 0]
    assert taylor_clip(fmpq(-3), fmpq(-1), fmpq(1), 1) == [-1, 0]


@pytest.mark.parametrize("exponent", [-2, -1, 0, 1, 2, 5])
def test_powers_follow_the_binomial_series(exponent: int) -> None:
    base = Fraction(3, 2)
    expected = [base**exponent, exponent * base ** (exponent - 1), Fraction(exponent * (exponent - 1), 2) * base ** (exponent - 2)]
    assert list(map(midpoint, taylor_power(fmpq(3, 2), exponent, 2))) == expected


@pytest.mark.parametrize(
    ("name", "point", "order"),
    [("log", -1, 0), ("log", 0, 0), ("sqrt", -1, 0), ("sqrt", 0, 1), ("sign", 0, 1)],
)
def test_a_missing_value_or_derivative_is_a_reason(name: str, point: int, order: int) -> None:
    with pytest.raises(NoClosedFormError):
        taylor(name, fmpq(point), order)


def test_a_negative_power_of_zero_is_a_reason() -> None:
    with pytest.raises(NoClosedFormError, match="division by zero"):
        taylor_power(fmpq(0), -1, 0)


def test_the_sign_of_a_ball_across_zero_is_undecided() -> None:
    with pytest.raises(UndecidedError):
        sign(arb(0, "1e-30"))
    with pytest.raises(UndecidedError):
        taylor_power(arb(0, "1e-30"), -1, 0)
    assert sign(arb(2, "1e-30")) == 1
