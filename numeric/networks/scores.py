"""The score form on a lattice: kernels differentiated in the node they give, and paths carried from ancestors to it.

With p the density of all vertices and u = d log p / db, the score of b given any other asked nodes is E[u | those, b]: an
average of kernel scores, those of b's children included. J = dB/dtheta at fixed primitives is carried forward along
the graph, a sum over paths of products whose factors each live on one kernel, so that every average is one contraction
of the network with some kernels multiplied. Nothing is differentiated in theta but maps and the reparameterisation of
primitives, and no logarithm is taken.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy import fft

from infograd.law import Exponential, Mixture, Normal, Points, Uniform
from infograd.numeric.density import Density, read
from infograd.numeric.interpreter import Floats
from infograd.numeric.limit import LimitError
from infograd.numeric.networks.information import Contraction
from infograd.numeric.networks.lattice import Factor, Lattice, lattice
from infograd.numeric.networks.network import Network, Vertex, entries_of, parent_grids
from infograd.numeric.networks.pilot import pilot
from infograd.numeric.networks.rule import source_rule
from infograd.numeric.refinement import EPS, Estimate

Multipliers = Mapping[str, Floats]


def primitive_drift(density: Density, tangents: Mapping[str, Floats], z: Floats) -> Floats:
    """dN/dtheta at fixed primitive where the noise is z; of a mixture the mean over the components that may have given z.

    Raises: LimitError where the parameter moves the law of the primitive itself.
    """
    q = density.arguments
    if isinstance(density.law, Mixture):
        total = np.zeros_like(z)
        for position, part in enumerate(density.parts):
            inner = {name.split(".", 1)[1]: tangent for name, tangent in tangents.items() if name.startswith(f"{position}.")}
            if inner:
                share = q["weights"][position] * np.exp(part.log_density(z) - density.log_density(z))
                total = total + share * primitive_drift(part, inner, z)
        fixed = "weights" not in tangents
    elif isinstance(density.law, Normal):
        total = tangents.get("mean", np.asarray(0.0)) + tangents.get("covariance", np.asarray(0.0)) * (z - q["mean"]) / (2 * q["covariance"])
        fixed = True
    else:
        total = tangents.get("location", np.asarray(0.0)) + tangents.get("scale", np.asarray(0.0)) * (z - q["location"]) / q["scale"]
        fixed = "freedom" not in tangents
    if not fixed:
        raise LimitError("a parameter moves the law of a primitive itself (weights or degrees of freedom), which no path carries")
    return total


class LatticeScores:
    """A form of the gradient for every entry that the question differentiates in, at one resolution."""

    def __init__(self, net: Network, form: str, operations: float) -> None:
        self._net = net
        self._form = form
        self._habitats = pilot(net)
        self._contraction = Contraction(net, operations)
        self._vertices = {vertex.name: vertex for vertex in net.vertices}
        self._children = {name: [each for each in net.vertices if name in each.parents] for name in self._vertices}
        for name in net.question.between[1]:
            law = self._vertices[name].law
            if isinstance(law, Points | Uniform | Exponential):
                raise LimitError(f"node {name!r} has the law {type(law).__name__}, which has no score on the whole line")

    def __call__(self, step: float) -> Estimate:
        """The slopes of all entries with their rounding errors.

        Raises: LimitError where a contraction is too wide, or a parameter moves the law of a primitive itself.
        """
        grid = lattice(self._net, self._habitats, step)
        left = tuple(range(len(self._net.question.between[0])))
        masses = self._average(grid, {})
        scores = {name: self._score_parts(grid, masses, name, left) for name in self._net.question.between[1]}
        found = []
        for entry in entries_of(self._net):
            total = size = 0.0
            for name, (rates, noise) in scores.items():
                path = _ratio(sum((self._average(grid, each) for each in self._paths(grid, entry)[name]), np.zeros_like(masses)), masses)
                total += float((path * rates).sum())
                size += float((np.abs(path) * noise).sum())
            found.append((total, size))
        values, sizes = np.array(found).reshape(-1, 2).T
        return Estimate(values, EPS * (1 + max(16.0, masses.size**0.5 / 8) * sizes), masses.size)

    def _average(self, grid: Lattice, multipliers: Multipliers) -> Floats:
        """The masses of the asked nodes with some kernels multiplied: E[product of the multipliers; asked nodes]."""
        axes = self._contraction.axes
        operands = [(axes[name], factor.masses * multipliers[name] if name in multipliers else factor.masses) for name, factor in grid.factors.items()]
        return self._contraction(operands, self._contraction.asked)

    def _score_parts(self, grid: Lattice, masses: Floats, name: str, left: tuple[int, ...]) -> tuple[Floats, Floats]:
        """What E[J | asked nodes] is weighted with in each of their cells, and the size of what it is a difference of."""
        if self._form == "posterior":
            axis = self._net.question.nodes.index(name)
            rates, noise = _slope_along(masses, axis, _cell_widths(grid.factors[name], name))
        else:
            rates = sum((self._average(grid, each) for each in self._kernel_scores(grid, name)), np.zeros_like(masses))
            noise = np.abs(rates)
        marginal = masses * _ratio(rates.sum(axis=left, keepdims=True), masses.sum(axis=left, keepdims=True))
        return -marginal if self._form == "reduction" else rates - marginal, noise + np.abs(marginal)

    def _kernel_scores(self, grid: Lattice, name: str) -> list[Multipliers]:
        """d log p(all vertices) / d name, each term on one kernel."""
        vertex, factor = self._vertices[name], grid.factors[name]
        deviations = grid.grids[name] if vertex.map is None else factor.deviations
        assert deviations is not None  # a gate's factor has them
        terms: list[Multipliers] = [{name: self._net.density(vertex).score(deviations)}]
        for child in self._children[name]:
            slope = self._slope(grid, child, name)
            density, away = grid.factors[child.name].density, grid.factors[child.name].deviations
            assert density is not None and away is not None  # a child is a gate
            terms += [] if slope is None else [{child.name: -density.score(away) * slope}]
        return terms

    def _slope(self, grid: Lattice, vertex: Vertex, parent: str) -> Floats | None:
        """d map / d parent over (parents..., 1)."""
        assert vertex.map is not None  # only gates have parents
        grids = parent_grids(vertex, grid.grids)
        tangent = self._net.interpreter(dict(grids), {parent: np.ones_like(grids[parent])}, len(grids))(vertex.map)[1]
        return None if tangent is None else tangent[..., None]

    def _paths(self, grid: Lattice, entry: tuple[str, tuple[int, ...]]) -> dict[str, list[Multipliers]]:
        """d vertex / d entry at fixed primitives for every vertex, as a sum over paths of multipliers of kernels."""
        name, index = entry
        direction = np.zeros_like(self._net.values[name])
        direction[index] = 1.0
        carried: dict[str, list[Multipliers]] = {}
        for vertex in self._net.vertices:
            own = self._own_drift(grid, vertex, {name: direction}) if name in vertex.parameters else None
            carried[vertex.name] = [] if own is None else [{vertex.name: own}]
            for parent in vertex.parents if any(carried[parent] for parent in vertex.parents) else ():
                slope = self._slope(grid, vertex, parent)
                if slope is not None:
                    carried[vertex.name] += [{**path, vertex.name: slope} for path in carried[parent]]
        return carried

    def _own_drift(self, grid: Lattice, vertex: Vertex, direction: dict[str, Floats]) -> Floats | None:
        """How the parameter moves the vertex with its parents and primitives fixed."""
        interpreter = self._net.interpreter({}, direction, 0)
        if vertex.map is None:
            (_, moved), (_, turned) = source_rule(vertex.law, self._net.density(vertex), interpreter, grid.spacings[vertex.name])
            if turned is not None:
                raise LimitError(f"parameter {next(iter(direction))!r} moves the law of the primitive of {vertex.name!r} itself, which no path carries")
            return moved
        grids = parent_grids(vertex, grid.grids)
        drift = self._net.interpreter(dict(grids), direction, len(grids))(vertex.map)[1]
        density, tangents = read(vertex.law, interpreter)
        deviations = grid.factors[vertex.name].deviations
        assert deviations is not None  # a gate's factor has them
        own = primitive_drift(density, tangents, deviations) if tangents else None
        return own if drift is None else drift[..., None] if own is None else own + drift[..., None]


def _ratio(top: Floats, bottom: Floats) -> Floats:
    return np.divide(top, bottom, out=np.zeros_like(top), where=bottom > 0)


def _cell_widths(factor: Factor, name: str) -> Floats:
    """db/dj of a gate's grid at node j: its masses over its density, where the density is largest.

    Raises: LimitError for a source.
    """
    if factor.density is None or factor.deviations is None:
        raise LimitError(f"node {name!r} is a source; the posterior form differentiates on the even grid of a gate")
    masses = factor.masses.reshape(-1, factor.masses.shape[-1])
    densities = np.exp(factor.density.log_density(factor.deviations)).reshape(masses.shape)
    best, nodes = masses.argmax(axis=0), np.arange(masses.shape[1])
    return np.asarray(masses[best, nodes] / densities[best, nodes])


def _slope_along(masses: Floats, axis: int, widths: Floats) -> tuple[Floats, Floats]:
    """d masses / db along an axis by the trigonometric interpolant, which is exact up to exponentially small terms as the masses vanish at both ends.

    The second array bounds what rounding can do to the first, in units of the rounding of 1.
    """
    count = masses.shape[axis]
    shape = tuple(-1 if position == axis else 1 for position in range(masses.ndim))
    frequency = 2j * np.pi * np.fft.rfftfreq(count)
    frequency[-1] *= count % 2
    slope = fft.irfft(fft.rfft(masses, axis=axis) * frequency.reshape(shape), n=count, axis=axis)
    noise = np.pi * np.abs(masses).max(axis=axis, keepdims=True)
    return np.asarray(slope / widths.reshape(shape)), np.asarray(noise / widths.reshape(shape))
