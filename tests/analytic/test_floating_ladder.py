"""The float method beside the exact one on ladders of signal-to-noise ratios from 1e2 to 1e16, and on covariances near singular ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import pytest

import infograd as ig
from infograd import analytic
from infograd.analytic.floating import answer

DECADES = range(2, 17)
UNIT = Fraction(1, 2**53)
ONE = ig.Normal(0, 1)


def gain(name: str) -> ig.Parameter:
    return ig.Parameter(name)


def single(decade: int) -> ig.Question:
    """Y = a X + N."""
    x = ig.Source("X", ONE)
    y = ig.Gate("Y", gain("a") * x, noise=ig.Normal(0, gain("s")))
    return ig.Question(ig.Channel(x, y, defaults={"a": "1/3", "s": Fraction(1, 10**decade)}), between=("X", "Y"))


def two_receivers(decade: int) -> ig.Question:
    """Y1 = a X + N1, Y2 = b X + N2, both together."""
    x = ig.Source("X", ONE)
    receivers = [ig.Gate(name, gain(each) * x, noise=ig.Normal(0, gain("s"))) for name, each in (("Y1", "a"), ("Y2", "b"))]
    return ig.Question(ig.Channel(x, *receivers, defaults={"a": "1/3", "b": "5/7", "s": Fraction(1, 10**decade)}), between=("X", ("Y1", "Y2")))


def one_given_the_other(decade: int) -> ig.Question:
    """I(X;Y1|Y2): the second receiver leaves little to the first."""
    return ig.Question(two_receivers(decade).channel, between=("X", "Y1"), given="Y2")


def user_given_user(decade: int) -> ig.Question:
    """The first user of a MAC, given the second one's input."""
    x1, x2 = (ig.Source(name, ig.Normal(0, gain(f"P{name[1]}"))) for name in ("X1", "X2"))
    y = ig.Gate("Y", gain("a") * x1 + gain("b") * x2, noise=ig.Normal(0, gain("s")))
    channel = ig.Channel(x1, x2, y, defaults={"a": "1/3", "b": "5/7", "P1": "1/3", "P2": "3/7", "s": Fraction(1, 10**decade)})
    return ig.Question(channel, between=("X1", "Y"), given="X2")


def users_together(decade: int) -> ig.Question:
    """Both users of the MAC."""
    return ig.Question(user_given_user(decade).channel, between=(("X1", "X2"), "Y"))


def relayed(decade: int) -> ig.Question:
    """X -> V -> Y with V not in the question, so that its best guess from X and Y enters the slopes."""
    x = ig.Source("X", ONE)
    v = ig.Gate("V", gain("a") * x, noise=ig.Normal(0, gain("s")))
    y = ig.Gate("Y", gain("b") * v + x, noise=ig.Normal(0, gain("s") / 7))
    return ig.Question(ig.Channel(x, v, y, defaults={"a": "1/3", "b": "5/7", "s": Fraction(1, 10**decade)}), between=("X", "Y"))


def numbers(question: ig.Question) -> Iterator[tuple[str, Fraction, Fraction, Fraction]]:
    """The name, exact number, distance of the double from it, and proven bound (with the exact method's own) of the value and every slope."""
    found, exact = answer(question), analytic.answer(question)
    assert isinstance(found, ig.Answer), found
    assert isinstance(exact, ig.Answer), exact
    assert found.value is not None
    assert exact.value is not None
    quantities = [("I", found.value, exact.value), *((name, found.gradient[name], exact.gradient[name]) for name in exact.gradient)]
    for name, double, rational in quantities:
        for (_, value, doubt), (_, true, known) in zip(double.entries(), rational.entries(), strict=True):
            yield name, true, abs(Fraction(value) - true), Fraction(doubt.proved) + Fraction(known.proved)  # type: ignore[arg-type]  # one entry's doubt


@pytest.mark.parametrize("case", [single, two_receivers, one_given_the_other, user_given_user, users_together, relayed])
def test_no_digit_is_lost_in_silence_up_to_a_ratio_of_1e16(case: Callable[[int], ig.Question]) -> None:
    for decade in DECADES:
        for name, _, error, proved in numbers(case(decade)):
            assert error <= proved, (decade, name)


@pytest.mark.parametrize("case", [single, two_receivers, user_given_user, users_together])
def test_half_of_the_digits_are_proven_at_a_ratio_of_1e16(case: Callable[[int], ig.Question]) -> None:
    """In the units of the largest slope in gains or in the noise variance; square roots of 1e16 are 1e8, and rounding is 1e-16."""
    half = Fraction(1, 10**8)
    found = list(numbers(case(16)))
    for names in ({"I"}, {"a", "b"}, {"s"}, {"P1", "P2"}):
        chosen = [(true, proved) for name, true, _, proved in found if name in names]
        assert all(proved <= 10 * half * max(abs(true) for true, _ in chosen) for _, proved in chosen), names


def cancelling(decade: int) -> ig.Question:
    """Y = a X - b V + N with V = c X: a net gain of 10^-decade left by numbers near 1/3, and a noise as small: a ratio of 1."""
    x = ig.Source("X", ONE)
    v = ig.Gate("V", gain("c") * x)
    y = ig.Gate("Y", gain("a") * x - gain("b") * v, noise=ig.Normal(0, Fraction(1, 100**decade)))
    defaults = {"a": Fraction(1, 3) + Fraction(1, 10**decade), "b": "5/3", "c": "1/5"}
    return ig.Question(ig.Channel(x, v, y, defaults=defaults), between=("X", "Y"))


def test_the_bound_grows_with_the_error_where_gains_cancel() -> None:
    """dI/da = g/(g^2 + s) = 10^decade/2, so the rounding of a alone may move I by UNIT/3 of that; the bound is no less, and not 100 times more."""
    for decade in range(2, 9):
        name, _, error, proved = next(numbers(cancelling(decade)))
        unavoidable = UNIT / 3 * 10**decade / 2
        assert name == "I"
        assert error <= proved
        assert unavoidable / 2 <= proved <= 100 * unavoidable


def near_singular(decade: int) -> ig.Question:
    """Y = M X + N with both covariances within 10^-decade of singular ones."""
    lift = Fraction(1, 10**decade)
    shared: list[list[Fraction]] = [[Fraction(1, 9) + lift, Fraction(1, 3), Fraction(2, 9)], [Fraction(1, 3), 1 + lift, Fraction(2, 3)]]
    shared.append([Fraction(2, 9), Fraction(2, 3), Fraction(4, 9) + lift])
    x = ig.Source("X", ig.Normal((0, 0, 0), ig.Parameter("K", (3, 3))))
    y = ig.Gate("Y", ig.Parameter("M", (3, 3)) @ x, noise=ig.Normal((0, 0, 0), ig.Parameter("S", (3, 3))))
    matrix = (("1/3", "1/7", 1), (0, "2/3", "1/5"), (1, 1, "-1/3"))
    return ig.Question(ig.Channel(x, y, defaults={"K": shared, "S": shared, "M": matrix}), between=("X", "Y"))


def test_the_bound_holds_or_floats_refuse_as_covariances_become_singular() -> None:
    refused = []
    for decade in range(1, 20):
        reply = answer(near_singular(decade))
        if isinstance(reply, ig.Refusal):
            assert "floats cannot tell" in reply.reason
            refused.append(decade)
            continue
        for name, _, error, proved in numbers(near_singular(decade)):
            assert error <= proved, (decade, name)
    # The rounding of K and S alone, UNIT, reaches their least eigenvalue between the 15th decade and the 16th.
    assert set(range(17, 20)) <= set(refused) <= set(range(12, 20))


def statements() -> list[Any]:
    return [case(decade) for case in (single, two_receivers, relayed) for decade in (2, 9, 16)]


def test_the_order_0_answer_is_the_value_alone() -> None:
    for question in statements():
        alone = answer(ig.Question(question.channel, question.between, question.given, at=question.at, order=0))
        whole = answer(question)
        assert isinstance(alone, ig.Answer)
        assert isinstance(whole, ig.Answer)
        assert (alone.value, dict(alone.gradient)) == (whole.value, {})
