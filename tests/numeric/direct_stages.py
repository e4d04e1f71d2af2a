"""Channels of one stage for direct differentiation, and the numbers of its answers."""

from __future__ import annotations

from collections.abc import Callable

import infograd as ig

theta, s = ig.Parameter("theta"), ig.Parameter("s")


def stage(law: ig.Law, map: Callable[[ig.Source], object], noise: ig.Law, **at: object) -> ig.Question:
    x = ig.Source("X", law)
    return ig.Question(ig.Channel(x, ig.Gate("Y", map(x), noise=noise)), ("X", "Y"), at=at)


def slope(reply: ig.Reply, name: str = "theta") -> tuple[float, float]:
    assert isinstance(reply, ig.Answer), reply
    found = reply.gradient[name]
    return float(found.value), float(found.doubt.estimated)  # type: ignore[arg-type]  # scalars here


def information(reply: ig.Reply) -> tuple[float, float]:
    assert isinstance(reply, ig.Answer), reply
    assert reply.value is not None
    return float(reply.value.value), float(reply.value.doubt.estimated)  # type: ignore[arg-type]  # scalars here


def one_bit(noise: ig.Law, law: ig.Law | None = None) -> ig.Question:
    x = ig.Source("X", law or ig.Normal(0, 1))
    v = ig.Gate("V", theta * x, noise=noise)
    return ig.Question(ig.Channel(x, v, ig.Gate("Y", ig.sign(v))), ("X", "Y"), at={"theta": 1})
