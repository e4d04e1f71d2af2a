"""The paper's own reference rule: right where the map is gentle, and with an error estimate that shows where it is not."""

from __future__ import annotations

import pytest

import infograd as ig
from infograd import numeric


def reply_at(**point: object) -> ig.Answer:
    reply = numeric.answer(ig.CATALOGUE["tanh"].question.at_point(**point), method="Gauss-Hermite")
    assert isinstance(reply, ig.Answer)
    return reply


def pair(quantity: ig.Quantity | None) -> tuple[float, float]:
    assert quantity is not None
    assert isinstance(quantity.value, float)
    assert isinstance(quantity.doubt.estimated, float)
    return quantity.value, quantity.doubt.estimated


def test_a_gentle_tanh_channel_has_its_certified_values() -> None:
    reply = reply_at(theta="1", s2="1")
    value, error = pair(reply.value)
    assert abs(value - 0.165902811009885144) <= error <= 1e-9
    slope, slope_error = pair(reply.gradient["theta"])
    assert abs(slope - 0.129281416469981406) <= slope_error <= 1e-4


@pytest.mark.parametrize("theta", ["1/2", "2", "4"])
def test_the_stated_error_covers_the_true_one_on_steep_maps(theta: str) -> None:
    point = {"theta": theta, "s2": "1/10"}
    truth = numeric.answer(ig.CATALOGUE["tanh"].question.at_point(**point))
    assert isinstance(truth, ig.Answer)
    reply = reply_at(**point)
    for stated, exact in ((reply.value, truth.value), (reply.gradient["theta"], truth.gradient["theta"])):
        value, error = pair(stated)
        assert abs(value - pair(exact)[0]) <= error <= 1e-2


def test_a_map_too_steep_for_its_nodes_is_refused() -> None:
    """With 128 nodes the rule is off by 0.07 nats at theta = 10, and 256 nodes hardly move it: only the scale shows it."""
    reply = numeric.answer(ig.CATALOGUE["tanh"].question.at_point(theta=50, s2="1/100"), method="Gauss-Hermite")
    assert isinstance(reply, ig.Refusal)
    assert "would take" in reply.reason


@pytest.mark.parametrize("name", ["relay", "bpsk", "mac"])
def test_other_channels_are_refused(name: str) -> None:
    reply = numeric.answer(ig.CATALOGUE[name].question, method="Gauss-Hermite")
    assert isinstance(reply, ig.Refusal)
    assert reply.method == "Gauss-Hermite"
