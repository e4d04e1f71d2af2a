"""Stein calibration: a score's scale, its offset and its linear mixing from the identity E[(Y - E Y) s(Y)^T] = -1.

The identity holds for a marginal and for a conditional score alike. A linear error of the scores' rows, s_hat = s M + m, is undone
exactly by s = (s_hat - m) M^-1, and the identity finds both: m = E[s_hat] and E[Y s_hat^T] = -M. A scalar undoes M only
where it is a multiple of 1. No calibration makes a score right that errs otherwise: it meets the identity, nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

LEAST_SHARE = 0.1
MOST_CONDITION = 1e3


def calibration_factor(y: Tensor, score: Tensor) -> float | None:
    """c = -d / E<Y, s(Y)>, from samples of shape `(n, d)`; None where E<Y, s>/d exceeds -0.1, so that the identity says nothing of the scale.

    Source: arXiv:2601.01789, eq. (83), and its form in d dimensions.
    """
    product = float((y * score).sum(dim=1).mean()) / y.shape[1]
    return -1 / product if product <= -LEAST_SHARE else None


@dataclass(frozen=True, slots=True)
class Calibration:
    """A score's correction: its rows less `offset`, shape `(d,)`, times `matrix`, shape `(d, d)`."""

    offset: Tensor
    matrix: Tensor

    def __call__(self, score: Tensor) -> Tensor:
        """The calibrated score, of the score's shape `(n, d)`."""
        return (score - self.offset) @ self.matrix


def centred_calibration(y: Tensor, score: Tensor, form: Literal["scalar", "matrix"] = "matrix") -> Calibration | str:
    """The correction that makes the samples meet E[s] = 0 and E[(Y - E Y) s^T] = -1 (its trace alone, for a scalar); or why there is none, as a sentence.

    `y` and `score` have shape `(n, d)`. The entries of Y are scaled to unit deviation first, so that the reply is the same in any units. Refused
    where the identity is met by less than a tenth in some direction, or with the wrong sign, and where the matrix is ill conditioned.
    """
    centred, offset = y - y.mean(dim=0), score.mean(dim=0)
    deviation = centred.square().mean(dim=0).sqrt()
    product = -(centred / deviation).T @ ((score - offset) * deviation) / len(y)
    if form == "scalar":
        share = float(product.diagonal().mean())
        if not share >= LEAST_SHARE:
            return f"-E<Y - E Y, s>/d is {share:.3g} and should be 1, so that it says nothing of the score's scale; train the score longer."
        return Calibration(offset, torch.eye(len(deviation), dtype=product.dtype) / share)
    least = float(torch.linalg.eigvalsh((product + product.T) / 2)[0])
    if not least >= LEAST_SHARE:
        return f"the symmetric part of -E[(Y - E Y) s^T] has the eigenvalue {least:.3g} and should be 1, so that a direction of the score is not learned; train it longer."
    condition = float(torch.linalg.cond(product))
    if not condition <= MOST_CONDITION:
        return f"-E[(Y - E Y) s^T] has the condition number {condition:.3g} and should be 1, so that its inverse is noise; train the score longer."
    return Calibration(offset, deviation.unsqueeze(1) * torch.linalg.inv(product) / deviation)
