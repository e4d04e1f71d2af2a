"""The entropy of one group of nodes on axes, with its derivatives, by contraction of the factors of all vertices that lead to it.

With the masses P of the group's cells and the lengths w of its continuous axes, H = -sum P log(P/w), and dH = -sum dP log(P/w) + sum P dw/w:
the masses move with the factors and with the nodes of the axes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import opt_einsum

from infograd.numeric.interpreter import Floats
from infograd.numeric.networks.axes import Axis
from infograd.numeric.networks.breaks import Motion
from infograd.numeric.networks.contraction import Operand, contracted
from infograd.numeric.networks.corners import Corner
from infograd.numeric.networks.information import LOST
from infograd.numeric.networks.network import Network, Vertex
from infograd.numeric.networks.receivers import Columns
from infograd.numeric.networks.spectrum import Spectrum, separable, spectrum
from infograd.numeric.networks.tables import Table, table
from infograd.numeric.refinement import EPS

ROUNDING = 32.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What one group's entropy takes: vertices, the axis each one's corners are integrated along, and the kept vertices and merged receivers."""

    coefficient: int
    vertices: tuple[str, ...]
    along: Mapping[str, str]
    kept: tuple[str, ...]
    merged: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(slots=True)
class Factors:
    """The factors of a network on axes, made when they are first asked for; `corners` are those that cross a vertex's cells."""

    net: Network
    axes: Mapping[str, Axis]
    corners: Mapping[str, tuple[Corner, ...]]
    _tables: dict[tuple[str, str | None], Table] = field(default_factory=dict)
    _spectra: dict[tuple[str, bool], Spectrum | None] = field(default_factory=dict)
    _changes: dict[tuple[str, str | None, int], Floats | None] = field(default_factory=dict)

    def vertex(self, name: str) -> Vertex:
        """The vertex of that name."""
        return next(vertex for vertex in self.net.vertices if vertex.name == name)

    def separable(self, name: str) -> bool:
        """Whether a vertex may have a spectrum: Gaussian noise after a sum of disjoint groups, and no corner across its cells."""
        return not self.corners[name] and separable(self.vertex(name))

    def spectrum(self, name: str, one_sided: bool) -> Spectrum | None:
        """The spectrum of a separable vertex, where that is much smaller than its table."""
        if (name, one_sided) not in self._spectra:
            grids = {each: axis.nodes for each, axis in self.axes.items()}
            self._spectra[name, one_sided] = spectrum(self.net, self.vertex(name), grids, grids[name], self.axes[name].weights, one_sided=one_sided)
        return self._spectra[name, one_sided]

    def masses(self, name: str, along: str | None) -> Floats:
        """The table of a vertex times the weights of its nodes."""
        if (name, along) not in self._tables:
            vertex = self.vertex(name)
            own = tuple(self.axes[each] for each in (*vertex.parents, name))
            self._tables[name, along] = table(self.net, vertex, own, along, self.corners[name])
        return self._tables[name, along].values * self.axes[name].weights

    def change(self, name: str, along: str | None, number: int, motion: Motion) -> Floats | None:
        """How these masses move along the motion of that number."""
        if (name, along, number) not in self._changes:
            moved = self._tables[name, along].slope(motion)
            found = None if moved is None else moved * self.axes[name].weights
            speeds = self.axes[name].moved(motion)[1]
            if speeds is not None:
                turned = self._tables[name, along].values * speeds
                found = turned if found is None else found + turned
            self._changes[name, along, number] = found
        return self._changes[name, along, number]


@dataclass(frozen=True, slots=True)
class Entropy:
    """The entropy and its slopes along every motion, the sizes of what each was summed from, and the cells it took."""

    values: Floats
    sizes: Floats
    cells: int


def entropy(factors: Factors, plan: Plan, merges: tuple[tuple[str, Columns], ...], motions: list[Motion], operations: float) -> Entropy:
    """The entropy of a plan's group in nats; `merges` are the columns of its receivers by their argument.

    Raises: LimitError where the contraction is too wide.
    """
    operands, spectra = _operands(factors, plan, merges)
    result = "".join(_symbol(factors.net, name) for name in (*plan.kept, *(argument for argument, _ in merges)))
    found = contracted(list(operands.values()), result, operations)
    masses = np.asarray(found.values.real)
    noise = sum(spectrum.noise for spectrum in spectra.values()) - float(np.minimum(masses, 0.0).sum())
    lengths = [factors.axes[name].weights for name in plan.kept]
    for position, (argument, each) in enumerate(merges):
        place = len(plan.kept) + position
        masses = np.moveaxis(each.merged(np.moveaxis(masses, place, -1)), -1, place)
        lengths.append(np.where(each.kept < 0, 1.0, factors.axes[argument].weights[each.kept]))
    spread = [array.reshape((1,) * position + (-1,) + (1,) * (len(lengths) - position - 1)) for position, array in enumerate(lengths)]
    logs = np.where(masses > 0, np.log(np.where(masses > 0, masses, 1.0) / math.prod(spread)), 0.0)
    lost = LOST / (ROUNDING * EPS)
    values, sizes = [-float((masses * logs).sum())], [float(np.abs(masses * logs).sum()) + lost * (abs(float(masses.sum()) - 1) + noise)]
    weights: dict[tuple[str, int], Operand] = {}
    if motions:
        for position, (_, each) in enumerate(merges):
            logs = np.take(logs, each.of, axis=len(plan.kept) + position)
        weights = dict(zip(operands, found.weights(logs, len(operands)), strict=True))
    for number, motion in enumerate(motions):
        terms: list[Floats] = []
        for name in plan.vertices:
            if name in spectra:
                terms += _spectral_terms(factors, spectra[name], name, {key: weights[key] * operands[key][1] for key in operands if key[0] == name}, motion)
            elif (change := factors.change(name, plan.along.get(name), number, motion)) is not None:
                terms.append(np.asarray(weights[name, 0].real) * change)
        stretched = _stretched(factors, plan, merges, masses, motion)
        values.append(sum(float(term.sum()) for term in stretched) - sum(float(term.sum()) for term in terms))
        size = sum(float(np.abs(term).sum()) for term in (*terms, *stretched))
        sizes.append(size + lost * (abs(float(masses.sum()) - 1) + noise) * max(1.0, size))
    return Entropy(np.array(values), np.array(sizes), sum(array.size for _, array in operands.values()))


def _symbol(net: Network, name: str) -> str:
    return str(opt_einsum.get_symbol(next(position for position, vertex in enumerate(net.vertices) if vertex.name == name)))


def _operands(factors: Factors, plan: Plan, merges: tuple[tuple[str, Columns], ...]) -> tuple[dict[tuple[str, int], tuple[str, Operand]], dict[str, Spectrum]]:
    """Every factor by vertex and number, with its axes; and the spectra among them."""
    net = factors.net
    asked = {*plan.kept, *(argument for argument, _ in merges)}
    candidates = [name for name in plan.vertices if factors.separable(name) and not {name, *factors.vertex(name).parents} <= asked]
    operands: dict[tuple[str, int], tuple[str, Operand]] = {}
    spectra: dict[str, Spectrum] = {}
    for name in plan.vertices:
        found = factors.spectrum(name, len(candidates) == 1) if name in candidates else None
        if found is None:
            axes = "".join(_symbol(net, each) for each in (*factors.vertex(name).parents, name))
            operands[name, 0] = axes, factors.masses(name, plan.along.get(name))
            continue
        frequency = opt_einsum.get_symbol(len(net.vertices) + len(spectra))
        spectra[name] = found
        for number, (names, factor) in enumerate(zip(found.axes, (*found.waves, found.own), strict=True)):
            operands[name, number] = "".join(_symbol(net, each) for each in names) + frequency, factor
    return operands, spectra


def _spectral_terms(factors: Factors, found: Spectrum, name: str, weights: Mapping[tuple[str, int], Operand], motion: Motion) -> list[Floats]:
    """The terms of a spectrum's slope: its factors' and its own nodes' lengths'."""
    ordered = [np.asarray(weights[name, number], dtype=np.complex128) for number in range(len(found.axes))]
    grids = {each: axis.nodes for each, axis in factors.axes.items()}
    moved = {each: speeds for each, axis in factors.axes.items() if (speeds := axis.moved(motion)[0]) is not None}
    terms = found.slope(factors.net, ordered, grids, motion.direction, moved)
    stretch = factors.axes[name].moved(motion)[1]
    if stretch is not None:
        terms.append(ordered[-1].real.sum(axis=1) * stretch / factors.axes[name].weights)
    return terms


def _stretched(factors: Factors, plan: Plan, merges: tuple[tuple[str, Columns], ...], masses: Floats, motion: Motion) -> list[Floats]:
    """The terms of sum P dw/w over the kept axes and the columns of receivers."""
    terms = []
    columns = [None] * len(plan.kept) + [each.kept for _, each in merges]
    for position, (name, kept) in enumerate(zip((*plan.kept, *(argument for argument, _ in merges)), columns, strict=True)):
        speeds = factors.axes[name].moved(motion)[1]
        if speeds is not None:
            rates = speeds / factors.axes[name].weights
            share = masses.sum(axis=tuple(other for other in range(masses.ndim) if other != position))
            terms.append(share * (rates if kept is None else np.where(kept < 0, 0.0, rates[kept])))
    return terms
