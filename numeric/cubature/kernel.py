"""Sums over Gaussian components of one covariance on a grid of outputs, and their transposes.

Components are taken in blocks whose means lie together, and each block reaches a window of the grid only: beyond `REACH`
deviations a component is e^-42 of its height. Where the covariance is diagonal the kernel is a product over the axes, and the
last axis is summed by a matrix product.
"""

from __future__ import annotations

import itertools
import math
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from infograd.numeric.interpreter import Floats

REACH = math.sqrt(2 * 42.0)
MEMORY = 2_000_000
SMALL = 1_000_000
EPS = float(np.finfo(np.float64).eps)
Triple: TypeAlias = tuple[Floats, Floats, Floats]


@dataclass(frozen=True, slots=True)
class Block:
    """Components by their positions, and the part of the grid that they reach."""

    components: NDArray[np.intp]
    window: tuple[slice, ...]

    @property
    def cells(self) -> int:
        """Components times nodes of the window."""
        return self.components.size * math.prod(int(part.stop - part.start) for part in self.window)


@dataclass(frozen=True, slots=True)
class Components(ABC):
    """Components with means (q, n), weights (n,) and one covariance (q, q), and a way to sum them."""

    means: Floats
    weights: Floats
    covariance: Floats

    @abstractmethod
    def blocks(self, axes: Sequence[Floats]) -> list[Block]:
        """The blocks in which they are summed."""

    @abstractmethod
    def density(self, axes: Sequence[Floats], blocks: Sequence[Block]) -> Floats:
        """sum_t w_t N(y; m_t, C) on the grid of the axes."""

    @abstractmethod
    def adjoints(self, axes: Sequence[Floats], blocks: Sequence[Block], target: Floats) -> Triple:
        """w_t times the sums over the grid of target N_t, target N_t' (q, n) and target N_t'' (q, q, n), derivatives in the mean."""


class Kernel(Components):
    """Components that are summed one by one."""

    __slots__ = ()

    def blocks(self, axes: Sequence[Floats]) -> list[Block]:
        """All components, in blocks of neighbours where there is much to save; no block needs more memory than is taken at once."""
        everything = np.arange(self.weights.size)
        if not axes or everything.size * math.prod(axis.size for axis in axes) <= SMALL:
            return [Block(everything, tuple(slice(0, axis.size) for axis in axes))]
        spreads = REACH * np.sqrt(np.diag(self.covariance))
        bins = np.floor((self.means - self.means.min(axis=1, keepdims=True)) / spreads[:, None]).astype(np.intp)
        keys = np.zeros(self.weights.size, dtype=np.intp)
        for row in bins:
            keys = keys * (int(row.max()) + 1) + row
        order = np.argsort(keys, kind="stable")
        groups = np.split(order, np.flatnonzero(np.diff(keys[order])) + 1)
        return [block for group in groups for block in self._windowed(group, axes, spreads)]

    def _windowed(self, group: NDArray[np.intp], axes: Sequence[Floats], spreads: Floats) -> Iterator[Block]:
        """The group's window, and the group in pieces that fit into memory."""
        means = self.means[:, group]
        lows, highs = means.min(axis=1) - spreads, means.max(axis=1) + spreads
        window = tuple(slice(int(axis.searchsorted(low)), int(axis.searchsorted(high))) for axis, low, high in zip(axes, lows, highs, strict=True))
        size = max(1, MEMORY // max(1, self._rows([part.stop - part.start for part in window])))
        return (Block(group[start : start + size], window) for start in range(0, group.size, size))

    @abstractmethod
    def _rows(self, shape: list[int]) -> int:
        """How many numbers one component takes on a window of that shape."""

    @abstractmethod
    def values(self, axes: Sequence[Floats], components: NDArray[np.intp]) -> Floats:
        """sum_t w_t N(y; m_t, C) of some components on the grid of the axes."""

    @abstractmethod
    def sums(self, axes: Sequence[Floats], components: NDArray[np.intp], target: Floats) -> Triple:
        """For some components the sums over the grid of target N_t, target N_t' (q, n) and target N_t'' (q, q, n), derivatives in the mean."""

    def density(self, axes: Sequence[Floats], blocks: Sequence[Block]) -> Floats:
        """Block by block."""
        total = np.zeros([axis.size for axis in axes])
        for block in blocks:
            total[block.window] += self.values(_cut(axes, block), block.components)
        return total

    def adjoints(self, axes: Sequence[Floats], blocks: Sequence[Block], target: Floats) -> Triple:
        """Block by block."""
        rank, count = len(axes), self.weights.size
        shares, pulls, bends = np.zeros(count), np.zeros((rank, count)), np.zeros((rank, rank, count))
        for block in blocks:
            own = block.components
            shares[own], pulls[:, own], bends[:, :, own] = (each * self.weights[own] for each in self.sums(_cut(axes, block), own, target[block.window]))
        return shares, pulls, bends


def _cut(axes: Sequence[Floats], block: Block) -> list[Floats]:
    return [axis[part] for axis, part in zip(axes, block.window, strict=True)]


class Product(Kernel):
    """A kernel that is a product over the axes."""

    __slots__ = ()

    def _rows(self, shape: list[int]) -> int:
        return max(math.prod(shape[:-1]), shape[-1])

    def values(self, axes: Sequence[Floats], components: NDArray[np.intp]) -> Floats:
        """Outer products of all axes but the last, multiplied with the last as a matrix."""
        if not axes:
            return np.asarray(self.weights[components].sum())
        lead = self.weights[None, components]
        for number in range(len(axes) - 1):
            factor = self._hermite(axes, number, components, 0)[0]
            lead = (lead[:, None, :] * factor[None, :, :]).reshape(-1, factor.shape[1])
        found = lead @ self._hermite(axes, len(axes) - 1, components, 0)[0].T
        return np.asarray(found.reshape([axis.size for axis in axes]))

    def sums(self, axes: Sequence[Floats], components: NDArray[np.intp], target: Floats) -> Triple:
        """The axes are summed from the last to the first, with derivatives of total order at most 2."""
        rank, count = len(axes), components.size
        if not axes:
            return np.full(count, float(target)), np.zeros((0, count)), np.zeros((0, 0, count))
        pulls, bends = np.zeros((rank, count)), np.zeros((rank, rank, count))
        shares = np.zeros(count)
        for orders, summed in self._summed(axes, target, components).items():
            raised = [axis for axis, order in enumerate(orders) for _ in range(order)]
            if not raised:
                shares = summed
            elif len(raised) == 1:
                pulls[raised[0]] = summed
            else:
                bends[raised[0], raised[1]] = bends[raised[1], raised[0]] = summed
        return shares, pulls, bends

    def _summed(self, axes: Sequence[Floats], target: Floats, components: NDArray[np.intp]) -> dict[tuple[int, ...], Floats]:
        """The sums over the grid by the orders of the derivative along each axis."""
        flat = target.reshape(-1, target.shape[-1])
        last = self._hermite(axes, len(axes) - 1, components, 2)
        found: dict[tuple[int, ...], Floats] = {(order,): (flat @ variant).reshape(*target.shape[:-1], -1) for order, variant in enumerate(last)}
        for number in reversed(range(len(axes) - 1)):
            variants = self._hermite(axes, number, components, 2)
            found = {
                (order, *orders): np.einsum("...at,at->...t", summed, variants[order]) for orders, summed in found.items() for order in range(3 - sum(orders))
            }
        return found

    def _hermite(self, axes: Sequence[Floats], number: int, components: NDArray[np.intp], most: int) -> list[Floats]:
        """The Gaussian factor of one axis, of shape (nodes, components), and its derivatives in the mean up to the order `most`."""
        variance = float(self.covariance[number, number])
        away = axes[number][:, None] - self.means[number, components]
        factor = np.exp(away**2 * (-0.5 / variance)) / math.sqrt(2 * math.pi * variance)
        if not most:
            return [factor]
        first = factor * away / variance
        return [factor, first, first * away / variance - factor / variance]


class Full(Kernel):
    """A kernel whose covariance is not diagonal."""

    __slots__ = ()

    def _rows(self, shape: list[int]) -> int:
        return math.prod(shape)

    def values(self, axes: Sequence[Floats], components: NDArray[np.intp]) -> Floats:
        """All cells one by one."""
        found = self._cells(axes, components)[0] @ self.weights[components]
        return np.asarray(found.reshape([axis.size for axis in axes]))

    def sums(self, axes: Sequence[Floats], components: NDArray[np.intp], target: Floats) -> Triple:
        """All cells one by one."""
        rank, count = len(axes), components.size
        pulls, bends = np.zeros((rank, count)), np.zeros((rank, rank, count))
        inverse = np.linalg.inv(self.covariance)
        cells, scores = self._cells(axes, components)
        weighted = cells * target.reshape(-1, 1)
        shares = weighted.sum(axis=0)
        for left, right in itertools.combinations_with_replacement(range(rank), 2):
            bends[left, right] = bends[right, left] = (weighted * scores[left] * scores[right]).sum(axis=0) - inverse[left, right] * shares
        for axis in range(rank):
            pulls[axis] = (weighted * scores[axis]).sum(axis=0)
        return shares, pulls, bends

    def _cells(self, axes: Sequence[Floats], components: NDArray[np.intp]) -> tuple[Floats, list[Floats]]:
        """N(y; m_t, C) over (grid, components) and C^-1 (y - m_t), axis by axis."""
        inverse = np.linalg.inv(self.covariance)
        grid = [each.ravel() for each in np.meshgrid(*axes, indexing="ij")]
        away = [nodes[:, None] - self.means[axis, components] for axis, nodes in enumerate(grid)]
        scores = [sum((inverse[axis, other] * each for other, each in enumerate(away)), start=np.zeros(())) for axis in range(len(axes))]
        exponent = sum((each * score for each, score in zip(away, scores, strict=True)), start=np.zeros(()))
        scale = math.sqrt((2 * math.pi) ** len(axes) * float(np.linalg.det(self.covariance)))
        return np.exp(-0.5 * exponent) / scale, scores
