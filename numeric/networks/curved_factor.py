"""The factors of a lattice with their first and second derivatives, summed against weights.

A gate's factor is p(y - f) over (parents..., own). With l its logarithm, m a displacement of f, and a, b parameters in the law of the noise,

    F_ab/F = t_ab + t_ma f_b + t_mb f_a + t_mm f_a f_b + l_m f_ab,    t = second derivative of l + product of its first ones,

so that its own axis is summed over first. The cells at the ends of an axis say what the tails that were cut off there may add.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import numpy as np

from infograd.law import Points
from infograd.numeric.interpreter import Floats
from infograd.numeric.networks.curved_density import grown, log_density
from infograd.numeric.networks.expansion import Expansion, mapped, steady, turns
from infograd.numeric.networks.lattice import Lattice
from infograd.numeric.networks.moved_source import Indices, moved_source
from infograd.numeric.networks.network import Vertex, parent_grids
from infograd.numeric.single.jet import Jet, crossed

SHIFT = -1

Key = TypeVar("Key")
Reduced: TypeAlias = Callable[[Floats], Floats]


@dataclass(frozen=True, slots=True)
class Term:
    """A sum, the sum of the absolute terms that it was made of, and what the tails beyond the outermost cells may add."""

    value: float
    size: float
    beyond: float

    def __add__(self, other: Term) -> Term:
        return Term(self.value + other.value, self.size + other.size, self.beyond + other.beyond)


@dataclass(frozen=True, slots=True, eq=False)
class Tail:
    """The outermost nodes of an axis, and how many cells like theirs the tail beyond them is worth at most."""

    nodes: Indices
    cells: float


@dataclass(frozen=True, slots=True, eq=False)
class CurvedSource:
    """The weights of a source.

    What its sums are weighted with is already multiplied by the factor, and the derivatives are divided by it.
    """

    masses: Jet
    tail: Tail

    def tangent(self, number: int) -> Floats | None:
        """The factor's derivative in one entry."""
        return self.masses.first.get(number)

    def slopes(self, weights: Floats) -> dict[int, Term]:
        """The sums of weights and first derivatives."""
        return {number: self._term(weights * slope / self.masses.value) for number, slope in self.masses.first.items()}

    def turns(self, weights: Floats) -> dict[tuple[int, int], Term]:
        """The sums of weights and second derivatives."""
        return {pair: self._term(weights * turn / self.masses.value) for pair, turn in turns(self.masses).items()}

    def _term(self, terms: Floats) -> Term:
        sizes = np.abs(terms)
        return Term(float(terms.sum()), float(sizes.sum()), self.tail.cells * float(sizes[self.tail.nodes].sum()))


@dataclass(frozen=True, slots=True, eq=False)
class CurvedGate:
    """A gate's kernel: its masses, the derivatives of its logarithm, those of its map over the parents, and the tails of all its axes.

    What its sums are weighted with is already multiplied by the factor, and the derivatives are divided by it.
    """

    masses: Floats
    log: Jet
    growth: Mapping[tuple[int, int], Floats]
    map: Jet
    tails: tuple[Tail, ...]

    def tangent(self, number: int) -> Floats | None:
        """The factor's derivative in one entry."""
        rate = self.log.first.get(number)
        if number in self.map.first:
            drift = self.log.first[SHIFT] * self.map.first[number][..., None]
            rate = drift if rate is None else rate + drift
        return None if rate is None else np.broadcast_to(self.masses * rate, self.masses.shape)

    def slopes(self, weights: Floats) -> dict[int, Term]:
        """The sums of weights and first derivatives."""
        return self._terms(weights, self._first)

    def turns(self, weights: Floats) -> dict[tuple[int, int], Term]:
        """The sums of weights and second derivatives."""
        return self._terms(weights, self._second)

    def _first(self, reduced: Reduced) -> Iterator[tuple[int, Floats]]:
        for number, slope in self.log.first.items():
            if number != SHIFT:
                yield number, reduced(slope)
        if self.map.first:
            pull = reduced(self.log.first[SHIFT])
            for number, drift in self.map.first.items():
                yield number, pull * drift

    def _second(self, reduced: Reduced) -> Iterator[tuple[tuple[int, int], Floats]]:
        mixed = {}
        for (one, other), term in self.growth.items():
            if one != SHIFT:
                yield (one, other), reduced(term)
            elif other != SHIFT and self.map.first:
                mixed[other] = reduced(term)
        yield from crossed(self.map.first, mixed).items()
        if self.map.first:
            bend, pull = reduced(self.growth[SHIFT, SHIFT]), reduced(self.log.first[SHIFT])
            for pair, term in crossed(self.map.first, self.map.first).items():
                yield pair, 0.5 * bend * term
            for pair, term in turns(self.map).items():
                yield pair, pull * term

    def _terms(self, weights: Floats, fields: Callable[[Reduced], Iterator[tuple[Key, Floats]]]) -> dict[Key, Term]:
        own, shape = self.tails[-1], self.masses.shape[:-1]
        ends = weights[..., own.nodes]

        def inside(field: Floats) -> Floats:
            return np.asarray(np.einsum("...y,...y->...", weights, np.broadcast_to(field, weights.shape)))

        def at_ends(field: Floats) -> Floats:
            return np.asarray(np.abs(ends * np.broadcast_to(field, weights.shape)[..., own.nodes]).sum(axis=-1))

        found: dict[Key, Term] = {}
        for key, field in fields(inside):
            sizes = np.abs(np.broadcast_to(field, shape))
            sides = (tail.cells * float(np.take(sizes, tail.nodes, axis=axis).sum()) for axis, tail in enumerate(self.tails[:-1]))
            term = Term(float(np.broadcast_to(field, shape).sum()), float(sizes.sum()), sum(sides))
            found[key] = found[key] + term if key in found else term
        for key, field in fields(at_ends):
            found[key] += Term(0.0, 0.0, own.cells * float(np.abs(np.broadcast_to(field, shape)).sum()))
        return found


Curved: TypeAlias = CurvedSource | CurvedGate


def curved_factors(grid: Lattice) -> dict[str, Curved]:
    """Every factor of a lattice of whole kernels with its derivatives.

    Raises: LimitError for noise whose density has kinks or jumps.
    """
    found: dict[str, Curved] = {}
    nodes: dict[str, Jet] = {}
    tails: dict[str, Tail] = {}
    alone = Expansion(grid.net, {}, 0)
    for vertex in grid.net.vertices:
        density, factor = grid.net.density(vertex), grid.factors[vertex.name]
        cells = 1 + density.width() / grid.spacings[vertex.name] if not isinstance(vertex.law, Points) else 0.0
        if vertex.map is None:
            source = moved_source(vertex.law, density, alone, grid.spacings[vertex.name])
            nodes[vertex.name], tails[vertex.name] = source.nodes, Tail(source.tails, cells)
            found[vertex.name] = CurvedSource(source.weights, tails[vertex.name])
            continue
        assert factor.deviations is not None  # a gate's factor has them
        nodes[vertex.name], tails[vertex.name] = steady(grid.grids[vertex.name]), Tail(np.array([0, grid.grids[vertex.name].size - 1]), cells)
        log = log_density(vertex.law, Jet(factor.deviations, {SHIFT: -1.0}, {}), alone)
        axes = tuple(tails[name] for name in (*vertex.parents, vertex.name))
        found[vertex.name] = CurvedGate(factor.masses, log, grown(log), _map(grid, vertex, nodes), axes)
    return found


def _map(grid: Lattice, vertex: Vertex, nodes: Mapping[str, Jet]) -> Jet:
    """The map of a gate over its parents' nodes, which may move."""
    assert vertex.map is not None  # a gate has one
    shapes = {name: array.shape for name, array in parent_grids(vertex, grid.grids).items()}
    placed = {name: mapped(nodes[name], lambda field, shape=shape: np.reshape(field, shape)) for name, shape in shapes.items()}  # type: ignore[misc]  # the default binds the loop's shape
    return Expansion(grid.net, placed, len(shapes))(vertex.map)
