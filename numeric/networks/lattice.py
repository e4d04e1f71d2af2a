"""A network at one resolution: grids, factors, and the derivative of a factor sum.

A source is a discrete law (weights w_i on nodes x_i that may move with the parameters); a gate is its transition kernel
p(v_j | parents) times the weight of node v_j on a fixed grid. The mass of a cell is the product of the factors, so
sums over cells are probabilities.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from infograd.law import Points
from infograd.numeric.density import Density, read
from infograd.numeric.interpreter import Floats
from infograd.numeric.limit import CELLS, LimitError, node_count
from infograd.numeric.networks.network import Network, Vertex, parent_grids
from infograd.numeric.networks.pilot import Habitat
from infograd.numeric.networks.rule import source_rule
from infograd.numeric.networks.spectrum import Spectrum, Waves, separable, spectrum


@dataclass(frozen=True, slots=True)
class Factor:
    """The masses of one vertex over (parents..., own grid); a gate's keep what their derivative needs."""

    masses: Floats
    density: Density | None = None
    deviations: Floats | None = None


@dataclass(frozen=True, slots=True)
class Lattice:
    """All grids and factors of a network at one resolution."""

    net: Network
    grids: dict[str, Floats]
    factors: dict[str, Factor]
    spacings: dict[str, float]
    spectra: dict[str, Spectrum] = field(default_factory=dict)

    def slope(self, weights: dict[str, Floats], waves: dict[str, list[Waves]], entry: tuple[str, tuple[int, ...]]) -> tuple[float, float]:
        """sum over vertices of <weights, d masses / d entry>, and the sum of the absolute terms it was made of.

        `weights` and `waves` hold, for each factor of a vertex, an array of its shape already multiplied by the factor.
        """
        name, index = entry
        direction = np.zeros_like(self.net.values[name])
        direction[index] = 1.0
        moved: dict[str, Floats] = {}
        total = magnitude = 0.0
        for vertex in self.net.vertices:
            if vertex.map is None:
                terms, tangent = self._source_slope(vertex, weights[vertex.name], {name: direction} if name in vertex.parameters else {})
                if tangent is not None:
                    moved[vertex.name] = tangent
            else:
                touched = name in vertex.parameters or any(parent in moved for parent in vertex.parents)
                if not touched:
                    terms = []
                elif vertex.name in self.spectra:
                    terms = self.spectra[vertex.name].slope(self.net, waves[vertex.name], self.grids, {name: direction}, moved)
                else:
                    terms = self._gate_slope(vertex, weights[vertex.name], {name: direction}, moved)
            for term in terms:
                total += float(term.sum())
                magnitude += float(np.abs(term).sum())
        return total, magnitude

    def _source_slope(self, vertex: Vertex, weights: Floats, direction: dict[str, Floats]) -> tuple[list[Floats], Floats | None]:
        if not direction:
            return [], None
        interpreter = self.net.interpreter({}, direction, 0)
        (_, moved), (masses, turned) = source_rule(vertex.law, self.net.density(vertex), interpreter, self.spacings[vertex.name])
        return [] if turned is None else [weights * (turned / masses)], moved

    def _gate_slope(self, vertex: Vertex, weights: Floats, direction: dict[str, Floats], moved: dict[str, Floats]) -> list[Floats]:
        factor = self.factors[vertex.name]
        density, deviations = factor.density, factor.deviations
        assert density is not None and deviations is not None and vertex.map is not None  # a gate's factor has them
        own, rates = read(vertex.law, self.net.interpreter({}, direction, 0))
        terms = []
        if rates:
            scores = own.argument_scores(deviations)
            for argument, rate in rates.items():
                stretched = rate.reshape(rate.shape + (1,) * deviations.ndim) if rate.ndim else rate
                rated = scores[argument] * stretched
                terms.append(weights * (rated.sum(axis=0) if rate.ndim else rated))
        grids = parent_grids(vertex, self.grids)
        tangents = {parent: moved[parent].reshape(grid.shape) for parent, grid in grids.items() if parent in moved}
        _, drift = self.net.interpreter(grids, {**direction, **tangents}, len(grids))(vertex.map)
        if drift is not None:
            pull = -np.einsum("...y,...y->...", weights, density.score(deviations))
            terms.append(pull * drift)
        return terms


def _even_grid(habitat: Habitat, spacing: float) -> tuple[Floats, Floats]:
    """Trapezoid nodes and weights over a habitat."""
    length = habitat.high - habitat.low
    count = node_count(length, spacing, 4)
    return np.linspace(habitat.low, habitat.high, count + 1), np.full(count + 1, length / count)


def _gate_grid(density: Density, locations: Floats, habitat: Habitat, spacing: float) -> tuple[Floats, Floats]:
    """Trapezoid nodes and weights over a gate's habitat; heavy tails are stretched around the range of its locations."""
    low, high = habitat.low, habitat.high
    if not density.heavy:
        return _even_grid(habitat, spacing)
    middle, stretch = float(locations.min() + locations.max()) / 2, float(np.ptp(locations)) / 2 + density.width()
    reach = math.asinh(max(high - middle, middle - low) / stretch)
    count = node_count(reach * stretch * math.sqrt(2), spacing, 4)
    parameter = np.linspace(-reach, reach, 2 * count + 1)
    return middle + stretch * np.sinh(parameter), stretch * np.cosh(parameter) * (reach / count)


def lattice(net: Network, habitats: dict[str, Habitat], step: float, *, spectral: bool = False) -> Lattice:
    """The network on grids with spacing `step` times each vertex's scale; with `spectral`, separable gates as the factors of their spectra.

    Raises: LimitError where a kernel has more than `CELLS` cells.
    """
    grids: dict[str, Floats] = {}
    factors: dict[str, Factor] = {}
    spectra: dict[str, Spectrum] = {}
    spacings = {name: step * habitat.scale for name, habitat in habitats.items()}
    asked = set(net.question.nodes)
    candidates = {vertex.name for vertex in net.vertices if spectral and separable(vertex) and not {vertex.name, *vertex.parents} <= asked}
    for vertex in net.vertices:
        density = net.density(vertex)
        if vertex.map is None:
            spacing = spacings[vertex.name] if not isinstance(vertex.law, Points) else 1.0
            (grids[vertex.name], _), (weights, _) = source_rule(vertex.law, density, net.interpreter({}, {}, 0), spacing)
            factors[vertex.name] = Factor(weights)
            continue
        if vertex.name in candidates:
            nodes, weights = _even_grid(habitats[vertex.name], spacings[vertex.name])
            found = spectrum(net, vertex, grids, nodes, weights, one_sided=len(candidates) == 1)
            if found is not None:
                grids[vertex.name], spectra[vertex.name] = nodes, found
                continue
        locations = net.interpreter(parent_grids(vertex, grids), {}, len(vertex.parents))(vertex.map)[0]
        nodes, weights = _gate_grid(density, locations, habitats[vertex.name], spacings[vertex.name])
        shape = tuple(grids[name].size for name in vertex.parents)
        if math.prod(shape) * nodes.size > CELLS:
            raise LimitError(
                f"the kernel of gate {vertex.name!r} has {len(shape) + 1} axes and {math.prod(shape) * nodes.size:.1e} cells, and at most {CELLS:.0e} are taken"
            )
        deviations = nodes - np.broadcast_to(locations, shape)[..., None]
        grids[vertex.name] = nodes
        factors[vertex.name] = Factor(np.exp(density.log_density(deviations)) * weights, density, deviations)
    return Lattice(net, grids, factors, spacings, spectra)
