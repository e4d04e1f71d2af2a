"""What lies beyond the levels of a law: the noise's tails in derivatives in its scale."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import infograd as ig
from infograd import numeric
from infograd.numeric.single import panels

A, S = ig.Parameter("a"), ig.Parameter("s")


def faint(noise: ig.Law, **at: str) -> ig.Reply:
    """Y = a X + N with X uniform on [-1, 1] and a = 1e-9, where I = a^2/(6 s) + O(a^4) for a Normal N of variance s."""
    x = ig.Source("X", ig.Uniform(-1, 1))
    channel = ig.Channel(x, ig.Gate("Y", A * x, noise=noise))
    return numeric.answer(ig.Question(channel, ("X", "Y"), at={"a": "1/1000000000"} | at, order=2))


def test_second_derivative_in_a_noises_variance_counts_the_tails_beyond_its_levels(monkeypatch: pytest.MonkeyPatch) -> None:
    truth = 1e-18 / (3 * 0.6**3)

    def covered() -> bool:
        reply: Any = faint(ig.Normal(0, S), s="3/5")
        found = reply.hessian["s,s"]
        return bool(abs(found.value - truth) <= found.doubt.estimated <= 1e-12)

    assert covered()
    monkeypatch.setattr(panels, "_tails", lambda output: np.zeros(len(output.rows)))
    assert not covered()


def test_a_logistic_noise_counts_its_tails_too() -> None:
    """I and its derivatives in the scale are of the order of a^2/s^4 at most, some 1e-17."""
    reply: Any = faint(ig.Logistic(0, S), s="3/5")
    found = reply.hessian["s,s"]
    assert abs(found.value) <= found.doubt.estimated + 1e-16
