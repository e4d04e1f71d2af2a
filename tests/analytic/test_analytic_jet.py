"""Truncated Taylor polynomials against derivatives that sympy writes down."""

from __future__ import annotations

from fractions import Fraction

import sympy  # type: ignore[import-untyped]  # sympy ships no type information
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from infograd.analytic.exact.enclosure import midpoint
from infograd.analytic.exact.jet import Jet, constant_jet, variable_jet

U, V = sympy.symbols("u v")
WRITTEN = (U * V - U**3 + 2) / (U**2 + V**2 + 1)
DERIVATIVES = {
    (): WRITTEN,
    (0,): sympy.diff(WRITTEN, U),
    (1,): sympy.diff(WRITTEN, V),
    (0, 0): sympy.diff(WRITTEN, U, U),
    (0, 1): sympy.diff(WRITTEN, U, V),
    (1, 1): sympy.diff(WRITTEN, V, V),
}
RATIONALS = st.fractions(min_value=-5, max_value=5, max_denominator=8)


def jets(x: Fraction, y: Fraction) -> tuple[Jet, Jet]:
    return variable_jet(fmpq(x.numerator, x.denominator), 0, 2), variable_jet(fmpq(y.numerator, y.denominator), 1, 2)


@settings(max_examples=40)
@given(RATIONALS, RATIONALS)
def test_derivatives_of_a_rational_function_are_exact(x: Fraction, y: Fraction) -> None:
    a, b = jets(x, y)
    found = (a * b - a**3 + constant_jet(fmpq(2), 2)) / (a * a + b * b + constant_jet(fmpq(1), 2))
    place = {U: sympy.Rational(x.numerator, x.denominator), V: sympy.Rational(y.numerator, y.denominator)}
    for variables, true in DERIVATIVES.items():
        assert midpoint(found.derivative(*variables)) == Fraction(str(true.subs(place)))


@given(RATIONALS, RATIONALS)
def test_mixed_derivatives_do_not_depend_on_the_order(x: Fraction, y: Fraction) -> None:
    a, b = jets(x, y)
    product = a * a * b
    assert product.derivative(0, 1) == product.derivative(1, 0)


def test_exact_zeros_are_not_stored() -> None:
    a, _ = jets(Fraction(2), Fraction(0))
    assert not (a - a).terms
    assert not constant_jet(fmpq(0), 2).terms


def test_the_order_cuts_the_series() -> None:
    a = variable_jet(fmpq(3), 0, 1)
    assert (a * a).terms == {(): 9, (0,): 6}
    assert variable_jet(fmpq(3), 0, 0).terms == {(): 3}


def test_a_function_of_a_constant_needs_no_derivative() -> None:
    assert not constant_jet(fmpq(0), 2).apply("sqrt").terms
