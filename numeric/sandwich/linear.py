"""Which hidden Gaussian nodes are integrated out exactly.

Where the weighed nodes of a log-marginal are affine in the Gaussian randomness g of some hidden nodes, with Gaussian noise of their own, they
are jointly Gaussian given all else: value = offset + C g + noise has the covariance K = noise + C cov(g) C^T. The coefficients C may
depend on parameters, on clamped nodes and on the hidden nodes that are still run. Averaging over g exactly is the conditional expectation of
the average over a sample of g (Rao and Blackwell), and leaves less to Jensen's inequality.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from infograd.channel import Channel, Gate, node_law
from infograd.expression import Apply, Constant, Expression, Reference
from infograd.law import Normal
from infograd.numeric.sandwich.structure import Marginal
from infograd.question import Names


@dataclass(frozen=True, slots=True)
class Degree:
    """How an expression depends on the folded randomness: not at all (0), affinely (1), in another way (2); `varying`: its
    coefficients (at degree 0: itself) depend on other random nodes."""

    degree: int = 0
    varying: bool = False


@dataclass(frozen=True, slots=True)
class Fold:
    """The hidden nodes whose own Gaussian randomness is integrated out, the weighed nodes that it reaches, and whether the coefficients vary."""

    nodes: Names = ()
    reached: Names = ()
    varying: bool = False


def _sum(parts: list[Degree]) -> Degree:
    degree = max(part.degree for part in parts)
    return Degree(degree, any(part.varying for part in parts if part.degree == degree))


def _degree(expression: Expression, known: Mapping[str, Degree]) -> Degree:
    if isinstance(expression, Reference):
        return known.get(expression.name, Degree(0, True))
    if not isinstance(expression, Apply):
        return Degree()
    parts = [_degree(argument, known) for argument in expression.arguments]
    degrees = [part.degree for part in parts]
    varying = any(part.varying for part in parts)
    match expression.operation:
        case _ if not any(degrees):
            return Degree(0, varying)
        case "add" | "subtract" | "negative" | "index" | "sum" | "stack" | "transpose":
            return _sum(parts)
        case "multiply" | "matmul" | "dot":
            return Degree(min(2, sum(degrees)), varying)
        case "divide" if degrees[1] == 0:
            return Degree(degrees[0], varying)
        case "power" if isinstance(expression.arguments[1], Constant) and expression.arguments[1].value == 1:
            return parts[0]
    return Degree(2, varying)


def _fold(channel: Channel, marginal: Marginal, chosen: frozenset[str]) -> Fold | None:
    """The fold of those nodes, or None where a weighed node is not affine in them with Gaussian noise."""
    known: dict[str, Degree] = {}
    for name in marginal.hidden:
        node = channel.node(name)
        degree = _degree(node.map, known) if isinstance(node, Gate) else Degree(0, True)
        if name in chosen:
            degree = Degree(max(degree.degree, 1), degree.degree == 1 and degree.varying)
        known[name] = degree if degree.degree or node_law(node) is None else Degree(0, True)
    reached = []
    varying = False
    for name in marginal.weighed:
        node = channel.node(name)
        degree = _degree(node.map, known) if isinstance(node, Gate) else Degree()
        if degree.degree > 1 or (degree.degree == 1 and not isinstance(node_law(node), Normal)):
            return None
        if degree.degree == 1:
            reached.append(name)
            varying |= degree.varying
    return Fold(tuple(name for name in marginal.hidden if name in chosen), tuple(reached), varying)


def fold(channel: Channel, marginal: Marginal) -> Fold:
    """The hidden Gaussian nodes that can be integrated out together, the ones nearest to the weighed nodes first."""
    chosen = frozenset[str]()
    found = Fold()
    for name in reversed(marginal.hidden):
        if isinstance(node_law(channel.node(name)), Normal):
            larger = _fold(channel, marginal, chosen | {name})
            if larger is not None:
                chosen, found = chosen | {name}, larger
    return found
