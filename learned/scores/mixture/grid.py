"""Samples of lines shared out to bins by cubic stencils.

Sharing out is the transpose of cubic interpolation, so that a smoothed histogram is the sum of cubically interpolated kernels, and the
mean of a table at the samples is its product with the bins: both with an error of the fourth order in the spacing.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

BEHIND, AHEAD = 1, 2


@dataclass(frozen=True, slots=True)
class Grid:
    """Where samples stand: `places`, shape `(samples,)`, the first of each one's four neighbours in `bins` bins, and `weights` theirs, `(4, samples)`."""

    bins: int
    places: Tensor
    weights: tuple[Tensor, ...]

    @classmethod
    def of(cls, steps: Tensor, first_bins: Tensor, bins: int) -> Grid:
        """Samples that stand `steps` spacings after the bin `first_bins` of their grid; both have the samples' shape, or one that expands to it."""
        whole = steps.floor()
        t = steps - whole
        places = (whole.long() + (first_bins - BEHIND)).flatten()
        below, above, beyond = t + 1, t - 1, t - 2
        outer, inner = below * above, t * beyond
        weights = ((inner * above).mul_(-1 / 6), (outer * beyond).mul_(1 / 2), (inner * below).mul_(-1 / 2), (outer * t).mul_(1 / 6))
        return cls(bins, places, tuple(each.flatten() for each in weights))

    def spread(self, amounts: Tensor) -> Tensor:
        """The samples' amounts shared out to all bins."""
        found = torch.zeros(self.bins + AHEAD + BEHIND, dtype=torch.float64)
        for offset, weight in enumerate(self.weights):
            found[offset : offset + self.bins].index_add_(0, self.places, weight * amounts.flatten())
        return found[: self.bins]

    def read(self, table: Tensor) -> Tensor:
        """The table over all bins, interpolated at the samples."""
        return torch.stack([weight * table[self.places + offset] for offset, weight in enumerate(self.weights)]).sum(dim=0)


def coarser(bins: Tensor) -> Tensor:
    """Bins of twice the spacing, shape `(..., length / 2)`: the odd ones shared out to their even neighbours by the same stencil."""
    even, odd = bins[..., ::2], bins[..., 1::2]
    near, far = 9 / 16 * odd, odd / 16
    found = even + near
    found[..., 1:] += near[..., :-1]
    found[..., :-1] -= far[..., 1:]
    found[..., 2:] -= far[..., :-2]
    return found
