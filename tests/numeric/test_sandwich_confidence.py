"""Confidence sequences: they cover at all times at once, at the rate that they state, where a fixed-time interval does not."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from infograd.numeric.interpreter import Floats
from infograd.numeric.sandwich.confidence import mixture_width, radius

ALPHA = 0.05
STREAMS, TERMS = 1500, 200
FALSE_ALARM = 1e-9


def worst(streams: int) -> int:
    """How many of that many streams may leave intervals that fail with probability 5 %, but for a false alarm."""
    return int(stats.binom.isf(FALSE_ALARM, streams, ALPHA))


def left_ever(streams: Floats, mean: float, radii: Floats) -> int:
    """How many streams leave the interval around their running mean at any time; `radii` per unit of the root of the squared deviations."""
    times = np.arange(1, streams.shape[1] + 1)
    means = np.cumsum(streams, axis=1) / times
    squares = np.maximum(np.cumsum(streams**2, axis=1) - times * means**2, 0.0)
    return int((np.abs(means - mean) > radii * np.sqrt(squares))[:, 1:].any(axis=1).sum())


def unit_radii() -> Floats:
    return np.array([math.inf, *(radius(terms, 1.0, ALPHA) for terms in range(2, TERMS + 1))])


def student_radii() -> Floats:
    times = np.arange(2, TERMS + 1)
    return np.concatenate([[math.inf], stats.t(times - 1).isf(ALPHA / 2) / np.sqrt(times * (times - 1))])


def test_gaussian_streams_of_any_scale_stay_inside_at_all_times() -> None:
    streams = 0.3 + np.random.default_rng(1).standard_normal((STREAMS, TERMS)) * np.logspace(-3, 3, STREAMS)[:, None]
    assert left_ever(streams, 0.3, np.where(np.isinf(unit_radii()), 1e300, unit_radii())) <= worst(STREAMS)


def test_a_fixed_time_interval_fails_when_one_looks_again() -> None:
    streams = np.random.default_rng(1).standard_normal((STREAMS, TERMS))
    assert left_ever(streams, 0.0, np.where(np.isinf(student_radii()), 1e300, student_radii())) > 2 * worst(STREAMS)


def test_skewed_streams_stay_inside_at_all_times() -> None:
    """Means of 64 squares of Gaussian numbers: what a block of log-ratios is made of."""
    streams = np.random.default_rng(2).chisquare(64, (STREAMS, TERMS)) / 64
    assert left_ever(streams, 1.0, np.where(np.isinf(unit_radii()), 1e300, unit_radii())) <= worst(STREAMS)


def test_the_radius_solves_the_martingale_for_its_level() -> None:
    c = mixture_width(ALPHA)
    for terms in (12, 16, 64, 1000):
        squares = 2.5
        reach = radius(terms, squares, ALPHA)
        total, second = terms * reach, squares + terms * reach**2
        martingale = math.sqrt(c / (terms + c)) * (second / (second - total**2 / (terms + c))) ** (terms / 2)
        assert martingale == pytest.approx(1 / ALPHA, rel=1e-9)


def test_there_is_no_interval_before_there_are_terms_enough() -> None:
    assert radius(2, 1.0, 1e-6) == math.inf
    assert radius(64, 1.0, 1e-6) < math.inf


def test_the_radius_tends_to_that_of_the_mixture_for_brownian_motion() -> None:
    """sd sqrt(2 (t + c)/t^2 log(sqrt((t + c)/c)/alpha)), up to a share of about the exponent over t."""
    c = mixture_width(ALPHA)
    terms = 100_000
    logarithm = 0.5 * math.log1p(terms / c) - math.log(ALPHA)
    brownian = math.sqrt(2 * (terms + c) / terms**2 * logarithm)
    assert radius(terms, float(terms), ALPHA) == pytest.approx(brownian, rel=2 * logarithm / terms)
