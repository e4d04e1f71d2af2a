"""What the information of tanh(theta X) + Z does as the gain grows: it rises to the information of two levels, or peaks and falls back to it.

Curves, peaks and limits are proven enclosures; beside each number of the table stands what a method that shares nothing with them finds.
The noise variance from which two levels are the best input (Smith) divides the two cases of the ledger's claim `saturation`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from infograd.answer import Answer
from infograd.catalogue import CATALOGUE
from infograd.error import SpecificationError
from infograd.quantity import Doubt, Quantity
from infograd.question import Question
from infograd.record import Curve, Figure, Panel, Record
from infograd.verdict import Comparison, Side
from infograd.verify.claims.experiments.saturation import ROOMY, TIGHT
from infograd.verify.comparing import compare
from infograd.verify.experiments.proven import adaptive, certified, exact, tanh, two_levels, value
from infograd.verify.experiments.smith import least_noise
from infograd.verify.experiments.sweep import verdict_of
from infograd.verify.experiments.work import Task
from infograd.verify.policy import STANDARD

NAME = "saturation"
NOISES: tuple[Fraction, ...] = (*ROOMY, *TIGHT, Fraction(1, 100))
LARGEST, PIECES = 24, 40
GAINS = tuple(Fraction(LARGEST * k**2, PIECES**2) for k in range(1, PIECES + 1))
DRAWN, TABLED, WIDTH = Fraction(1, 10**12), Fraction(1, 10**18), Fraction(1, 10**9)


@dataclass(frozen=True, slots=True)
class Course:
    """I over the gains at one noise variance, its limit, the bracket of its peak (none where it rises throughout), and the comparisons made."""

    noise: Fraction
    values: tuple[float, ...]
    limit: float
    peak: tuple[float, float] | None
    comparisons: tuple[Comparison, ...]


def _less(left: Quantity, right: Quantity) -> Quantity:
    proved = exact(left.doubt.proved) + exact(right.doubt.proved)
    estimated = exact(left.doubt.estimated) + exact(right.doubt.estimated)
    return Quantity(exact(left.value) - exact(right.value), Doubt(proved, estimated))


def _held(what: str, proven: Quantity, other: Quantity, room: str, method: str) -> Comparison:
    sides = (Side("numeric", "certified", proven.value, proven.doubt), Side(room, method, other.value, other.doubt))
    return compare(what, (), *sides, floor=0.0, alpha=STANDARD.alpha, policy=STANDARD)


def adaptive_root(noise: Fraction, low: Fraction, high: Fraction) -> Quantity:
    """The gain between two others where dI/dtheta by adaptive panels is 0; its error is the gradient's over the curvature, and what the search leaves."""
    from scipy import optimize

    left = 4 * math.ulp(float(high))

    def slope(theta: float) -> float:
        return float(exact(adaptive(tanh(noise, Fraction(theta))).gradient["theta"].value))

    root = float(optimize.brentq(slope, float(low), float(high), xtol=left))
    step = (float(high) - float(low)) / 64
    curvature = abs(slope(root + step) - slope(root - step)) / (2 * step)
    error = float(exact(adaptive(tanh(noise, Fraction(root))).gradient["theta"].doubt.estimated))
    return Quantity(root, Doubt(estimated=error / curvature + left))


def course(noise: Fraction) -> Course:
    """I over the gains at that noise variance, with its limit and its peak."""
    from infograd.numeric.certified import sign_change
    from infograd.verify.references import series

    at = f"at s2 = {noise}"
    answers = [certified(tanh(noise, theta), DRAWN) for theta in GAINS]
    signs = [_sign(each.gradient["theta"]) for each in answers]
    limit = certified(two_levels(noise), TABLED)
    other = adaptive(two_levels(noise))
    found = [_held(f"limit of I for large θ {at}", value(limit), value(series.answer(two_levels(noise))), "verify", series.METHOD)]
    falls = next(((low, high) for (low, rising), (high, after) in pairwise(zip(GAINS, signs, strict=True)) if rising > 0 > after), None)
    peak = None
    if falls is not None:
        change = sign_change(tanh(noise, GAINS[0]), "theta", *falls, width=WIDTH)
        if not change.is_strict_local_maximum():
            raise SpecificationError(f"the sign change of dI/dtheta {at} is not proven to be a maximum; take a narrower bracket.")
        middle, half = (change.low + change.high) / 2, (change.high - change.low) / 2
        peak = (float(middle), float(exact(value(certified(tanh(noise, middle), TABLED)).value)))
        found.append(_held(f"θ of the peak of I {at}", Quantity(middle, Doubt(proved=half)), adaptive_root(noise, *falls), "numeric", "adaptive panels"))
        found.append(_excess(f"I at its peak less its limit {at}", tanh(noise, middle), limit, other))
    elif min(signs) <= 0:
        raise SpecificationError(f"dI/dtheta {at} has no certain sign at some gain; take a smaller radius.")
    else:
        last = tanh(noise, GAINS[-1])
        slopes = (certified(last, TABLED).gradient["theta"], adaptive(last).gradient["theta"])
        found.append(_held(f"dI/dθ at θ = {LARGEST} {at}", *slopes, "numeric", "adaptive panels"))
    found.append(_excess(f"I at θ = {LARGEST} less its limit {at}", tanh(noise, GAINS[-1]), limit, other))
    values = tuple(float(exact(value(each).value)) for each in answers)
    return Course(noise, values, float(exact(value(limit).value)), peak, tuple(found))


def _sign(slope: Quantity) -> int:
    middle, radius = exact(slope.value), exact(slope.doubt.proved)
    return (middle > radius) - (middle < -radius)


def _excess(what: str, question: Question, limit: Answer, other: Answer) -> Comparison:
    proven = _less(value(certified(question, TABLED)), value(limit))
    return _held(what, proven, _less(value(adaptive(question)), value(other)), "numeric", "adaptive panels")


def tasks(full: bool) -> list[Task]:
    """One piece of work for each noise variance, whatever the profile."""
    return [Task((NAME, f"s2 = {noise}"), course, (noise,), cost=3.0) for noise in NOISES]


def findings(results: Sequence[Course], tasks: Sequence[Task]) -> tuple[list[Record], list[Figure]]:
    """One record with all comparisons, and one figure with a panel for each noise variance."""
    threshold = least_noise()
    found = [threshold, *(each for course in results for each in course.comparisons)]
    record = Record(NAME, CATALOGUE["tanh"].question, (), verdict_of(found), (), "infograd verify")
    return [record], [_figure(results, float(exact(threshold.left.value)))]


def _panel(course: Course) -> Panel:
    """The curve from where it first has nine tenths of its limit, so that what it does near the limit is seen."""
    first = next(position for position, value in enumerate(course.values) if value >= 0.9 * course.limit)
    gains = tuple(map(float, GAINS[first:]))
    curves = [
        Curve("I(θ), proven at every gain drawn", gains, course.values[first:]),
        Curve("its limit, the information of the levels ±1", (gains[0], gains[-1]), (course.limit, course.limit)),
    ]
    if course.peak is not None:
        curves.append(Curve("its peak, a proven local maximum", (course.peak[0],), (course.peak[1],), (), True))
    return Panel(f"s2 = {course.noise}", "θ", "I (nats)", tuple(curves))


def _figure(courses: Sequence[Course], threshold: float) -> Figure:
    said = []
    for each in courses:
        if each.peak is None:
            said.append(f"s2 = {each.noise}: I rises at every gain drawn, up to {each.values[-1]:.4f}, below its limit {each.limit:.4f}")
        else:
            said.append(f"s2 = {each.noise}: I peaks at θ = {each.peak[0]:.4f} with {each.peak[1]:.4f}, and falls towards its limit {each.limit:.4f}")
    caption = f"I(X;Y) of Y = tanh(θX) + Z in nats. From s2 = {threshold:.6f} upwards ±1 are the best input of amplitude at most 1. {'. '.join(said)}."
    return Figure(NAME, "Large gains: saturation, or a peak", caption, tuple(map(_panel, courses)))
