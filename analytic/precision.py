"""Balls at rising precision: a method is tried again with twice the bits until it decides what it must and its numbers are sharp."""

from __future__ import annotations

from collections.abc import Callable

from flint import ctx

from infograd.analytic.refusal import NoClosedFormError, UndecidedError
from infograd.answer import Answer, Refusal

LEAST_BITS, MOST_BITS = 128, 4096


def at_rising_precision(room: str, method: str, attempt: Callable[[bool], Answer | None]) -> Answer | Refusal:
    """The first answer of `attempt`, or a refusal with its reason.

    The attempt hears whether the present precision is the last; it gives None where a ball is wider than it should be, and
    raises UndecidedError where a decision needs more bits.
    """
    precision = LEAST_BITS
    while True:
        last = 2 * precision > MOST_BITS
        try:
            with ctx.workprec(precision):
                reply = attempt(last)
        except UndecidedError as reason:
            if last:
                return Refusal(room, method, f"no closed form: {reason}")
        except NoClosedFormError as reason:
            return Refusal(room, method, f"no closed form: {reason}")
        else:
            if reply is not None:
                return reply
        precision *= 2
