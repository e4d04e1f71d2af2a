"""The source of a question as nodes of trapezoid rules: f with its derivatives, and the weights.

Twice a step h leaves exp(-2 pi a/(2h)) of the integrand's size at a distance a from the real axis, where the source's density has grown by
exp(a^2/2) and the noise's by exp(Im(f)^2/(2 s^2)). The step is chosen for the best a, with Im f as that of a tangent of f's slope and poles.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from infograd.numeric.interpreter import Floats
from infograd.numeric.single.evaluation import Evaluation
from infograd.numeric.single.frames import REACH, Nodes, nodes, rounded
from infograd.numeric.single.jet import Jet, divide
from infograd.numeric.single.plan import Branch

ENDS = np.array([-REACH, REACH])
SHARES = np.linspace(-1, 1, 17)
LOOK = REACH * (0.85 * SHARES + 0.15 * SHARES**3 + 0.03 * np.sin(5 * math.pi * SHARES))
MOST_NODES = 400_000
BEND_FROM = 0.3
HEIGHTS = (0.45, 0.7, 1.0)


@dataclass(frozen=True, slots=True)
class Source:
    """Nodes over the source: f with its derivatives, the weights, and the weights' derivatives relative to them.

    The first `coarse` nodes are those of the rule with twice the step; `carried` is how many units of rounding the arguments of curved steps carry;
    `outermost` is the mass beyond the ends of the nodes at those next to them, and 0 elsewhere; `odd` says that f is odd and the nodes and weights are even.
    """

    location: Jet
    weights: Floats
    logarithms: Floats
    outermost: Floats
    shares: Jet
    coarse: int
    carried: float
    odd: bool


def _table(evaluation: Evaluation, branch: Branch, width: float, nats: float, finer: float) -> tuple[Nodes, float] | None:
    """Nodes whose rule of twice the step leaves about exp(-nats), and the roundings that the arguments of curved steps carry, averaged over as many.

    Where the map settles on both sides of a centre, the nodes thin out away from it. None where there would be too many.
    """
    ends = evaluation.traced(branch, ENDS)
    rate, offset, steepest = 0.0, 0.0, 0.0
    for argument, reach in branch.layers or ():
        first, last = ends[argument].tolist()
        steepest, offset = max(steepest, abs(last - first) / 2), max(offset, abs(last + first) / 2)
        rate = max(rate, abs(last - first) / (2 * REACH * reach))
    if branch.settles is not None:
        first, last = ends[branch.location].tolist()
        slope = abs(last - first) * max(0.5 / REACH, rate) / width
    else:
        values = evaluation.traced(branch, LOOK)[branch.location]
        leap = 0.0 if np.ndim(values) == 0 else float(np.abs(values[1:] - values[:-1]).max())
        slope = leap * max(8 / REACH, rate) / width
    step = _step(slope, rate, nats) * finer
    reach, bend, centre = 2 * REACH, 0.0, 0.0
    if branch.settles is not None and steepest > BEND_FROM * REACH:
        first, last = ends[branch.settles].tolist()
        centre = -REACH * (last + first) / (last - first)
        if abs(centre) < REACH:
            bend = 2.0 ** (math.floor(2 * math.log2(steepest / REACH / 2)) / 2)
            reach = (math.asinh(bend * (REACH - centre)) + math.asinh(bend * (REACH + centre))) / bend
        else:
            centre = 0.0
    half = reach / (2 * step)
    if not half <= MOST_NODES / 2:
        return None
    return nodes(rounded(half), bend, centre), offset + steepest / math.sqrt(2 * half)


def _step(slope: float, rate: float, nats: float) -> float:
    """Half of a step that leaves exp(-nats) in the best strip."""
    most = math.sqrt(2 * nats) / math.hypot(1.0, slope)
    if rate:
        most = min(most, 0.95 / rate)
    best = 0.0
    for share in HEIGHTS:
        height = share * most
        rise = slope * (math.tan(1.5 * rate * height) / (1.5 * rate) if rate else height)
        best = max(best, height / (nats + 0.5 * (height * height + rise * rise)))
    return math.pi * best


def source(evaluation: Evaluation, width: float, nats: float, finer: float) -> Source | None:
    """The nodes behind a noise of that width, with steps of `finer` times those chosen for exp(-nats); None where they are too many."""
    found = []
    for branch in evaluation.plan.branches:
        weight = evaluation.fixed[branch.weight]
        share = Jet(1.0, {}, weight.second) if not weight.first else divide(weight, Jet(weight.value, {}, weight.second))
        if branch.kind is None:
            place = evaluation.fixed[branch.location]
            found.append(Source(place, np.full(1, weight.value), np.full(1, math.log(weight.value)), np.zeros(1), share, 1, 0.0, False))
            continue
        read = _table(evaluation, branch, width, nats, finer)
        if read is None:
            return None
        table, carried = read
        weights, logarithms, outermost = table.weights, table.logarithms, table.outermost
        if weight.value != 1.0:
            weights, logarithms, outermost = weight.value * weights, logarithms + math.log(weight.value), weight.value * outermost
        found.append(Source(evaluation.location(branch, table.places), weights, logarithms, outermost, share, table.coarse, carried, branch.odd))
    return found[0] if len(found) == 1 else _joined(found)


def _joined(parts: list[Source]) -> Source:
    """The parts in one, the nodes of the coarser rules first."""
    sizes = [part.weights.size for part in parts]
    starts = np.cumsum([0, *sizes[:-1]]).tolist()
    first = [np.arange(start, start + part.coarse) for start, part in zip(starts, parts, strict=True)]
    rest = [np.arange(start + part.coarse, start + size) for start, part, size in zip(starts, parts, sizes, strict=True)]
    order = np.concatenate([*first, *rest])

    def joined(rows: list[Any]) -> Floats:
        together: Floats = np.concatenate([np.broadcast_to(row, size) for row, size in zip(rows, sizes, strict=True)])[order]
        return together

    def by_key(tables: list[dict[Any, Any]]) -> dict[Any, Any]:
        return {key: joined([table.get(key, 0.0) for table in tables]) for key in dict.fromkeys(key for table in tables for key in table)}

    def jet(jets: list[Jet]) -> Jet:
        second = None if jets[0].second is None else by_key([each.second or {} for each in jets])
        return Jet(joined([each.value for each in jets]), by_key([each.first for each in jets]), second)

    return Source(
        jet([part.location for part in parts]),
        joined([part.weights for part in parts]),
        joined([part.logarithms for part in parts]),
        joined([part.outermost for part in parts]),
        jet([part.shares for part in parts]),
        sum(part.coarse for part in parts),
        max(part.carried for part in parts),
        False,
    )
