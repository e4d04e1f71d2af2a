"""Exact moments of polynomials in independent centred Gaussian variables."""

from __future__ import annotations

from collections.abc import Mapping

import sympy  # type: ignore[import-untyped]  # sympy ships no type information

from infograd.analytic.expression import Symbolic
from infograd.error import SpecificationError


def expectation(polynomial: Symbolic, variances: Mapping[Symbolic, Symbolic]) -> Symbolic:
    """E[p(Z)] for independent Z_i ~ N(0, v_i), by E[Z^(2k)] = (2k-1)!! v^k; `variances` maps each variable to its v.

    The coefficients may be rational functions of anything else.
    Raises: SpecificationError where the expression is no polynomial in the variables.
    Source: L. Isserlis, Biometrika 12 (1918) 134.
    """
    try:
        terms = sympy.Poly(polynomial, *variances).terms()
    except sympy.PolynomialError:
        names = ", ".join(map(str, variances))
        raise SpecificationError(f"the expectation of {polynomial} was asked, which is no polynomial in {names}; write a polynomial.") from None
    total = sympy.S.Zero
    for powers, coefficient in terms:
        if all(power % 2 == 0 for power in powers):
            total += coefficient * sympy.prod(
                [sympy.factorial2(power - 1) * variance ** (power // 2) for power, variance in zip(powers, variances.values(), strict=True)]
            )
    return total


def variance(polynomial: Symbolic, variances: Mapping[Symbolic, Symbolic]) -> Symbolic:
    """E[p(Z)^2] - E[p(Z)]^2 for independent Z_i ~ N(0, v_i)."""
    return expectation(polynomial**2, variances) - expectation(polynomial, variances) ** 2
