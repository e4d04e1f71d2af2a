"""Channels on the border of the score formula: the closed forms against quadrature, and the formula where it holds and where it does not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import sympy  # type: ignore[import-untyped]  # sympy ships no type information

from infograd.analytic.theory.boundary_cases import BoundaryCase, exponential_noise, laplace_noise, one_bit_receiver, theta, threshold_map, weighted_input


def zero(expression: object) -> bool:
    """Decided as a rational function of e^(theta/4) and of the logarithms and arc tangents in it."""
    w = sympy.Symbol("w", positive=True)
    rewritten = sympy.sympify(expression).subs(theta, 4 * sympy.log(w)).rewrite(sympy.exp)
    return bool(sympy.cancel(sympy.expand_log(sympy.cancel(rewritten))) == 0)


def test_the_formula_holds_for_a_density_with_a_kink() -> None:
    found = laplace_noise()
    assert zero(found.slope - found.formula)


@pytest.mark.parametrize("case", [exponential_noise, threshold_map, one_bit_receiver, weighted_input])
def test_the_formula_misses_the_slope_of_the_other_cases(case: Callable[[], BoundaryCase]) -> None:
    found = case()
    assert found.formula == 0
    assert abs(sympy.N(found.slope.subs(theta, sympy.Rational(1, 3)))) > sympy.Rational(1, 5)


def test_the_exponential_slope_is_short() -> None:
    assert zero(exponential_noise().slope - sympy.exp(-theta) * sympy.log(1 + sympy.exp(theta)) / 2)


@pytest.mark.parametrize(("case", "low"), [(exponential_noise, 0.0), (laplace_noise, -40.0)])
def test_the_information_of_a_two_valued_input_by_quadrature(case: Callable[[], BoundaryCase], low: float) -> None:
    """Gauss-Legendre between the breaks at 0 and theta, to 40 beyond: the rest is below e^-40."""
    place, total = 0.75, 0.0
    nodes, weights = np.polynomial.legendre.leggauss(60)
    for start, end in [(low, 0.0), (0.0, place), (place, place + 40.0)]:
        if start == end:
            continue
        y = (start + end) / 2 + (end - start) / 2 * nodes
        each = [np.exp(-np.abs(y - x)) * (y > x if low == 0 else 0.5) for x in (0.0, place)]
        whole = (each[0] + each[1]) / 2
        inside = [density * np.log(np.where(density > 0, density, 1.0) / whole) / 2 for density in each]
        total += float(((inside[0] + inside[1]) * weights).sum() * (end - start) / 2)
    assert abs(total - float(case().information.subs(theta, place))) <= 1e-13
