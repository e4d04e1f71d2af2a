"""The Fisher integral for Gaussian outputs: every step decided as an identity of rational functions, with its tail."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy  # type: ignore[import-untyped]  # sympy ships no type information
from scipy import integrate

import infograd as ig
from infograd.analytic import answer
from infograd.analytic.theory.fisher import GaussianOutput, added, limit_at_infinity, scalar_output, slope_of_log

g = sympy.Symbol("g", real=True)
p, v = sympy.symbols("P v", positive=True)
SCALAR = scalar_output(g, p, v)
W = sympy.Matrix([[1, 0], [sympy.Rational(1, 2), 1], [0, -1]])
M = sympy.Matrix([[1, sympy.Rational(1, 2), 0], [0, 1, -sympy.Rational(1, 2)]])
INNER = M * M.T + sympy.eye(2) / 2
VECTOR = GaussianOutput(M * W * W.T * M.T + INNER, INNER)
CASES = pytest.mark.parametrize("found", [SCALAR, VECTOR], ids=["scalar", "vector"])


def test_the_vector_output_is_the_catalogue_channel() -> None:
    reply = answer(ig.CATALOGUE["vector"].question)
    assert isinstance(reply, ig.Answer)
    assert reply.value is not None
    stated, doubt = reply.value.value, reply.value.doubt.proved
    assert isinstance(stated, float | Fraction)
    assert isinstance(doubt, float)
    assert abs(Fraction(stated) - Fraction(str(sympy.N(VECTOR.information, 40)))) <= Fraction(doubt) + Fraction(1, 10**38)


@CASES
def test_de_bruijn_holds_for_both_entropies(found: GaussianOutput) -> None:
    whole, rest = (matrix.det() for matrix in found.smoothed)
    assert sympy.cancel(slope_of_log(whole) - found.fisher_information / 2) == 0
    assert sympy.cancel(slope_of_log(rest) - found.conditional_fisher_information / 2) == 0


@CASES
def test_the_difference_of_fisher_informations_is_the_mean_squared_score_gap(found: GaussianOutput) -> None:
    assert sympy.cancel(found.conditional_fisher_information - found.fisher_information - found.score_gap) == 0


@CASES
def test_half_the_integral_of_the_score_gap_is_the_information(found: GaussianOutput) -> None:
    assert sympy.cancel(slope_of_log(found.smoothed_ratio) + found.score_gap / 2) == 0
    assert sympy.limit(found.smoothed_ratio, added, sympy.oo) == 1
    assert sympy.simplify(found.smoothed_ratio.subs(added, 0) - sympy.exp(2 * found.information)) == 0
    assert limit_at_infinity(found.score_gap) == 0


def test_the_integral_is_the_information_by_quadrature_of_the_gap() -> None:
    gap = sympy.lambdify(added, VECTOR.score_gap, "numpy")
    value, error = integrate.quad(gap, 0, np.inf, epsabs=1e-12, epsrel=1e-12)
    assert abs(value / 2 - float(VECTOR.information)) <= error <= 1e-9


@CASES
def test_the_tail_has_its_expansion(found: GaussianOutput) -> None:
    u = sympy.Symbol("u", positive=True)
    for terms in (1, 2, 3):
        series = sympy.series(sympy.log(sympy.cancel(found.smoothed_ratio.subs(added, 1 / u))) / 2, u, 0, terms + 1).removeO()
        assert sympy.expand(series - found.tail_expansion(terms).subs(added, 1 / u)) == 0


def test_the_first_terms_of_a_scalar_tail() -> None:
    signal = g**2 * p
    assert sympy.expand(SCALAR.tail_expansion(2) - signal / (2 * added) + signal * (signal + 2 * v) / (4 * added**2)) == 0


@pytest.mark.parametrize("time", [10, 100])
def test_the_vector_tail_lies_between_its_partial_sums(time: int) -> None:
    first, second = (float(VECTOR.tail_expansion(terms).subs(added, time)) for terms in (1, 2))
    assert second < float(VECTOR.tail.subs(added, time)) < first


def test_a_tail_by_the_output_covariance_is_wrong_where_noise_is_inside() -> None:
    planted = (SCALAR.covariance**1).trace() / (2 * added)
    assert sympy.expand(planted - SCALAR.tail_expansion(1)) == v / (2 * added)


def test_a_weight_of_t_makes_the_integral_infinite() -> None:
    assert limit_at_infinity(SCALAR.score_gap, added) == g**2 * p
    assert sympy.cancel(slope_of_log(SCALAR.smoothed_ratio) + added * SCALAR.score_gap / 2) != 0


def test_a_fisher_difference_of_the_other_sign_is_caught() -> None:
    assert sympy.cancel(SCALAR.fisher_information - SCALAR.conditional_fisher_information - SCALAR.score_gap) != 0


@pytest.mark.parametrize(
    ("covariance", "given", "reason"),
    [
        ([[1, 2], [0, 1]], [[1, 0], [0, 1]], "covariance is .*; write a symmetric square matrix"),
        ([[1, 2]], [[1]], "covariance is .*; write a symmetric square matrix"),
        ([[1]], [[1, 0], [0, 1]], "give both one shape"),
    ],
)
def test_matrices_that_do_not_fit_are_one_sentence(covariance: Any, given: Any, reason: str) -> None:
    with pytest.raises(ig.SpecificationError, match=reason):
        GaussianOutput(covariance, given)
