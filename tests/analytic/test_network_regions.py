"""Where points lie in the regions of Gaussian channels, and the certificates."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infograd import SpecificationError
from infograd.analytic.network import Broadcast, CapacityRegion, HalfLog, Layer, MultipleAccess, Nats, Position, SumPowerMultipleAccess

POSITIVE = st.fractions(min_value=Fraction(1, 5), max_value=6, max_denominator=5)
COORDINATES = st.one_of(st.fractions(min_value=0, max_value=1, max_denominator=24), st.fractions(1, 6, max_denominator=8).map(HalfLog))


@st.composite
def regions(draw: st.DrawFn) -> CapacityRegion:
    users = draw(st.integers(2, 4))
    gains = draw(st.lists(POSITIVE, min_size=users, max_size=users))
    powers = draw(st.lists(st.one_of(st.just(Fraction(0)), POSITIVE), min_size=users, max_size=users))
    noise = draw(POSITIVE)
    return draw(
        st.sampled_from([MultipleAccess(gains, noise, powers), SumPowerMultipleAccess(gains, noise, sum(powers)), Broadcast(gains, noise, sum(powers))])
    )


@settings(deadline=None, max_examples=150)
@given(regions(), st.data())
def test_every_answer_carries_a_certificate_that_checks(region: CapacityRegion, data: st.DataObject) -> None:
    point = data.draw(st.lists(COORDINATES, min_size=region.users, max_size=region.users))
    assert region.contains(point).check()


@settings(deadline=None, max_examples=60)
@given(regions(), st.data())
def test_maximisers_are_on_the_boundary_and_anything_more_is_outside(region: CapacityRegion, data: st.DataObject) -> None:
    if isinstance(region, MultipleAccess):
        point = region.corner(data.draw(st.permutations(range(region.users))))
    else:
        assert isinstance(region, SumPowerMultipleAccess | Broadcast)
        weights = data.draw(st.lists(st.integers(-1, 4), min_size=region.users, max_size=region.users))
        point = region.maximiser(weights)
        assert (region.support(weights) - Nats.weighted([Fraction(weight) for weight in weights], point)).sign() == 0
        if max(weights) <= 0:
            return
    assert region.contains(point).position is Position.BOUNDARY
    assert region.contains(point).check()
    more = [HalfLog(rate.ratio * (1 + Fraction(1, 10**40))) for rate in point]
    outside = region.contains(more)
    assert outside.position is Position.OUTSIDE
    assert outside.check()


def test_the_pentagon_has_its_five_vertices() -> None:
    region = MultipleAccess((1, 1), 1, (2, 3))
    ratios = {tuple(rate.ratio for rate in vertex) for vertex in region.vertices()}
    assert ratios == {tuple(map(Fraction, vertex.split())) for vertex in ("1 1", "3 1", "1 4", "3 2", "3/2 4")}
    assert {users: bound.ratio for users, bound in region.faces()} == {(0,): 3, (1,): 4, (0, 1): 6}
    assert region.sum_capacity == HalfLog(6)


def test_the_middle_of_the_dominant_face_is_reached_by_splitting_a_rate() -> None:
    region = MultipleAccess((1, 1), 1, (2, 3))
    certificate = region.contains((HalfLog(2), HalfLog(3)))
    assert certificate.position is Position.BOUNDARY
    assert [layer.user for layer in certificate.layers] == [1, 0, 1]
    assert certificate.check()
    assert region.contains((HalfLog(2), HalfLog(Fraction(3001, 1000)))).position is Position.OUTSIDE
    assert region.contains((HalfLog(2), HalfLog(Fraction(2999, 1000)))).position is Position.INSIDE


def test_a_corner_needs_no_split() -> None:
    region = MultipleAccess((1, 2, 3), 1, (1, 1, 1))
    for order in permutations(range(3)):
        certificate = region.contains(region.corner(order))
        assert tuple(layer.user for layer in certificate.layers) == order


def test_a_rational_number_of_nats_is_never_half_a_logarithm() -> None:
    region = MultipleAccess((1, 1), 1, (1, 1))
    just_below = Fraction("0.34657359027997265470861606072908828403")
    assert region.contains((just_below, 0)).position is Position.BOUNDARY
    assert region.contains((just_below, Fraction(1, 10))).position is Position.INSIDE
    assert region.contains((just_below + Fraction(1, 10**37), Fraction(1, 10))).position is Position.OUTSIDE
    assert region.contains((HalfLog(2), Fraction(1, 10))).position is Position.BOUNDARY


@pytest.mark.parametrize("kind", [SumPowerMultipleAccess, Broadcast])
def test_with_equal_gains_the_region_is_the_triangle(kind: type[SumPowerMultipleAccess | Broadcast]) -> None:
    region = kind((1, 1), 1, 3)
    for numerator in range(1, 9):
        first = 1 + Fraction(3 * numerator, 9)
        assert region.contains((HalfLog(first), HalfLog(4 / first))).position is Position.BOUNDARY
        assert region.contains((HalfLog(first), HalfLog(Fraction(401, 100) / first))).position is Position.OUTSIDE
        assert region.contains((HalfLog(first), HalfLog(Fraction(399, 100) / first))).position is Position.INSIDE
    assert region.sum_capacity == HalfLog(4)


@settings(deadline=None, max_examples=60)
@given(POSITIVE, POSITIVE, POSITIVE, POSITIVE, st.fractions(1, 5, max_denominator=6), st.fractions(1, 5, max_denominator=6))
def test_the_sum_power_region_is_the_union_of_the_pentagons(g1: Fraction, g2: Fraction, noise: Fraction, power: Fraction, q1: Fraction, q2: Fraction) -> None:
    """A pentagon holds the point iff g1 p1 >= N (q1 - 1), g2 p2 >= N (q2 - 1) and g1 p1 + g2 p2 >= N (q1 q2 - 1): the least p1 + p2 is at one end."""
    region = SumPowerMultipleAccess((g1, g2), noise, power)
    point = (HalfLog(q1), HalfLog(q2))
    alone, both = (noise * (q1 - 1) / g1, noise * (q2 - 1) / g2), noise * (q1 * q2 - 1)
    least = min(alone[0] + (both - g1 * alone[0]) / g2, alone[1] + (both - g2 * alone[1]) / g1)
    assert region.least_power(point) == least
    inside_some = least <= power
    assert (region.contains(point).position is not Position.OUTSIDE) == inside_some
    if inside_some:
        layers = region.contains(point).layers
        powers = [sum((layer.power for layer in layers if layer.user == user), Fraction(0)) for user in range(2)]
        assert region.split(powers).contains(point).position is not Position.OUTSIDE


def test_broadcast_is_superposition() -> None:
    region = Broadcast((1, Fraction(1, 4)), 1, 2)
    for share in (Fraction(1, 4), Fraction(1, 2), Fraction(3, 4)):
        strong, weak = 1 + 2 * share, 1 + 2 * (1 - share) / (2 * share + 4)
        certificate = region.contains((HalfLog(strong), HalfLog(weak)))
        assert certificate.position is Position.BOUNDARY
        assert certificate.layers == (Layer(1, 2 * (1 - share)), Layer(0, 2 * share))


def test_a_broadcast_layer_is_decoded_by_everyone_behind_it() -> None:
    region = Broadcast((1, Fraction(1, 4)), 1, 2)
    wrong_order = region.achieved((Layer(0, Fraction(1)), Layer(1, Fraction(1))))
    assert (wrong_order[0] - Nats.of(HalfLog(1 + Fraction(1, 5)))).sign() == 0


def test_a_changed_certificate_does_not_check() -> None:
    region = SumPowerMultipleAccess((2, 1), 1, 3)
    inside, boundary, outside = (region.contains((HalfLog(2), HalfLog(ratio))) for ratio in (Fraction(5, 4), region.maximiser((1, 2))[1].ratio, 4))
    assert inside.check() and outside.check()
    assert not replace(inside, position=Position.BOUNDARY).check()
    assert not replace(inside, layers=tuple(replace(layer, power=layer.power / 2) for layer in inside.layers)).check()
    assert not replace(inside, layers=tuple(replace(layer, power=layer.power * 9) for layer in inside.layers)).check()
    assert not replace(outside, rates=inside.rates).check()
    assert not replace(outside, weights=(Fraction(0), Fraction(0))).check()
    assert not replace(outside, weights=(Fraction(-1), Fraction(-1))).check()
    assert boundary.check()


def test_a_wrong_support_is_caught_by_the_region_s_own_points(monkeypatch: pytest.MonkeyPatch) -> None:
    region = SumPowerMultipleAccess((2, 1), 1, 3)
    point = region.maximiser((1, 2))
    assert region.contains(point).check()
    monkeypatch.setattr(SumPowerMultipleAccess, "support", lambda self, weights: Nats.of(HalfLog(2)))
    assert not region.contains(point).check()


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: MultipleAccess((1, 1), 1, (1, -1)), "the power of user 1 is -1; it must not be negative."),
        (lambda: MultipleAccess((1, 1), 0, (1, 1)), "the noise variance is 0; it must be positive."),
        (lambda: MultipleAccess((1, 1), 1, (1,)), "the powers are .*; give 2 of them, one per user."),
        (lambda: MultipleAccess((1, 0), 1, (1, 1)), "the power gain of user 1 is 0; it must be positive."),
        (lambda: SumPowerMultipleAccess((1,), 1, 1), "the gains are .*; give one power gain per user, for two users at least."),
        (lambda: Broadcast((1, 1), 1, -2), "the power is -2; it must not be negative."),
        (lambda: Broadcast((1, 1), 1, 2).contains((1,)), r"the point is \(1,\); give the region 2 rates, one per user."),
        (lambda: Broadcast((1, 1), 1, 2).contains((1, None)), "rate 1 of the point is None"),
        (lambda: Broadcast((1, 1), 1, 2).support((1, 2, 3)), "the weights are .*; give 2 of them, one per user."),
        (lambda: MultipleAccess((1, 1), 1, (1, 1)).corner((1, 1)), "the decoding order is .*; name each user from 0 to 1 once"),
        (lambda: MultipleAccess((1, 1), 1, (1, 1)).achieved((Layer(2, Fraction(1)),)), "a layer belongs to user 2"),
        (lambda: Broadcast((1, 1), 1, 1).achieved((Layer(1, Fraction(-1)),)), "a layer of user 1 has the power -1"),
    ],
)
def test_bad_input_is_one_sentence(make: object, sentence: str) -> None:
    assert callable(make)
    with pytest.raises(SpecificationError, match=sentence):
        make()


def test_a_negative_rate_is_outside() -> None:
    certificate = Broadcast((1, 1), 1, 2).contains((Fraction(1, 10), Fraction(-1, 10)))
    assert certificate.position is Position.OUTSIDE
    assert certificate.weights == (Fraction(0), Fraction(-1))
    assert certificate.check()


def test_a_region_of_no_power_is_the_origin() -> None:
    region = SumPowerMultipleAccess((1, 1), 1, 0)
    assert region.contains((0, 0)).position is Position.BOUNDARY
    assert region.contains((0, 0)).check()
    assert region.contains((0, Fraction(1, 10**9))).position is Position.OUTSIDE
