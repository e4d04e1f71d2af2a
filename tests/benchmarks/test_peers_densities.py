"""Rivals without a critic: nearest neighbours, REINFORCE, and the comparison of all."""

from __future__ import annotations

import math
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch
from scipy.special import digamma

POWER = 1 / 4


def off(found: np.ndarray[Any, Any], truth: float) -> float:
    """How many of its standard errors the mean is from the truth."""
    return float(abs(found.mean() - truth) / (found.std(ddof=1) / math.sqrt(len(found))))


def test_the_nearest_neighbour_estimate_is_its_definition(peers: ModuleType) -> None:
    """Every pair compared, on 60 samples."""
    random = np.random.default_rng(4)
    x, noise = random.normal(size=(2, 60))
    y = x + noise
    apart_x, apart_y = np.abs(x[:, None] - x), np.abs(y[:, None] - y)
    reach = np.sort(np.maximum(apart_x, apart_y), axis=1)[:, 5, None]
    around = digamma((apart_x < reach).sum(1)) + digamma((apart_y < reach).sum(1))
    assert peers.nearest.information(x, y) == pytest.approx(digamma(5) + digamma(60) - around.mean(), abs=1e-12)


def test_the_nearest_neighbour_estimate_of_independent_samples_is_zero_on_average(peers: ModuleType) -> None:
    random = np.random.default_rng(8)
    assert off(np.array([peers.nearest.information(*random.normal(size=(2, 300))) for _ in range(100)]), 0.0) < 5


def test_the_central_difference_finds_the_gradient_of_a_gaussian_channel(peers: ModuleType) -> None:
    channel = peers.channels.ALPHA
    assert abs(peers.nearest.nearest(channel, 4000, 1) - channel.truth) < POWER * abs(channel.truth)


def test_the_two_sides_of_a_difference_share_their_random_numbers(peers: ModuleType) -> None:
    """X does not move with the parameter, and at theta and -theta the mirrored outputs have the same distances."""
    assert peers.nearest.nearest(peers.channels.ALPHA.at(0), 200, 3, step=1e-9) == 0.0


@pytest.mark.parametrize("baseline", [False, True])
@pytest.mark.parametrize("name", ["ALPHA", "BETA", "TANH", "RELAY"])
def test_reinforce_has_the_gradient_as_its_mean(peers: ModuleType, name: str, baseline: bool) -> None:
    channel = getattr(peers.channels, name).at("3/4")
    assert off(np.array([peers.exact.reinforce(channel, 250, seed, baseline) for seed in range(100)]), channel.truth) < 5


def test_reinforce_without_the_ratio_is_seen(peers: ModuleType) -> None:
    """With the log-density in its place that ignores Y's law, the mean is the gradient of -h(Y | X) alone, which is 0 in alpha."""
    channel = peers.channels.ALPHA

    class Wrong:
        def sample(self, *arguments: Any) -> Any:
            return channel.law.sample(*arguments)

        def log_densities(self, *arguments: Any) -> Any:
            conditional, marginal = channel.law.log_densities(*arguments)
            return conditional, torch.zeros_like(marginal)

    wrong = peers.Channel("wrong", "alpha", channel.value, channel.asked, Wrong())
    found = np.array([peers.exact.reinforce(wrong, 250, seed) for seed in range(100)])
    assert off(found, channel.truth) > 5


def test_a_comparison_pools_squares_over_channels_and_seeds(peers: ModuleType) -> None:
    channels = peers.GRIDS["multipath-b"][::20]
    seen = []

    def beside(channel: Any, count: int, seed: int) -> float:
        seen.append(seed)
        return float(channel.truth + (3.0 if len(seen) % 2 else 4.0))

    score = peers.compared(beside, channels[:4], 100, (0, 1))
    assert score.error == pytest.approx(math.sqrt(12.5))
    assert score.ratio == pytest.approx(math.sqrt(12.5) / peers.limit.limit(channels[:4], 100))
    assert seen == list(range(8))


def test_every_rival_answers_at_one_sample_size(peers: ModuleType) -> None:
    assert len({peer.name for peer in peers.PEERS}) == len(peers.PEERS)
    for peer in peers.PEERS:
        if peer.name not in {"InfoNCE", "MINE", "SMILE"}:
            assert math.isfinite(peer.gradient(peers.channels.SINE_CASCADE, 200, 0)), peer
