"""A question's channel as a simulator with tangents: the nodes that the bounds run, and the uniform numbers that each takes."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from infograd.channel import Channel, Source, node_law, node_parents
from infograd.expression import Constant, Expression
from infograd.graph import ancestors
from infograd.law import Law, Normal, Points
from infograd.numeric.interpreter import Dual, Floats, Interpreter
from infograd.numeric.sandwich.laws import drawn, plus, points_at, shares, uniforms_needed
from infograd.numeric.sandwich.linear import Fold, fold
from infograd.numeric.sandwich.structure import Marginal, Terms
from infograd.question import Names, Question

Duals = dict[str, Dual]
Entry = tuple[str, tuple[int, ...]]
ENUMERATED = 4096


class Evaluator(Interpreter):
    """An interpreter of rows of runs whose tangents have the shape of their values; constants are read once."""

    def __init__(self, values: Mapping[str, Floats], tangents: Mapping[str, Floats], constants: dict[int, Floats]) -> None:
        super().__init__(values, tangents, 2)
        self._constants = constants

    def __call__(self, expression: Expression) -> Dual:
        """The value and the tangent of an expression, both of its full shape."""
        if isinstance(expression, Constant):
            if id(expression) not in self._constants:
                self._constants[id(expression)] = super().__call__(expression)[0]
            return self._constants[id(expression)], None
        value, tangent = super().__call__(expression)
        if tangent is not None and tangent.shape != value.shape:
            tangent = np.broadcast_to(tangent, value.shape)
        return value, tangent


@dataclass(frozen=True, slots=True)
class Reading:
    """A log-marginal, what is integrated out of it exactly, and the hidden randomness that is left.

    `points`: how many combinations are summed over; None where a sample is taken instead. `paired`: the weighed nodes are Gaussian about what
    hidden runs alone make, so that all pairs of runs are products of matrices.
    """

    marginal: Marginal
    fold: Fold
    left: Names
    points: int | None
    paired: bool

    @property
    def sampled(self) -> bool:
        """Whether a sample stands for hidden randomness."""
        return self.points is None


def read(channel: Channel, marginal: Marginal, exact: bool) -> Reading:
    """The reading of a log-marginal; without `exact` all hidden randomness is sampled."""
    found = fold(channel, marginal) if exact else Fold()
    left = tuple(name for name in marginal.hidden if name not in found.nodes and node_law(channel.node(name)) is not None)
    used = {parent for name in (*marginal.hidden, *marginal.weighed) for parent in node_parents(channel.node(name))}
    gaussian = all(isinstance(node_law(channel.node(name)), Normal) for name in marginal.weighed)
    return Reading(marginal, found, left, _points(channel, left, exact), gaussian and not found.varying and used.isdisjoint(marginal.clamped))


def _points(channel: Channel, left: Names, exact: bool) -> int | None:
    """How many combinations of points the hidden randomness has, where all are summed over; 1 where there is none."""
    laws = [law for name in left if isinstance(law := node_law(channel.node(name)), Points)]
    count = math.prod(law.values.shape[0] for law in laws)
    return count if not left or (exact and len(laws) == len(left) and count <= ENUMERATED) else None


@dataclass(frozen=True, slots=True)
class Model:
    """The nodes upstream of a question's log-marginals, in order, at the question's point and along one direction (None: values only).

    `values` are the parameters', `constants` those of the channel's own constants by identity, each turned into floats once.
    """

    question: Question
    added: tuple[Reading, ...]
    subtracted: tuple[Reading, ...]
    nodes: Names
    values: dict[str, Floats]
    constants: dict[int, Floats]
    direction: Entry | None = None

    @property
    def readings(self) -> tuple[Reading, ...]:
        """All log-marginals, the added ones first."""
        return self.added + self.subtracted

    @property
    def columns(self) -> int:
        """How many uniform numbers one run takes."""
        return sum(uniforms_needed(law) for law in self._laws().values())

    def along(self, direction: Entry | None) -> Model:
        """The same model with tangents along one entry of a parameter."""
        return replace(self, direction=direction)

    def law(self, name: str) -> Law | None:
        """The law of a node's own randomness."""
        return node_law(self.question.channel.node(name))

    def _laws(self) -> dict[str, Law]:
        return {name: law for name in self.nodes if (law := self.law(name)) is not None}

    def evaluator(self, known: Mapping[str, Dual]) -> Evaluator:
        """An interpreter at the point, with the nodes that are known on a grid of two axes."""
        tangents: dict[str, Floats] = {}
        if self.direction is not None:
            name, index = self.direction
            tangents[name] = np.zeros_like(self.values[name])
            tangents[name][index] = 1.0
        tangents |= {name: tangent for name, (_, tangent) in known.items() if tangent is not None}
        return Evaluator({**self.values, **{name: value for name, (value, _) in known.items()}}, tangents, self.constants)

    def own(self, uniforms: Floats) -> Duals:
        """Every node's own randomness from uniform numbers of shape (columns, grid)."""
        evaluator = self.evaluator({})
        found: Duals = {}
        start = 0
        for name, law in self._laws().items():
            stop = start + uniforms_needed(law)
            found[name] = drawn(law, evaluator, uniforms[start:stop])
            start = stop
        return found

    def run(self, names: Iterable[str], own: Duals, known: Mapping[str, Dual]) -> Duals:
        """Those nodes' values, in order, from their own randomness and the nodes that are known."""
        found = dict(known)
        for name in names:
            node = self.question.channel.node(name)
            if isinstance(node, Source):
                found[name] = own[name]
            else:
                moved = self.evaluator(found)(node.map)
                found[name] = moved if node.noise is None else plus(moved, own[name])
        return found

    def points(self, names: Names) -> tuple[Duals, Floats]:
        """Every combination of the points of those nodes, along the last axis, and the logarithms of its probability, shape (1, combinations)."""
        evaluator = self.evaluator({})
        laws = {name: law for name in names if isinstance(law := self.law(name), Points)}
        numbers = np.array(list(itertools.product(*(range(law.values.shape[0]) for law in laws.values())))).T[:, None, :]
        found: Duals = {}
        logarithms = np.zeros(numbers.shape[1:])
        for (name, law), positions in zip(laws.items(), numbers, strict=True):
            values, tangents = evaluator(law.values)
            found[name] = points_at(values, positions), None if tangents is None else points_at(tangents, positions)
            logarithms = logarithms + np.log(shares(evaluator(law.weights)[0]))[positions]
        return found, logarithms


def model(question: Question, terms: Terms, exact: bool) -> Model:
    """The simulator of a question's log-marginals."""
    channel = question.channel
    needed = ancestors(channel, {name for each in terms.marginals for name in (*each.weighed, *each.clamped, *each.hidden)})
    nodes = tuple(name for name in channel.names if name in needed)
    added, subtracted = (tuple(read(channel, each, exact) for each in group) for group in (terms.added, terms.subtracted))
    values = {name: np.asarray(value, dtype=np.float64) for name, value in question.at.items()}
    return Model(question, added, subtracted, nodes, values, {})
