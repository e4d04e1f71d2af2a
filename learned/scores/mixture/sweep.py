"""One signal at all points of a sweep at once: its rows, their derivatives, and the bins that they fill."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from scipy.fft import next_fast_len
from torch import Tensor

from infograd.channel import Source
from infograd.learned.samples.simulator import Simulator
from infograd.learned.scores.mixture.entropy import Binned
from infograd.learned.scores.mixture.grid import AHEAD, BEHIND, Grid
from infograd.learned.scores.mixture.line import Entry, Kernel
from infograd.learned.scores.mixture.signal import Signal, signals
from infograd.question import Names

LONGEST = 1 << 18


@dataclass(frozen=True, slots=True)
class Sweep:
    """Points of a sweep that are run together: parameters by name, `(points, *shape)` where they vary and `(1, *shape)` where they do not."""

    simulator: Simulator
    parameters: Mapping[str, Tensor]
    points: int
    wrt: Names

    @property
    def entries(self) -> list[Entry]:
        """The entries of the parameters in which derivatives are taken."""
        return [(name, entry) for name in self.wrt for entry in range(self.parameters[name][0].numel())]

    def part(self, start: int, stop: int) -> Sweep:
        """The points from `start` up to `stop`."""
        parameters = {name: each if len(each) == 1 else each[start:stop] for name, each in self.parameters.items()}
        return Sweep(self.simulator, parameters, min(stop, self.points) - start, self.wrt)

    def kernel(self, signal: Signal) -> Kernel:
        """The signal's own noise."""
        used = {each.name for each in signal.noise.parameters}
        return Kernel.of(signal.noise, {name: self.parameters[name] for name in used}, self.points)

    def rows(self, signal: Signal, uniforms: Tensor) -> tuple[Tensor, dict[Entry, Tensor]]:
        """The signal at every point, shape `(points, rows)`, and its derivatives by entry of the parameters."""
        count = len(uniforms)
        still = self._still(uniforms)
        known = {name: each if len(each) == 1 else each.repeat_interleave(count, dim=0) for name, each in self.parameters.items()}
        leaves = {name: self.parameters[name].expand(self.points, *self.parameters[name].shape[1:]).repeat_interleave(count, dim=0) for name in self.wrt}
        for leaf in leaves.values():
            leaf.requires_grad_()
        found = signals(self.simulator, signal.output, uniforms.repeat(self.points, 1), {**known, **leaves}, still)
        if found.requires_grad:
            slopes = torch.autograd.grad(found.sum(), list(leaves.values()), allow_unused=True, materialize_grads=True)
        else:
            slopes = tuple(torch.zeros_like(leaf) for leaf in leaves.values())
        jacobian = {
            (name, entry): each
            for name, slope in zip(leaves, slopes, strict=True)
            for entry, each in enumerate(slope.reshape(self.points, count, -1).unbind(dim=2))
        }
        return found.detach().reshape(self.points, count), jacobian

    def _still(self, uniforms: Tensor) -> dict[str, Tensor]:
        """The sources that no parameter of the sweep moves, run once and repeated."""
        moving = {*self.wrt, *(name for name, each in self.parameters.items() if len(each) > 1)}
        channel = self.simulator.channel
        names = [node.name for node in channel.nodes if isinstance(node, Source) and moving.isdisjoint(each.name for each in node.law.parameters)]
        held = {node.name: torch.zeros(1, *node.shape, dtype=torch.float64) for node in channel.nodes if node.name not in names}
        nodes = self.simulator.run(uniforms, {name: each[:1] for name, each in self.parameters.items()}, held=held).nodes
        return {name: nodes[name].expand(len(uniforms), *nodes[name].shape[1:]).repeat(self.points, *(1,) * (nodes[name].dim() - 1)) for name in names}

    def binned(self, signal: Signal, rows: tuple[Tensor, dict[Entry, Tensor]], weights: Tensor, kernel: Kernel) -> Binned:
        """The rows on grids, from weights of shape `(groups, parts, rows)`, one grid for each group."""
        groups, parts, count = weights.shape
        found = rows[0].reshape(self.points, groups, parts, count)
        origin, length = frame(found, kernel)
        shape = (self.points, groups, parts, length)
        first = length * torch.arange(self.points * groups * parts).reshape(self.points, groups, parts, 1)
        grid = Grid.of((found - origin) / kernel.spacing.reshape(-1, 1, 1, 1), first, math.prod(shape))
        shares = grid.spread(weights.expand(self.points, -1, -1, -1)).reshape(shape)
        slopes = {entry: grid.spread(weights * each.reshape(found.shape)).reshape(shape) for entry, each in rows[1].items()}
        return Binned(shares, slopes)


class SpreadError(Exception):
    """A signal spreads over more multiples of its noise than a grid may have places."""


def frame(signals: Tensor, kernel: Kernel) -> tuple[Tensor, int]:
    """Where each group's grid begins and how many places it has, for signals of shape `(points, groups, parts, rows)` and their noise.

    Raises: SpreadError.
    """
    spacing = kernel.spacing.reshape(-1, 1, 1, 1)
    origin = signals.amin(dim=(2, 3), keepdim=True) + kernel.lower.reshape(-1, 1, 1, 1) - BEHIND * spacing
    reach = (signals.amax(dim=(2, 3), keepdim=True) + kernel.upper.reshape(-1, 1, 1, 1) - origin) / spacing
    places = float(reach.max()) + AHEAD + 2
    if places > LONGEST:
        raise SpreadError(
            f"the signal's draws spread over {places:.1g} steps of a grid that resolves the noise, and {LONGEST} are kept; ask for fewer draws or less spread."
        )
    return origin, 2 * next_fast_len(math.ceil(places / 2), real=True)
