"""The room's methods by name."""

from __future__ import annotations

from collections.abc import Callable

from infograd.analytic import floating, score_method
from infograd.analytic.asked import asked
from infograd.analytic.exact import answer as exact
from infograd.answer import Reply
from infograd.error import SpecificationError
from infograd.question import Question

METHODS: dict[str, Callable[[Question], Reply]] = {"exact": exact.answer, "scores": score_method.answer, "float": floating.answer}


def answer(question: Question, *, method: str = "exact") -> Reply:
    """I(A;B|C) in nats and its gradient for Gaussian sources and noises and maps linear in the nodes, by the named method, or a refusal that says why.

    "exact" differentiates the covariance in exact rationals and proven balls, and gives entropies, infinite values and second
    derivatives; "scores" takes the theorem's route, in the same numbers; "float" is numpy with a proven rounding bound.
    Raises: SpecificationError for an unknown method and for what is no question.
    Source: arXiv:2601.01789, eqs. (18), (33)-(34), (39), (45)-(46), (63), (65)-(66), and their matrix forms.
    """
    if not isinstance(method, str) or method not in METHODS:
        raise SpecificationError(f"method is {method!r}; the methods of the analytic room are {', '.join(map(repr, METHODS))}.")
    return METHODS[method](asked(question))
