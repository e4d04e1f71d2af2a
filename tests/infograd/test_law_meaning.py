"""The second argument of Normal is a variance, or a covariance matrix, in every room; each is held against a formula written by hand.

How a room reads the other laws is tested beside its own reading of them, against scipy.stats.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import infograd as ig
from infograd import analytic, learned, numeric

ROOMS: dict[str, Callable[[ig.Question], ig.Reply]] = {"analytic": analytic.answer, "numeric": numeric.answer, "learned": learned.answer}
SIGNAL, NOISE = 4.0, 0.25
THETA = ig.Parameter("theta")


def scalar_question() -> ig.Question:
    """Y = theta X + N with Var X = 4 and Var N = 1/4, at theta = 1."""
    x = ig.Source("X", ig.Normal(0, 4))
    y = ig.Gate("Y", THETA * x, noise=ig.Normal(0, "1/4"))
    return ig.Question(ig.Channel(x, y), ("X", "Y"), at={"theta": 1})


def stated(quantity: ig.Quantity | None) -> tuple[float, float]:
    """The value of a scalar quantity and the most that it may be wrong by: its bounds, twice its estimate, and six standard errors."""
    assert quantity is not None
    value: Any = quantity.value
    doubt: Any = quantity.doubt
    return float(value), float(doubt.proved) + 2 * float(doubt.estimated) + 6 * float(doubt.stderr) + 4 * np.finfo(float).eps


@pytest.mark.parametrize("room", ROOMS)
def test_the_second_argument_of_a_normal_is_its_variance(room: str) -> None:
    reply = ROOMS[room](scalar_question())
    assert isinstance(reply, ig.Answer)
    slope, width = stated(reply.gradient["theta"])
    by_hand = SIGNAL / (SIGNAL + NOISE)
    as_deviation = SIGNAL**2 / (SIGNAL**2 + NOISE**2)
    assert width < abs(by_hand - as_deviation) / 10
    assert slope == pytest.approx(by_hand, abs=width)
    if reply.value is not None:
        information, width = stated(reply.value)
        assert information == pytest.approx(0.5 * math.log(1 + SIGNAL / NOISE), abs=width)


@pytest.mark.parametrize("room", ["analytic", "learned"])
def test_the_second_argument_of_a_vector_normal_is_its_covariance(room: str) -> None:
    covariance, noise = ((2, "3/2"), ("3/2", 2)), ((1, "-1/2"), ("-1/2", 1))
    x = ig.Source("X", ig.Normal((0, 0), covariance))
    y = ig.Gate("Y", THETA * x, noise=ig.Normal((0, 0), noise))
    reply = ROOMS[room](ig.Question(ig.Channel(x, y), ("X", "Y"), at={"theta": 1}))
    assert isinstance(reply, ig.Answer)
    signal, disturbance = np.array([[2, 1.5], [1.5, 2]]), np.array([[1, -0.5], [-0.5, 1]])
    by_hand = np.trace(np.linalg.solve(signal + disturbance, signal))
    as_root = np.trace(np.linalg.solve(signal @ signal + disturbance @ disturbance, signal @ signal))
    slope, width = stated(reply.gradient["theta"])
    assert width < abs(by_hand - as_root) / 10
    assert slope == pytest.approx(by_hand, abs=width)
