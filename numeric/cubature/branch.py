"""A channel with one case chosen for every law: values of its gates, and their derivatives, as functions of coordinates.

A Gaussian node of k entries has k standard normal coordinates e and the value mean + L e, L the Cholesky factor of its
covariance; the entries of any other law are their own coordinates; a point has none. Arrays of nodes have the shape
(coordinates, nodes).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from infograd.channel import Node, Source, node_law
from infograd.expression import apply
from infograd.law import Law, Normal
from infograd.numeric.cubature.choice import Choice
from infograd.numeric.interpreter import Dual, Floats, Interpreter


@dataclass(frozen=True, slots=True)
class Block:
    """The coordinates of one node's own randomness."""

    choice: Choice
    first: int
    size: int
    observed: bool

    @property
    def gaussian(self) -> bool:
        """Whether the coordinates are standard normal ones."""
        return isinstance(self.choice.law, Normal)

    @property
    def part(self) -> slice:
        """Where the coordinates stand among all."""
        return slice(self.first, self.first + self.size)

    def entry_law(self, coordinate: int) -> Law:
        """The scalar law of one coordinate of a law that is not Gaussian."""
        law = self.choice.law
        assert law is not None and not self.gaussian  # only asked where it is so
        if not law.shape:
            return law
        return type(law)(**{name: apply("index", value, coordinate - self.first) if value.shape else value for name, value in law.arguments.items()})


def factor_of(law: Normal, interpreter: Interpreter) -> Dual:
    """The Cholesky factor L of the covariance, 1 by 1 for a scalar, with its tangent L Phi(L^-1 dS L^-T), Phi the lower triangle with half the diagonal."""
    covariance, growth = interpreter(law.covariance)
    size = law.shape[0] if law.shape else 1
    factor = np.asarray(np.linalg.cholesky(covariance.reshape(size, size)), dtype=np.float64)
    if growth is None:
        return factor, None
    inverse = np.asarray(np.linalg.inv(factor), dtype=np.float64)
    symmetric = (growth.reshape(size, size) + growth.reshape(size, size).T) / 2
    inner = inverse @ symmetric @ inverse.T
    return factor, factor @ (np.tril(inner) - np.diag(np.diag(inner)) / 2)


@dataclass(frozen=True, slots=True)
class Branch:
    """The nodes that matter, in order, the asked gates (with `alone` the noise of the one gate) and which of their entries, and a block for each random node."""

    nodes: tuple[Node, ...]
    gates: tuple[str, ...]
    alone: bool
    kept: tuple[int, ...]
    blocks: Mapping[str, Block]
    values: Mapping[str, Floats]

    @property
    def size(self) -> int:
        """The number of coordinates."""
        return sum(block.size for block in self.blocks.values())

    @property
    def observed(self) -> int:
        """How many coordinates are observed; they come first."""
        return sum(block.size for block in self.blocks.values() if block.observed)

    @property
    def gaussian(self) -> Floats:
        """1 for every standard normal coordinate, 0 for the others."""
        kinds = np.zeros(self.size)
        for block in self.blocks.values():
            kinds[block.part] = float(block.gaussian)
        return kinds

    def interpreter(self, direction: Mapping[str, Floats]) -> Interpreter:
        """An interpreter of expressions in parameters alone."""
        return Interpreter(self.values, direction, 0)

    def weight(self, direction: Mapping[str, Floats], *, observed: bool) -> tuple[float, float]:
        """The probability of the observed or of the other cases, and d log of it along a direction of the parameters."""
        interpreter = self.interpreter(direction)
        total, rate = 1.0, 0.0
        for block in self.blocks.values():
            if block.observed is observed:
                for weight in block.choice.weights:
                    value, tangent = interpreter(weight)
                    total *= float(value)
                    rate += 0.0 if tangent is None else float(tangent / value)
        return total, rate

    def __call__(self, coordinates: Floats, direction: Mapping[str, Floats], moving: Floats | None = None) -> Dual:
        """The asked gates, one below the other, of shape (entries, nodes), with their tangent along parameters and moving coordinates."""
        count = coordinates.shape[1]
        values, tangents = dict(self.values), dict(direction)
        for node in self.nodes:
            value, tangent = self._value(node, values, tangents, coordinates, direction, moving)
            values[node.name] = np.broadcast_to(value, (*node.shape, count))
            if tangent is not None:
                tangents[node.name] = np.broadcast_to(tangent, (*node.shape, count))
        kept = list(self.kept)
        stacked = np.concatenate([values[name].reshape(-1, count) for name in self.gates])[kept]
        if not any(name in tangents for name in self.gates):
            return stacked, None
        rows = [tangents[name] if name in tangents else np.zeros_like(values[name]) for name in self.gates]
        return stacked, np.concatenate([row.reshape(-1, count) for row in rows])[kept]

    def _value(
        self, node: Node, values: dict[str, Floats], tangents: dict[str, Floats], coordinates: Floats, direction: Mapping[str, Floats], moving: Floats | None
    ) -> Dual:
        own = None if node_law(node) is None else self._own(self.blocks[node.name], node, coordinates, direction, moving)
        if own is not None and (self.alone or isinstance(node, Source)):
            return own
        assert not isinstance(node, Source)  # a source has a law
        value, tangent = Interpreter(values, tangents, 1)(node.map)
        if own is None:
            return value, tangent
        return value + own[0], own[1] if tangent is None else tangent if own[1] is None else tangent + own[1]

    def _own(self, block: Block, node: Node, coordinates: Floats, direction: Mapping[str, Floats], moving: Floats | None) -> Dual:
        """The node's own randomness at the coordinates."""
        interpreter = self.interpreter(direction)
        law = block.choice.law
        if law is None:
            assert block.choice.point is not None  # a case is a law or a point
            point, moved = interpreter(block.choice.point)
            return point[..., None], None if moved is None else moved[..., None]
        shape = (*node.shape, coordinates.shape[1])
        place = coordinates[block.part]
        drift = None if moving is None else moving[block.part]
        if not isinstance(law, Normal):
            return place.reshape(shape), None if drift is None else drift.reshape(shape)
        (mean, shift), (factor, growth) = interpreter(law.mean), factor_of(law, interpreter)
        tangent = np.zeros_like(place)
        if shift is not None:
            tangent = tangent + shift.reshape(-1, 1)
        if growth is not None:
            tangent = tangent + growth @ place
        if drift is not None:
            tangent = tangent + factor @ drift
        still = shift is None and growth is None and (drift is None or not drift.any())
        return (mean.reshape(-1, 1) + factor @ place).reshape(shape), None if still else tangent.reshape(shape)
