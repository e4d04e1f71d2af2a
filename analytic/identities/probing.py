"""A second reading of a channel, which shares nothing with the affine interpreter: maps are run on unit vectors.

A map that is affine in the nodes is f(V) = f(0) + A V, so column j of A is f(e_j) - f(0). That it is affine is seen
before, from the degree of its expression in the nodes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import product
from typing import Any

from infograd.analytic.identities.system import Place, System, assembled
from infograd.analytic.refusal import NoClosedFormError
from infograd.analytic.ring import Ring
from infograd.array import Shape, entries
from infograd.channel import Channel, Gate, node_law
from infograd.expression import Apply, Constant, Expression, Opaque, Parameter, Reference, references
from infograd.graph import ancestors
from infograd.law import Normal

Values = Mapping[str, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Reading:
    """The linear system of some nodes, and the offset of every entry: what its map adds to A V, or a law's mean."""

    system: System[Any]
    offsets: tuple[Any, ...]


def _degree(expression: Expression, random: frozenset[str]) -> int:
    """The degree of an expression in the random nodes, 2 for everything that is not affine."""
    if isinstance(expression, Reference):
        return int(expression.name in random)
    if isinstance(expression, Opaque):
        raise NoClosedFormError(f"runs the opaque module {expression.name!r}")
    if not isinstance(expression, Apply):
        return 0
    degrees = [_degree(argument, random) for argument in expression.arguments]
    match expression.operation:
        case "add" | "subtract" | "negative" | "stack" | "index" | "transpose" | "sum":
            return max(degrees)
        case "multiply" | "dot" | "matmul":
            return min(sum(degrees), 2)
        case "divide":
            return degrees[0] if degrees[1] == 0 else 2
        case "power":
            exponent = expression.arguments[1]
            return 0 if degrees[0] == 0 or exponent == Constant(0) else degrees[0] if exponent == Constant(1) else 2
        case _:
            return 2 if max(degrees) else 0


class _Runner:
    """Runs expressions on numbers of a ring; arrays are flat lists in row-major order."""

    def __init__(self, ring: Ring[Any], nodes: Values) -> None:
        self.ring, self.nodes = ring, nodes

    def __call__(self, expression: Expression) -> list[Any]:
        if isinstance(expression, Constant):
            return [self.ring.constant(value) for _, value in entries(expression.value)]
        if isinstance(expression, Parameter):
            return [self.ring.parameter(expression.name, index) for index in product(*map(range, expression.shape))]
        if isinstance(expression, Reference):
            return list(self.nodes[expression.name])
        assert isinstance(expression, Apply), "opaque modules were refused when the degree was taken"
        return self._apply(expression)

    def _apply(self, expression: Apply) -> list[Any]:
        operation, arguments = expression.operation, expression.arguments
        first = arguments[0]
        if operation == "index":
            size = _count(expression.shape)
            start = _whole(arguments[1]) * size
            return self(first)[start : start + size]
        if operation == "power":
            return [self.ring.power(value, _whole(arguments[1])) for value in self(first)]
        values = [self(argument) for argument in arguments]
        match operation:
            case "stack":
                return [entry for value in values for entry in value]
            case "transpose":
                return [values[0][row * first.shape[1] + column] for column in range(first.shape[1]) for row in range(first.shape[0])]
            case "sum":
                return [reduce(self._add, values[0])]
            case "dot" | "matmul":
                inner = first.shape[-1]
                width = len(values[1]) // inner
                return [
                    self._inner(values[0][start : start + inner], values[1][column::width])
                    for start in range(0, len(values[0]), inner)
                    for column in range(width)
                ]
            case _:
                length = _count(expression.shape)
                return [self.ring.operate(operation, *(value[place % len(value)] for value in values)) for place in range(length)]

    def _add(self, left: Any, right: Any) -> Any:
        return self.ring.operate("add", left, right)

    def _inner(self, row: Sequence[Any], column: Sequence[Any]) -> Any:
        return reduce(self._add, (self.ring.operate("multiply", x, y) for x, y in zip(row, column, strict=True)))


def _count(shape: Shape) -> int:
    return len(list(product(*map(range, shape))))


def _whole(expression: Expression) -> int:
    if not isinstance(expression, Constant) or isinstance(expression.value, tuple):
        raise NoClosedFormError("has an exponent or an index that is no number")
    return int(expression.value)


def read_by_probing(ring: Ring[Any], channel: Channel, nodes: Iterable[str]) -> Reading:
    """Those nodes and their ancestors as a linear system, by running every map at 0 and at each unit vector.

    Raises: NoClosedFormError for a map that is not linear in random nodes, or a law other than Normal.
    """
    return _Prober(ring, channel).read(ancestors(channel, nodes))


class _Prober:
    def __init__(self, ring: Ring[Any], channel: Channel) -> None:
        self.ring, self.channel = ring, channel
        self.zero, self.one = ring.constant(Fraction(0)), ring.constant(Fraction(1))
        self.rest: dict[str, list[Any]] = {}
        self.random: set[str] = set()
        self.places: dict[str, range] = {}
        self.gains: dict[Place, Any] = {}
        self.noise: dict[Place, Any] = {}
        self.offsets: list[Any] = []

    def read(self, relevant: frozenset[str]) -> Reading:
        for node in self.channel.nodes:
            if node.name not in relevant:
                continue
            try:
                offset = self._probe(node) if isinstance(node, Gate) else [self.zero] * max(1, _count(node.shape))
                self.places[node.name] = range(len(self.offsets), len(self.offsets) + len(offset))
                mean = self._noise(node.name)
            except NoClosedFormError as reason:
                raise type(reason)(f"{type(node).__name__.lower()} {node.name!r} {reason}") from None
            self.offsets += [self.ring.operate("add", entry, shift) for entry, shift in zip(offset, mean, strict=True)] if mean else offset
        return Reading(assembled(self.places, self.gains, self.noise), tuple(self.offsets))

    def _probe(self, node: Gate) -> list[Any]:
        """f(0), with the columns of A entered; a gate that no random node reaches is a number and enters maps as its value."""
        if _degree(node.map, frozenset(self.random)) > 1:
            raise NoClosedFormError("is not linear in random nodes")
        offset = _Runner(self.ring, self.rest)(node.map)
        start = len(self.offsets)
        parents = [name for name in self.random if name in references(node.map)]
        for name in sorted(parents):
            for position, place in enumerate(self.places[name]):
                unit = [self.one if other == position else self.zero for other in range(len(self.places[name]))]
                moved = _Runner(self.ring, {**self.rest, name: unit})(node.map)
                self.gains |= {(start + row, place): self.ring.operate("subtract", entry, offset[row]) for row, entry in enumerate(moved)}
        if parents or node.noise is not None:
            self.random.add(node.name)
            self.rest[node.name] = [self.zero] * len(offset)
        else:
            self.rest[node.name] = offset
        return offset

    def _noise(self, name: str) -> list[Any]:
        """The mean of the node's own law, with its covariance entered as (K + K^T)/2; nothing for a deterministic node."""
        law = node_law(self.channel.node(name))
        if law is None:
            return []
        if not isinstance(law, Normal):
            raise NoClosedFormError(f"has the law {type(law).__name__}, which is not Gaussian")
        self.random.add(name)
        places = self.places[name]
        self.rest[name] = [self.zero] * len(places)
        run = _Runner(self.ring, {})
        flat, half = run(law.covariance), self.ring.constant(Fraction(1, 2))
        for row, first in enumerate(places):
            for column, second in enumerate(places):
                both = self.ring.operate("add", flat[row * len(places) + column], flat[column * len(places) + row])
                self.noise[first, second] = self.ring.operate("multiply", half, both)
        return run(law.mean)
