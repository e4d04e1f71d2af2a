"""The source's primitive cut into cells on which the map is smooth, monotone and resolved by one panel of nodes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from infograd.numeric.interpreter import Floats
from infograd.numeric.limit import LimitError
from infograd.numeric.single.evaluation import Evaluation
from infograd.numeric.single.found import EPS, Truth, Whole
from infograd.numeric.single.plan import Branch
from infograd.numeric.single.range import range_over
from infograd.numeric.single.standard import Standard

MOST = 50_000
SAMPLES = 17
LOOK = 65
GRADES = 40
WIDTHS = 12.0
LEAST = 0.1
RATE = 1.0
ITERATIONS = 200
NEGLIGIBLE = 1e-22
BESIDE = 2.0**-20


@dataclass(frozen=True, slots=True)
class Jump:
    """A place where the map jumps: the switch's argument is a step that vanishes there, and the nearest primitives on both sides where it does not."""

    place: float
    argument: int
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells [left, right] of the primitive in order, the map at both ends from within and its least slope, and the places where it bends or jumps.

    `within`: the primitives next to both ends at which the map was taken.
    """

    left: Floats
    right: Floats
    within: tuple[Floats, Floats]
    first: Floats
    last: Floats
    slowest: Floats
    bends: tuple[float, ...]
    jumps: tuple[Jump, ...]

    @property
    def marked(self) -> Floats:
        """The images of the two ends, and on both sides of every bend and jump."""
        places = np.array([self.left[0], *self.bends])
        after = np.isin(self.left, places)
        before = np.isin(self.right, np.array([*self.bends, self.right[-1]]))
        return np.unique(np.concatenate([self.first[after], self.last[before]]))

    @property
    def ends(self) -> Floats:
        """The images of all ends of cells, sorted."""
        return np.unique(np.concatenate([self.first, self.last]))


def _resolved(evaluation: Evaluation, branch: Branch, law: Standard, fineness: float) -> Floats:
    """Edges between which rate * length is at most 1/fineness, by bisection; a look along the support shows first whether the map is defined there."""
    evaluation.traced(branch, np.linspace(law.low, law.high, LOOK))
    done: list[Floats] = []
    left, right = np.array(law.levels[:-1]), np.array(law.levels[1:])
    if fineness > 1:
        middle = (left + right) / 2
        left, right = np.concatenate([left, middle]), np.concatenate([middle, right])
    while left.size:
        length = right - left
        rate = np.broadcast_to(range_over(evaluation.plan, branch, evaluation.fixed, left, right).rate, left.shape)
        middle = (left + right) / 2
        mass = length * np.maximum(np.maximum(law.density(left), law.density(right)), law.density(middle))
        split = (rate * length * fineness > RATE) & (mass > NEGLIGIBLE) & (length > 64 * EPS * np.maximum(np.abs(left), np.abs(right)))
        done.append(left[~split])
        left, right = np.concatenate([left[split], middle[split]]), np.concatenate([middle[split], right[split]])
        if sum(each.size for each in done) + left.size > MOST:
            raise LimitError(f"the map varies so fast that the source would be cut into more than {MOST} cells")
    return np.append(np.sort(np.concatenate(done)), law.levels[-1])


def _roots(function: Callable[[Floats], Floats], edges: Floats) -> Floats:
    """Where a function changes sign between edges, as 17 samples to a cell show; by bisection to the last bit."""
    share = np.linspace(0, 1, SAMPLES)[:-1]
    grid = np.append((edges[:-1, None] + np.diff(edges)[:, None] * share).ravel(), edges[-1])
    signs = np.sign(function(grid))
    change = signs[:-1] * signs[1:] < 0
    left, right, before = grid[:-1][change], grid[1:][change], signs[:-1][change]
    for _ in range(ITERATIONS):
        middle = (left + right) / 2
        if not np.any((left < middle) & (middle < right)):
            break
        below = np.sign(function(middle)) == before
        left, right = np.where(below, middle, left), np.where(below, right, middle)
    touching = grid[1:-1][(signs[1:-1] == 0) & ((signs[:-2] != 0) | (signs[2:] != 0))]
    return np.concatenate([right, touching])


def cut(evaluation: Evaluation, branch: Branch, law: Standard, fineness: float, scale: float) -> Cells:
    """The cells of a branch, graded towards the places where the map turns until it is steep on each cell or runs through a few widths `scale` only.

    Raises: LimitError where they are too many, or where the map has no finite value.
    """
    edges = _resolved(evaluation, branch, law, fineness)
    bends: list[float] = []
    jumps: list[Jump] = []
    for name, argument, level in evaluation.switches(branch):
        roots = _roots(lambda v, a=argument, b=level: np.broadcast_to(evaluation.traced(branch, v)[a] - b, v.shape), edges)  # type: ignore[misc]  # bound now
        bends += roots.tolist()
        if name == "sign":
            jumps += [_jump(evaluation, branch, root, argument) for root in roots.tolist()]
    edges = np.unique(np.concatenate([edges, np.array(bends)]))
    turns = _roots(lambda v: evaluation.along(branch, v)[1], edges)
    edges = np.unique(np.concatenate([edges, turns]))
    width = scale / fineness**2
    cells = _measured(evaluation, branch, edges, (*bends, *turns.tolist()), tuple(jumps))
    for _ in range(GRADES):
        coarse = (np.abs(cells.last - cells.first) > WIDTHS * width) & ~steepness(cells, width)
        if not np.any(coarse):
            break
        edges = np.unique(np.concatenate([edges, ((cells.left + cells.right) / 2)[coarse]]))
        if edges.size > MOST:
            raise LimitError(f"the map varies so fast that the source would be cut into more than {MOST} cells")
        cells = _measured(evaluation, branch, edges, cells.bends, cells.jumps)
    return cells


def _jump(evaluation: Evaluation, branch: Branch, place: float, argument: int) -> Jump:
    """The jump with its two sides: rounding may hold the argument at 0 for many neighbouring primitives.

    Raises: LimitError where the argument stays 0.
    """
    sides = []
    for sign in (-1.0, 1.0):
        away = float(np.spacing(abs(place)))
        while not np.all(evaluation.traced(branch, np.array([place + sign * away]))[argument]):
            away *= 2
            if not away < BESIDE * max(1.0, abs(place)):
                raise LimitError("the argument of a sign is 0 along a stretch of the source's support, where rounding decides which side it takes")
        sides.append(place + sign * away)
    return Jump(place, argument, *sides)


def _measured(evaluation: Evaluation, branch: Branch, edges: Floats, bends: tuple[float, ...], jumps: tuple[Jump, ...]) -> Cells:
    left, right = edges[:-1], edges[1:]
    inside = left[:, None] + (right - left)[:, None] * np.array([0.0, 1 / 16, 0.25, 0.5, 0.75, 15 / 16, 1.0])
    inside[:, 0], inside[:, -1] = np.nextafter(left, right), np.nextafter(right, left)
    for jump in jumps:
        inside[left == jump.place, 0] = jump.after
        inside[right == jump.place, -1] = jump.before
    height, slope = evaluation.along(branch, inside)
    if not np.all(np.isfinite(height)):
        raise LimitError("the map has no finite value on a part of the source's support; choose a map or a source without it")
    return Cells(left, right, (inside[:, 0], inside[:, -1]), height[:, 0], height[:, -1], np.abs(slope).min(axis=1), bends, jumps)


def steepness(cells: Cells, scale: float) -> Truth:
    """Whether the map runs through more than 12 widths on each cell, and nowhere much slower than on average."""
    span = np.abs(cells.last - cells.first)
    return np.asarray((span > WIDTHS * scale) & (cells.slowest * (cells.right - cells.left) > LEAST * span), dtype=np.bool_)


def solve(evaluation: Evaluation, branch: Branch, cells: Cells, where: Whole, targets: Floats, tolerance: float) -> Floats:
    """The primitive within cell `where` at which the map passes each target, by Newton's steps kept in their bracket.

    The map is met to `tolerance`, and to rounding where that is 0.
    """
    left, right = cells.left[where], cells.right[where]
    rising = np.where(cells.last[where] >= cells.first[where], 1.0, -1.0)
    span = cells.last[where] - cells.first[where]
    place = left + (right - left) * np.clip((targets - cells.first[where]) / span, 0.01, 0.99)
    found: Floats = place.copy()
    active = np.arange(targets.size)
    for _ in range(ITERATIONS):
        height, slope = evaluation.along(branch, place)
        gap = rising[active] * (height - targets[active])
        left, right = np.where(gap <= 0, place, left), np.where(gap >= 0, place, right)
        speed = rising[active] * slope
        newton = place - np.divide(gap, speed, out=np.full_like(gap, np.inf), where=speed > 0)
        after = np.where((left <= newton) & (newton <= right), newton, (left + right) / 2)
        found[active] = after
        met = (np.abs(gap) <= max(tolerance, 0.0) + EPS * np.abs(targets[active])) | (np.abs(after - place) <= 2 * EPS * np.abs(place))
        going = ~met
        if not np.any(going):
            return found
        active, place, left, right = active[going], after[going], left[going], right[going]
    return found
