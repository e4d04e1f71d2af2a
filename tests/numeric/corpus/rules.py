"""Two quadrature rules with different nodes and different tests of convergence, in balls, over panels that halve themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from flint import arb, ctx

DEPTH = 60


@dataclass(frozen=True, slots=True)
class Rule:
    """Nodes and weights on [-1, 1], and rows that give the last coefficients of the interpolating series."""

    nodes: list[Any]
    weights: list[Any]
    last: list[list[Any]]
    exponent: float


@cache
def _gauss(count: int, precision: int) -> Rule:
    pairs = [arb.legendre_p_root(count, number, weight=True) for number in range(count)]
    nodes, weights = [node for node, _ in pairs], [weight for _, weight in pairs]
    last = [[arb.legendre_p(node, degree) * weight * (2 * degree + 1) / 2 for node, weight in pairs] for degree in range(count - 4, count)]
    return Rule(nodes, weights, last, (2 * count - 1) / (count - 2.5))


@cache
def _clenshaw(count: int, precision: int) -> Rule:
    angles = [arb.pi() * number / count for number in range(count + 1)]
    ends = [arb(1) / 2 if number in (0, count) else arb(1) for number in range(count + 1)]
    weights = []
    for angle, end in zip(angles, ends, strict=True):
        total = arb(1)
        for half in range(1, count // 2 + 1):
            total = total - (arb(1) if half == count // 2 else arb(2)) * (2 * half * angle).cos() / (4 * half * half - 1)
        weights.append(2 * end * total / count)
    last = [[(degree * angle).cos() * end * 2 / count for angle, end in zip(angles, ends, strict=True)] for degree in range(count - 4, count)]
    return Rule([angle.cos() for angle in angles], weights, last, 1.0)


def gauss(count: int) -> Rule:
    """Gauss-Legendre: its error is about the coefficient of twice the degree, extrapolated from the last ones seen."""
    return _gauss(count, ctx.prec)


def clenshaw(count: int) -> Rule:
    """Clenshaw-Curtis: its error is about the last coefficient seen."""
    return _clenshaw(count, ctx.prec)


def integrate(function: Callable[[Any], Sequence[Any]], cuts: Sequence[float], rule: Rule, tolerances: Sequence[float]) -> list[Any]:
    """The integrals of every column over the panels between the cuts, halved until the tail of the series is small.

    Raises: ArithmeticError where a panel is halved more than DEPTH times.
    """
    totals = [arb(0) for _ in tolerances]
    pending = [(low, high, 0) for low, high in pairwise(cuts)]
    while pending:
        low, high, depth = pending.pop()
        middle, half = (arb(low) + arb(high)) / 2, (arb(high) - arb(low)) / 2
        columns = list(zip(*[function(middle + half * node) for node in rule.nodes], strict=True))
        if all(_settled(column, rule, float(half) / tolerance) for column, tolerance in zip(columns, tolerances, strict=True)):
            totals = [total + half * _weighted(rule.weights, column) for total, column in zip(totals, columns, strict=True)]
        elif depth == DEPTH:
            raise ArithmeticError(f"panel [{low}, {high}] does not settle")
        else:
            pending += [(low, (low + high) / 2, depth + 1), ((low + high) / 2, high, depth + 1)]
    return totals


def _weighted(weights: Sequence[Any], column: Sequence[Any]) -> Any:
    total = arb(0)
    for weight, value in zip(weights, column, strict=True):
        total = total + weight * value
    return total


def _settled(column: Sequence[Any], rule: Rule, scale: float) -> bool:
    size = max(abs(float(value)) for value in column)
    if size * scale < 1e-3:
        return True
    tail = max(abs(float(_weighted(row, column))) for row in rule.last)
    if tail == 0.0:
        return True
    return tail < size and size * (tail / size) ** rule.exponent * scale < 1.0
