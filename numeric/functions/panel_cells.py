"""Cells of one stage whose map, noise or source has kinks or jumps: for each output the inputs are cut where the integrand is not smooth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

import numpy as np

from infograd.law import Points
from infograd.numeric.density import read
from infograd.numeric.functions.additive import Additive, log_of
from infograd.numeric.functions.cells import Joint, Moments, Path, Slices, Split, chunks
from infograd.numeric.functions.values import Flags
from infograd.numeric.interpreter import Floats
from infograd.numeric.limit import LimitError
from infograd.numeric.stage.chain import Chain
from infograd.numeric.stage.primitive import location_and_scale, moved
from infograd.numeric.stage.stage import Stage

WIDE_NORMAL, WIDE = 37.0, 150.0
EDGE, NEGLIGIBLE = 0.03, 36.0
CHUNK_ROWS, MOST = 64, 40_000_000


class CutStage(Stage):
    """A stage whose inputs are cut everywhere, also where the noise has next to no density; `wide` follows the tails of the source farther."""

    def __init__(self, chain: Chain, *, wide: bool) -> None:
        super().__init__(chain)
        self.open = (False, False)
        if self.input is not None:
            ends = {0.0, 1.0}
            self.open = (self.input.low not in ends, self.input.high not in ends)
            if wide:
                far = WIDE_NORMAL if abs(self.input.high) < WIDE_NORMAL / 2 else WIDE
                low, high = -far if self.open[0] else self.input.low, far if self.open[1] else self.input.high
                self.input = replace(self.input, low=low, high=high)
                self.pieces = self._pieces(self.input)

    def everywhere(self, outputs: Floats, step: float) -> tuple[Floats, Floats, Floats]:
        """Primitives of the source for each output, and the logarithms of their masses; with points their values instead.

        Raises: LimitError where that takes too many cells.
        """
        if self.input is None:
            shape = (outputs.size, self.points.size)
            return np.broadcast_to(self.points, shape), np.zeros(shape), np.broadcast_to(np.log(self.weights), shape)
        cuts = sorted({self.noise.low, *self.noise.breaks, self.noise.high})
        blocks = []
        for piece in self.pieces:
            inner = [self.inverse(piece, outputs - self.scale * cut) for cut in cuts]
            edges = np.sort(np.stack([np.full_like(outputs, piece.table[0]), *inner, np.full_like(outputs, piece.table[-1])]), axis=0)
            blocks += [self._block(left, right, step) for left, right in pairwise(edges) if np.any(right > left)]
        primitives = np.concatenate([nodes for nodes, _ in blocks], axis=1)
        lengths = np.concatenate([lengths for _, lengths in blocks], axis=1)
        return self.middle + self.spread * primitives, primitives, log_of(lengths) + log_of(self.input.density(primitives))

    def at_an_edge(self, primitives: Floats) -> Flags:
        """Whether a primitive lies where a tail of the source that goes on is no longer followed."""
        if self.input is None:
            return np.zeros(primitives.shape, dtype=np.bool_)
        margin = EDGE * (self.input.high - self.input.low)
        below = self.open[0] & (primitives < self.input.low + margin)
        return np.asarray(below | (self.open[1] & (primitives > self.input.high - margin)))


class PanelCells:
    """The output of one stage with jumps or kinks."""

    smooth = True
    panels = True

    def __init__(self, chain: Chain) -> None:
        self._chain = chain
        self._near, self._wide = CutStage(chain, wide=False), CutStage(chain, wide=True)
        assert chain.output.noise is not None  # the stage has checked it
        self.noise = Additive(read(chain.output.noise, chain.interpreter({}))[0])

    @property
    def flat(self) -> bool:
        """Whether some inputs of positive probability all lead to one place of the output before the noise."""
        return self._near.input is None or any(np.ptp(piece.locations) == 0 for piece in self._near.pieces)

    def loss(self, outputs: Floats) -> float:
        """0: the wide stage is asked, and checks each output that it is asked for."""
        return 0.0

    def slices(self, outputs: Floats, step: float, loss: float, split: Split) -> Iterator[tuple[slice, Slices]]:
        """The cells for each output, in chunks.

        Raises: LimitError where an output is pulled to where the tails of the source are not followed.
        """
        for rows in chunks(outputs.size, 1, CHUNK_ROWS):
            slices, primitives = self._cells(outputs[rows], step, self._wide)
            edge = np.where(self._wide.at_an_edge(primitives)[:, :, None], slices.log_masses, -np.inf).max(axis=(1, 2))
            peak = slices.log_masses.max(axis=(1, 2))
            if np.any((edge > peak - NEGLIGIBLE) & np.isfinite(peak)):
                raise LimitError(f"an output of {float(np.abs(outputs).max()):.3g} lies farther out than the tails of the source are followed")
            yield rows, slices

    def joint(self, step: float, split: Split) -> Iterator[Joint]:
        """The joint law of ordinary outputs and the inputs, in chunks of outputs."""
        for outputs, lengths, slices, _ in self._ordinary(step):
            masses = np.exp(slices.log_masses[..., 0])
            yield Joint(outputs, lengths, masses, masses * slices.scores[..., 0], slices.edges, slices.inputs)

    def _ordinary(self, step: float) -> Iterator[tuple[Floats, Floats, Slices, Floats]]:
        outputs, lengths = self._near.outputs(step)
        for rows in chunks(outputs.size, 1, CHUNK_ROWS):
            slices, primitives = self._cells(outputs[rows], step, self._near)
            if outputs.size * primitives.shape[1] > MOST:
                raise LimitError(f"the joint law of input and output takes {outputs.size * primitives.shape[1]:.1e} cells, and at most {MOST:.0e} are taken")
            yield outputs[rows], lengths[rows], slices, primitives

    def _cells(self, outputs: Floats, step: float, stage: CutStage) -> tuple[Slices, Floats]:
        inputs, primitives, logs = stage.everywhere(outputs, step)
        noise = (outputs[:, None] - (stage.locations(inputs) - stage.offset))[..., None]
        masses = logs[..., None] + self.noise.log_density(noise)
        edges = stage.edge_density(outputs)
        return Slices(masses, self.noise.score(noise), noise, logs[..., None], {self._chain.source.name: inputs}, edges), primitives

    def given(self, outputs: Floats, inputs: Mapping[str, Floats], step: float) -> Iterator[tuple[slice, Slices]]:
        """The noise that leads from each input to its output: one cell."""
        values = inputs[self._chain.source.name]
        noise = (outputs - (self._near.locations(values) - self._near.offset))[:, None, None]
        zeros = np.zeros_like(noise)
        yield slice(0, outputs.size), Slices(self.noise.log_density(noise), self.noise.score(noise), noise, zeros, {}, zeros[:, 0, 0])

    def moments(self, step: float) -> Moments:
        """Moments of the output and of its law given the inputs, which is that of the noise."""
        sums = np.zeros(6)
        for outputs, lengths, slices, _ in self._ordinary(step):
            masses, noise = lengths[:, None] * np.exp(slices.log_masses[..., 0]), slices.noise[..., 0]
            density = masses.sum(axis=1)
            sums += [*((density * outputs**power).sum() for power in range(1, 5)), *((masses * noise**power).sum() for power in (1, 2))]
        mean, square, cube, fourth, noise_mean, noise_square = sums.tolist()
        variance, noise_variance = square - mean**2, noise_square - noise_mean**2
        central = fourth - 4 * mean * cube + 6 * mean**2 * square - 3 * mean**4
        return Moments(variance - noise_variance, variance, noise_variance**2, central)

    def span(self) -> tuple[float, float]:
        """The range of ordinary outputs."""
        nodes, _ = self._near.outputs(1.0)
        return float(nodes.min()), float(nodes.max())

    def paths(self, step: float) -> Iterator[tuple[Floats, Slices, Path]]:
        """Lengths of outputs with the cells of the inputs, and dy/d entry at fixed primitives in each cell."""
        for _, lengths, slices, primitives in self._ordinary(step):
            yield lengths, slices, self._path(slices, primitives)

    def _path(self, slices: Slices, primitives: Floats) -> Path:
        def path(name: str, index: tuple[int, ...]) -> Floats:
            direction = np.zeros_like(self._chain.values[name])
            direction[index] = 1.0
            tangents = {name: direction}
            interpreter = self._chain.interpreter(tangents)
            assert self._chain.output.noise is not None  # the stage has checked it
            (_, shift), (_, growth) = location_and_scale(self._chain.output.noise, interpreter)
            noise = (slices.noise[..., 0] - self._near.offset) / self._near.scale
            total = moved(shift, growth, noise)
            inputs = slices.inputs[self._chain.source.name]
            drift = self._chain.location(inputs, tangents, self._moving(inputs, primitives, tangents))[1]
            return (total if drift is None else total + drift)[..., None]

        return path

    def _moving(self, inputs: Floats, primitives: Floats, tangents: Mapping[str, Floats]) -> Floats:
        """d input / d entry at fixed primitive."""
        law, interpreter = self._chain.source.law, self._chain.interpreter(tangents)
        if isinstance(law, Points):
            tangent = interpreter(law.values)[1]
            if interpreter(law.weights)[1] is not None:
                raise LimitError(f"parameter {next(iter(tangents))!r} moves the weights of {self._chain.source.name!r}, which no path carries")
            return np.zeros_like(inputs) if tangent is None else np.broadcast_to(tangent, inputs.shape)
        (_, shift), (_, growth) = location_and_scale(law, interpreter)
        return moved(shift, growth, primitives)
