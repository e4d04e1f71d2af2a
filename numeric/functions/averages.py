"""Averages over the output and its hidden nodes: Fisher informations, mean square errors, and the variances of the gradient's forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from infograd.numeric.functions.cells import Cells, Split, ratio
from infograd.numeric.interpreter import Floats

InputFunction = Callable[..., Floats]
Sums = tuple[Floats, Floats]


def evaluated(function: InputFunction, inputs: Mapping[str, Floats], order: tuple[str, ...]) -> Floats:
    """g at the inputs, handed over in the question's order."""
    shape = np.broadcast_shapes(*(inputs[name].shape for name in order))
    return np.broadcast_to(np.asarray(function(*(inputs[name] for name in order)), dtype=np.float64), shape)


def fisher(cells: Cells, step: float) -> Sums:
    """E[s_Y^2]."""
    total = 0.0
    for each in cells.joint(step, Split.WHOLE):
        total += float((each.lengths * each.density * each.score**2).sum())
    return np.array(total), np.array(total)


def conditional_fisher(cells: Cells, step: float) -> Sums:
    """E[s_{Y|A}^2] and E[(s_{Y|A} - s_Y)^2]."""
    total, gap = 0.0, 0.0
    for each in cells.joint(step, Split.INPUTS):
        scores, masses = ratio(each.slopes, each.masses), each.lengths[:, None] * each.masses
        total += float((masses * scores**2).sum())
        gap += float((masses * (scores - each.score[:, None]) ** 2).sum())
    return np.array([total, gap]), np.array([total, total])


def mean_square_error(cells: Cells, step: float, function: InputFunction, order: tuple[str, ...]) -> Sums:
    """E[Var(g(A) | Y)], as the mean square distance of g from its posterior mean."""
    total = 0.0
    for each in cells.joint(step, Split.INPUTS):
        values = evaluated(function, each.inputs, order)
        gaps = values - ratio((each.masses * values).sum(axis=1), each.density)[:, None]
        total += float((each.lengths[:, None] * each.masses * gaps**2).sum())
    return np.array(total), np.array(total)


def variances(cells: Cells, step: float, entry: tuple[str, tuple[int, ...]]) -> Sums:
    """Var of J(s_{Y|A} - s_Y), of -J s_Y and of -J s_Y + k J s_{Y|A} at the best k; then E[J s_{Y|A}], which must be 0 for the last one."""
    sums = np.zeros(5)
    for lengths, slices, path in cells.paths(step):
        masses = lengths[:, None, None] * np.exp(slices.log_masses)
        marginal = path(*entry) * slices.marginal_score()[:, None, None]
        conditional = path(*entry) * slices.conditional()[1][..., None]
        terms = (marginal, conditional, marginal**2, conditional**2, marginal * conditional)
        sums += [float((masses * term).sum()) for term in terms]
    first, second, square, conditioned, product = sums
    reduction, control, both = square - first**2, conditioned - second**2, product - first * second
    best = reduction - both**2 / control if control > 0 else reduction
    return np.array([reduction + control - 2 * both, reduction, best, second]), np.full(4, square + conditioned)
