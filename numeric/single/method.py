"""The method "adaptive panels": I(A;B) of channels of one stage B = f(A; theta) + N, with first and second derivatives, each with its error."""

from __future__ import annotations

import math
from collections.abc import Iterable

from infograd.answer import Access, Answer
from infograd.array import Array, shape_of, with_shape
from infograd.mapping import FrozenMapping
from infograd.numeric.limit import LimitError
from infograd.numeric.single import decision, grid, panels
from infograd.numeric.single.evaluation import directions
from infograd.numeric.single.found import Found
from infograd.numeric.single.plan import plan
from infograd.quantity import Doubt, Quantity
from infograd.question import Question

METHOD = "adaptive panels"
CITATION = "trapezoid rule, Trefethen and Weideman, SIAM Review 56 (2014) 385; Kronrod panels, Piessens et al., QUADPACK (1983)"


def information(question: Question, error: float) -> Found:
    """I in nats and its derivatives by direction and pair of directions.

    Raises: LimitError where the question is not of one stage, or the error is not met.
    """
    read = plan(question)
    if read.decided:
        return decision.information(read, question, error)
    found = grid.information(read, question, error) if grid.suits(read) else None
    return panels.information(read, question, error) if found is None else found


def applies(question: Question) -> bool:
    """Whether the question is of one stage."""
    try:
        plan(question)
    except LimitError:
        return False
    return True


def answer(question: Question, error: float) -> Answer:
    """I(A;B) in nats with its gradient, and with second derivatives where the question's order is 2, each to `error`, relative where it exceeds 1.

    Raises: LimitError where the method does not apply or the error is not met.
    """
    found = information(question, error)
    values, errors = found.values.tolist(), found.errors.tolist()
    value = Quantity(values[0], Doubt(estimated=errors[0]))
    gradient, row = {}, 1
    for name in question.wrt if question.order else ():
        shape = shape_of(question.at[name])
        rows = range(row, row := row + math.prod(shape))
        gradient[name] = Quantity(_shaped(values, rows, shape), Doubt(estimated=_shaped(errors, rows, shape)))
    hessian = _hessian(question, values, errors) if question.order == 2 else FrozenMapping[Quantity]()
    return Answer("numeric", METHOD, Access.MODEL, value, FrozenMapping(gradient), hessian, citation=CITATION, cost=FrozenMapping({"cells": found.cells}))


def _shaped(column: list[float], rows: Iterable[int], shape: tuple[int, ...]) -> Array:
    return with_shape((column[row] for row in rows), shape)


def _hessian(question: Question, values: list[float], errors: list[float]) -> FrozenMapping[Quantity]:
    """Second derivatives under "a,b" for names in the question's order, of shape (shape of a) + (shape of b)."""
    numbers = directions(question)
    count = len(numbers)
    place = {(a, b): 1 + count + sum(count - earlier for earlier in range(a)) + b - a for a in range(count) for b in range(a, count)}
    found = {}
    for position, first in enumerate(question.wrt):
        for second in question.wrt[position:]:
            left = [number for (owner, _), number in numbers.items() if owner == first]
            right = [number for (owner, _), number in numbers.items() if owner == second]
            rows = [place[min(a, b), max(a, b)] for a in left for b in right]
            shape = (*shape_of(question.at[first]), *shape_of(question.at[second]))
            found[f"{first},{second}"] = Quantity(_shaped(values, rows, shape), Doubt(estimated=_shaped(errors, rows, shape)))
    return FrozenMapping(found)
