"""A coarse look at a network before any grid is laid: where each node lives, and on which scale the integrand varies there.

Both are read off coarse nodes. A gate lives where some parents' values of not too small a density lead, within the reach
that its noise has left: the density at a cell is at most its noise's times the least of its parents' own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from infograd.law import Points
from infograd.numeric.density import TAIL, Density
from infograd.numeric.interpreter import Floats
from infograd.numeric.limit import CELLS
from infograd.numeric.networks.network import Network, Vertex, parent_grids
from infograd.numeric.networks.rule import source_rule

NODES = 33
LOOK = 20_000
LOSS = 4.0 - math.log(TAIL)


@dataclass(frozen=True, slots=True)
class Habitat:
    """The scale tau of the integrand in one vertex, and the interval that a gate's grid must cover.

    1/tau^2 = 1/width^2 + sum over children of (largest slope/width of the child)^2, with `width` that of the vertex's own law.
    """

    scale: float
    low: float = math.nan
    high: float = math.nan


@dataclass(slots=True)
class _Look:
    """Coarse nodes of a vertex, and the loss log(largest density/density) at each, never overstated."""

    nodes: Floats
    losses: Floats
    curvature: float
    low: float = math.nan
    high: float = math.nan


def _source(net: Network, vertex: Vertex, density: Density, width: float) -> _Look:
    (nodes, _), (weights, _) = source_rule(vertex.law, density, net.interpreter({}, {}, 0), 0.5 * width)
    if isinstance(vertex.law, Points):
        return _Look(nodes, np.zeros_like(nodes), width**-2)
    losses = -np.log(np.maximum(weights / weights.max(), TAIL))
    first, last = int(nodes.argmin()), int(nodes.argmax())
    low, high = density.span()
    return _Look(np.array([low, *nodes, high]), np.array([losses[first], *losses, losses[last]]), width**-2)


def _gate(net: Network, vertex: Vertex, density: Density, width: float, looks: dict[str, _Look]) -> _Look:
    grids = parent_grids(vertex, {name: looks[name].nodes for name in vertex.parents})
    shape = np.broadcast_shapes(*(grid.shape for grid in grids.values()))
    before = np.zeros(shape)
    for name, grid in grids.items():
        before = np.maximum(before, looks[name].losses.reshape(grid.shape))
    rank = len(grids)
    assert vertex.map is not None  # gates only come here
    locations = np.broadcast_to(net.interpreter(dict(grids), {}, rank)(vertex.map)[0], shape)
    left, right = density.reach(np.maximum(LOSS - before, 0.0))
    low, high = float((locations + left).min()), float((locations + right).max())
    for name in grids:
        ends, slope = _along(net, vertex, density, name, looks)
        low, high = min(low, ends[0]), max(high, ends[1])
        looks[name].curvature += (slope / width) ** 2
    nodes = _nodes(density, low, high, float(locations.min()), float(locations.max()))
    return _Look(nodes, _losses(density, nodes, locations, before), width**-2, low, high)


def _nodes(density: Density, low: float, high: float, first: float, last: float) -> Floats:
    """Coarse nodes of a gate: even ones, and beyond the range of the locations graded ones where tails are heavy."""
    if not density.heavy:
        return np.linspace(low, high, NODES)
    width = density.width()
    below = first - width * np.sinh(np.linspace(0.0, math.asinh(max(first - low, 0.0) / width), NODES))
    above = last + width * np.sinh(np.linspace(0.0, math.asinh(max(high - last, 0.0) / width), NODES))
    return np.unique(np.concatenate([below, np.linspace(first, last, NODES), above]))


def _along(net: Network, vertex: Vertex, density: Density, name: str, looks: dict[str, _Look]) -> tuple[tuple[float, float], float]:
    """Where a fine line of one parent leads, the others on their coarse nodes, and the largest slope of the map there.

    A feature of the map narrower than the line's spacing, 1/20,000 of the parent's range where it is the only one, is not seen.
    """
    others = math.prod(looks[parent].nodes.size for parent in vertex.parents if parent != name)
    nodes = looks[name].nodes
    line = np.union1d(nodes, np.linspace(nodes.min(), nodes.max(), max(NODES, LOOK // others)))
    places = {parent: line if parent == name else looks[parent].nodes for parent in vertex.parents}
    grids = parent_grids(vertex, places)
    assert vertex.map is not None  # gates only come here
    locations, slope = net.interpreter(dict(grids), {name: np.ones_like(grids[name])}, len(grids))(vertex.map)
    order = np.argsort(nodes)
    before = np.zeros(np.broadcast_shapes(*(grid.shape for grid in grids.values())))
    for parent, grid in grids.items():
        losses = np.interp(line, nodes[order], looks[name].losses[order]) if parent == name else looks[parent].losses
        before = np.maximum(before, losses.reshape(grid.shape))
    left, right = density.reach(np.maximum(LOSS - before, 0.0))
    return (float((locations + left).min()), float((locations + right).max())), 0.0 if slope is None else float(np.max(np.abs(slope)))


def _losses(density: Density, nodes: Floats, locations: Floats, before: Floats) -> Floats:
    """The least loss over all parents' cells, each location standing for all within half the way to its neighbours."""
    if locations.size * nodes.size > CELLS:
        return np.zeros_like(nodes)
    between = sum(float(np.abs(np.diff(locations, axis=axis)).max(initial=0.0)) for axis in range(locations.ndim))
    away = nodes - locations[..., None]
    losses = before[..., None] - density.highest(away - between / 2, away + between / 2)
    least = losses.min(axis=tuple(range(locations.ndim)))
    return np.asarray(least - least.min())


def pilot(net: Network) -> dict[str, Habitat]:
    """The habitat of every vertex.

    Raises: LimitError where a gate has too many parents to look at.
    """
    looks: dict[str, _Look] = {}
    for vertex in net.vertices:
        density = net.density(vertex)
        width = density.width() if not isinstance(vertex.law, Points) else math.inf
        looks[vertex.name] = _source(net, vertex, density, width) if vertex.map is None else _gate(net, vertex, density, width, looks)
    return {name: Habitat(look.curvature**-0.5 if look.curvature > 0 else math.inf, look.low, look.high) for name, look in looks.items()}
