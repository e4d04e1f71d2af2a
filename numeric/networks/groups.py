"""An information as a sum of entropies of groups of nodes, each reduced to what has to be integrated.

    I(A;B|C) = H(A,C) + H(B,C) - H(A,B,C) - H(C)

A node whose parents stand in its group, and from which no other of the group descends, adds the entropy of its own law: that is a
closed form and leaves the group. A deterministic node adds nothing to a group that holds what it is a function of.
Entropies are in nats, those of continuous nodes against the lengths of their axes.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

import numpy as np
from scipy import special

from infograd.expression import references
from infograd.law import Exponential, Laplace, Law, Logistic, Mixture, Normal, Points, StudentT, Uniform
from infograd.numeric.interpreter import Dual, Floats, Interpreter
from infograd.numeric.limit import LimitError
from infograd.numeric.networks.network import Network


@dataclass(frozen=True, slots=True)
class Groups:
    """The coefficients of the closed entropies by vertex, and of the entropies of groups of vertices and receivers."""

    closed: dict[str, int]
    open: dict[frozenset[str], int]


def groups(net: Network) -> Groups:
    """The information's groups, reduced."""
    left, right = net.question.between
    given = net.question.given
    closed: Counter[str] = Counter()
    left_over: Counter[frozenset[str]] = Counter()
    for sign, names in ((1, (*left, *given)), (1, (*right, *given)), (-1, net.question.nodes), (-1, given)):
        alone, rest = _reduced(net, frozenset(names))
        closed.update(dict.fromkeys(alone, sign))
        left_over[rest] += sign
    return Groups(
        {name: count for name, count in closed.items() if count},
        {names: count for names, count in left_over.items() if count and names},
    )


def ancestors(net: Network, names: frozenset[str]) -> frozenset[str]:
    """The vertices that lead to vertices or receivers, themselves included."""
    parents = {vertex.name: vertex.parents for vertex in net.vertices} | {name: references(map) for name, map in net.receivers.items()}
    found: set[str] = set()
    pending = list(names)
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            pending.extend(parents[name])
    return frozenset(found - net.receivers.keys())


def _reduced(net: Network, names: frozenset[str]) -> tuple[list[str], frozenset[str]]:
    left = {name for name in names if name not in net.receivers or not set(references(net.receivers[name])) <= names}
    alone: list[str] = []
    for vertex in reversed(net.vertices):
        others = frozenset(left - {vertex.name})
        if vertex.name in left and set(vertex.parents) <= left and vertex.name not in ancestors(net, others) and not isinstance(vertex.law, Mixture):
            alone.append(vertex.name)
            left.remove(vertex.name)
    return alone, frozenset(left)


def _logarithm(value: Dual) -> Dual:
    return np.log(value[0]), None if value[1] is None else value[1] / value[0]


def closed_entropy(law: Law, interpreter: Interpreter) -> tuple[float, float]:
    """The entropy of a law that is no mixture, and its derivative along the interpreter's direction.

    Raises: LimitError for a mixture.
    """
    match law:
        case Points():
            weights, turned = interpreter(law.weights)
            return float(-np.sum(weights * np.log(weights))), 0.0 if turned is None else float(-np.sum(turned * (1 + np.log(weights))))
        case Normal():
            variance, growth = _logarithm(interpreter(law.covariance))
            return _plus(0.5 * math.log(2 * math.pi * math.e), 0.5 * variance, None if growth is None else 0.5 * growth)
        case Uniform():
            (lower, down), (upper, up) = interpreter(law.lower), interpreter(law.upper)
            length = upper - lower
            speed = (0.0 if up is None else float(up)) - (0.0 if down is None else float(down))
            return float(np.log(length)), speed / float(length)
        case Laplace() | Logistic() | Exponential():
            standard = {Laplace: 1 + math.log(2), Logistic: 2.0, Exponential: 1.0}[type(law)]
            return _plus(standard, *_logarithm(interpreter(law.scale)))
        case StudentT():
            dual = interpreter(law.freedom)
            freedom, rate = float(dual[0]), 0.0 if dual[1] is None else float(dual[1])
            half = (freedom + 1) / 2
            standard = half * (special.digamma(half) - special.digamma(freedom / 2)) + 0.5 * math.log(freedom) + special.betaln(freedom / 2, 0.5)
            slope = half / 2 * (special.polygamma(1, half) - special.polygamma(1, freedom / 2)) + 0.5 / freedom
            scaled, moved = _plus(float(standard), *_logarithm(interpreter(law.scale)))
            return scaled, moved + float(slope) * rate
        case _:
            raise LimitError(f"the entropy of the law {type(law).__name__} is no closed form here")


def _plus(constant: float, value: Floats, growth: Floats | None) -> tuple[float, float]:
    return constant + float(value), 0.0 if growth is None else float(growth)
