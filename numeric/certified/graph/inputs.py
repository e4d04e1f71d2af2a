"""Sums over nodes of a vector T of bounded terms, with the pieces of their errors, and their products (Lemma G2 of docs/proof-graph.md).

The error of sum_i w_i P_i prod_k N(y_k; T_ki, 1) is at most err(P) prod_k g_rho_k(y_k), P = 1 or a derivative of the weights; for P = dT_k (y_k - T_k) it
is err(P) D_k prod_k g_rho_k(y_k) with D_k = |y_k| + B_k + rho_k + beta_k; err(P) = edge(P) + tail(P).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import arb

from infograd.numeric.certified.cascade_inputs import NOTHING, WeightError
from infograd.numeric.certified.nodes import TooManyNodesError

MOST_NODES = 400_000


@dataclass(frozen=True, slots=True)
class Facts:
    """What the majorants and the errors need of a sum over nodes: B, rho and beta by coordinate, and the errors by parameter and coordinate.

    `drifts` are those of the weights' derivatives, `moves` those of dT_k; their `mean` bounds E|d log w| and E|dT_k|. `odd`: p(-y) = p(y), with all
    derivatives.
    """

    half_ranges: tuple[arb, ...]
    rho: tuple[arb, ...]
    beta: tuple[arb, ...]
    one: WeightError
    drifts: dict[str, WeightError]
    moves: dict[str, tuple[WeightError, ...]]
    odd: bool


@dataclass(frozen=True, slots=True)
class VectorSum:
    """Nodes with their probabilities w_i, places T_ki, and by parameter the derivatives dw_i and the products w_i dT_ki.

    `factors`: where the nodes are pairs (a, b), in this order, T = F_a + G_b with the two lists of places.
    """

    weights: list[arb]
    places: list[list[arb]]
    drifts: dict[str, list[arb]]
    moves: dict[str, list[list[arb]]]
    facts: Facts
    factors: tuple[list[list[arb]], list[list[arb]]] | None = None

    @property
    def dimension(self) -> int:
        """The number of coordinates."""
        return len(self.places)


def constant_sum(dimension: int, names: tuple[str, ...]) -> VectorSum:
    """The sum over nothing: T = 0."""
    still, none = (arb(0),) * dimension, (NOTHING,) * dimension
    one = WeightError(arb(0), arb(0), arb(1), arb(1))
    facts = Facts(still, still, still, one, dict.fromkeys(names, NOTHING), dict.fromkeys(names, none), odd=True)
    zero = {name: [[arb(0)] for _ in range(dimension)] for name in names}
    return VectorSum([arb(1)], [[arb(0)] for _ in range(dimension)], {name: [arb(0)] for name in names}, zero, facts)


def product_error(left: WeightError, right: WeightError) -> WeightError:
    """The error for a product of weights of two independent sources: the first complex under the mean of the second, then the second at every node."""
    edge = left.edge * right.mean + left.mass * right.edge
    tail = left.tail * right.mass + left.mass * right.tail
    return WeightError(edge, tail, left.mass * right.mass, left.mean * right.mean)


def product_sum(left: VectorSum, right: VectorSum) -> VectorSum:
    """The sum over two independent vectors, T = T_left + T_right, over all pairs of nodes (Lemma G2).

    Raises: TooManyNodesError beyond the cap.
    """
    if len(left.weights) * len(right.weights) > MOST_NODES:
        raise TooManyNodesError(
            f"the sources together would take {1.0 * len(left.weights) * len(right.weights):.1e} nodes, and at most {MOST_NODES:.0e} are taken"
        )

    def outer(first: Sequence[arb], second: Sequence[arb]) -> list[arb]:
        return [a * b for a in first for b in second]

    def summed(first: list[arb], second: list[arb]) -> list[arb]:
        return [a + b for a, b in zip(first, second, strict=True)]

    names = tuple(left.drifts)
    places = [[a + b for a in first for b in second] for first, second in zip(left.places, right.places, strict=True)]
    drifts = {name: summed(outer(left.drifts[name], right.weights), outer(left.weights, right.drifts[name])) for name in names}
    moves = {
        name: [summed(outer(a, right.weights), outer(left.weights, b)) for a, b in zip(left.moves[name], right.moves[name], strict=True)] for name in names
    }
    one, other = left.facts, right.facts
    facts = Facts(
        tuple(a + b for a, b in zip(one.half_ranges, other.half_ranges, strict=True)),
        tuple(a.max(b) for a, b in zip(one.rho, other.rho, strict=True)),
        tuple(a.max(b) for a, b in zip(one.beta, other.beta, strict=True)),
        product_error(one.one, other.one),
        {name: product_error(one.drifts[name], other.one) + product_error(one.one, other.drifts[name]) for name in names},
        {
            name: tuple(product_error(a, other.one) + product_error(one.one, b) for a, b in zip(one.moves[name], other.moves[name], strict=True))
            for name in names
        },
        odd=one.odd and other.odd,
    )
    return VectorSum(outer(left.weights, right.weights), places, drifts, moves, facts, (left.places, right.places))
