"""Axes of Gauss-Legendre panels between breaks, graded by the scale of the integrand, and how their nodes move with a parameter.

A panel's ends stand at fixed shares of the interval between two breaks and move with these, so that no break ever crosses a node.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.polynomial import legendre

from infograd.law import Points
from infograd.numeric.interpreter import Floats
from infograd.numeric.limit import LimitError
from infograd.numeric.networks.breaks import Break, Motion, Span, point_values
from infograd.numeric.networks.network import Network, Vertex, parent_grids

LOOK = 20_000
OTHERS = 17
GROWTH = 0.25
LENGTH = 3.5
PANELS = 20_000


@cache
def rule(order: int) -> tuple[Floats, Floats, Floats]:
    """Gauss-Legendre nodes and weights on [-1, 1], and the Legendre coefficients of the Lagrange polynomials, one column a node."""
    nodes, weights = legendre.leggauss(order)
    factors = (2 * np.arange(order) + 1) / 2
    return nodes, weights, factors[:, None] * legendre.legvander(nodes, order - 1).T * weights


def lagrange(order: int, places: Floats) -> tuple[Floats, Floats]:
    """The Lagrange polynomials of the nodes on [-1, 1] and their derivatives, along a last axis."""
    coefficients = rule(order)[2]
    return legendre.legvander(places, order - 1) @ coefficients, legendre.legvander(places, max(order - 2, 0)) @ legendre.legder(coefficients)


@dataclass(frozen=True, slots=True, eq=False)
class Axis:
    """The nodes and weights of a vertex: of panels with `order` nodes each, or (order 0) its values with the weight 1."""

    name: str
    nodes: Floats
    weights: Floats
    order: int = 0
    edges: Floats = field(default_factory=lambda: np.zeros((0, 2)))
    intervals: tuple[tuple[Break, Break], ...] = ()
    shares: Floats = field(default_factory=lambda: np.zeros((0, 2)))

    def moved(self, motion: Motion) -> tuple[Floats | None, Floats | None, Floats | None]:
        """How the nodes, the weights and the panels' edges move; None where nothing does."""
        if self.order == 0:
            return motion.points.get(self.name), None, None
        speeds = np.array([[motion.velocity(left), motion.velocity(right)] for left, right in self.intervals])
        if not np.any(speeds):
            return None, None, None
        edges = speeds[:, :1] + (speeds[:, 1:] - speeds[:, :1]) * self.shares
        places, weights, _ = rule(self.order)
        middle, half = edges.mean(axis=1)[:, None], (edges[:, 1:] - edges[:, :1]) / 2
        return (middle + half * places).ravel(), (half * weights).ravel(), edges


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """The panels of one vertex: breaks, and over a line of places the number of panels to the left of each."""

    name: str
    breaks: tuple[Break, ...]
    line: Floats
    counts: Floats

    def axis(self, order: int, fineness: float) -> Axis:
        """Panels whose number in every interval between breaks is `fineness` times the layout's, both rounded up.

        Raises: LimitError for too many panels.
        """
        intervals, shares, edges = [], [], []
        for left, right in itertools.pairwise(self.breaks):
            first, last = (float(np.interp(each.place, self.line, self.counts)) for each in (left, right))
            panels = math.ceil(fineness * max(1, math.ceil(last - first)))
            if panels > PANELS:
                raise LimitError(f"the axis of {self.name!r} takes more than {PANELS} panels")
            places = np.asarray(np.interp(np.linspace(first, last, panels + 1), self.counts, self.line))
            places[0], places[-1] = left.place, right.place
            share = (places - left.place) / (right.place - left.place)
            intervals += [(left, right)] * panels
            shares.append(np.stack([share[:-1], share[1:]], axis=1))
            edges.append(np.stack([places[:-1], places[1:]], axis=1))
        ends = np.concatenate(edges)
        nodes, weights, _ = rule(order)
        half = (ends[:, 1:] - ends[:, :1]) / 2
        return Axis(
            self.name, (ends.mean(axis=1)[:, None] + half * nodes).ravel(), (half * weights).ravel(), order, ends, tuple(intervals), np.concatenate(shares)
        )


def layouts(net: Network, axes: Mapping[str, Span], breaks: Mapping[str, list[Break]]) -> dict[str, Layout]:
    """The panels of every continuous vertex, each `LENGTH` times the local scale long.

    1/scale^2 = 1/width^2 + sum over children of (largest slope/width of the child)^2 as a function of the place, where the scale grows
    by at most `GROWTH` for each unit of distance.
    """
    found = {}
    for vertex in net.vertices:
        if vertex.name not in axes:
            continue
        span = axes[vertex.name]
        line = np.union1d(span.line(LOOK), [each.place for each in breaks[vertex.name]])
        density = net.density(vertex)
        sharpness = 1 / (span.width + (span.outside(line) if density.heavy else 0.0)) ** 2
        for child in net.vertices:
            if vertex.name in child.parents:
                sharpness = sharpness + (_slopes(net, axes, child, vertex.name, line) / net.density(child).width()) ** 2
        scale = 1 / np.sqrt(sharpness)
        reach, least = GROWTH * line, scale.min()
        scale = np.minimum(np.minimum.accumulate(scale - reach) + reach, np.minimum.accumulate((scale + reach)[::-1])[::-1] - reach)
        pace = 1 / (LENGTH * np.maximum(scale, least))
        counts = np.concatenate([[0.0], np.cumsum(np.diff(line) * (pace[1:] + pace[:-1]) / 2)])
        found[vertex.name] = Layout(vertex.name, tuple(breaks[vertex.name]), line, counts)
    return found


def _slopes(net: Network, axes: Mapping[str, Span], child: Vertex, name: str, line: Floats) -> Floats:
    """The largest slope of a child's map along a line, the other parents on a few places."""
    assert child.map is not None  # a child has a map
    others: dict[str, Floats] = {}
    for parent in child.parents:
        if parent != name:
            others[parent] = axes[parent].line(OTHERS) if parent in axes else point_values(net, parent)
    size = math.prod(other.size for other in others.values())
    thinned = line[:: max(1, line.size * size // (40 * LOOK))]
    grids = parent_grids(child, {**others, name: thinned})
    slope = net.interpreter(dict(grids), {name: np.ones_like(grids[name])}, len(grids))(child.map)[1]
    if slope is None:
        return np.zeros_like(line)
    axis = child.parents.index(name)
    largest = np.abs(slope).max(axis=tuple(each for each in range(slope.ndim) if each != axis))
    return np.asarray(np.interp(line, thinned, np.broadcast_to(largest, thinned.shape)))


def discrete_axis(net: Network, vertex: Vertex) -> Axis:
    """The axis of a vertex of finitely many values."""
    assert isinstance(vertex.law, Points)
    values = point_values(net, vertex.name)
    return Axis(vertex.name, values, np.ones_like(values))
