"""The Gaussian test channel and reverse water-filling, with their certificates."""

from __future__ import annotations

import dataclasses
import math
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pytest
import sympy  # type: ignore[import-untyped]  # sympy ships no type information
from scipy import optimize

from infograd import SpecificationError
from infograd.analytic.theory.rate_distortion import TestChannel, best_test_channel, excess, reverse_water_filling
from infograd.analytic.theory.vanishing import vanishes

Floats = npt.NDArray[np.float64]
v, d = sympy.symbols("v D", positive=True)
a = sympy.Symbol("a", real=True)


def test_the_test_channel_meets_the_distortion_at_half_log_v_over_d() -> None:
    channel = best_test_channel(v, d)
    assert vanishes(channel.distortion - d)
    assert vanishes(channel.ratio - v / d)


def test_any_other_gain_costs_a_square_over_a_variance() -> None:
    noise = d - (1 - a) ** 2 * v
    assert vanishes(excess(v, d, a) - v**2 * (a - 1 + d / v) ** 2 / (d * noise))
    assert vanishes(TestChannel(v, a, noise).distortion - d)
    assert not vanishes(excess(v, d, a) - v**2 * (a - 1) ** 2 / (d * noise))


def test_the_error_is_independent_of_the_reproduction() -> None:
    channel = best_test_channel(v, d)
    reproduced = channel.gain**2 * v + channel.noise
    assert vanishes(channel.gain * v - reproduced)


@pytest.mark.parametrize("distortion", ["1/10", "3/4", "2", "29/10", "4", "5"])
def test_reverse_water_filling_certifies_itself(distortion: str) -> None:
    found = reverse_water_filling(("1/4", 1, "1/4", "7/2"), distortion)
    assert sum(found.distortions) == sympy.Rational(distortion)
    assert found.certified()


def test_moving_distortion_between_components_breaks_the_certificate() -> None:
    found = reverse_water_filling((1, 4), 1)
    step = sympy.Rational(1, 8)
    moved = dataclasses.replace(found, distortions=(found.distortions[0] + step, found.distortions[1] - step))
    assert found.certified() and not moved.certified()
    assert moved.ratio > found.ratio


def distortions(logits: Floats) -> list[float]:
    """Three distortions below their variances: two free ones in (0, v_i), and what is left of 9/5."""
    first, second = 0.5 / (1 + math.exp(-logits[0])), 1.0 / (1 + math.exp(-logits[1]))
    return [first, second, 1.8 - first - second]


def test_a_search_finds_no_lower_rate() -> None:
    """Beyond the optimum only by rounding: three logarithms of a few units in the last place each."""
    found = float(reverse_water_filling(("1/2", 1, 3), "9/5").rate)

    def rate(logits: Floats) -> float:
        return sum(0.5 * math.log(each / part) for each, part in zip((0.5, 1.0, 3.0), distortions(logits), strict=True))

    search = optimize.minimize(rate, np.zeros(2), method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-13, "maxiter": 4000})
    assert -16 * np.finfo(float).eps <= search.fun - found < 1e-6


def test_the_rate_falls_at_the_price() -> None:
    level, step = reverse_water_filling((1, 4), 1), Fraction(1, 10**6)
    moved = reverse_water_filling((1, 4), 1 + step)
    assert abs(float((level.rate - moved.rate).evalf(40)) / float(step) - float(level.price)) < float(step)


def test_wrong_variances_and_distortions_are_refused() -> None:
    for variances in ((), (0, 1), (-1,)):
        with pytest.raises(SpecificationError, match="all positive"):
            reverse_water_filling(variances, "1/2")
    for distortion in (0, 3):
        with pytest.raises(SpecificationError, match="sum of the variances"):
            reverse_water_filling((1, 1), distortion)
    for distortion in (0, 1, 2, sympy.Rational(-1, 2)):
        with pytest.raises(SpecificationError, match="above 0 and below the variance"):
            best_test_channel(sympy.S.One, distortion)
