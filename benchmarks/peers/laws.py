"""What the benchmark's channels draw, with which densities, and how much one draw of the information gradient varies; all by hand in torch.

Gaussian channels by formula; chains of scalar hops with Gaussian noise by the trapezoidal rule. Nothing here uses the package's sampler or scores.
J = dY/dtheta along the sampler, s = d log p / dy; nats; everything is in doubles.
Source: arXiv:2601.01789, eqs. (18), (39): dI/dtheta = E[J (s_{Y|X} - s_Y)].
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import torch
from torch import Tensor

Map: TypeAlias = Callable[[Tensor, Tensor], Tensor]

REACH = 9.0
SPACING = 0.05


class Law(Protocol):
    """The joint law of X and Y as a function of the parameter."""

    def sample(self, theta: Tensor, count: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """X and Y, each of shape `(count,)`; Y is differentiable in theta with X and the noises held."""
        ...

    def log_densities(self, theta: Tensor, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """log p(y | x) and log p(y), each of shape `(n,)` and differentiable in theta and y."""
        ...

    def draw_moments(self, theta: float) -> tuple[float, float]:
        """The mean and the variance of J (s_{Y|X} - s_Y) for one draw."""
        ...


def _normal(count: int, generator: torch.Generator) -> Tensor:
    return torch.randn(count, generator=generator, dtype=torch.float64)


def _log_normal(residual: Tensor, variance: Tensor | float) -> Tensor:
    variance = torch.as_tensor(variance, dtype=torch.float64)
    return -(residual**2) / (2 * variance) - torch.log(2 * math.pi * variance) / 2


@dataclass(frozen=True, slots=True)
class Multipath:
    """V1 = alpha X + N1, V2 = X + N2, Y = beta V1 + V2 + N3, all variances 1; theta is one of the gains, the other is 1."""

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
        """Y = (alpha beta + 1) X plus noise of variance beta^2 + 2."""
        alpha, beta = self._gains(theta)
        gain, noise = alpha * beta + 1, beta**2 + 2
        return _log_normal(y - gain * x, noise), _log_normal(y, gain**2 + noise)

    def draw_moments(self, theta: float) -> tuple[float, float]:
        """J and the score difference L are linear in the standard normal (X, N1, N2, N3): E[JL] = <J, L>, Var(JL) = |J|^2 |L|^2 + <J, L>^2."""
        alpha, beta = (theta, 1.0) if self.swept == "alpha" else (1.0, theta)
        gain, noise = alpha * beta + 1, beta**2 + 2
        output = torch.tensor([gain, beta, 1.0, 1.0], dtype=torch.float64)
        motion = torch.tensor([beta, 0, 0, 0] if self.swept == "alpha" else [alpha, 1, 0, 0], dtype=torch.float64)
        difference = output / (gain**2 + noise) - output / noise
        difference[0] += gain / noise
        mean = float(motion @ difference)
        return mean, float((motion @ motion) * (difference @ difference)) + mean**2


@dataclass(frozen=True, slots=True)
class Hop:
    """V' = map(theta, V) + N with Gaussian noise; the map's values lie between -1 and 1."""

    map: Map
    variance: float

    def kernel(self, theta: Tensor, values: Tensor, outputs: Tensor) -> Tensor:
        """p(outputs | values), elementwise."""
        return torch.exp(_log_normal(outputs - self.map(theta, values), self.variance))

    def slopes(self, theta: float, values: Tensor) -> tuple[Tensor, Tensor]:
        """d map / d theta and d map / d value, elementwise."""
        thetas = torch.full_like(values, theta, requires_grad=True)
        inputs = values.clone().requires_grad_()
        moved = self.map(thetas, inputs).sum()
        by_theta, by_value = torch.autograd.grad(moved, (thetas, inputs), materialize_grads=True)
        return by_theta, by_value

    def nodes(self) -> tuple[Tensor, float]:
        """Equally spaced values that hold the hop's output up to `REACH` deviations of the noise, and their distance."""
        deviation = math.sqrt(self.variance)
        end, step = 1 + REACH * deviation, 2 * SPACING * deviation
        return torch.arange(-end, end, step, dtype=torch.float64), step


def _source() -> tuple[Tensor, Tensor]:
    """Values of a standard normal X and their masses."""
    values = torch.arange(-REACH, REACH, SPACING, dtype=torch.float64)
    return values, SPACING * torch.exp(_log_normal(values, 1.0))


@dataclass(frozen=True, slots=True)
class Chain:
    """X standard normal, then one hop after another; Y is the last hop's output."""

    hops: tuple[Hop, ...]

    def sample(self, theta: Tensor, count: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """X and Y."""
        x = value = _normal(count, generator)
        for hop in self.hops:
            value = hop.map(theta, value) + math.sqrt(hop.variance) * _normal(count, generator)
        return x, value

    def log_densities(self, theta: Tensor, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """Sums over the hidden values, hop by hop from Y back: p(y | v) = sum_j weights_j kernel(v, values_j)."""
        values, weights = y[:, None], torch.ones(len(y), 1, dtype=torch.float64)
        for before, hop in reversed(list(itertools.pairwise(self.hops))):
            nodes, step = before.nodes()
            weights = step * torch.einsum("nj,njk->nk", weights, hop.kernel(theta, nodes, values[..., None]))
            values = nodes[None]
        first = self.hops[0]
        source, masses = _source()
        conditional = (weights * first.kernel(theta, x[:, None], values)).sum(1)
        marginal = (weights * (first.kernel(theta, source, values[..., None]) @ masses)).sum(1)
        return conditional.log(), marginal.log()

    def draw_moments(self, theta: float) -> tuple[float, float]:
        """Sums over X and every hop's values of p, p E[J | .] and p E[J^2 | .], hop by hop towards Y, along which J' = d map/d theta + (d map/d v) J."""
        at = torch.tensor(theta, dtype=torch.float64)
        values, masses = _source()
        density = torch.eye(len(values), dtype=torch.float64)
        derivative = first = second = torch.zeros_like(density)
        for hop in self.hops:
            outputs, step = hop.nodes()
            kernel = hop.kernel(at, values[:, None], outputs)
            slopes = (hop.map(at, values)[:, None] - outputs) / hop.variance * kernel
            by_theta, by_value = hop.slopes(theta, values)
            second = (by_theta**2 * density + 2 * by_theta * by_value * first + by_value**2 * second) @ kernel * step
            first = (by_theta * density + by_value * first) @ kernel * step
            derivative = density @ slopes * step
            density = density @ kernel * step
            values = outputs
        difference = derivative / density - (masses @ derivative) / (masses @ density)
        mean = float(masses @ (first * difference).sum(1))
        return mean, float(masses @ (second * difference**2).sum(1)) - mean**2
