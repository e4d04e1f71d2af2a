"""The score of the last noise as a label: T = s_N(N) with E[T | y, x] = s(y | x), where the noise is independent of all else."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from infograd.error import SpecificationError
from infograd.learned.gradient.decomposition import Term
from infograd.learned.samples.views import LastNoise, View
from infograd.learned.scores.networks.samples import Samples

_DEVIATIONS = 8.0


def last_noise(view: View, term: Term) -> Tensor:
    """The labels, shape `(n, d)`.

    Raises: SpecificationError for an output without additive noise of a density.
    """
    assert isinstance(view, LastNoise)  # the declared access
    bare = [name for name in term.outputs if name not in view.noise_scores]
    if bare:
        raise SpecificationError(f"Node {bare[0]!r} has no additive noise with a density as its last stage; add one, or fit a model that sees samples alone.")
    return torch.cat([view.noise_scores[name] for name in term.outputs], dim=1)


def check_labels(labels: Tensor, samples: Samples, term: Term) -> None:
    """Whether labels of the scaled outputs fulfil Stein's identity E[T_i g] = -E[dg/dy_i] for g = y_j, x_j and their squares.

    Raises: SpecificationError where it fails by 8 standard errors, as where what is given lies downstream of the noise.
    """
    known = torch.cat([samples.outputs, samples.given], dim=1)
    count, dimension = labels.shape
    slope = torch.eye(dimension, known.shape[1], dtype=torch.float64).expand(count, -1, -1)
    for function, derivative in ((known, slope), (known**2, 2 * slope * known.unsqueeze(1))):
        gap = labels.unsqueeze(2) * function.unsqueeze(1) + derivative
        allowed = _DEVIATIONS * gap.std(dim=0) / math.sqrt(count) + torch.finfo(torch.float64).eps
        if bool((gap.mean(dim=0).abs() > allowed).any()):
            raise SpecificationError(
                f"The last noise of {', '.join(map(repr, term.outputs))} labels no score of this term, because Stein's identity fails; "
                "fit a model that sees samples alone."
            )
