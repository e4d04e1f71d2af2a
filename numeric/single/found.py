"""What a method finds: the information with its derivatives, each with its error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from infograd.numeric.interpreter import Floats

Whole: TypeAlias = NDArray[np.intp]
Truth: TypeAlias = NDArray[np.bool_]
EPS = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, slots=True)
class Found:
    """I, dI/da by direction and d2I/(da db) by pair, with the estimated error of each, and the number of cells that it took."""

    values: Floats
    errors: Floats
    cells: int
