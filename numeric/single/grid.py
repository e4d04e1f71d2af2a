"""The method "adaptive panels" where two trapezoid grids serve: smooth maps with Gaussian noise, Gaussian branches and points of mass.

The source's rule errs by what leaving out every second node changes, summed over the outputs by magnitude, so that no accident of sign hides it.
The outputs' rule errs by the integrand's Fourier coefficient at the sampling rate; the largest of those at and just below half of it is taken.
The source's tails beyond 9 deviations, where its nodes end, count with the derivatives of f at the outermost nodes; with log(1/mass) at
most 43 there, log q is at least that of the noise less 43, and a place whose posterior weight is not negligible lies within sqrt(2 43) of the tail's.
Rounding counts each moment's own, that of u by the size of z and g, and that of f by its condition; no doubt is below 1e-300, where doubles end.
Source: trapezoid rule, Trefethen and Weideman, SIAM Review 56 (2014) 385.
"""

from __future__ import annotations

import math

import numpy as np

from infograd.law import Normal
from infograd.numeric.interpreter import Floats
from infograd.numeric.single.evaluation import Evaluation
from infograd.numeric.single.found import EPS, Found
from infograd.numeric.single.frames import BLOCK, REACH, TAILS, Outputs, outputs, rounded
from infograd.numeric.single.jet import Jet, add
from infograd.numeric.single.moments import moments
from infograd.numeric.single.plan import Plan
from infograd.numeric.single.rounding import UNIT, roundings
from infograd.numeric.single.source import Source, source
from infograd.numeric.single.terms import TINY, Layout, entropy_terms
from infograd.question import Question

CELLS = 200_000_000
WIDEST = 400.0
ATTEMPTS = 5
MARGIN = 4.0
LEAST_NATS = 14.0
OUTPUT_STEP, BETWEEN_POINTS = 0.16, 0.1
SHARE = 1 / 4
SPAN = 2 + math.sqrt(-2 * math.log(TAILS))
LEAST = 1e-300
AIM = 1 / 64
LEAST_FINER, MOST_FINER = 0.3, 0.85


def suits(plan: Plan) -> bool:
    """Whether the grids apply to the plan: every branch Gaussian or a point, one Gaussian noise, a map whose steps vary at known rates."""
    if "suits" not in plan.kept:
        plan.kept["suits"] = (
            plan.smooth
            and not plan.decided
            and len(plan.parts) == 1
            and plan.parts[0].kind is Normal
            and all(branch.kind is None or (branch.kind is Normal and branch.layers is not None) for branch in plan.branches)
        )
    return bool(plan.kept["suits"])


class _Attempt:
    """I with its derivatives at one pair of steps, and what the source's rule, the outputs' rule and rounding leave of each."""

    def __init__(self, evaluation: Evaluation, given: Source, output_step: float) -> None:
        part = evaluation.plan.parts[0]
        scale = evaluation.fixed[part.scale]
        width = float(scale.value)
        middle = evaluation.fixed[part.location]
        location = add(given.location, middle) if middle.value or middle.first else given.location
        value = location.value if np.ndim(location.value) else np.full(given.weights.size, location.value)
        even = location is given.location and given.odd
        high = float(np.maximum.reduce(value))
        low = -high if even else float(np.minimum.reduce(value))
        half_range = (high - low) / (2 * width)
        blocks = (1 if even else 2) * (half_range + REACH) / (output_step * BLOCK)
        self.cells = int(min(given.weights.size * blocks * BLOCK, 2.0 * CELLS))
        self.fits = self.cells <= CELLS and half_range <= WIDEST
        if not self.fits:
            return
        frame = outputs(output_step, rounded(blocks), even)
        centred = location if even else Jet(value - (low + high) / 2, location.first, location.second)
        layout = Layout(evaluation, centred, given.shares, scale)
        multipliers = layout.stacked(given.weights.size)
        found = moments(frame, centred.value / width, given.logarithms, multipliers, layout.order, given.coarse)
        terms = entropy_terms(found, layout)
        sums, column = np.dot(terms[0], frame.weights).tolist(), frame.weights[:, 0]
        self.sizes = np.dot(np.abs(terms[0]), column).tolist()
        self.by_primitive = np.dot(np.abs(terms[0] - terms[-1]), column).tolist()
        self.by_output = [max(map(math.hypot, row[1::2], row[2::2])) for row in sums]
        self.values = [-row[0] for row in sums]
        self.values[0] -= 0.5
        magnitudes = np.abs(multipliers)
        self.by_tails = self._tails(layout, np.dot(magnitudes, given.outermost).tolist())
        self.rounding = self._rounding(layout, self.sizes, np.dot(magnitudes, given.weights).tolist(), given, max(abs(low), abs(high)) / width)
        if layout.spreads:
            self._spread(layout)
        if evaluation.plan.branches[0].kind is None:
            self._points(evaluation, layout, centred, given.weights, scale, frame)

    def _points(self, evaluation: Evaluation, layout: Layout, location: Jet, weights: Floats, scale: Jet, frame: Outputs) -> None:
        """Add what rounding moves at points of mass: by the first and second derivatives of I in their places, which are those of `terms`."""
        width = float(scale.value)
        errors = roundings(evaluation, [branch.location for branch in evaluation.plan.branches])
        places = location.value / width
        u = frame.places[:, None] - places
        bells = np.exp(-0.5 * u * u)
        density = np.maximum(np.dot(bells, weights), TINY)
        pushes = u * bells * weights
        column = frame.weights[:, 0]
        first = np.dot(column, (np.sum(pushes, axis=1) / density)[:, None] * bells * weights - pushes)
        second = -np.dot(pushes.T, pushes * (column / density)[:, None])
        second[np.diag_indices_from(second)] -= np.dot(column * np.log(density), (u * u - 1) * bells) * weights
        moved = np.array([error.value / width for error in errors]) + UNIT * (3 * np.abs(places) + REACH)
        self.rounding[0] += float(np.dot(np.abs(first), moved))
        for key in range(layout.count):
            slopes = (location.first.get(key, 0.0) - places * scale.first.get(key, 0.0)) / width
            turned = np.array([error.first.get(key, 0.0) / width for error in errors]) + 3 * UNIT * np.abs(slopes)
            self.rounding[1 + key] += float(np.dot(np.abs(first), turned) + np.dot(np.abs(np.dot(second, slopes * np.ones_like(places))), moved))
        for number in range(1 + layout.count, len(self.rounding)):
            self.rounding[number] += 4 * float(moved.max()) * self.sizes[number]

    def _spread(self, layout: Layout) -> None:
        """Add the shares of the noise's own width, from the row behind all others."""
        for column, sign in (
            (self.values, 1.0),
            (self.by_primitive, 0.0),
            (self.by_output, 0.0),
            (self.by_tails, 0.0),
            (self.rounding, 0.0),
            (self.sizes, 0.0),
        ):
            last = column.pop()
            for key, spread in layout.spreads.items():
                column[1 + key] += (spread if sign else abs(spread)) * last

    @staticmethod
    def _tails(layout: Layout, outermost: list[float]) -> list[float]:
        """What the source's tails leave: E[u f_a/s] - E[u] E[f_a/s]/q by a distance of places, all others by its square."""
        left = [SPAN**2 * TAILS] + [0.0] * (layout.count + len(layout.pairs)) + [SPAN**2 * TAILS] * bool(layout.spreads)
        for key, row in layout.places.items():
            left[1 + key] += SPAN * outermost[row - 1]
        for key, row in layout.shares.items():
            left[1 + key] += SPAN**2 * outermost[row - 1]
        for number, pair in enumerate(layout.pairs):
            left[1 + layout.count + number] += SPAN**2 * sum(outermost[row - 1] for _, row in layout.turned.get(pair, ()))
        return left

    @staticmethod
    def _rounding(layout: Layout, sizes: list[float], magnitudes: list[float], given: Source, reach: float) -> list[float]:
        carried, root = reach + REACH + given.carried, math.sqrt(given.weights.size)
        walk = max(1.0, root / 48) + (carried / root if given.coarse < given.weights.size else 0.0)
        sums = [4.0, *([0.0] * (len(sizes) - 1))]
        for key, row in (*layout.places.items(), *layout.shares.items()):
            sums[1 + key] += (walk + given.carried) * magnitudes[row - 1]
        for number, pair in enumerate(layout.pairs):
            sums[1 + layout.count + number] += sum(magnitudes[row - 1] for _, row in layout.turned.get(pair, ())) * (walk + given.carried)
        if layout.spreads:
            sums[-1] += 2 * walk
        return [EPS * (total + (4 + carried) * size) for total, size in zip(sums, sizes, strict=True)]


def _finer(left: list[float], allowed: list[float], sizes: list[float]) -> float:
    """By what to multiply a step so that errors which fall like exp(-c/step) come to a share of what is allowed; 1 where they are small enough."""
    found = 1.0
    for error, most, size in zip(left, allowed, sizes, strict=True):
        if error > SHARE * most:
            whole = max(1.0, size)
            found = min(found, min(MOST_FINER, max(LEAST_FINER, math.log(whole / error) / math.log(whole / (AIM * most)))) if error < whole else LEAST_FINER)
    return found


def information(plan: Plan, question: Question, error: float) -> Found | None:
    """I(A;B) in nats with its derivatives, or None where a few attempts on small grids do not meet `error`."""
    evaluation = Evaluation(plan, question)
    width = float(evaluation.fixed[plan.parts[0].scale].value)
    nats = max(LEAST_NATS, -math.log(error)) + MARGIN
    finer, cells = 1.0, 0
    output_step = OUTPUT_STEP if plan.branches[0].kind else BETWEEN_POINTS
    for _ in range(ATTEMPTS):
        given = source(evaluation, width, nats, finer)
        attempt = None if given is None else _Attempt(evaluation, given, output_step)
        if attempt is None or not attempt.fits:
            return None
        cells += attempt.cells
        doubts = [LEAST + sum(parts) for parts in zip(attempt.by_primitive, attempt.by_output, attempt.by_tails, attempt.rounding, strict=True)]
        allowed = [error * max(1.0, abs(value)) for value in attempt.values]
        if all(doubt <= most for doubt, most in zip(doubts, allowed, strict=True)):
            return Found(np.array(attempt.values), np.array(doubts), cells)
        inner, outer = _finer(attempt.by_primitive, allowed, attempt.sizes), _finer(attempt.by_output, allowed, attempt.sizes)
        if inner == outer == 1:
            return None
        finer, output_step = finer * inner, output_step * outer
    return None
