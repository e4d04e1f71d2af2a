"""The routes to a covariance and to a gradient share nothing but the question, and agree."""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from flint import fmpq
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import infograd as ig
from infograd.analytic import answer
from infograd.analytic.identities.point import Point, PointRing
from infograd.analytic.identities.probing import read_by_probing
from infograd.analytic.identities.recursion import Recursion
from infograd.analytic.identities.system import System, read_by_forms
from infograd.analytic.identities.transfer import Transfer
from infograd.verify.strategies import linear_questions

FLOAT_RELATIVE = 1e-10


def paths(system: System[fmpq], start: int, end: int) -> Iterator[fmpq]:
    """The product of the gains along every directed path, by walking forwards."""
    if start == end:
        yield fmpq(1)
        return
    for row in range(start + 1, end + 1):
        gain = system.gains[row].get(start, fmpq(0))
        if gain != 0:
            yield from (gain * rest for rest in paths(system, row, end))


def trek_sum(system: System[fmpq], row: int, column: int) -> fmpq:
    """Cov(V_row, V_column) as the sum over all treks: two paths that start at the two ends of a noise covariance."""
    total = fmpq(0)
    for (left, right), noise in system.noise.items():
        for first, second in product(paths(system, left, row), paths(system, right, column)):
            total += first * noise * second
    return total


@settings(max_examples=40, deadline=None)
@given(linear_questions(max_nodes=7, max_parents=2, vectors=True))
def test_covariances_agree_by_recursion_by_transfer_and_by_treks(question: ig.Question) -> None:
    field, wrt = Point(question), frozenset(question.wrt)
    by_forms = read_by_forms(PointRing(field, wrt), question)
    by_probing = read_by_probing(PointRing(field, wrt), question.channel, question.nodes).system
    recursion, transfer = Recursion(field, by_forms), Transfer(field, by_probing)
    rows = range(by_forms.size)
    pairs = [(row, column) for row in rows for column in range(row + 1)]
    for row, column in random.Random(0).sample(pairs, min(12, len(pairs))):
        assert recursion.covariance(row, column) == transfer.covariance(row, column) == trek_sum(by_forms, row, column)


@st.composite
def questions_about_any_nodes(draw: st.DrawFn) -> ig.Question:
    """I(A;B|C) of up to three groups of nodes from anywhere in a random channel of 2 to 12 nodes."""
    question = draw(linear_questions(max_nodes=12, vectors=True))
    names = draw(st.permutations(question.channel.names))
    left, right, given = (draw(st.integers(least, 2)) for least in (1, 1, 0))
    assume(len(names) >= left + right)
    return ig.Question(question.channel, (names[:left], names[left : left + right]), names[left + right :][:given], question.wrt)


def entries(quantity: ig.Quantity) -> list[tuple[Any, Any]]:
    return [(value, doubt.proved) for _, value, doubt in quantity.entries()]


@settings(max_examples=80, deadline=None)
@given(questions_about_any_nodes())
def test_the_score_route_and_direct_differentiation_give_equal_rationals_for_any_nodes(question: ig.Question) -> None:
    exact, scores = answer(question), answer(question, method="scores")
    assert isinstance(exact, ig.Answer)
    if isinstance(scores, ig.Refusal):
        assert "singular" in scores.reason
        return
    assert scores.value is not None
    assert exact.value is not None
    (left,), (right,) = entries(exact.value), entries(scores.value)
    assert abs(left[0] - right[0]) <= Fraction(left[1]) + Fraction(right[1])
    assert scores.gradient == exact.gradient


@settings(max_examples=60, deadline=None)
@given(questions_about_any_nodes())
def test_floats_agree_to_ten_digits_and_within_their_bound(question: ig.Question) -> None:
    exact, rounded = answer(question), answer(question, method="float")
    assert isinstance(exact, ig.Answer)
    if isinstance(rounded, ig.Refusal):
        return
    assert exact.value is not None
    assert rounded.value is not None
    scale = max(1.0, *(abs(float(value)) for name in question.wrt for value, _ in entries(exact.gradient[name])))
    for name, true, found in [("I", exact.value, rounded.value), *((name, exact.gradient[name], rounded.gradient[name]) for name in question.wrt)]:
        for (left, doubt), (right, bound) in zip(entries(true), entries(found), strict=True):
            assert abs(left - Fraction(right)) <= Fraction(bound) + Fraction(doubt), name
            assert abs(float(left) - right) <= FLOAT_RELATIVE * scale, name


def asked(question: ig.Question, left: object, right: object, given: object = ()) -> Fraction:
    """I(A;B|C), and -1 where it is infinite."""
    found = answer(ig.Question(question.channel, (left, right), given, wrt=(), order=0))  # type: ignore[arg-type]  # names or groups of names
    assert isinstance(found, ig.Answer)
    assert found.value is not None
    return Fraction(-1) if isinstance(found.value.value, ig.Infinite) else found.value.value  # type: ignore[return-value]  # a scalar


BALL = Fraction(1, 2**90)


@settings(max_examples=40, deadline=None)
@given(questions_about_any_nodes(), st.data())
def test_information_is_symmetric_obeys_the_chain_rule_and_is_not_raised_by_processing(question: ig.Question, data: st.DataObject) -> None:
    (left, right), given = question.between, question.given
    forwards, backwards = asked(question, left, right, given), asked(question, right, left, given)
    assert abs(forwards - backwards) <= BALL
    rest = [name for name in question.channel.names if name not in question.nodes]
    if rest and forwards >= 0:
        more = data.draw(st.sampled_from(rest))
        whole = asked(question, (*left, more), right, given)
        added = asked(question, more, right, (*given, *left))
        if whole >= 0 and added >= 0:
            assert abs(whole - forwards - added) <= BALL
            assert whole >= forwards - BALL


@settings(max_examples=30, deadline=None)
@given(linear_questions(max_nodes=8, vectors=True), st.fractions(Fraction(1, 2), 2, max_denominator=4), st.fractions(Fraction(1, 4), 2, max_denominator=4))
def test_a_receiver_side_bijection_changes_no_information_and_moves_none_and_added_noise_lowers_it(
    question: ig.Question, gain: Fraction, variance: Fraction
) -> None:
    (left, right), given = question.between, question.given
    receiver = question.channel.node(right[0])
    k = ig.Parameter("k")
    sent = ig.Gate("Sent", k * receiver)
    size = receiver.shape[0] if receiver.shape else 0
    noise = ig.Normal((0,) * size, variance * ig.identity(size)) if size else ig.Normal(0, variance)
    worse = ig.Gate("Worse", k * receiver, noise=noise)
    channel = ig.Channel(*question.channel.nodes, sent, worse, defaults={**question.channel.defaults, "k": gain})
    first = answer(ig.Question(channel, (left, "Sent"), given, wrt=("k",)))
    plain = answer(ig.Question(channel, (left, right), given, wrt=()))
    noisy = answer(ig.Question(channel, (left, "Worse"), given, wrt=()))
    assert isinstance(first, ig.Answer)
    assert isinstance(plain, ig.Answer)
    assert isinstance(noisy, ig.Answer)
    assert first.gradient["k"].value == 0
    if isinstance(plain.value.value, Fraction) and isinstance(noisy.value.value, Fraction):  # type: ignore[union-attr]  # exact answers have a value
        assert abs(first.value.value - plain.value.value) <= BALL  # type: ignore[union-attr,operator]  # finite where the plain one is
        assert noisy.value.value <= plain.value.value + BALL  # type: ignore[union-attr]  # the same


@pytest.mark.parametrize("exponent", [2, 4, 8, 12, 16])
def test_rationals_lose_no_digit_at_any_signal_to_noise_ratio(exponent: int) -> None:
    s = ig.Parameter("s")
    x = ig.Source("X", ig.Normal(0, 1))
    y = ig.Gate("Y", x, noise=ig.Normal(0, s))
    question = ig.Question(ig.Channel(x, y, defaults={"s": Fraction(1, 10**exponent)}), between=("X", "Y"))
    for method in ("exact", "scores"):
        found = answer(question, method=method)
        assert isinstance(found, ig.Answer)
        assert found.gradient["s"].value == -Fraction(10 ** (2 * exponent), 2 * (10**exponent + 1))
