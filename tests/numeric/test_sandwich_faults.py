"""Faults planted in the sandwich put the truth outside its interval; over many seeds the sound one leaves it out no more often than it says."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

import infograd as ig
from infograd.law import Normal
from infograd.numeric.interpreter import Dual, Floats, Interpreter
from infograd.numeric.sandwich import Sandwich, block, estimate, sandwich, weights
from infograd.numeric.sandwich.averages import LogMean, bounded
from infograd.numeric.sandwich.estimate import Run
from infograd.numeric.sandwich.laws import covariance
from infograd.numeric.sandwich.method import reading
from infograd.numeric.sandwich.model import Model
from infograd.numeric.sandwich.weights import noise_covariance

SIZE, VARIANCE = 4, 0.5
TRUTH = SIZE / 2 * math.log(1 + 1 / VARIANCE)
SOURCE = ig.Source("X", ig.Normal([0] * SIZE, ig.identity(SIZE)))
QUESTION = ig.Question(ig.Channel(SOURCE, ig.Gate("Y", SOURCE, ig.Normal([0] * SIZE, ig.identity(SIZE) / 2))), ("X", "Y"))
CONFIDENCE, SEEDS = 0.95, 40


def interval(inner: int, exact: bool = False) -> tuple[float, float]:
    found = sandwich(QUESTION, inner=inner, blocks=32, outer=128, confidence=1 - 1e-6, exact=exact)
    assert isinstance(found, Sandwich), found
    return found.interval


@pytest.mark.parametrize(("inner", "exact"), [(8, False), (512, False), (2, True)])
def test_the_sound_interval_holds_the_truth(inner: int, exact: bool) -> None:
    low, high = interval(inner, exact)
    assert low <= TRUTH <= high


def test_the_true_draw_in_the_upper_bound_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty(draws: Dual, true: Dual, wide: Floats) -> LogMean:
        found = bounded(draws, true, wide)
        return LogMean(found.upper, found.upper, found.slopes)

    monkeypatch.setattr(block, "bounded", faulty)
    assert interval(8)[1] < TRUTH


def test_the_true_draw_left_out_of_the_lower_bound_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty(draws: Dual, true: Dual, wide: Floats) -> LogMean:
        found = bounded(draws, true, wide)
        return LogMean(found.lower, found.lower, found.slopes)

    monkeypatch.setattr(block, "bounded", faulty)
    assert interval(8)[0] > TRUTH


def divergence(wide: float, factor: float) -> float:
    """KL(N(0, wide + v) || N(0, wide + factor v)) in all dimensions, v the variance of the noise."""
    ratio = (wide + VARIANCE) / (wide + factor * VARIANCE)
    return SIZE / 2 * (ratio - 1 - math.log(ratio))


@pytest.mark.parametrize("factor", [0.4, 2.5])
def test_a_wrong_noise_variance_in_both_densities_is_seen(monkeypatch: pytest.MonkeyPatch, factor: float) -> None:
    """The cross-entropies move the information by -KL of the noise + KL of the output, here by -1.1 and -0.5 nats."""

    def faulty(law: Normal, interpreter: Interpreter) -> Dual:
        value, tangent = covariance(law, interpreter)
        return value * factor, tangent

    monkeypatch.setattr(weights, "covariance", faulty)
    assert interval(512)[1] < TRUTH


@pytest.mark.parametrize("factor", [0.2, 2.5])
def test_a_wrong_noise_variance_in_what_is_folded_is_seen(monkeypatch: pytest.MonkeyPatch, factor: float) -> None:
    """It moves the information by KL of the output, here 0.1 nats."""

    def faulty(model: Model, names: tuple[str, ...]) -> Dual:
        value, tangent = noise_covariance(model, names)
        return value * (factor if names == ("Y",) else 1), tangent

    monkeypatch.setattr(weights, "noise_covariance", faulty)
    low, high = interval(2, exact=True)
    assert TRUTH < low <= TRUTH + divergence(1, factor) <= high


def ever_left(seed: int, confidence: float) -> bool:
    """Whether the truth is outside the interval after any number of blocks up to 24."""
    run = Run(reading(QUESTION), [], 32, 2, np.random.default_rng(seed))
    run.step()
    outside = False
    for _ in range(23):
        run.step()
        low, high = run.sandwich(confidence).interval
        outside |= not low <= TRUTH <= high
    return outside


def test_intervals_hold_under_optional_stopping_over_many_seeds() -> None:
    """With no gap the interval is as tight as its confidence sequences: each may fail with probability 5 %, at any time."""
    failures = sum(ever_left(seed, CONFIDENCE) for seed in range(SEEDS))
    assert failures <= stats.binom.isf(1e-6, SEEDS, 1 - CONFIDENCE)


def test_an_interval_of_one_standard_error_does_not_hold_under_optional_stopping(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimate, "radius", lambda terms, squares, alpha: math.sqrt(squares / (terms * (terms - 1))))
    failures = sum(ever_left(seed, CONFIDENCE) for seed in range(12))
    assert failures > stats.binom.isf(1e-6, 12, 1 - CONFIDENCE)


def test_a_sandwich_stops_as_soon_as_its_error_is_met() -> None:
    found = sandwich(QUESTION, blocks=2000, outer=128, error=0.05)
    assert isinstance(found, Sandwich)
    assert found.blocks < 2000
    assert found.interval[1] - found.interval[0] <= 0.1
