"""One variable's features in levels: 1; the variable itself; then natural cubic splines, each level halving the intervals.

The levels up to m span the natural splines on 2^(m-1) intervals, linear beyond the outer knots, so coarse spaces lie inside fine
ones. A variable that takes few values has the indicators of its values on level 1 instead.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

FEW_VALUES = 16
_SPAN = 2.0


@dataclass(frozen=True, slots=True)
class Features:
    """By level: the features, each of shape `(n, width)`, and their derivatives in the variable."""

    values: tuple[Tensor, ...]
    slopes: tuple[Tensor, ...]


def width(level: int) -> int:
    """How many features a level adds."""
    return 1 if level <= 1 else 2 ** (level - 2)


def features(x: Tensor, top: int) -> Features:
    """The features of the samples `x`, shape `(n,)`, on the levels 0 to `top`; scale and knots come from the samples."""
    one = torch.ones(len(x), 1, dtype=torch.float64)
    distinct = torch.unique(x)
    if len(distinct) <= FEW_VALUES:
        indicators = (x.unsqueeze(1) == distinct[1:]).double()
        empty = one[:, :0]
        return Features((one, indicators, *[empty] * (top - 1)), (0 * one, 0 * indicators, *[empty] * (top - 1)))
    deviation = x.std()
    values, slopes = [one, ((x - x.mean()) / deviation).unsqueeze(1)], [0 * one, one / deviation]
    if top > 1:
        knots = _knots(x, 2 ** (top - 1))
        increments = [_cardinal(knots[:: 2 ** (top - level)], knots)[0][:, 1::2] for level in range(2, top + 1)]
        to_levels = torch.cat(increments, dim=1)
        widths = [width(level) for level in range(2, top + 1)]
        for target, fine in zip((values, slopes), _cardinal(knots, x), strict=True):
            target.extend(torch.split(fine @ to_levels, widths, dim=1))
    return Features(tuple(values), tuple(slopes))


def _knots(x: Tensor, intervals: int) -> Tensor:
    """Quantiles at levels halfway between equal probability steps and the steps of a Gaussian, so that the centre and the tails both get knots."""
    position = torch.linspace(-1, 1, intervals + 1, dtype=torch.float64)
    outer = math.erf(_SPAN / math.sqrt(2))
    gaussian = torch.special.ndtr(_SPAN * position)
    knots = torch.quantile(x, (gaussian + 0.5 + outer * position / 2) / 2)
    return knots if bool((knots.diff() > 0).all()) else torch.quantile(torch.unique(x), torch.linspace(0, 1, intervals + 1, dtype=torch.float64))


def _second_derivatives(knots: Tensor) -> Tensor:
    """The matrix from the values of a natural cubic spline at its knots to its second derivatives there."""
    step = knots.diff()
    size = len(knots)
    inner = torch.arange(1, size - 1)
    left = torch.eye(size, dtype=torch.float64)
    right = torch.zeros(size, size, dtype=torch.float64)
    left[inner, inner - 1], left[inner, inner], left[inner, inner + 1] = step[:-1] / 6, (step[:-1] + step[1:]) / 3, step[1:] / 6
    right[inner, inner - 1], right[inner, inner], right[inner, inner + 1] = 1 / step[:-1], -1 / step[:-1] - 1 / step[1:], 1 / step[1:]
    second: Tensor = torch.linalg.solve(left, right)
    return second


def _cardinal(knots: Tensor, x: Tensor) -> tuple[Tensor, Tensor]:
    """Natural splines that are 1 at one knot and 0 at the others, and their slopes, both of shape `(n, knots)`."""
    knots = knots.contiguous()
    size = len(knots)
    cell = (torch.searchsorted(knots, x.contiguous()) - 1).clamp(0, size - 2)
    step = knots[cell + 1] - knots[cell]
    position = (x - knots[cell]) / step
    upper = position.clamp(0, 1)
    lower = 1 - upper
    rows = torch.arange(len(x))
    slopes = torch.zeros(len(x), 2 * size, dtype=torch.float64)
    slopes[rows, cell], slopes[rows, cell + 1] = -1 / step, 1 / step
    slopes[rows, size + cell], slopes[rows, size + cell + 1] = (1 - 3 * lower**2) * step / 6, (3 * upper**2 - 1) * step / 6
    values = ((position - upper) * step).unsqueeze(1) * slopes
    values[rows, cell] += lower
    values[rows, cell + 1] += upper
    values[rows, size + cell] += (lower**3 - lower) * step**2 / 6
    values[rows, size + cell + 1] += (upper**3 - upper) * step**2 / 6
    to_splines = torch.cat([torch.eye(size, dtype=torch.float64), _second_derivatives(knots)])
    return values @ to_splines, slopes @ to_splines
