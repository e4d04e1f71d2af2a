"""Points of the unit cube, independent or scrambled Sobol, from a seed alone; torch's and numpy's global generators stay untouched."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

_SOBOL_BITS = 30
_DOUBLE_BITS = 53


def seeds(seed: int, count: int) -> list[int]:
    """`count` seeds for independent streams, derived from one."""
    return [int(state) for state in np.random.SeedSequence(seed).generate_state(count)]


def sobol(dimension: int, count: int, seed: int) -> Tensor:
    """Scrambled Sobol points, shape `(count, dimension)`, moved to the middle of their 2^-30 cells, so that none is 0 or 1."""
    engine = torch.quasirandom.SobolEngine(dimension, scramble=True, seed=seed)  # type: ignore[no-untyped-call]  # torch leaves it untyped
    return engine.draw(count, dtype=torch.float64) + 2.0 ** -(_SOBOL_BITS + 1)


def independent(dimension: int, count: int, generator: torch.Generator) -> Tensor:
    """Independent uniform points, shape `(count, dimension)`, none of them 0 or 1."""
    return torch.rand(count, dimension, generator=generator, dtype=torch.float64) * (1 - 2.0**-_DOUBLE_BITS) + 2.0 ** -(_DOUBLE_BITS + 1)
