"""Routes to the numbers of a question: each a name and a call that answers, sharing no computation with the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeAlias

from infograd.answer import Answer, Refusal, Reply
from infograd.mapping import FrozenMapping
from infograd.quantity import Doubt, Quantity
from infograd.question import Question

Parts: TypeAlias = Sequence[tuple[int, Question]]
NETWORK, STAGE = Fraction(1, 10**18), Fraction(1, 10**30)


@dataclass(frozen=True, slots=True)
class Route:
    """A name and the call that answers; what it answers is I, some derivatives, or both."""

    name: str
    answer: Callable[[], Reply]


def _scaled(quantity: Quantity, weight: int) -> tuple[Fraction, Doubt]:
    doubt = quantity.doubt
    size = abs(weight)
    return weight * Fraction(quantity.value), Doubt(size * Fraction(doubt.proved), size * Fraction(doubt.estimated))  # type: ignore[arg-type]  # scalars only


def _sum(terms: Sequence[tuple[int, Quantity]]) -> Quantity:
    scaled = [_scaled(quantity, weight) for weight, quantity in terms]
    proved = sum((Fraction(doubt.proved) for _, doubt in scaled), Fraction(0))  # type: ignore[arg-type]
    estimated = sum((Fraction(doubt.estimated) for _, doubt in scaled), Fraction(0))  # type: ignore[arg-type]
    return Quantity(sum((value for value, _ in scaled), Fraction(0)), Doubt(proved, estimated))


def combined(replies: Sequence[tuple[int, Reply]], wrt: Sequence[str]) -> Reply:
    """The sum of answers with whole weights; a parameter that an answer does not have does not move it. One refusal is the reply."""
    refused = next((reply for _, reply in replies if isinstance(reply, Refusal)), None)
    if refused is not None:
        return refused
    answers = [(weight, reply) for weight, reply in replies if isinstance(reply, Answer)]
    values = [(weight, answer.value) for weight, answer in answers if answer.value is not None]
    slopes = {name: [(weight, answer.gradient[name]) for weight, answer in answers if name in answer.gradient] for name in wrt}
    gradient = {name: _sum(terms) for name, terms in slopes.items() if terms}
    first = answers[0][1]
    return replace(first, value=_sum(values) if len(values) == len(answers) else None, gradient=FrozenMapping(gradient))


def certified(question: Question, radius: Fraction, parts: Parts = ()) -> Route:
    """Proven enclosures, of the question itself or of parts whose weighted sum it is."""

    def answer() -> Reply:
        from infograd.numeric import certified

        asked = parts or ((1, question),)
        return combined([(weight, certified.answer(part, radius=radius)) for weight, part in asked], question.wrt)

    return Route("certified", answer)


def quadrature(question: Question) -> Route:
    """The numeric room's own choice of method for the question as it stands."""

    def answer() -> Reply:
        from infograd import numeric

        return numeric.answer(question)

    return Route("quadrature", answer)


def scores(question: Question, parts: Parts = ()) -> Route:
    """E[J (s_{B|A} - s_B)] by quadrature: the gradient by Theorem 2 and Corollary 3, of the question or of parts whose sum it is."""

    def answer() -> Reply:
        from infograd import numeric

        asked = parts or ((1, question),)
        return combined([(weight, numeric.score_form(part, "difference")) for weight, part in asked], question.wrt)

    return Route("score form", answer)


def fisher_integral(question: Question) -> Route:
    """The integral of Fisher informations over added noise (eqs. (54)-(55))."""

    def answer() -> Reply:
        from infograd import numeric

        return numeric.fisher_integral(question)

    return Route("Fisher integral", answer)


def mmse_integral(question: Question) -> Route:
    """The integral of the mean square error over the signal-to-noise ratio."""

    def answer() -> Reply:
        from infograd import numeric

        return numeric.mmse_integral(question)

    return Route("I-MMSE integral", answer)


def path_integral(question: Question, start: Mapping[str, object], error: float = 1e-9) -> Route:
    """The integral of the theorem's gradient along a path from where I is 0 (eq. (50)), to that error in nats."""

    def answer() -> Reply:
        from infograd import numeric

        return numeric.path_integral(question, start, error=error)

    return Route("path integral", answer)


def path_on_top(conditional: Question, start: Mapping[str, object], known: Question, error: float) -> Route:
    """I(X;Y1,Y2) = I(X;Y2) + I(X;Y1|Y2): the first by proof, the second by the path integral to that error in nats."""

    def answer() -> Reply:
        from infograd import numeric
        from infograd.numeric import certified

        top = numeric.path_integral(conditional, start, error=error)
        return combined([(1, top), (1, certified.answer(known, radius=STAGE))], ())

    return Route("path integral and chain rule", answer)


def alternating_series(question: Question, parts: Parts = ()) -> Route:
    """The alternating series of equiprobable -a and a in Gaussian noise."""

    def answer() -> Reply:
        from infograd.verify.references import series

        return combined([(weight, series.answer(part)) for weight, part in parts or ((1, question),)], question.wrt)

    return Route("alternating series", answer)
