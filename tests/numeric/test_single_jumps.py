"""A map that jumps: Y = sign(theta X - 1/4) + N is a choice between two points, wherever rounding puts the jump."""

from __future__ import annotations

import math
import random
from fractions import Fraction

import pytest

import infograd as ig
from infograd import numeric
from infograd.numeric.single import output
from infograd.numeric.single.cells import Jump

X = ig.Source("X", ig.Exponential(0, 1))
JUMPING = ig.Channel(X, ig.Gate("Y", ig.sign(ig.Parameter("theta") * X - Fraction(1, 4)), noise=ig.Normal(0, ig.Parameter("s"))))
W = ig.Parameter("w")
CHOICE = ig.Source("X", ig.Points((-1, 1), (W, 1 - W)))
CHOOSING = ig.Channel(CHOICE, ig.Gate("Y", 1 * CHOICE, noise=ig.Normal(0, ig.Parameter("s"))))
SPREADS = (Fraction(191, 5000), Fraction(1, 2))


def answered(channel: ig.Channel, **at: object) -> ig.Answer:
    reply = numeric.answer(ig.Question(channel, ("X", "Y"), at=at))
    assert isinstance(reply, ig.Answer), reply
    return reply


def number(quantity: ig.Quantity | None) -> tuple[float, float]:
    assert quantity is not None
    assert isinstance(quantity.value, float)
    assert isinstance(quantity.doubt.estimated, float)
    return quantity.value, quantity.doubt.estimated


def gap(theta: Fraction, s: Fraction) -> float:
    """The distance between the two gradients in units of the doubts and of the rounding of the weight: P(X < 1/(4 theta)) = 1 - exp(-1/(4 theta))."""
    place = 1 / (4 * theta)
    weight = -math.expm1(-float(place))
    speed = -math.exp(-float(place)) * float(place / theta)
    jumping, choosing = answered(JUMPING, theta=theta, s=s), answered(CHOOSING, w=weight, s=s)
    (left, left_doubt), (right, right_doubt) = number(jumping.gradient["theta"]), number(choosing.gradient["w"])
    rounding = 2.0**-50 * (abs(right) + 1 / min(weight, 1 - weight))
    return abs(left - speed * right) / (left_doubt + abs(speed) * (right_doubt + rounding))


@pytest.mark.parametrize("s", SPREADS)
def test_the_gradient_is_that_of_a_choice_between_two_points(s: Fraction) -> None:
    """theta = 84/5 is no double, and theta x - 1/4 is 0 for two neighbouring x; others are drawn."""
    for theta in (Fraction(84, 5), Fraction(5), *(Fraction(random.randint(1, 4000), random.randint(50, 300)) for _ in range(12))):
        assert gap(theta, s) <= 1, theta


def test_a_jump_taken_at_its_own_place_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    take = output.Output._thrown
    monkeypatch.setattr(
        output.Output,
        "_thrown",
        lambda self, total, given, noise, outputs, jump, weight: take(
            self, total, given, noise, outputs, Jump(jump.place, jump.argument, jump.place, jump.after), weight
        ),
    )
    assert max(gap(Fraction(theta, 7), SPREADS[0]) for theta in (31, 97, 118, 204)) > 1e3
