"""Numbers of the tanh channel and of two levels, by proof and by the numeric room's adaptive method."""

from __future__ import annotations

from fractions import Fraction

from infograd.answer import Answer, Reply
from infograd.array import Array
from infograd.catalogue import CATALOGUE
from infograd.error import SpecificationError
from infograd.quantity import Infinite, Quantity, Undefined
from infograd.question import Question


def tanh(noise: Fraction, theta: Fraction) -> Question:
    """I(X;Y) of Y = tanh(theta X) + Z and its derivative in theta."""
    base = CATALOGUE["tanh"].question.at_point(theta=theta, s2=noise)
    return Question(base.channel, base.between, wrt="theta", at=base.at)


def two_levels(noise: Fraction) -> Question:
    """I(X;Y) of the levels -1 and 1 in noise of that variance: what the tanh channel tends to."""
    return CATALOGUE["bpsk"].question.at_point(a=1, s2=noise)


def certified(question: Question, radius: Fraction) -> Answer:
    """A proven enclosure.

    Raises: SpecificationError with the reason where there is none.
    """
    from infograd.numeric import certified

    return _answered(certified.answer(question, radius=radius))


def adaptive(question: Question) -> Answer:
    """What the numeric room answers by itself, with its estimated error.

    Raises: SpecificationError with the reason where it refuses.
    """
    from infograd import numeric

    return _answered(numeric.answer(question))


def _answered(reply: Reply) -> Answer:
    if not isinstance(reply, Answer):
        raise SpecificationError(f"{reply.room} ({reply.method}) refused: {reply.reason}")
    return reply


def value(answer: Answer) -> Quantity:
    """The information of an answer.

    Raises: SpecificationError where it states none.
    """
    if answer.value is None:
        raise SpecificationError(f"{answer.room} ({answer.method}) gave no value.")
    return answer.value


def exact(number: Array | Infinite | Undefined) -> Fraction:
    """A scalar as the rational that it is; the questions of this file have finite scalars only."""
    return Fraction(number)  # type: ignore[arg-type]
