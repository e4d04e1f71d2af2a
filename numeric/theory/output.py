"""The output Y = f(X) + N of a scalar stage on grids, at any noise variance: the densities and scores that smoothing makes of it.

X ~ N(0,1), N ~ N(0, v), |f| <= 1. The integrands are smooth and decay like Gaussians, where the trapezoid rule converges
geometrically; the error estimate is what halving both steps changes, and rounding.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from infograd.numeric.interpreter import Floats
from infograd.quantity import Doubt, Quantity

REACH, STEP = 9.5, 0.05
ROUNDING = 2.0**-44


class Output:
    """The output of the channel on grids of x and y, at the noise variances that are asked for."""

    def __init__(self, map: Callable[[Floats], Floats], widest: float, narrowest: float, step: float) -> None:
        x = np.arange(-REACH, REACH + step / 2, step)
        deviation = np.sqrt(widest)
        self.y_step = step * float(np.sqrt(narrowest))
        self.x = x
        self.y = np.arange(-1 - REACH * deviation, 1 + REACH * deviation, self.y_step)
        self.weights = np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi) * step
        self.distance = self.y[:, None] - map(x)

    def kernel(self, variance: float) -> Floats:
        """p(y|x) at that noise variance, shape (y, x)."""
        return np.asarray(np.exp(-(self.distance**2) / (2 * variance)) / np.sqrt(2 * np.pi * variance))

    def density(self, variance: float) -> Floats:
        """p(y)."""
        return np.asarray(self.kernel(variance) @ self.weights)

    def score(self, variance: float) -> Floats:
        """The derivative of log p(y)."""
        kernel = self.kernel(variance)
        return np.asarray((-self.distance / variance * kernel) @ self.weights / (kernel @ self.weights))

    def mean(self, values: Floats, density: Floats) -> float:
        """The integral of values times density over y."""
        return float((values * density).sum()) * self.y_step


def refined(integral: Callable[[float], float]) -> Quantity:
    """The integral at half the step, with what halving changed as its error."""
    coarse, fine = integral(STEP * 2), integral(STEP)
    return Quantity(fine, Doubt(estimated=abs(fine - coarse) + ROUNDING * max(1.0, abs(fine))))
