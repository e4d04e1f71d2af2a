"""Gaussian vectors M e with e standard normal: their entropy h = ½ log det(2 pi e M M^T), and dh/dM = (M M^T)^-1 M, without forming M M^T."""

from __future__ import annotations

import math

import numpy as np

from infograd.numeric.interpreter import Floats


def lower_roots(spreads: Floats) -> tuple[Floats, Floats]:
    """T of shape (n, d, d), lower triangular with T T^T = M M^T, for M of shape (d, rest, n); and how much its inverse blows up rounding, (n,).

    That is the norm of the inverse once every row has length 1: scales of the entries do not count.
    """
    roots = np.swapaxes(np.linalg.qr(np.moveaxis(spreads, -1, 0).swapaxes(1, 2))[1], 1, 2)
    lengths = np.sqrt((roots**2).sum(axis=2, keepdims=True))
    return roots, np.sqrt((np.linalg.inv(roots / lengths) ** 2).sum(axis=(1, 2)))


def gaussian_entropies(spreads: Floats) -> tuple[Floats, Floats]:
    """h in nats, of shape (n,), and its derivatives (d, rest, n) for M of shape (d, rest, n)."""
    roots, _ = lower_roots(spreads)
    halves = np.log(np.abs(np.diagonal(roots, axis1=1, axis2=2))).sum(axis=1)
    solved = np.linalg.solve(roots, np.moveaxis(spreads, -1, 0))
    bends = np.asarray(np.linalg.solve(np.swapaxes(roots, 1, 2), solved), dtype=np.float64)
    return halves + len(spreads) / 2 * math.log(2 * math.pi * math.e), np.moveaxis(bends, 0, -1)
