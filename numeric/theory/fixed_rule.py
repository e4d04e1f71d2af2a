"""Gauss-Hermite quadrature with a fixed number of nodes, which is what the text of VII-C describes; it has no error estimate."""

from __future__ import annotations

import numpy as np
from scipy import special


def by_gauss_hermite(theta: float, noise: float, nodes: int) -> float:
    """I(X;Y) of Y = tanh(theta X) + N as the text of VII-C computes it: Gauss-Hermite nodes in x, a uniform grid in y."""
    points, weights = special.roots_hermitenorm(nodes)
    deviation = float(np.sqrt(noise))
    y = np.linspace(-1 - 10 * deviation, 1 + 10 * deviation, 4001)
    kernel = np.exp(-((y[:, None] - np.tanh(theta * points)) ** 2) / (2 * noise)) / np.sqrt(2 * np.pi * noise)
    density = kernel @ (weights / np.sqrt(2 * np.pi))
    entropy = -float(special.xlogy(density, density).sum()) * float(y[1] - y[0])
    return entropy - 0.5 * float(np.log(2 * np.pi * np.e * noise))
