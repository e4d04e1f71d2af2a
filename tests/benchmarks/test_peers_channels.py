"""The benchmark's channels: their samples, densities and limits against the package's other answers and against formulas."""

from __future__ import annotations

import math
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch
from scipy import stats

import infograd as ig
from infograd import numeric

NAMES = ("ALPHA", "BETA", "TANH", "RELAY", "SINE_CASCADE")
ERROR = 1e-8
NEVER = 1e-6


def law(channel: Any) -> numeric.OutputLaw:
    """The numeric room's law of Y."""
    found = numeric.output_law(channel.question, error=ERROR)
    assert isinstance(found, numeric.OutputLaw), found
    return found


def known(found: Any) -> Any:
    """Values that were not refused."""
    assert isinstance(found, numeric.Values), found
    return found


def halved(peers: ModuleType, monkeypatch: pytest.MonkeyPatch, channel: Any) -> tuple[tuple[float, float], tuple[float, float]]:
    """The moments of one draw, and how far each moves when the nodes stand twice as close: the trapezoidal rule's own error and more."""
    coarse = channel.law.draw_moments(float(channel.value))
    with monkeypatch.context() as patched:
        patched.setattr(peers.laws, "SPACING", peers.laws.SPACING / 2)
        fine = channel.law.draw_moments(float(channel.value))
    return coarse, (abs(coarse[0] - fine[0]) + 1e-15, abs(coarse[1] - fine[1]) + 1e-15)


def test_the_limit_of_multipath_is_its_closed_form(peers: ModuleType) -> None:
    """Var(JL) = E[J^2] E[L^2] + E[JL]^2 for centred Gaussians, with L the score difference: E[L^2] = 1/c - 1/v and E[JL] = dI."""
    variances = []
    for channel in peers.GRIDS["multipath-b"]:
        theta = float(channel.value)
        alpha, beta = (theta, 1.0) if channel.parameter == "alpha" else (1.0, theta)
        gain, noise = alpha * beta + 1, beta**2 + 2
        whole = gain**2 + noise
        motion = beta**2 if channel.parameter == "alpha" else alpha**2 + 1
        slope = gain * beta / whole if channel.parameter == "alpha" else (gain * alpha + beta) / whole - beta / noise
        variances.append(motion * (1 / noise - 1 / whole) + slope**2)
    closed = math.sqrt(sum(variances) / len(variances) / 10_000)
    assert peers.limit.limit(peers.GRIDS["multipath-b"], 10_000) == pytest.approx(closed, rel=1e-13)
    assert round(closed, 6) == 0.004449


def test_the_grids_are_those_of_the_benchmark(peers: ModuleType) -> None:
    assert {name: len(channels) for name, channels in peers.GRIDS.items()} == {"multipath-b": 82, "tanh": 41, "relay": 41, "sine-cascade": 41}
    for channels in peers.GRIDS.values():
        values = [channel.value for channel in channels]
        assert len({(channel.parameter, channel.value) for channel in channels}) == len(channels)
        assert min(values) == -max(values)


def test_the_mean_of_a_draw_is_the_exact_gradient_everywhere(peers: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    for channels in peers.GRIDS.values():
        for channel in channels[5::15]:
            (mean, _), (error, _) = halved(peers, monkeypatch, channel)
            assert abs(mean - channel.truth) <= error + peers.channels.TRUTH_ERROR, channel


@pytest.mark.parametrize(("name", "value"), [("TANH", "-7/2"), ("TANH", "1/5"), ("TANH", 2), ("RELAY", "3/5"), ("RELAY", -3)])
def test_the_variance_of_a_draw_is_that_of_the_numeric_room(peers: ModuleType, monkeypatch: pytest.MonkeyPatch, name: str, value: Any) -> None:
    channel = getattr(peers.channels, name).at(value)
    (_, variance), (_, error) = halved(peers, monkeypatch, channel)
    found = known(law(channel).estimator_variance("difference", channel.parameter))
    assert abs(variance - float(found.values)) <= error + float(found.error)


@pytest.mark.parametrize("name", NAMES)
def test_both_densities_are_those_of_the_numeric_room(peers: ModuleType, name: str) -> None:
    channel = getattr(peers.channels, name).at("7/5")
    x, y = torch.tensor([-2.0, 0.3, 0.3, 1.5], dtype=torch.float64), torch.tensor([-1.2, 0.1, 2.0, 0.9], dtype=torch.float64)
    conditional, marginal = channel.law.log_densities(torch.tensor(1.4, dtype=torch.float64), x, y)
    for ours, found in (
        (conditional, known(law(channel).conditional_log_density(y.numpy(), x.numpy()))),
        (marginal, known(law(channel).log_density(y.numpy()))),
    ):
        assert np.all(np.abs(ours.numpy() - found.values) <= found.error + ERROR)


@pytest.mark.parametrize("name", NAMES)
def test_samples_follow_the_law_of_the_question(peers: ModuleType, name: str) -> None:
    channel = getattr(peers.channels, name).at("-4/5")
    _, x, y = channel.drawn(4000, torch.Generator().manual_seed(3))
    places = torch.linspace(-12, 12, 2401, dtype=torch.float64)
    density = channel.law.log_densities(torch.tensor(-0.8, dtype=torch.float64), torch.zeros_like(places), places)[1].exp()
    heights = torch.cumulative_trapezoid(density, places)
    assert stats.kstest(y.detach().numpy(), lambda at: np.interp(at, places[1:], heights)).pvalue > NEVER
    assert stats.kstest(x.numpy(), stats.norm.cdf).pvalue > NEVER


@pytest.mark.parametrize("name", NAMES)
def test_exact_scores_find_the_gradient_and_their_error_is_the_limit(peers: ModuleType, name: str) -> None:
    """Over 50 draws of 100 samples the mean error is within 5 of its deviations, and the limit is the root mean square to 5 of its own."""
    channel, count, draws = getattr(peers.channels, name).at("6/5"), 100, 50
    errors = np.array([peers.exact.exact_scores(channel, count, seed) - channel.truth for seed in range(draws)])
    limit = peers.limit.limit([channel], count)
    assert abs(errors.mean()) < 5 * limit / math.sqrt(draws)
    squares = errors**2
    assert abs(squares.mean() - limit**2) < 5 * squares.std(ddof=1) / math.sqrt(draws)


def test_a_seed_gives_the_same_samples_and_touches_no_global_generator(peers: ModuleType) -> None:
    before = torch.get_rng_state()
    channel = peers.channels.RELAY
    first, again, other = (channel.drawn(10, torch.Generator().manual_seed(seed)) for seed in (1, 1, 2))
    assert torch.equal(first[2], again[2])
    assert not torch.equal(first[2], other[2])
    assert torch.equal(torch.get_rng_state(), before)


def test_a_channel_without_a_reference_says_so(peers: ModuleType) -> None:
    x = ig.Source("X", ig.Normal(0, 1))
    asked = ig.Question(ig.Channel(x, ig.Gate("Y", ig.Parameter("theta") * x)), between=("X", "Y"), at={"theta": 1})
    channel = peers.Channel("noiseless", "theta", 1, asked, peers.channels.TANH.law)
    with pytest.raises(ig.SpecificationError, match="noiseless at theta = 1 has no exact gradient"):
        _ = channel.truth
