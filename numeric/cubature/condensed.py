"""Many Gaussian components along one axis, summed through few.

On a panel of two deviations a component is, as a function of its mean, a polynomial of degree 23 up to a relative 1e-16 of its largest
value: with x = m/deviation from the middle of the panel and rho = 9.8, the Chebyshev coefficients of exp(-(y - x)²/2) fall below
exp(rho²/8) / rho^24. So the weights move to the 24 Chebyshev nodes of their panel, and what was summed there is interpolated back.
Source: Trefethen, Approximation Theory and Approximation Practice (2013), theorem 8.2.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from infograd.numeric.cubature.kernel import Block, Components, Product, Triple
from infograd.numeric.interpreter import Floats

NODES = 24
WORTH = 4
ANGLES = (np.arange(NODES) + 0.5) * math.pi / NODES
TRANSFORM = np.cos(np.outer(np.arange(NODES), ANGLES)) * np.where(np.arange(NODES) == 0, 1.0, 2.0)[:, None] / NODES


class Condensed(Components):
    """A kernel along one axis; its blocks are those of the few components that stand for all."""

    __slots__ = ()

    def _panels(self) -> tuple[Floats, NDArray[np.intp], float]:
        """The middle of every panel, the panel of every component, and half the width of a panel."""
        half = math.sqrt(float(self.covariance[0, 0]))
        low = float(self.means.min())
        numbers = ((self.means[0] - low) / (2 * half)).astype(np.intp)
        middles = low + half * (2.0 * np.arange(int(numbers.max()) + 1) + 1.0)
        return np.asarray(middles, dtype=np.float64), np.asarray(numbers, dtype=np.intp), half

    def _bases(self) -> Iterator[tuple[int, NDArray[np.intp], Floats]]:
        """Panel by panel its components, and the Chebyshev polynomials at their means, (components, 24)."""
        middles, numbers, half = self._panels()
        order = np.argsort(numbers, kind="stable")
        ends = np.searchsorted(numbers[order], np.arange(len(middles) + 1))
        for panel, middle in enumerate(middles):
            own = order[ends[panel] : ends[panel + 1]]
            yield panel, own, np.polynomial.chebyshev.chebvander((self.means[0, own] - middle) / half, NODES - 1)

    def _few(self, weights: Floats) -> Product:
        middles, _, half = self._panels()
        return Product((middles[:, None] + half * np.cos(ANGLES)).reshape(1, -1), weights, self.covariance)

    def blocks(self, axes: Sequence[Floats]) -> list[Block]:
        """The blocks of the few."""
        return self._few(np.ones(NODES * len(self._panels()[0]))).blocks(axes)

    def density(self, axes: Sequence[Floats], blocks: Sequence[Block]) -> Floats:
        """sum_t w_t N(y; m_t, C) on the grid of the axis."""
        weights = [(self.weights[own] @ basis) @ TRANSFORM for _, own, basis in self._bases()]
        return self._few(np.concatenate(weights)).density(axes, blocks)

    def adjoints(self, axes: Sequence[Floats], blocks: Sequence[Block], target: Floats) -> Triple:
        """w_t times the sums over the grid, for all components."""
        panels = len(self._panels()[0])
        shares, pulls, bends = self._few(np.ones(NODES * panels)).adjoints(axes, blocks, target)
        rows = np.stack([shares, pulls[0], bends[0, 0]]).reshape(3, panels, NODES) @ TRANSFORM.T
        found = np.empty((3, self.weights.size))
        for panel, own, basis in self._bases():
            found[:, own] = (rows[:, panel] @ basis.T) * self.weights[own]
        return found[0], found[1:2], found[2:3, None]

    @property
    def worthwhile(self) -> bool:
        """Whether there are many more components than stand for them."""
        return self.weights.size > WORTH * NODES * (float(np.ptp(self.means)) / math.sqrt(4 * float(self.covariance[0, 0])) + 1)
