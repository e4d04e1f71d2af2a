"""One variable's features in levels: 1; the variable itself; then natural cubic splines, each level halving the intervals.

The levels up to m span the natural splines on 2^(m-1) intervals, linear beyond the outer knots, so coarse spaces lie inside fine
ones. A variable that takes few values has the indicators of its values on level 1 instead. Arrays have their features first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

Numbers = NDArray[np.float64]

FEW_VALUES = 16
_TAIL = 0.005
_ROWS_FOR_KNOTS = 1024
_CLOSEST = 1e-4


def width(level: int) -> int:
    """How many features a level adds."""
    return 1 if level <= 1 else 2 ** (level - 2)


@dataclass(frozen=True, slots=True)
class Indicators:
    """A variable of few values: 1, then whether it is each of its values but the first."""

    values: Tensor

    @property
    def levels(self) -> tuple[int, ...]:
        """Of each feature its level."""
        return (0, *[1] * (len(self.values) - 1))

    def write(self, x: Tensor, values: Tensor, slopes: Tensor | None) -> None:
        """Write all features but the first at the points `x`, shape `(n,)`, and their slopes, `(features - 1, n)`."""
        values.copy_(x == self.values[1:].unsqueeze(1))
        if slopes is not None:
            slopes.zero_()


@dataclass(frozen=True, slots=True)
class Splines:
    """A continuous variable: 1, the variable moved and scaled, then combinations of (x - knot)_+^3, 1 and x."""

    centre: Tensor
    deviation: Tensor
    knots: Tensor
    combination: Tensor
    levels: tuple[int, ...]

    def write(self, x: Tensor, values: Tensor, slopes: Tensor | None) -> None:
        """Write all features but the first at the points `x`, shape `(n,)`, and their slopes, `(features - 1, n)`."""
        z = (x - self.centre) / self.deviation
        if not len(self.knots):
            values[0] = z
            if slopes is not None:
                slopes.fill_(float(1 / self.deviation))
            return
        powers = torch.empty(2 + len(self.knots), len(z), dtype=torch.float64)
        powers[0], powers[1] = 1, z
        beyond = torch.sub(z, self.knots.unsqueeze(1)).clamp_min_(0)
        square = beyond * beyond
        torch.mul(square, beyond, out=powers[2:])
        torch.mm(self.combination[1:], powers, out=values)
        if slopes is not None:
            powers[1], powers[2:] = 1, square
            rates = torch.cat([self.combination[1:, 1:2], 3 * self.combination[1:, 2:]], dim=1) / self.deviation
            torch.mm(rates, powers[1:], out=slopes)


def variable(x: Tensor, top: int) -> Indicators | Splines:
    """The features of levels 0 to `top` with scale and knots from the samples `x`, shape `(n,)`."""
    ordered, _ = torch.sort(x[:: max(1, len(x) // _ROWS_FOR_KNOTS)])
    if int((ordered.diff() > 0).sum()) < FEW_VALUES and len(values := torch.unique(x)) <= FEW_VALUES:
        return Indicators(values)
    centre, deviation = x.mean(), x.std()
    if top < 2:
        return Splines(centre, deviation, torch.zeros(0, dtype=torch.float64), torch.eye(2, dtype=torch.float64), (0, 1))
    knots = _knots(((ordered - centre) / deviation).numpy(), 2 ** (top - 1))
    combination = np.zeros((1 + 2 ** (top - 1), 2 + len(knots)))
    combination[0, 0] = combination[1, 1] = 1
    levels = [0, 1]
    for level in range(2, top + 1):
        rows = slice(len(levels), len(levels) + width(level))
        stride = 2 ** (top - level)
        combination[rows, :2], combination[rows, 2::stride] = _hats(knots[::stride])
        levels += [level] * width(level)
    return Splines(centre, deviation, torch.from_numpy(knots), torch.from_numpy(combination), tuple(levels))


def _knots(ordered: Numbers, intervals: int) -> Numbers:
    """Quantiles at equal steps, the outer ones short of the extremes; equally spaced where some would coincide."""
    places = np.linspace(_TAIL, 1 - _TAIL, intervals + 1) * (len(ordered) - 1)
    knots = ordered[places.round().astype(int)]
    return knots if bool((np.diff(knots) > _CLOSEST).all()) else np.linspace(ordered[0], ordered[-1], intervals + 1)


def _hats(knots: Numbers) -> tuple[Numbers, Numbers]:
    """Natural splines that are 1 at one odd knot and 0 at all others: their coefficients on (1, x) and on (x - knot)_+^3."""
    count = len(knots)
    step = np.diff(knots)
    inner = np.arange(1, count - 1)
    left, right = np.eye(count), np.zeros((count, count))
    left[inner, inner - 1], left[inner, inner], left[inner, inner + 1] = step[:-1] / 6, (step[:-1] + step[1:]) / 3, step[1:] / 6
    right[inner, inner - 1], right[inner, inner], right[inner, inner + 1] = 1 / step[:-1], -1 / step[:-1] - 1 / step[1:], 1 / step[1:]
    second = np.linalg.solve(left, right[:, 1::2]).T
    values = np.eye(count)[1::2]
    third = np.zeros((len(second), count + 1))
    third[:, 1:-1] = np.diff(second) / step
    slope = (values[:, 1] - values[:, 0]) / step[0] - second[:, 1] * step[0] / 6
    return np.stack([values[:, 0] - slope * knots[0], slope], axis=1), np.diff(third) / 6
