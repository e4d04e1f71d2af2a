"""What all routes to an information share: checking the error asked for, and saying why there is no value."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from infograd.answer import Access, Answer, Refusal
from infograd.error import SpecificationError
from infograd.mapping import FrozenMapping
from infograd.numeric.limit import LimitError
from infograd.numeric.refinement import Refined
from infograd.quantity import Doubt, Quantity


def by_route(method: str, citation: str, error: float, compute: Callable[[], Refined]) -> Answer | Refusal:
    """The first refined value as an answer without a gradient, or a refusal.

    Raises: SpecificationError for an error that is not positive.
    """
    if not error > 0:
        raise SpecificationError(f"error is {error!r}; ask for a positive number of nats.")
    try:
        with np.errstate(over="raise", divide="raise", invalid="raise", under="ignore"):
            found = compute()
    except LimitError as reason:
        return Refusal("numeric", method, f"{reason}.")
    except FloatingPointError as fault:
        return Refusal("numeric", method, f"a map or a density leaves the range of numbers on the support of its input ({fault}).")
    value = Quantity(float(found.values[0]), Doubt(estimated=float(found.errors[0])))
    return Answer("numeric", method, Access.MODEL, value, citation=citation, cost=FrozenMapping({"cells": found.cells, "levels": found.levels}))
