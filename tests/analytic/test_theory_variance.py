"""The variances of the estimator's forms, from exact moments and from quadrature."""

from __future__ import annotations

import math

import sympy  # type: ignore[import-untyped]  # sympy ships no type information
from scipy import integrate

from infograd.analytic.theory.path import ALPHA, scalar
from infograd.analytic.theory.vanishing import vanishes
from infograd.analytic.theory.variance import best_weight, sample_mean, sample_variance

gamma = sympy.Symbol("gamma", positive=True)
kappa = sympy.Symbol("kappa", real=True)


def test_every_weight_has_the_gradient_as_its_mean() -> None:
    assert vanishes(sample_mean(kappa) - scalar().gradient(ALPHA))


def test_the_two_forms_have_the_variances_of_their_closed_forms() -> None:
    assert vanishes(sample_variance(sympy.S.Zero, gamma) - (1 + 2 * gamma) / (1 + gamma))
    assert vanishes(sample_variance(sympy.S.One, gamma) - gamma * (2 + gamma) / (1 + gamma))


def test_the_score_difference_is_better_below_unit_ratio_only() -> None:
    gap = sample_variance(sympy.S.One, gamma) - sample_variance(sympy.S.Zero, gamma)
    assert vanishes(gap - (gamma - 1))


def test_the_best_weight_is_where_the_parabola_is_least() -> None:
    parabola = sample_variance(kappa, gamma)
    assert sympy.diff(parabola, kappa, 2).is_positive
    (best,) = sympy.solve(sympy.diff(parabola, kappa), kappa)
    assert vanishes(best - best_weight(gamma))
    assert vanishes(sample_variance(best, gamma) - 2 * gamma / (1 + gamma))


def test_a_variance_is_the_integral_against_both_densities() -> None:
    alpha, spread = 1.5, 0.7
    ratio = alpha**2 / spread
    output = alpha**2 + spread
    mean = alpha / output

    def integrand(z: float, x: float) -> float:
        score = (alpha * x + z) / output - z / spread
        density = math.exp(-(x**2) / 2 - z**2 / (2 * spread)) / (2 * math.pi * math.sqrt(spread))
        return (x * score - mean) ** 2 * density

    value, error = integrate.nquad(integrand, [(-9, 9), (-8, 8)])
    assert abs(value - float(sample_variance(sympy.S.One, sympy.Float(ratio))) / output) <= 4 * error
