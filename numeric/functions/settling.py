"""Arrays of values refined until two resolutions agree, with the error estimate of `infograd.numeric.refinement`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from infograd.answer import Refusal
from infograd.numeric.functions.cells import EVEN_ROUNDING, PANEL_ROUNDING, Cells, error_left
from infograd.numeric.functions.values import Flags, Values
from infograd.numeric.interpreter import Floats
from infograd.numeric.limit import LimitError
from infograd.numeric.refinement import EPS, Estimate, refine

Evaluation = Callable[[float], tuple[Floats, Floats]]


def settled(evaluate: Evaluation, error: float, cells: Cells) -> Values:
    """`evaluate(step)` gives values and the size of what each was summed from; entries that are -inf at the last resolution are exact.

    Entries whose rounding exceeds `error` are refined to their rounding.
    Raises: LimitError where neither is met.
    """
    found: tuple[Floats, Flags] = (np.zeros(0), np.zeros(0, dtype=np.bool_))
    unit: Floats | None = None

    def estimate(step: float) -> Estimate:
        nonlocal found, unit
        values, sizes = evaluate(step)
        void = np.isneginf(values)
        flat, rounding = (
            np.where(void, 0.0, values).ravel(),
            EPS * (1 + (PANEL_ROUNDING if cells.panels else EVEN_ROUNDING) * np.where(void, 0.0, sizes).ravel()),
        )
        found = values, void
        unit = np.maximum(1.0, 4 * rounding / (error * np.maximum(1.0, np.abs(flat)))) if unit is None else unit
        return Estimate(flat / unit, rounding / unit, values.size)

    refined = refine(estimate, error, error_left(cells))
    assert unit is not None  # refining evaluates
    values, void = found
    return Values(values, np.where(void, 0.0, (refined.errors * unit).reshape(values.shape)))


def replied(name: str, compute: Callable[[], Values]) -> Values | Refusal:
    """The values, or a refusal that says why there are none."""
    try:
        with np.errstate(over="raise", divide="raise", invalid="raise", under="ignore"):
            return compute()
    except LimitError as reason:
        return Refusal("numeric", name, f"{reason}.")
    except FloatingPointError as fault:
        return Refusal("numeric", name, f"a map or a density leaves the range of numbers on the support of its input ({fault}).")
