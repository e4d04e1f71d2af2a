"""Laws with tangents: draws from uniform numbers, and log-densities of whole nodes.

A draw moves with the law's arguments at fixed uniform numbers. Grids are the trailing two axes, the node's own shape comes before them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

from infograd.law import Exponential, Laplace, Law, Logistic, Mixture, Normal, Points, StudentT, Uniform
from infograd.numeric.density import Density
from infograd.numeric.interpreter import Dual, Floats, Interpreter
from infograd.numeric.limit import LimitError


def uniforms_needed(law: Law) -> int:
    """How many uniform numbers one draw takes."""
    if isinstance(law, Points):
        return 1
    if isinstance(law, Mixture):
        return 1 + max(uniforms_needed(component) for component in law.components)
    return law.shape[0] if law.shape else 1


def plus(left: Dual, right: Dual) -> Dual:
    """The sum of two values."""
    tangent = right[1] if left[1] is None else left[1] if right[1] is None else left[1] + right[1]
    return left[0] + right[0], tangent


def minus(left: Dual, right: Dual) -> Dual:
    """The difference of two values."""
    return plus(left, (-right[0], None if right[1] is None else -right[1]))


def _moved(location: Dual, scale: Dual, primitive: Floats) -> Dual:
    return plus(location, (scale[0] * primitive, None if scale[1] is None else scale[1] * primitive))


def covariance(law: Normal, interpreter: Interpreter) -> Dual:
    """The variance of a scalar law, or the covariance matrix with its tangent made symmetric: a matrix K stands for (K + K^T)/2."""
    value, tangent = interpreter(law.covariance)
    if tangent is not None and law.shape:
        tangent = 0.5 * (tangent + np.swapaxes(tangent, 0, 1))
    return value, tangent


def cholesky(matrix: Dual) -> Dual:
    """The lower triangular root of matrices on the first two axes, batches behind: dL = L phi(L^-1 dK L^-T), phi the lower triangle with half the diagonal."""
    root = np.asarray(np.linalg.cholesky(np.moveaxis(matrix[0], (0, 1), (-2, -1))), dtype=np.float64)
    tangent = None
    if matrix[1] is not None:
        inverse = np.asarray(np.linalg.inv(root), dtype=np.float64)
        middle = inverse @ np.moveaxis(matrix[1], (0, 1), (-2, -1)) @ np.swapaxes(inverse, -2, -1)
        weights = np.tril(np.ones(middle.shape[-2:])) - 0.5 * np.eye(middle.shape[-1])
        tangent = np.moveaxis(root @ (middle * weights), (-2, -1), (0, 1))
    return np.moveaxis(root, (-2, -1), (0, 1)), tangent


def drawn(law: Law, interpreter: Interpreter, uniforms: Floats) -> Dual:
    """A draw for every column of `uniforms`, of shape (uniforms needed, grid).

    Raises: LimitError for a law without a transformation here.
    """
    own = uniforms.reshape(law.shape + uniforms.shape[1:]) if not isinstance(law, Points | Mixture) else uniforms
    match law:
        case Normal():
            return _normal(law, interpreter, special.ndtri(own))
        case Uniform():
            lower = interpreter(law.lower)
            return _moved(lower, minus(interpreter(law.upper), lower), own)
        case Exponential():
            primitive = -np.log1p(-own)
        case Laplace():
            primitive = np.where(own < 0.5, np.log(2 * own), -np.log(2 - 2 * own))
        case Logistic():
            primitive = special.logit(own)
        case StudentT():
            primitive = np.asarray(special.stdtrit(interpreter(law.freedom)[0], own))
        case Points():
            return _chosen(law, interpreter, own[0])
        case Mixture():
            return _mixed(law, interpreter, own)
        case _:
            raise LimitError(f"the law {type(law).__name__} has no sampler here")
    return _moved(interpreter(law.location), interpreter(law.scale), primitive)


def _normal(law: Normal, interpreter: Interpreter, primitive: Floats) -> Dual:
    variance, growth = covariance(law, interpreter)
    if not law.shape:
        scale = np.sqrt(variance)
        return _moved(interpreter(law.mean), (scale, None if growth is None else 0.5 * growth / scale), primitive)
    root, turned = cholesky((variance, growth))

    def act(matrix: Floats) -> Floats:
        return np.tensordot(matrix.reshape(matrix.shape[:2]), primitive, axes=1)

    return plus(interpreter(law.mean), (act(root), None if turned is None else act(turned)))


def shares(weights: Floats) -> Floats:
    """The weights with the rounding of their sum taken out."""
    flat = weights.reshape(-1)
    return np.asarray(flat / flat.sum())


def _positions(weights: Floats, uniforms: Floats) -> NDArray[np.intp]:
    bounds = np.cumsum(shares(weights))
    return np.asarray(np.minimum(np.searchsorted(bounds, uniforms, side="right"), bounds.size - 1))


def _chosen(law: Points, interpreter: Interpreter, uniforms: Floats) -> Dual:
    positions = _positions(interpreter(law.weights)[0], uniforms)
    values, tangents = interpreter(law.values)
    return points_at(values, positions), None if tangents is None else points_at(tangents, positions)


def points_at(values: Floats, positions: NDArray[np.intp]) -> Floats:
    """The points (k, shape, 1, 1) of those numbers, on the numbers' grid."""
    return np.moveaxis(values.reshape(values.shape[:-2])[positions], -1, 0) if values.ndim == 4 else np.asarray(values.reshape(-1)[positions])


def _mixed(law: Mixture, interpreter: Interpreter, uniforms: Floats) -> Dual:
    positions = _positions(interpreter(law.weights)[0], uniforms[0])
    parts = [drawn(component, interpreter, uniforms[1 : 1 + uniforms_needed(component)]) for component in law.components]
    value = np.select([positions == number for number in range(len(parts))], [part for part, _ in parts])
    if all(tangent is None for _, tangent in parts):
        return value, None
    filled = [np.zeros_like(part) if tangent is None else np.broadcast_to(tangent, part.shape) for part, tangent in parts]
    return value, np.select([positions == number for number in range(len(parts))], filled)


def log_density(law: Law, interpreter: Interpreter, z: Dual) -> Dual:
    """log p(z) of the whole node, and its tangent along z and the law's arguments together; minus infinity outside the support.

    Raises: LimitError for a law without a density.
    """
    match law:
        case Normal() if law.shape:
            return gaussian(covariance(law, interpreter), minus(z, interpreter(law.mean)))
        case Mixture():
            return _mixture_density(law, interpreter, z)
        case Points():
            raise LimitError("a law of Points has no density")
        case Uniform():
            lower, upper = interpreter(law.lower)[0], interpreter(law.upper)[0]
            value = np.where((lower <= z[0]) & (z[0] <= upper), -np.log(upper - lower), -np.inf)
        case Exponential():
            height = (z[0] - interpreter(law.location)[0]) / interpreter(law.scale)[0]
            value = np.where(height >= 0, -height - np.log(interpreter(law.scale)[0]), -np.inf)
        case _:
            return _smooth(law, interpreter, z)
    return _summed(law, np.asarray(value)), None


def _summed(law: Law, entries: Floats) -> Floats:
    return np.asarray(entries.sum(axis=0)) if law.shape else entries


def _smooth(law: Law, interpreter: Interpreter, z: Dual) -> Dual:
    arguments = {name: interpreter(argument) for name, argument in law.arguments.items()}
    density = Density(law, {name: value for name, (value, _) in arguments.items()})
    value = _summed(law, np.asarray(density.log_density(z[0])))
    moving = {name: tangent for name, (_, tangent) in arguments.items() if tangent is not None}
    if z[1] is None and not moving:
        return value, None
    tangent = np.zeros_like(z[0]) if z[1] is None else density.score(z[0]) * z[1]
    if moving:
        scores = density.argument_scores(z[0])
        tangent = tangent + sum(scores[name] * direction for name, direction in moving.items())
    return value, _summed(law, np.asarray(tangent))


def _mixture_density(law: Mixture, interpreter: Interpreter, z: Dual) -> Dual:
    parts = [log_density(component, interpreter, z) for component in law.components]
    weights = shares(interpreter(law.weights)[0])
    weighted = np.stack([np.log(weight) + value for weight, (value, _) in zip(weights, parts, strict=True)])
    value = np.asarray(special.logsumexp(weighted, axis=0))
    if all(tangent is None for _, tangent in parts):
        return value, None
    responsibilities = special.softmax(weighted, axis=0)
    return value, np.asarray(sum(share * tangent for share, (_, tangent) in zip(responsibilities, parts, strict=True) if tangent is not None))


def gaussian(matrix: Dual, z: Dual) -> Dual:
    """log N(z; 0, K), z of shape (d, grid) and the matrix K (d, d, grid) on a grid that broadcasts against it.

    d log N = -w.L^-1 dz + (w.S w - tr S)/2 with w = L^-1 z, S = L^-1 dK L^-T, K = L L^T.
    """
    root = np.asarray(np.linalg.cholesky(np.moveaxis(matrix[0], (0, 1), (-2, -1))), dtype=np.float64)
    inverse = np.asarray(np.linalg.inv(root), dtype=np.float64)

    def act(matrix: Floats, vector: Floats) -> Floats:
        if matrix.size == matrix.shape[-1] * matrix.shape[-2]:
            return np.tensordot(matrix.reshape(matrix.shape[-2:]), vector, axes=1)
        return np.moveaxis(np.squeeze(matrix @ np.moveaxis(vector, 0, -1)[..., None], -1), -1, 0)

    white = act(inverse, z[0])
    diagonal = np.diagonal(root, axis1=-2, axis2=-1)
    value = -0.5 * (white**2).sum(axis=0) - np.log(diagonal).sum(axis=-1) - 0.5 * len(z[0]) * np.log(2 * np.pi)
    tangent: Floats | None = None
    if z[1] is not None:
        tangent = -(white * act(inverse, z[1])).sum(axis=0)
    if matrix[1] is not None:
        middle = inverse @ np.moveaxis(matrix[1], (0, 1), (-2, -1)) @ np.swapaxes(inverse, -2, -1)
        growth = 0.5 * ((white * act(middle, white)).sum(axis=0) - np.trace(middle, axis1=-2, axis2=-1))
        tangent = growth if tangent is None else tangent + growth
    return value, tangent
