"""Log-weights: the logarithms of the densities of the weighed nodes, for every pair of a true run and a hidden run."""

from __future__ import annotations

import math

import numpy as np

from infograd.channel import Source
from infograd.law import Normal
from infograd.numeric.interpreter import Dual, Floats
from infograd.numeric.sandwich.laws import covariance, gaussian, log_density, minus, plus
from infograd.numeric.sandwich.model import Duals, Model, Reading
from infograd.question import Names


def flat(value: Dual) -> Dual:
    """The entries of a node on the first axis, a scalar's one entry too."""
    return value[0].reshape((-1, *value[0].shape[-2:])), None if value[1] is None else value[1].reshape((-1, *value[1].shape[-2:]))


def _joined(values: list[Dual]) -> Dual:
    """Entries below one another, on one grid."""
    grid = np.broadcast_shapes(*(value.shape[-2:] for value, _ in values))
    stacked = np.concatenate([np.broadcast_to(value, (len(value), *grid)) for value, _ in values])
    if all(tangent is None for _, tangent in values):
        return stacked, None
    parts = [np.zeros((len(value), *grid)) if tangent is None else np.broadcast_to(tangent, (len(value), *grid)) for value, tangent in values]
    return stacked, np.concatenate(parts)


def offset(model: Model, name: str, run: Duals) -> Dual:
    """What a weighed node's map makes of a run: the node less its own noise."""
    node = model.question.channel.node(name)
    return (np.zeros((*node.shape, 1, 1)), None) if isinstance(node, Source) else model.evaluator(run)(node.map)


def _block(matrices: list[Dual]) -> Dual:
    """A block-diagonal covariance on a grid of one cell."""
    sizes = [len(value) for value, _ in matrices]
    ends = np.cumsum([0, *sizes])
    value, tangent = np.zeros((ends[-1], ends[-1], 1, 1)), np.zeros((ends[-1], ends[-1], 1, 1))
    for start, stop, (block, growth) in zip(ends[:-1], ends[1:], matrices, strict=True):
        value[start:stop, start:stop] = block
        if growth is not None:
            tangent[start:stop, start:stop] = growth
    return value, tangent if any(growth is not None for _, growth in matrices) else None


def noise_covariance(model: Model, names: Names) -> Dual:
    """The covariance of the own Gaussian randomness of those nodes."""
    evaluator = model.evaluator({})
    laws = [law for name in names if isinstance(law := model.law(name), Normal)]
    return _block([_square(covariance(law, evaluator)) for law in laws])


def _square(matrix: Dual) -> Dual:
    shape = (math.isqrt(matrix[0].size),) * 2 + (1, 1)
    return matrix[0].reshape(shape), None if matrix[1] is None else matrix[1].reshape(shape)


def folded_covariance(model: Model, reading: Reading, own: Duals, known: Duals) -> Dual:
    """noise + C cov(g) C^T of the weighed nodes that the folded randomness g reaches; the columns of C are differences of runs at the unit vectors."""
    names = reading.fold.reached

    def offsets(moved: Duals) -> Dual:
        run = model.run(reading.marginal.hidden, moved, known)
        return _joined([flat(offset(model, name, run)) for name in names])

    base = offsets(own)
    columns: list[Dual] = []
    for name in reading.fold.nodes:
        mean = own[name]
        size = mean[0].shape[:-2]
        for unit in np.eye(math.prod(size)):
            columns.append(minus(offsets({**own, name: (mean[0] + unit.reshape((*size, 1, 1)), mean[1])}), base))
    coefficients = np.stack([value for value, _ in columns], axis=1)
    spread = noise_covariance(model, reading.fold.nodes)
    noise = noise_covariance(model, names)
    product = _sandwiched(coefficients, spread[0], coefficients)
    moving = [tangent is not None for _, tangent in columns]
    growth = None if spread[1] is None else _sandwiched(coefficients, spread[1], coefficients)
    if any(moving):
        slopes = np.stack([np.zeros_like(value) if tangent is None else np.broadcast_to(tangent, value.shape) for value, tangent in columns], axis=1)
        half = _sandwiched(slopes, spread[0], coefficients)
        turned = half + np.swapaxes(half, 0, 1)
        growth = turned if growth is None else growth + turned
    return plus((product, growth), noise)


def _sandwiched(left: Floats, middle: Floats, right: Floats) -> Floats:
    """left middle right^T for matrices on the first two axes."""
    return np.asarray(np.einsum("ik...,kl...,jl...->ij...", left, middle, right, optimize=True))


def _pairwise(matrix: Dual, value: Dual, centre: Dual) -> Dual:
    """log N(value_i; centre_j, matrix) for a value (d, n, 1), a centre (d, 1, k) and one matrix, by products of matrices."""
    root = np.linalg.cholesky(matrix[0][..., 0, 0])
    inverse = np.linalg.inv(root)
    middle = centre[0].mean(axis=-1, keepdims=True)
    z, y = inverse @ (value[0] - middle)[..., 0], inverse @ (centre[0] - middle)[:, 0]
    constant = np.log(np.diagonal(root)).sum() + 0.5 * len(z) * math.log(2 * math.pi)
    found = z.T @ y
    found -= (0.5 * (z**2).sum(axis=0) + constant)[:, None]
    found -= 0.5 * (y**2).sum(axis=0)
    if value[1] is None and centre[1] is None and matrix[1] is None:
        return found, None
    dz = np.zeros_like(z) if value[1] is None else inverse @ value[1][..., 0]
    dy = np.zeros_like(y) if centre[1] is None else inverse @ centre[1][:, 0]
    rows, columns = -(z * dz).sum(axis=0), -(y * dy).sum(axis=0)
    left, right = dz, dy
    if matrix[1] is not None:
        growth = inverse @ matrix[1][..., 0, 0] @ inverse.T
        sz, sy = growth @ z, growth @ y
        rows = rows + 0.5 * ((z * sz).sum(axis=0) - np.trace(growth))
        columns = columns + 0.5 * (y * sy).sum(axis=0)
        left = left - sz
    slope = left.T @ y + z.T @ right
    slope += rows[:, None]
    slope += columns
    return found, slope


def _group(model: Model, matrix: Dual, value: Dual, centre: Dual) -> Dual:
    one = matrix[0].shape[-2:] == (1, 1)
    pairs = centre[0].shape[-2] == 1 and centre[0].shape[-1] > 1 and value[0].shape[-1] == 1
    return _pairwise(matrix, value, centre) if one and pairs else gaussian(matrix, minus(value, centre))


def log_weights(model: Model, reading: Reading, own: Duals, known: Duals, matrix: Dual | None) -> Dual:
    """sum over the weighed nodes of log p(value | parents), on the grid of (true runs, hidden runs), or of the true runs alone where nothing is sampled.

    `own` is the hidden randomness (of folded nodes: its mean), `known` the values of the weighed and clamped nodes, `matrix` the covariance of
    the nodes that a fold reaches (None: made from this run).
    """
    run = model.run(reading.marginal.hidden, own, known)
    evaluator = model.evaluator({})
    total: Dual = np.zeros((1, 1)), None
    reached = reading.fold.reached
    if reached:
        matrix = folded_covariance(model, reading, own, known) if matrix is None else matrix
        values = _joined([flat(known[name]) for name in reached])
        total = plus(total, _group(model, matrix, values, _joined([flat(_with_mean(model, name, run)) for name in reached])))
    for name in reading.marginal.weighed:
        law = model.law(name)
        if name in reached:
            continue
        assert law is not None  # a weighed node has a density
        if isinstance(law, Normal):
            each = _group(model, _square(covariance(law, evaluator)), flat(known[name]), flat(_with_mean(model, name, run)))
        else:
            each = log_density(law, evaluator, minus(known[name], offset(model, name, run)))
        total = plus(total, each)
    return total


def _with_mean(model: Model, name: str, run: Duals) -> Dual:
    law = model.law(name)
    assert isinstance(law, Normal)  # only Gaussian nodes come here
    return plus(offset(model, name, run), model.evaluator({})(law.mean))
