"""Numbers out of replies with what their doubts allow, and the decisions of symbolic identities, as outcomes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from infograd.answer import Answer, Refusal, Reply
from infograd.error import SpecificationError
from infograd.quantity import Quantity
from infograd.question import Question
from infograd.verify.claims.entry import Outcome
from infograd.verify.claims.outcome import agrees, differs
from infograd.verify.policy import STANDARD


@dataclass(frozen=True, slots=True)
class Number:
    """A number in nats with the distance to the truth that its doubt allows, error estimates multiplied as the judge multiplies them."""

    value: float
    doubt: float

    def scaled(self, factor: float) -> Number:
        """The number times a factor."""
        return Number(self.value * factor, self.doubt * abs(factor))

    def __add__(self, other: Number) -> Number:
        return Number(self.value + other.value, self.doubt + other.doubt)

    def __sub__(self, other: Number) -> Number:
        return self + other.scaled(-1.0)


def number(quantity: Quantity | None, what: str = "the number") -> Number:
    """A scalar quantity with what its doubts allow.

    Raises: SpecificationError where it is no finite scalar.
    """
    if quantity is None or quantity.shape or (not isinstance(quantity.value, int | float) and not hasattr(quantity.value, "numerator")):
        raise SpecificationError(f"{what} is {quantity!r}; a claim's check reads a finite scalar.")
    value = float(quantity.value)  # type: ignore[arg-type]  # a scalar by the line above
    doubt = float(quantity.doubt.proved) + STANDARD.safety * float(quantity.doubt.estimated)  # type: ignore[arg-type]  # the same
    return Number(value, doubt + STANDARD.rtol * abs(value))


def _answered(reply: Reply) -> Answer:
    if not isinstance(reply, Answer):
        raise SpecificationError(f"{reply.room} ({reply.method}) refused: {reply.reason}")
    return reply


def information(reply: Reply) -> Number:
    """The value of an answer.

    Raises: SpecificationError where the reply is a refusal or its value is no finite scalar.
    """
    return number(_answered(reply).value, "the value")


def gradient(reply: Reply, name: str) -> Number:
    """The derivative of an answer in a scalar parameter.

    Raises: SpecificationError as `information` does.
    """
    return number(_answered(reply).gradient[name], f"the gradient in {name!r}")


def same(what: str, left: Number, right: Number, scale: float = 0.0) -> Outcome:
    """Whether two numbers agree within their doubts; `scale` is what they are measured against where both are meant to vanish."""
    return agrees(what, left.value, right.value, left.doubt + right.doubt, scale)


def apart(what: str, left: Number, right: Number) -> Outcome:
    """Whether two numbers are further apart than their doubts explain."""
    return differs(what, left.value, right.value, left.doubt + right.doubt)


def below(what: str, low: Number, high: Number) -> Outcome:
    """Whether the first number is less than the second by more than their doubts."""
    holds = high.value - low.value > low.doubt + high.doubt
    return Outcome(holds, f"{what}: {low.value:.9g} {'<' if holds else 'is not less than'} {high.value:.9g}")


def decided(what: str, *expressions: Any) -> Outcome:
    """Whether every expression is identically zero, decided by multiplying out over one denominator."""
    from infograd.analytic.theory.vanishing import vanishes

    left = [str(each) for each in expressions if not vanishes(each)]
    return Outcome(not left, f"{what}: {len(expressions)} identities decided" if not left else f"{what}: not zero: {'; '.join(left)}")


def nonzero(what: str, expression: Any) -> Outcome:
    """Whether the expression is not identically zero."""
    from infograd.analytic.theory.vanishing import vanishes

    zero = vanishes(expression)
    return Outcome(not zero, f"{what} is {expression if expression.is_number else 'identically zero' if zero else 'not identically zero'}")


def identities(question: Question, *forms: str) -> Outcome:
    """Whether those score forms of the gradient are identically the derivative of the information, in every entry asked for."""
    from infograd.analytic.identities import decide

    proofs = decide(question, forms=forms)
    if isinstance(proofs, Refusal):
        return Outcome(False, f"{proofs.room} ({proofs.method}) refused: {proofs.reason}")
    failed = sorted({f"{proof.form} in {proof.entry}" for proof in proofs if not proof.holds})
    return Outcome(not failed, f"{len(proofs)} identities decided" if not failed else f"not identical: {', '.join(failed)}")
