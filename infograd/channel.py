"""Channels: stochastic directed acyclic graphs of sources and gates, V_i = f_i(V_pa(i); theta) + N_i (eq. 37).

Nodes stand in topological order; a gate may use only nodes before it. Parents are derived from the map, never listed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from infograd.array import Array, Shape, shape_of
from infograd.error import SpecificationError
from infograd.evaluation import evaluate
from infograd.expression import (
    Algebra,
    Apply,
    Expression,
    Opaque,
    Parameter,
    Reference,
    as_expression,
    checked_name,
    parameters,
    references,
    subexpressions,
)
from infograd.law import Law, Mixture
from infograd.mapping import Point


@dataclass(frozen=True, slots=True)
class Source(Algebra):
    """A root of the graph: a random input with its law."""

    name: str
    law: Law

    def __post_init__(self) -> None:
        checked_name(self.name, "A source")
        if not isinstance(self.law, Law):
            raise SpecificationError(f"Source {self.name!r} got {self.law!r} as its law; give it a law, for example Normal(0, 1).")

    @property
    def shape(self) -> Shape:
        """The shape of the source's value."""
        return self.law.shape


@dataclass(frozen=True, slots=True, init=False)
class Gate(Algebra):
    """An inner node: its map of earlier nodes plus independent noise; without noise it is deterministic."""

    name: str
    map: Expression
    noise: Law | None

    def __init__(self, name: str, map: object, noise: Law | None = None) -> None:
        object.__setattr__(self, "name", checked_name(name, "A gate"))
        object.__setattr__(self, "map", as_expression(map))
        object.__setattr__(self, "noise", noise)
        if self.noise is not None and not isinstance(self.noise, Law):
            raise SpecificationError(f"Gate {self.name!r} got {self.noise!r} as its noise; give it a law, for example Normal(0, 1), or None.")
        if len(self.shape) > 1:
            raise SpecificationError(f"Gate {self.name!r} has a map of shape {self.shape}; a node is a scalar or a vector.")
        if self.noise is not None and self.noise.shape != self.shape:
            mend = f", for example a covariance of variance*identity({self.shape[0]})" if self.shape and not self.noise.shape else ""
            raise SpecificationError(f"Gate {self.name!r} has a map of shape {self.shape} and noise of shape {self.noise.shape}; give both one shape{mend}.")

    @property
    def shape(self) -> Shape:
        """The shape of the node's value."""
        return self.map.shape


Node: TypeAlias = Source | Gate


def node_law(node: Node) -> Law | None:
    """The law of the node's own randomness: a source's law, a gate's noise."""
    return node.law if isinstance(node, Source) else node.noise


def node_parents(node: Node) -> tuple[str, ...]:
    """The names of the nodes that the node's map uses, sorted."""
    return references(node.map) if isinstance(node, Gate) else ()


def node_parameters(node: Node) -> tuple[Parameter, ...]:
    """The parameters of the node's map and law, sorted by name."""
    law = node_law(node)
    found = {*(parameters(node.map) if isinstance(node, Gate) else ()), *(law.parameters if law is not None else ())}
    return tuple(sorted(found, key=lambda parameter: (parameter.name, parameter.shape)))


def laws_within(law: Law) -> Iterator[Law]:
    """The law itself and, of a mixture, every component's."""
    yield law
    if isinstance(law, Mixture):
        for component in law.components:
            yield from laws_within(component)


@dataclass(frozen=True, slots=True, init=False)
class Channel:
    """Nodes in topological order, with default values for some or all parameters; checked at birth.

    Raises: SpecificationError for a name used twice or before it stands, shapes that do not fit, and constants outside their domain.
    """

    nodes: tuple[Node, ...]
    defaults: Point

    def __init__(self, *nodes: Node, defaults: Mapping[str, object] | None = None) -> None:
        object.__setattr__(self, "nodes", nodes)
        object.__setattr__(self, "defaults", Point(defaults or {}))
        if not nodes:
            raise SpecificationError("A channel got no nodes; give it at least one source.")
        self._check_nodes()
        self._check_namespace()
        self.check_values(self.defaults)
        for node in nodes:
            check_domain(node, {}, only_constants=True)

    def _check_nodes(self) -> None:
        standing: dict[str, Node] = {}
        for node in self.nodes:
            if not isinstance(node, Source | Gate):
                raise SpecificationError(f"A channel got {node!r} as a node; give it sources and gates.")
            kind = type(node).__name__
            if node.name in standing:
                raise SpecificationError(f"{kind} {node.name!r} has the name of an earlier node; give every node its own name.")
            for part in subexpressions(node.map) if isinstance(node, Gate) else ():
                if isinstance(part, Reference) and part.name not in standing:
                    before = ", ".join(map(repr, standing)) or "none"
                    raise SpecificationError(f"{kind} {node.name!r} uses {part.name!r}, which must come before it; nodes before it: {before}.")
                if isinstance(part, Reference) and standing[part.name].shape != part.shape:
                    raise SpecificationError(
                        f"{kind} {node.name!r} uses {part.name!r} with shape {part.shape}; that node has shape {standing[part.name].shape}."
                    )
            standing[node.name] = node

    def _check_namespace(self) -> None:
        names = set(self.names)
        shapes: dict[str, Shape] = {}
        for node in self.nodes:
            for parameter in node_parameters(node):
                if parameter.name in names:
                    raise SpecificationError(f"{parameter.name!r} names a node and a parameter; give one of them another name.")
                if shapes.setdefault(parameter.name, parameter.shape) != parameter.shape:
                    raise SpecificationError(
                        f"Parameter {parameter.name!r} is used with shapes {shapes[parameter.name]} and {parameter.shape}; give it one shape."
                    )
        for module in self.opaque:
            if module.name in names or module.name in shapes:
                raise SpecificationError(f"{module.name!r} names an opaque module and a node or parameter; give one of them another name.")

    def check_values(self, values: Mapping[str, Array]) -> None:
        """Raise SpecificationError where a value has no parameter or not its shape."""
        shapes = {parameter.name: parameter.shape for parameter in self.parameters}
        for name, value in values.items():
            if name not in shapes:
                known = ", ".join(map(repr, shapes)) or "none"
                raise SpecificationError(f"{name!r} is no parameter of the channel; its parameters: {known}.")
            if shape_of(value) != shapes[name]:
                raise SpecificationError(f"Parameter {name!r} has shape {shapes[name]} and got a value of shape {shape_of(value)}.")

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the nodes, in order."""
        return tuple(node.name for node in self.nodes)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters of all nodes, sorted by name."""
        return tuple(sorted({parameter for node in self.nodes for parameter in node_parameters(node)}, key=lambda parameter: parameter.name))

    @property
    def opaque(self) -> tuple[Opaque, ...]:
        """The opaque modules of all maps, in order."""
        gates = (node for node in self.nodes if isinstance(node, Gate))
        return tuple(part for gate in gates for part in subexpressions(gate.map) if isinstance(part, Opaque))

    def node(self, name: str) -> Node:
        """The node of that name.

        Raises: SpecificationError when there is none.
        """
        for node in self.nodes:
            if node.name == name:
                return node
        raise SpecificationError(f"{name!r} is no node of the channel; its nodes: {', '.join(map(repr, self.names))}.")


def check_domain(node: Node, point: Mapping[str, Array], *, only_constants: bool = False) -> None:
    """Raise SpecificationError where an argument of the node's law, or a parameter expression of its map, leaves its domain at `point`."""
    law = node_law(node)
    kind = type(node).__name__
    for each in laws_within(law) if law is not None else ():
        if only_constants and any(parameters(argument) for argument in each.arguments.values()):
            continue
        try:
            values = {name: evaluate(argument, point) for name, argument in each.arguments.items()}
        except SpecificationError as error:
            raise SpecificationError(f"{kind} {node.name!r}, law {type(each).__name__}: {error}") from None
        violation = each.violation(values)
        if violation is not None:
            raise SpecificationError(f"{kind} {node.name!r}, law {type(each).__name__}: {violation}.")
    if isinstance(node, Gate) and not only_constants:
        for part in subexpressions(node.map):
            if isinstance(part, Apply) and part.operation in {"log", "sqrt", "divide", "power"} and not references(part) and not _opaque(part):
                try:
                    evaluate(part, point)
                except SpecificationError as error:
                    raise SpecificationError(f"{kind} {node.name!r}: {error}") from None


def _opaque(expression: Expression) -> bool:
    return any(isinstance(part, Opaque) for part in subexpressions(expression))
