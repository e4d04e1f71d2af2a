"""Sums over the laws of independent inputs in place of expectations, with the pieces of their errors (Lemmas I and M of docs/proof-two-hop.md).

The error of sum_i w_i P_i N(y; T_i, 1), P = 1 or a derivative of T times (y - T), is at most edge(P) D g_rho(y) + tail(P) D0 g_0(y), where D and D0
bound |y - T| on the edges of the strip and on the real line (1 for P = 1).
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb

from infograd.numeric.certified.balls import largest, total
from infograd.numeric.certified.maps import LineBounds
from infograd.numeric.certified.nodes import Grid, Straight, choose, grid
from infograd.numeric.certified.polynomials import Polynomial, applied, normal_moments
from infograd.numeric.certified.signal import Atoms, Component, Smooth

ROOM = 2.0**-20


@dataclass(frozen=True, slots=True)
class WeightError:
    """Of a weight P: edge(P) and tail(P), the mass sum |w P| over the full lattice, and E|P|."""

    edge: arb
    tail: arb
    mass: arb
    mean: arb

    def __add__(self, other: WeightError) -> WeightError:
        return WeightError(self.edge + other.edge, self.tail + other.tail, self.mass + other.mass, self.mean + other.mean)


NOTHING = WeightError(arb(0), arb(0), arb(0), arb(0))


@dataclass(frozen=True, slots=True)
class Edges:
    """How far the sum over one input or several may be wrong: of P = 1, of every derivative of T, and B, rho and beta along the edges."""

    one: WeightError
    moves: dict[str, WeightError]
    half_range: arb
    rho: arb
    beta: arb


@dataclass(frozen=True, slots=True)
class InputSum:
    """Nodes T_i around the centre of the range, their probabilities, and the probabilities times dT by parameter.

    `ellipse` is the parameter of a Bernstein ellipse around [-B, B] that contains T on the edges.
    """

    places: list[arb]
    weights: list[arb]
    moves: dict[str, list[arb]]
    edges: Edges
    ellipse: arb


def roomy(half_range: arb) -> arb:
    """An exact B a little above the half range, and above 0 where T is constant."""
    return (half_range * (1 + ROOM)).max(arb(ROOM)).upper()


def bernstein(name: str, straight: bool, half_range: arb, line: LineBounds) -> arb:
    """rho with |w - 1| + |w + 1| <= rho + 1/rho for w = g/B along the edges.

    On straight lines tanh and sin run inside the ellipse of semi-minor axis beta/B; otherwise w lies in a box.
    """
    height, beyond = line.beta / half_range, line.rho / half_range
    if straight and name in ("tanh", "sin"):
        return height + (1 + height**2).sqrt()
    axis = ((beyond**2 + height**2).sqrt() + ((2 + beyond) ** 2 + height**2).sqrt()) / 2
    return axis + (axis**2 - 1).max(arb(0)).sqrt()


def _smooth_sum(law: Smooth, names: tuple[str, ...], nats: float) -> InputSum:
    parts: list[tuple[Component, Grid]] = []
    ellipses: list[arb] = []
    places: list[arb] = []
    weights: list[arb] = []
    moves: dict[str, list[arb]] = {name: [] for name in names}
    for component in law.components:
        choice = choose(law, component, nats)
        each = grid(law, component, choice)
        parts.append((component, each))
        ellipses.append(bernstein(law.map.name, isinstance(choice, Straight), law.map.half_range, each.line))
        for x, share in zip(each.places, each.weights, strict=True):
            place, along = law.values(component, x, tuple((name,) for name in names))
            weight = component.weight * share
            places.append(place)
            weights.append(weight)
            for name in names:
                moves[name].append(weight * along[(name,)])

    def error(values: list[arb], on_edge: list[Polynomial], on_axis: list[Polynomial]) -> WeightError:
        edge = total(component.weight * each.factor * applied(poly, each.edge) for (component, each), poly in zip(parts, on_edge, strict=True))
        tail = total(component.weight * applied(poly, each.tail) for (component, each), poly in zip(parts, on_axis, strict=True))
        mean = total(component.weight * applied(poly, normal_moments(arb(1))) for (component, _), poly in zip(parts, on_axis, strict=True))
        return WeightError(edge, tail, total(map(abs, values)) + tail, mean)

    unit: list[Polynomial] = [(arb(1),)] * len(parts)
    moved = {
        name: error(
            moves[name], [law.edge(component, (name,), each.line) for component, each in parts], [law.axis(component, (name,)) for component, _ in parts]
        )
        for name in names
    }
    size = abs(law.amplitude.value)
    rho, beta = size * largest(each.line.rho for _, each in parts), size * largest(each.line.beta for _, each in parts)
    return InputSum(places, weights, moves, Edges(error(weights, unit, unit), moved, roomy(law.half_range), rho, beta), largest(ellipses))


def _atomic_sum(law: Atoms, names: tuple[str, ...]) -> InputSum:
    moves = {name: [share * law.moves(place, (name,)) for place, share in enumerate(law.weights)] for name in names}

    def exact(values: list[arb]) -> WeightError:
        mass = total(map(abs, values))
        return WeightError(arb(0), arb(0), mass, mass)

    edges = Edges(exact(list(law.weights)), {name: exact(values) for name, values in moves.items()}, roomy(law.half_range), arb(0), arb(0))
    return InputSum([place.value for place in law.places], list(law.weights), moves, edges, arb(1))


def input_sum(law: Smooth | Atoms, names: tuple[str, ...], nats: float) -> InputSum:
    """The sum over the law of one input with an error near exp(-nats); over atoms it is exact."""
    return _atomic_sum(law, names) if isinstance(law, Atoms) else _smooth_sum(law, names, nats)


def nothing(names: tuple[str, ...]) -> InputSum:
    """The sum over an input that adds 0."""
    still = WeightError(arb(0), arb(0), arb(1), arb(1))
    return InputSum([arb(0)], [arb(1)], {name: [arb(0)] for name in names}, Edges(still, dict.fromkeys(names, NOTHING), arb(0), arb(0), arb(0)), arb(1))


def independent(first: Edges, second: Edges, names: tuple[str, ...]) -> Edges:
    """The errors of the double sum over T1 + T2: T1 complex under the integral over T2, then T2 complex at every node of T1 (Lemma M)."""

    def product(left: WeightError, right: WeightError) -> WeightError:
        edge = left.edge * right.mean + left.mass * right.edge
        tail = left.tail * right.mass + left.mass * right.tail
        return WeightError(edge, tail, left.mass * right.mass, left.mean * right.mean)

    moves = {name: product(first.moves[name], second.one) + product(first.one, second.moves[name]) for name in names}
    half_range, rho, beta = first.half_range + second.half_range, first.rho.max(second.rho), first.beta.max(second.beta)
    return Edges(product(first.one, second.one), moves, half_range, rho, beta)
