"""Stated errors against sums of thirty digits, on channels that are drawn afresh in every run: never below the true error, and not by being wide."""

from __future__ import annotations

import math
from typing import Any

import mpmath  # type: ignore[import-untyped]  # mpmath ships no type information
import numpy as np
import pytest

import infograd as ig
from infograd.numeric.functions import OutputLaw, Values, output_law

MAPS = {"tanh": (ig.tanh, mpmath.tanh), "sin": (ig.sin, mpmath.sin), "erf": (ig.erf, mpmath.erf)}
REACH, FINENESS, PLACES = 16, 10, 3
WIDE = 1000.0
ROUNDING = 2.0**-52


def reference(name: str, theta: float, variance: float, y: float) -> list[Any]:
    """log p(y), s_Y(y) and E[X|y] by the trapezoid rule at a tenth of the integrand's scale, where it errs by less than 1e-25."""
    function, place, noise = MAPS[name][1], mpmath.mpf(y), mpmath.mpf(variance)
    step = mpmath.mpf(1 / math.hypot(1.0, theta, theta / variance**0.5)) / FINENESS
    density = slope = mean = mpmath.mpf(0)
    for count in range(-int(REACH / step), int(REACH / step) + 1):
        x = count * step
        z = place - function(mpmath.mpf(theta) * x)
        mass = mpmath.exp(-x * x / 2 - z * z / (2 * noise))
        density, slope, mean = density + mass, slope - z / noise * mass, mean + x * mass
    return [mpmath.log(density * step / (2 * mpmath.pi * mpmath.sqrt(noise))), slope / density, mean / density]


@pytest.mark.parametrize("name", MAPS)
def test_the_stated_error_covers_the_true_one_and_is_not_wide(name: str) -> None:
    seed = int(np.random.SeedSequence().generate_state(1)[0])
    rng = np.random.default_rng(seed)
    theta, variance = float(10 ** rng.uniform(-1, 0.5)), float(10 ** rng.uniform(-2, 0.5))
    x, gain, noise = ig.Source("X", ig.Normal(0, 1)), ig.Parameter("theta"), ig.Parameter("v")
    channel = ig.Channel(x, ig.Gate("Y", MAPS[name][0](gain * x), noise=ig.Normal(0, noise)))
    law = output_law(ig.Question(channel, ("X", "Y"), at={"theta": theta, "v": variance}))
    assert isinstance(law, OutputLaw)
    places = np.array([rng.uniform(-1, 1), 1 + 6 * variance**0.5, rng.uniform(-30, 30)])
    replies = [law.log_density(places), law.score(places), law.posterior_mean(places)]
    ratios = []
    with mpmath.workdps(30):
        for position, y in enumerate(places.tolist()):
            for reply, truth in zip(replies, reference(name, theta, variance, y), strict=True):
                assert isinstance(reply, Values)
                error, stated = abs(float(mpmath.mpf(float(reply.values[position])) - truth)), float(reply.error[position])
                assert error <= stated, (seed, theta, variance, y)
                ratios.append(stated / max(error, ROUNDING * max(1.0, abs(float(truth)))))
    assert float(np.median(ratios)) <= WIDE, seed
