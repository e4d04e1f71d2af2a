"""The graph behind a channel: ancestors and d-separation, with each node's own randomness as a parent of its own.

Exact for independence in every channel of that shape: a deterministic node is treated like any other, so a separation
that holds only because of determinism may be missed, never claimed.
"""

from __future__ import annotations

from collections.abc import Iterable

from infograd.channel import Channel, node_law, node_parameters, node_parents

PRIMITIVE = "~"


def primitive(name: str) -> str:
    """The name of the vertex for that node's own randomness."""
    return PRIMITIVE + name


def parents_by_name(channel: Channel) -> dict[str, tuple[str, ...]]:
    """The parents of every vertex: nodes, and the primitives of those that are random."""
    graph: dict[str, tuple[str, ...]] = {}
    for node in channel.nodes:
        own: tuple[str, ...] = ()
        if node_law(node) is not None:
            graph[primitive(node.name)] = ()
            own = (primitive(node.name),)
        graph[node.name] = node_parents(node) + own
    return graph


def ancestors(channel: Channel, names: Iterable[str]) -> frozenset[str]:
    """The vertices from which a directed path leads to one of `names`, these included."""
    graph = parents_by_name(channel)
    found: set[str] = set()
    pending = list(names)
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            pending.extend(graph[name])
    return frozenset(found)


def movers(channel: Channel) -> dict[str, frozenset[str]]:
    """For every node, the parameters that change its value while all primitives are held fixed."""
    found: dict[str, frozenset[str]] = {}
    for node in channel.nodes:
        own = frozenset(each.name for each in node_parameters(node))
        found[node.name] = own.union(*(found[parent] for parent in node_parents(node)))
    return found


def moved_by(channel: Channel, parameter: str) -> frozenset[str]:
    """The nodes whose value changes with the parameter while all primitives are held fixed."""
    return frozenset(name for name, found in movers(channel).items() if parameter in found)


def moves_alone(channel: Channel, outputs: Iterable[str], given: Iterable[str], parameter: str) -> bool:
    """Whether the outputs' law given other nodes changes with the parameter by the outputs' own motion alone.

    So it is where nothing given moves with the parameter, or where the given nodes d-separate the outputs from the randomness behind them.
    """
    outputs, given = frozenset(outputs), frozenset(given)
    if not given & moved_by(channel, parameter):
        return True
    randomness = ancestors(channel, given) & {primitive(name) for name in channel.names}
    return d_separated(channel, outputs, randomness, given)


def d_separated(channel: Channel, left: Iterable[str], right: Iterable[str], given: Iterable[str] = ()) -> bool:
    """Whether `given` d-separates `left` from `right`; vertices are node names and `primitive(name)`.

    Decided on the moral graph of the common ancestors (Lauritzen et al., Networks 20 (1990) 491).
    """
    left, right, given = frozenset(left), frozenset(right), frozenset(given)
    if left & right:
        return False
    graph = parents_by_name(channel)
    relevant = ancestors(channel, left | right | given)
    neighbours: dict[str, set[str]] = {name: set() for name in relevant}
    for name in relevant:
        family = (name, *graph[name])
        for member in family:
            neighbours[member].update(each for each in family if each != member)
    reached = set(left - given)
    pending = list(reached)
    while pending:
        for neighbour in neighbours[pending.pop()] - reached - given:
            reached.add(neighbour)
            pending.append(neighbour)
    return not reached & right
