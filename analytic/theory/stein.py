"""Stein calibration: c = -m / E<Y, s(Y)> for a score model s on R^m, what it fixes and what it does not.

E<Y, s_Y(Y)> = -m for the true score. So c s = s_Y where s is a multiple of s_Y; c = 1 on the whole hyperplane of models
s_Y + w with E<Y, w> = 0, whatever w is. Score models here are polynomials in Gaussian variables, and moments are exact.
Source: arXiv:2601.01789, eq. (83).
"""

from __future__ import annotations

from collections.abc import Mapping

import sympy  # type: ignore[import-untyped]  # sympy ships no type information

from infograd.analytic.expression import Symbolic
from infograd.analytic.theory.moments import expectation
from infograd.error import SpecificationError


def stein_factor(score: Symbolic, output: Symbolic, variances: Mapping[Symbolic, Symbolic]) -> Symbolic:
    """c = -1/E[Y s] for a scalar output; `score` and `output` are polynomials in independent centred Gaussians.

    Raises: SpecificationError where E[Y s] is zero, where no factor exists.
    """
    product = expectation(output * score, variances)
    if product.is_zero:
        raise SpecificationError(f"E[Y s(Y)] of the score model {score} is 0, so no factor makes it -1; calibrate a model whose product is negative.")
    return -1 / product


def least_squares_factor(score: Symbolic, truth: Symbolic, variances: Mapping[Symbolic, Symbolic]) -> Symbolic:
    """E[s s_Y]/E[s^2], the factor with the least mean square error."""
    return expectation(score * truth, variances) / expectation(score**2, variances)


def mean_square(score: Symbolic, variances: Mapping[Symbolic, Symbolic]) -> Symbolic:
    """E[s^2]; of the true score, the Fisher information of Y."""
    return expectation(score**2, variances)


def factor_ratio(score: Symbolic, output: Symbolic, variances: Mapping[Symbolic, Symbolic]) -> Symbolic:
    """v E[s^2]/E[Y s]^2, the Stein factor over the least-squares factor for Gaussian Y of variance v; at least 1 by Cauchy and Schwarz."""
    return expectation(output**2, variances) * expectation(score**2, variances) / expectation(output * score, variances) ** 2


def matrix_factor(cross: Symbolic) -> Symbolic:
    """C = -E[s Y^T]^(-1) from the m by m matrix `cross` = E[s Y^T]; for s = A s_Y it is A^(-1), so C s = s_Y.

    Raises: SpecificationError where the matrix is singular.
    """
    if cross.det().is_zero:
        raise SpecificationError("E[s(Y) Y^T] is singular, so no matrix makes it -I; calibrate a model that sees every direction of Y.")
    return -cross.inv()


def scalar_residue(error: Symbolic) -> Symbolic:
    """(m/tr A) A - I: what the scalar factor leaves of a linear error s = A s_Y; zero iff A is a multiple of I."""
    size = error.rows
    return error * size / error.trace() - sympy.eye(size)


def smoothing_error(covariance: Symbolic, smoothing: Symbolic) -> Symbolic:
    """A = (Sigma + t I)^(-1) Sigma: the smoothed score of a Gaussian vector is A s_Y."""
    return (covariance + smoothing * sympy.eye(covariance.rows)).inv() * covariance
