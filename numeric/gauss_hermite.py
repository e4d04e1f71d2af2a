"""The method "Gauss-Hermite": the paper's own reference for Y = f(X; theta) + N with Gaussian X.

I = h(Y) - h(N) from Gauss-Hermite nodes in x and a trapezoid grid in y; the gradient from central differences. Both
resolutions are doubled, and the change is the error estimate. That estimate is blind where the map is steep: between
two nodes a jump of the map is seen by neither resolution. So the nodes are chosen no further apart than the scale on
which the integrand varies in x, and where that takes too many the method refuses.
Source: arXiv:2601.01789, VII-C, eqs. (84)-(85).
"""

from __future__ import annotations

import math

import numpy as np
from scipy import special

from infograd.answer import Access, Answer
from infograd.law import Normal
from infograd.mapping import FrozenMapping
from infograd.numeric.interpreter import Floats
from infograd.numeric.limit import LimitError
from infograd.numeric.networks.method import gradient_of
from infograd.numeric.networks.network import Network, entries_of, network
from infograd.numeric.networks.pilot import pilot
from infograd.quantity import Doubt, Quantity
from infograd.question import Question

METHOD = "Gauss-Hermite"
NODES = 64
MOST_NODES = 2048
STEP = 2.0**-9
EPS = float(np.finfo(np.float64).eps)


def _net(question: Question) -> Network:
    net = network(question)
    names = tuple(vertex.name for vertex in net.vertices)
    laws = [vertex.law for vertex in net.vertices]
    if len(names) != 2 or question.given or {*question.between[0], *question.between[1]} != set(names) or net.vertices[1].map is None:
        raise LimitError("this method takes one source and one gate, and the information between them")
    if not all(isinstance(law, Normal) for law in laws):
        raise LimitError("this method takes a Gaussian source and Gaussian noise")
    return net


def _nodes(net: Network) -> int:
    """The least number of nodes, at least 64, whose spacing pi/sqrt(n) deviations at the centre resolves the integrand."""
    source = net.vertices[0]
    deviation = float(np.sqrt(net.density(source).arguments["covariance"]))
    scale = pilot(net)[source.name].scale
    needed = (math.pi * deviation / scale) ** 2
    if needed > MOST_NODES:
        raise LimitError(
            f"the integrand varies on {scale:.1e} in {source.name!r}, which would take {needed:.0f} Gauss-Hermite nodes; at most {MOST_NODES} are taken"
        )
    return max(NODES, math.ceil(needed))


def _information(net: Network, values: dict[str, Floats], nodes: int, spacing: float) -> float:
    """I with that many nodes in x and that spacing in y, in deviations of the noise."""
    source, gate = net.vertices
    shifted = Network(net.question, net.vertices, values)
    law, noise = shifted.density(source), shifted.density(gate)
    points, weights = special.roots_hermitenorm(nodes)
    inputs = law.arguments["mean"] + np.sqrt(law.arguments["covariance"]) * points
    assert gate.map is not None  # checked when the network was taken
    means = np.broadcast_to(shifted.interpreter({source.name: inputs}, {}, 1)(gate.map)[0], inputs.shape)
    low, high = noise.span()
    length = float(means.max() + high - means.min() - low)
    cells = math.ceil(length / (spacing * noise.width()))
    grid = np.linspace(means.min() + low, means.max() + high, cells + 1)
    density = np.exp(noise.log_density(grid[:, None] - means)) @ (weights / np.sqrt(2 * np.pi))
    output_entropy = -float(np.sum(special.xlogy(density, density))) * length / cells
    return output_entropy - 0.5 * float(np.log(2 * np.pi * np.e * noise.arguments["covariance"]))


def _moved(values: dict[str, Floats], entry: tuple[str, tuple[int, ...]], step: float) -> dict[str, Floats]:
    name, index = entry
    moved = values[name].copy()
    moved[index] += step
    return {**values, name: moved}


def answer(question: Question) -> Answer:
    """I(X;Y) in nats and its gradient by the paper's rule, with the error that doubling both resolutions shows.

    Raises: LimitError for other channels, and where the nodes would not resolve the map.
    """
    if question.order > 1:
        raise LimitError("second derivatives are not among what this method gives; ask for order 1")
    net = _net(question)
    nodes = _nodes(net)

    def at_both(values: dict[str, Floats]) -> Floats:
        return np.array([_information(net, values, 2 * nodes, 0.125), _information(net, values, nodes, 0.25)])

    def difference(entry: tuple[str, tuple[int, ...]], step: float) -> Floats:
        return (at_both(_moved(net.values, entry, step)) - at_both(_moved(net.values, entry, -step))) / (2 * step)

    fine, coarse = at_both(net.values).tolist()
    rounding = 32 * EPS * max(1.0, abs(fine))
    slopes, errors = [], []
    for name, index in entries_of(net) if question.order else []:
        size = abs(float(net.values[name][index]))
        step = STEP * (size if name in _spread_parameters(net) else max(1.0, size))
        wide, narrow = difference((name, index), step), difference((name, index), step / 2)
        slopes.append(narrow[0])
        errors.append(abs(wide[0] - narrow[0]) + abs(narrow[0] - narrow[1]) + 2 * rounding / step)
    value = Quantity(fine, Doubt(estimated=abs(fine - coarse) + rounding))
    gradient = gradient_of(net, np.array(slopes), np.array(errors)) if question.order else FrozenMapping[Quantity]()
    cost = FrozenMapping({"nodes": 2 * nodes})
    return Answer("numeric", METHOD, Access.MODEL, value, gradient, citation="arXiv:2601.01789, VII-C, eqs. (84)-(85)", cost=cost)


def _spread_parameters(net: Network) -> frozenset[str]:
    """The parameters of laws: their steps are relative, so that no step leaves the domain of a variance."""
    return frozenset(parameter.name for vertex in net.vertices for parameter in vertex.law.parameters)
