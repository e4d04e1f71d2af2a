"""The numeric room: information and gradients of channels of scalar nodes by quadrature, with an error estimate.

`answer` differentiates the information; `score_form` takes the expectations with scores that Theorems 1 and 2, Corollary 3 and the
remarks put in its place; `direct_gradient` is the information's side where laws or maps of one stage jump.
Conventions: real scalars, nats, gradient dI/dtheta with theta's shape; every value carries an estimated error, and a
method that cannot meet the error asked for refuses. It imports the language and nothing of the other rooms.
"""

from __future__ import annotations

import numpy as np

from infograd.answer import Answer, Refusal
from infograd.error import SpecificationError
from infograd.numeric import gauss_hermite, trapezoid
from infograd.numeric.direct import direct_gradient
from infograd.numeric.information import OPERATIONS
from infograd.numeric.limit import LimitError
from infograd.numeric.score_form import score_form
from infograd.question import Question

METHODS = (trapezoid.METHOD, gauss_hermite.METHOD)


def answer(question: Question, *, error: float = 1e-12, method: str = trapezoid.METHOD, operations: float = OPERATIONS) -> Answer | Refusal:
    """I(A;B|C) in nats with its gradient, each to `error` (relative where the magnitude exceeds 1), or a refusal that says why.

    `operations` is the most that one contraction may take; it is known before anything is computed.
    Raises: SpecificationError for an unknown method or an error that is not positive.
    """
    if method not in METHODS:
        raise SpecificationError(f"method is {method!r}; the methods of the numeric room are {', '.join(map(repr, METHODS))}.")
    if not error > 0:
        raise SpecificationError(f"error is {error!r}; ask for a positive number of nats.")
    try:
        with np.errstate(over="raise", divide="raise", invalid="raise", under="ignore"):
            return trapezoid.answer(question, error, operations) if method == trapezoid.METHOD else gauss_hermite.answer(question)
    except LimitError as reason:
        return Refusal("numeric", method, f"{reason}.")
    except FloatingPointError as fault:
        return Refusal("numeric", method, f"a map or a density leaves the range of numbers on the support of its input ({fault}).")


__all__ = ["METHODS", "answer", "direct_gradient", "score_form"]
