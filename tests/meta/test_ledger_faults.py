"""The ledger can fail: a false claim, a refutation that stops refuting, a check that cannot fail and one that raises are each caught."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from functools import partial
from typing import Any

import pytest

import infograd as ig
from infograd import analytic, numeric
from infograd.array import with_shape
from infograd.claim import Standing
from infograd.verify.claims.entry import Check, Entry, Outcome, corrects, entry, refutes, supports
from infograd.verify.claims.examining import examine
from infograd.verify.claims.ledger import ledger
from infograd.verify.claims.outcome import agrees, differs
from infograd.verify.claims.selection import select

QUESTION = ig.CATALOGUE["scalar"].question


def slope(reply: ig.Reply) -> tuple[float, float]:
    """The gradient in theta and its doubt."""
    assert isinstance(reply, ig.Answer)
    quantity = reply.gradient["theta"]
    assert isinstance(quantity.value, Fraction | float)
    assert isinstance(quantity.doubt, ig.Doubt)
    doubt = quantity.doubt
    return float(quantity.value), float(doubt.proved) + 2 * float(doubt.estimated)  # type: ignore[arg-type]  # a scalar's doubt is a number


def gradient_is(factor: float, allowed: float = 0.0) -> Outcome:
    """Whether quadrature finds `factor` times the exact gradient of the scalar channel."""
    (exact, rounding), (found, doubt) = slope(analytic.answer(QUESTION)), slope(numeric.answer(QUESTION))
    return agrees("dI/dtheta", factor * exact, found, rounding + doubt + allowed)


def gradient_is_not(factor: float, room: str) -> Outcome:
    """Whether a room's gradient is not `factor` times theta / (theta^2 + s2), which is 1/2 here."""
    value, doubt = slope(analytic.answer(QUESTION) if room == "analytic" else numeric.answer(QUESTION))
    return differs("dI/dtheta", factor / 2, value, doubt + 1e-15)


def claimed(standing: Standing, *checks: Check) -> ig.Examination:
    return examine(entry("eq-1", "The gradient of the scalar channel", "III Cascades", r"\partial I / \partial \theta", standing, *checks))


def refuting(factor: float) -> tuple[Check, ...]:
    return tuple(refutes("numbers", room, f"in the {room} room", partial(gradient_is_not, factor, room)) for room in ("analytic", "numeric"))


def test_the_true_claim_stands() -> None:
    assert claimed(Standing.PROVED, supports("quadrature", "numeric", "the gradient", lambda: gradient_is(1.0))).as_stated


@pytest.mark.parametrize("factor", [2.0, 0.5, -1.0, 1 + 1e-9])
@pytest.mark.parametrize("standing", [Standing.PROVED, Standing.CONDITIONAL, Standing.MEASURED])
def test_a_false_claim_is_refuted(factor: float, standing: Standing) -> None:
    examination = claimed(standing, supports("quadrature", "numeric", "the gradient", lambda: gradient_is(factor)))
    assert examination.standing is Standing.REFUTED
    assert repr(standing.value) in examination.flip
    assert repr(Standing.REFUTED.value) in examination.flip


def test_a_refutation_that_stops_refuting_flips() -> None:
    right = corrects("quadrature", "numeric", "without the factor", lambda: gradient_is(1.0))
    assert claimed(Standing.REFUTED, *refuting(2.0), right).as_stated
    examination = claimed(Standing.REFUTED, *refuting(1.0), right)
    assert examination.standing is Standing.PROVED
    assert examination.flip.startswith(
        "eq-1 stands as 'refuted as stated', but its findings say 'proved': in the analytic room: dI/dtheta: 0.5 and 0.5 differ by"
    )


def test_a_refutation_by_one_room_alone_does_not_stand() -> None:
    assert not claimed(Standing.REFUTED, refuting(2.0)[0]).as_stated


def test_a_wrong_correction_does_not_stand() -> None:
    wrong = corrects("quadrature", "numeric", "with another factor", lambda: gradient_is(3.0))
    assert not claimed(Standing.REFUTED, *refuting(2.0), wrong).as_stated


def test_a_check_that_cannot_fail_does_not_support() -> None:
    examination = claimed(Standing.PROVED, supports("quadrature", "numeric", "the gradient", lambda: gradient_is(1.0, allowed=0.2)))
    assert not examination.as_stated
    assert "which could not have failed" in examination.flip


def test_a_check_that_raises_does_not_support_and_is_not_swallowed() -> None:
    def ask() -> Outcome:
        return gradient_is(ig.CATALOGUE["no such channel"].question.order)

    examination = claimed(Standing.PROVED, supports("quadrature", "numeric", "a channel that is not there", ask))
    assert not examination.as_stated
    assert "a channel that is not there: raised KeyError" in examination.flip


def test_a_proof_without_a_check_does_not_stand() -> None:
    assert not claimed(Standing.PROVED).as_stated


def entry_of(id: str) -> Entry:
    (found,) = select(ledger(), id)
    return found


@pytest.mark.parametrize("id", ["eq-8-9", "eq-33", "eq-34", "eq-65-66"])
def test_a_wrong_factor_in_quadrature_flips_what_rests_on_it(id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from infograd.numeric.networks import information
    from infograd.numeric.single import grid
    from infograd.numeric.single.terms import entropy_terms

    honest = information._log_ratio

    def doubled(masses: Any, groups: Any) -> tuple[Any, float]:
        ratio, subtracted = honest(masses, groups)
        return 2 * ratio, subtracted

    monkeypatch.setattr(information, "_log_ratio", doubled)
    monkeypatch.setattr(grid, "entropy_terms", lambda rows, keys: 2 * entropy_terms(rows, keys))
    assert examine(entry_of(id)).standing is Standing.REFUTED


def test_a_wrong_factor_in_the_exact_gradient_is_seen_by_a_refutation_that_rests_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = analytic.answer

    def doubled(*arguments: Any, **options: Any) -> ig.Reply:
        reply = honest(*arguments, **options)
        if isinstance(reply, ig.Refusal):
            return reply
        gradient = {
            name: ig.Quantity(with_shape((2 * value for _, value, _ in each.entries()), each.shape), each.doubt) for name, each in reply.gradient.items()
        }
        return dataclasses.replace(reply, gradient=ig.FrozenMapping(gradient))

    monkeypatch.setattr(analytic, "answer", doubled)
    assert not examine(entry_of("theorem-2")).as_stated
