"""The multipath channel: its gradient in both readings, the optimum of form A and every stationary point of form B on the circle."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
import sympy  # type: ignore[import-untyped]  # sympy ships no type information

import infograd as ig
from infograd.analytic import ClosedForm, closed_form
from infograd.analytic.theory.multipath import (
    FORM_A,
    FORM_B,
    Multipath,
    alpha,
    beta,
    budget,
    optimum_a,
    power,
    ratio,
    s1,
    s2,
    s3,
    spurious_threshold,
    stationary_points_b,
)

FORMS = {"multipath-a": FORM_A, "multipath-b": FORM_B}
UNIT = {power: sympy.S.One, s1: sympy.S.One, s2: sympy.S.One, s3: sympy.S.One}
UNEQUAL = {power: sympy.Rational(3, 2), s1: sympy.Rational(1, 3), s2: sympy.Integer(2), s3: sympy.Rational(1, 5)}


def on_the_circle(form: Multipath, values: dict[Any, Any], size: float) -> Callable[[float], float]:
    information = sympy.lambdify((alpha, beta), form.information.subs(values), "math")
    return lambda angle: float(information(math.sqrt(size) * math.cos(angle), math.sqrt(size) * math.sin(angle)))


@pytest.mark.parametrize("name", FORMS)
def test_gain_and_noise_are_those_of_the_channel(name: str) -> None:
    found = closed_form(ig.CATALOGUE[name].question)
    assert isinstance(found, ClosedForm)
    same = {found.symbols[each]: symbol for each, symbol in (("alpha", alpha), ("beta", beta), ("P", power), ("s1", s1), ("s2", s2), ("s3", s3))}
    form = FORMS[name]
    assert sympy.cancel(found.signal.subs(same) - form.signal_to_noise) == 0
    for parameter in (alpha, beta):
        assert sympy.cancel(found.gradient[parameter.name].subs(same) - form.slope(parameter)) == 0


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.name)
def test_slopes_are_derivatives_and_vanish_at_the_origin(form: Multipath) -> None:
    for parameter in (alpha, beta):
        assert sympy.cancel(sympy.diff(form.signal_to_noise, parameter) / (1 + form.signal_to_noise) / 2 - form.slope(parameter)) == 0
        assert form.slope(parameter).subs({alpha: 0, beta: 0}) == 0


def test_only_form_a_is_blocked_at_the_origin() -> None:
    origin = {alpha: 0, beta: 0}
    assert FORM_A.information.subs(origin) == 0
    assert FORM_B.information.subs(origin) == sympy.log(1 + power / (s2 + s3)) / 2


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.name)
def test_the_stationary_polynomial_is_the_derivative_along_the_circle(form: Multipath) -> None:
    along = alpha * sympy.diff(form.signal_to_noise, beta) - beta * sympy.diff(form.signal_to_noise, alpha)
    degree = sympy.degree(form.stationary_polynomial, ratio)
    stated = 2 * power * form.gain * sympy.expand(beta**degree * form.stationary_polynomial.subs(ratio, alpha / beta)) / (budget * form.noise**2)
    difference = sympy.fraction(sympy.cancel((along - stated).subs(budget, alpha**2 + beta**2)))[0]
    assert difference == 0


def test_form_a_has_one_optimum_up_to_sign() -> None:
    s = s1 + s3
    polynomial = FORM_A.stationary_polynomial
    assert sympy.expand(polynomial - (ratio**2 + 1) * (s * ratio - s - s2 * budget)) == 0
    found = optimum_a()
    assert sympy.simplify(found.alpha / found.beta - sympy.solve(s * ratio - s - s2 * budget, ratio)[0]) == 0
    assert sympy.cancel(sympy.expand(found.alpha**2 + found.beta**2) - budget) == 0
    reached = FORM_A.signal_to_noise.subs({alpha: found.alpha, beta: found.beta})
    assert sympy.cancel(sympy.expand(reached) - (sympy.exp(2 * found.information) - 1)) == 0


@pytest.mark.parametrize("values", [UNIT, UNEQUAL])
@pytest.mark.parametrize("size", [1, 5])
def test_no_point_of_the_circle_or_inside_it_exceeds_the_optimum_of_form_a(values: dict[Any, Any], size: int) -> None:
    best = float(optimum_a().information.subs(values).subs(budget, size))
    for inside in (size, size / 2):
        height = on_the_circle(FORM_A, values, inside)
        assert all(height(step * math.pi / 180) <= best * (1 + 1e-12) for step in range(360))


def test_the_optimum_of_form_a_at_unit_variances() -> None:
    found = optimum_a()
    unit = {**UNIT, budget: sympy.S.One}
    assert found.information.subs(unit) == sympy.log(sympy.Rational(11, 6)) / 2
    assert (found.alpha.subs(unit), found.beta.subs(unit)) == (3 / sympy.sqrt(13), 2 / sympy.sqrt(13))


@pytest.mark.parametrize("values", [UNIT, UNEQUAL])
@pytest.mark.parametrize("size", [sympy.Rational(1, 2), sympy.Integer(1), sympy.Rational(201, 100), sympy.Integer(4), sympy.Integer(30)])
def test_stationary_points_of_form_b_are_all_and_of_the_stated_kind(values: dict[Any, Any], size: Any) -> None:
    found = stationary_points_b({**values, budget: size})
    assert [point.kind for point in found] == (["minimum", "maximum"] if size < 2 else ["minimum", "maximum", "minimum", "maximum"])
    angles = [math.atan2(float(point.beta), float(point.alpha)) for point in found]
    assert angles == sorted(angles, reverse=True)
    middles = [*((first + second) / 2 for first, second in pairwise(angles)), (angles[-1] + angles[0] - math.pi) / 2]
    heights = [float(point.information) for point in found]
    at = on_the_circle(FORM_B, values, float(size))
    for point, height, angle in zip(found, heights, angles, strict=True):
        assert abs(at(angle) - height) <= 1e-12
        beside = [at(angle + step) for step in (-1e-3, 1e-3)]
        assert all(other < height if point.kind == "maximum" else other > height for other in beside)
    for place, middle in enumerate(middles):
        low, high = sorted((heights[place], heights[(place + 1) % len(heights)]))
        assert low < at(middle) < high


def test_the_spurious_maximum_at_budget_four() -> None:
    spurious, best = (point for point in stationary_points_b({**UNIT, budget: sympy.Integer(4)}) if point.kind == "maximum")
    assert (round(float(spurious.information), 6), round(float(best.information), 6)) == (0.114913, 0.627552)
    assert sympy.N(spurious.gain) < 0 < sympy.N(best.gain)


def test_both_maxima_of_form_b_push_outward() -> None:
    for point in stationary_points_b({**UNEQUAL, budget: sympy.Integer(4)}):
        if point.kind == "maximum":
            place = {alpha: sympy.N(point.alpha), beta: sympy.N(point.beta)}
            outward = alpha * FORM_B.slope(alpha) + beta * FORM_B.slope(beta)
            assert outward.subs(UNEQUAL).subs(place) > 0


def test_a_spurious_maximum_appears_at_budget_two_for_all_variances() -> None:
    assert spurious_threshold() == 2
    w = s2 + s3
    assert sympy.expand(FORM_B.stationary_polynomial - (w * ratio**4 - s1 * ratio**3 - s1 * ratio - s1 * budget - w)) == 0


def test_a_stationary_polynomial_that_forgets_the_noise_is_caught() -> None:
    planted = sympy.expand((FORM_B.stationary_polynomial + s1 * ratio**3).subs(ratio, alpha / beta) * beta**4)
    along = alpha * sympy.diff(FORM_B.signal_to_noise, beta) - beta * sympy.diff(FORM_B.signal_to_noise, alpha)
    stated = 2 * power * FORM_B.gain * planted / (budget * FORM_B.noise**2)
    assert sympy.cancel((along - stated).subs(budget, alpha**2 + beta**2)) != 0


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({**UNIT, budget: sympy.Integer(2)}, "the budget is 2"),
        (UNIT, "B is None; give every variance and the budget a positive rational value"),
        ({**UNIT, budget: sympy.Integer(-1)}, "B is -1"),
        ({**UNIT, budget: sympy.sqrt(3)}, r"B is sqrt\(3\)"),
    ],
)
def test_values_that_cannot_be_decided_are_one_sentence(values: dict[Any, Any], reason: str) -> None:
    with pytest.raises(ig.SpecificationError, match=reason):
        stationary_points_b(values)
