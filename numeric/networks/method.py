"""The method "trapezoid kernels": transition kernels on grids, contracted, refined until the error asked for is met.

Where all maps and noises are analytic the grids are even and the rule is the trapezoid's; elsewhere, for asked deterministic nodes, and where
an even grid would take too much, they are panels split at the corners. Second derivatives are taken on even grids alone, from whole kernels.
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
from infograd.numeric.networks.network import Network, Vertex, entries_of, whole_network
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
    spectral = net.question.order < 2 and spectra_pay(lattice(net, habitats, LOOK_STEP, spectral=True), contraction)

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
    if question.order == 2:
        _check_smooth(net)
        return _on_lattice(net, error, operations), EVEN
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


def _check_smooth(net: Network) -> None:
    """Raise where second derivatives would have to be taken across kinks, jumps or atoms."""
    for name in net.receivers:
        raise LimitError(f"second derivatives are not taken where a deterministic node is asked about, and {name!r} is one; ask for order 1")
    for vertex in net.vertices:
        if not _smooth(vertex):
            raise LimitError(f"second derivatives are not taken across the kinks or jumps of a map or of a noise, and {vertex.name!r} has one; ask for order 1")


def hessian_of(net: Network, values: Floats, errors: Floats) -> FrozenMapping[Quantity]:
    """Second derivatives of pairs of entries a <= b, row by row, and their estimated errors, under "a,b" for names in the question's order."""
    owners = [name for name, _ in entries_of(net)]
    rows = np.zeros((len(owners), len(owners)), dtype=np.intp)
    rows[np.triu_indices(len(owners))] = np.arange(values.size)
    rows = np.maximum(rows, rows.T)
    found: dict[str, Quantity] = {}
    for position, first in enumerate(net.question.wrt):
        for second in net.question.wrt[position:]:
            block = rows[np.ix_([owner == first for owner in owners], [owner == second for owner in owners])].ravel()
            shape = net.values[first].shape + net.values[second].shape
            found[f"{first},{second}"] = Quantity(_array(values[block], shape), Doubt(estimated=_array(errors[block], shape)))
    return FrozenMapping(found)


def answer(question: Question, error: float, operations: float) -> Answer:
    """I(A;B|C) in nats and its gradient for channels of scalar nodes, with second derivatives where the question's order is 2.

    Raises: LimitError where the method does not apply or the error is not met.
    """
    refined, citation = _refined(question, error, operations)
    value = Quantity(float(refined.values[0]), Doubt(estimated=float(refined.errors[0])))
    net = whole_network(question)
    turns = 1 + len(entries_of(net))
    gradient = gradient_of(net, refined.values[1:turns], refined.errors[1:turns]) if question.order else FrozenMapping[Quantity]()
    hessian = hessian_of(net, refined.values[turns:], refined.errors[turns:]) if question.order == 2 else FrozenMapping[Quantity]()
    cost = FrozenMapping({"cells": refined.cells, "levels": refined.levels})
    return Answer("numeric", METHOD, Access.MODEL, value, gradient, hessian, citation=citation, cost=cost)
