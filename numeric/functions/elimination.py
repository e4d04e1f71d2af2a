"""Factors in logarithms with named axes, and the elimination of axes by summing over them, one axis after another."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from infograd.numeric.functions.additive import log_sum
from infograd.numeric.interpreter import Floats
from infograd.numeric.limit import CELLS, LimitError


@dataclass(frozen=True, slots=True)
class Factor:
    """The logarithm of a nonnegative array, with a name for every axis."""

    axes: tuple[str, ...]
    logs: Floats

    @property
    def sizes(self) -> dict[str, int]:
        """The length of every axis."""
        return dict(zip(self.axes, self.logs.shape, strict=True))


def aligned(array: Floats, axes: tuple[str, ...], order: tuple[str, ...]) -> Floats:
    """The array with its axes in that order, of length 1 along those it does not have."""
    present = [axes.index(axis) for axis in order if axis in axes]
    lengths = [array.shape[axes.index(axis)] if axis in axes else 1 for axis in order]
    return array.transpose(present).reshape(lengths)


def joined(factors: Iterable[Factor], order: tuple[str, ...]) -> Floats:
    """The logarithm of the product over the axes in that order.

    Raises: LimitError where it has more than `CELLS` cells.
    """
    parts = [aligned(factor.logs, factor.axes, order) for factor in factors]
    cells = math.prod(np.broadcast_shapes(*(part.shape for part in parts)))
    if cells > CELLS:
        raise LimitError(f"the joint law of {', '.join(map(repr, order))} takes {cells:.1e} cells, and at most {CELLS:.0e} are taken")
    return sum(parts, np.zeros((1,) * len(order)))


def eliminated(factors: list[Factor], keep: tuple[str, ...]) -> Floats:
    """The logarithm of the product of all factors, summed over the axes that are not kept, over the kept axes in order.

    Raises: LimitError where an intermediate result is too large.
    """
    left = list(factors)
    pending = {axis for factor in left for axis in factor.axes} - set(keep)
    while pending:
        axis = min(sorted(pending), key=lambda each: _joined_size(left, each))
        touched = [factor for factor in left if axis in factor.axes]
        order = (*sorted({each for factor in touched for each in factor.axes} - {axis}), axis)
        left = [factor for factor in left if axis not in factor.axes]
        left.append(Factor(order[:-1], log_sum(joined(touched, order), -1)))
        pending.remove(axis)
    return joined(left, keep)


def _joined_size(factors: list[Factor], axis: str) -> int:
    sizes: dict[str, int] = {}
    for factor in factors:
        if axis in factor.axes:
            sizes.update(factor.sizes)
    return math.prod(sizes.values())
