"""Ancestors and d-separation against networkx, and dependence on a parameter by brute force."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

import networkx as nx
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import infograd as ig
from infograd.graph import ancestors, d_separated, moved_by, moves_alone, parents_by_name, primitive


@dataclass(frozen=True)
class Structure:
    """A random graph: the parents of every node, which nodes are random, and where the parameter stands (in the map, the noise, or not at all)."""

    parents: tuple[tuple[int, ...], ...]
    random: tuple[bool, ...]
    place: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the nodes."""
        return tuple(f"V{position}" for position in range(len(self.parents)))


@st.composite
def structures(draw: st.DrawFn) -> Structure:
    """Up to eight nodes; a node without parents is a source."""
    size = draw(st.integers(2, 8))
    parents = tuple(tuple(sorted(draw(st.sets(st.integers(0, position - 1), max_size=3)))) if position else () for position in range(size))
    random = tuple(not parents[position] or draw(st.booleans()) for position in range(size))
    place = tuple(draw(st.sampled_from(["", "", "map", "noise"])) for _ in range(size))
    return Structure(parents, random, place)


def channel_of(structure: Structure) -> ig.Channel:
    """The channel of that structure, with unit gains and a parameter `p`."""
    p = ig.Parameter("p")
    nodes: list[ig.Source | ig.Gate] = []
    for name, parents, random, place in zip(structure.names, structure.parents, structure.random, structure.place, strict=True):
        law = ig.Normal(0, p if place == "noise" else 1)
        if not parents:
            nodes.append(ig.Source(name, law))
        else:
            total = sum((ig.Reference(structure.names[parent]) for parent in parents), start=ig.Constant(0))
            nodes.append(ig.Gate(name, p * total if place == "map" else total, noise=law if random else None))
    return ig.Channel(*nodes)


def graph_of(structure: Structure) -> nx.DiGraph[str]:
    """The same graph in networkx: nodes, and the primitive of every random node."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(structure.names)
    for name, parents, random in zip(structure.names, structure.parents, structure.random, strict=True):
        graph.add_edges_from((structure.names[parent], name) for parent in parents)
        if random:
            graph.add_edge(primitive(name), name)
    return graph


@given(structures(), st.data())
def test_d_separation_is_that_of_networkx(structure: Structure, data: st.DataObject) -> None:
    graph = graph_of(structure)
    side = {vertex: data.draw(st.sampled_from(["left", "right", "given", "", ""]), label=vertex) for vertex in sorted(graph)}
    left, right, given = ({vertex for vertex, chosen in side.items() if chosen == name} for name in ("left", "right", "given"))
    assert d_separated(channel_of(structure), left, right, given) == nx.is_d_separator(graph, left, right, given)


@given(structures())
def test_a_vertex_is_never_separated_from_itself(structure: Structure) -> None:
    channel = channel_of(structure)
    assert not any(d_separated(channel, (name,), (name,)) for name in structure.names)


@given(structures(), st.data())
def test_ancestors_are_those_of_networkx(structure: Structure, data: st.DataObject) -> None:
    graph = graph_of(structure)
    names = data.draw(st.sets(st.sampled_from(sorted(graph)), min_size=1))
    assert ancestors(channel_of(structure), names) == names | set(chain.from_iterable(nx.ancestors(graph, name) for name in names))


@given(structures())
def test_every_random_node_has_a_primitive_of_its_own(structure: Structure) -> None:
    graph = graph_of(structure)
    found = parents_by_name(channel_of(structure))
    assert {name: set(parents) for name, parents in found.items()} == {name: set(graph.predecessors(name)) for name in graph}


@given(structures(), st.integers(0, 2**32 - 1))
def test_the_parameter_moves_the_nodes_whose_value_changes_with_it(structure: Structure, seed: int) -> None:
    generator = np.random.default_rng(seed)
    gains = generator.uniform(1, 2, size=(len(structure.names), len(structure.names)))
    noise = generator.uniform(1, 2, size=len(structure.names))

    def values(p: float) -> list[float]:
        """Every node's value with the primitives held fixed; all numbers are positive, so that no two paths cancel."""
        found: list[float] = []
        for position, parents in enumerate(structure.parents):
            place = structure.place[position]
            mapped = sum(gains[position, parent] * found[parent] for parent in parents) * (p if place == "map" and parents else 1)
            own = noise[position] * (np.sqrt(p) if place == "noise" else 1) if structure.random[position] else 0
            found.append(mapped + own)
        return found

    changed = {name for name, before, after in zip(structure.names, values(1.0), values(2.0), strict=True) if before != after}
    assert moved_by(channel_of(structure), "p") == changed


def test_conditioning_on_a_collider_connects_its_parents() -> None:
    x, z = ig.Source("X", ig.Normal()), ig.Source("Z", ig.Normal())
    channel = ig.Channel(x, z, ig.Gate("Y", x + z, noise=ig.Normal()), ig.Gate("W", ig.Reference("Y")))
    assert d_separated(channel, "X", "Z")
    assert not d_separated(channel, "X", "Z", "Y")
    assert not d_separated(channel, "X", "Z", "W")
    assert not d_separated(channel, ("X",), (primitive("Y"),), ("W",))


def test_what_is_given_may_move_only_where_it_separates_from_the_randomness_behind_it() -> None:
    """In V = t X + N1, Y = V + N2, the law of Y given V stands still; in the fork Y1 <- X -> Y2 the law of Y1 given Y2 follows Y2's gain."""
    x = ig.Source("X", ig.Normal(0, 1))
    v = ig.Gate("V", ig.Parameter("t") * x, noise=ig.Normal(0, 1))
    chain = ig.Channel(x, v, ig.Gate("Y", 1 * v, noise=ig.Normal(0, 1)))
    assert moves_alone(chain, ("Y",), ("V",), "t")
    assert moves_alone(chain, ("Y",), ("X",), "t")
    fork = ig.Channel(x, ig.Gate("Y1", ig.Parameter("a") * x, noise=ig.Normal(0, 1)), ig.Gate("Y2", ig.Parameter("b") * x, noise=ig.Normal(0, 1)))
    assert moves_alone(fork, ("Y1",), ("Y2",), "a")
    assert not moves_alone(fork, ("Y1",), ("Y2",), "b")
