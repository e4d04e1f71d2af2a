"""Which moments the derivatives of I consist of, and their integrands.

In units of the noise, z = (b - m)/s and g = f/s, with the density q(z) = E phi(z - g) and w the weights of the source:

    I = -int q log q dz - log(2 pi e)/2
    dI/da = -int (E[u f_a/s] - E[u] E[f_a/s]/q) dz - (s_a/s) int (E[u^2] - E[u]^2/q) dz - int E[w_a/w] log q dz
    d2I/(da db) = -int (q_ab log q + q_a q_b/q) dz

with moments E under phi(u), u = z - g, at every z. The first two integrals are E Cov(g, f_a/s | Z) and E Var(g | Z), in which nothing large cancels.
Source: Guo, Shamai and Verdu, IEEE Trans. Inform. Theory 51 (2005) 1261 for Gaussian noise; arXiv:2601.01789, eq. (39).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from infograd.numeric.interpreter import Floats
from infograd.numeric.single.evaluation import Evaluation
from infograd.numeric.single.jet import Jet, crossed, divide

TINY = 1e-300


class Layout:
    """Which multipliers of the moments the derivatives consist of, by direction and by pair; `spreads` are s_a/s."""

    def __init__(self, evaluation: Evaluation, location: Jet, shares: Jet, scale: Jet) -> None:
        self.count = len(evaluation.directions)
        self.pairs = [key for key in evaluation.rows if isinstance(key, tuple)]
        self.order = 2 if self.pairs or scale.first else 1 if self.count else 0
        self.multipliers: list[Any] = []
        self.spreads = {} if self.pairs else {key: slope / scale.value for key, slope in scale.first.items()}
        place = divide(location, scale) if self.pairs else location
        first = place.first if self.pairs else {key: slope / scale.value for key, slope in location.first.items()}
        self.places = {key: self._row(slope) for key, slope in first.items()}
        self.shares = {key: self._row(slope) for key, slope in shares.first.items()}
        self.turned: dict[Any, list[tuple[int, int]]] = {}
        if self.pairs:
            for order, turns in ((0, shares.second), (1, place.second), (1, crossed(shares.first, first)), (2, crossed(first, first))):
                for pair, turn in (turns or {}).items():
                    self.turned.setdefault(pair, []).append((order, self._row(0.5 * turn if order == 2 else turn)))

    def _row(self, multiplier: Any) -> int:
        self.multipliers.append(multiplier)
        return len(self.multipliers)

    def stacked(self, size: int) -> Floats:
        """The multipliers as rows over the nodes."""
        found = np.empty((len(self.multipliers), size))
        for row, multiplier in enumerate(self.multipliers):
            found[row] = multiplier
        return found


def entropy_terms(found: Floats, layout: Layout) -> Floats:
    """The integrands of -I, of its derivatives by direction and by pair, and of E Var(g|Z), for moments (rule, multiplier, n, output)."""
    density = found[:, 0, 0]
    safe = np.maximum(density, TINY)
    logarithm = np.log(safe)
    terms = np.zeros((found.shape[0], 1 + layout.count + len(layout.pairs) + bool(layout.spreads), found.shape[3]))
    np.multiply(density, logarithm, out=terms[:, 0])
    if not layout.count:
        return terms
    mean = found[:, 0, 1] / safe
    for key, row in layout.places.items():
        np.subtract(found[:, row, 1], mean * found[:, row, 0], out=terms[:, 1 + key])
    for key, row in layout.shares.items():
        terms[:, 1 + key] += found[:, row, 0] * logarithm
    if layout.spreads:
        np.subtract(found[:, 0, 2], mean * found[:, 0, 1], out=terms[:, -1])
    if layout.pairs:
        slopes = np.zeros((layout.count, *density.shape))
        for key, row in layout.places.items():
            slopes[key] += found[:, row, 1]
        for key, row in layout.shares.items():
            slopes[key] += found[:, row, 0]
        for number, pair in enumerate(layout.pairs):
            turned = slopes[pair[0]] * slopes[pair[1]] / safe
            for order, row in layout.turned.get(pair, ()):
                hermite = found[:, row, 2] - found[:, row, 0] if order == 2 else found[:, row, order]
                turned += hermite * logarithm
            terms[:, 1 + layout.count + number] = turned
    return terms
