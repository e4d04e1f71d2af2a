"""Calibrating a Gaussian twin by the Fisher divergence of its outputs from the real system's.

Both outputs are centred Gaussians, the real one of variance r and the twin's of variance v: scores -y/r and -y/v.
Source: arXiv:2601.01789, eqs. (86)-(89).
"""

from __future__ import annotations

import sympy  # type: ignore[import-untyped]  # sympy ships no type information

from infograd.analytic.expression import Symbolic
from infograd.analytic.theory.moments import expectation

_OUTPUT = sympy.Symbol("Y", real=True)


def divergence(twin: Symbolic, real: Symbolic, *, twin_smoothing: Symbolic = 0, real_smoothing: Symbolic = 0) -> Symbolic:
    """F = E_real (s_real - s_twin)^2 = r (1/v - 1/r)^2, each score that of an output smoothed by its own extra variance; the mean is over clean outputs."""
    difference = _OUTPUT / (twin + twin_smoothing) - _OUTPUT / (real + real_smoothing)
    return expectation(difference**2, {_OUTPUT: real})


def slope(twin: Symbolic, real: Symbolic) -> Symbolic:
    """dF/dv = 2 (v - r)/v^3: it vanishes at v = r alone, and like 2/v^2 far above it."""
    return 2 * (twin - real) / twin**3


def plateau(real: Symbolic) -> Symbolic:
    """lim F = 1/r for v to infinity: a twin with far too much output sees no slope."""
    return 1 / real


def calibrated_variance(real: Symbolic, *, twin_smoothing: Symbolic = 0, real_smoothing: Symbolic = 0) -> Symbolic:
    """The output variance v = r + t_real - t_twin at which F is zero: a twin smoothed alone ends t_twin too low."""
    return real + real_smoothing - twin_smoothing


def multipath_ratio(real: Symbolic, beta: Symbolic) -> Symbolic:
    """exp(2 I(X;Y)) = r/(2 + beta^2) of form A of the multipath channel with unit variances, among gains whose output has variance r.

    The gains are alpha = -beta +- sqrt(r - 2 - beta^2), for beta^2 <= r - 2; so I takes every value from 0 to 1/2 log(r/2), and
    the outputs, all N(0, r), tell none of them apart.
    """
    return real / (2 + beta**2)


def multipath_gain(real: Symbolic, beta: Symbolic) -> Symbolic:
    """The larger alpha at which that channel's output has variance r."""
    return sympy.sqrt(real - 2 - beta**2) - beta
