"""Enclosures of the multiple access of two bounded maps: published digits, nested radii, a second room, saturation and refusals."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import pairwise

import pytest
from flint import arb

import infograd as ig
from infograd import numeric
from infograd.numeric.certified import RadiusError, certify, multiple_access
from infograd.numeric.certified.balls import precision
from infograd.numeric.certified.cascade_inputs import WeightError, independent, input_sum
from infograd.numeric.certified.enclosures import Certificate
from infograd.numeric.certified.inner import envelope
from infograd.numeric.certified.multiple_access_entropy import double_sums

theta1, theta2, s2 = map(ig.Parameter, ("theta1", "theta2", "s2"))
X1, X2 = ig.Source("X1", ig.Normal(0, 1)), ig.Source("X2", ig.Normal(0, 1))
ADDER = ig.Gate("Y", ig.tanh(theta1 * X1) + ig.tanh(theta2 * X2), noise=ig.Normal(0, s2))
DEFAULTS: dict[str, int | str] = {"theta1": 1, "theta2": 2, "s2": "1/10"}
BOTH = (("X1", "X2"), "Y")


def asked(between: tuple[object, object] = BOTH, given: object = (), wrt: object = ("theta1", "theta2"), gate: ig.Gate = ADDER, **at: object) -> ig.Question:
    return ig.Question(ig.Channel(X1, X2, gate, defaults={**DEFAULTS, **at}), between=between, given=given, wrt=wrt)  # type: ignore[arg-type]  # the tests pass names


def enclosed(question: ig.Question, radius: Fraction = Fraction(1, 10**12)) -> Certificate:
    found = multiple_access.enclose(question, radius)
    assert isinstance(found, Certificate), found
    assert found.radius <= radius
    return found


def test_the_sum_information_and_both_gradients_have_their_digits() -> None:
    found = enclosed(asked(), Fraction(1, 10**15))
    for enclosure, digits in (
        (found.information, "1.1832360285156351816"),
        (found.gradient["theta1"], ".136163055905626471"),
        (found.gradient["theta2"], ".055263611630371529"),
    ):
        assert abs(enclosure.mid - Fraction(digits)) <= enclosure.rad + Fraction(1, 10**18)


def test_the_single_user_information_has_its_digits() -> None:
    found = enclosed(asked(("X1", "Y")), Fraction(1, 10**15))
    assert abs(found.information.mid - Fraction(".328495178622144310")) <= found.information.rad + Fraction(1, 10**18)


def test_the_informations_obey_the_chain_rule() -> None:
    both, alone, given = enclosed(asked()), enclosed(asked(("X1", "Y"))), enclosed(asked(("X2", "Y"), "X1"))
    for whole, first, second in (
        (both.information, alone.information, given.information),
        (both.gradient["theta2"], alone.gradient["theta2"], given.gradient["theta2"]),
    ):
        assert abs(whole.mid - first.mid - second.mid) <= whole.rad + first.rad + second.rad


def test_a_given_input_leaves_the_channel_of_one_input() -> None:
    """Two theorems and two codes: the one of a single input, and this one."""
    x = ig.Source("X", ig.Normal(0, 1))
    y = ig.Gate("Y", ig.tanh(theta1 * x), noise=ig.Normal(0, s2))
    alone = certify(ig.Question(ig.Channel(x, y, defaults={"theta1": 1, "s2": "1/10"}), between=("X", "Y")), radius=Fraction(1, 10**12))
    given = enclosed(asked(("X1", "Y"), "X2", wrt=("theta1", "s2")))
    assert alone.information.overlaps(given.information)
    assert all(alone.gradient[name].overlaps(given.gradient[name]) for name in ("theta1", "s2"))


def test_nested_radii_overlap() -> None:
    found = [enclosed(asked(wrt=("theta1", "s2")), Fraction(1, 10**digits)) for digits in (4, 7, 10, 14)]
    for wide, narrow in pairwise(found):
        assert wide.information.overlaps(narrow.information)
        assert all(wide.gradient[name].overlaps(narrow.gradient[name]) for name in wide.gradient)


def test_gradients_are_the_slopes_of_enclosed_values() -> None:
    """(I(t + d) - I(t - d)) / 2d - I'(t) is d^2/6 times a third derivative, which the gradients' second difference gives to better than a factor 2."""
    step = Fraction(1, 10**4)
    middle = enclosed(asked())
    for name in ("theta1", "theta2"):
        high, low = (enclosed(asked().at_point(**{name: Fraction(DEFAULTS[name]) + side * step})) for side in (1, -1))
        slope = (high.information.mid - low.information.mid) / (2 * step)
        bend = abs(high.gradient[name].mid - 2 * middle.gradient[name].mid + low.gradient[name].mid)
        radii = high.radius + low.radius
        assert abs(slope - middle.gradient[name].mid) <= middle.radius + radii / (2 * step) + 2 * (bend + 2 * middle.radius + radii) / 6


@pytest.mark.parametrize("seed", range(3))
def test_random_channels_agree_with_quadrature_within_its_estimated_error(seed: int) -> None:
    """The laws, maps and places differ each run; the float's own rounding is 2^-50."""
    draw = random.Random()
    maps = [ig.tanh, ig.sin, ig.erf, ig.sigmoid]
    law = [ig.Points((-1, 0, 2)), ig.Mixture(("1/3", "2/3"), (ig.Normal(-1, "1/2"), ig.Normal(1, 1))), ig.Normal("1/5", 2)][seed]
    first, second = ig.Source("X1", law), X2
    gate = ig.Gate("Y", draw.choice(maps)(theta1 * first + Fraction(1, 3)) - draw.choice(maps)(theta2 * second), noise=ig.Normal(0, s2))
    at = {"theta1": Fraction(draw.randint(-200, 200), 100), "theta2": Fraction(draw.randint(-200, 200), 100), "s2": Fraction(draw.randint(20, 100), 100)}
    question = ig.Question(ig.Channel(first, second, gate, defaults=at), between=("X1", "Y"))
    found, reply = enclosed(question, Fraction(1, 10**9)), numeric.answer(question, error=1e-9)
    assert isinstance(reply, ig.Answer), reply
    pairs = [(found.information, reply.value), *((found.gradient[name], reply.gradient[name]) for name in question.wrt)]
    for enclosure, quantity in pairs:
        assert quantity is not None
        assert isinstance(quantity.value, float)
        assert isinstance(quantity.doubt.estimated, float)
        assert abs(float(enclosure.mid) - quantity.value) <= float(enclosure.rad) + quantity.doubt.estimated + 2.0**-50, (at, gate.map)


def double_sum_errors(nats: float) -> tuple[list[float], list[float], list[float]]:
    """At every output: the true error of p from a coarse double sum, its bound, and the bound without the second input's part."""
    outputs = [Fraction(each, 4) for each in range(-12, 13)]
    with precision(140):
        terms, _, _ = multiple_access.read_inputs(asked(theta1="1/2", theta2="1/2"))
        ys = [arb(y.numerator) / y.denominator for y in outputs]
        exact, coarse = ([input_sum(term, (), depth) for term in terms.values()] for depth in (60.0, nats))
        edges = independent(coarse[0].edges, coarse[1].edges, ())
        true = double_sums(exact[0], exact[1], ys, ())
        found = double_sums(coarse[0], coarse[1], ys, ())

        def bounds(error: WeightError) -> list[float]:
            return [
                float(error.edge * envelope(y, edges.half_range, edges.rho, arb(1)) + error.tail * envelope(y, edges.half_range, arb(0), arb(1))) for y in ys
            ]

        gaps = [abs(float(a[0] - b[0])) for a, b in zip(true, found, strict=True)]
        return gaps, bounds(edges.one), bounds(WeightError(edges.one.edge**2, edges.one.tail**2, arb(1), arb(1)))


def test_the_double_sum_errs_within_its_bound_and_comes_near_it() -> None:
    ratios = []
    for nats in (3.0, 5.0, 8.0):
        gaps, bounds, wider = double_sum_errors(nats)
        assert all(gap <= bound for gap, bound in zip(gaps, bounds, strict=True))
        ratios += [gap / bound for gap, bound in zip(gaps, bounds, strict=True)]
        if nats == 8.0:
            assert any(gap > bound for gap, bound in zip(gaps, wider, strict=True)), "a strip of twice the width would pass unseen"
    assert max(ratios) >= 1e-2


def refusal(question: ig.Question) -> str:
    found = multiple_access.enclose(question, Fraction(1, 10**6))
    assert isinstance(found, ig.Refusal), found
    return found.reason


def test_what_breaks_a_hypothesis_is_refused_with_its_name() -> None:
    assert "unbounded in 'X2'" in refusal(asked(gate=ig.Gate("Y", ig.tanh(theta1 * X1) + theta2 * X2, noise=ig.Normal(0, s2))))
    assert "Laplace" in refusal(asked(gate=ig.Gate("Y", ig.tanh(theta1 * X1) + ig.sin(theta2 * X2), noise=ig.Laplace(0, s2))))
    assert "two terms in 'X1'" in refusal(asked(gate=ig.Gate("Y", ig.tanh(theta1 * X1) + ig.sin(theta2 * X1), noise=ig.Normal(0, s2)), between=("X1", "Y")))
    assert "order 1" in refusal(ig.Question(asked().channel, BOTH, order=2))


def test_a_radius_out_of_reach_raises_with_the_best_enclosure() -> None:
    steep = asked(theta1=40, theta2=40, s2="1/10000")
    found: object
    try:
        found = multiple_access.enclose(steep, Fraction(1, 10**30))
    except RadiusError as unmet:
        found = unmet.best
    assert isinstance(found, ig.Refusal)
    assert "terms" in found.reason


def test_a_radius_that_is_not_positive_is_an_error() -> None:
    with pytest.raises(ig.SpecificationError, match="positive number of nats"):
        multiple_access.enclose(asked(), Fraction(0))
