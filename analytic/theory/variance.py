"""Variances of the gradient estimator's forms for Y = alpha X + Z, in the signal-to-noise ratio gamma = alpha^2 Var X / Var Z.

One sample of the family with weight kappa is J (kappa s_{Y|X} - s_Y) with J = X: kappa = 0 is -J s_Y (Remark 2), kappa = 1 the
score difference (Theorem 1), and all have the mean dI/dalpha, since E[J s_{Y|X}] = 0. Variances are in units of Var X / Var Y.
Source: arXiv:2601.01789, eqs. (18) and (22).
"""

from __future__ import annotations

from infograd.analytic.expression import Symbolic
from infograd.analytic.theory import moments
from infograd.analytic.theory.path import ALPHA, POWER, S1, scalar


def sample(weight: Symbolic) -> Symbolic:
    """J (kappa s_{Y|X} - s_Y) as a polynomial in X and Z."""
    path = scalar()
    return path.slope(ALPHA) * (path.output / path.output_variance - weight * path.noise / path.noise_variance)


def sample_mean(weight: Symbolic) -> Symbolic:
    """The mean of one sample, in the symbols of the scalar path."""
    return moments.expectation(sample(weight), scalar().variances)


def sample_variance(weight: Symbolic, ratio: Symbolic) -> Symbolic:
    """The variance of one sample at the signal-to-noise `ratio`, divided by Var X / Var Y."""
    path = scalar()
    spread = moments.variance(sample(weight), path.variances) * path.output_variance / POWER
    return spread.subs(POWER, ratio * S1 / ALPHA**2).cancel()


def best_weight(ratio: Symbolic) -> Symbolic:
    """kappa = 1/(1 + gamma), the weight of least variance; what remains is 2 gamma/(1 + gamma)."""
    return 1 / (1 + ratio)
