"""Outputs with Gaussian noise of our own added, Y_t = Y + sqrt(t) Z, and the Fisher information of their learned scores.

With features phi the score of implicit score matching is s = <c, phi>, c = -A^{-1} E[dphi/dy], and its E|s|^2 = -<E[dphi/dy], c> is
the Fisher information J(Y_t|W) less the part of the score outside the features. On samples that the fit has not
seen, -2 E[div s] - E|s|^2 = J - E|s - s_true|^2 in expectation, for any s: a lower bound, up to its standard error.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from infograd.learned.samples.views import Pairs
from infograd.learned.scores.implicit.head import head
from infograd.learned.scores.implicit.sparse_grid import finest_bound
from infograd.learned.scores.implicit.splines import Features, features
from infograd.question import Names

SAMPLES_PER_FEATURE = 512
FINEST = 5
LEAST = 2
_PILOT = 1e-3


@dataclass(frozen=True, slots=True)
class Energies:
    """E|s|^2 by bound, finest first, the affine one last: `whole` from all replicates, shape `(bounds,)`; `left_out` from all but one
    and `held_out`, the lower bound of that fit on the replicate it has not seen, shape `(bounds, replicates)`."""

    whole: Tensor
    left_out: Tensor
    held_out: Tensor


def bound_for(rows: int, dimension: int) -> int:
    """The finest bound on the features of that many variables that so many samples can carry."""
    return min(FINEST, finest_bound(dimension, rows // SAMPLES_PER_FEATURE))


def coarsest_of_the_best(held_out: Tensor) -> int:
    """The position of the coarsest bound that is within two standard errors, replicate by replicate, of the bound that does best on unseen samples.

    The best itself would often be the luckiest, which is a bias. `held_out` has shape `(bounds, replicates)`, finest first.
    """
    lost = held_out[int(held_out.mean(dim=1).argmax())] - held_out
    within = lost.mean(dim=1) <= 2 * lost.std(dim=1) / math.sqrt(held_out.shape[1])
    return int(within.nonzero().max())


class Noised:
    """The outputs of a view given other nodes, with the noise `z`, shape `(rows, dimension)`, added at any time."""

    def __init__(self, view: Pairs, outputs: Names, given: Names, z: Tensor, bound: int) -> None:
        self.replicates, self.bound, self.z = view.replicates, bound, z
        self.y = view.side(outputs)
        self.given: Sequence[Features] = [features(column.contiguous(), bound) for column in view.side(given).T]

    @property
    def dimension(self) -> int:
        """How many entries the outputs have."""
        return self.y.shape[1]

    def energies(self, time: float) -> Energies:
        """Of the score of Y_t, t = `time`, under every bound from the finest to the affine one."""
        noised = self.y + math.sqrt(time) * self.z
        fit = head([features(column.contiguous(), self.bound) for column in noised.T], self.given, self.bound, self.replicates)
        whole, left_out, held_out = [], [], []
        for bound in range(self.bound, 0, -1):
            whole.append(-(fit.slopes.mean(dim=0) * fit.coefficients(bound)).sum())
            without = torch.stack([fit.coefficients(bound, each) for each in range(self.replicates)])
            others = (fit.slopes.sum(dim=0) - fit.slopes) / (self.replicates - 1)
            left_out.append(-(others * without).sum(dim=(1, 2)))
            held_out.append(-(2 * fit.slopes * without + without * (fit.gram @ without)).sum(dim=(1, 2)))
        return Energies(torch.stack(whole), torch.stack(left_out), torch.stack(held_out))

    def residual(self) -> Tensor:
        """The covariance of Y about its affine fit to what is given: from all replicates, then with each left out, shape `(1 + replicates, d, d)`."""
        known = torch.cat([torch.ones_like(self.y[:, :1]), *(each.values[1] for each in self.given)], dim=1)
        joint = torch.cat([known, self.y], dim=1).reshape(self.replicates, -1, known.shape[1] + self.dimension)
        moments = joint.transpose(1, 2) @ joint / joint.shape[1]
        total = moments.sum(dim=0)
        every = torch.cat([total.unsqueeze(0) / self.replicates, (total - moments) / (self.replicates - 1)])
        inner, cross = every[:, : known.shape[1], : known.shape[1]], every[:, : known.shape[1], known.shape[1] :]
        explained: Tensor = cross.transpose(1, 2) @ torch.linalg.pinv(inner, hermitian=True) @ cross
        return every[:, known.shape[1] :, known.shape[1] :] - explained

    def scale(self) -> float:
        """The geometric mean of the variances of the outputs and of what is left of them given the rest, where the integrands turn."""
        residual = float(self.residual()[0].diagonal().mean())
        held_out = self.energies(_PILOT * residual).held_out
        information = float(held_out[coarsest_of_the_best(held_out)].mean()) / self.dimension
        return math.sqrt(float(self.y.var(dim=0).mean()) / information)
