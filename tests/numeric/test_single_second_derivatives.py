"""Second derivatives of receivers of one bit with a smooth noise: closed forms, slopes of first derivatives, and what is refused."""

from __future__ import annotations

import math
from typing import Any

import pytest
from scipy import special

import infograd as ig
from infograd.numeric.single import shares
from infograd.numeric.single.jet import chained
from tests.numeric.single_stage import answered, check, decided, doubted, m, refused, s, theta

SMOOTH: dict[str, ig.Law] = {
    "normal": ig.Normal(m, s),
    "logistic": ig.Logistic(m, s),
    "student": ig.StudentT(3, m, s),
    "mixture": ig.Mixture((s, 1 - s), (ig.Normal(m, s), ig.Logistic(0, s))),
}


def slope_of(quantity: ig.Quantity) -> float:
    return doubted(quantity)[0]


@pytest.mark.parametrize("source", [ig.Normal(0, 1), ig.Laplace(0, s), ig.Points((-1, 0, 1))], ids=["normal", "laplace", "points"])
@pytest.mark.parametrize("noise", SMOOTH)
def test_second_derivatives_are_the_slopes_of_first_ones(source: ig.Law, noise: str) -> None:
    """Central differences of the gradient at two steps, extrapolated: h^4 is left, and the gradient's errors over h."""
    point: dict[str, Any] = {"theta": 1.25, "m": 0.25, "s": 0.5}
    step = 2.0**-8
    at: dict[str, Any] = {name: point[name] for name in decided(source, lambda x: theta * x, SMOOTH[noise], **point).at}
    reply = answered(decided(source, lambda x: theta * x, SMOOTH[noise], 2, **at))

    def slopes(name: str, length: float) -> dict[str, float]:
        ends = [answered(decided(source, lambda x: theta * x, SMOOTH[noise], **{**at, name: at[name] + sign * length})).gradient for sign in (1, -1)]
        return {other: (slope_of(ends[0][other]) - slope_of(ends[1][other])) / (2 * length) for other in at}

    names = list(reply.gradient)
    for position, one in enumerate(names):
        fine, wide = slopes(one, step), slopes(one, 2 * step)
        for other in names[: position + 1]:
            key = f"{other},{one}"
            difference = (4 * fine[other] - wide[other]) / 3
            assert abs(slope_of(reply.hessian[key]) - difference) <= abs(fine[other] - wide[other]) / 3 + 2e-12 / step, key
            assert abs(fine[other] - wide[other]) <= 2e-3 * max(1.0, abs(fine[other]))


def curvature(gain: float) -> float:
    """The second derivative of log 2 - H(Phi(-theta))."""
    cross, bell = float(special.ndtr(-gain)), math.exp(-gain * gain / 2) / math.sqrt(2 * math.pi)
    return bell * bell / (cross * (1 - cross)) - gain * bell * math.log((1 - cross) / cross)


def test_the_binary_symmetric_channel_has_the_second_derivative_of_its_closed_form() -> None:
    """I = log 2 - H(Phi(-theta)): I'' = d/dtheta [log((1 - c)/c) phi(theta)] = phi^2/(c (1 - c)) - theta phi log((1 - c)/c)."""
    reply = answered(decided(ig.Points((-1, 1)), lambda x: theta * x, ig.Normal(0, 1), 2, theta="3/2"))
    check(reply.hessian["theta,theta"], curvature(1.5))


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (decided(ig.Normal(0, 1), lambda x: theta * x, ig.Laplace(0, 1), 2, theta=1), "kinks or jumps"),
        (decided(ig.Normal(0, 1), lambda x: ig.relu(theta * x), ig.Normal(0, 1), 2, theta=1), "kinks or jumps"),
        (decided(ig.Points((-1, 1)), lambda x: ig.tanh(theta * x), ig.Normal(0, 1), 2, theta=1), "affine"),
        (decided(ig.StudentT(theta), lambda x: 1 * x, ig.Normal(0, 1), 2, theta=3), "freedom"),
    ],
)
def test_second_derivatives_out_of_reach_are_refused_with_their_reason(question: ig.Question, reason: str) -> None:
    assert reason in refused(question)


def test_a_planted_fault_in_the_bend_of_the_noise_leaves_the_stated_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second derivatives of the noise's distribution function and of H left out."""
    monkeypatch.setattr(shares, "chained", lambda jet, value, slope, turn: chained(jet, value, slope, lambda: 0.0 * turn()))
    reply = answered(decided(ig.Points((-1, 1)), lambda x: theta * x, ig.Normal(0, 1), 2, theta="3/2"))
    value, stated = doubted(reply.hessian["theta,theta"])
    assert abs(value - curvature(1.5)) > 1e6 * stated
