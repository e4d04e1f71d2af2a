"""Receivers of one bit by direct differentiation: sums, slow integrals, and what is refused."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from scipy import integrate, special, stats

import infograd as ig
from infograd import numeric
from tests.numeric.direct_stages import information, one_bit, slope, theta


@pytest.mark.parametrize(
    ("noise", "distribution"),
    [
        (ig.Normal(0, 1), special.ndtr),
        (ig.Logistic(0, 1), special.expit),
        (ig.Laplace(0, 1), stats.laplace.cdf),
        (ig.Exponential(-1, 1), lambda v: stats.expon.cdf(v, loc=-1)),
        (ig.Uniform(-1, 2), lambda v: stats.uniform.cdf(v, loc=-1, scale=3)),
    ],
    ids=["Normal", "Logistic", "Laplace", "Exponential", "Uniform"],
)
def test_one_bit_has_the_difference_of_binary_entropies(noise: ig.Law, distribution: Callable[[float], float]) -> None:
    def value(gain: float) -> float:
        def over(function: Callable[[float], float]) -> float:
            kinks = [0.0, -1 / gain, 1 / gain, -2 / gain]
            return float(
                integrate.quad(lambda x: function(float(distribution(-gain * x))) * stats.norm.pdf(x), -9, 9, points=kinks, epsabs=1e-13, limit=400)[0]
            )

        def entropy(share: float) -> float:
            return float(special.entr(share) + special.entr(1 - share))

        return entropy(over(lambda share: share)) - over(entropy)

    reply = numeric.direct_gradient(one_bit(noise))
    assert information(reply)[0] == pytest.approx(value(1), abs=1e-11)
    step = 1e-3
    assert slope(reply)[0] == pytest.approx((value(1 + step) - value(1 - step)) / (2 * step), abs=step**2)


def test_one_bit_of_points_is_a_sum() -> None:
    """X = 1 or -1: I = log 2 - H(Phi(theta)), dI/dtheta = phi(theta) log(Phi(theta)/Phi(-theta))."""
    reply = numeric.direct_gradient(one_bit(ig.Normal(0, 1), ig.Points((-1, 1))))
    right, wrong = float(special.ndtr(1.0)), float(special.ndtr(-1.0))
    value, error = information(reply)
    assert abs(value - (math.log(2) - float(special.entr(right) + special.entr(wrong)))) <= error
    value, error = slope(reply)
    assert abs(value - float(stats.norm.pdf(1.0)) * math.log(right / wrong)) <= error


@pytest.mark.parametrize("ask", [numeric.direct_gradient, numeric.score_form])
def test_a_receiver_other_than_one_bit_is_refused(ask: Callable[[ig.Question], ig.Reply]) -> None:
    x = ig.Source("X", ig.Normal(0, 1))
    v = ig.Gate("V", theta * x, noise=ig.Normal(0, 1))
    reply = ask(ig.Question(ig.Channel(x, v, ig.Gate("Y", ig.relu(v))), ("X", "Y"), at={"theta": 1}))
    assert isinstance(reply, ig.Refusal)
    assert "'Y' is deterministic and is not the sign of 'V'" in reply.reason
