"""Positive sums of Gaussians on an equidistant lattice by baby steps and giant steps.

exp(y t / s2) at y = (lo + qm + r) k is a giant step times a baby step, so that all sums are one product of matrices.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from flint import arb, arb_mat

from infograd.numeric.certified.balls import raised
from infograd.numeric.certified.inner import normal_peak
from infograd.numeric.certified.nodes import TooManyNodesError

CHUNK = 4096
CELLS = 8_000_000


def lattice_sums(locations: Sequence[arb], weights: Sequence[Sequence[arb]], step: arb, first: int, count: int, variance: arb) -> list[list[arb]]:
    """sum_i w_i N(jk; t_i, s2) for j = first, ..., first + count - 1, one row for each row of weights.

    Raises: TooManyNodesError where the factors would take more than `CELLS` balls.
    """
    rows = len(weights)
    baby = max(1, math.isqrt(rows * count))
    giant = -(-count // baby)
    cells = len(locations) * (baby + giant * rows)
    if cells > CELLS:
        raise TooManyNodesError(f"sums over {len(locations)} inputs at {count} outputs would take {cells:.1e} balls, and at most {CELLS:.0e} are taken")
    product = arb_mat(giant * rows, baby)
    for begin in range(0, len(locations), CHUNK):
        part = slice(begin, begin + CHUNK)
        product += _product(locations[part], [row[part] for row in weights], step, first, baby, giant, variance)
    table = product.tolist()
    peak = normal_peak(variance)
    factors = [(-raised(step * (first + j), 2) / (2 * variance)).exp() / peak for j in range(count)]
    sums: list[list[arb]] = []
    for position in range(rows):
        flat = [entry for q in range(giant) for entry in table[q * rows + position]]
        sums.append([value * factor for value, factor in zip(flat[:count], factors, strict=True)])
    return sums


def _product(locations: Sequence[arb], weights: Sequence[Sequence[arb]], step: arb, first: int, baby: int, giant: int, variance: arb) -> arb_mat:
    """The giant steps (weights times exp(y_q t - t^2/2)) times the baby steps exp(rkt), in units of the variance."""
    size, start = len(locations), step * first
    stride = [(step * t / variance).exp() for t in locations]
    row = [arb(1)] * size
    babies: list[arb] = []
    for _ in range(baby):
        babies.extend(row)
        row = [x * y for x, y in zip(row, stride, strict=True)]
    head = [((start - t / 2) * t / variance).exp() for t in locations]
    giants: list[arb] = []
    for _ in range(giant):
        for each in weights:
            giants.extend([x * y for x, y in zip(head, each, strict=True)])
        head = [x * y for x, y in zip(head, row, strict=True)]
    return arb_mat(giant * len(weights), size, giants) * arb_mat(baby, size, babies).transpose()
