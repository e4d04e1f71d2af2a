"""Scores by implicit score matching with a linear head, in closed form and double precision.

With features phi(y, x) the head s_j = <c_j, phi> minimises E[s_j^2 / 2 + ds_j/dy_j], so c_j = -A^{-1} g_j with A = E[phi phi^T]
and g_j = E[dphi/dy_j] (Hyvarinen, JMLR 6 (2005) 695). It sees samples alone: no law, no map, no derivative of the sampler.

E[J^T s] needs no score at the samples: it is -b^T A^{-1} g with b = E[J phi]. With A = L L^T in the order of the features it is a sum
over features, so that its partial sums are the results on all coarser, nested groups of features. It equals the mean derivative of
J's regression on the features with the sign turned, so what it misses is a product: (score outside the span) x (E[J | y, x] outside the span).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from infograd.error import SpecificationError
from infograd.learned.scores.implicit.features import Evaluated, Features, PlainFeatures, beside_affine
from infograd.learned.scores.model import Score

SAMPLES_PER_FEATURE = 10
_RIDGE = 1e-11


@dataclass(frozen=True, slots=True)
class Contribution:
    """E[J^T s] on the nested groups of features, finest last, shape `(rungs, parameters)`, and its influence values by sample.

    `rows`, shape `(n, parameters)`, have E[J^T s] as their mean and, batch by batch, its first-order jackknife as their spread:
    (J - h)^T s - div h, h being J's regression on the features, moved by what the fit's ridge makes of their mean.
    """

    ladder: Tensor
    rows: Tensor


@dataclass(frozen=True, slots=True)
class Head:
    """A linear head on `features`, in `blocks` from coarse to fine, fitted to the samples where they are `evaluated`.

    `scale` gives A a unit diagonal, `factor` is the lower factor L of the scaled A, and `slopes` is L^{-1} of the scaled g, shape `(p, d)`.
    """

    features: Features
    blocks: tuple[int, ...]
    evaluated: Evaluated
    scale: Tensor
    factor: Tensor
    slopes: Tensor

    @property
    def condition(self) -> float:
        """A bound from below on the condition number of the scaled A, from its factor."""
        return float((1 / self.factor.diagonal().min()) ** 2)

    def coefficients(self, blocks: int | None = None) -> Tensor:
        """-A^{-1} E[dphi/dy], shape `(p, d)`, on the first groups of features, all by default; the others' are 0."""
        count = sum(self.blocks[:blocks])
        found = torch.zeros_like(self.slopes)
        found[:count] = -torch.linalg.solve_triangular(self.factor[:count, :count].T, self.slopes[:count], upper=True) / self.scale[:count]
        return found

    def score_on(self, blocks: int | None = None) -> Score:
        """The score on the first groups of features, as a function of outputs and what is given."""
        found = self.coefficients(blocks)
        return lambda outputs, given: self.features(outputs, given).values.T @ found

    @property
    def score(self) -> Score:
        """The fitted score."""
        return self.score_on()

    @property
    def beyond_affine(self) -> float:
        """The share of E|s|^2 that the features beyond the first group carry."""
        energy = self.slopes.square().sum(dim=1)
        return float(energy[self.blocks[0] :].sum() / energy.sum())

    @property
    def coarser(self) -> tuple[Score, ...]:
        """The scores on all but the finest group of features, and on all but two."""
        return tuple(self.score_on(count) for count in range(len(self.blocks) - 1, max(0, len(self.blocks) - 3), -1))

    def at_samples(self, coefficients: Tensor) -> Tensor:
        """The functions of those coefficients, shape `(p, m)`, at the fit's own samples, shape `(n, m)`."""
        return (coefficients.T @ self.evaluated.values).T

    def contribution(self, jacobian: Tensor) -> Contribution:
        """E[J^T s] from dy/dparameter at the fit's samples, shape `(n, d, parameters)`."""
        phi = self.evaluated.values
        count, dimension, parameters = jacobian.shape
        moments = phi @ jacobian.reshape(count, -1) / count / self.scale
        left = torch.linalg.solve_triangular(self.factor, moments, upper=False)
        by_feature = -(left.reshape(-1, dimension, parameters) * self.slopes.unsqueeze(2)).sum(dim=1)
        ladder = torch.stack([part.sum(dim=0) for part in torch.split(by_feature, list(self.blocks))]).cumsum(dim=0)
        regression = torch.linalg.solve_triangular(self.factor.T, left, upper=True) / self.scale
        score = self.at_samples(self.coefficients())
        rest = jacobian - self.at_samples(regression).reshape(jacobian.shape)
        rows = torch.einsum("ndq,nd->nq", rest, score)
        weights = regression.reshape(-1, dimension, parameters)
        for entry, (depending, turned) in enumerate(self.evaluated.slopes):
            rows -= (weights[depending, entry].T @ turned).T
        return Contribution(ladder, rows + (ladder[-1] - rows.mean(dim=0)))

    def influence(self, replicates: int) -> Tensor:
        """By replicate of the samples, to first order, how its leaving out moves the coefficients, shape `(replicates, p, d)`, times 1 - replicates."""
        phi = self.evaluated.values
        rows = phi.shape[1] // replicates
        score = self.at_samples(self.coefficients())
        dimension = score.shape[1]
        products = torch.einsum("prn,rnd->rpd", phi.reshape(len(phi), replicates, rows), score.reshape(replicates, rows, dimension)) / rows
        for entry, (depending, turned) in enumerate(self.evaluated.slopes):
            products[:, depending, entry] += turned.reshape(len(turned), replicates, rows).mean(dim=2).T
        solved = torch.cholesky_solve((products / self.scale).permute(1, 2, 0).reshape(len(phi), -1), self.factor) / self.scale
        return -solved.reshape(len(phi), dimension, replicates).permute(2, 0, 1)


def fitted_head(features: Features, blocks: Sequence[int], outputs: Tensor, given: Tensor) -> Head:
    """The head on features that contain the affine ones, from outputs `(n, d)` and what is given `(n, k)`.

    Raises: SpecificationError for fewer than ten samples for each feature, numbers that are not finite, and outputs that do not vary.
    """
    check_samples(outputs, given)
    count, size = len(outputs), sum(blocks)
    if count < SAMPLES_PER_FEATURE * size:
        raise SpecificationError(f"{count} samples are too few for {size} features; give at least {SAMPLES_PER_FEATURE * size}, or take a smaller basis.")
    evaluated = features(outputs, given)
    phi = evaluated.values
    gram = phi @ phi.T / count
    scale = gram.diagonal().sqrt()
    scale = torch.where(scale > 0, scale, torch.ones_like(scale)).unsqueeze(1)
    factor = torch.linalg.cholesky(gram / scale / scale.T + _RIDGE * torch.eye(size, dtype=torch.float64))
    slopes = torch.zeros(size, outputs.shape[1], dtype=torch.float64)
    for entry, (depending, turned) in enumerate(evaluated.slopes):
        slopes[depending, entry] = turned.mean(dim=1)
    return Head(features, tuple(blocks), evaluated, scale, factor, torch.linalg.solve_triangular(factor, slopes / scale, upper=False))


def check_samples(outputs: Tensor, given: Tensor) -> None:
    """Refuse samples that no score can be fitted to.

    Raises: SpecificationError for numbers that are not finite and outputs that do not vary.
    """
    if bool(torch.isfinite(outputs.sum() + given.sum())) and bool((outputs != outputs[0]).any(dim=0).all()):
        return
    broken = int((~torch.isfinite(outputs)).any(dim=1).logical_or((~torch.isfinite(given)).any(dim=1)).sum())
    if broken:
        raise SpecificationError(f"{broken} of {len(outputs)} samples hold numbers that are not finite; leave those samples out.")
    still = [entry for entry, column in enumerate(outputs.T) if bool((column == column[:1]).all())]
    if still:
        raise SpecificationError(f"Entry {still[0]} of the outputs takes a single value in all samples, so that it has no density; leave it out.")


def head_on(features: PlainFeatures, outputs: Tensor, given: Tensor, blocks: Sequence[int] = ()) -> Head:
    """The head on [1, y, x, features] for features given from outside, in nested groups of those sizes, coarsest first; one group by default.

    `features` take outputs `(n, d)` and what is given `(n, k)` and return phi `(p, n)` and dphi/dy `(d, p, n)`, such as a trained network's last hidden layer.

    Raises: SpecificationError as `fitted_head`, and where the groups do not sum to the number of features.
    """
    outputs, given = outputs.double(), given.double()
    check_samples(outputs, given)
    size = len(features(outputs[:1], given[:1])[0])
    groups = tuple(blocks) or ((size,) if size else ())
    if sum(groups) != size:
        raise SpecificationError(f"blocks is {tuple(blocks)!r} and the features are {size}; write sizes that sum to {size}.")
    return fitted_head(beside_affine(outputs, given, features), (1 + outputs.shape[1] + given.shape[1], *groups), outputs, given)
