"""The nearest-neighbour estimator of mutual information by Kraskov, Stoegbauer and Grassberger (k = 5), and its central difference.

Both sides of the difference use the same random numbers. With N samples the error of the estimate is O(N^-1/2) and moves with the samples, so a small
step divides what the common numbers leave by a small number, and a large one pays the third derivative times step^2 / 6.
Source: Phys. Rev. E 69 (2004) 066138, eq. (8).
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from scipy.special import digamma

from .channels import Channel

Floats: TypeAlias = NDArray[np.float64]

NEIGHBOURS = 5
EPS = float(np.finfo(np.float64).eps)


def _closer(values: Floats, radius: Floats) -> NDArray[np.int64]:
    """For every value, how many others lie strictly within its radius, which is some other value's distance: rounding must not let that one in."""
    ordered = np.sort(values)
    inside = radius - 2 * EPS * (np.abs(values) + radius)
    return np.searchsorted(ordered, values + inside, side="right") - np.searchsorted(ordered, values - inside, side="left") - 1


def information(x: Floats, y: Floats, neighbours: int = NEIGHBOURS) -> float:
    """psi(k) + psi(N) - mean(psi(n_x + 1) + psi(n_y + 1)) in nats, with n the numbers of values closer than the k-th neighbour in the maximum norm."""
    pairs = np.stack((x, y), 1)
    radius = np.asarray(cKDTree(pairs).query(pairs, neighbours + 1, p=np.inf)[0])[:, -1]
    around = digamma(_closer(x, radius) + 1) + digamma(_closer(y, radius) + 1)
    return float(digamma(neighbours) + digamma(len(x)) - around.mean())


def nearest(channel: Channel, count: int, seed: int, step: float = 0.2) -> float:
    """(I(theta + step) - I(theta - step)) / (2 step), in nats per unit of the parameter."""
    sides = []
    for theta in (float(channel.value) + step, float(channel.value) - step):
        x, y = channel.sample(torch.tensor(theta, dtype=torch.float64), count, torch.Generator().manual_seed(seed))
        sides.append(information(x.numpy(), y.numpy()))
    return (sides[0] - sides[1]) / (2 * step)
