"""The nodes of one observed case, with the entropy at every observed node and the adjoints at all nodes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from infograd.numeric.cubature.case import Case, Hidden
from infograd.numeric.cubature.gaussian import gaussian_entropies, lower_roots
from infograd.numeric.cubature.grid import Grid, grid
from infograd.numeric.cubature.mixture import EPS, Part, entropy
from infograd.numeric.interpreter import Floats
from infograd.numeric.limit import CELLS, LimitError

NODES = 65536


@dataclass(frozen=True, slots=True)
class Swept:
    """The nodes of an unobserved case beside every observed node, with the adjoints that stand at them.

    `coordinates` (coordinates, outer nodes, inner nodes); `shares` the derivative in log weights, `pulls` (d, ...) in the gates'
    values, `bends` (d, rest, ...) in their slopes along the directions that are left.
    """

    hidden: Hidden
    inner: Grid
    coordinates: Floats
    shares: Floats
    pulls: Floats
    bends: Floats

    def means(self) -> Floats:
        """The gates' values, of shape (d, outer nodes, inner nodes)."""
        found = self.hidden.branch(self.coordinates.reshape(len(self.coordinates), -1), {})[0]
        return found.reshape(-1, *self.coordinates.shape[1:])

    def spreads(self) -> Floats:
        """M at every outer node, of shape (d, rest, outer nodes), or (d, rest, 1) where it is the same at all of them."""
        return self.hidden.slopes(self.coordinates[:, :, 0])

    def slope(self, direction: Mapping[str, Floats], observed: Floats) -> tuple[float, float]:
        """The derivative of the entropy along a direction of the parameters, and the sum of the sizes of its terms; `observed` coordinates move so.

        The rows of bends and slopes count with their lengths, since the rounding of a row is that of its length.
        """
        branch = self.hidden.branch
        moves, rates = self.inner.moved(direction)
        rates = rates + branch.weight(direction, observed=False)[1]
        terms = self.shares * rates
        total, size = float(terms.sum()), float(np.abs(terms).sum())
        moving = (moves[:, None, :] + np.pad(observed[: branch.observed], ((0, branch.size - branch.observed), (0, 0)))[:, :, None]).reshape(branch.size, -1)
        flat = self.coordinates.reshape(branch.size, -1)
        pulls = self.pulls.reshape(len(self.pulls), -1)
        bends = self.bends.reshape(*self.bends.shape[:2], -1)
        for start in range(0, flat.shape[1], NODES):
            part = slice(start, start + NODES)
            _, drift = branch(flat[:, part], direction, moving[:, part])
            if drift is None:
                drift = np.zeros_like(pulls[:, part])
            pulled = pulls[:, part] * drift
            total, size = total + float(pulled.sum()), size + float(np.abs(pulled).sum())
            turns = np.zeros_like(bends[:, :, part])
            for number, row in enumerate(self.hidden.rest):
                _, turned = branch(flat[:, part] + row[:, None], direction, moving[:, part])
                turns[:, number] = (0.0 if turned is None else turned) - drift
            total += float((bends[:, :, part] * turns).sum())
            size += float((np.linalg.norm(bends[:, :, part], axis=1) * np.linalg.norm(turns, axis=1)).sum())
        return total, size


@dataclass(frozen=True, slots=True)
class Sweep:
    """h at every observed node, its average rounding, the adjoints weighted by the observed nodes, how much whitening blows up their rounding, and the work."""

    heights: Floats
    rounding: float
    parts: tuple[Swept, ...]
    blow: float
    cells: int
    operations: float


def sweep(each: Case, outer: Grid, weights: Floats, step: float, operations: float, *, slopes: bool, name: str) -> Sweep:
    """A case over observed nodes of those weights.

    Raises: LimitError where the resolution takes too much.
    """
    inner = [grid(hidden.branch, hidden.directions, hidden.curvatures, step) for hidden in each.hidden]
    parts = tuple(_room(hidden, lattice, outer) for hidden, lattice in zip(each.hidden, inner, strict=True))
    spreads = [part.spreads() for part in parts]
    roots, blows = zip(*(lower_roots(spread) for spread in spreads), strict=True)
    blow = float(max(each.max() for each in blows))
    if len(parts) == 1 and parts[0].shares.shape[1] == 1:
        heights, bends = gaussian_entropies(np.broadcast_to(spreads[0], (*spreads[0].shape[:2], weights.size)))
        parts[0].shares[:, 0], parts[0].bends[:, :, :, 0] = weights * heights, weights * bends
        return Sweep(heights, 16 * EPS * blow * float(weights @ (1 + np.abs(heights))), parts, blow, heights.size, float(heights.size))
    heights = np.zeros(weights.size)
    rounding, cells, spent = 0.0, 0, 0.0
    odds = [hidden.branch.weight({}, observed=False)[0] for hidden in each.hidden]
    means = [part.means() for part in parts]
    for node, weight in enumerate(weights):
        here = [min(node, len(root) - 1) for root in roots]
        mixed = [
            Part(mean[:, node], odd * lattice.weights, root[place]) for mean, odd, lattice, root, place in zip(means, odds, inner, roots, here, strict=True)
        ]
        found = entropy(mixed, step, operations - spent, slopes=slopes, name=name)
        heights[node] = found.value
        rounding, cells, spent = rounding + weight * blow * found.rounding, cells + found.cells, spent + found.operations
        for part, spread, place, adjoints in zip(parts, spreads, here, found.adjoints, strict=True) if slopes else ():
            part.shares[node] = weight * adjoints.shares
            part.pulls[:, node] = weight * adjoints.pulls
            part.bends[:, :, node] = weight * np.einsum("ijn,jr->irn", adjoints.bends, spread[:, :, place])
    return Sweep(heights, rounding, parts, blow, cells, spent)


def _room(hidden: Hidden, inner: Grid, outer: Grid) -> Swept:
    """The nodes of an unobserved case beside every observed node, with room for the adjoints.

    Raises: LimitError where they are too many.
    """
    branch = hidden.branch
    nodes = outer.weights.size * inner.weights.size
    entries = len(branch.kept)
    if nodes * (entries * (1 + len(hidden.rest)) + branch.size) > CELLS:
        raise LimitError(
            f"{hidden.directions.count} variables of the inputs beside {outer.weights.size} observed nodes take {nodes} nodes, more than are taken"
        )
    seen = np.pad(outer.coordinates[: branch.observed], ((0, branch.size - branch.observed), (0, 0)))
    coordinates = seen[:, :, None] + inner.coordinates[:, None, :]
    shape = coordinates.shape[1:]
    return Swept(hidden, inner, coordinates, np.zeros(shape), np.zeros((entries, *shape)), np.zeros((entries, len(hidden.rest), *shape)))
