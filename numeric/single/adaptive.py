"""Panels halved until their error estimates meet a tolerance: 15 Kronrod nodes with the 7 of Gauss inside, many panels at once.

The estimate of a panel is QUADPACK's, size * min(1, (200 |K - G|/size)^1.5) with size = int |F - mean F|, for every row of the integrand.
Source: Piessens et al., QUADPACK (Springer, 1983), section 2.2 and the rule's nodes and weights.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from infograd.numeric.interpreter import Floats
from infograd.numeric.limit import LimitError

_HALF_NODES = [
    0.991455371120812639,
    0.949107912342758525,
    0.864864423359769073,
    0.741531185599394440,
    0.586087235467691130,
    0.405845151377397167,
    0.207784955007898468,
]
_HALF_KRONROD = [
    0.0229353220105292250,
    0.0630920926299785533,
    0.104790010322250184,
    0.140653259715525919,
    0.169004726639267903,
    0.190350578064785410,
    0.204432940075298892,
]
_HALF_GAUSS = [0.0, 0.129484966168869693, 0.0, 0.279705391489276668, 0.0, 0.381830050505118945, 0.0]
NODES = np.array([*(-node for node in _HALF_NODES), 0.0, *_HALF_NODES[::-1]])
KRONROD = np.array([*_HALF_KRONROD, 0.209482141084727828, *_HALF_KRONROD[::-1]])
GAUSS = np.array([*_HALF_GAUSS, 0.417959183673469388, *_HALF_GAUSS[::-1]])
ROUNDS = 60
MOST = 40_000
SHARE = 1 / 64
EPS = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, slots=True)
class Integral:
    """The integral of every row, its error estimate, the integral of its magnitude, and the nodes and weights of the last panels."""

    values: Floats
    errors: Floats
    sizes: Floats
    nodes: Floats
    weights: Floats


def integrate(function: Callable[[Floats], Floats], edges: Floats, error: float, noise: Callable[[Floats], Floats], offset: Floats | float = 0.0) -> Integral:
    """The integral of F (rows by nodes) over panels between the edges, each row less its `offset` to `error`, relative where that exceeds 1.

    `noise` is the relative rounding error of F at a place; panels whose estimate it explains are not halved.
    Raises: LimitError when the error is not reached; the message says what was.
    """
    pool = _panels(function, edges[:-1], edges[1:])
    for _ in range(ROUNDS):
        left, right, values, errors, sizes = pool
        total, doubt = values.sum(axis=1), errors.sum(axis=1)
        tolerance = error * np.maximum(1.0, np.abs(total - offset))
        middle = (left + right) / 2
        floor = (200 * noise(middle)) ** 1.5
        lasting = (errors > tolerance[:, None] / (2 * left.size)) & (errors > np.maximum(50 * EPS, floor) * sizes) & (left < middle) & (middle < right)
        wanted = lasting & (doubt > tolerance)[:, None]
        split = np.any(wanted & (errors >= SHARE * np.where(wanted, errors, 0.0).max(axis=1, keepdims=True)), axis=0)
        if not np.any(split):
            break
        if left.size + np.count_nonzero(split) > MOST:
            reached = float((doubt / np.maximum(1.0, np.abs(total - offset))).max())
            raise LimitError(f"the error {error:g} was not reached: {reached:.1e} is left at {left.size} panels; ask for a larger error")
        found = _panels(function, np.concatenate([left[split], middle[split]]), np.concatenate([middle[split], right[split]]))
        pool = tuple(np.concatenate([old[..., ~split], new], axis=-1) for old, new in zip(pool, found, strict=True))
    left, right, values, errors, sizes = pool
    nodes, half = _nodes(left, right)
    return Integral(values.sum(axis=1), errors.sum(axis=1), sizes.sum(axis=1), nodes.ravel(), (half[:, None] * KRONROD).ravel())


def _nodes(left: Floats, right: Floats) -> tuple[Floats, Floats]:
    half = (right - left) / 2
    return (left + right)[:, None] / 2 + half[:, None] * NODES, half


def _panels(function: Callable[[Floats], Floats], left: Floats, right: Floats) -> tuple[Floats, ...]:
    """Ends, integrals, error estimates and integrals of the magnitude of all panels."""
    nodes, half = _nodes(left, right)
    found = function(nodes.ravel())
    found = found.reshape(found.shape[0], *nodes.shape)
    values, rough = found @ KRONROD, found @ GAUSS
    size = (np.abs(found - 0.5 * values[..., None])) @ KRONROD
    change = np.abs(values - rough)
    ratio = np.divide(200 * change, size, out=np.zeros_like(size), where=size > 0)
    return left, right, half * values, half * size * np.minimum(1.0, ratio) ** 1.5, half * (np.abs(found) @ KRONROD)
