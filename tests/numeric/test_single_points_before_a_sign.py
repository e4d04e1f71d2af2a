"""Receivers of one bit behind a noise of points, against sums over all roots at high precision that share nothing with the method."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

import mpmath  # type: ignore[import-untyped]  # it has no stubs
import numpy as np
import pytest
from scipy import special

import infograd as ig
from infograd.numeric.single import decision, thresholds
from infograd.numeric.single.shares import Shares
from tests.numeric.single_stage import EPS, Map, answered, decided, doubted, m, refused, s, theta

DIGITS = 40


def gap(quantity: ig.Quantity | None, truth: Any) -> tuple[float, float]:
    """The distance to the truth with one rounding of the value allowed for, and the error stated."""
    value, stated = doubted(quantity)
    return float(abs(mpmath.mpf(value) - truth)) - EPS / 2 * abs(value), stated


def half(share: Any) -> Any:
    return -share * mpmath.log(share) if share > 0 else mpmath.mpf(0)


def twin(distribution: Callable[[Any], Any], coefficients: Sequence[Any], places: Sequence[Any], weights: Sequence[Any]) -> Any:
    """I = H(Q) - sum over intervals between all roots of f + n_j of P(interval) H(q), for a polynomial f."""
    roots: list[Any] = []
    for place in places:
        found = mpmath.polyroots([*coefficients[:-1], coefficients[-1] + place], maxsteps=500, extraprec=200)
        roots += [mpmath.re(root) for root in found if abs(mpmath.im(root)) < mpmath.mpf(10) ** -25]
    roots.sort()
    inner = [(one + other) / 2 for one, other in pairwise(roots)]
    samples = [roots[0] - 1, *inner, roots[-1] + 1] if roots else [mpmath.mpf(0)]
    edges = [mpmath.mpf(0), *map(distribution, roots), mpmath.mpf(1)]
    whole, parts = mpmath.mpf(0), mpmath.mpf(0)
    for sample, (low, high) in zip(samples, pairwise(edges), strict=True):
        height = mpmath.polyval(list(coefficients), sample)
        share = sum((weight for place, weight in zip(places, weights, strict=True) if height + place > 0), mpmath.mpf(0))
        whole += (high - low) * share
        parts += (high - low) * (half(share) + half(1 - share))
    return half(whole) + half(1 - whole) - parts


def exact(value: Fraction) -> Any:
    return mpmath.mpf(value.numerator) / value.denominator


LAWS: dict[str, tuple[ig.Law, Callable[[Any], Any]]] = {
    "normal": (ig.Normal(0, 1), mpmath.ncdf),
    "laplace": (ig.Laplace(0, 1), lambda x: mpmath.exp(x) / 2 if x < 0 else 1 - mpmath.exp(-x) / 2),
    "logistic": (ig.Logistic(0, 1), lambda x: 1 / (1 + mpmath.exp(-x))),
    "exponential": (ig.Exponential(0, 1), lambda x: 1 - mpmath.exp(-x) if x > 0 else mpmath.mpf(0)),
    "uniform": (ig.Uniform(-2, 2), lambda x: min(max((x + 2) / 4, mpmath.mpf(0)), mpmath.mpf(1))),
}
SHAPES: dict[str, tuple[Map, Callable[[Any], list[Any]]]] = {
    "line": (lambda x: theta * x, lambda t: [t, 0]),
    "parabola": (lambda x: theta * x**2 - x, lambda t: [t, -1, 0]),
    "cubic": (lambda x: x**3 - theta * x, lambda t: [1, 0, -t, 0]),
}


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("shape", SHAPES)
def test_points_before_a_sign_agree_with_sums_over_all_roots(law: str, shape: str) -> None:
    """Value and gradient in the gain, in the place of a point and in the weights; the twin finds its roots as those of a polynomial and takes differences."""
    (source, distribution), (map, coefficients) = LAWS[law], SHAPES[shape]
    point: dict[str, Any] = {"theta": Fraction(7, 4), "m": Fraction(-31, 64), "s": Fraction(3, 16)}
    noise = ig.Points(ig.stack(m, Fraction(1, 3), -2), ig.stack(s, "1/2", "1/2" - s))
    reply = answered(decided(source, map, noise, **point))

    def information(t: Any, place: Any, weight: Any) -> Any:
        return twin(distribution, coefficients(t), (place, mpmath.mpf(1) / 3, mpmath.mpf(-2)), (weight, mpmath.mpf(1) / 2, mpmath.mpf(1) / 2 - weight))

    with mpmath.workdps(DIGITS):
        at = [exact(value) for value in point.values()]
        truth = {"value": information(*at)}
        step = mpmath.mpf(10) ** -12
        for number, name in enumerate(point):
            moved = [[value + sign * step * (position == number) for position, value in enumerate(at)] for sign in (1, -1)]
            truth[name] = (information(*moved[0]) - information(*moved[1])) / (2 * step)
        for name, reference in truth.items():
            distance, stated = gap(reply.value if name == "value" else reply.gradient[name], reference)
            assert distance <= stated + 1e-20, name
            assert stated <= 1e-12


def closing(height: Fraction) -> ig.Question:
    """A parabola of that depth below minus a point of the noise: its two roots close as the square root of the height."""
    return decided(ig.Normal(0, 1), lambda x: (x - theta) ** 2 + "1/3", ig.Points(ig.stack(m, -1)), theta="7/10", m=-Fraction(1, 3) - height)


def test_the_stated_error_grows_with_the_condition_of_a_root() -> None:
    """Two roots 2e-4 and 2e-6 apart: they move as the reciprocal of that, and the rounding of f moves them as fast."""
    errors = []
    for height in (Fraction(1, 10**8), Fraction(1, 10**12)):
        reply = answered(closing(height), 1.0)
        with mpmath.workdps(DIGITS):
            middle, place, step = exact(Fraction(7, 10)), -exact(Fraction(1, 3) + height), mpmath.mpf(10) ** -24
            low, at, high = (
                twin(mpmath.ncdf, [1, -2 * middle, middle**2 + mpmath.mpf(1) / 3], (place + moved, mpmath.mpf(-1)), (mpmath.mpf(1) / 2,) * 2)
                for moved in (-step, mpmath.mpf(0), step)
            )
            for quantity, truth in ((reply.value, at), (reply.gradient["m"], (high - low) / (2 * step))):
                distance, stated = gap(quantity, truth)
                assert distance <= stated
        errors.append(stated)
    assert errors[1] > 100 * errors[0]


def test_roots_that_rounding_cannot_part_have_no_derivative() -> None:
    assert "ask for order 0" in refused(closing(Fraction(1, 10**17)), 1.0)


def test_a_noise_of_points_with_points_of_the_source_is_a_sum() -> None:
    """X in {-1, 0, 2}, N = m or -m alike, m between 0 and 1: only X = 0 leaves the sign open, I = log 2 - (1/3) log 2."""
    reply = answered(decided(ig.Points((-1, 0, 2)), lambda x: theta * x, ig.Points(ig.stack(m, -m)), theta=1, m="1/2"))
    distance, stated = gap(reply.value, 2 * mpmath.log(2) / 3)
    assert distance <= stated
    assert [quantity.value for quantity in reply.gradient.values()] == [0.0, 0.0]


def test_one_point_moves_the_threshold_and_nothing_else() -> None:
    """sign(X + m): I = H(Phi(m)), dI/dm = log((1 - Phi)/Phi) phi(m)."""
    reply = answered(decided(ig.Normal(0, 1), lambda x: 1 * x, ig.Points(ig.stack(m)), m="1/3"))
    with mpmath.workdps(DIGITS):
        share = mpmath.ncdf(mpmath.mpf(1) / 3)
        truth = half(share) + half(1 - share), mpmath.log((1 - share) / share) * mpmath.npdf(mpmath.mpf(1) / 3)
        for quantity, reference in zip((reply.value, reply.gradient["m"]), truth, strict=True):
            distance, stated = gap(quantity, reference)
            assert distance <= stated


CORNERS: dict[str, tuple[ig.Question, str]] = {
    "a double root that moves": (decided(ig.Normal(0, 1), lambda x: theta * x**2, ig.Points(ig.stack(m, -1)), theta=1, m=0), "only touches"),
    "a triple root": (decided(ig.Normal(0, 1), lambda x: theta * x**3, ig.Points(ig.stack(m, -1)), theta=1, m=0), "flat where it passes"),
    "a double root that rounding hides": (
        decided(ig.Normal(0, 1), lambda x: (x - theta) ** 2 + "1/3", ig.Points(("-1/3", -1)), 0, theta="7/10"),
        "larger error",
    ),
    "a root at the end of the support": (decided(ig.Uniform(0, 1), lambda x: theta * x, ig.Points(ig.stack(m, "-1/2")), theta=1, m=-1), "support ends"),
    "a root at a start of 0": (decided(ig.Exponential(0, 1), lambda x: theta * x, ig.Points(ig.stack(m, -1)), theta=1, m=0), "support ends"),
    "a root at a kink": (decided(ig.Normal(0, 1), lambda x: theta * x + ig.abs(x) / 2, ig.Points(ig.stack(m, -1)), theta=1, m=0), "kink"),
    "a root at a jump": (decided(ig.Normal(0, 1), lambda x: x + ig.relu(ig.sign(x)), ig.Points(ig.stack(m, -1)), m=0), "map jumps"),
    "a map that stays at a point": (decided(ig.Normal(0, 1), lambda x: ig.relu(theta * x), ig.Points((0, -1)), theta=1), "the sign is 0"),
    "a point of the source on a point": (decided(ig.Points((-1, 2)), lambda x: theta * x, ig.Points((1, 0)), theta=1), "the sign is 0"),
    "a second derivative": (decided(ig.Normal(0, 1), lambda x: theta * x, ig.Points((1, -1)), 2, theta=1), "second derivatives are not taken"),
    "two points that meet": (
        decided(ig.Normal(0, 1), lambda x: theta * x, ig.Points(ig.stack(m, s)), theta=1, s=2, m="2.0000000000000000001"),
        "meet and move apart",
    ),
}


@pytest.mark.parametrize("corner", CORNERS)
def test_a_corner_of_the_decision_is_refused_with_its_reason(corner: str) -> None:
    question, reason = CORNERS[corner]
    assert reason in refused(question)


@pytest.mark.parametrize(
    "question",
    [
        decided(ig.Normal(0, 1), lambda x: theta * x**2, ig.Points((0, -1)), theta=1),
        decided(ig.Normal(0, 1), lambda x: theta * x + ig.abs(x) / 2, ig.Points((0, -1)), theta=1),
        decided(ig.Uniform(0, 1), lambda x: theta * x, ig.Points((0, "-1/2")), theta=1),
    ],
    ids=["touching", "kink", "end"],
)
def test_a_place_that_does_not_move_is_no_corner(question: ig.Question) -> None:
    """At x = 0 the map does not depend on theta, whatever it does there otherwise: the gradient is the slope of values a step apart."""
    (key,) = question.wrt
    moved = [ig.Question(question.channel, question.between, wrt=(), at={key: 1 + sign * 1e-4}, order=0) for sign in (1, -1)]
    values = [doubted(answered(each).value)[0] for each in moved]
    distance, _ = gap(answered(question).gradient[key], (values[0] - values[1]) / 2e-4)
    assert distance <= 1e-7  # h^2/6 of the third derivative, which stays below 60


def test_points_as_noise_without_a_sign_are_refused() -> None:
    """Points as noise without a sign carry infinitely much."""
    x = ig.Source("X", ig.Normal(0, 1))
    question = ig.Question(ig.Channel(x, ig.Gate("Y", theta * x, noise=ig.Points((-1, 1)))), ("X", "Y"), at={"theta": 1})
    assert "noise before a sign" in refused(question)


def still(shares: Shares, given: Any, error: float) -> Any:
    """Thresholds whose crossings do not move."""
    found = thresholds.Thresholds(shares, given, error)
    found.thrown = lambda: (np.zeros(shares.size),) * 2  # type: ignore[method-assign]  # the fault
    return found


def turned(shares: Shares, given: Any, error: float) -> Any:
    """Thresholds whose crossings move the other way."""
    found = thresholds.Thresholds(shares, given, error)
    whole = found.thrown
    found.thrown = lambda: (-whole()[0], whole()[1])  # type: ignore[method-assign]  # the fault
    return found


@pytest.mark.parametrize("fault", [still, turned])
def test_a_planted_fault_in_the_motion_of_roots_leaves_the_stated_error(fault: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    question = decided(ig.Normal(0, 1), lambda x: 1 * x, ig.Points(ig.stack(m)), m="1/3")
    monkeypatch.setattr(decision, "Thresholds", fault)
    share = float(special.ndtr(1 / 3))
    distance, stated = gap(answered(question).gradient["m"], math.log((1 - share) / share) * math.exp(-1 / 18) / math.sqrt(2 * math.pi))
    assert distance > 1e6 * stated
