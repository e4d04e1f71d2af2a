"""Cells of a network of scalar nodes: the joint law of the hidden nodes in logarithms on grids, summed over those that the output does not need."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infograd.channel import laws_within
from infograd.error import SpecificationError
from infograd.expression import regularity
from infograd.law import Exponential, Laplace, Mixture, Points, StudentT, Uniform
from infograd.numeric.density import Density
from infograd.numeric.functions.additive import Additive
from infograd.numeric.functions.cells import MOST, ORDINARY_LOSS, Joint, Moments, Path, Slices, Split, chunks, ratio
from infograd.numeric.functions.elimination import Factor, aligned, eliminated
from infograd.numeric.functions.nodes import FARTHEST, even, source_nodes, stretched
from infograd.numeric.functions.paths import paths_through
from infograd.numeric.functions.scales import scales
from infograd.numeric.interpreter import Floats
from infograd.numeric.limit import CELLS, LimitError
from infograd.numeric.networks.network import Network, Vertex
from infograd.numeric.networks.pilot import pilot
from infograd.operation import Regularity

COARSE = 0.45
FIRST_LOSS, LAST_LOSS = 90.0, 1e7
DEPTH, NEGLIGIBLE = 45.0, 40.0
CHUNK, KEPT = 500_000, 1_000_000
BATCH = "batch"


def _reach(density: Density, loss: Floats) -> tuple[Floats, Floats]:
    """The interval outside which the density has lost a factor exp(loss), and of a heavy tail the same share of its mass."""
    match density.law:
        case StudentT():
            freedom = float(density.arguments["freedom"])
            half = density.arguments["scale"] * 2 * math.sqrt(freedom) * np.exp(np.minimum(loss / freedom, FARTHEST))
            return density.arguments["location"] - half, density.arguments["location"] + half
        case Mixture():
            ends = [_reach(part, loss) for part in density.parts]
            return np.minimum.reduce([low for low, _ in ends]), np.maximum.reduce([high for _, high in ends])
        case _:
            return density.reach(loss)


@dataclass(frozen=True, slots=True, eq=False)
class Emission:
    """Where the hidden nodes put the output, over cells (inputs, rest), with the logarithms of the cells' masses."""

    log_weights: Floats
    locations: Floats
    inputs: dict[str, Floats]
    axes: tuple[str, ...]
    grids: dict[str, Floats]


class LatticeCells:
    """The output of a network whose last noise has a density without jumps."""

    def __init__(self, net: Network, inputs: tuple[str, ...], output: str) -> None:
        self._net = net
        self._inputs = inputs
        self._hidden = [vertex for vertex in net.vertices if vertex.name != output]
        self._output = next(vertex for vertex in net.vertices if vertex.name == output)
        self._habitats = pilot(net)
        self._scales = scales(net, self._habitats)
        self._emissions: dict[tuple[float, float, Split], Emission] = {}
        self.noise = Additive(net.density(self._output))
        self.smooth = all(map(_smooth, net.vertices))
        self.panels = any(isinstance(law, Exponential | Laplace | Uniform) for vertex in self._hidden if vertex.map is None for law in laws_within(vertex.law))

    def loss(self, outputs: Floats) -> float:
        """The first of doubled losses whose last 45 nats no output is pulled to."""
        return self._enough(outputs, lambda loss: self._rows(outputs, self._emission(COARSE, loss, Split.WHOLE), None))

    def _enough(self, outputs: Floats, look: Callable[[float], Iterator[tuple[slice, Slices]]]) -> float:
        loss = FIRST_LOSS
        while any(_pulled(slices, loss) for _, slices in look(loss)):
            loss *= 2
            if loss > LAST_LOSS:
                raise LimitError(f"an output of {float(np.abs(outputs).max()):.3g} lies farther out than the tails of the hidden nodes are followed")
        return loss

    def slices(self, outputs: Floats, step: float, loss: float, split: Split) -> Iterator[tuple[slice, Slices]]:
        """The cells for each output, in chunks."""
        yield from self._rows(outputs, self._emission(step, loss, split), None)

    def joint(self, step: float, split: Split) -> Iterator[Joint]:
        """The joint law of ordinary outputs and the inputs: one product of matrices where the inputs reach the output through other nodes alone.

        Raises: LimitError where it takes too many cells.
        """
        outputs, lengths = self._outputs(step)
        emission = self._emission(step, ORDINARY_LOSS, split)
        weights = np.exp(emission.log_weights)
        apart = bool(np.all(emission.locations == emission.locations[:1]))
        locations = emission.locations[:1] if apart else emission.locations
        if outputs.size * locations.size > MOST:
            raise LimitError(
                f"the joint law of {self._output.name!r} and what leads to it takes {outputs.size * locations.size:.1e} cells, and at most {MOST:.0e} are taken"
            )
        inputs = {name: values[None] for name, values in emission.inputs.items()}
        for rows in chunks(outputs.size, locations.size, CHUNK):
            noise = outputs[rows, None, None] - locations
            density = np.exp(self.noise.log_density(noise))
            slope = density * self.noise.score(noise)
            if apart:
                masses, slopes = density[:, 0] @ weights.T, slope[:, 0] @ weights.T
            else:
                masses, slopes = np.einsum("yar,ar->ya", density, weights), np.einsum("yar,ar->ya", slope, weights)
            yield Joint(outputs[rows], lengths[rows], masses, slopes, np.zeros(noise.shape[0]), inputs)

    def given(self, outputs: Floats, inputs: Mapping[str, Floats], step: float) -> Iterator[tuple[slice, Slices]]:
        """The cells of the other hidden values for each pair of an output and inputs, with the law given the inputs."""
        table = np.stack([inputs[name] for name in self._inputs])
        distinct, rows = np.unique(table, axis=1, return_inverse=True)
        at = dict(zip(self._inputs, distinct, strict=True))
        rows = np.asarray(rows.ravel(), dtype=np.intp)
        loss = self._enough(outputs, lambda loss: self._rows(outputs, self._conditioned(COARSE, loss, at), rows))
        yield from self._rows(outputs, self._conditioned(step, loss, at), rows)

    def _conditioned(self, step: float, loss: float, at: Mapping[str, Floats]) -> Emission:
        found = self._built(step, loss, Split.INPUTS, at)
        total = np.logaddexp.reduce(found.log_weights, axis=1, keepdims=True)
        if not np.all(np.isfinite(total)):
            raise LimitError("an input asked about has probability density 0; the law given it is not defined")
        return Emission(found.log_weights - total, found.locations, found.inputs, found.axes, found.grids)

    def _outputs(self, step: float) -> tuple[Floats, Floats]:
        """Nodes and lengths over the output's habitat."""
        habitat = self._habitats[self._output.name]
        density, spacing = self.noise.density, step * habitat.scale
        if not density.heavy:
            nodes = even(habitat.low, habitat.high, spacing)
            return nodes, np.full_like(nodes, spacing)
        locations = self._emission(COARSE, ORDINARY_LOSS, Split.WHOLE).locations
        middle = float(np.clip(np.median(locations), habitat.low, habitat.high))
        nodes, logs = stretched(middle, density.width(), habitat.low, habitat.high, spacing)
        return nodes, np.exp(logs)

    def moments(self, step: float) -> Moments:
        """Moments of the output and of its law given the inputs."""
        parts = list(self.joint(step, Split.INPUTS))
        places = np.concatenate([part.outputs for part in parts])
        joint = np.concatenate([part.lengths[:, None] * part.masses for part in parts])
        centred = places - float((joint.sum(axis=1) * places).sum())
        share, first, second = joint.sum(axis=0), centred @ joint, centred**2 @ joint
        mean = ratio(first, share)
        spread = ratio(second, share) - mean**2
        variance, fourth = float(second.sum()), float((joint.sum(axis=1) * centred**4).sum())
        return Moments(float((share * mean**2).sum()), variance, float((share * spread**2).sum()), fourth)

    def span(self) -> tuple[float, float]:
        """The output's habitat."""
        habitat = self._habitats[self._output.name]
        return habitat.low, habitat.high

    def paths(self, step: float) -> Iterator[tuple[Floats, Slices, Path]]:
        """Lengths of outputs with the cells of every hidden node, and dy/d entry at fixed primitives in each cell."""
        outputs, lengths = self._outputs(step)
        emission = self._emission(step, ORDINARY_LOSS, Split.EVERY)
        if outputs.size * emission.log_weights.size > MOST:
            raise LimitError(f"the joint law of all nodes takes {outputs.size * emission.log_weights.size:.1e} cells, and at most {MOST:.0e} are taken")
        for rows, slices in self._rows(outputs, emission, None):
            yield lengths[rows], slices, paths_through(self._net, self._output, emission.axes, emission.grids, slices.noise)

    def _rows(self, outputs: Floats, emission: Emission, cells: NDArray[np.intp] | None) -> Iterator[tuple[slice, Slices]]:
        """The cells for each output; with `cells`, for each output those of one input cell."""
        size = emission.log_weights.shape[1] if cells is not None else emission.log_weights.size
        if outputs.size * size > MOST:
            raise LimitError(f"{outputs.size} outputs with {size} cells each are more than the {MOST:.0e} cells that are taken at once")
        for rows in chunks(outputs.size, size, CHUNK):
            pick = slice(None) if cells is None else cells[rows]
            weights, locations = emission.log_weights[pick], emission.locations[pick]
            weights, locations = (weights[None], locations[None]) if cells is None else (weights[:, None], locations[:, None])
            noise = outputs[rows, None, None] - locations
            inputs = {name: values[None] if cells is None else values[pick][:, None] for name, values in emission.inputs.items()}
            yield rows, Slices(weights + self.noise.log_density(noise), self.noise.score(noise), noise, weights, inputs, np.zeros(noise.shape[0]))

    def _emission(self, step: float, loss: float, split: Split) -> Emission:
        key = (step, loss, split)
        if key in self._emissions:
            return self._emissions[key]
        found = self._built(step, loss, split, {})
        if found.log_weights.size <= KEPT:
            self._emissions[key] = found
        return found

    def _built(self, step: float, loss: float, split: Split, at: Mapping[str, Floats]) -> Emission:
        axis = {vertex.name: BATCH if vertex.name in at else vertex.name for vertex in self._net.vertices}
        grids: dict[str, Floats] = {}
        losses: dict[str, Floats] = {}
        factors = []
        for vertex in self._hidden:
            grids[vertex.name], factor, losses[vertex.name] = self._vertex(vertex, axis, grids, losses, (step, loss), at.get(vertex.name))
            factors.append(factor)
        every = tuple(dict.fromkeys(axis[vertex.name] for vertex in self._hidden))
        first = tuple(dict.fromkeys(axis[name] for name in self._inputs)) if split is not Split.WHOLE else ()
        wanted = every if split is Split.EVERY else tuple(dict.fromkeys(axis[name] for name in self._output.parents))
        order = (*first, *(name for name in wanted if name not in first))
        spread = {name: aligned(grid, (axis[name],), order) for name, grid in grids.items() if axis[name] in order}
        weights = eliminated(factors, order)
        assert self._output.map is not None  # the output is a gate
        locations = np.broadcast_to(self._net.interpreter(spread, {}, len(order))(self._output.map)[0], weights.shape)
        shape = (math.prod(weights.shape[: len(first)]), -1)
        inputs = {name: np.broadcast_to(spread[name], weights.shape).reshape(shape)[:, 0] for name in self._inputs} if split is not Split.WHOLE else {}
        return Emission(weights.reshape(shape), locations.reshape(shape), inputs, order, spread)

    def _vertex(
        self,
        vertex: Vertex,
        axis: Mapping[str, str],
        grids: Mapping[str, Floats],
        losses: Mapping[str, Floats],
        resolution: tuple[float, float],
        queried: Floats | None,
    ) -> tuple[Floats, Factor, Floats]:
        """A hidden node's grid, its factor, and the loss log(largest density/density) along its grid."""
        step, loss = resolution
        density, scale = self._net.density(vertex), self._scales[vertex.name]
        own = axis[vertex.name]
        if vertex.map is None:
            nodes, logs = source_nodes(density, scale, step, loss) if queried is None else (queried, _log_law(density, queried, vertex.name))
            return nodes, Factor((own,), logs), np.zeros_like(nodes) if queried is not None else logs.max() - logs
        order = tuple(dict.fromkeys(axis[name] for name in vertex.parents))
        spread = {name: aligned(grids[name], (axis[name],), order) for name in vertex.parents}
        shape = np.broadcast_shapes((1,) * len(order), *(grid.shape for grid in spread.values()))
        locations = np.broadcast_to(self._net.interpreter(spread, {}, len(order))(vertex.map)[0], shape)
        before = np.zeros(shape)
        for name in vertex.parents:
            before = np.maximum(before, aligned(losses[name], (axis[name],), order))
        lengths: Floats = np.zeros(1)
        if queried is None:
            left, right = _reach(density, np.maximum(loss - before, 0.0))
            low, high = float((locations + left).min()), float((locations + right).max())
            nodes, lengths = _grid(density, locations, before, low, high, step * scale)
        else:
            nodes = queried
        if math.prod(shape) * nodes.size > CELLS:
            raise LimitError(
                f"the kernel of gate {vertex.name!r} has {len(shape) + 1} axes and {math.prod(shape) * nodes.size:.1e} cells, and at most {CELLS:.0e} are taken"
            )
        whole = order if own in order else (*order, own)
        deviations = aligned(nodes, (own,), whole) - aligned(locations, order, whole)
        logs = Additive(density).log_density(deviations)
        if queried is not None:
            return nodes, Factor(whole, logs), np.zeros_like(nodes)
        lost = (before[..., None] - logs).min(axis=tuple(range(len(order))))
        return nodes, Factor(whole, logs + lengths), lost - lost.min()


def _log_law(density: Density, values: Floats, name: str) -> Floats:
    """The logarithm of a source's density or, of points, mass.

    Raises: SpecificationError for values that are none of the points.
    """
    if not isinstance(density.law, Points):
        return Additive(density).log_density(values)
    points, logs = density.arguments["values"], np.log(density.arguments["weights"])
    place = np.abs(values[:, None] - points).argmin(axis=1)
    if not np.array_equal(points[place], values):
        odd = float(values[points[place] != values][0])
        raise SpecificationError(
            f"source {name!r} is given as {odd:g}, which is none of its points; write one of {', '.join(f'{point:g}' for point in points)}."
        )
    return np.asarray(logs[place])


def _grid(density: Density, locations: Floats, before: Floats, low: float, high: float, spacing: float) -> tuple[Floats, Floats]:
    """A gate's nodes and the logarithms of their lengths; heavy tails are stretched around the range of its likelier locations."""
    if not density.heavy:
        nodes = even(low, high, spacing)
        return nodes, np.full_like(nodes, math.log(spacing))
    likely = locations[before <= DEPTH]
    middle, stretch = float(likely.min() + likely.max()) / 2, float(np.ptp(likely)) / 2 + density.width()
    return stretched(middle, stretch, low, high, spacing)


def _smooth(vertex: Vertex) -> bool:
    """Whether the integrand is smooth in this vertex: a gate whose map and noise density have no kinks (sources split theirs)."""
    if vertex.map is None:
        return True
    return regularity(vertex.map) is Regularity.SMOOTH and not any(isinstance(law, Laplace) for law in laws_within(vertex.law))


def _pulled(slices: Slices, loss: float) -> bool:
    """Whether some output gives a cell in the last nats of the hidden nodes' tails a share that counts."""
    depth = slices.log_weights.max(axis=(1, 2), keepdims=True) - slices.log_weights
    far = np.where(depth > loss - DEPTH, slices.log_masses, -np.inf).max(axis=(1, 2))
    return bool(np.any(far > slices.log_masses.max(axis=(1, 2)) - NEGLIGIBLE))
