"""The Fisher divergence between the outputs of reality and of its twin."""

from __future__ import annotations

import math

import numpy as np

from infograd.numeric.interpreter import Floats
from infograd.numeric.theory.output import Output, refined
from infograd.quantity import Quantity


def twin_divergence(real: float, twin: float, *, twin_smoothing: float = 0.0, real_smoothing: float = 0.0) -> Quantity:
    """E_real (s_real - s_twin)^2 for real and twin Y = tanh(X) + N of noise variances `real` and `twin`, scores smoothed as stated."""

    def integral(step: float) -> float:
        variances = (real, real + real_smoothing, twin + twin_smoothing)
        output = Output(np.tanh, max(variances), min(variances), step)
        return output.mean((output.score(variances[1]) - output.score(variances[2])) ** 2, output.density(real))

    return refined(integral)


def bump_divergence(shift: float, real: float, twin: float) -> Quantity:
    """F between w b(y + c) + (1 - w) b(y - c) with the weights w of reality and of the twin; b(u) = cos^2(pi u/2) on [-1, 1], c = `shift`.

    The midpoint rule, whose points avoid the ends of the bumps; the integrand is smooth between them.
    """

    def weighted(weight: float, y: Floats) -> tuple[Floats, Floats]:
        density, slope = np.zeros_like(y), np.zeros_like(y)
        for share, u in ((weight, y + shift), (1 - weight, y - shift)):
            inside = np.abs(u) < 1
            density[inside] += share * np.cos(np.pi * u[inside] / 2) ** 2
            slope[inside] -= share * np.pi / 2 * np.sin(np.pi * u[inside])
        return density, slope

    def integral(step: float) -> float:
        cells = math.ceil(100 / step)
        width = 2 * (1 + shift) / cells
        y = np.linspace(-(1 + shift) + width / 2, 1 + shift - width / 2, cells)
        (p, p_slope), (q, q_slope) = weighted(real, y), weighted(twin, y)
        seen = p > 0
        return float((p[seen] * (p_slope[seen] / p[seen] - q_slope[seen] / q[seen]) ** 2).sum() * width)

    return refined(integral)
