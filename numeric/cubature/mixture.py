"""The entropy of a mixture of Gaussians in few dimensions, by the trapezoid rule, and its derivatives in every component.

    p(y) = sum_t w_t N(y; m_t, C_t)          h = -int p log p

Directions in which no mean moves and all covariances agree are independent of the others and add ½ log(2 pi e) each. In the
others the kernel of a diagonal covariance is a product over the axes, so that p is one matrix product and so is each adjoint

    A_t = w_t int N_t (-log p),     B_t = w_t int N_t' (-log p),     D_t = w_t int N_t'' (-log p)

with ' and '' derivatives in the mean. A component's mean moves h by B_t, its covariance by ½ D_t, its weight by A_t/w_t. The
trapezoid rule converges geometrically on such integrands (Trefethen and Weideman, SIAM Review 56 (2014) 385).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from infograd.numeric.cubature.condensed import Condensed
from infograd.numeric.cubature.kernel import Block, Components, Full, Product
from infograd.numeric.interpreter import Floats
from infograd.numeric.limit import CELLS, LimitError, node_count

LOSS = 42.0
EPS = float(np.finfo(np.float64).eps)
MOST_OUTPUTS = 3
MULTIPLIED, COMPUTED = 2.0, 50.0


@dataclass(frozen=True, slots=True)
class Part:
    """Components of one covariance: their means (d, n) and weights (n,), and a root T (d, d) of the covariance T T^T, lower triangular."""

    means: Floats
    weights: Floats
    root: Floats


@dataclass(frozen=True, slots=True)
class Adjoints:
    """A (n,), B (d, n) and D (d, d, n) of a part's components."""

    shares: Floats
    pulls: Floats
    bends: Floats


@dataclass(frozen=True, slots=True)
class Entropy:
    """h in nats with its rounding, cells and operations, and the adjoints of every part, none where they were not asked."""

    value: float
    rounding: float
    cells: int
    operations: float
    adjoints: tuple[Adjoints, ...]


def _active(parts: Sequence[Part]) -> tuple[Floats, Floats]:
    """Orthonormal columns: the directions that tell the components apart, in which all covariances are diagonal if any basis does it; and the others."""
    size = len(parts[0].means)
    weights = np.concatenate([part.weights for part in parts])
    means = np.concatenate([part.means for part in parts], axis=1)
    middle = means @ (weights / weights.sum())
    away = means - middle[:, None]
    differences = [part.root @ part.root.T - np.eye(size) for part in parts]
    columns = np.concatenate([away, *differences], axis=1)
    basis, sizes, _ = np.linalg.svd(columns, full_matrices=True) if columns.shape[1] <= size else _tall_svd(columns)
    count = int((sizes > 16 * EPS * (np.abs(columns).max() + np.abs(means).max()) * math.sqrt(columns.shape[1])).sum())
    kept, rest = basis[:, :count], basis[:, count:]
    spread = sum(((number + 1) * difference for number, difference in enumerate(differences)), start=np.zeros((size, size)))
    if np.abs(spread).max() <= 16 * EPS:
        spread = (away * weights) @ away.T
    return kept @ np.linalg.eigh(kept.T @ spread @ kept)[1], rest


def _tall_svd(columns: Floats) -> tuple[Floats, Floats, Floats]:
    """Left singular vectors and values of a wide matrix, through the triangle of its transpose."""
    return np.linalg.svd(np.linalg.qr(columns.T)[1].T, full_matrices=True)


def _components(means: Floats, weights: Floats, covariance: Floats) -> Components:
    """The components with the cheapest way to sum them: a covariance that is diagonal up to rounding makes a product, and many along one axis few."""
    outside = np.abs(covariance - np.diag(np.diag(covariance))).max(initial=0.0)
    if outside > 64 * EPS * np.abs(covariance).max(initial=0.0):
        return Full(means, weights, covariance)
    few = Condensed(means, weights, covariance)
    return few if len(means) == 1 and few.worthwhile else Product(means, weights, covariance)


def _effort(each: Components, blocks: Sequence[Block]) -> float:
    """The operations of one sum: a product over axes multiplies in every cell, the others take an exponential there."""
    return (MULTIPLIED if isinstance(each, Product) and len(each.means) > 1 else COMPUTED) * sum(block.cells for block in blocks)


def _axes(kernels: Sequence[Components], step: float) -> tuple[list[Floats], float]:
    """Equidistant nodes along each axis, as far as any component reaches, and the volume of a cell."""
    highest = max(float(each.weights.max() / math.sqrt(np.linalg.det(each.covariance))) for each in kernels)
    axes, volume = [], 1.0
    for axis in range(len(kernels[0].covariance)):
        ends, width = [], math.inf
        for each in kernels:
            spread = math.sqrt(each.covariance[axis, axis])
            density = each.weights / (highest * math.sqrt(np.linalg.det(each.covariance)))
            reach = spread * np.sqrt(2 * np.maximum(LOSS + np.log(np.maximum(density, 1e-300)), 0.0))
            ends.append((float((each.means[axis] - reach).min()), float((each.means[axis] + reach).max())))
            width = min(width, float(np.linalg.inv(each.covariance)[axis, axis]) ** -0.5)
        low, high = min(low for low, _ in ends), max(high for _, high in ends)
        count = node_count(high - low, step * width, 4)
        axes.append(np.linspace(low, high, count + 1))
        volume *= (high - low) / count
    return axes, volume


def entropy(parts: Sequence[Part], step: float, operations: float, *, slopes: bool, name: str) -> Entropy:
    """h of the mixture with spacing `step` deviations of the narrowest component along each axis.

    Raises: LimitError where too many directions tell the components apart, or the sums take more than `operations`.
    """
    root = parts[0].root
    inverse = np.linalg.inv(root)
    white = [Part(inverse @ part.means, part.weights, inverse @ part.root) for part in parts]
    white[0] = Part(white[0].means, white[0].weights, np.eye(len(root)))
    kept, rest = _active(white)
    if kept.shape[1] > MOST_OUTPUTS:
        raise LimitError(
            f"{name} takes {kept.shape[1]} variables of the outputs after the linear parts are folded, and at most {MOST_OUTPUTS} are taken; "
            "the method 'Monte Carlo sandwich' bounds it by sampling"
        )
    kernels = [_components(kept.T @ part.means, part.weights, kept.T @ part.root @ part.root.T @ kept) for part in white]
    axes, volume = _axes(kernels, step)
    nodes = math.prod(axis.size for axis in axes)
    if nodes > CELLS / 2:
        raise LimitError(f"{name} takes {nodes:.1e} nodes over {len(axes)} variables of the outputs, and at most {CELLS / 2:.0e} are taken")
    blocks = [each.blocks(axes) for each in kernels]
    cells = sum(block.cells for own in blocks for block in own)
    cost = sum(_effort(each, own) for each, own in zip(kernels, blocks, strict=True))
    if cost > operations:
        raise LimitError(f"{name} takes a kernel of {cells:.1e} cells over {len(axes)} variables of the outputs, and {cost:.1e} operations")
    density = sum((each.density(axes, own) for each, own in zip(kernels, blocks, strict=True)), start=np.zeros(()))
    surprise = -np.log(np.where(density > 0, density, 1.0))
    terms = density * surprise * volume
    idle = rest.shape[1] / 2 * math.log(2 * math.pi) + float(np.log(np.abs(np.diag(root))).sum())
    total = sum(float(part.weights.sum()) for part in parts)
    value = float(terms.sum()) + total * (idle + rest.shape[1] / 2)
    rounding = EPS * (1 + 16 * float(np.abs(terms).sum()) + abs(idle) + len(root))
    if not slopes:
        return Entropy(value, rounding, cells, cost, ())
    still = inverse.T @ (rest @ rest.T) @ inverse
    turn = inverse.T @ kept
    found = []
    for each, own in zip(kernels, blocks, strict=True):
        shares, pulls, bends = each.adjoints(axes, own, surprise * volume)
        whole = np.einsum("ia,jb,abn->ijn", turn, turn, bends) + still[:, :, None] * each.weights
        found.append(Adjoints(shares + each.weights * (idle + rest.shape[1] / 2), turn @ pulls, whole))
    return Entropy(value, rounding, cells, cost, tuple(found))
