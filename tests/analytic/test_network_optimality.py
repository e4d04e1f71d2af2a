"""KKT conditions, water-filling, the support function from two sides, concavity and duality."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import permutations

import pytest
import sympy  # type: ignore[import-untyped]  # sympy ships no type information
from hypothesis import given, settings
from hypothesis import strategies as st

from infograd import SpecificationError
from infograd.analytic.network import (
    Broadcast,
    KKTCertificate,
    MultipleAccess,
    Position,
    SumPowerMultipleAccess,
    broadcast_rates,
    budget_excess,
    common_input_excess,
    cooperation_excess,
    cooperation_threshold,
    hessian_is_negative,
    is_positive,
    is_zero,
    least_power_formula,
    parallel_terms,
    sum_excess,
    to_broadcast,
    to_multiple_access,
    undisturbed_rates,
    water_filling,
)
from infograd.analytic.network.concavity import weighted_rates

POSITIVE = st.fractions(min_value=Fraction(1, 5), max_value=6, max_denominator=5)
WEIGHTS = st.one_of(st.just(Fraction(0)), POSITIVE)


@settings(deadline=None, max_examples=80)
@given(st.integers(2, 5), st.data())
def test_water_filling_satisfies_every_condition(users: int, data: st.DataObject) -> None:
    gains = data.draw(st.lists(POSITIVE, min_size=users, max_size=users))
    weights = data.draw(st.lists(WEIGHTS, min_size=users, max_size=users))
    certificate = water_filling(weights, gains, data.draw(POSITIVE), data.draw(POSITIVE))
    assert certificate.check()
    if any(weights):
        assert sum(certificate.powers) == certificate.budget


@settings(deadline=None, max_examples=60)
@given(POSITIVE, POSITIVE, POSITIVE, POSITIVE, st.fractions(0, 1, max_denominator=12))
def test_two_users_get_the_clipped_powers(g1: Fraction, g2: Fraction, noise: Fraction, power: Fraction, weight: Fraction) -> None:
    n1, n2 = noise / g1, noise / g2
    clipped = min(max(weight * (power + n1 + n2) - n1, Fraction(0)), power)
    certificate = water_filling((weight, 1 - weight), (g1, g2), noise, power)
    assert certificate.powers == (clipped, power - clipped)


def test_powers_without_their_sign_are_no_certificate() -> None:
    terms = parallel_terms(("1/8", "7/8"), (1, 1), 1)
    unclipped = KKTCertificate.at(terms, Fraction(1), (Fraction(-5, 8), Fraction(13, 8)))
    assert unclipped.stationary() and unclipped.complementary() and unclipped.signed()
    assert not unclipped.feasible()
    assert not unclipped.check()
    assert water_filling(("1/8", "7/8"), (1, 1), 1, 1).powers == (Fraction(0), Fraction(1))


def test_each_condition_is_needed() -> None:
    right = water_filling((1, 2), (1, 1), 1, 3)
    assert right.check()
    assert not replace(right, price=right.price * 2).stationary()
    assert not replace(right, budget=right.budget + 1).complementary()
    assert not replace(right, multipliers=(Fraction(-1), Fraction(0))).signed()
    assert not replace(right, terms=tuple(replace(term, weight=-term.weight) for term in right.terms)).concave()
    assert not KKTCertificate.at(right.terms, right.budget, (Fraction(2), Fraction(1))).check()


@settings(deadline=None, max_examples=60)
@given(st.integers(2, 4), st.data())
def test_the_pentagons_own_optimum_is_the_marginal_utilities_integral(users: int, data: st.DataObject) -> None:
    gains = data.draw(st.lists(POSITIVE, min_size=users, max_size=users))
    weights = data.draw(st.lists(WEIGHTS, min_size=users, max_size=users).filter(any))
    region = SumPowerMultipleAccess(gains, data.draw(POSITIVE), data.draw(POSITIVE))
    optimum = region.optimum(weights)
    assert optimum.check()
    assert (optimum.value - region.support(weights)).sign() == 0
    assert (optimum.value - region.split(optimum.powers).support(weights)).sign() == 0


def test_without_a_positive_weight_there_is_nothing_to_gain() -> None:
    region = SumPowerMultipleAccess((1, 2), 1, 3)
    assert region.support((0, -1)).sign() == 0
    assert region.optimum((0, -1)).check()


@settings(deadline=None, max_examples=60)
@given(st.integers(2, 4), st.data())
def test_duality_keeps_rates_and_total_power(users: int, data: st.DataObject) -> None:
    gains = data.draw(st.lists(POSITIVE, min_size=users, max_size=users))
    powers = data.draw(st.lists(WEIGHTS, min_size=users, max_size=users))
    order = data.draw(st.permutations(range(users)))
    noise = data.draw(POSITIVE)
    dual = to_broadcast(gains, noise, powers, order)
    assert sum(dual) == sum(powers)
    assert broadcast_rates(gains, noise, dual, order) == MultipleAccess(gains, noise, powers).corner(order)
    assert to_multiple_access(gains, noise, dual, order) == tuple(powers)


def test_both_channels_with_the_same_gains_have_one_region() -> None:
    gains, noise, power = (Fraction(3), Fraction(1), Fraction(2)), Fraction(1), Fraction(4)
    broadcast, access = Broadcast(gains, noise, power), SumPowerMultipleAccess(gains, noise, power)
    powers = (Fraction(1), Fraction(2), Fraction(1))
    for order in permutations(range(3)):
        corner = access.split(powers).corner(order)
        assert broadcast.contains(corner).position is access.contains(corner).position
        assert broadcast.contains(corner).position is not Position.OUTSIDE
    assert broadcast.contains(access.split(powers).corner((0, 2, 1))).position is Position.BOUNDARY


def test_a_power_transformation_in_the_wrong_order_is_caught() -> None:
    gains, powers = (3, 1), (1, 2)
    wrong = to_broadcast(gains, 1, powers, (1, 0))
    assert broadcast_rates(gains, 1, wrong, (0, 1)) != MultipleAccess(gains, 1, powers).corner((0, 1))


@pytest.mark.parametrize("order", [(0, 0), (0, 1, 2), (1, 2), "01"])
def test_an_unknown_order_is_one_sentence(order: tuple[int, ...]) -> None:
    with pytest.raises(SpecificationError, match="the decoding order is"):
        to_broadcast((1, 1), 1, (1, 1), order)


@pytest.mark.parametrize(("terms", "users"), [(2, 2), (1, 3)])
def test_weighted_rates_are_concave(terms: int, users: int) -> None:
    assert hessian_is_negative(terms, users)


def test_a_wrong_square_form_is_not_the_hessian() -> None:
    objective, powers, squares = weighted_rates(1, 1)
    direction = sympy.Symbol("v1", real=True)
    twice = sympy.diff(objective, powers[0], 2) * direction**2
    assert is_zero(twice + squares)
    assert not is_zero(twice + 2 * squares)


def test_the_undisturbed_pair_leaves_every_region_whenever_two_users_send() -> None:
    for users in (2, 3, 4):
        assert is_positive(sum_excess(users))
    assert is_positive(budget_excess())
    first, second, weaker = sympy.symbols("P1 P2 n1", positive=True)
    assert is_zero(budget_excess() - first * second / weaker)
    assert is_positive(common_input_excess())


@settings(deadline=None, max_examples=40)
@given(POSITIVE, POSITIVE, POSITIVE, POSITIVE, POSITIVE)
def test_the_undisturbed_pair_is_certified_outside(g1: Fraction, g2: Fraction, noise: Fraction, p1: Fraction, p2: Fraction) -> None:
    pair = undisturbed_rates((g1, g2), noise, (p1, p2))
    for region in (MultipleAccess((g1, g2), noise, (p1, p2)), SumPowerMultipleAccess((g1, g2), noise, p1 + p2)):
        certificate = region.contains(pair)
        assert certificate.position is Position.OUTSIDE
        assert certificate.check()
    assert SumPowerMultipleAccess((g1, g2), noise, p1 + p2).least_power(pair) == p1 + p2 + p1 * p2 * min(g1, g2) / noise


def test_above_four_times_the_noise_the_pair_exceeds_full_cooperation() -> None:
    assert cooperation_threshold() == 4
    power, noise, more = sympy.symbols("P N x", positive=True)
    assert is_positive(cooperation_excess().subs(power, 4 * noise + more))
    assert not is_positive(cooperation_excess())


def test_the_sign_of_a_polynomial_is_open_where_its_coefficients_differ() -> None:
    x = sympy.Symbol("x", positive=True)
    assert not is_positive((x - 1) ** 2 - x)
    assert is_positive((x**2 + 1) / (x + 2))
    assert not is_positive(-(x**2 + 1) / (x + 2))
    assert not is_zero(x / (x + 1))
    assert is_zero((x**2 - 1) / (x - 1) - x - 1)


def test_the_closed_form_of_the_least_power_is_what_the_region_uses() -> None:
    expression, noises, rates = least_power_formula(2)
    region = SumPowerMultipleAccess((1, 2), 1, 3)
    point = region.maximiser((2, 3))
    values = {noises[0]: 1, noises[1]: sympy.Rational(1, 2)} | {
        rate: sympy.log(sympy.Rational(*at.ratio.as_integer_ratio())) / 2 for rate, at in zip(rates, point, strict=True)
    }
    assert sympy.simplify(expression.subs(values)) == 3
