"""Upper bounds on the ranks of the asked nodes, from the graph of their entries alone.

Where every path of effects from a noise to the entries S passes through one of the entries W, S is a linear function of W, and
its rank is at most |W|. The least |W| is the largest number of paths that share no entry (Menger, Fund. Math. 10 (1927) 96).
No rank drops beside a point, and none rises above its bound: a rank that meets the bound stays what it is.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import TypeAlias

from infograd.analytic.affine import structural_equations
from infograd.analytic.exact.rank import Pattern
from infograd.analytic.forms.term_count import CountRing
from infograd.analytic.ring import Entry
from infograd.array import Array, Shape, entries
from infograd.channel import Channel
from infograd.question import Question

NodeEntry: TypeAlias = tuple[str, int]
Arcs: TypeAlias = Mapping[Hashable, Iterable[Hashable]]
_START, _END = "start", "end"


class _SupportRing(CountRing):
    """Counts of terms with the parameters that are not free at their values: 0 only where an expression vanishes for all values of the free ones."""

    def __init__(self, at: Mapping[str, Array], free: Collection[Entry]) -> None:
        self.fixed_at_zero = {(name, index) for name, array in at.items() for index, value in entries(array) if value == Fraction(0)}.difference(free)

    def parameter(self, name: str, index: Shape) -> int:
        """One, and none for a zero."""
        return int((name, index) not in self.fixed_at_zero)


def stays(question: Question, found: Pattern, free: Collection[Entry]) -> bool:
    """Whether the graph shows that the ranks at the question's point are those at all points beside it that the free entries reach.

    False leaves it open.
    """
    equations = structural_equations(_SupportRing(question.at, free), question)
    arcs: dict[Hashable, list[Hashable]] = {
        _START: [(equation.node, place, "in") for equation in equations if equation.covariance for place in range(len(equation.rows))]
    }
    for equation in equations:
        for place, row in enumerate(equation.rows):
            arcs[equation.node, place, "in"] = [(equation.node, place, "out")]
            arcs.setdefault((equation.node, place, "out"), [])
            for (parent, position), count in row.coefficients.items():
                if count:
                    arcs[parent, position, "out"].append((equation.node, place, "in"))

    def bound(*groups: Iterable[NodeEntry]) -> int:
        ends = {(*entry, "out") for group in groups for entry in group}
        return most_disjoint_paths({place: [*targets, _END] if place in ends else targets for place, targets in arcs.items()})

    given, left, right = (list(_entries(question.channel, names)) for names in (question.given, *question.between))
    kept_given, kept_left, kept_right = map(len, (found.given, found.left, found.right))
    return (
        bound(given) == kept_given
        and bound(given, left) == kept_given + kept_left
        and bound(given, right) == kept_given + kept_right
        and bound(given, left, right) == len(found.joint)
    )


def _entries(channel: Channel, names: Iterable[str]) -> Iterable[NodeEntry]:
    for name in names:
        shape = channel.node(name).shape
        yield from ((name, place) for place in range(shape[0] if shape else 1))


def most_disjoint_paths(arcs: Arcs) -> int:
    """The largest number of paths from start to end that share no arc, by augmenting paths (Ford and Fulkerson, Can. J. Math. 8 (1956) 399)."""
    residual: dict[Hashable, set[Hashable]] = {place: set(targets) for place, targets in arcs.items()}
    count = 0
    while path := _path(residual):
        for tail, head in pairwise(path):
            residual[tail].remove(head)
            residual.setdefault(head, set()).add(tail)
        count += 1
    return count


def _path(arcs: Arcs) -> list[Hashable]:
    before: dict[Hashable, Hashable] = {_START: _START}
    pending: list[Hashable] = [_START]
    for place in pending:
        for head in arcs.get(place, ()):
            if head not in before:
                before[head] = place
                pending.append(head)
    if _END not in before:
        return []
    path: list[Hashable] = [_END]
    while path[-1] != _START:
        path.append(before[path[-1]])
    return path[::-1]
