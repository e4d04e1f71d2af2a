"""A nested open quadrature rule on the unit interval, and its map to all positive times.

Fejer's second rule on 2^k - 1 nodes holds the nodes of the rule below it, so that two orders cost one (Waldvogel, BIT 46
(2006) 195). With t = v u / (1 - u) an integrand that is smooth at 0 and falls like t^-2 stays smooth and bounded on [0, 1].
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from infograd.error import SpecificationError


@dataclass(frozen=True, slots=True)
class Rule:
    """Nodes and weights, shape `(n,)`, and the weights of the rule of half the order on the same nodes, zero where it has none."""

    nodes: Tensor
    weights: Tensor
    coarse: Tensor


def unit_rule(nodes: int) -> Rule:
    """The rule on the unit interval, exact for polynomials of degree below `nodes`.

    Raises: SpecificationError unless `nodes` is 2^k - 1 and at least 3.
    """
    if isinstance(nodes, bool) or not isinstance(nodes, int) or nodes < 3 or (nodes + 1) & nodes:
        raise SpecificationError(f"nodes is {nodes!r}; write 3, 7, 15 or another 2^k - 1, whose rules are nested.")
    angles, weights = _fejer(nodes)
    coarse = torch.zeros_like(weights)
    coarse[1::2] = _fejer(nodes // 2)[1]
    return Rule((1 + angles.cos()) / 2, weights / 2, coarse / 2)


def _fejer(nodes: int) -> tuple[Tensor, Tensor]:
    intervals = nodes + 1
    angles = torch.arange(1, intervals, dtype=torch.float64) * (math.pi / intervals)
    odd = torch.arange(1, intervals, 2, dtype=torch.float64)
    return angles, 4 / intervals * angles.sin() * (torch.outer(angles, odd).sin() / odd).sum(dim=1)


def half_line_rule(nodes: int, scale: float) -> Rule:
    """The unit rule moved to t = scale u / (1 - u), so that sum(weights f(nodes)) is the integral of f over all t > 0."""
    unit = unit_rule(nodes)
    left = 1 - unit.nodes
    stretch = scale / left.square()
    return Rule(scale * unit.nodes / left, unit.weights * stretch, unit.coarse * stretch)
