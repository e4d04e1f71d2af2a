"""h(gates | sources) in nats and its derivatives, at one resolution."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from infograd.channel import node_law, node_parameters
from infograd.graph import ancestors
from infograd.numeric.cubature.branch import Block, Branch
from infograd.numeric.cubature.case import cases
from infograd.numeric.cubature.choice import combinations, count_of
from infograd.numeric.cubature.grid import grid
from infograd.numeric.cubature.mixture import EPS
from infograd.numeric.cubature.sweep import sweep
from infograd.numeric.cubature.terms import Joint
from infograd.numeric.interpreter import Floats
from infograd.numeric.limit import LimitError
from infograd.question import Question

MOST_CASES = 4096


def branches_of(question: Question, joint: Joint) -> Iterator[list[Branch]]:
    """The branches of a joint entropy, those that differ in unobserved cases only together.

    Raises: LimitError where points and mixtures make too many cases.
    """
    channel = question.channel
    heard = frozenset(joint.gates) if joint.alone else ancestors(channel, joint.gates)
    nodes = tuple(node for node in channel.nodes if node.name in heard)
    laws = {node.name: law for node in nodes if (law := node_law(node)) is not None}
    count = math.prod(map(count_of, laws.values()))
    if count > MOST_CASES:
        raise LimitError(f"{joint.symbol} takes {count} cases of points and mixtures, and at most {MOST_CASES} are taken")
    values = {name: np.asarray(value, dtype=np.float64) for name, value in question.at.items()}
    sizes = {node.name: math.prod(node.shape) for node in nodes}
    everything = tuple(range(sum(sizes[name] for name in joint.gates)))
    for observed in combinations({name: law for name, law in laws.items() if name in joint.observed}):
        alike = []
        for rest in combinations({name: law for name, law in laws.items() if name not in joint.observed}):
            blocks: dict[str, Block] = {}
            first = 0
            for name, choice in {**observed, **rest}.items():
                blocks[name] = Block(choice, first, 0 if choice.law is None else sizes[name], name in observed)
                first += blocks[name].size
            alike.append(Branch(nodes, joint.gates, joint.alone, everything, blocks, values))
        yield alike


@dataclass(frozen=True, slots=True)
class Found:
    """An entropy and its derivatives, with their rounding, and the cells that it took."""

    values: Floats
    rounding: Floats
    cells: int


class Entropies:
    """One joint entropy, prepared for every resolution; `heard` are the nodes that it depends on, `variables` how many it takes."""

    def __init__(self, question: Question, joint: Joint, operations: float) -> None:
        self._joint = joint
        self._operations = operations
        self._cases = [each for branches in branches_of(question, joint) for each in cases(branches, joint.symbol)]
        nodes = self._cases[0].hidden[0].branch.nodes
        self.heard = frozenset(node.name for node in nodes)
        self.variables = max(each.variables for each in self._cases)
        self._moved = frozenset(parameter.name for node in nodes for parameter in node_parameters(node))

    def at(self, step: float, entries: Sequence[tuple[str, tuple[int, ...]]]) -> Found:
        """h in nats and its derivative in each entry of a parameter.

        Raises: LimitError where the resolution takes too much.
        """
        values, rounding = np.zeros(1 + len(entries)), np.zeros(1 + len(entries))
        cells, spent = 0, 0.0
        for each in self._cases:
            first = each.hidden[0].branch
            share = first.weight({}, observed=True)[0]
            outer = grid(first, each.directions, each.curvatures, step)
            weights = share * outer.weights
            swept = sweep(each, outer, weights, step, self._operations - spent, slopes=bool(entries), name=self._joint.symbol)
            cells, spent = cells + swept.cells, spent + swept.operations
            values[0] += float(weights @ swept.heights)
            rounding[0] += swept.rounding + EPS * float(weights @ np.abs(swept.heights))
            for number, (name, index) in enumerate(entries, start=1):
                if name not in self._moved:
                    continue
                direction = {name: np.zeros_like(first.values[name])}
                direction[name][index] = 1.0
                moved, rates = outer.moved(direction)
                terms = weights * swept.heights * (rates + first.weight(direction, observed=True)[1])
                slopes = [(float(terms.sum()), float(np.abs(terms).sum())), *(part.slope(direction, moved) for part in swept.parts)]
                values[number] += sum(slope for slope, _ in slopes)
                rounding[number] += 16 * EPS * swept.blow * sum(size for _, size in slopes)
        return Found(values, rounding + EPS, cells)
