"""Stein calibration: a score's scale from the identity E<Y, s(Y)> = -d."""

from __future__ import annotations

from torch import Tensor

LEAST_SHARE = 0.1


def calibration_factor(y: Tensor, score: Tensor) -> float | None:
    """c = -d / E<Y, s(Y)>, from samples of shape `(n, d)`; None where E<Y, s>/d exceeds -0.1, so that the identity says nothing of the scale.

    Source: arXiv:2601.01789, eq. (83), and its form in d dimensions.
    """
    product = float((y * score).sum(dim=1).mean()) / y.shape[1]
    return -1 / product if product <= -LEAST_SHARE else None
