"""Critic estimators of mutual information, trained on the samples and then differentiated: InfoNCE, MINE and SMILE.

A critic T(x, y) maximises a bound on I(X;Y) over the samples. With the critic held, the gradient of the bound in the channel's parameter is taken through
the reparameterised samples y(theta); it is second order in the critic's error, since the critic stands where the bound is flat.
Written here because the kept libraries of these estimators, torch-mist 0.2.17 and benchmark-mi 0.1.3, ask for numpy < 2 and do not install beside
this package.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor, nn

from .channels import Channel


@dataclass(frozen=True, slots=True)
class Training:
    """Adam on minibatches drawn from the samples with replacement, with a constant rate or one that falls along half a cosine."""

    steps: int = 1500
    batch: int = 512
    rate: float = 1e-3
    decay: bool = False
    width: int = 128
    embedding: int = 32
    shuffles: int = 1


TRAINING = Training()


class Critic(Protocol):
    """A function T(x, y) with weights."""

    def __call__(self, x: Tensor, y: Tensor) -> Tensor:
        """T(x, y)."""
        ...

    def parameters(self) -> Iterator[nn.Parameter]:
        """The weights."""
        ...


def _network(inputs: int, outputs: int, width: int, generator: torch.Generator) -> nn.Sequential:
    """Two hidden layers with SiLU, initialised uniformly in one over the square root of a layer's inputs."""
    sizes = (inputs, width, width, outputs)
    layers = [nn.Linear(before, after, device="meta").to_empty(device="cpu") for before, after in itertools.pairwise(sizes)]
    for layer in layers:
        for weights in layer.parameters():
            nn.init.uniform_(weights, -(layer.in_features**-0.5), layer.in_features**-0.5, generator=generator)
    return nn.Sequential(layers[0], nn.SiLU(), layers[1], nn.SiLU(), layers[2])


class Joint(nn.Module):
    """T(x, y) by one network of both."""

    def __init__(self, settings: Training, generator: torch.Generator) -> None:
        super().__init__()
        self.network = _network(2, 1, settings.width, generator)

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """Shape `(n,)`."""
        scores: Tensor = self.network(torch.stack((x, y), 1))
        return scores.squeeze(1)


class Separable(nn.Module):
    """T(x, y) = <g(x), h(y)> for all pairs."""

    def __init__(self, settings: Training, generator: torch.Generator) -> None:
        super().__init__()
        self.of_x = _network(1, settings.embedding, settings.width, generator)
        self.of_y = _network(1, settings.embedding, settings.width, generator)

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        """Shape `(n, n)`: rows are x, columns y."""
        left: Tensor = self.of_x(x[:, None])
        right: Tensor = self.of_y(y[:, None])
        return left @ right.T


def _log_mean_exp(values: Tensor) -> Tensor:
    return torch.logsumexp(values, -1) - math.log(values.shape[-1])


class Bound(Protocol):
    """A bound on I(X;Y) in nats, and the loss that its critic is trained by."""

    critic: Critic

    def loss(self, x: Tensor, y: Tensor, generator: torch.Generator) -> Tensor:
        """What a step of training makes smaller, on a minibatch."""
        ...

    def value(self, x: Tensor, y: Tensor, generator: torch.Generator) -> Tensor:
        """The bound on all samples."""
        ...


def _shuffled(y: Tensor, generator: torch.Generator) -> Tensor:
    return y[torch.randperm(len(y), generator=generator)]


class InfoNCE:
    """E[T(x_i, y_i) - log mean_j e^{T(x_i, y_j)}] over minibatches, with a separable critic. Source: arXiv:1807.03748, arXiv:1905.06922."""

    def __init__(self, settings: Training, generator: torch.Generator) -> None:
        self.critic: Critic = Separable(settings, generator)
        self._batch = settings.batch

    def _of(self, x: Tensor, y: Tensor) -> Tensor:
        scores = self.critic(x, y)
        return (scores.diagonal() - _log_mean_exp(scores)).mean()

    def loss(self, x: Tensor, y: Tensor, generator: torch.Generator) -> Tensor:
        """The bound with its sign changed."""
        return -self._of(x, y)

    def value(self, x: Tensor, y: Tensor, generator: torch.Generator) -> Tensor:
        """The mean over consecutive groups of about the size of a minibatch: the bound depends on it."""
        groups = math.ceil(len(x) / self._batch)
        return torch.stack([self._of(*pair) for pair in zip(x.tensor_split(groups), y.tensor_split(groups), strict=True)]).mean()


class Mine:
    """The bound of Donsker and Varadhan, E[T(x, y)] - log E[e^{T(x, y')}] with y' shuffled.

    In training, a moving average of E[e^T] stands for the minibatch's in the logarithm's gradient, which a minibatch alone would bias.
    Source: arXiv:1801.04062.
    """

    _clip = math.inf

    def __init__(self, settings: Training, generator: torch.Generator) -> None:
        self.critic: Critic = Joint(settings, generator)
        self._shuffles = settings.shuffles
        self._average: Tensor | None = None

    def loss(self, x: Tensor, y: Tensor, generator: torch.Generator) -> Tensor:
        """Its gradient is that of -E[T] + E[e^T] / average."""
        apart = self.critic(x, _shuffled(y, generator)).exp().mean()
        now = apart.detach()
        self._average = now if self._average is None else 0.99 * self._average + 0.01 * now
        return apart / self._average - self.critic(x, y).mean()

    def value(self, x: Tensor, y: Tensor, generator: torch.Generator) -> Tensor:
        """The bound, with the shuffled pairs of as many shuffles as set."""
        apart = torch.cat([self.critic(x, _shuffled(y, generator)) for _ in range(self._shuffles)])
        return self.critic(x, y).mean() - _log_mean_exp(apart.clamp(-self._clip, self._clip))


class Smile(Mine):
    """The same bound with e^T clipped between e^-5 and e^5, of a critic trained by the Jensen-Shannon objective. Source: arXiv:1910.06222."""

    _clip = 5.0

    def loss(self, x: Tensor, y: Tensor, generator: torch.Generator) -> Tensor:
        """E[softplus(-T(x, y))] + E[softplus(T(x, y'))], whose least critic is the log-density ratio."""
        return nn.functional.softplus(-self.critic(x, y)).mean() + nn.functional.softplus(self.critic(x, _shuffled(y, generator))).mean()


def gradient(made: Callable[[Training, torch.Generator], Bound], channel: Channel, count: int, seed: int, settings: Training = TRAINING) -> float:
    """The derivative of a trained bound in the channel's parameter, in nats per unit of it, on the samples that it was trained on."""
    generator = torch.Generator().manual_seed(seed)
    theta, x, y = channel.drawn(count, generator)
    x, y = x.float(), y.float()
    bound = made(settings, generator)
    train(bound, x, y.detach(), generator, settings)
    (slope,) = torch.autograd.grad(bound.value(x, y, generator), theta)
    return float(slope)


def train(bound: Bound, x: Tensor, y: Tensor, generator: torch.Generator, settings: Training) -> None:
    """Train the bound's critic on the samples."""
    optimizer = torch.optim.Adam(bound.critic.parameters(), lr=settings.rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, settings.steps) if settings.decay else None
    for _ in range(settings.steps):
        chosen = torch.randint(len(x), (settings.batch,), generator=generator)
        optimizer.zero_grad()
        torch.autograd.backward(bound.loss(x[chosen], y[chosen], generator))
        optimizer.step()
        if schedule is not None:
            schedule.step()
