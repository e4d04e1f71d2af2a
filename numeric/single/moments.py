"""Moments of u = z - g under the law of the source, at every output z: E[mu u^n exp(-u^2/2)] for n = 0, 1, 2 and several multipliers mu.

With v = c - g at a block's centre and u = v + d they are sums of v^n exp(-v^2/2) exp(d g), moved by d:

    E u = E v + d E 1,   E u^2 = E v^2 + d (E v + E u)
"""

from __future__ import annotations

import numpy as np

from infograd.numeric.interpreter import Floats
from infograd.numeric.single.frames import BLOCK, Outputs

CHUNK = 4_000_000


def _factors(frame: Outputs, places: Floats, logarithms: Floats, multipliers: Floats, order: int) -> tuple[Floats, Floats]:
    """mu v^n exp(-v^2/2) with rows (multiplier, n, block) and exp(d g) times the weights with rows d, both over the places."""
    given = np.empty((3, places.size))
    given[0], given[1], given[2] = 1.0, places, logarithms
    exponents = np.dot(frame.factors, given)
    v, within = exponents[: frame.blocks], exponents[frame.blocks :]
    found = np.empty((len(multipliers) + 1, order + 1, *v.shape))
    bell = found[0, 0]
    np.multiply(v, v, out=bell)
    bell *= -0.5
    np.exp(bell, out=bell)
    for n in range(order):
        np.multiply(found[0, n], v, out=found[0, n + 1])
    if len(multipliers):
        np.multiply(found[0], multipliers[:, None, None, :], out=found[1:])
    return found.reshape(-1, places.size), np.exp(within, out=within)


def moments(frame: Outputs, places: Floats, logarithms: Floats, multipliers: Floats, order: int, coarse: int) -> Floats:
    """The moments (rule, multiplier, n, output) by all places and by twice the first `coarse` of them; by one rule where these are all.

    `multipliers` has one row for each beside 1, `logarithms` are those of the weights.
    """
    size = places.size
    rows = (len(multipliers) + 1) * (order + 1) * frame.blocks
    chunk = max(1, CHUNK // (rows + BLOCK))
    sums = []
    if size <= chunk:
        left, right = _factors(frame, places, logarithms, multipliers, order)
        sums = [left[:, :coarse] @ right[:, :coarse].T, left[:, coarse:] @ right[:, coarse:].T]
    else:
        for low, high in ((0, coarse), (coarse, size)):
            total = np.zeros((rows, BLOCK))
            for start in range(low, high, chunk):
                part = slice(start, min(start + chunk, high))
                left, right = _factors(frame, places[part], logarithms[part], multipliers[:, part], order)
                total += left @ right.T
            sums.append(total)
    rules = 1 if coarse == size else 2
    found = np.empty((rules, len(multipliers) + 1, order + 1, frame.places.size))
    flat = found.reshape(rules, rows, BLOCK)
    np.add(sums[0], sums[1], out=flat[0])
    if rules == 2:
        np.multiply(sums[0], 2.0, out=flat[1])
    if order == 2:
        found[:, :, 2] += frame.shifts * (2 * found[:, :, 1] + frame.shifts * found[:, :, 0])
    if order:
        found[:, :, 1] += frame.shifts * found[:, :, 0]
    found *= frame.falls
    return found
