"""Refinement of Gauss-Legendre panels, whose number is whole: the error falls fast but not evenly.

From one resolution to the next the panels may hardly change, and a small change may be an accident. Over two resolutions the cell
halves, so the larger of the changes since the last two resolutions is what is stated.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from infograd.numeric.information import Estimate
from infograd.numeric.limit import LimitError
from infograd.numeric.refinement import FIRST_STEP, LEVELS, Refined


def refine_by_changes(evaluate: Callable[[float], Estimate], error: float) -> Refined:
    """Halve the cell of `evaluate(step)` until the last two changes of each entry are at most `error`, relative where it exceeds 1.

    Raises: LimitError when the error is not reached; the message says what was.
    """
    levels: list[Estimate] = []
    reached = math.inf
    for level in range(LEVELS):
        try:
            levels.append(evaluate(FIRST_STEP * 2 ** (-level / 2)))
        except LimitError as limit:
            if not levels:
                raise
            raise LimitError(f"the error {error:g} was not reached: {reached:.1e} is left; ask for a larger error, since on a finer grid {limit}") from None
        if len(levels) < 3:
            continue
        first, between, last = levels[-3:]
        scale = np.maximum(1.0, np.abs(last.values))
        left = np.maximum(np.abs(last.values - between.values), np.abs(last.values - first.values)) + last.rounding
        reached = float((left / scale).max())
        if reached <= error:
            return Refined(last.values, left, sum(each.cells for each in levels), len(levels))
    raise LimitError(f"the error {error:g} was not reached: {reached:.1e} is left; ask for a larger error")
