"""Which gates of a file use which, and the cycles among them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from infograd.verify.specification.tokens import names_in


def names_used(value: Any) -> frozenset[str]:
    """The names in a formula, or in a list of formulas."""
    if isinstance(value, list):
        return frozenset().union(*map(names_used, value))
    return names_in(value) if isinstance(value, str) else frozenset()


def cycles(uses: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, ...]]:
    """Disjoint cycles of the graph, each as its names in the order of use, until none is left."""
    graph = {name: set(used & uses.keys()) for name, used in uses.items()}
    while True:
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            cycle = _from_first(tuple(dict.fromkeys(reversed(error.args[1]))), list(uses))
            yield cycle
            graph = {name: used - set(cycle) for name, used in graph.items() if name not in cycle}
        else:
            return


def _from_first(cycle: tuple[str, ...], order: list[str]) -> tuple[str, ...]:
    start = min(range(len(cycle)), key=lambda position: order.index(cycle[position]))
    return cycle[start:] + cycle[:start]


def cycle_text(cycle: tuple[str, ...]) -> str:
    """A cycle in words."""
    if len(cycle) == 1:
        return f"gate {cycle[0]!r} uses itself"
    if len(cycle) == 2:
        return f"gates {cycle[0]!r} and {cycle[1]!r} use each other"
    return f"gates {', '.join(map(repr, cycle[:-1]))} and {cycle[-1]!r} use one another in a circle"
