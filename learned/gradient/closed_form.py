"""Algorithm 1 with closed-form scores, from moments: the gradient, its standard error and its bias, with no score evaluated.

A term's E[J^T s] is read off the moments of features, Jacobian and slopes (see `head`). Its standard error is the first-order jackknife
over replicates: the spread of influence values, the fit's own share included. Where Jacobians are not held sample by sample, two
vector-Jacobian products give the same: one of the scores, and one of the scores' change when a replicate is left out, read on the
replicate after it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import torch
from torch import Tensor

from infograd.learned.budget import Budget
from infograd.learned.gradient.decomposition import Decomposition, Term
from infograd.learned.samples.views import Gradient, Pairs, Pathwise
from infograd.learned.scores.implicit.bases import Adaptive, SparseSplines
from infograd.learned.scores.implicit.basis import Basis
from infograd.learned.scores.implicit.moments import Head
from infograd.question import Names

BASIS: Basis = Adaptive()
LEAST_BOUND = 2
GAIN = 6.0
_SLOWEST, _UNKNOWN = 0.9, 0.5
_NOISE = 2.0
_RUNGS = 4
_EPSILON = torch.finfo(torch.float64).eps
_NONE: Mapping[Term, Names] = MappingProxyType({})


def bound_for(budget: Budget, dimension: int) -> int:
    """The finest level of splines of that many variables that the samples carry, 0 for none."""
    extent = SparseSplines().extent(dimension, budget.samples * budget.replicates)
    return 0 if extent is None else extent.finest


@dataclass(frozen=True, slots=True)
class _Jacobian:
    """dU/dparameter at every sample, shape `(rows, dimension, entries of all parameters)`, and the parameters' shapes."""

    tensor: Tensor
    shapes: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class _Columns:
    """Takes the entries of all parameters side by side, shape `(n, entries)`, apart: by parameter, `(n, *shape)`."""

    names: Names
    shapes: tuple[tuple[int, ...], ...]

    def __call__(self, flat: Tensor) -> Gradient:
        parts = torch.split(flat, [math.prod(shape) for shape in self.shapes], dim=1)
        return {name: part.reshape(len(flat), *shape) for name, shape, part in zip(self.names, self.shapes, parts, strict=True)}

    def heard(self, silent: Names) -> Tensor:
        """1 for the entries of parameters that are not silent, 0 for the others."""
        parts = [torch.full((math.prod(shape),), float(name not in silent), dtype=torch.float64) for name, shape in zip(self.names, self.shapes, strict=True)]
        return torch.cat(parts)


def _jacobian(view: Pathwise, names: Names, wrt: Names) -> _Jacobian | None:
    tables = [view.jacobian(name) for name in names]
    held = [table for table in tables if table is not None]
    if len(held) < len(tables):
        return None
    shapes = tuple(tuple(held[0][name].shape[2:]) for name in wrt)
    return _Jacobian(
        torch.cat(
            [torch.cat([table[name].flatten(start_dim=2) if table[name].dim() > 2 else table[name].unsqueeze(2) for name in wrt], dim=2) for table in held],
            dim=1,
        ),
        shapes,
    )


def estimate(
    view: Pathwise, terms: Decomposition, wrt: Names, basis: Basis = BASIS, seed: int = 0, silences: Mapping[Term, Names] = _NONE
) -> tuple[Gradient, Gradient]:
    """The gradient sum_terms sign E[J_U^T s_{U|W}] with every score in closed form on the basis.

    By parameter: pseudo-values, shape `(replicates, *shape)`, whose mean is the gradient, and what may be left of the scores' bias, `(*shape)`.
    `silences` are the parameters in which a term is known to contribute 0, so that it is left out.

    Raises: SpecificationError where the samples are too few for the basis, hold numbers that are not finite, or do not vary.
    """
    heard = [term for term in terms if not set(wrt) <= set(silences.get(term, ()))]
    jacobians = [_jacobian(view, term.outputs, wrt) for term in heard]
    held = [jacobian for jacobian in jacobians if jacobian is not None]
    if not heard:
        still = view.vjp({name: torch.zeros_like(view.samples[name]) for term in terms for name in term.outputs})
        return still, {name: each[0] for name, each in still.items()}
    heads = {term: basis.head(view.side(term.outputs), view.side(term.given), seed + place) for place, term in enumerate(heard)}
    if len(held) < len(heard):
        return _by_products(view, heads, wrt)
    return _by_moments(view, heads, held, wrt, silences)


def _by_moments(
    view: Pathwise, heads: Mapping[Term, Head], jacobians: list[_Jacobian], wrt: Names, silences: Mapping[Term, Names]
) -> tuple[Gradient, Gradient]:
    columns = _Columns(wrt, jacobians[0].shapes)
    width = jacobians[0].tensor.shape[2]
    rows, ladder = torch.zeros(view.rows, width, dtype=torch.float64), torch.zeros(_RUNGS, width, dtype=torch.float64)
    rounding = torch.zeros(width, dtype=torch.float64)
    for (term, head), jacobian in zip(heads.items(), jacobians, strict=True):
        found = head.contribution(jacobian.tensor)
        signs = term.sign * columns.heard(silences.get(term, ()))
        rows += signs * found.rows
        ladder += signs * found.ladder[_from_the_top(len(found.ladder))]
        rounding += _EPSILON * head.condition * (signs * found.ladder[-1]).abs()
    pseudo = rows.reshape(view.replicates, -1, width).mean(dim=1)
    bias = refinement_left(ladder, _stderr(pseudo)) + rounding
    return columns(pseudo), {name: each.squeeze(0) for name, each in columns(bias.unsqueeze(0)).items()}


@dataclass(frozen=True, slots=True)
class SignedScores:
    """By node, of shape `(fits, rows, dimension)`: the sum of the terms' scores on all features and on coarser ones, then the change of the
    scores at each replicate that the replicate before it makes by its own share of the fit. `condition` is the worst of the fits."""

    rows: dict[str, Tensor]
    condition: float


def _signed(view: Pairs, heads: Mapping[Term, Head]) -> SignedScores:
    names = tuple(dict.fromkeys(name for term in heads for name in term.outputs))
    rungs = min(_RUNGS, max(len(head.blocks) for head in heads.values()))
    rows = {name: torch.zeros(rungs + 1, *view.samples[name].shape, dtype=torch.float64) for name in names}
    for term, head in heads.items():
        phi = head.evaluated.values.reshape(len(head.factor), view.replicates, -1).permute(1, 2, 0)
        moved = (phi @ head.influence(view.replicates).roll(1, dims=0)).flatten(end_dim=1)
        counts = (1 + _from_the_top(len(head.blocks))[:rungs]).tolist()
        scores = torch.stack([*(head.at_samples(head.coefficients(count)) for count in counts), moved])
        for name, part in zip(term.outputs, torch.split(scores, [view.samples[name].shape[1] for name in term.outputs], dim=2), strict=True):
            rows[name] += term.sign * part
    return SignedScores(rows, max((head.condition for head in heads.values()), default=1.0))


def _by_products(view: Pathwise, heads: Mapping[Term, Head], wrt: Names) -> tuple[Gradient, Gradient]:
    scores = _signed(view, heads)
    *found, moved = [view.vjp({name: each[row] for name, each in scores.rows.items()}) for row in range(len(next(iter(scores.rows.values()))))]
    pseudo = {name: found[0][name] + (moved[name] - moved[name].mean(dim=0)).roll(-1, dims=0) for name in wrt}
    bias = {}
    for name in wrt:
        ladder = torch.stack([each[name].mean(dim=0) for each in (*found, *[found[-1]] * (_RUNGS - len(found)))])
        bias[name] = refinement_left(ladder, _stderr(pseudo[name])) + _EPSILON * scores.condition * ladder[0].abs()
    return pseudo, bias


def _from_the_top(count: int) -> Tensor:
    """The places of the last rungs of a ladder, finest first; where it has fewer, its coarsest again."""
    return (count - 1 - torch.arange(_RUNGS)).clamp_min(0)


def _stderr(pseudo: Tensor) -> Tensor:
    return pseudo.std(dim=0) / math.sqrt(len(pseudo))


def refinement_left(ladder: Tensor, stderr: Tensor) -> Tensor:
    """What refinement may still change, from the gradients along the ladder, finest first, shape `(rungs, *shape)`.

    A change that came out small may be an accident, so the last one is taken at least as large as the ones before it, each divided by the gain 6 of
    every refinement since. The rest of a geometric series follows, with the ratio of the last change to the one before, from 1/6 to 9/10;
    a change within twice the standard error says nothing of a ratio, which is then 1/6; where there was none before, it is 1/2.
    """
    changes = ladder.diff(dim=0).abs()
    last, before = _believed(changes), _believed(changes[1:])
    ratio = torch.where(before > 0, last / before, _UNKNOWN * torch.ones_like(last)).clamp(1 / GAIN, _SLOWEST)
    ratio = torch.where(last > _NOISE * stderr, ratio, torch.full_like(ratio, 1 / GAIN))
    return last * ratio / (1 - ratio)


def _believed(changes: Tensor) -> Tensor:
    """The largest of the changes, finest first, each divided by the gain of the refinements since."""
    since = GAIN ** -torch.arange(len(changes), dtype=torch.float64)
    return (changes * since.reshape(-1, *(1,) * (changes.dim() - 1))).amax(dim=0)
