"""Sums over an input that T grows with: the trapezoid on straight lines, with errors that hold for every |y| <= reach (Lemma I' of docs/proof.md).

|sum_i w_i N(y; T_i) - p(y)| <= `density`, |sum_i w_i (y - T_i) N(y; T_i) + p'(y)| <= `slope`, and the sums of J (y - T) N(y; T) err by `moves` at most.
The step and the strip are chosen in floats; what was chosen is bounded in balls.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from flint import arb

from infograd.numeric.certified.balls import HypothesisError, raised
from infograd.numeric.certified.growing.signal import Edge, GrowingComponent, GrowingSignal
from infograd.numeric.certified.inner import inner_factor, normal_peak, upper_tail
from infograd.numeric.certified.nodes import TooManyNodesError
from infograd.numeric.certified.polynomials import Polynomial, applied

NODES = 40_000
WIDEST, NARROWEST, LEVELS = 12.0, 1e-5, 70


def absolute_moments(degree: int) -> tuple[arb, ...]:
    """E|xi|^k of N(0, 1), k = 0, ..., degree."""
    found = [arb(1), (2 / arb.pi()).sqrt()]
    for power in range(2, degree + 1):
        found.append((power - 1) * found[power - 2])
    return tuple(found[: degree + 1])


def beyond_moments(reach: arb, degree: int) -> tuple[arb, ...]:
    """E[|xi|^k; |xi| > reach] of N(0, 1), k = 0, ..., degree, for reach > 0."""
    density = (-(raised(reach, 2)) / 2).exp() / normal_peak(arb(1))
    found = [2 * upper_tail(reach), 2 * density]
    for power in range(2, degree + 1):
        found.append(2 * raised(reach, power - 1) * density + (power - 1) * found[power - 2])
    return tuple(found[: degree + 1])


def shifted_moments(width: arb, degree: int) -> tuple[arb, ...]:
    """A_k >= int |x + ia|^k |phi(x + ia)| dx, k = 0, ..., degree: exp(a^2/2) E(|xi| + a)^k."""
    growth, moments = (raised(width, 2) / 2).exp(), absolute_moments(degree)
    return tuple(growth * sum((math.comb(power, j) * raised(width, power - j) * moments[j] for j in range(power + 1)), arb(0)) for power in range(degree + 1))


def steepest_edge(beta: arb) -> arb:
    """|y - T| |N(y; T)| is at most this times exp(beta^2/2) / (2 pi)^(1/2) on the strip: (3/e)^(1/2) + beta."""
    return (3 / arb(1).exp()).sqrt() + beta


def steepest_axis() -> arb:
    """|u| exp(-u^2/2) <= e^(-1/2)."""
    return (-arb(1) / 2).exp()


@dataclass(frozen=True, slots=True)
class GrowingRule:
    """Nodes over the input: T, its derivatives and the weights there, sorted by T, and the errors of the sums for |y| <= reach."""

    places: tuple[arb, ...]
    weights: tuple[arb, ...]
    moves: tuple[tuple[arb, ...], ...]
    density: arb
    slope: arb
    move_errors: tuple[arb, ...]


def _width(component: GrowingComponent, reach: float, nats: float) -> tuple[float, float]:
    """The strip with the largest step for an error of exp(-nats), and that step."""
    best = (0.0, 0.0)
    shrink = (NARROWEST / WIDEST) ** (1 / LEVELS)
    for level in range(LEVELS):
        width = WIDEST * shrink**level
        try:
            beta = float(component.edge(arb(width), arb(reach)).beta)
        except HypothesisError:
            continue
        step = 2 * math.pi * width / (nats + width**2 / 2 + beta**2 / 2) if beta < 1e100 else 0.0
        best = max(best, (step, width))
        if best[0] > 2 * step > 0:
            break
    return best[1], best[0]


def _polynomial_error(edge_factor: arb, edge: Polynomial, width: arb, tail_factor: arb, tail: Polynomial, last: arb) -> arb:
    return edge_factor * applied(edge, shifted_moments(width, len(edge) - 1)) + tail_factor * applied(tail, beyond_moments(last, len(tail) - 1))


def growing_rule(signal: GrowingSignal, names: tuple[str, ...], reach: float, nats: float) -> GrowingRule:
    """The nodes with errors near exp(-nats) for |y| <= reach.

    Raises: TooManyNodesError beyond the cap; HypothesisError where a bound does not hold.
    """
    nodes: list[tuple[arb, arb, list[arb]]] = []
    density, slope, move_errors = arb(0), arb(0), [arb(0) for _ in names]
    peak = normal_peak(arb(1))
    for component in signal.components:
        chosen, spacing = _width(component, reach, nats)
        count = math.ceil(math.sqrt(2 * nats) / spacing) if spacing > 0 else NODES
        if len(nodes) + 2 * count > NODES:
            raise TooManyNodesError(f"the input's grid would take {len(nodes) + 2 * count:.1e} nodes, and at most {NODES:.0e} are taken")
        edge: Edge = component.edge(arb(chosen), arb(reach))
        step = arb(spacing)
        for position in range(-count, count + 1):
            x = step * position
            place, moves = component.values(x, names)
            nodes.append((place, component.weight * step * (-(x * x) / 2).exp() / peak, moves))
        factor, last = component.weight * inner_factor(edge.width, step, edge.beta, arb(1)) / peak, step * count
        share, one = component.weight / peak, (arb(1),)
        bounds = [component.slope_bound(name) for name in names]
        if not raised(last, 2) >= max(len(bound) for bound in (one, *bounds)):
            raise HypothesisError(f"the last node stands at {last}, before the tails fall")
        density += _polynomial_error(factor, one, edge.width, share, one, last)
        slope += _polynomial_error(factor * steepest_edge(edge.beta), one, edge.width, share * steepest_axis(), one, last)
        for position, (name, bound) in enumerate(zip(names, bounds, strict=True)):
            off = component.slope_bound(name, edge.width)
            move_errors[position] += _polynomial_error(factor * steepest_edge(edge.beta), off, edge.width, share * steepest_axis(), bound, last)
    nodes.sort(key=lambda node: float(node[0]))
    carried = tuple(tuple(node[2][position] for node in nodes) for position in range(len(names)))
    return GrowingRule(tuple(node[0] for node in nodes), tuple(node[1] for node in nodes), carried, density, slope, tuple(move_errors))
