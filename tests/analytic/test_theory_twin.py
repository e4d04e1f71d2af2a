"""The Fisher divergence of a Gaussian twin: where it is zero, how it falls, and what it does not see."""

from __future__ import annotations

import math

import sympy  # type: ignore[import-untyped]  # sympy ships no type information
from scipy import integrate

from infograd.analytic.theory import path
from infograd.analytic.theory.twin import calibrated_variance, divergence, multipath_gain, multipath_ratio, plateau, slope
from infograd.analytic.theory.vanishing import vanishes

v, r, t = sympy.symbols("v r t", positive=True)
beta = sympy.Symbol("beta", real=True)
UNIT = {path.POWER: 1, path.S1: 1, path.S2: 1, path.S3: 1}


def test_the_divergence_is_the_mean_square_distance_of_the_scores() -> None:
    assert vanishes(divergence(v, r) - r * (1 / v - 1 / r) ** 2)
    value, error = integrate.quad(lambda y: (y / 2 - y / 3) ** 2 * math.exp(-(y**2) / 6) / math.sqrt(6 * math.pi), -25, 25)
    assert abs(float(divergence(sympy.Integer(2), sympy.Integer(3))) - value) <= 4 * error


def test_the_slope_is_the_derivative_and_vanishes_at_equal_outputs_alone() -> None:
    assert vanishes(sympy.diff(divergence(v, r), v) - slope(v, r))
    assert sympy.solve(slope(v, r), v) == [r]
    assert vanishes(divergence(r, r))


def test_far_above_the_real_variance_the_divergence_is_flat() -> None:
    assert sympy.limit(divergence(v, r), v, sympy.oo) == plateau(r)
    assert sympy.limit(slope(v, r) * v**2, v, sympy.oo) == 2


def test_smoothing_one_side_moves_the_optimum_and_smoothing_both_does_not() -> None:
    alone = sympy.solve(sympy.diff(divergence(v, r, twin_smoothing=t), v), v)
    assert [sympy.simplify(each - calibrated_variance(r, twin_smoothing=t)) for each in alone] == [0]
    both = sympy.solve(sympy.diff(divergence(v, r, twin_smoothing=t, real_smoothing=t), v), v)
    assert [sympy.simplify(each - r) for each in both] == [0]


def test_equal_outputs_leave_the_information_of_the_multipath_channel_open() -> None:
    channel = path.multipath_a()
    gains = {path.ALPHA: multipath_gain(r, beta), path.BETA: beta, **UNIT}
    assert vanishes(sympy.expand(channel.output_variance.subs(gains)) - r)
    assert vanishes(sympy.expand((channel.output_variance / channel.noise_variance).subs(gains)) - multipath_ratio(r, beta))
    assert multipath_ratio(r, sympy.S.Zero) == r / 2
    assert vanishes(multipath_ratio(r, sympy.sqrt(r - 2)) - 1)
