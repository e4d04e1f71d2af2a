"""Laws as choices: points and mixtures fall into cases with weights, in each of which a node's own randomness has one smooth law or none."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

from infograd.expression import Expression, apply
from infograd.law import Law, Mixture, Points
from infograd.numeric.interpreter import Interpreter


@dataclass(frozen=True, slots=True)
class Choice:
    """One case: the weights whose product is its probability, and a law without cases, or a point."""

    weights: tuple[Expression, ...]
    law: Law | None
    point: Expression | None


def choices(law: Law) -> Iterator[Choice]:
    """The cases of a law."""
    match law:
        case Points():
            for position in range(law.weights.shape[0]):
                yield Choice((apply("index", law.weights, position),), None, apply("index", law.values, position))
        case Mixture():
            for position, component in enumerate(law.components):
                for inner in choices(component):
                    yield Choice((apply("index", law.weights, position), *inner.weights), inner.law, inner.point)
        case _:
            yield Choice((), law, None)


def count_of(law: Law) -> int:
    """How many cases a law has."""
    match law:
        case Points():
            return law.weights.shape[0]
        case Mixture():
            return sum(map(count_of, law.components))
        case _:
            return 1


def total_rate(law: Law, interpreter: Interpreter) -> float:
    """How the sum of all probabilities moves along the interpreter's direction: not at all, unless the weights are free."""
    total = 0.0
    for choice in choices(law):
        duals = [interpreter(weight) for weight in choice.weights]
        share = math.prod(float(value) for value, _ in duals)
        total += sum(share * float(tangent / value) for value, tangent in duals if tangent is not None)
    return total


def combinations(laws: dict[str, Law]) -> Iterator[dict[str, Choice]]:
    """Every way to choose a case for each node."""
    for picked in itertools.product(*(tuple(choices(law)) for law in laws.values())):
        yield dict(zip(laws, picked, strict=True))
