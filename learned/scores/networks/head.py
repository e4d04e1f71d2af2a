"""A linear head in double precision on 1, y, x and the last hidden layer of a network, by implicit score matching.

Of the layer only the principal directions beside 1, y and x count whose variance, each unit scaled to 1, exceeds one in the number of samples:
a direction below that is not told from the samples' own scatter, and its coefficient would be noise.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from infograd.learned.scores.implicit.head import solve_positive
from infograd.learned.scores.model import Fitted, Score
from infograd.learned.scores.networks.perceptrons import Perceptrons
from infograd.learned.scores.networks.samples import Samples

_SAMPLES_PER_DIRECTION = 8
_COARSER = 64
_CHUNK = 1 << 15


@dataclass(frozen=True, slots=True)
class HeadScore:
    """s = known @ affine + hidden @ linear in the scaled outputs, known = [1, y, x]."""

    networks: Perceptrons
    samples: Samples
    affine: Tensor
    linear: Tensor

    def __call__(self, outputs: Tensor, given: Tensor) -> Tensor:
        """s(y, x) in the outputs' own units, shape `(n, d)`."""
        scale = self.samples.output_scale
        y, x = scale(outputs), self.samples.given_scale(given)
        parts = zip(torch.split(y, _CHUNK), torch.split(x, _CHUNK), strict=True)
        found = [_known(some, known) @ self.affine + self.networks.hidden(_inputs(some, known))[0] @ self.linear for some, known in parts]
        return torch.cat(found) / scale.deviation


def _inputs(y: Tensor, x: Tensor) -> Tensor:
    return torch.cat([y, x], dim=1).unsqueeze(0)


def _known(y: Tensor, x: Tensor) -> Tensor:
    return torch.cat([torch.ones(len(y), 1, dtype=torch.float64), y, x], dim=1)


@dataclass(frozen=True, slots=True)
class _Moments:
    """E[phi phi^T] and E[dphi/dy] of phi = [known, directions] over some samples."""

    gram: Tensor
    slopes: Tensor

    def coefficients(self, kept: int) -> Tensor:
        """-A^{-1} E[dphi/dy] on the first `kept` features, 0 on the others."""
        found = torch.zeros_like(self.slopes)
        found[:kept] = -solve_positive(self.gram[:kept, :kept], self.slopes[:kept])
        return found


def with_head(networks: Perceptrons, samples: Samples) -> Fitted:
    """The score of a head on one network's hidden layer; `networks` are doubles.

    The probes are the head on the directions of 64 times that least variance, and the heads from each half of the samples. The alarm is
    fewer than 8 samples a feature.
    """
    y, x = samples.outputs, samples.given
    count, dimension = y.shape
    known = _known(y, x)
    hidden, slopes = _hidden(networks, y, x)
    size = hidden.std(dim=0)
    size = torch.where(size > 0, size, torch.ones_like(size))
    shadow = torch.linalg.pinv(known.T @ known, hermitian=True) @ (known.T @ hidden)
    left = (hidden - known @ shadow) / size
    variances, vectors = torch.linalg.eigh(left.T @ left / count)
    order = torch.argsort(variances, descending=True)
    order = order[variances[order] > 1 / count]
    turn = vectors[:, order] / variances[order].sqrt() / size.unsqueeze(1)
    features = torch.cat([known, hidden @ turn - known @ (shadow @ turn)], dim=1)
    moved = torch.zeros(count, known.shape[1], dimension, dtype=torch.float64)
    for entry in range(dimension):
        moved[:, 1 + entry, entry] = 1
    change = torch.einsum("nwd,wr->nrd", slopes, turn) - torch.einsum("nkd,kr->nrd", moved, shadow @ turn)
    change = torch.cat([moved, change], dim=1)

    def score(moments: _Moments, kept: int) -> Score:
        found = moments.coefficients(kept)
        affine, along = found[: known.shape[1]], turn @ found[known.shape[1] :]
        return HeadScore(networks, samples, affine - shadow @ along, along)

    whole = _moments(features, change, slice(None))
    halves = [_moments(features, change, each) for each in (slice(count // 2), slice(count // 2, None))]
    every = features.shape[1]
    coarse = known.shape[1] + int((variances[order] > _COARSER / count).sum())
    alarm = None
    if count < _SAMPLES_PER_DIRECTION * every:
        alarm = f"{count} samples are too few for a head on {every} features; draw {_SAMPLES_PER_DIRECTION * every} or more."
    return Fitted(score(whole, every), (score(whole, coarse), *(score(half, every) for half in halves)), alarm)


def _hidden(networks: Perceptrons, y: Tensor, x: Tensor) -> tuple[Tensor, Tensor]:
    """The hidden layer, shape `(n, width)`, and its derivatives in the outputs, `(n, width, d)`."""
    inputs = _inputs(y, x)
    slopes = []
    for entry in range(y.shape[1]):
        direction = torch.zeros_like(inputs)
        direction[:, :, entry] = 1
        slopes.append(networks.hidden_along(inputs, direction)[1][0])
    return networks.hidden(inputs)[0], torch.stack(slopes, dim=2)


def _moments(features: Tensor, change: Tensor, rows: slice) -> _Moments:
    some = features[rows]
    return _Moments(some.T @ some / len(some), change[rows].mean(dim=0))
