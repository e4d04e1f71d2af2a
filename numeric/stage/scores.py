"""The score form for channels of one stage whose laws or maps have jumps or kinks, as somebody would write it who applies the theorem there.

J is the derivative of B at fixed primitives, 0 through a jump of the map; the conditional score is that of the noise's
density between its jumps; the marginal score is d log p(b)/db between the jumps of p, to which the jumps of the noise
contribute wherever the inputs have a density.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from infograd.law import Points
from infograd.numeric.interpreter import Floats
from infograd.numeric.networks.network import Network, entries_of
from infograd.numeric.refinement import EPS, Estimate
from infograd.numeric.stage.chain import Chain
from infograd.numeric.stage.primitive import location_and_scale, moved
from infograd.numeric.stage.stage import Fiber, Stage


class PanelScores:
    """E[J (s_{B|A} - s_B)] or -E[J s_B] for every entry that the question differentiates in, at one resolution."""

    def __init__(self, net: Network, chain: Chain, form: str) -> None:
        self._net = net
        self._chain = chain
        self._stage = Stage(chain)
        self._conditional = form == "difference"

    def __call__(self, step: float) -> Estimate:
        """The slopes of all entries with their rounding errors."""
        stage = self._stage
        outputs, lengths = stage.outputs(step)
        fiber = stage.fiber(outputs, step)
        joint = fiber.weights * stage.noise.density(fiber.noise) / stage.scale
        score = stage.noise.score(fiber.noise) / stage.scale
        density = joint.sum(axis=1)
        steepness = (joint * score).sum(axis=1) + stage.edge_density(outputs)
        marginal = np.divide(steepness, density, out=np.zeros_like(density), where=density > 0)
        gap = score - marginal[:, None] if self._conditional else -marginal[:, None]
        masses = joint * lengths[:, None]
        blurred = stage.blurred(outputs)[:, None]
        found = []
        for entry in entries_of(self._net):
            terms = masses * self._path(fiber, entry) * gap
            found.append((float(terms.sum()), float(np.abs(terms).sum()), float((np.abs(terms) * blurred).sum())))
        values, sizes, lost = np.array(found).reshape(-1, 3).T
        return Estimate(values, EPS * (1 + max(16.0, masses.size**0.5 / 8) * sizes) + lost, masses.size)

    def _path(self, fiber: Fiber, entry: tuple[str, tuple[int, ...]]) -> Floats:
        """dB/d entry at fixed primitives, in every cell."""
        name, index = entry
        direction = np.zeros_like(self._chain.values[name])
        direction[index] = 1.0
        tangents = {name: direction}
        interpreter = self._chain.interpreter(tangents)
        noise = self._chain.output.noise
        assert noise is not None  # the stage checked it
        (_, shift), (_, growth) = location_and_scale(noise, interpreter)
        total = moved(shift, growth, fiber.noise)
        drift = self._chain.location(fiber.inputs, tangents, self._inputs_path(fiber, tangents))[1]
        return total if drift is None else total + drift

    def _inputs_path(self, fiber: Fiber, tangents: Mapping[str, Floats]) -> Floats:
        """dA/d entry at fixed primitives, in every cell."""
        law = self._chain.source.law
        interpreter = self._chain.interpreter(tangents)
        if isinstance(law, Points):
            tangent = interpreter(law.values)[1]
            return np.zeros_like(fiber.noise) if tangent is None else np.broadcast_to(tangent, fiber.noise.shape)
        (_, shift), (_, growth) = location_and_scale(law, interpreter)
        return moved(shift, growth, fiber.primitives)
