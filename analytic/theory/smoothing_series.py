"""The smoothed score at small variance: s_t = s + (t/2) d/dy(s' + s^2) + O(t^2), with t = sigma^2.

p_t = p * N(0, t) solves the heat equation dp_t/dt = p_t''/2, and p''/p = s' + s^2 with s = (log p)', so that
ds_t/dt = 1/2 d/dy(s_t' + s_t^2) at every t >= 0 where p_t is positive and smooth: a Taylor series in t.
"""

from __future__ import annotations

import sympy  # type: ignore[import-untyped]  # sympy ships no type information

from infograd.analytic.expression import Symbolic
from infograd.error import SpecificationError


def first_order(score: Symbolic, output: Symbolic, smoothing: Symbolic) -> Symbolic:
    """s + (t/2) d/dy(s' + s^2), the smoothed score up to O(t^2)."""
    return score + smoothing / 2 * sympy.diff(sympy.diff(score, output) + score**2, output)


def mixture_defect(components: int) -> Symbolic:
    """ds_t/dt - 1/2 d/dy(s_t' + s_t^2) for a Gaussian mixture with that many components, as a rational function.

    Component i has weight w_i, mean m_i, variance v_i and density e_i = N(y; m_i, v_i). The e_i stand as symbols of their own
    with the derivatives de_i/dy = -(y - m_i)/v_i e_i and, since smoothing adds t to every v_i,
    de_i/dt = de_i/dv_i = 1/2 ((y - m_i)^2/v_i^2 - 1/v_i) e_i. The series holds iff the function vanishes.
    Raises: SpecificationError for less than one component.
    """
    if components < 1:
        raise SpecificationError(f"a mixture of {components} components was asked; give it at least 1.")
    y = sympy.Symbol("y", real=True)
    weights, means, variances, densities = (sympy.symbols(f"{name}:{components}") for name in "wmve")
    along_y = {each: -(y - m) / v * each for each, m, v in zip(densities, means, variances, strict=True)}
    along_t = {each: ((y - m) ** 2 / v**2 - 1 / v) / 2 * each for each, m, v in zip(densities, means, variances, strict=True)}

    def derivative(expression: Symbolic) -> Symbolic:
        return sympy.diff(expression, y) + sum(sympy.diff(expression, each) * slope for each, slope in along_y.items())

    def flow(expression: Symbolic) -> Symbolic:
        moved = sum(sympy.diff(expression, v) for v in variances)
        return moved + sum(sympy.diff(expression, each) * slope for each, slope in along_t.items())

    density = sum(w * each for w, each in zip(weights, densities, strict=True))
    score: Symbolic = sympy.together(derivative(density) / density)
    return flow(score) - derivative(derivative(score) + score**2) / 2
