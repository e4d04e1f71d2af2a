"""Points of the noise before a sign: where f(v) + n changes sign along the source's primitive v, and how fast that place moves.

    f(r) = -n,   dr/da = -(df/da + dn/da)/(df/dv)

The sign of f + n is not known where |f + n| is at most its rounding error, a running bound taken at the place itself. A crossing is therefore an interval of
primitives: short beside a simple root, of the order of the error's square root beside a double one, and all of it where the map stays at -n. What its two
ends differ by is what the place is uncertain by.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace

import numpy as np

from infograd.law import Points
from infograd.numeric.limit import LimitError
from infograd.numeric.single import output
from infograd.numeric.single.cells import Cells, solve
from infograd.numeric.single.evaluation import PRIMITIVE, Evaluation
from infograd.numeric.single.found import EPS
from infograd.numeric.single.jet import Jet, add
from infograd.numeric.single.plan import Branch, Part
from infograd.numeric.single.rounding import Rounding, roundings
from infograd.numeric.single.stage import Input

NEAR = 2.0**-20
ULPS = 4.0
TINY = float(np.finfo(np.float64).tiny)


@dataclass(frozen=True, slots=True)
class Mass:
    """A point of the noise: its probability, its place, and what rounding leaves of the place."""

    weight: Jet
    location: Jet
    rounding: Rounding

    @property
    def place(self) -> float:
        """n."""
        return float(self.location.value)

    def meets(self, other: Mass) -> bool:
        """Whether the two places are equal up to rounding."""
        return abs(self.place - other.place) <= self.rounding.value + other.rounding.value


@dataclass(frozen=True, slots=True)
class Crossing:
    """Primitives [low, high] between which rounding decides the sign of f + n, and the signs on both sides, 0 where the support ends or the map jumps."""

    mass: Mass
    low: float
    high: float
    before: float
    after: float

    @property
    def passes(self) -> bool:
        """Whether the sign changes from one side to the other."""
        return self.before * self.after < 0

    @property
    def touches(self) -> bool:
        """Whether the signs on both sides are known and equal."""
        return self.before * self.after > 0


def masses(evaluation: Evaluation, parts: tuple[Part, ...]) -> list[Mass]:
    """The points among the parts of the noise."""
    points = [part for part in parts if part.kind is Points]
    errors = roundings(evaluation, [part.location for part in points])
    return [Mass(evaluation.fixed[part.weight], evaluation.fixed[part.location], error) for part, error in zip(points, errors, strict=True)]


def _held(evaluation: Evaluation, branch: Branch, primitive: float) -> Evaluation:
    """The evaluation with the branch's steps at one primitive among the fixed ones."""
    found = copy(evaluation)
    steps = tuple(("constant", (primitive,)) if name == "primitive" else (name, rest) for name, rest in evaluation.plan.steps)
    found.plan = replace(evaluation.plan, steps=steps)
    found.fixed = list(evaluation.fixed)
    for number in branch.moving:
        found.fixed[number] = evaluation.switch(branch, number, primitive)
    return found


def _error(evaluation: Evaluation, branch: Branch, primitive: float) -> Rounding:
    """What rounding leaves of f and of its slopes at one primitive."""
    (found,) = roundings(_held(evaluation, branch, primitive), [branch.location])
    return found


def _uncertain(evaluation: Evaluation, branch: Branch, cells: Cells, cell: int, mass: Mass) -> tuple[float, float, float] | None:
    """The part of a cell where rounding decides the sign of f + n, and the error there with a few units of the primitive; None where that is nowhere."""
    left, right = float(cells.left[cell]), float(cells.right[cell])
    start, end = float(cells.first[cell]) + mass.place, float(cells.last[cell]) + mass.place
    where = np.array([cell])

    def passes(height: float) -> float:
        if height <= start if start <= end else height >= start:
            return left
        if height >= end if start <= end else height <= end:
            return right
        return float(solve(evaluation, branch, cells, where, np.array([height - mass.place]), 0.0)[0])

    nearest = passes(0.0) if start * end < 0 else float(cells.within[0][cell] if abs(start) <= abs(end) else cells.within[1][cell])
    slope = float(evaluation.switch(branch, branch.location, nearest).first.get(PRIMITIVE, 0.0))
    error = float(_error(evaluation, branch, nearest).value) + mass.rounding.value + ULPS * abs(slope) * float(np.spacing(abs(nearest)))
    if min(start, end) > error or max(start, end) < -error:
        return None
    one, other = sorted((passes(-error), passes(error))) if start != end else (left, right)
    return max(left, one - 4 * EPS * abs(one)), min(right, other + 4 * EPS * abs(other)), error


def crossings(evaluation: Evaluation, given: Input, mass: Mass) -> list[Crossing]:
    """Where f + n passes 0, touches it, or stays at it, in order along the primitive."""
    cells, branch = given.cells, given.branch
    assert cells is not None  # points of mass have no primitive
    starts, ends = cells.first + mass.place, cells.last + mass.place
    sizes = np.zeros_like(starts)
    for side in cells.within:
        known = evaluation.traced(branch, side)
        sizes = np.maximum.reduce([sizes, *(np.abs(known[number]) for number in branch.moving)])
    close = (np.sign(starts) * np.sign(ends) <= 0) | (np.minimum(np.abs(starts), np.abs(ends)) <= NEAR * (abs(mass.place) + sizes))
    before, after = np.sign(starts), np.sign(ends)
    jumps = {jump.place for jump in cells.jumps}
    spans: list[tuple[float, float, int, int]] = []
    for cell in np.nonzero(close)[0].tolist():
        span = _uncertain(evaluation, branch, cells, cell, mass)
        if span is None:
            continue
        low, high, error = span
        before[cell] *= abs(starts[cell]) > error
        after[cell] *= abs(ends[cell]) > error
        if spans and spans[-1][3] == cell - 1 and spans[-1][1] == low == cells.left[cell] and low not in jumps:
            low, first = spans[-1][0], spans[-1][2]
            spans[-1] = (low, high, first, cell)
        else:
            spans.append((low, high, cell, cell))
    found = []
    last = cells.left.size - 1
    for low, high, first, final in spans:
        open_left, open_right = low == cells.left[first], high == cells.right[final]
        ahead = before[first] if not open_left else 0.0 if first == 0 or low in jumps else after[first - 1]
        behind = after[final] if not open_right else 0.0 if final == last or high in jumps else before[final + 1]
        inside = max(low, float(cells.within[0][first])), min(high, float(cells.within[1][final]))
        found.append(Crossing(mass, *inside, float(ahead), float(behind)))
    for edge in np.nonzero(after[:-1] * before[1:] < 0)[0].tolist():
        if cells.right[edge] not in jumps and not any(low <= cells.right[edge] <= high for low, high, _, _ in spans):
            found.append(Crossing(mass, float(cells.within[1][edge]), float(cells.within[0][edge + 1]), float(after[edge]), float(before[edge + 1])))
    return sorted(found, key=lambda crossing: crossing.low)


def moves(evaluation: Evaluation, given: Input, crossing: Crossing) -> bool:
    """Whether f + n moves with a parameter at the crossing, beyond what rounding leaves of it; or jumps of the map do, where the crossing may end at one."""
    branch = given.branch
    location, error = evaluation.switch(branch, branch.location, crossing.low), _error(evaluation, branch, crossing.low)
    total = add(location, crossing.mass.location)
    if any(abs(slope) > TINY + error.first.get(key, 0.0) + crossing.mass.rounding.first.get(key, 0.0) for key, slope in total.first.items() if key >= 0):
        return True
    jumps = given.cells.jumps if given.cells is not None and not crossing.touches else ()
    return any(speed != 0 for jump in jumps for speed in output.speeds(evaluation, branch, jump).values())


def speeds(evaluation: Evaluation, branch: Branch, crossing: Crossing, primitive: float) -> tuple[dict[int, float], dict[int, float]]:
    """dr/da by direction at one end of a crossing, and what rounding leaves of it.

    Raises: LimitError where the slope of f is 0.
    """
    total = add(evaluation.switch(branch, branch.location, primitive), crossing.mass.location)
    error = _error(evaluation, branch, primitive)
    slope = float(total.first.get(PRIMITIVE, 0.0))
    if slope == 0:
        raise LimitError("the map is flat where it passes a point of the noise, and the place has no speed; ask for order 0")
    found = {key: -float(rate) / slope for key, rate in total.first.items() if key >= 0}
    blurred = error.first.get(PRIMITIVE, 0.0)
    left = {
        key: (float(error.first.get(key, 0.0)) + crossing.mass.rounding.first.get(key, 0.0) + abs(rate) * float(blurred)) / abs(slope) + 4 * EPS * abs(rate)
        for key, rate in found.items()
    }
    return found, left
