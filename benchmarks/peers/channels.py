"""The channels of the benchmark: each as a question, and again by hand in torch, with one parameter swept over a grid.

A `Channel` stands at one value of its parameter. It draws X and Y with Y differentiable in the parameter, and knows both log-densities exactly: by
formula where everything is Gaussian, by the trapezoidal rule along a chain of scalar hops with Gaussian noise. Nothing here uses the sampler or the
scores of the package. The exact gradient is the package's analytic or numeric answer.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol, TypeAlias

import torch
from torch import Tensor

import infograd as ig
from infograd import analytic, numeric
from infograd.catalogue import CATALOGUE

TRUTH_ERROR = 1e-9
POINTS = 41
REACH = 9.0
SPACING = 0.08


class Law(Protocol):
    """What a channel draws, and with what densities."""

    def sample(self, theta: Tensor, count: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """X and Y, doubles of shape `(count,)`; Y is differentiable in theta with X and the noises held."""
        ...

    def log_densities(self, theta: Tensor, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """log p(y | x) and log p(y) in nats, each of y's shape `(n,)` and differentiable in theta and y."""
        ...


def _normal(count: int, generator: torch.Generator) -> Tensor:
    return torch.randn(count, generator=generator, dtype=torch.float64)


def _log_normal(residual: Tensor, variance: Tensor | float) -> Tensor:
    variance = torch.as_tensor(variance, dtype=torch.float64)
    return -(residual**2) / (2 * variance) - torch.log(2 * math.pi * variance) / 2


@dataclass(frozen=True, slots=True)
class Multipath:
    """V1 = alpha X + N1, V2 = X + N2, Y = beta V1 + V2 + N3, all variances 1; one of the gains is theta, the other 1."""

    swept: str

    def _gains(self, theta: Tensor) -> tuple[Tensor, Tensor]:
        one = torch.ones_like(theta)
        return (theta, one) if self.swept == "alpha" else (one, theta)

    def sample(self, theta: Tensor, count: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """X and Y."""
        alpha, beta = self._gains(theta)
        x, first, second, last = (_normal(count, generator) for _ in range(4))
        return x, beta * (alpha * x + first) + (x + second) + last

    def log_densities(self, theta: Tensor, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """Both are Gaussian: the gain is alpha beta + 1, the noise has variance beta^2 + 2."""
        alpha, beta = self._gains(theta)
        gain, noise = alpha * beta + 1, beta**2 + 2
        return _log_normal(y - gain * x, noise), _log_normal(y, gain**2 + noise)


Map: TypeAlias = Callable[[Tensor, Tensor], Tensor]


@dataclass(frozen=True, slots=True)
class Hop:
    """V' = map(theta, V) + N with N Gaussian; the map's magnitude is at most `bound`."""

    map: Map
    variance: float
    bound: float


@dataclass(frozen=True, slots=True)
class Chain:
    """X standard normal, then one hop after another; Y is the last."""

    hops: tuple[Hop, ...]

    def sample(self, theta: Tensor, count: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """X and Y."""
        x = value = _normal(count, generator)
        for hop in self.hops:
            value = hop.map(theta, value) + math.sqrt(hop.variance) * _normal(count, generator)
        return x, value

    def log_densities(self, theta: Tensor, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """The hops' transition densities, chained over equally spaced nodes of every hidden value, `REACH` deviations of its noise past its map's bound."""
        source = torch.arange(-REACH, REACH, SPACING, dtype=torch.float64)
        weights = torch.exp(_log_normal(source, 1.0)) * SPACING
        conditional, marginal = torch.ones(len(y), 1, dtype=torch.float64), y.new_ones(1)
        start, marginal, value = x, weights, source
        for place, hop in enumerate(self.hops):
            last = place == len(self.hops) - 1
            deviation = math.sqrt(hop.variance)
            step = SPACING * 2 * deviation
            nodes = y if last else torch.arange(-hop.bound - REACH * deviation, hop.bound + REACH * deviation, step, dtype=torch.float64)
            steps = 1.0 if last else step
        raise NotImplementedError
