"""The harness can fail: a fault planted in any one room is caught, and where three rooms answer the verdict names that room."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

import infograd as ig
from infograd import verify
from infograd.array import entries, with_shape
from infograd.quantity import Infinite, Undefined

THREE_ROOMS = ("scalar", "cascade", "multipath-a", "multipath-b", "mac", "mac-sum")
TWO_ROOMS = ("tanh", "relay", "bpsk", "vector")


def scaled(quantity: ig.Quantity, factor: Fraction) -> ig.Quantity:
    value = quantity.value
    if isinstance(value, Infinite | Undefined):
        return quantity
    flat = (type(entry)(entry * factor) for _, entry in entries(value))
    return ig.Quantity(with_shape(flat, quantity.shape), quantity.doubt)


def planted(reply: ig.Reply, fault: Callable[[ig.Quantity], ig.Quantity]) -> ig.Reply:
    if isinstance(reply, ig.Refusal):
        return reply
    value = None if reply.value is None else fault(reply.value)
    return ig.Answer(reply.room, reply.method, reply.access, value, ig.FrozenMapping({name: fault(each) for name, each in reply.gradient.items()}))


@pytest.fixture(scope="module")
def honest() -> dict[str, tuple[ig.Reply, ...]]:
    return {name: verify.ask(case.question) for name, case in ig.CATALOGUE.items()}


@pytest.mark.parametrize("room", verify.ROOMS)
@pytest.mark.parametrize("name", THREE_ROOMS)
@pytest.mark.parametrize("factor", [Fraction(2), Fraction(1, 2), Fraction(-1)])
def test_a_factor_in_one_of_three_rooms_is_laid_on_that_room(honest: dict[str, Any], name: str, room: str, factor: Fraction) -> None:
    replies = [planted(reply, lambda quantity: scaled(quantity, factor)) if reply.room == room else reply for reply in honest[name]]
    verdict = verify.judge(ig.CATALOGUE[name].question, replies)
    assert verdict.status is ig.Status.DISAGREE
    assert verdict.blame == (room,)
    assert not verdict.as_expected


@pytest.mark.parametrize("name", TWO_ROOMS)
def test_a_factor_in_one_of_two_rooms_is_caught_and_both_are_suspects(honest: dict[str, Any], name: str) -> None:
    for room in {reply.room for reply in honest[name] if isinstance(reply, ig.Answer)}:
        replies = [planted(reply, lambda quantity: scaled(quantity, Fraction(2))) if reply.room == room else reply for reply in honest[name]]
        verdict = verify.judge(ig.CATALOGUE[name].question, replies)
        assert verdict.status is ig.Status.DISAGREE
        assert room in verdict.blame


def test_a_wrong_factor_in_the_kernels_of_quadrature_is_laid_on_the_numeric_room(monkeypatch: pytest.MonkeyPatch) -> None:
    from infograd.numeric.networks import information

    honest_ratio = information._log_ratio

    def doubled(masses: Any, groups: Any) -> tuple[Any, float]:
        ratio, subtracted = honest_ratio(masses, groups)
        return 2 * ratio, subtracted

    monkeypatch.setattr(information, "_log_ratio", doubled)
    question = ig.CATALOGUE["cascade"].question
    assert verify.judge(question, verify.ask(question)).blame == ("numeric",)
