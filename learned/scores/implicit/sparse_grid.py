"""Features of several variables: products of their levelled features whose levels sum to at most a bound.

With bound 1 the space is affine, with 2 it has all products of pairs; one variable alone reaches the finest splines. It is
a sparse grid (Bungartz and Griebel, Acta Numerica 13 (2004) 147).
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from infograd.learned.scores.implicit.splines import width

FINEST = 6


def size(dimension: int, bound: int) -> int:
    """How many features continuous variables of that number have under that bound."""
    by_sum = [1] + [0] * bound
    for _ in range(dimension):
        by_sum = [sum(width(level) * by_sum[total - level] for level in range(total + 1)) for total in range(bound + 1)]
    return sum(by_sum)


def finest_bound(dimension: int, limit: int) -> int:
    """The largest bound, at most `FINEST`, under which there are at most `limit` features."""
    return max(bound for bound in range(FINEST + 1) if size(dimension, bound) <= limit or bound == 0)


def products(variables: Sequence[tuple[Tensor, ...]], bound: int) -> tuple[Tensor, Tensor]:
    """The products of the variables' levelled features, shape `(n, features)`, and each product's sum of levels."""
    count = variables[0][0].shape[0]
    blocks = [(0, torch.ones(count, 1, dtype=torch.float64))]
    for factors in variables:
        blocks = [
            (total + level, (block.unsqueeze(2) * factors[level].unsqueeze(1)).flatten(start_dim=1))
            for total, block in blocks
            for level in range(bound - total + 1)
        ]
    levels = torch.cat([torch.full((block.shape[1],), total) for total, block in blocks])
    return torch.cat([block for _, block in blocks], dim=1), levels
