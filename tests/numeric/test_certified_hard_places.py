"""Gains that vanish, are negative or huge, noise whose peak is 1 or that is tiny or huge: a value, a bound or a refusal, and soon."""

from __future__ import annotations

import time
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

import infograd as ig
from infograd.numeric import certified
from infograd.numeric.certified import Certificate

Map = Callable[[Any], Any]
MAPS: dict[str, Map] = {"tanh": ig.tanh, "sin": ig.sin, "cos": ig.cos, "erf": ig.erf, "sigmoid": ig.sigmoid, "softplus": ig.softplus, "cube": lambda u: u**3}
PEAK_ONE = Fraction("0.15915494309189535")
GROWING = {"softplus", "cube"}
RADIUS = Fraction(1, 10**6)
SECONDS = 20


def best(question: ig.Question) -> Certificate | ig.Refusal:
    """The certificate, the best one where the radius is not met, or the refusal, in at most `SECONDS` of this process."""
    begin = time.process_time()
    try:
        found: Certificate | ig.Refusal = certified.certify(question, radius=RADIUS)
    except certified.RadiusError as reason:
        found = reason.best
    except certified.OutsideTheoremError as reason:
        found = ig.Refusal("numeric", certified.METHOD, f"{reason}.")
    assert time.process_time() - begin < SECONDS
    return found


def one_stage(function: Map, gain: object, variance: object, **keywords: Any) -> ig.Question:
    """Y = f(a X) + Z."""
    x = ig.Source("X", keywords.pop("law", ig.Normal(0, 1)))
    y = ig.Gate("Y", function(ig.Parameter("a") * x), noise=ig.Normal(0, ig.Parameter("s2")))
    return ig.Question(ig.Channel(x, y), ("X", "Y"), wrt=("a", "s2"), at={"a": gain, "s2": variance}, **keywords)


@pytest.mark.parametrize("name", MAPS)
@pytest.mark.parametrize("gain", [0, "1e-13", "-1/50", 10**13])
def test_one_stage_has_a_value_or_a_bound(name: str, gain: object) -> None:
    for variance in (PEAK_ONE, 10**8, "1e-3" if name in GROWING else "1e-8"):
        found = best(one_stage(MAPS[name], gain, variance))
        assert isinstance(found, Certificate), (variance, found)
        assert found.information.high >= 0
        assert found.information.low <= found.information.rad + 60


def test_no_gain_has_no_information_and_no_gradient() -> None:
    for function in MAPS.values():
        found = best(one_stage(function, 0, PEAK_ONE))
        assert isinstance(found, Certificate)
        assert found.information.contains(Fraction(0))
        assert found.gradient["a"].contains(Fraction(0))


def test_points_with_one_image_have_no_information_at_any_order() -> None:
    """J is a tiny ball around 0 there, whose square may reach below 0."""
    law = ig.Points((-1, 1))
    for variance in (Fraction(1, 10), Fraction("0.3333")):
        x = ig.Source("X", law)
        y = ig.Gate("Y", 0 * ig.sigmoid(ig.Parameter("a") * x + Fraction(1, 3)), noise=ig.Normal(Fraction(1, 7), ig.Parameter("s2")))
        question = ig.Question(ig.Channel(x, y), ("X", "Y"), wrt=("a", "s2"), at={"a": Fraction(3, 7), "s2": variance}, order=2)
        found = certified.certify(question, radius=RADIUS)
        assert found.radius <= RADIUS
        assert found.information.contains(Fraction(0))
        assert all(each.contains(Fraction(0)) for each in found.hessian.values())


def test_small_gains_at_small_noise_keep_their_digits() -> None:
    found = best(one_stage(ig.tanh, Fraction(1, 20), Fraction(1, 100)))
    assert isinstance(found, Certificate)
    finer = certified.certify(one_stage(ig.tanh, Fraction(1, 20), Fraction(1, 100)), radius="4e-23")
    assert abs(finer.information.mid - Fraction("0.1110750259727227740247")) <= finer.information.rad + Fraction(1, 10**22)
    assert found.information.overlaps(finer.information)


@pytest.mark.parametrize(("first", "second", "variance"), [(0, 0, 1), (-1, 1, PEAK_ONE), (10**13, 1, 1), (1, 1, 10**8)])
def test_two_users_have_a_value_a_bound_or_a_refusal(first: object, second: object, variance: object) -> None:
    a, b, s2 = map(ig.Parameter, ("a", "b", "s2"))
    x1, x2 = ig.Source("X1", ig.Normal(0, 1)), ig.Source("X2", ig.Normal(0, 1))
    y = ig.Gate("Y", ig.tanh(a * x1) + ig.sin(b * x2), noise=ig.Normal(0, s2))
    found = best(ig.Question(ig.Channel(x1, x2, y), (("X1", "X2"), "Y"), wrt="a", at={"a": first, "b": second, "s2": variance}))
    if isinstance(found, Certificate):
        assert found.information.high >= 0
    else:
        assert "nodes" in found.reason or "terms" in found.reason or "balls" in found.reason, found


@pytest.mark.parametrize(("first", "second", "variance"), [(0, 0, 1), (-1, -1, PEAK_ONE), (10**13, 1, 1), (1, 10**13, 1), (1, 1, 10**8)])
def test_two_hops_have_a_value_a_bound_or_a_refusal(first: object, second: object, variance: object) -> None:
    a, b, s2 = map(ig.Parameter, ("a", "b", "s2"))
    x = ig.Source("X", ig.Normal(0, 1))
    v = ig.Gate("V", ig.tanh(a * x), noise=ig.Normal(0, s2))
    y = ig.Gate("Y", ig.tanh(b * v), noise=ig.Normal(0, s2))
    found = best(ig.Question(ig.Channel(x, v, y), ("X", "Y"), wrt="a", at={"a": first, "b": second, "s2": variance}))
    if isinstance(found, Certificate):
        assert found.information.high >= 0
    else:
        assert found.reason.endswith(".")
