"""What networks are trained on: a term's samples, checked before anything is trained, then scaled column by column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from infograd.error import SpecificationError
from infograd.learned.gradient.decomposition import Term

_FIXED = 1e-10


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(repr, names))


@dataclass(frozen=True, slots=True)
class Scale:
    """Mean and deviation of each column, shape `(1, columns)`; a column that is fixed has deviation 1."""

    mean: Tensor
    deviation: Tensor

    def __call__(self, columns: Tensor) -> Tensor:
        """The columns less their mean, over their deviation."""
        return (columns - self.mean) / self.deviation

    def back(self, columns: Tensor) -> Tensor:
        """What has these scaled columns."""
        return self.mean + self.deviation * columns


def scale(columns: Tensor) -> Scale:
    """The scale of samples of shape `(n, columns)`."""
    mean = columns.mean(dim=0, keepdim=True)
    deviation = columns.std(dim=0, keepdim=True) if columns.shape[1] else mean
    return Scale(mean, torch.where(deviation > _FIXED * (1 + mean.abs()), deviation, torch.ones_like(deviation)))


@dataclass(frozen=True, slots=True)
class Samples:
    """A term's outputs `(n, d)` and what is given `(n, k)`, scaled, with their scales."""

    outputs: Tensor
    given: Tensor
    output_scale: Scale
    given_scale: Scale


def checked(outputs: Tensor, given: Tensor, term: Term) -> Samples:
    """A term's samples of shape `(n, d)` and `(n, k)`, scaled.

    Raises: SpecificationError for samples that are no finite numbers, and for outputs that are fixed, take few values, or follow
    linearly from what is given, so that they have no density.
    """
    for names, columns in ((term.outputs, outputs), (term.given, given)):
        broken = int((~torch.isfinite(columns)).sum())
        if broken:
            raise SpecificationError(f"{_listed(names)} is no finite number at {broken} sampled values; leave those samples out.")
    if len(outputs) < 2:
        raise SpecificationError(f"There is {len(outputs)} sample of {_listed(term.outputs)}; draw more samples.")
    output_scale, given_scale = scale(outputs), scale(given)
    fixed = outputs.std(dim=0) <= _FIXED * (1 + outputs.mean(dim=0).abs())
    if bool(fixed.any()):
        raise SpecificationError(f"{_listed(term.outputs)} has an entry that is the same in every sample; a score needs a density, so add noise.")
    for column in outputs.T:
        distinct = len(torch.unique(column))
        if 2 * distinct <= len(column):
            raise SpecificationError(
                f"{_listed(term.outputs)} has an entry that takes {distinct} values in {len(column)} samples; a score needs a density, so add noise."
            )
    y, x = output_scale(outputs), given_scale(given)
    if _rank_lost(y, x):
        raise SpecificationError(
            f"{_listed(term.outputs)} has entries that follow linearly from the others or from what is given; add noise on the last stage."
        )
    return Samples(y, x, output_scale, given_scale)


def _rank_lost(y: Tensor, x: Tensor) -> bool:
    """Whether some combination of the outputs is an affine function of what is given."""
    known = torch.cat([torch.ones(len(x), 1, dtype=torch.float64), x], dim=1)
    left = y - known @ (torch.linalg.pinv(known) @ y)
    return bool(torch.linalg.eigvalsh(left.T @ left / len(left))[0] <= _FIXED**2)
