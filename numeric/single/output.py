"""The density of the output, p(b) = sum over branches and parts of E g((b - f - m)/s)/s, with its derivatives in the parameters.

For each output the cells of the source are cut where (b - f(v) - m)/s passes a level of the noise, so that every panel is smooth,
and Gauss-Legendre nodes serve each. A jump of the noise's density or of the map moves with the parameters, and adds its
height times its speed.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from infograd.numeric.interpreter import Floats
from infograd.numeric.limit import LimitError
from infograd.numeric.single.cells import Jump, solve, steepness
from infograd.numeric.single.evaluation import Evaluation
from infograd.numeric.single.found import Whole
from infograd.numeric.single.jet import Jet, add, crossed, multiply
from infograd.numeric.single.plan import Branch, Plan
from infograd.numeric.single.rounding import UNIT, roundings
from infograd.numeric.single.rule import LEGENDRE, NODES
from infograd.numeric.single.stage import Input, Noise, inputs, noises
from infograd.numeric.single.steep import Steep
from infograd.question import Question

LOOSE = 0.02
CHUNK = 400_000
MOST_CELLS = 20_000_000


class Output:
    """The density of B at one resolution; rows of its values are p, dp/da for every direction, then d2p/(da db) for every pair."""

    def __init__(self, plan: Plan, question: Question, fineness: float) -> None:
        self.evaluation = Evaluation(plan, question)
        self.noise = noises(self.evaluation, plan.parts)
        self.inputs = inputs(self.evaluation, fineness)
        self.rows = self.evaluation.rows
        pairs = any(isinstance(key, tuple) for key in self.rows)
        if pairs and not (plan.smooth and all(not noise.law.breaks for noise in self.noise)):
            raise LimitError("second derivatives are not taken across the kinks or jumps of a map or of a noise; ask for order 1")
        freedoms = [each.freedom for each in self.noise] + [each.freedom for each in self.inputs]
        if pairs and any(freedom is not None and freedom.first for freedom in freedoms):
            raise LimitError("second derivatives in the freedom of a StudentT law are not among what this method gives; ask for order 1")
        self.cells = 0
        self.steep = not pairs

    @property
    def reach(self) -> float:
        """The largest magnitude of f where (b - f)/s is formed as it stands, on points of mass with the rounding of f itself, and on cells that are not steep."""
        found = 0.0
        for given in self.inputs:
            if given.cells is None:
                (error,) = roundings(self.evaluation, [given.branch.location])
                found = max(found, abs(float(self.evaluation.fixed[given.branch.location].value)), error.value / UNIT)
                continue
            steep = self.steep & np.logical_and.reduce([steepness(given.cells, float(noise.scale.value)) for noise in self.noise])
            found = max(found, float(np.maximum(np.abs(given.cells.first), np.abs(given.cells.last))[~steep].max(initial=0.0)))
        return found

    def __call__(self, outputs: Floats, nodes: int = NODES) -> Floats:
        """The rows at every output."""
        total = np.zeros((len(self.rows), outputs.size))
        for given in self.inputs:
            for noise in self.noise:
                if given.cells is None:
                    self._point(total, given, noise, outputs)
                    continue
                size = max(1, CHUNK // (given.cells.left.size + 1))
                for start in range(0, outputs.size, size):
                    self._spread(total[:, start : start + size], given, noise, outputs[start : start + size], nodes)
        return total

    def _point(self, total: Floats, given: Input, noise: Noise, outputs: Floats) -> None:
        location = add(self.evaluation.fixed[given.branch.location], noise.location)
        u = (outputs - location.value) / noise.scale.value
        near = (u >= noise.law.low) & (u <= noise.law.high)
        where = np.nonzero(near)[0]
        self._add(total, where, u[near], np.ones_like(u[near]), location, multiply(given.weight, noise.weight), noise, given, None)

    def _spread(self, total: Floats, given: Input, noise: Noise, outputs: Floats, nodes: int) -> None:
        cells, law = given.cells, given.law
        assert cells is not None and law is not None  # points of mass do not come here
        scale, middle = float(noise.scale.value), float(noise.location.value)
        levels = np.array(noise.law.levels)
        targets = outputs[:, None] - middle - scale * levels
        bottom, top = np.minimum(cells.first, cells.last), np.maximum(cells.first, cells.last)
        reached = (bottom <= targets[:, :1]) & (top >= targets[:, -1:])
        weight = multiply(given.weight, noise.weight)
        for jump in cells.jumps:
            self._thrown(total, given, noise, outputs, jump, weight)
        if self.steep:
            steep = steepness(cells, scale)
            sharp = Steep(self.evaluation, given, noise, weight, self.rows)
            sharp_row, sharp_cell = np.nonzero(reached & steep)
            self.cells += sharp.add(total, outputs, sharp_row, sharp_cell, steep, nodes)
            reached &= ~steep
        row, cell = np.nonzero(reached)
        if not row.size:
            return
        aim = targets[row]
        rising = (cells.last >= cells.first)[cell, None]
        below, above = aim <= bottom[cell, None], aim >= top[cell, None]
        edges = np.where(rising == below, cells.left[cell, None], cells.right[cell, None])
        inside = ~(below | above)
        pair, level = np.nonzero(inside)
        tolerance = 0.0 if noise.law.breaks else LOOSE * scale
        edges[pair, level] = solve(self.evaluation, given.branch, cells, cell[pair], aim[pair, level], tolerance)
        self._panels(total, given, noise, outputs, row, edges, nodes, weight)
        for place, height in noise.law.jumps:
            crossing = level == int(np.argmin(np.abs(levels - place)))
            self._edges(total, given, noise, row[pair[crossing]], edges[pair[crossing], level[crossing]], place, height, weight)

    def _panels(self, total: Floats, given: Input, noise: Noise, outputs: Floats, row: Whole, edges: Floats, nodes: int, weight: Jet) -> None:
        assert given.law is not None  # points of mass do not come here
        low, high = np.minimum(edges[:, :-1], edges[:, 1:]), np.maximum(edges[:, :-1], edges[:, 1:])
        pair, level = np.nonzero(high > low)
        left, length, where = low[pair, level], (high - low)[pair, level], row[pair]
        share, mass = LEGENDRE[nodes]
        places = left[:, None] + length[:, None] * (0.5 + 0.5 * share)
        self.cells += places.size
        if self.cells > MOST_CELLS:
            raise LimitError(f"it would take more than {MOST_CELLS:.0e} cells; ask for a larger error, or for a map that varies less over the source's support")
        location = add(self.evaluation.location(given.branch, places), noise.location)
        u = (outputs[where, None] - location.value) / float(noise.scale.value)
        if noise.law.breaks:
            levels = np.array(noise.law.levels)
            u = np.clip(u, levels[level, None], levels[level + 1, None])
        lengths = 0.5 * length[:, None] * mass
        self._add(total, where, u, lengths * given.law.density(places), location, weight, noise, given, lengths * given.law.freedom_slope(places))

    def _add(
        self, total: Floats, where: Whole, u: Floats, masses: Floats, location: Jet, weight: Jet, noise: Noise, given: Input, turned: Floats | None
    ) -> None:
        """Add weight * masses * g(u)/s and its derivatives to the outputs `where`; `turned` are the masses' derivatives in the source's freedom."""
        law, scale, size = noise.law, float(noise.scale.value), total.shape[1]

        def put(key: Any, terms: Floats) -> None:
            sums = terms.sum(axis=-1) if terms.ndim == 2 else terms
            total[self.rows[key]] += np.bincount(where, sums, size)

        density = masses * law.density(u) / scale
        put("value", weight.value * density)
        if len(self.rows) == 1:
            return
        by_place = -masses * law.slope(u) / scale**2
        by_scale = -(density / scale - u * by_place)
        for key, slope in weight.first.items():
            put(key, slope * density)
        for key, slope in location.first.items():
            put(key, weight.value * slope * by_place)
        for key, slope in noise.scale.first.items():
            put(key, weight.value * slope * by_scale)
        for key, slope in (noise.freedom.first if noise.freedom is not None else {}).items():
            put(key, weight.value * slope * masses * law.freedom_slope(u) / scale)
        if given.freedom is not None and turned is not None:
            for key, slope in given.freedom.first.items():
                put(key, weight.value * slope * turned * law.density(u) / scale)
        if weight.second is None:
            return
        by_places = masses * law.turn(u) / scale**3
        by_both = -2 * by_place / scale + u * by_places
        by_scales = 2 * density / scale**2 - 4 * u * by_place / scale + u * u * by_places
        value = weight.value
        for factor, turns in (
            (density, weight.second),
            (by_place, crossed(weight.first, location.first)),
            (by_scale, crossed(weight.first, noise.scale.first)),
            (value * by_place, location.second or {}),
            (value * by_scale, noise.scale.second or {}),
            (0.5 * value * by_places, crossed(location.first, location.first)),
            (value * by_both, crossed(location.first, noise.scale.first)),
            (0.5 * value * by_scales, crossed(noise.scale.first, noise.scale.first)),
        ):
            for pair, turn in turns.items():
                put(pair, turn * factor)

    def _edges(self, total: Floats, given: Input, noise: Noise, where: Whole, primitives: Floats, place: float, height: float, weight: Jet) -> None:
        """What a jump of the noise's density adds to dp: height * density of the source * speed of u / slope of the map."""
        if len(self.rows) == 1 or not where.size:
            return
        assert given.law is not None  # points of mass do not come here
        slope = np.abs(self.evaluation.along(given.branch, primitives)[1])
        heights = weight.value * height * np.divide(given.law.density(primitives), slope, out=np.zeros_like(slope), where=slope > 0)
        location = add(self.evaluation.location(given.branch, primitives), noise.location)
        scale = float(noise.scale.value)
        for key, speed in location.first.items():
            total[self.rows[key]] += np.bincount(where, -heights * speed / scale, total.shape[1])
        for key, speed in noise.scale.first.items():
            total[self.rows[key]] += np.bincount(where, -heights * place * speed / scale, total.shape[1])

    def _thrown(self, total: Floats, given: Input, noise: Noise, outputs: Floats, jump: Jump, weight: Jet) -> None:
        """What a jump of the map adds to dp: density of the source * speed of the jump * change of the noise's density across it."""
        if len(self.rows) == 1:
            return
        assert given.law is not None  # points of mass do not come here
        change = np.zeros_like(outputs)
        scale = float(noise.scale.value)
        for side, sign in ((jump.before, 1.0), (jump.after, -1.0)):
            at = self.evaluation.along(given.branch, np.array([side]))[0][0]
            u = (outputs - at - float(noise.location.value)) / scale
            inside = (u >= noise.law.low) & (u <= noise.law.high)
            change[inside] += sign * noise.law.density(u[inside]) / scale
        for key, speed in speeds(self.evaluation, given.branch, jump).items():
            total[self.rows[key]] += weight.value * float(given.law.density(np.array(jump.place))) * speed * change


def speeds(evaluation: Evaluation, branch: Branch, jump: Jump) -> dict[int, float]:
    """dv*/da of the place v* where the argument of a switch vanishes."""
    found = evaluation.switch(branch, jump.argument, jump.place)
    steepness = float(found.first[-1])
    if steepness == 0:
        raise LimitError("a jump of the map only touches its level, and has no derivative there; ask for order 0")
    return {key: -float(slope) / steepness for key, slope in found.first.items() if key >= 0}
