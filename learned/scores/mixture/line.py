"""The law of one output's additive noise as kernels on a line, for every point of a sweep at once.

A kernel holds a function of the noise at the multiples d h of the spacing h, at the index d modulo the length, ready for
circular convolution; it is 0 outside the range that carries the law. Leading axis: the points of the sweep.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import torch
from torch import Tensor

from infograd.channel import laws_within
from infograd.law import Laplace, Law, Mixture
from infograd.learned.samples.interpreter import evaluate
from infograd.learned.samples.laws import draw, uniforms_needed
from infograd.learned.samples.noise import log_density
from infograd.question import Names

Parameters: TypeAlias = Mapping[str, Tensor]
Entry: TypeAlias = tuple[str, int]
TAIL = 1e-14
STEPS = 8
STEPS_AT_A_KINK = 32
FARTHEST = 1024
_QUARTILES = 1.3489795003921634


def _quantiles(law: Law, levels: Tensor, parameters: Parameters) -> Tensor:
    """The quantiles of a law of one entry that is no mixture, shape `(points, levels)`."""
    points = max((len(each) for each in parameters.values()), default=1)
    spread = {name: _over(each, len(levels)) for name, each in parameters.items()}
    uniforms = levels.repeat(points).unsqueeze(1).expand(-1, uniforms_needed(law))
    found = draw(law, uniforms, lambda argument: evaluate(argument, {}, spread, {}))
    return found.expand(points * len(levels), *found.shape[1:]).reshape(points, len(levels))


def _over(values: Tensor, count: int) -> Tensor:
    """Every point's value `count` times; a value that all points share stays one."""
    return values if len(values) == 1 else values.repeat_interleave(count, dim=0)


@dataclass(frozen=True, slots=True)
class Tables:
    """A noise's density at the multiples of the spacing, its derivative, and its derivatives by entry of the parameters, each `(points, length)`."""

    density: Tensor
    slope: Tensor
    moved: Mapping[Entry, Tensor]


@dataclass(frozen=True, slots=True)
class Kernel:
    """The law of a noise of one entry: a range `lower` to `upper` that carries it and the spacing that resolves it, each of shape `(points,)`.

    `parameters` have shape `(points, *shape)`, or `(1, *shape)` where all points share them. `cut` says that the range leaves out tails that count, and
    `kinked` that the density has a kink, where rules on a grid are of the second order only.
    """

    law: Law
    parameters: Parameters
    lower: Tensor
    upper: Tensor
    spacing: Tensor
    cut: bool
    kinked: bool

    @classmethod
    def of(cls, law: Law, parameters: Parameters, points: int) -> Kernel:
        """The noise at every point."""
        plain = [each for each in laws_within(law) if not isinstance(each, Mixture)]
        levels = torch.tensor([TAIL, 0.25, 0.5, 0.75, 1 - TAIL], dtype=torch.float64)
        found = torch.stack([_quantiles(each, levels, parameters).expand(points, -1) for each in plain])
        kinked = any(isinstance(each, Laplace) for each in plain)
        steps = STEPS_AT_A_KINK if kinked else STEPS
        spacing = ((found[..., 3] - found[..., 1]) / _QUARTILES).amin(dim=0) / steps
        lower, upper = found[..., 0].amin(dim=0), found[..., 4].amax(dim=0)
        low, high = found[..., 2].amin(dim=0) - spacing * FARTHEST, found[..., 2].amax(dim=0) + spacing * FARTHEST
        cut = bool(((lower < low) | (upper > high)).any())
        edge = 8 * spacing
        return cls(law, parameters, torch.maximum(lower, low).minimum(-edge), torch.minimum(upper, high).maximum(edge), spacing, cut, kinked)

    @property
    def refinement(self) -> float:
        """The error as a share of the change from twice the spacing, at most.

        It is 1 where tails are cut, 1/4 where the order is the fourth; at a kink it depends on where the signals stand between two bins, and 2 is taken.
        """
        return 2.0 if self.kinked else 1.0 if self.cut else 0.25

    def coarser(self) -> Kernel:
        """The same at twice the spacing, and where tails are cut, in half of the range."""
        share = 0.5 if self.cut else 1.0
        return Kernel(self.law, self.parameters, share * self.lower, share * self.upper, 2 * self.spacing, self.cut, self.kinked)

    def tables(self, length: int, wrt: Names) -> Tables:
        """The noise at the multiples of the spacing, in the order of a circular convolution of that length."""
        points = len(self.spacing)
        spread = self.spacing.unsqueeze(1)
        steps = torch.arange(length, dtype=torch.float64)
        ahead = length + (self.lower.unsqueeze(1) / spread).floor()
        multiples = torch.where(steps < ahead, steps, steps - length) * spread
        inside = ((multiples >= self.lower.unsqueeze(1)) & (multiples <= self.upper.unsqueeze(1))).double()
        where = multiples.reshape(-1, *self.law.shape).requires_grad_()
        used = {each.name for each in self.law.parameters}
        leaves = {name: _every(self.parameters[name], points, length) for name in wrt if name in used}
        known = {name: _over(self.parameters[name], length) for name in used} | leaves
        logarithm = log_density(self.law, where, lambda argument: evaluate(argument, {}, known, {}))
        slopes = [each.reshape(points, length, -1) for each in torch.autograd.grad(logarithm.sum(), [where, *leaves.values()])]
        density = inside * logarithm.detach().exp().reshape(points, length)
        moved = {(name, entry): density * each for name, slope in zip(leaves, slopes[1:], strict=True) for entry, each in enumerate(slope.unbind(dim=2))}
        return Tables(density, density * slopes[0].squeeze(2), moved)


def _every(values: Tensor, points: int, count: int) -> Tensor:
    """A leaf with a copy for every one of `count` places at every point."""
    return values.detach().expand(points, *values.shape[1:]).repeat_interleave(count, dim=0).requires_grad_()
