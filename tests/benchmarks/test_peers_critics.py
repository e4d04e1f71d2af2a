"""The critic estimators: what is differentiated, what is trained, and faults that these tests must catch."""

from __future__ import annotations

import dataclasses
import math
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

BOUNDS = ("InfoNCE", "Mine", "Smile")
POWER = 1 / 4


def quick(peers: ModuleType) -> Any:
    return peers.critics.Training(steps=200, batch=128, width=32)


class Exact(torch.nn.Module):
    """The critic that training looks for: log p(y | x) / p(y), times a factor, for pairs or for all pairs."""

    def __init__(self, channel: Any, all_pairs: bool, factor: float = 1.0) -> None:
        super().__init__()
        self.channel, self.all_pairs, self.factor = channel, all_pairs, factor

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        shape = (len(x), len(y)) if self.all_pairs else (len(x),)
        pairs = (x[:, None].expand(shape).reshape(-1), y[None].expand(shape).reshape(-1)) if self.all_pairs else (x, y)
        conditional, marginal = self.channel.law.log_densities(torch.tensor(float(self.channel.value), dtype=torch.float64), *pairs)
        ratio: Tensor = conditional - marginal
        return self.factor * ratio.reshape(shape)


def slopes_with_the_exact_critic(peers: ModuleType, name: str, channel: Any, factor: float = 1.0) -> np.ndarray[Any, Any]:
    """The gradient of the bound with that critic, on 100 draws of 400 samples."""
    found = []
    for seed in range(100):
        generator = torch.Generator().manual_seed(seed)
        bound = getattr(peers.critics, name)(peers.critics.Training(batch=200), generator)
        bound.critic = Exact(channel, name == "InfoNCE", factor)
        theta, x, y = channel.drawn(400, generator)
        found.append(float(torch.autograd.grad(bound.value(x, y, generator), theta)[0]))
    return np.array(found)


def misses(found: np.ndarray[Any, Any], truth: float) -> bool:
    """Whether the mean is more than 5 of its standard errors from the truth."""
    return bool(abs(found.mean() - truth) > 5 * found.std(ddof=1) / math.sqrt(len(found)))


@pytest.mark.parametrize("name", BOUNDS)
def test_the_exact_critic_gives_the_exact_gradient(peers: ModuleType, name: str) -> None:
    """At alpha = -1/2 the log-ratio stays above -5, so that clipping does nothing."""
    channel = peers.channels.ALPHA.at("-1/2")
    assert not misses(slopes_with_the_exact_critic(peers, name, channel), channel.truth)


@pytest.mark.parametrize("name", BOUNDS)
def test_a_critic_of_the_wrong_sign_is_seen(peers: ModuleType, name: str) -> None:
    channel = peers.channels.ALPHA.at("-1/2")
    assert misses(slopes_with_the_exact_critic(peers, name, channel, factor=-1.0), channel.truth)


def untrained_bound_and_samples(peers: ModuleType, name: str, theta: float) -> tuple[Tensor, Tensor]:
    """A bound of an untrained critic in doubles, with the same random numbers at every theta, and theta as a leaf."""
    generator = torch.Generator().manual_seed(5)
    bound = getattr(peers.critics, name)(peers.critics.Training(batch=50), generator)
    for weights in bound.critic.double().parameters():
        weights.data *= 3
    leaf, x, y = dataclasses.replace(peers.channels.RELAY, value=theta).drawn(200, generator)
    return bound.value(x, y, generator), leaf


@pytest.mark.parametrize("name", BOUNDS)
def test_the_gradient_is_that_of_the_bound_along_the_samples(peers: ModuleType, name: str) -> None:
    """Against central differences with common random numbers, to the distance between two steps' differences: a detached path anywhere moves it by far more."""
    theta, step = 0.7, 1e-3
    value, leaf = untrained_bound_and_samples(peers, name, theta)
    (slope,) = torch.autograd.grad(value, leaf)

    def difference(half: float) -> float:
        above, below = (float(untrained_bound_and_samples(peers, name, place)[0].detach()) for place in (theta + half, theta - half))
        return (above - below) / (2 * half)

    coarse, fine = difference(2 * step), difference(step)
    assert abs(float(slope) - fine) <= abs(coarse - fine) + 1e-11
    assert abs(coarse - fine) < 1e-3 * abs(fine)


@pytest.mark.parametrize("name", BOUNDS)
def test_a_trained_critic_finds_the_gradient_of_a_gaussian_channel(peers: ModuleType, name: str) -> None:
    """To a quarter of it, after a short training: no gradient at all misses by 1, the wrong sign by 2."""
    channel = peers.channels.ALPHA
    found = peers.critics.gradient(getattr(peers.critics, name), channel, 4000, 11, quick(peers))
    assert abs(found - channel.truth) < POWER * abs(channel.truth)


@pytest.mark.parametrize("name", BOUNDS)
def test_training_uphill_in_the_loss_misses_the_gradient(peers: ModuleType, name: str) -> None:
    right = getattr(peers.critics, name)

    def uphill(settings: Any, generator: torch.Generator) -> Any:
        bound = right(settings, generator)
        downhill = bound.loss
        bound.loss = lambda *batch: -downhill(*batch).clamp(-50, 50)
        return bound

    channel = peers.channels.ALPHA
    found = peers.critics.gradient(uphill, channel, 4000, 11, quick(peers))
    assert not abs(found - channel.truth) < POWER * abs(channel.truth)


@pytest.mark.parametrize("name", BOUNDS)
def test_samples_cut_from_the_parameter_raise(peers: ModuleType, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    channel = peers.channels.ALPHA
    drawn = peers.Channel.drawn

    def cut(self: Any, count: int, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
        theta, x, y = drawn(self, count, generator)
        return theta, x, y.detach()

    monkeypatch.setattr(peers.Channel, "drawn", cut)
    with pytest.raises(RuntimeError, match="not have been used in the graph"):
        peers.critics.gradient(getattr(peers.critics, name), channel, 100, 0, dataclasses.replace(quick(peers), steps=1))


def test_the_loss_of_mine_divides_by_the_moving_average(peers: ModuleType) -> None:
    """Two steps: the average is the first minibatch's E[e^T], then 0.99 of it and 0.01 of the second's."""
    generator = torch.Generator().manual_seed(2)
    bound = peers.critics.Mine(peers.critics.Training(), generator)
    x, y = torch.randn(2, 64, generator=generator)
    average = 0.0
    for step in range(2):
        shuffled = y[torch.randperm(64, generator=torch.Generator().manual_seed(step))]
        apart = bound.critic(x, shuffled).exp().mean()
        now = float(apart.detach())
        average = now if step == 0 else 0.99 * average + 0.01 * now
        wanted = torch.autograd.grad(apart / average - bound.critic(x, y).mean(), list(bound.critic.parameters()))
        found = torch.autograd.grad(bound.loss(x, y, torch.Generator().manual_seed(step)), list(bound.critic.parameters()))
        for ours, theirs in zip(found, wanted, strict=True):
            torch.testing.assert_close(ours, theirs)
        for weights in bound.critic.parameters():
            weights.data *= 1.5


def test_smile_clips_the_shuffled_pairs_alone(peers: ModuleType) -> None:
    generator = torch.Generator().manual_seed(0)
    bound = peers.critics.Smile(peers.critics.Training(), generator)
    bound.critic = lambda x, y: 9.0 * torch.sign(x * y)
    x = torch.ones(10)
    assert float(bound.value(x, x, generator)) == pytest.approx(9 - 5)
    assert float(bound.value(x, -x, generator)) == pytest.approx(-9 + 5)


@pytest.mark.parametrize("name", BOUNDS)
def test_a_seed_decides_the_gradient_and_no_global_generator_moves(peers: ModuleType, name: str) -> None:
    settings = dataclasses.replace(quick(peers), steps=3)
    before = torch.get_rng_state()
    first, again, other = (peers.critics.gradient(getattr(peers.critics, name), peers.channels.TANH, 300, seed, settings) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    assert torch.equal(torch.get_rng_state(), before)
