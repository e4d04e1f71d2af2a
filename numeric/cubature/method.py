"""The method "cubature": I(A;B|C) of channels whose nodes are scalars or vectors, with its gradient, each with its error."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from infograd.answer import Access, Answer
from infograd.channel import Node, Source, node_law
from infograd.expression import regularity
from infograd.graph import ancestors
from infograd.mapping import FrozenMapping
from infograd.numeric.cubature.choice import total_rate
from infograd.numeric.cubature.entropy import Entropies
from infograd.numeric.cubature.terms import terms
from infograd.numeric.interpreter import Floats, Interpreter
from infograd.numeric.limit import LimitError
from infograd.numeric.networks.method import gradient_of
from infograd.numeric.networks.network import Network, entries_of
from infograd.numeric.refinement import EPS, FIRST_STEP, Estimate, on_even_grids, refine, where_rough
from infograd.operation import Regularity
from infograd.quantity import Doubt, Quantity
from infograd.question import Question

METHOD = "cubature"
SEVERAL, MANY = 3, 5
SLOWER = 0.7
CITATION = "trapezoid rule, Trefethen and Weideman, SIAM Review 56 (2014) 385"


def _heard(question: Question) -> list[Node]:
    """The nodes that the asked ones descend from, these included."""
    heard = ancestors(question.channel, question.nodes)
    return [node for node in question.channel.nodes if node.name in heard]


def _check_jumps(question: Question) -> None:
    """Jumps of a map cannot be differentiated through."""
    for node in _heard(question):
        jumping = not isinstance(node, Source) and regularity(node.map) is Regularity.JUMP
        if jumping and question.order and question.wrt:
            raise LimitError(f"gate {node.name!r} has a map with jumps, across which the integrand cannot be differentiated; ask for order 0")


def _smooth(node: Node) -> bool:
    """Whether a gate's map has no kinks and no jumps; laws of sources bring rules for theirs."""
    return isinstance(node, Source) or regularity(node.map) is Regularity.SMOOTH


def _step(step: float, variables: int) -> float:
    """The step that a resolution stands for: from three variables on it falls more slowly, so that no level costs several times what is needed,
    and from five on it starts twice as coarse."""
    if variables < SEVERAL:
        return step
    return (2.0 if variables >= MANY else 1.0) * FIRST_STEP * math.pow(step / FIRST_STEP, SLOWER)


def _total_rates(question: Question, net: Network, entries: Sequence[tuple[str, tuple[int, ...]]]) -> dict[str, Floats]:
    """For each node whose probabilities are free weights, how their sum moves with every entry: an entropy without the node counts it too."""
    found = {}
    laws = {node.name: law for node in _heard(question) if (law := node_law(node)) is not None}
    for name, law in laws.items():
        rates = np.zeros(len(entries))
        for number, (parameter, index) in enumerate(entries):
            if any(parameter == each.name for each in law.parameters):
                direction = np.zeros_like(net.values[parameter])
                direction[index] = 1.0
                rates[number] = total_rate(law, Interpreter(net.values, {parameter: direction}, 0))
        if rates.any():
            found[name] = rates
    return found


def answer(question: Question, error: float, operations: float) -> Answer:
    """I(A;B|C) in nats and its gradient, each to `error`, relative where the magnitude exceeds 1.

    Every entropy may take 3 variables of the inputs and 3 of the outputs after the linear parts are folded, and `operations` operations.
    Raises: LimitError where the method does not apply or the error is not met.
    """
    factors = terms(question)
    _check_jumps(question)
    parts = [(factor, Entropies(question, joint, operations)) for joint, factor in factors.items()]
    values = {name: np.asarray(value, dtype=np.float64) for name, value in question.at.items()}
    net = Network(question, (), values)
    entries = entries_of(net) if question.order else []
    rates = _total_rates(question, net, entries)

    variables = max((part.variables for _, part in parts), default=0)

    def evaluate(step: float) -> Estimate:
        total, rounding = np.zeros(1 + len(entries)), np.full(1 + len(entries), EPS)
        cells = 0
        for factor, part in parts:
            found = part.at(_step(step, variables), entries)
            total, rounding, cells = total + factor * found.values, rounding + abs(factor) * found.rounding, cells + found.cells
            total[1:] += factor * found.values[0] * sum((rate for name, rate in rates.items() if name not in part.heard), start=np.zeros(len(entries)))
        return Estimate(total, rounding, cells)

    refined = refine(evaluate, error, on_even_grids if all(map(_smooth, _heard(question))) else where_rough)
    gradient = gradient_of(net, refined.values[1:], refined.errors[1:]) if question.order else FrozenMapping[Quantity]()
    value = Quantity(float(refined.values[0]), Doubt(estimated=float(refined.errors[0])))
    return Answer("numeric", METHOD, Access.MODEL, value, gradient, citation=CITATION, cost=FrozenMapping({"cells": refined.cells, "levels": refined.levels}))
