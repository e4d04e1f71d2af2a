"""Draws of a signal's randomness: outer draws, and for each of them inner draws that make a mixture.

The points of a single coordinate are equidistant and rotated by a random shift; its tails are drawn more often and weighted
down, which takes a smooth integrand to 0 at both ends, so that the rule converges faster than any power that smoothness allows. More coordinates are drawn
by scrambled Sobol points; inner ones are rotated modulo 1 from one outer draw to the next.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from infograd.channel import Channel, node_law
from infograd.law import Mixture
from infograd.learned.budget import Budget
from infograd.learned.samples.simulator import Simulator
from infograd.learned.samples.uniforms import seeds, sobol
from infograd.learned.scores.mixture.signal import Signal, columns_of
from infograd.question import Names

WIDENING = 1.6
LEAST = 16.0
LEAST_EQUIDISTANT = 3.0
_SMALLEST = 2.0**-31


@dataclass(frozen=True, slots=True)
class Design:
    """Uniforms of a run, shape `(replicates, outer, inner, dimension)`, and the draws' weights.

    `outer` weights have shape `(replicates, outer)` and sum to 1 over each replicate; `inner` ones have shape `(replicates, outer, inner)` and sum
    to 1 over each mixture. `least` is the effective size that a mixture of such inner draws needs, and `aim` one at
    which half of the draws still do, or the same where they converge slowly.
    """

    uniforms: Tensor
    outer: Tensor
    inner: Tensor
    least: float
    aim: float


def widened(uniforms: Tensor) -> tuple[Tensor, Tensor]:
    """Uniforms moved towards both ends as a normal variable stretched by `WIDENING` is, and the weights that undo it.

    With z the normal quantile of u they are Phi(t z) and t exp(-(t^2 - 1) z^2 / 2), whose mean over u is 1.
    """
    z = torch.special.ndtri(uniforms)
    return torch.special.ndtr(WIDENING * z), WIDENING * torch.exp(-(WIDENING**2 - 1) / 2 * z**2)


def points(count: int, dimension: int, seed: int) -> Tensor:
    """Points of the unit cube, shape `(count, dimension)`, the first half of which would be a rule of its own, and the second."""
    if dimension != 1:
        return sobol(dimension, count, seed)
    shift = torch.rand(1, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    order = torch.cat([torch.arange(0, count, 2), torch.arange(1, count, 2)])
    return ((order + shift) / count).unsqueeze(1)


def equidistant(channel: Channel, names: Names) -> bool:
    """Whether these nodes take one coordinate, whose law has no atoms and is no mixture."""
    laws = [node_law(channel.node(name)) for name in names]
    return len(columns_of(channel, names)) == 1 and not any(law is None or law.atomic or isinstance(law, Mixture) for law in laws)


def least_size(channel: Channel, names: Names) -> float:
    """The effective size that a mixture of draws of these nodes needs."""
    return LEAST_EQUIDISTANT if equidistant(channel, names) else LEAST


def weighed(channel: Channel, names: Names, uniforms: Tensor) -> tuple[Tensor, Tensor]:
    """The uniforms of these nodes inside (0, 1), shape `(..., count, dimension)`, and weights `(..., count)` of sum 1."""
    inside = uniforms.clamp(_SMALLEST, 1 - _SMALLEST)
    if not equidistant(channel, names):
        return inside, torch.full(inside.shape[:-1], 1 / inside.shape[-2], dtype=torch.float64)
    moved, weights = widened(inside)
    return moved.clamp(_SMALLEST, 1 - _SMALLEST), (weights / weights.sum(dim=-2, keepdim=True)).squeeze(-1)


def design(simulator: Simulator, signal: Signal, budget: Budget, inner: int, seed: int) -> Design:
    """Draws for one signal: `inner` of them for each outer draw, as many in all as the budget allows; without outer randomness all are inner."""
    channel = simulator.channel
    above, below = columns_of(channel, signal.outer), columns_of(channel, signal.inner)
    count, draws = (inner, max(1, budget.samples // inner)) if above else (budget.samples, 1)
    uniforms = torch.full((budget.replicates, draws, count, simulator.dimension), 0.5, dtype=torch.float64)
    outer = torch.ones(budget.replicates, draws, dtype=torch.float64)
    streams = seeds(seed, 3 * budget.replicates)
    own = torch.stack([points(count, len(below), each) for each in streams[::3]]).unsqueeze(1)
    if above:
        held, outer = weighed(channel, signal.outer, torch.stack([points(draws, len(above), each) for each in streams[1::3]]))
        uniforms[..., above] = held.unsqueeze(2)
        own = (own + torch.stack([sobol(len(below), draws, each) for each in streams[2::3]]).unsqueeze(2)) % 1
    uniforms[..., below], weights = weighed(channel, signal.inner, own)
    least = least_size(channel, signal.inner)
    return Design(uniforms, outer, weights, least, 2 * least if equidistant(channel, signal.inner) else least)
