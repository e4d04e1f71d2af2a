"""What a learned score can be tested for without the truth: identities of the true score, each a number with its standard error.

A probe that is far from its target in standard errors proves that the score is not learned; one that meets it proves nothing. All scores
are rows at samples, shape `(rows, d)`, which stand replicate by replicate; the standard errors come from the replicates' spread.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from infograd.learned.scores.implicit.head import head, solve_positive
from infograd.learned.scores.implicit.splines import features

BASIS = 3
_RANK = 0.05


@dataclass(frozen=True, slots=True)
class Probe:
    """A number that is `target` for the true score, with its standard error, and a sentence that says what it measures."""

    name: str
    value: float
    stderr: float
    target: float
    sentence: str

    @property
    def deviations(self) -> float:
        """How many standard errors the number lies above its target; infinite where it has no spread and misses it."""
        gap = self.value - self.target
        return gap / self.stderr if self.stderr > 0 else math.copysign(math.inf, gap) if gap else 0.0


def mean_probe(score: Tensor, replicates: int) -> Probe:
    """E[s] = 0: the entry of E[s] that lies farthest from 0 in standard errors, its size over the entry's root mean square. Source: arXiv:2601.01789, eq. (2)."""
    parts = _parts(score, replicates).mean(dim=1) / score.square().mean(dim=0).sqrt()
    value, stderr = _farthest(parts)
    return Probe("mean", value, stderr, 0.0, f"The mean of the score is {value:.2g} of its size in its worst entry, and should be 0.")


def stein_probe(y: Tensor, score: Tensor, replicates: int) -> Probe:
    """E[(Y - E Y) s^T] = -1: the entry that lies farthest from it in standard errors, Y scaled to unit deviations. Source: arXiv:2601.01789, eq. (83)."""
    centred = y - y.mean(dim=0)
    deviation = centred.square().mean(dim=0).sqrt()
    left, right = _parts(centred / deviation, replicates), _parts(score * deviation, replicates)
    products = left.transpose(1, 2) @ right / left.shape[1] + torch.eye(y.shape[1], dtype=y.dtype)
    value, stderr = _farthest(products.flatten(start_dim=1))
    return Probe("Stein matrix", value, stderr, 0.0, f"The Stein matrix E[Y s^T] misses -1 by {value:.2g} in its worst entry.")


def tower_probe(marginal: Tensor, conditional: Tensor, y: Tensor, given: Tensor, replicates: int, bound: int = BASIS) -> Probe:
    """E[s_{Y|X,C} | Y, C] = s_{Y|C}: how much of the difference of the scores a few features of Y and C explain, over E|s_{Y|C}|^2.

    The regression of each replicate comes from the others, so that without an explanation the number is at most 0 in expectation.
    """
    variables = [features(column.contiguous(), bound) for column in torch.cat([y, given], dim=1).T]
    fit = head(variables, [], bound, replicates)
    difference = _parts(conditional - marginal, replicates)
    explained = _unseen(fit.gram, fit.phi.transpose(1, 2) @ difference / difference.shape[1])
    value, stderr = _average(explained / marginal.square().sum(dim=1).mean())
    return Probe("tower", value, stderr, 0.0, f"The mean of the conditional score given Y differs from the marginal score by {value:.2g} of its energy.")


def span_probe(score: Tensor, y: Tensor, given: Tensor, replicates: int, bound: int) -> Probe:
    """The energy of the part of s_true - s that features up to `bound` see, over E|s|^2; by implicit score matching, so that samples alone decide.

    For any feature phi, E[phi (s_true - s)] = -E[dphi/dy] - E[phi s]. The coefficients on each replicate come from the others, so that the number is a
    lower bound of E|s_true - s|^2 / E|s|^2 in expectation.
    """
    outputs = [features(column.contiguous(), bound) for column in y.T]
    fit = head(outputs, [features(column.contiguous(), bound) for column in given.T], bound, replicates)
    rows = _parts(score, replicates)
    missing = _unseen(fit.gram, -fit.slopes - fit.phi.transpose(1, 2) @ rows / rows.shape[1])
    value, stderr = _average(missing / score.square().sum(dim=1).mean())
    return Probe("span residual", value, stderr, 0.0, f"Features up to level {bound} still see {value:.2g} of the score's energy as error.")


def effective_samples_probe(log_weights: Tensor, replicates: int) -> Probe:
    """The effective number (sum w)^2 / sum w^2 of the weights of each row, shape `(rows, weights)`: the lowest twentieth over the number of weights, 1 at best."""
    weights = torch.softmax(log_weights, dim=1)
    effective = 1 / weights.square().sum(dim=1)
    value, stderr = _average(torch.quantile(_parts(effective, replicates), _RANK, dim=1) / log_weights.shape[1])
    return Probe(
        "effective sample size",
        value,
        stderr,
        1.0,
        f"At one sample in twenty fewer than {value * log_weights.shape[1]:.3g} of {log_weights.shape[1]} weights count.",
    )


def strongest(probes: Sequence[Probe]) -> Probe:
    """The probe whose number lies the most standard errors above its target."""
    return max(probes, key=lambda probe: probe.deviations)


def _parts(rows: Tensor, replicates: int) -> Tensor:
    return rows.reshape(replicates, -1, *rows.shape[1:])


def _unseen(gram: Tensor, product: Tensor) -> Tensor:
    """2 <c, b> - <c, A c> on each replicate, c from the others' A c = b: in expectation at most the energy that the features explain."""
    count = len(gram)
    found = []
    for own in range(count):
        others = [each for each in range(count) if each != own]
        c = solve_positive(gram[others].mean(dim=0), product[others].mean(dim=0))
        found.append((2 * c * product[own] - c * (gram[own] @ c)).sum())
    return torch.stack(found)


def _average(parts: Tensor) -> tuple[float, float]:
    return float(parts.mean()), float(parts.std()) / math.sqrt(len(parts))


def _farthest(parts: Tensor) -> tuple[float, float]:
    """Of entries by replicate, shape `(replicates, entries)`: the size of the mean that is farthest from 0 in standard errors, and its standard error."""
    mean, stderr = parts.mean(dim=0).abs(), parts.std(dim=0) / math.sqrt(len(parts))
    worst = int((mean / stderr.clamp_min(torch.finfo(parts.dtype).tiny)).argmax())
    return float(mean[worst]), float(stderr[worst])
