"""Signals of maps that grow, exactly and on float grids."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

import infograd as ig
from infograd.numeric.certified.growing.signal import GrowingSignal, read_growing

Complexes = NDArray[np.complex128]
ROUNDING = 1e-9
MAPS: dict[str, Callable[[Any, Any], Any]] = {
    "linear": lambda a, x: a * x,
    "softplus": lambda a, x: ig.softplus(a * x),
    "mixed": lambda a, x: x + ig.tanh(a * x),
    "square": lambda a, x: a * x**2 / 2,
    "cubic": lambda a, x: a * x**3 / 4,
}
NUMERIC: dict[str, Callable[[Complexes], Complexes]] = {
    "linear": lambda x: x,
    "softplus": lambda x: np.log1p(np.exp(x)),
    "mixed": lambda x: x + np.tanh(x),
    "square": lambda x: x**2 / 2,
    "cubic": lambda x: x**3 / 4,
}


def signal(name: str) -> GrowingSignal:
    """T for X and Z of unit variance, the gain 1."""
    x = ig.Source("X", ig.Normal(0, 1))
    y = ig.Gate("Y", MAPS[name](ig.Parameter("a"), x), noise=ig.Normal(0, 1))
    return read_growing(ig.Question(ig.Channel(x, y), ("X", "Y"), at={"a": 1}))
