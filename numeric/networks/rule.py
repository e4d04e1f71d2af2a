"""Nodes and weights for a scalar source: a discrete law that stands in for it, moved by the law's arguments.

Each rule is a fixed set of primitive nodes; location and scale move them, so the weights of a continuous law depend on
no reparameterisable argument. Laws smooth on the whole line use the trapezoid rule, whose error falls exponentially;
laws with a kink or an end use Gauss-Legendre panels on each side of it; heavy tails are stretched by a hyperbolic sine.
"""

from __future__ import annotations

import math

import numpy as np

from infograd.law import Exponential, Laplace, Law, Logistic, Mixture, Normal, Points, StudentT, Uniform
from infograd.numeric.density import TAIL, Density
from infograd.numeric.interpreter import Dual, Floats, Interpreter
from infograd.numeric.limit import LimitError, node_count

PANEL, DENSE = 16, 2


def _trapezoid(reach: float, step: float) -> tuple[Floats, float]:
    """Equidistant nodes on [-reach, reach] and their spacing, which is not read off the rounded nodes."""
    count = node_count(reach, step, 2)
    return np.linspace(-reach, reach, 2 * count + 1), reach / count


def _panels(low: float, high: float, step: float) -> tuple[Floats, Floats]:
    """Gauss-Legendre nodes and weights on equal panels of [low, high], `DENSE` nodes for each `step`, so that every step has a rule of its own."""
    wanted = node_count(high - low, step / DENSE, 2)
    count = math.ceil(wanted / PANEL)
    nodes, weights = np.polynomial.legendre.leggauss(math.ceil(wanted / count))
    half = (high - low) / (2 * count)
    middles = low + half * (2 * np.arange(count) + 1)
    return (middles[:, None] + half * nodes).ravel(), np.tile(half * weights, count)


def primitive_rule(law: Law, density: Density, step: float) -> tuple[Floats, Floats, Floats]:
    """Nodes of the primitive, their weights, and the derivative of the weights in the freedom of a StudentT."""
    match law:
        case Normal():
            standard = Density(law, {"mean": np.asarray(0.0), "covariance": np.asarray(1.0)})
            nodes, spacing = _trapezoid(standard.span()[1], step)
            weights = np.exp(standard.log_density(nodes)) * spacing
        case Logistic():
            standard = Density(law, {"location": np.asarray(0.0), "scale": np.asarray(1.0)})
            nodes, spacing = _trapezoid(standard.span()[1], step)
            weights = np.exp(standard.log_density(nodes)) * spacing
        case StudentT():
            standard = Density(law, {"freedom": density.arguments["freedom"], "location": np.asarray(0.0), "scale": np.asarray(1.0)})
            stretched, spacing = _trapezoid(math.asinh(standard.span()[1]), step)
            nodes = np.sinh(stretched)
            weights = np.exp(standard.log_density(nodes)) * np.cosh(stretched) * spacing
            return nodes, weights, weights * standard.argument_scores(nodes)["freedom"]
        case Uniform():
            nodes, weights = _panels(0.0, 1.0, step)
        case Exponential() | Laplace():
            nodes, lengths = _panels(0.0, -math.log(TAIL), step)
            weights = np.exp(-nodes) * lengths
            if isinstance(law, Laplace):
                nodes, weights = np.concatenate([-nodes[::-1], nodes]), np.concatenate([weights[::-1], weights]) / 2
        case _:
            raise LimitError(f"the source law {type(law).__name__} has no quadrature rule here")
    return nodes, weights, np.zeros_like(weights)


def _plus(left: Floats | None, right: Floats | None) -> Floats | None:
    return right if left is None else left if right is None else left + right


def _scaled(tangent: Floats | None, factor: Floats) -> Floats | None:
    return None if tangent is None else tangent * factor


def _moved(law: Law, interpreter: Interpreter, primitive: Floats) -> Dual:
    """The primitive nodes moved by location and scale, and how they move along the interpreter's direction."""
    if isinstance(law, Normal):
        (location, shift), (variance, growth) = interpreter(law.mean), interpreter(law.covariance)
        scale, stretch = np.sqrt(variance), _scaled(growth, 0.5 / np.sqrt(variance))
    elif isinstance(law, Uniform):
        (location, shift), (upper, growth) = interpreter(law.lower), interpreter(law.upper)
        scale, stretch = upper - location, _plus(growth, _scaled(shift, np.asarray(-1.0)))
    else:
        (location, shift), (scale, stretch) = interpreter(law.location), interpreter(law.scale)  # type: ignore[attr-defined]  # every other law has both
    tangent = _plus(None if shift is None else np.broadcast_to(shift, primitive.shape), _scaled(stretch, primitive))
    return location + scale * primitive, tangent


def source_rule(law: Law, density: Density, interpreter: Interpreter, spacing: float) -> tuple[Dual, Dual]:
    """Nodes and weights, each with its tangent along the interpreter's direction; the weights sum to 1 up to the tails."""
    match law:
        case Points():
            return interpreter(law.values), interpreter(law.weights)
        case Mixture():
            shares, turns = interpreter(law.weights)
            parts = [source_rule(component, part, interpreter, spacing) for component, part in zip(law.components, density.parts, strict=True)]
            counts = [len(nodes) for (nodes, _), _ in parts]
            nodes = np.concatenate([nodes for (nodes, _), _ in parts])
            weights = np.concatenate([share * weights for share, (_, (weights, _)) in zip(shares, parts, strict=True)])
            moves = [tangent for (_, tangent), _ in parts]
            turned = None if turns is None else np.concatenate([turn * weights for turn, (_, (weights, _)) in zip(turns, parts, strict=True)])
            grown = [_scaled(tangent, share) for share, (_, (_, tangent)) in zip(shares, parts, strict=True)]
            return (nodes, _joined(moves, counts)), (weights, _plus(turned, _joined(grown, counts)))
        case _:
            nodes, weights, growth = primitive_rule(law, density, spacing / density.width())
            freedom = interpreter(law.freedom)[1] if isinstance(law, StudentT) else None
            return _moved(law, interpreter, nodes), (weights, _scaled(freedom, growth))


def _joined(tangents: list[Floats | None], counts: list[int]) -> Floats | None:
    if all(tangent is None for tangent in tangents):
        return None
    return np.concatenate([np.zeros(count) if tangent is None else tangent for tangent, count in zip(tangents, counts, strict=True)])
