"""The factor of one vertex on axes: its density at the nodes, or moments of it along one axis where a corner runs through the cells.

Where a corner crosses an axis between its nodes, at a place that depends on the other coordinates, the entries of the panel that it crosses are

    T_j = (1/w_j) int F(t) l_j(t) dt

over the panel, split at the corner, with l_j the Lagrange polynomials of the panel's nodes: sum_j w_j T_j g(t_j) is the integral of F g
for every polynomial g of lower degree than the number of nodes. Derivatives follow the nodes, the corners and the parameters.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infograd.law import Points
from infograd.numeric.density import read
from infograd.numeric.interpreter import Dual, Floats
from infograd.numeric.limit import CELLS, LimitError
from infograd.numeric.networks.axes import Axis, lagrange, rule
from infograd.numeric.networks.breaks import Motion
from infograd.numeric.networks.corners import Corner
from infograd.numeric.networks.network import Network, Vertex

CHUNK = 4_000_000
STEPS = 200
NEAR = 1e-11

Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Panels of one axis that corners cross: the row of the other coordinates, the panel, and the crossings in order (padded by the end)."""

    rows: Indices
    panels: Indices
    places: Floats
    corners: Indices


def density_at(net: Network, vertex: Vertex, places: Mapping[str, Floats], tangents: Mapping[str, Floats], motion: Motion, rank: int) -> Dual:
    """The density of a vertex given its parents where all stand at `places`, and its tangent where the places move and the parameters too."""
    interpreter = net.interpreter(dict(places), {**motion.direction, **tangents}, rank)
    own, own_tangent = places[vertex.name], tangents.get(vertex.name)
    location, drift = (np.zeros(()), None) if vertex.map is None else interpreter(vertex.map)
    density, rates = read(vertex.law, net.interpreter({}, motion.direction, 0))
    away = own - location
    value = np.exp(density.log_density(away))
    pace: Floats | None = None
    if own_tangent is not None or drift is not None:
        shift = (0.0 if own_tangent is None else own_tangent) - (0.0 if drift is None else drift)
        pace = density.score(away) * shift
    if rates:
        scores = density.argument_scores(away)
        for name, rate in rates.items():
            term = scores[name] * (rate.reshape(rate.shape + (1,) * away.ndim) if rate.ndim else rate)
            term = term.sum(axis=0) if rate.ndim else term
            pace = term if pace is None else pace + term
    return value, None if pace is None else np.where(value > 0, value * pace, 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """The factor of a vertex over (parents..., own), without the weights of its nodes, and how to differentiate it."""

    net: Network
    vertex: Vertex
    axes: tuple[Axis, ...]
    along: int
    corners: tuple[Corner, ...]
    split: Split | None
    values: Floats

    def slope(self, motion: Motion) -> Floats | None:
        """The derivative of all entries, None where none moves."""
        moves = {axis.name: axis.moved(motion) for axis in self.axes}
        moving = any(nodes is not None for nodes, _, _ in moves.values())
        if not moving and not (self.vertex.parameters & motion.direction.keys()):
            return None
        if isinstance(self.vertex.law, Points):
            return self.net.interpreter({}, motion.direction, 0)(self.vertex.law.weights)[1]
        tangents = {axis.name: _shaped(self.axes, position, nodes) for position, axis in enumerate(self.axes) if (nodes := moves[axis.name][0]) is not None}
        slope = density_at(self.net, self.vertex, _grids(self.axes), tangents, motion, len(self.axes))[1]
        found = np.zeros_like(self.values) if slope is None else np.array(np.broadcast_to(slope, self.values.shape))
        if self.split is not None:
            flat = np.moveaxis(found, self.along, -1)
            entries = _moments(self, self.split, motion)
            shaped = flat.reshape(-1, flat.shape[-1]).copy()
            for pairs, columns, _, slopes in entries:
                shaped[self.split.rows[pairs][:, None], columns] = slopes
            found = np.moveaxis(shaped.reshape(flat.shape), -1, self.along)
        return found


def _shaped(axes: tuple[Axis, ...], position: int, array: Floats) -> Floats:
    return array.reshape((1,) * position + (-1,) + (1,) * (len(axes) - position - 1))


def _grids(axes: tuple[Axis, ...]) -> dict[str, Floats]:
    return {axis.name: _shaped(axes, position, axis.nodes) for position, axis in enumerate(axes)}


def table(net: Network, vertex: Vertex, axes: tuple[Axis, ...], along: str | None, corners: tuple[Corner, ...]) -> Table:
    """The factor of a vertex at the nodes of its parents' axes and its own, as moments along the axis named where corners cross it.

    Raises: LimitError where it has too many entries.
    """
    cells = math.prod(axis.nodes.size for axis in axes)
    if cells > CELLS:
        raise LimitError(f"the kernel of gate {vertex.name!r} has {len(axes)} axes and {cells:.1e} cells, and at most {CELLS:.0e} are taken")
    still = Motion(net, {})
    if isinstance(vertex.law, Points):
        return Table(net, vertex, axes, 0, (), None, net.interpreter({}, {}, 0)(vertex.law.weights)[0])
    shape = tuple(axis.nodes.size for axis in axes)
    values = np.array(np.broadcast_to(density_at(net, vertex, _grids(axes), {}, still, len(axes))[0], shape))
    position = next((place for place, axis in enumerate(axes) if axis.name == along), 0)
    split = _split(net, axes, position, corners) if along is not None and corners else None
    found = Table(net, vertex, axes, position, corners, split, values)
    if split is None:
        return found
    moved = np.moveaxis(values, position, -1)
    flat = moved.reshape(-1, moved.shape[-1]).copy()
    for pairs, columns, moments, _ in _moments(found, split, still):
        flat[split.rows[pairs][:, None], columns] = moments
    return Table(net, vertex, axes, position, corners, split, np.moveaxis(flat.reshape(moved.shape), -1, position))


def _row_grids(axes: tuple[Axis, ...], along: int) -> tuple[list[Axis], list[Floats]]:
    """The other axes, and every row's coordinates in them."""
    others = [axis for position, axis in enumerate(axes) if position != along]
    grids = np.meshgrid(*(axis.nodes for axis in others), indexing="ij") if others else []
    return others, [grid.ravel() for grid in grids]


def _split(net: Network, axes: tuple[Axis, ...], along: int, corners: tuple[Corner, ...]) -> Split | None:
    axis = axes[along]
    others, grids = _row_grids(axes, along)
    ends = np.append(axis.edges[:, 0], axis.edges[-1, 1])
    rows, panels, places, kinds = [], [], [], []
    for kind, corner in enumerate(corners):
        at = {other.name: grid[:, None] for other, grid in zip(others, grids, strict=True)}
        size = grids[0].size if grids else 1
        sign = np.signbit(np.broadcast_to(net.interpreter({**at, axis.name: ends[None, :]}, {}, 2)(corner.expression)[0], (size, ends.size)))
        row, panel = np.nonzero(sign[:, 1:] != sign[:, :-1])

        def value(place: Floats, row: Indices = row, corner: Corner = corner) -> Floats:
            chosen = {other.name: grid[row] for other, grid in zip(others, grids, strict=True)}
            return np.broadcast_to(net.interpreter({**chosen, axis.name: place}, {}, 1)(corner.expression)[0], place.shape)

        rows.append(row)
        panels.append(panel)
        places.append(_zeros(value, ends[panel], ends[panel + 1]))
        kinds.append(np.full(row.size, kind))
    found_rows, found_panels, found_places, found_kinds = (np.concatenate(each) for each in (rows, panels, places, kinds))
    if not found_rows.size:
        return None
    order = np.lexsort((found_places, found_panels, found_rows))
    keys = found_rows[order] * axis.edges.shape[0] + found_panels[order]
    distinct, first, counts = np.unique(keys, return_index=True, return_counts=True)
    slots = np.arange(keys.size) - np.repeat(first, counts)
    pair = np.repeat(np.arange(distinct.size), counts)
    width = int(counts.max())
    split_places = np.repeat(axis.edges[found_panels[order][first], 1][:, None], width, axis=1)
    split_kinds = np.full((distinct.size, width), -1)
    split_places[pair, slots], split_kinds[pair, slots] = found_places[order], found_kinds[order]
    return Split(found_rows[order][first], found_panels[order][first], split_places, split_kinds)


def _zeros(function: Callable[[Floats], Floats], low: Floats, high: Floats) -> Floats:
    """Zeros between ends of different sign: the secant's, held inside by bisection every third step, until nothing is left between."""
    low, high = low.copy(), high.copy()
    if not low.size:
        return low
    below, above = function(low), function(high)
    for step in range(STEPS):
        gap = above - below
        secant = np.where(gap != 0, low - below * (high - low) / np.where(gap != 0, gap, 1.0), (low + high) / 2)
        middle = (low + high) / 2 if step % 3 == 2 else np.clip(secant, low, high)
        value = function(middle)
        same = np.signbit(value) == np.signbit(below)
        low, below = np.where(same, middle, low), np.where(same, value, below)
        high, above = np.where(same, high, middle), np.where(same, above, value)
        if np.all((high - low <= 4e-16 * np.maximum(np.abs(low), np.abs(high))) | (value == 0)):
            return np.asarray(np.where(value == 0, middle, high))
    return np.asarray((low + high) / 2)


def _moments(table: Table, split: Split, motion: Motion) -> Iterator[tuple[slice, Indices, Floats, Floats]]:
    """For chunks of split panels: which, their nodes' columns, the moments and their derivatives."""
    axis = table.axes[table.along]
    others, grids = _row_grids(table.axes, table.along)
    order, width = axis.order, split.places.shape[1]
    size = max(1, CHUNK // ((width + 1) * order * order))
    moves = {each.name: each.moved(motion) for each in table.axes}
    for start in range(0, split.rows.size, size):
        pairs = slice(start, start + size)
        rows, panels = split.rows[pairs], split.panels[pairs]
        at = {other.name: grid[rows][:, None] for other, grid in zip(others, grids, strict=True)}
        tangents = _row_tangents(table, rows, moves)
        edges = axis.edges[panels]
        edge_speeds = np.zeros_like(edges) if (moved := moves[axis.name][2]) is None else moved[panels]
        speeds = _corner_speeds(table, split, pairs, at, tangents, edge_speeds[:, 1:], motion)
        ends = np.concatenate([edges[:, :1], split.places[pairs], edges[:, 1:]], axis=1)
        places, lengths = _inside(ends, order)
        place_speeds, length_speeds = _inside(np.concatenate([edge_speeds[:, :1], speeds, edge_speeds[:, 1:]], axis=1), order)
        seen = _beside(ends, order)
        value, slope = density_at(table.net, table.vertex, {**at, axis.name: seen}, {**tangents, axis.name: place_speeds}, motion, 2)
        value = np.broadcast_to(value, places.shape)
        half, half_speed = (edges[:, 1:] - edges[:, :1]) / 2, (edge_speeds[:, 1:] - edge_speeds[:, :1]) / 2
        inner = (places - edges.mean(axis=1)[:, None]) / half
        inner_speed = (place_speeds - edge_speeds.mean(axis=1)[:, None] - inner * half_speed) / half
        basis, basis_slope = lagrange(order, inner)
        weights = half * rule(order)[1]
        moments = np.einsum("pq,pqj->pj", lengths * value, basis) / weights
        rate = length_speeds * value + (0.0 if slope is None else lengths * slope)
        slopes = (np.einsum("pq,pqj->pj", rate, basis) + np.einsum("pq,pqj->pj", lengths * value * inner_speed, basis_slope)) / weights
        slopes -= moments * (half_speed / half)
        columns = panels[:, None] * order + np.arange(order)
        yield pairs, columns, moments, slopes


def _inside(ends: Floats, order: int) -> tuple[Floats, Floats]:
    """Nodes and weights of the panels between successive ends; of speeds, theirs."""
    nodes, weights, _ = rule(order)
    middle, half = (ends[:, 1:] + ends[:, :-1])[..., None] / 2, np.diff(ends, axis=1)[..., None] / 2
    return (middle + half * nodes).reshape(ends.shape[0], -1), (half * weights).reshape(ends.shape[0], -1)


def _beside(ends: Floats, order: int) -> Floats:
    """The nodes between successive ends, those of empty parts moved to the side of the corner on which the part would lie."""
    least = NEAR * (ends[:, -1:] - ends[:, :1])
    low, high = ends[:, :-1].copy(), ends[:, 1:].copy()
    low[:, :1] = np.minimum(low[:, :1], high[:, :1] - least)
    high[:, 1:] = np.maximum(high[:, 1:], low[:, 1:] + least)
    return ((low + high)[..., None] / 2 + (high - low)[..., None] / 2 * rule(order)[0]).reshape(ends.shape[0], -1)


def _row_tangents(table: Table, rows: Indices, moves: Mapping[str, tuple[Floats | None, Floats | None, Floats | None]]) -> dict[str, Floats]:
    others = [(position, axis) for position, axis in enumerate(table.axes) if position != table.along]
    indices = np.unravel_index(rows, tuple(axis.nodes.size for _, axis in others)) if others else ()
    found = {}
    for (_, axis), index in zip(others, indices, strict=True):
        speed = moves[axis.name][0]
        if speed is not None:
            found[axis.name] = speed[index][:, None]
    return found


def _corner_speeds(
    table: Table, split: Split, pairs: slice, at: Mapping[str, Floats], tangents: Mapping[str, Floats], end_speeds: Floats, motion: Motion
) -> Floats:
    """How the crossings that jump move, by the implicit function theorem; those that stand for the end move with it."""
    axis, places = table.axes[table.along], split.places[pairs]
    found = np.broadcast_to(end_speeds, places.shape).copy()
    if not motion.direction:
        return found
    for kind, corner in enumerate(table.corners):
        chosen = split.corners[pairs] == kind
        if not corner.jump:
            found[chosen] = 0.0
            continue
        grids = {**at, axis.name: places}
        drift = table.net.interpreter(grids, {**motion.direction, **tangents}, 2)(corner.expression)[1]
        slope = table.net.interpreter(grids, {axis.name: np.ones_like(places)}, 2)(corner.expression)[1]
        if slope is None or not np.any(chosen):
            continue
        steep = np.broadcast_to(slope, places.shape)
        moved = np.zeros_like(places) if drift is None else np.broadcast_to(drift, places.shape)
        if np.any(chosen & (steep == 0)):
            raise LimitError(f"a corner of the density of {table.vertex.name!r} moves where its position has no derivative")
        found[chosen] = -moved[chosen] / steep[chosen]
    return found
