"""The gradient of the entropy of a signal plus independent noise, on a line, from binned signals.

With p the law of the signals f_i smoothed by the noise's density k, h = -int p log p has the gradient
-E[J psi(f) + omega(f)], where psi(f) = int k(y - f) s(y) dy is the mean of the score s = p'/p that a signal meets, and omega(f) =
int (dk/dtheta)(y - f) log p(y) dy: the last noise is integrated out of E[J^T s]. The fit's own influence is the smoothed (dp/dtheta)/p at f,
whose mean over all samples of the fit is 0; with it the spread over independent parts of the samples is the spread of the estimate.
Source: arXiv:2601.01789, eq. (14).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from infograd.learned.scores.mixture.grid import coarser
from infograd.learned.scores.mixture.line import Entry, Kernel
from infograd.question import Names

FLOOR = 1e-13
FEW = 0.05


@dataclass(frozen=True, slots=True)
class Binned:
    """Signals by point of the sweep, group and part, shape `(points, groups, parts, length)`; each group has a mixture of its own.

    `shares` are the bins of the signals' weights, which sum to 1 over each group; `slopes` those of weight times Jacobian, by entry of the parameters.
    """

    shares: Tensor
    slopes: Mapping[Entry, Tensor]

    def coarser(self) -> tuple[Binned, Binned]:
        """The same on grids of twice the spacing: of the even bins, and of the odd ones, because a signal that stands on a bin of a grid has no error there."""
        odd = Binned(self.shares.roll(1, dims=3), {entry: each.roll(1, dims=3) for entry, each in self.slopes.items()})
        even, odd = (Binned(coarser(each.shares), {entry: coarser(slope) for entry, slope in each.slopes.items()}) for each in (self, odd))
        return even, odd

    def halves(self) -> Binned:
        """The first and the second half of each group's parts as groups of their own, `(points, 2 groups, parts / 2, length)`, each of weight 1."""
        points, groups, parts, length = self.shares.shape
        shares = self.shares.reshape(points, 2 * groups, parts // 2, length)
        total = shares.sum(dim=(2, 3), keepdim=True)
        return Binned(shares / total, {name: each.reshape(shares.shape) / total for name, each in self.slopes.items()})


def entropy_gradient(binned: Binned, kernel: Kernel, wrt: Names, influence: bool = False) -> dict[Entry, Tensor]:
    """By entry of the parameters, each part's share of the gradient of its group's entropy, shape `(points, groups, parts)`."""
    length = binned.shares.shape[3]
    spacing = kernel.spacing.reshape(-1, 1, 1)
    tables = kernel.tables(length, wrt)
    density, slope = _transform(tables.density), _transform(tables.slope)
    moved = {entry: _transform(each) for entry, each in tables.moved.items()}
    mixture = torch.fft.rfft(binned.shares.sum(dim=2))
    p = torch.fft.irfft(mixture * density, n=length)
    known = p > FLOOR * p.amax(dim=2, keepdim=True)
    p = torch.where(known, p, 1.0)
    logarithm = torch.fft.rfft(spacing * p.log())
    psi = torch.fft.irfft(logarithm * -slope.conj(), n=length).unsqueeze(2)
    found = {}
    for entry, slopes in binned.slopes.items():
        found[entry] = -(slopes * psi).sum(dim=3)
        table = logarithm * moved[entry].conj() if entry in moved else None
        if influence:
            change = -torch.fft.rfft(slopes.sum(dim=2)) * slope + (mixture * moved[entry] if entry in moved else 0)
            relative = torch.where(known, torch.fft.irfft(change, n=length), 0.0) / p
            left = torch.fft.rfft(spacing * relative) * density.conj()
            table = left if table is None else table + left
        if table is not None:
            found[entry] -= (binned.shares * torch.fft.irfft(table, n=length).unsqueeze(2)).sum(dim=3)
    return found


def _transform(table: Tensor) -> Tensor:
    found: Tensor = torch.fft.rfft(table.unsqueeze(1))
    return found


def rounding(binned: Binned, kernel: Kernel, wrt: Names) -> dict[Entry, Tensor]:
    """What rounding, and the outputs left out as of no mass, may change in the mean over groups of each entry's gradient, shape `(points,)`.

    Logarithms of densities down to FLOOR enter against the derivative of the noise's density, times the Jacobian or in a parameter of the noise.
    """
    tables = kernel.tables(binned.shares.shape[3], wrt)
    slope = kernel.spacing * tables.slope.abs().sum(dim=1)
    moved = {entry: kernel.spacing * each.abs().sum(dim=1) for entry, each in tables.moved.items()}
    size = {entry: slope * each.abs().sum(dim=(2, 3)).mean(dim=1) + moved.get(entry, torch.zeros(())) for entry, each in binned.slopes.items()}
    return {entry: FLOOR * math.log(1 / FLOOR) * each for entry, each in size.items()}


def effective_size(binned: Binned, kernel: Kernel, heaviest: float) -> Tensor:
    """The effective number of signals behind the density at an output, shape `(points,)`: all but 5 % of the outputs have at least as many.

    At y it is (sum w k(y - f))^2 / sum (w k(y - f))^2, and not below the value here, where one factor w of the last sum is the weight of the `heaviest` signal.
    """
    length = binned.shares.shape[3]
    density = kernel.tables(length, ()).density
    mixture = torch.fft.rfft(binned.shares.sum(dim=2))
    p, squared = (torch.fft.irfft(mixture * _transform(each), n=length) for each in (density, density**2))
    known = p > FLOOR * p.amax(dim=2, keepdim=True)
    size = torch.where(known, p**2 / (heaviest * torch.where(known, squared, 1.0)), math.inf).flatten(start_dim=1)
    mass = torch.where(known, p, 0.0).flatten(start_dim=1)
    order = size.argsort(dim=1)
    reached = mass.gather(1, order).cumsum(dim=1) >= FEW * mass.sum(dim=1, keepdim=True)
    return size.gather(1, order).gather(1, reached.int().argmax(dim=1, keepdim=True)).squeeze(1)
