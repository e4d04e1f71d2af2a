"""Conditional entropies of entries of a system and their slopes in the system's two matrices, each with a proven bound.

For the entries of C first and B's after them, with the basis and the defect E of their whitening,

    h(B|C) = 1/2 log det S_B|C + |B|/2 log(2 pi e),   det S_B|C = det(basis_B)^-2 det(Schur complement of C in 1 + E),
    2 dh/d own  = transfer_CB^T S_CB^-1 transfer_CB - transfer_C^T S_C^-1 transfer_C,
    dh/d mixing = transfer_CB^T S_CB^-1 S_(CB, all) - transfer_C^T S_C^-1 S_(C, all):

a change of the mixing enters the covariance twice, as transfer d(mixing) S and as its mirror image. The information is
I(A;B|C) = h(B|C) - h(B|AC). Source: arXiv:2601.01789, eqs. (33), (65), for matrices.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from infograd.analytic.floating.balls import Balls
from infograd.analytic.floating.rounding import LIBRARY, SLACK, UNIT
from infograd.analytic.floating.whitening import Whitening

LOG_TWO_PI_E = math.log(2 * math.pi * math.e)


@dataclass(frozen=True)
class Entropy:
    """h(B|C) in nats, up to |B|/2 log(2 pi e), for entries of C, `given` of them, and then of B."""

    whitening: Whitening
    given: int

    def value(self) -> Balls:
        """The sum of -log |basis_ii| over B, up to half of the logarithm of the Schur complement's determinant."""
        logarithms = [-math.log(abs(entry)) for entry in np.diagonal(self.whitening.basis)[self.given :].tolist()]
        value = math.fsum(logarithms)
        doubt = 0.5 * self.whitening.logarithm_doubt(self.given) + LIBRARY * math.fsum(map(abs, logarithms)) + UNIT * abs(value)
        return Balls(np.array(value), np.array(SLACK * doubt))

    def constant(self) -> Balls:
        """|B|/2 log(2 pi e); the rounding of pi, e and their product adds less than LIBRARY to the logarithm's own."""
        value = 0.5 * (len(self.whitening.rows) - self.given) * LOG_TWO_PI_E
        return Balls(np.array(value), np.array(2 * LIBRARY * value))

    def slope_in_own(self) -> Balls:
        """dh/d own for a change of each entry by itself; the columns of C are common to both sets and cancel exactly."""
        rest = self.whitening.mixed[:, self.given :]
        doubled = (rest @ rest.T).widened(self.whitening.precision_doubt())
        if self.given:
            doubled = doubled.widened(self.whitening.leading(self.given).precision_doubt())
        return Balls(0.5 * doubled.centre, 0.5 * doubled.radius)

    def slope_in_mixing(self) -> Balls:
        """dh/d mixing."""
        slope = _guessed(self.whitening)
        return slope - _guessed(self.whitening.leading(self.given)) if self.given else slope


def _guessed(whitening: Whitening) -> Balls:
    """transfer_S^T S_S^-1 S_(S, all)."""
    return whitening.system.transfer[list(whitening.rows)].T @ whitening.regression()
