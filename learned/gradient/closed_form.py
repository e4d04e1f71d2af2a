"""Algorithm 1 with closed-form scores, fitted to all replicates of scrambled Sobol samples together.

The estimate is a smooth function of the replicates' moments, so its standard error is the jackknife's: the gradient
again with each replicate left out, of the fit and of the mean. The scores' bias is probed by refinement: the gradient under
coarser bounds, from the same samples. A change that came out small may be an accident, so of the last three changes each is
supposed to have shrunk to a quarter at best with every refinement since (cubic splines gain a factor 16 once they
resolve). Memory: 8 bytes for each sample and feature.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from infograd.learned.budget import Budget
from infograd.learned.gradient.decomposition import Decomposition
from infograd.learned.samples.simulator import Simulator
from infograd.learned.samples.uniforms import seeds, sobol
from infograd.learned.samples.views import Pairs
from infograd.learned.scores.implicit.head import head
from infograd.learned.scores.implicit.sparse_grid import finest_bound
from infograd.learned.scores.implicit.splines import features
from infograd.question import Names

METHOD = "implicit score matching, sparse-grid splines, scrambled Sobol"
SAMPLES_PER_FEATURE = 512
LEAST_BOUND = 2
COARSER = 3
GAIN = 4.0


def ladder(bound: int) -> tuple[int, ...]:
    """The bound and the coarser ones that probe it, down to the affine one."""
    return tuple(range(bound, max(0, bound - COARSER - 1), -1))


def bound_for(budget: Budget, dimension: int) -> int:
    """The finest bound on the features of that many variables that the samples can carry."""
    return finest_bound(dimension, budget.samples * budget.replicates // SAMPLES_PER_FEATURE)


@dataclass(frozen=True, slots=True)
class SignedScores:
    """By node, of shape `(fits, rows, dimension)`: the sum of the terms' scores fitted to all replicates under each bound of
    the ladder, and with each replicate left out; then each term alone. `condition` is the worst of the fits."""

    rows: dict[str, Tensor]
    condition: float


def signed_scores(view: Pairs, terms: Decomposition, bound: int) -> SignedScores:
    """The terms' scores at the samples, from the samples alone."""
    names = dict.fromkeys(name for term in terms for name in (*term.outputs, *term.given))
    known = {name: [features(column.contiguous(), bound) for column in view.samples[name].T] for name in names}
    bounds, count = ladder(bound), view.replicates
    fits = len(bounds) + count
    rows = {
        name: torch.zeros(fits + len(terms), *view.samples[name].shape, dtype=torch.float64)
        for name in dict.fromkeys(name for term in terms for name in term.outputs)
    }
    condition = 1.0
    for position, term in enumerate(terms):
        outputs = [each for name in term.outputs for each in known[name]]
        fit = head(outputs, [each for name in term.given for each in known[name]], bound, count)
        whole = (fit.coefficients(each) for each in bounds)
        left_out = (fit.coefficients(bound, without) for without in range(count))
        scores = term.sign * (fit.phi.flatten(end_dim=1) @ torch.stack([*whole, *left_out]))
        for name, part in zip(term.outputs, torch.split(scores, [len(known[name]) for name in term.outputs], dim=2), strict=True):
            rows[name][:fits] += part
            rows[name][fits + position] += part[0]
        condition = max(condition, fit.condition)
    return SignedScores(rows, condition)


def replicated(simulator: Simulator, terms: Decomposition, wrt: Names, budget: Budget, seed: int, bound: int) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """By parameter: the jackknife's pseudo-values, shape `(replicates, *shape)`, and the estimated bias, of the parameter's shape.

    The bias is what refinement changed, and the rounding of the fits: their condition times that of a double, on the terms.
    """
    count, probes = budget.replicates, len(ladder(bound))
    uniforms = torch.cat([sobol(simulator.dimension, budget.samples, each) for each in seeds(seed, count)])
    view = simulator.pathwise(uniforms, wrt, count)
    scores = signed_scores(view, terms, bound)
    means = [view.vjp({name: each[row] for name, each in scores.rows.items()}) for row in range(probes + count + len(terms))]
    pseudo, bias = {}, {}
    for name in wrt:
        values = torch.stack([each[name] for each in means])
        whole = values[0].mean(dim=0)
        left_out = torch.stack([(values[probes + out].sum(dim=0) - values[probes + out, out]) / (count - 1) for out in range(count)])
        rounding = torch.finfo(torch.float64).eps * scores.condition * values[probes + count :].abs().mean(dim=1).sum(dim=0)
        pseudo[name] = count * whole - (count - 1) * left_out
        bias[name] = refinement_left(values[:probes].mean(dim=1)) + rounding
    return pseudo, bias


def refinement_left(ladder_means: Tensor) -> Tensor:
    """The largest of the changes along the ladder, finest first, each divided by the gain of the refinements since."""
    changes = (ladder_means[:-1] - ladder_means[1:]).abs()
    since = GAIN ** -torch.arange(len(changes), dtype=torch.float64)
    return (changes * since.reshape(-1, *(1,) * (changes.ndim - 1))).amax(dim=0)
