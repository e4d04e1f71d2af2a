"""Information of a network on graded axes as a sum of entropies of groups of nodes, with its derivatives, at one resolution."""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection

import numpy as np

from infograd.expression import references
from infograd.numeric.interpreter import Floats
from infograd.numeric.limit import LimitError
from infograd.numeric.networks.axes import discrete_axis, layouts
from infograd.numeric.networks.breaks import Motion, breaks_of, spans
from infograd.numeric.networks.corners import Corner, map_corners, vertex_corners
from infograd.numeric.networks.entropy import ROUNDING, Factors, Plan, entropy
from infograd.numeric.networks.groups import ancestors, closed_entropy, groups
from infograd.numeric.networks.network import Network, Vertex, entries_of
from infograd.numeric.networks.pilot import pilot
from infograd.numeric.networks.receivers import Pieces, argument_of, columns, pieces
from infograd.numeric.refinement import EPS, FIRST_STEP, Estimate, by_changes, by_orders

LEAST_ORDER, MOST_ORDER, FIRST = 5, 20, 4.5


ORDERS = 1 + int(2 * math.log2(MOST_ORDER * FIRST_STEP / FIRST))
"""How many resolutions differ in the order of the panels alone."""


def error_left(levels: list[Estimate]) -> Floats:
    """The error left by the rule for growing orders, or once the panels are halved by that for changes."""
    return by_orders(levels) if len(levels) <= ORDERS else by_changes(levels)


class Kernels:
    """A network's information and slopes at any resolution; `exact` says whether every corner is split."""

    def __init__(self, net: Network, operations: float) -> None:
        self._net = net
        self._operations = operations
        self._vertices = {vertex.name: vertex for vertex in net.vertices}
        self._arguments = {name: argument_of(name, map) for name, map in net.receivers.items()}
        extra = {
            argument: tuple(Corner(corner.expression, True) for name in names for corner in map_corners(net.receivers[name]))
            for argument, names in self._by_argument(net.receivers)
        }
        self._spans = spans(net, pilot(net))
        breaks = breaks_of(net, self._spans, extra)
        self._layouts = layouts(net, self._spans, breaks)
        self._pieces = {name: self._cut(name) for name in net.receivers}
        found = groups(net)
        self._closed = found.closed
        self._check_finite()
        self.exact = True
        self._plans = [self._plan(names, count) for names, count in sorted(found.open.items(), key=lambda each: sorted(each[0]))]

    def _cut(self, name: str) -> Pieces:
        argument = self._arguments[name]
        if argument not in self._layouts:
            raise LimitError(f"node {name!r} is a deterministic function of points")
        return pieces(self._net, name, self._net.receivers[name], self._layouts[argument])

    def _by_argument(self, names: Collection[str]) -> list[tuple[str, tuple[str, ...]]]:
        ordered = sorted(name for name in self._arguments if name in names)
        return [
            (argument, tuple(chosen)) for argument, chosen in itertools.groupby(sorted(ordered, key=self._arguments.__getitem__), self._arguments.__getitem__)
        ]

    def _check_finite(self) -> None:
        """Raise where nodes on the two sides are functions of one continuous vertex that both tell apart."""
        left, right = self._net.question.between
        for name in self._spans:
            if name in self._net.question.given:
                continue
            shared = [
                [each for each in side if each == name or (self._arguments.get(each) == name and not self._pieces[each].finite)] for side in (left, right)
            ]
            if all(shared):
                raise LimitError(
                    f"nodes {shared[0][0]!r} and {shared[1][0]!r} are functions of one continuous node; their information is infinite or needs an atom's density"
                )

    def _plan(self, names: frozenset[str], coefficient: int) -> Plan:
        kept = tuple(sorted(name for name in names if name in self._vertices))
        merged = tuple(self._by_argument([name for name in names if name in self._net.receivers]))
        told_apart = {*kept, *(argument for argument, group in merged if not all(self._pieces[name].finite for name in group))}
        needed = ancestors(self._net, names)
        wanted: dict[str, list[str]] = {}
        for name in needed:
            corners = self._moving(self._vertices[name])
            if corners:
                common = set.intersection(*(set(references(corner.expression)) for corner in corners)) & self._spans.keys()
                wanted[name] = sorted(common - told_apart, key=lambda each: (each != name, each))
        along: dict[str, str] = {}
        for name, choices in sorted(wanted.items(), key=lambda each: (len(each[1]), each[0])):
            free = [each for each in choices if each not in along.values()]
            if free:
                along[name] = free[0]
            else:
                self.exact = False
        return Plan(coefficient, tuple(vertex.name for vertex in self._net.vertices if vertex.name in needed), along, kept, merged)

    def _moving(self, vertex: Vertex) -> tuple[Corner, ...]:
        """The corners of a vertex's factor in more than one continuous coordinate."""
        return tuple(each for each in vertex_corners(vertex) if len(set(references(each.expression)) & self._spans.keys()) > 1)

    def __call__(self, step: float) -> Estimate:
        """The information and the slopes of all entries with their rounding errors.

        Raises: LimitError where a contraction is too wide.
        """
        order = min(MOST_ORDER, max(LEAST_ORDER, round(FIRST / step)))
        fineness = max(1.0, FIRST / (step * order))
        axes = {
            vertex.name: discrete_axis(self._net, vertex) if vertex.name not in self._layouts else self._layouts[vertex.name].axis(order, fineness)
            for vertex in self._net.vertices
        }
        factors = Factors(self._net, axes, {vertex.name: self._moving(vertex) for vertex in self._net.vertices})
        motions = [Motion(self._net, self._direction(entry)) for entry in entries_of(self._net)] if self._net.question.order >= 1 else []
        values, sizes, cells = np.zeros(1 + len(motions)), np.zeros(1 + len(motions)), 0
        for name, count in self._closed.items():
            law = self._vertices[name].law
            parts = [closed_entropy(law, self._net.interpreter({}, {}, 0))[0]]
            parts += [closed_entropy(law, self._net.interpreter({}, motion.direction, 0))[1] for motion in motions]
            values += count * np.array(parts)
            sizes += np.abs(parts) / ROUNDING
        for plan in self._plans:
            merges = tuple((argument, columns(axes[argument], [self._pieces[name] for name in group])) for argument, group in plan.merged)
            found = entropy(factors, plan, merges, motions, self._operations)
            values += plan.coefficient * found.values
            sizes += found.sizes
            cells += found.cells
        return Estimate(values, EPS * (1 + ROUNDING * sizes), cells)

    def _direction(self, entry: tuple[str, tuple[int, ...]]) -> dict[str, Floats]:
        direction = np.zeros_like(self._net.values[entry[0]])
        direction[entry[1]] = 1.0
        return {entry[0]: direction}
