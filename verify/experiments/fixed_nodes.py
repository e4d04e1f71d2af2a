"""Gauss-Hermite quadrature with a fixed number of nodes, which the text takes for the truth, against proven values as the gain grows.

Beside it stands the adaptive method of the numeric room with its true and its stated error. The rule, the cases and the condition on the nodes
are those of the ledger's claim `gauss-hermite`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from infograd.catalogue import CATALOGUE
from infograd.quantity import Doubt, Quantity
from infograd.record import Curve, Figure, Panel, Record
from infograd.verdict import Comparison, Expectation, Side, Status
from infograd.verify.claims.experiments.reference import FIGURE_ACCURACY, RESOLVED, UNRESOLVED, Rule, resolves
from infograd.verify.comparing import compare
from infograd.verify.experiments.proven import adaptive, certified, exact, tanh, value
from infograd.verify.experiments.sweep import verdict_of
from infograd.verify.experiments.work import Task
from infograd.verify.policy import STANDARD

NAME = "gauss-hermite"
RADIUS = Fraction(1, 10**18)
NODES = (16, 32, 64, 128)
NOISES = (Fraction(1, 4), Fraction(1, 100))
GAINS = tuple(map(Fraction, range(1, 21)))
BLIND: tuple[Rule, ...] = tuple((GAINS[-1], NOISES[-1], nodes) for nodes in NODES)
CLAIM = "the nodes do not resolve the map, and the rule does not say so"


@dataclass(frozen=True, slots=True)
class Point:
    """I at one gain: proven, by the adaptive method with its doubt, and by the fixed rule at every number of nodes asked."""

    theta: Fraction
    truth: Quantity
    adaptive: Quantity
    fixed: tuple[tuple[int, float], ...]


def points(noise: Fraction, gains: tuple[Fraction, ...], nodes: tuple[int, ...]) -> list[Point]:
    """The points at those gains and that noise variance."""
    from infograd.numeric.theory.fixed_rule import by_gauss_hermite

    found = []
    for theta in gains:
        question = tanh(noise, theta)
        fixed = tuple((count, by_gauss_hermite(float(theta), float(noise), count)) for count in nodes)
        found.append(Point(theta, value(certified(question, RADIUS)), value(adaptive(question)), fixed))
    return found


def rows() -> list[Comparison]:
    """The ledger's cases, and the steepest map with 16 to 128 nodes, each against the proven value; then the adaptive method at the same points."""
    cases = (*RESOLVED, *UNRESOLVED, *BLIND)
    places = list(dict.fromkeys((theta, noise) for theta, noise, _ in cases))
    found, beside = [], []
    for theta, noise in places:
        counts = tuple(nodes for gain, variance, nodes in cases if (gain, variance) == (theta, noise))
        (point,) = points(noise, (theta,), counts)
        proven = Side("numeric", "certified", point.truth.value, point.truth.doubt)
        found += [_by_fixed_rule((theta, noise, nodes), stated, proven) for nodes, stated in point.fixed]
        other = Side("numeric", "adaptive panels", point.adaptive.value, point.adaptive.doubt)
        what = f"I at θ = {theta}, s2 = {noise}, adaptive"
        beside.append(compare(what, (), other, proven, floor=0.0, alpha=STANDARD.alpha, policy=STANDARD))
    return [*found, *beside]


def _by_fixed_rule(case: Rule, stated: float, proven: Side) -> Comparison:
    """The fixed rule at the accuracy that a figure shows; it is expected to miss it where its nodes do not resolve the map."""
    theta, noise, nodes = case
    gap = float(abs(Fraction(stated) - exact(proven.value)))
    status = Status.AGREE if gap <= FIGURE_ACCURACY else Status.DISAGREE
    expected = Expectation(Status.AGREE, "") if resolves(case) else Expectation(Status.DISAGREE, CLAIM)
    left = Side("numeric", f"Gauss-Hermite, {nodes} fixed nodes", stated, Doubt())
    what = f"I at θ = {theta}, s2 = {noise}, {nodes} nodes"
    return Comparison(what, (), left, proven, gap, FIGURE_ACCURACY, abs(float(exact(proven.value))), status, expected)


def tasks(full: bool) -> list[Task]:
    """The table, and one piece of work for each noise variance drawn, whatever the profile."""
    drawn = [Task((NAME, f"s2 = {noise}"), points, (noise, GAINS, NODES), cost=3.0) for noise in NOISES]
    return [Task((NAME, "table"), rows, (), cost=2.0), *drawn]


def findings(results: Sequence[list[Comparison] | list[Point]], tasks: Sequence[Task]) -> tuple[list[Record], list[Figure]]:
    """One record with all comparisons, and one figure with the values and the errors at each noise variance."""
    compared = [each for result in results for each in result if isinstance(each, Comparison)]
    courses = [[each for each in result if isinstance(each, Point)] for result in results[1:]]
    record = Record(NAME, CATALOGUE["tanh"].question, (), verdict_of(compared), (), "infograd verify")
    return [record], [_figure(courses)]


def _error(stated: Fraction | float, point: Point) -> float:
    return float(abs(Fraction(stated) - exact(point.truth.value)))


def _values(noise: Fraction, course: list[Point]) -> Panel:
    gains = tuple(float(point.theta) for point in course)
    proven = Curve("proven", gains, tuple(float(exact(point.truth.value)) for point in course))
    rules = [Curve(f"Gauss-Hermite, {count} nodes", gains, tuple(dict(point.fixed)[count] for point in course), (), True) for count in (NODES[0], NODES[-1])]
    return Panel(f"I(X;Y) at s2 = {noise}", "θ", "I (nats)", (proven, *rules))


def _errors(noise: Fraction, course: list[Point]) -> Panel:
    gains = tuple(float(point.theta) for point in course)
    rules = [Curve(f"Gauss-Hermite, {count} nodes", gains, tuple(_error(dict(point.fixed)[count], point) for point in course), (), True) for count in NODES]
    true = Curve("adaptive panels, true error", gains, tuple(_error(exact(point.adaptive.value), point) for point in course))
    stated = Curve("adaptive panels, stated error", gains, tuple(float(exact(point.adaptive.doubt.estimated)) for point in course))
    return Panel(f"Error at s2 = {noise}", "θ", "absolute error (nats)", (*rules, true, stated), log_y=True)


def _figure(courses: Sequence[list[Point]]) -> Figure:
    panels = [panel(noise, course) for panel in (_values, _errors) for noise, course in zip(NOISES, courses, strict=True)]
    said = []
    for noise, course in zip(NOISES, courses, strict=True):
        last = course[-1]
        errors = ", ".join(f"{float(Fraction(stated) - exact(last.truth.value)):+.4f} with {count} nodes" for count, stated in last.fixed)
        true, stated = max(_error(exact(point.adaptive.value), point) for point in course), max(exact(point.adaptive.doubt.estimated) for point in course)
        said.append(f"s2 = {noise}, θ = {last.theta}: off by {errors}; the adaptive method is off by at most {true:.1e} and states at most {float(stated):.1e}")
    caption = f"Gauss-Hermite with a fixed number of nodes against proven values of I(X;Y), Y = tanh(θX) + Z, in nats. {'. '.join(said)}."
    return Figure(NAME, "Fixed nodes as the gain grows", caption, tuple(panels))
