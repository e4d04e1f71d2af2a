"""Cells on which the map runs through many widths of the noise: the noise is the variable there, and the source follows.

    p = int g(u) phi(v)/|f_v| du   at   f(v) = b - m - s u
    dp/da = -int g/|f_v| [(phi f_a/f_v)_v + s_a u (phi/f_v)_v] du + [phi (f_a + s_a u) g/(s f_v)] at the ends of the cell

by parts, so that neither (b - f)/s nor the slopes of g are differences of large numbers, however far out b lies, and jumps of g need no care.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from infograd.numeric.interpreter import Floats
from infograd.numeric.single.cells import solve
from infograd.numeric.single.evaluation import PRIMITIVE, Evaluation
from infograd.numeric.single.found import Truth, Whole
from infograd.numeric.single.jet import Jet
from infograd.numeric.single.rule import LEGENDRE
from infograd.numeric.single.stage import Input, Noise


class Steep:
    """What steep cells of a branch add to the rows of an output, behind one part of the noise."""

    def __init__(self, evaluation: Evaluation, given: Input, noise: Noise, weight: Jet, rows: dict[Any, int]) -> None:
        assert given.cells is not None and given.law is not None  # points of mass have no cells
        self.evaluation, self.given, self.noise, self.weight, self.rows = evaluation, given, noise, weight, rows
        self.cells, self.law = given.cells, given.law
        self.scale, self.middle = float(noise.scale.value), float(noise.location.value)

    def add(self, total: Floats, outputs: Floats, row: Whole, cell: Whole, steep: Truth, nodes: int) -> int:
        """Add the cells' share to the outputs `row`, and give the number of nodes."""
        if not row.size:
            return 0
        levels = np.array(self.noise.law.levels)
        ends = [(outputs[row] - self.middle - side[cell]) / self.scale for side in (self.cells.first, self.cells.last)]
        low, high = np.minimum(*ends), np.maximum(*ends)
        below, above = np.maximum(levels[:-1], low[:, None]), np.minimum(levels[1:], high[:, None])
        pair, level = np.nonzero(above > below)
        share, mass = LEGENDRE[nodes]
        left, half = below[pair, level][:, None], 0.5 * (above - below)[pair, level][:, None]
        u, lengths = left + half * (1 + share), half * mass
        where = row[pair]
        targets = outputs[where][:, None] - self.middle - self.scale * u
        primitives = solve(self.evaluation, self.given.branch, self.cells, np.repeat(cell[pair], nodes), targets.ravel(), 0.0).reshape(u.shape)
        self._inside(total, where, primitives, u, lengths)
        if len(self.rows) > 1:
            self._ends(total, row, cell, ends, steep)
            self._tails(total, outputs, row, cell, low, high)
        return int(u.size)

    def _ends(self, total: Floats, row: Whole, cell: Whole, ends: list[Floats], steep: Truth) -> None:
        """The ends of cells, except where two steep cells meet smoothly, and where the source has faded."""
        cells, levels = self.cells, self.noise.law.levels
        bent = np.isin(cells.left, np.array(cells.bends))
        met = np.concatenate([[False], steep[1:] & steep[:-1] & ~bent[1:]])
        met[0] = self.law.low not in self.law.breaks
        after = np.concatenate([met[1:], [self.law.high not in self.law.breaks]])
        for side, places, smooth, sign in ((ends[0], cells.within[0], met, -1.0), (ends[1], cells.within[1], after, 1.0)):
            near = (side >= levels[0]) & (side <= levels[-1]) & ~smooth[cell]
            self._end(total, row[near], places[cell[near]], side[near], np.full(np.count_nonzero(near), sign))

    def _tails(self, total: Floats, outputs: Floats, row: Whole, cell: Whole, low: Floats, high: Floats) -> None:
        """Where a noise of heavy tails is cut off: there its density is small, and u times it need not be."""
        law = self.noise.law
        if not law.heavy:
            return
        rising = np.where(self.cells.last >= self.cells.first, 1.0, -1.0)
        for level, sign in ((law.low, 1.0), (law.high, -1.0)):
            cut = (low < level) & (level < high)
            if not np.any(cut):
                continue
            targets = outputs[row[cut]] - self.middle - self.scale * level
            primitives = solve(self.evaluation, self.given.branch, self.cells, cell[cut], targets, 0.0)
            self._end(total, row[cut], primitives, np.full(targets.size, level), sign * rising[cell[cut]])

    def _put(self, total: Floats, key: Any, where: Whole, terms: Floats) -> None:
        total[self.rows[key]] += np.bincount(where, terms.sum(axis=-1) if terms.ndim == 2 else terms, total.shape[1])

    def _inside(self, total: Floats, where: Whole, primitives: Floats, u: Floats, lengths: Floats) -> None:
        location = self.evaluation.curved(self.given.branch, primitives)
        slope = location.first[PRIMITIVE]
        speed, weight = np.abs(slope), self.weight.value
        masses = lengths * self.noise.law.density(u) / speed
        density = self.law.density(primitives)
        self._put(total, "value", where, weight * masses * density)
        if len(self.rows) == 1:
            return
        for key, turn in self.weight.first.items():
            self._put(total, key, where, turn * masses * density)
        assert location.second is not None  # asked for
        drift = (self.law.slope(primitives) - density * location.second.get((PRIMITIVE, PRIMITIVE), 0.0) / slope) / slope
        for key, push in self._pushes(location).items():
            bend = location.second.get((PRIMITIVE, key), 0.0)
            self._put(total, key, where, -weight * masses * (push * drift + density * bend / slope))
        for key, growth in self.noise.scale.first.items():
            self._put(total, key, where, -weight * growth * masses * u * drift)
        for key, turn in (self.noise.freedom.first if self.noise.freedom is not None else {}).items():
            self._put(total, key, where, weight * turn * lengths * self.noise.law.freedom_slope(u) * density / speed)
        for key, turn in (self.given.freedom.first if self.given.freedom is not None else {}).items():
            self._put(total, key, where, weight * turn * masses * self.law.freedom_slope(primitives))

    def _pushes(self, location: Jet) -> dict[int, Any]:
        """df/da with the noise's own location."""
        found = {key: push for key, push in location.first.items() if key != PRIMITIVE}
        for key, push in self.noise.location.first.items():
            found[key] = found.get(key, 0.0) + push
        return found

    def _end(self, total: Floats, where: Whole, primitives: Floats, u: Floats, sign: Floats) -> None:
        if not where.size:
            return
        location = self.evaluation.curved(self.given.branch, primitives)
        factor = sign * self.weight.value * self.law.density(primitives) * self.noise.law.density(u) / (self.scale * location.first[PRIMITIVE])
        for key, push in self._pushes(location).items():
            self._put(total, key, where, factor * push)
        for key, growth in self.noise.scale.first.items():
            self._put(total, key, where, factor * growth * u)
