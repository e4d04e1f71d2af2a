"""Arrays of values with the error estimate of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from infograd.numeric.interpreter import Floats

Flags: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Values:
    """`values` and, entry by entry, the estimated `error` of each; both have one shape."""

    values: Floats
    error: Floats
