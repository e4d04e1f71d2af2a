"""The method "trapezoid kernels": transition kernels on grids, contracted, refined until the error asked for is met.

Where all maps and noises are analytic the grids are even and the rule is the trapezoid's; elsewhere, for asked deterministic nodes, and where
an even grid would take too much, they are panels split at the corners.
"""

from __future__ import annotations

import numpy as np

from infograd.answer import Access, Answer
from infograd.array import Array, with_shape
from infograd.mapping import FrozenMapping
from infograd.numeric.interpreter import Floats
from infograd.numeric.limit import LimitError
from infograd.numeric.networks.corners import vertex_corners
from infograd.numeric.networks.information import Contraction, estimate, spectra_pay
from infograd.numeric.networks.kernels import Kernels, error_left
from infograd.numeric.networks.lattice import lattice
from infograd.numeric.networks.network import Network, Vertex, whole_network
from infograd.numeric.networks.pilot import pilot
from infograd.numeric.refinement import Estimate, Refined, by_changes, on_even_grids, refine, where_rough
from infograd.quantity import Doubt, Quantity
from infograd.question import Question

METHOD = "trapezoid kernels"
EVEN = "trapezoid rule, Trefethen and Weideman, SIAM Review 56 (2014) 385"
PANELS = "Gauss-Legendre panels, Davis and Rabinowitz, Methods of Numerical Integration, 2nd ed. (Academic Press, 1984), chapter 2"
LOOK_STEP = 0.6


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


def _on_lattice(net: Network, error: float, operations: float) -> Refined:
    """On even lattices; those of heavy tails are stretched, and a map that turns in the tails makes their error fall unevenly."""
    habitats = pilot(net)
    contraction = Contraction(net, operations)
    spectral = spectra_pay(lattice(net, habitats, LOOK_STEP, spectral=True), contraction)

    def evaluate(step: float) -> Estimate:
        return estimate(lattice(net, habitats, step, spectral=spectral), contraction)

    stretched = any(net.density(vertex).heavy for vertex in net.vertices)
    return refine(evaluate, error, by_changes if stretched else on_even_grids)


def _on_panels(net: Network, error: float, operations: float) -> Refined:
    kernels = Kernels(net, operations)
    return refine(kernels, error, error_left if kernels.exact else where_rough)


def _refined(question: Question, error: float, operations: float) -> tuple[Refined, str]:
    """The refined numbers and the rule they rest on: even lattices where every factor is analytic in every node; panels where one is not, and where the lattice does not get there."""
    net = whole_network(question)
    if net.receivers or not all(map(_smooth, net.vertices)):
        return _on_panels(net, error, operations), PANELS
    try:
        return _on_lattice(net, error, operations), EVEN
    except LimitError as limit:
        try:
            return _on_panels(net, error, operations), PANELS
        except (LimitError, FloatingPointError):
            raise limit from None


def _smooth(vertex: Vertex) -> bool:
    """Whether the integrand is smooth in this vertex: a gate whose map and noise density have no kinks or jumps (sources split theirs)."""
    return vertex.map is None or not vertex_corners(vertex)


def answer(question: Question, error: float, operations: float) -> Answer:
    """I(A;B|C) in nats and its gradient for channels of scalar nodes.

    Raises: LimitError where the method does not apply or the error is not met.
    """
    if question.order > 1:
        raise LimitError("second derivatives are not among what this method gives; ask for order 1")
    refined, citation = _refined(question, error, operations)
    value = Quantity(float(refined.values[0]), Doubt(estimated=float(refined.errors[0])))
    gradient = gradient_of(whole_network(question), refined.values[1:], refined.errors[1:]) if question.order else FrozenMapping[Quantity]()
    cost = FrozenMapping({"cells": refined.cells, "levels": refined.levels})
    return Answer("numeric", METHOD, Access.MODEL, value, gradient, citation=citation, cost=cost)
