"""Certified values: known ones come out, radii nest, other routes agree, and every hard place gives a value, a bound or a refusal."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import mpmath  # type: ignore[import-untyped]  # it has no stubs
import pytest
from mpmath.calculus.quadrature import GaussLegendre  # type: ignore[import-untyped]  # as above

import infograd as ig
from infograd import numeric
from infograd.numeric import certified
from infograd.numeric.certified import Comparison, Enclosure

Map = Callable[[Any], Any]
TENTH, HUNDREDTH = Fraction(1, 10), Fraction(1, 100)
MAPS: dict[str, Map] = {"tanh": ig.tanh, "sin": ig.sin, "cos": ig.cos, "erf": ig.erf, "sigmoid": ig.sigmoid}


def ask(function: Map, theta: object, variance: object, law: ig.Law | None = None, wrt: Any = "theta", **keywords: Any) -> ig.Question:
    """Y = f(theta X) + Z."""
    x = ig.Source("X", law or ig.Normal(0, 1))
    y = ig.Gate("Y", function(ig.Parameter("theta") * x), noise=ig.Normal(0, ig.Parameter("s2")))
    return ig.Question(ig.Channel(x, y), ("X", "Y"), wrt=wrt, at={"theta": theta, "s2": variance}, **keywords)


def assert_prints(enclosure: Enclosure, digits: str) -> None:
    """The enclosure lies within one unit of the last digit that is written."""
    unit = Fraction(1, 10 ** len(digits.partition(".")[2]))
    assert enclosure.compare(digits, unit) is Comparison.AGREES, (enclosure, digits)


@pytest.mark.parametrize(
    ("theta", "variance", "information", "slope"),
    [
        (1, TENTH, "0.7584086737094713592494", "0.26642254741730887085"),
        (5, TENTH, "0.8186161985104383283229", "-0.01427716928319619413"),
        (1, 1, "0.165902811009885144075039959", "0.129281416469981406226919"),
        (1, HUNDREDTH, "1.680430001712632926217", None),
        (3, HUNDREDTH, "1.445288877841370059754", None),
        (Fraction(1, 20), HUNDREDTH, "0.1110750259727227740247", None),
    ],
)
def test_known_values_of_the_tanh_channel_come_out(theta: object, variance: object, information: str, slope: str | None) -> None:
    certificate = certified.certify(ask(ig.tanh, theta, variance), radius="1e-28")
    assert_prints(certificate.information, information)
    if slope is not None:
        assert_prints(certificate.gradient["theta"], slope)


def test_second_derivative_and_variances_of_the_tanh_channel_come_out() -> None:
    certificate = certified.certify(ask(ig.tanh, 1, TENTH, order=2), variances=("theta",))
    assert_prints(certificate.hessian["theta,theta"], "-0.650988704443310078")
    assert_prints(certificate.marginal["theta"], "0.225586860240248935")
    assert math.sqrt(certificate.marginal["theta"].mid) == pytest.approx(0.475, abs=5e-4)
    assert math.sqrt(certificate.difference["theta"].mid) == pytest.approx(0.768, abs=5e-4)


NESTED: tuple[tuple[Map, object, object, ig.Law | None], ...] = (
    (ig.tanh, 1, TENTH, None),
    (ig.tanh, -3, HUNDREDTH, None),
    (ig.sin, Fraction(3, 2), TENTH, None),
    (ig.erf, 2, Fraction(1, 20), ig.Normal(1, 2)),
    (ig.cos, Fraction(1, 2), TENTH, None),
    (ig.sigmoid, 4, HUNDREDTH, ig.Mixture((Fraction(1, 3), Fraction(2, 3)), (ig.Normal(-1, Fraction(1, 4)), ig.Normal(2, 1)))),
    (ig.tanh, 1, TENTH, ig.Points((-1, Fraction(1, 2), 2), (Fraction(1, 4), Fraction(1, 4), Fraction(1, 2)))),
)


@pytest.mark.parametrize("case", NESTED, ids=lambda case: case[0].__name__)
def test_five_radii_are_met_and_their_enclosures_overlap(case: tuple[Map, object, object, ig.Law | None]) -> None:
    function, theta, variance, law = case
    question = ask(function, theta, variance, law, wrt=("theta", "s2"), order=2 if function is ig.tanh else 1)
    found = []
    for digits in (3, 8, 15, 22, 35):
        certificate = certified.certify(question, radius=Fraction(1, 10**digits))
        assert certificate.radius <= Fraction(1, 10**digits)
        found.append(certificate)
    for coarse in found:
        for fine in found:
            assert coarse.information.overlaps(fine.information)
            assert all(coarse.gradient[name].overlaps(fine.gradient[name]) for name in ("theta", "s2"))
            assert all(coarse.hessian[name].overlaps(fine.hessian[name]) for name in coarse.hessian)


def test_random_channels_nest() -> None:
    draw = random.SystemRandom()
    for _ in range(12):
        theta, variance = Fraction(draw.randint(-500, 500), 100), Fraction(draw.randint(10, 1000), 1000)
        question = ask(draw.choice(list(MAPS.values())), theta, variance)
        coarse, fine = (certified.certify(question, radius=Fraction(1, 10**digits)) for digits in (6, 16))
        assert coarse.information.overlaps(fine.information), (question.at, coarse, fine)
        assert coarse.gradient["theta"].overlaps(fine.gradient["theta"]), (question.at, coarse, fine)


@pytest.mark.parametrize("name", MAPS)
def test_quadrature_lies_within_its_own_doubt(name: str) -> None:
    question = ask(MAPS[name], Fraction(3, 2), TENTH, ig.Normal(Fraction(1, 5), 1), wrt=("theta", "s2"))
    reply, certificate = numeric.answer(question), certified.certify(question)
    assert isinstance(reply, ig.Answer)
    assert reply.value is not None
    for quantity, enclosure in [(reply.value, certificate.information), *((reply.gradient[each], certificate.gradient[each]) for each in ("theta", "s2"))]:
        doubt = quantity.doubt
        allowed = Fraction(doubt.proved) + Fraction(doubt.estimated)  # type: ignore[arg-type]  # scalars
        assert enclosure.compare(quantity.value, allowed) is Comparison.AGREES  # type: ignore[arg-type]  # a scalar


def test_information_from_multiprecision_gauss_legendre_agrees_to_thirty_digits() -> None:
    theta, variance, panels, reach = 1, 1, 8, 14
    with mpmath.workdps(40):
        rule = GaussLegendre(mpmath.mp).calc_nodes(5, 160)
        width = mpmath.mpf(2 * reach) / panels
        points = [(-reach + width * (panel + (1 + x) / 2), w * width / 2) for panel in range(panels) for x, w in rule]
        inputs = [(mpmath.tanh(theta * x), w * mpmath.exp(-x * x / 2) / mpmath.sqrt(2 * mpmath.pi)) for x, w in points]
        peak = mpmath.sqrt(2 * mpmath.pi * variance)
        entropy = mpmath.mpf(0)
        for y, weight in points:
            if y > 0:
                p = mpmath.fsum(w * mpmath.exp(-((y - t) ** 2) / (2 * variance)) for t, w in inputs) / peak
                entropy -= 2 * weight * p * mpmath.log(p)
        information = entropy - mpmath.log(2 * mpmath.pi * mpmath.e * variance) / 2
        digits = str(mpmath.nstr(information, 32))
    certificate = certified.certify(ask(ig.tanh, theta, variance), radius="1e-33")
    assert certificate.information.compare(digits, "1e-28") is Comparison.AGREES, digits


def test_information_of_two_points_from_multiprecision_quadrature_agrees_to_thirty_digits() -> None:
    question = ig.Question(ig.CATALOGUE["bpsk"].question.channel, ("X", "Y"), wrt="a", at={"a": Fraction(3, 2), "s2": Fraction(1, 2)})
    certificate = certified.certify(question, radius="1e-33")
    with mpmath.workdps(40):
        a, s2 = mpmath.mpf(3) / 2, mpmath.mpf(1) / 2

        def loss(z: Any) -> Any:
            return mpmath.exp(-z * z / 2) / mpmath.sqrt(2 * mpmath.pi) * mpmath.log1p(mpmath.exp(-2 * a * (a + mpmath.sqrt(s2) * z) / s2))

        information = mpmath.log(2) - mpmath.quad(loss, [-16, -8, -4, -2, 0, 4, 8, 16])
        digits = str(mpmath.nstr(information, 32))
    assert certificate.information.compare(digits, "1e-30") is Comparison.AGREES, digits


def test_derivatives_are_the_differences_of_enclosed_values() -> None:
    """A central difference errs by h^2 times a third derivative, so D(2h) - D(h) is three times the error of D(h), up to h^4."""
    step, radius = Fraction(1, 10**5), Fraction(1, 10**20)
    for function, law in ((ig.tanh, None), (ig.cos, ig.Normal(Fraction(1, 2), 2)), (ig.erf, ig.Points((-1, 2)))):
        question = ask(function, 1, TENTH, law, wrt=("theta", "s2"), order=2)
        centre = certified.certify(question, radius=radius)
        for name in ("theta", "s2"):
            plain = ask(function, 1, TENTH, law, wrt=("theta", "s2"))
            moved = {side: plain.at_point(**{name: question.at[name] + side * step}) for side in (-2, -1, 1, 2)}
            found = {side: certified.certify(each, radius=radius) for side, each in moved.items()}
            rows = [(centre.gradient[name], {side: each.information.mid for side, each in found.items()})]
            for other in ("theta", "s2"):
                rows.append((centre.hessian[",".join(sorted((name, other)))], {side: each.gradient[other].mid for side, each in found.items()}))
            for enclosure, values in rows:
                near, far = ((values[side] - values[-side]) / (2 * side * step) for side in (1, 2))
                assert enclosure.compare(near, abs(far - near) / 2 + 2 * radius / step) is Comparison.AGREES, (name, float(near), enclosure)


def test_gain_offset_and_every_argument_of_the_laws_carry_the_chain_rule() -> None:
    a, k, c, m, power, s2 = map(ig.Parameter, ("a", "k", "c", "m", "P", "s2"))
    x = ig.Source("X", ig.Normal(Fraction(1, 5), power))
    v = ig.Gate("V", k * x + c)
    y = ig.Gate("Y", (a * ig.tanh(v) + m) / 2, noise=ig.Normal(m, s2 * s2 + Fraction(1, 100)))
    at = {"a": 2, "k": "3/2", "c": "1/4", "m": 1, "P": 2, "s2": "1/4"}
    question = ig.Question(ig.Channel(x, v, y), ("X", "Y"), at=at)
    reply, certificate = numeric.answer(question), certified.certify(question)
    assert isinstance(reply, ig.Answer)
    assert certificate.gradient["m"].contains(Fraction(0))
    for name in at:
        assert certificate.gradient[name].compare(reply.gradient[name].value, "1e-10") is Comparison.AGREES, name  # type: ignore[arg-type]  # a scalar


def test_entropy_is_information_and_the_noise_entropy() -> None:
    channel = ask(ig.tanh, 1, TENTH).channel
    asked = ig.Question(channel, ("Y", ()), at={"theta": 1, "s2": TENTH}, quantity="entropy", order=2)
    certificate = certified.certify(asked)
    information = certified.certify(ask(ig.tanh, 1, TENTH, wrt=("theta", "s2"), order=2))
    assert certificate.value == certificate.entropy
    assert certificate.entropy.compare(float(information.information.mid) + 0.5 * math.log(2 * math.pi * math.e / 10), 1e-14) is Comparison.AGREES
    assert certificate.gradient["s2"].compare(information.gradient["s2"].mid + 5, "1e-19") is Comparison.AGREES
    assert certificate.hessian["s2,s2"].compare(information.hessian["s2,s2"].mid - 50, "1e-18") is Comparison.AGREES


def test_output_functions_agree_with_the_derivative_of_the_distribution_function() -> None:
    """Differences of F and p err by h^2/6 times the second and third derivative of p, which |y - T| <= |y| + 1 bounds."""
    variance, step = Fraction(1, 5), Fraction(1, 10**8)
    question = ask(ig.sin, 2, variance)
    for place in (Fraction(-3), Fraction(0), Fraction(1, 2), Fraction(7, 3)):
        left, here, right = (certified.output(question, place + side * step, radius="1e-26") for side in (-1, 0, 1))
        assert here.radius <= Fraction(1, 10**26)
        steepest = (abs(place) + 1 + step) / variance
        second, third = steepest**2 + 1 / variance, steepest**3 + 3 * steepest / variance
        around = 2 * max(left.density.high, right.density.high)
        noise = Fraction(2, 10**26) / step
        assert abs((right.cumulative.mid - left.cumulative.mid) / (2 * step) - here.density.mid) <= around * second * step**2 / 6 + noise
        slope = (right.density.mid - left.density.mid) / (2 * step)
        assert abs(slope - here.score.mid * here.density.mid) <= around * third * step**2 / 6 + 2 * noise
