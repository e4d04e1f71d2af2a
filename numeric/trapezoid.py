"""The method "trapezoid kernels": transition kernels on grids, contracted, refined until the error asked for is met."""

from __future__ import annotations

import numpy as np

from infograd.answer import Access, Answer
from infograd.array import Array, with_shape
from infograd.channel import laws_within
from infograd.expression import regularity
from infograd.law import Laplace
from infograd.mapping import FrozenMapping
from infograd.numeric.information import Contraction, Estimate, estimate
from infograd.numeric.interpreter import Floats
from infograd.numeric.lattice import lattice
from infograd.numeric.limit import LimitError
from infograd.numeric.network import Network, Vertex, entries_of, network
from infograd.numeric.pilot import pilot
from infograd.numeric.refinement import Refined, refine
from infograd.operation import Regularity
from infograd.quantity import Doubt, Quantity
from infograd.question import Question

METHOD = "trapezoid kernels"


def gradient_of(net: Network, values: Floats, errors: Floats) -> FrozenMapping[Quantity]:
    """The flat slopes and their estimated errors as quantities of the parameters' shapes."""
    gradient: dict[str, Quantity] = {}
    position = 0
    for name in net.question.wrt:
        shape = net.values[name].shape
        part = slice(position, position + int(np.prod(shape)))
        position = part.stop
        doubt = Doubt(estimated=_array(errors[part], shape))
        gradient[name] = Quantity(_array(values[part], shape), doubt)
    return FrozenMapping(gradient)


def _array(flat: Floats, shape: tuple[int, ...]) -> Array:
    return with_shape(iter(flat.tolist()), shape)


def _refined(net: Network, error: float, operations: float) -> Refined:
    habitats = pilot(net)
    contraction = Contraction(net, operations)

    def evaluate(step: float) -> Estimate:
        return estimate(lattice(net, habitats, step), contraction)

    return refine(evaluate, error, smooth=all(map(_smooth, net.vertices)))


def _smooth(vertex: Vertex) -> bool:
    """Whether the integrand is smooth in this vertex: a gate whose map and noise density have no kinks (sources split theirs)."""
    if vertex.map is None:
        return True
    laws = laws_within(vertex.law)
    return regularity(vertex.map) is Regularity.SMOOTH and not any(isinstance(law, Laplace) for law in laws)


def answer(question: Question, error: float, operations: float) -> Answer:
    """I(A;B|C) in nats and its gradient for channels of scalar nodes.

    Raises: LimitError where the method does not apply or the error is not met.
    """
    if question.order > 1:
        raise LimitError("second derivatives are not among what this method gives; ask for order 1")
    net = network(question)
    jumping = [vertex.name for vertex in net.vertices if vertex.map is not None and regularity(vertex.map) is Regularity.JUMP]
    if jumping and entries_of(net) and question.order:
        raise LimitError(f"gate {jumping[0]!r} has a map with jumps, across which the integrand cannot be differentiated; ask for order 0")
    refined = _refined(net, error, operations)
    value = Quantity(float(refined.values[0]), Doubt(estimated=float(refined.errors[0])))
    gradient = gradient_of(net, refined.values[1:], refined.errors[1:]) if question.order else FrozenMapping[Quantity]()
    cost = FrozenMapping({"cells": refined.cells, "levels": refined.levels})
    citation = "trapezoid rule, Trefethen and Weideman, SIAM Review 56 (2014) 385"
    return Answer("numeric", METHOD, Access.MODEL, value, gradient, citation=citation, cost=cost)
