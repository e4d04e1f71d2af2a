"""Questions of one stage, and what their answers are held to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import infograd as ig
from infograd import numeric

EPS = float(np.finfo(np.float64).eps)
theta, m, s = ig.Parameter("theta"), ig.Parameter("m"), ig.Parameter("s")
X = ig.Source("X", ig.Normal(0, 1))
Map = Callable[[ig.Source], Any]


def stage(law: ig.Law, map: Map, noise: ig.Law, order: int = 1, **at: Any) -> ig.Question:
    x = ig.Source("X", law)
    return ig.Question(ig.Channel(x, ig.Gate("Y", map(x), noise=noise)), ("X", "Y"), at=at, order=order)


def decided(law: ig.Law, map: Map, noise: ig.Law, order: int = 1, **at: Any) -> ig.Question:
    """A receiver of one bit, sign(f(X) + N)."""
    x = ig.Source("X", law)
    v = ig.Gate("V", map(x), noise=noise)
    return ig.Question(ig.Channel(x, v, ig.Gate("Y", ig.sign(v))), ("X", "Y"), at=at, order=order)


def answered(question: ig.Question, error: float = 1e-12) -> ig.Answer:
    reply = numeric.answer(question, error=error)
    assert isinstance(reply, ig.Answer), reply
    assert reply.method == "adaptive panels"
    return reply


def refused(question: ig.Question, error: float = 1e-12) -> str:
    """The reason of the refusal."""
    reply = numeric.answer(question, error=error, method="adaptive panels")
    assert isinstance(reply, ig.Refusal), reply
    return reply.reason


def doubted(quantity: ig.Quantity | None) -> tuple[float, float]:
    assert quantity is not None
    assert isinstance(quantity.value, float)
    assert isinstance(quantity.doubt.estimated, float)
    return quantity.value, quantity.doubt.estimated


def check(quantity: ig.Quantity | None, expected: float, reference: float = 0.0, error: float = 1e-12) -> None:
    """The stated error covers the distance to the truth, up to the truth's own rounding and the reference's error, and is as small as asked."""
    value, stated = doubted(quantity)
    assert abs(value - expected) <= stated + reference + 4 * EPS * abs(expected)
    assert stated <= error * max(1.0, abs(value))
