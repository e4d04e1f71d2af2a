"""What a basis gives: its features of outputs and of what is given, each with its derivatives in the outputs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Evaluated:
    """Features at n samples, `values` of shape `(p, n)`, and for each entry of the outputs which features depend on it, with their derivatives."""

    values: Tensor
    slopes: tuple[tuple[Tensor, Tensor], ...]


Features: TypeAlias = Callable[[Tensor, Tensor], Evaluated]
"""From outputs `(n, d)` and what is given `(n, k)`, doubles, to the features there."""

PlainFeatures: TypeAlias = Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]
"""The same as two arrays: the features, shape `(p, n)`, and their derivatives in the outputs, `(d, p, n)`."""


@dataclass(frozen=True, slots=True)
class BesideAffine:
    """1, the outputs and what is given, moved and scaled, then the plain features."""

    centre: Tensor
    deviation: Tensor
    plain: PlainFeatures

    def __call__(self, outputs: Tensor, given: Tensor) -> Evaluated:
        """All features at those points."""
        both = torch.cat([outputs, given], dim=1)
        scaled = ((both - self.centre) / self.deviation).T
        phi, turned = self.plain(outputs, given)
        first = 1 + both.shape[1]
        rest = torch.arange(first, first + len(phi))
        slopes = []
        for entry in range(outputs.shape[1]):
            own = (1 / self.deviation[entry]).expand(1, len(both))
            slopes.append((torch.cat([torch.tensor([1 + entry]), rest]), torch.cat([own, turned[entry].double()])))
        return Evaluated(torch.cat([torch.ones(1, len(both), dtype=torch.float64), scaled, phi.double()]), tuple(slopes))


def beside_affine(outputs: Tensor, given: Tensor, plain: PlainFeatures) -> BesideAffine:
    """The plain features beside the affine ones, with centre and scale from those samples."""
    both = torch.cat([outputs, given], dim=1)
    deviation = both.std(dim=0)
    return BesideAffine(both.mean(dim=0), torch.where(deviation > 0, deviation, torch.ones_like(deviation)), plain)
