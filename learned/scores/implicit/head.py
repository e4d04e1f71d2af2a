"""Scores by implicit score matching with a linear head, in closed form and double precision.

With features phi(y, x) the head s_j = <c_j, phi> minimises E[s_j^2 / 2 + ds_j/dy_j], so c_j = -A^{-1} E[dphi/dy_j] with
A = E[phi phi^T] (Hyvarinen, JMLR 6 (2005) 695). It sees samples alone: no law, no map, no derivative of the sampler.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from infograd.learned.scores.implicit.sparse_grid import products
from infograd.learned.scores.implicit.splines import Features

_EIGENVALUE_TOLERANCE = 1e-10


def _decomposed(matrix: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Of a symmetric positive semidefinite matrix: the scale that gives it a unit diagonal, then its eigenvalues and vectors without null directions."""
    scale = matrix.diagonal().sqrt()
    scale = torch.where(scale > 0, scale, torch.ones_like(scale))
    eigenvalues, vectors = torch.linalg.eigh(matrix / scale / scale.unsqueeze(1))
    kept = eigenvalues > _EIGENVALUE_TOLERANCE
    return scale.unsqueeze(1), eigenvalues[kept].unsqueeze(1), vectors[:, kept]


def solve_positive(matrix: Tensor, right: Tensor) -> Tensor:
    """The least-norm solution of a symmetric positive semidefinite system scaled to unit diagonal."""
    scale, eigenvalues, vectors = _decomposed(matrix)
    return vectors @ ((vectors.T @ (right / scale)) / eigenvalues) / scale


@dataclass(frozen=True, slots=True)
class Head:
    """Features `phi`, shape `(replicates, n, features)`, each with its sum of levels, and their moments by replicate."""

    phi: Tensor
    levels: Tensor
    gram: Tensor
    slopes: Tensor

    @property
    def condition(self) -> float:
        """The condition number of the scaled system of all features and replicates."""
        eigenvalues = _decomposed(self.gram.mean(dim=0))[1]
        return float(eigenvalues.max() / eigenvalues.min())

    def coefficients(self, bound: int, without: int | None = None) -> Tensor:
        """-A^{-1} E[dphi/dy], shape `(features, d)`, on the features up to `bound`, from all replicates or all but one."""
        used = [replicate for replicate in range(len(self.gram)) if replicate != without]
        kept = (self.levels <= bound).nonzero().squeeze(1)
        gram, slopes = self.gram[used].mean(dim=0), self.slopes[used].mean(dim=0)
        found = torch.zeros_like(slopes)
        found[kept] = -solve_positive(gram[kept][:, kept], slopes[kept])
        return found


def head(outputs: Sequence[Features], given: Sequence[Features], bound: int, replicates: int) -> Head:
    """The head of s(y|x) from the features of y's d entries and of x's, none for a marginal score; the samples stand replicate by replicate."""
    values = [each.values for each in (*outputs, *given)]
    phi, levels = products(values, bound)
    phi = phi.reshape(replicates, -1, len(levels))
    slopes = []
    for position, output in enumerate(outputs):
        turned = [*values]
        turned[position] = output.slopes
        slopes.append(products(turned, bound)[0].reshape(phi.shape).mean(dim=1))
    return Head(phi=phi, levels=levels, gram=phi.transpose(1, 2) @ phi / phi.shape[1], slopes=torch.stack(slopes, dim=2))
