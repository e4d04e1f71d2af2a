"""Asking the rooms: each method gets the question and nothing else.

A room that is not installed replies with a refusal that says how to install it; rooms are imported when they are asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from infograd.answer import Answer, Reply
from infograd.error import SpecificationError
from infograd.question import Question

ERRORS = (1e-12, 1e-8, 1e-5, 1e-3)
Method = Callable[[Question], Reply]


def _analytic(question: Question) -> Reply:
    from infograd import analytic

    return analytic.answer(question)


def _analytic_scores(question: Question) -> Reply:
    from infograd import analytic

    return analytic.answer(question, method="scores")


def _analytic_float(question: Question) -> Reply:
    from infograd import analytic

    return analytic.answer(question, method="float")


def _numeric(question: Question) -> Reply:
    """Quadrature to 1e-12, or where that is out of reach to the least of the larger errors that it meets: the judge weighs what is stated."""
    from infograd import numeric

    replies = (numeric.answer(question, error=error) for error in ERRORS)
    first = next(replies)
    return first if isinstance(first, Answer) else next((reply for reply in replies if isinstance(reply, Answer)), first)


def _gauss_hermite(question: Question) -> Reply:
    from infograd import numeric

    return numeric.answer(question, method="Gauss-Hermite")


def _certified(question: Question) -> Reply:
    from infograd import numeric

    return numeric.answer(question, method="certified")


def _sandwich(question: Question) -> Reply:
    """Monte Carlo bounds to 1e-2: they serve any number of nodes and dimensions, and no sample gives 1e-12."""
    from infograd import numeric

    return numeric.answer(question, method="Monte Carlo sandwich", error=1e-2)


def _learned(question: Question) -> Reply:
    from infograd import learned

    return learned.answer(question)


def _paper(question: Question) -> Reply:
    from infograd import learned

    return learned.answer(question, recipe="paper")


METHODS: dict[str, Method] = {
    "analytic": _analytic,
    "analytic: scores": _analytic_scores,
    "analytic: float": _analytic_float,
    "numeric": _numeric,
    "numeric: Gauss-Hermite": _gauss_hermite,
    "numeric: certified": _certified,
    "numeric: sandwich": _sandwich,
    "learned": _learned,
    "learned: paper": _paper,
}
ROOMS = ("analytic", "numeric", "learned")


def ask(question: Question, methods: Iterable[str | Method] = ROOMS) -> tuple[Reply, ...]:
    """The replies of the named methods, or of methods handed in, in their order.

    Raises: SpecificationError for an unknown name.
    """
    chosen = []
    for method in methods:
        if isinstance(method, str):
            if method not in METHODS:
                raise SpecificationError(f"{method!r} is no method; the methods are {', '.join(map(repr, METHODS))}.")
            method = METHODS[method]
        chosen.append(method)
    return tuple(method(question) for method in chosen)
