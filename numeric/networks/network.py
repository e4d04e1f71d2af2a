"""A channel of scalar nodes as a network of factors: which nodes matter, how they connect, on which scale each varies.

Deterministic gates are folded into the maps that use them, and nodes that no asked node descends from are left out.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from infograd.channel import Source
from infograd.expression import Apply, Expression, Reference, parameters, references
from infograd.graph import primitive
from infograd.law import Exponential, Law, Points, Uniform
from infograd.numeric.density import Density, read
from infograd.numeric.interpreter import Floats, Interpreter
from infograd.numeric.limit import CELLS, LimitError
from infograd.question import Question


@dataclass(frozen=True, slots=True)
class Vertex:
    """One random node: a source (no map), or a gate with the map that is left after folding and its noise."""

    name: str
    law: Law
    map: Expression | None

    @property
    def parents(self) -> tuple[str, ...]:
        """The vertices that the map uses, sorted."""
        return references(self.map) if self.map is not None else ()

    @property
    def parameters(self) -> frozenset[str]:
        """The parameters of the map and of the law."""
        used = parameters(self.map) if self.map is not None else ()
        return frozenset(parameter.name for parameter in (*used, *self.law.parameters))


@dataclass(frozen=True, slots=True)
class Network:
    """The vertices that the question depends on, in topological order, the parameter values, and the maps of the asked deterministic nodes."""

    question: Question
    vertices: tuple[Vertex, ...]
    values: dict[str, Floats]
    receivers: Mapping[str, Expression] = field(default_factory=dict)

    def interpreter(self, grids: dict[str, Floats], tangents: dict[str, Floats], axes: int) -> Interpreter:
        """An interpreter at the parameter values over the given grids."""
        return Interpreter({**self.values, **grids}, tangents, axes)

    def density(self, vertex: Vertex) -> Density:
        """The vertex's law at the parameter values."""
        return read(vertex.law, self.interpreter({}, {}, 0))[0]


def _folded(expression: Expression, maps: dict[str, Expression]) -> Expression:
    if isinstance(expression, Reference):
        return maps.get(expression.name, expression)
    if isinstance(expression, Apply):
        return Apply(expression.operation, tuple(_folded(argument, maps) for argument in expression.arguments))
    return expression


def _check_shape(vertex: Vertex) -> None:
    if vertex.law.shape or (vertex.map is not None and vertex.map.shape):
        raise LimitError(f"node {vertex.name!r} is a vector; this method takes channels of scalar nodes")


def network(question: Question) -> Network:
    """The network of a question whose asked nodes have densities, or are points, and whose noises have no atoms or jumps.

    Raises: LimitError where the question asks an entropy or about a deterministic node, or a node is a vector.
    """
    net = whole_network(question)
    for name in net.receivers:
        raise LimitError(f"node {name!r} is deterministic; its information has no density to integrate")
    for vertex in net.vertices:
        if vertex.map is not None and isinstance(vertex.law, Points | Uniform | Exponential):
            law = type(vertex.law).__name__
            raise LimitError(f"the noise of gate {vertex.name!r} is {law}, whose law has atoms or jumps; the trapezoid rule does not converge on it")
    return net


def whole_network(question: Question) -> Network:
    """The network of a question about nodes of any kind; noise of finitely many values becomes a source of its own.

    Raises: LimitError where the question asks an entropy, or a node is a vector.
    """
    if question.quantity != "information":
        raise LimitError("this room integrates informations only, and an entropy was asked; ask the analytic room")
    maps: dict[str, Expression] = {}
    vertices: list[Vertex] = []
    for node in question.channel.nodes:
        if isinstance(node, Source):
            vertices.append(Vertex(node.name, node.law, None))
        elif isinstance(node.noise, Points) and not node.shape:
            own = primitive(node.name)
            vertices.append(Vertex(own, node.noise, None))
            maps[node.name] = Apply("add", (_folded(node.map, maps), Reference(own)))
        elif node.noise is not None:
            vertices.append(Vertex(node.name, node.noise, _folded(node.map, maps)))
        else:
            maps[node.name] = _folded(node.map, maps)
    receivers = {name: maps[name] for name in question.nodes if name in maps}
    needed = {*question.nodes, *(name for map in receivers.values() for name in references(map))}
    kept: list[Vertex] = []
    for vertex in reversed(vertices):
        if vertex.name in needed:
            _check_shape(vertex)
            needed.update(vertex.parents)
            kept.append(vertex)
    for name, map in receivers.items():
        if map.shape:
            raise LimitError(f"node {name!r} is a vector; this method takes channels of scalar nodes")
    values = {name: np.asarray(value, dtype=np.float64) for name, value in question.at.items()}
    return Network(question, tuple(reversed(kept)), values, receivers)


def parent_grids(vertex: Vertex, grids: dict[str, Floats]) -> dict[str, Floats]:
    """The grids of a gate's parents along consecutive axes, each shaped to broadcast against the others.

    Raises: LimitError where their product has more than `CELLS` points.
    """
    rank = len(vertex.parents)
    points = math.prod(grids[name].size for name in vertex.parents)
    if points > CELLS:
        raise LimitError(f"gate {vertex.name!r} has {rank} parents and its kernel more than {CELLS:.0e} cells")
    return {name: grids[name].reshape((1,) * axis + (-1,) + (1,) * (rank - axis - 1)) for axis, name in enumerate(vertex.parents)}


def entries_of(net: Network) -> list[tuple[str, tuple[int, ...]]]:
    """Every scalar entry of every parameter that the question differentiates in."""
    return [(name, index) for name in net.question.wrt for index in itertools.product(*map(range, net.values[name].shape))]
