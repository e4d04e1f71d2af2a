"""Where a factor of a network is not analytic: the zero sets of expressions in its own nodes.

A map is analytic between the zeros of the arguments of its kinks and jumps; a density of noise between its own corners. Both are
written as expressions in node names and parameters, whose zeros the grids are cut at.
"""

from __future__ import annotations

from dataclasses import dataclass

from infograd.channel import laws_within
from infograd.expression import Apply, Expression, Reference, as_expression, subexpressions
from infograd.law import Exponential, Laplace, Law, Uniform
from infograd.numeric.networks.network import Vertex


@dataclass(frozen=True, slots=True)
class Corner:
    """The zero set of an expression, where a factor has a kink or, with `jump`, a jump."""

    expression: Expression
    jump: bool


def _minus(left: object, right: object) -> Apply:
    return Apply("subtract", (as_expression(left), as_expression(right)))


def map_corners(map: Expression) -> tuple[Corner, ...]:
    """The corners of a map: the zeros of what abs, relu and sign take, and of what clip takes less each bound."""
    found: list[Corner] = []
    for part in subexpressions(map):
        if isinstance(part, Apply) and part.operation in ("abs", "relu", "sign"):
            found.append(Corner(part.arguments[0], part.operation == "sign"))
        elif isinstance(part, Apply) and part.operation == "clip":
            found += [Corner(_minus(part.arguments[0], bound), False) for bound in part.arguments[1:]]
    return tuple(found)


def _law_corners(law: Law) -> list[tuple[Expression, bool]]:
    found: list[tuple[Expression, bool]] = []
    for each in laws_within(law):
        match each:
            case Laplace():
                found.append((each.location, False))
            case Exponential():
                found.append((each.location, True))
            case Uniform():
                found += [(each.lower, True), (each.upper, True)]
    return found


def vertex_corners(vertex: Vertex) -> tuple[Corner, ...]:
    """The corners of a vertex's density given its parents."""
    own: Expression = Reference(vertex.name)
    away = own if vertex.map is None else _minus(own, vertex.map)
    inside = () if vertex.map is None else map_corners(vertex.map)
    return (*inside, *(Corner(_minus(away, place), jump) for place, jump in _law_corners(vertex.law)))
