"""What an estimator is handed of a run, by level of access: each view has the fields of its level and no others.

Rows are samples; they stand replicate by replicate, each replicate with the same number of rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import torch
from torch import Tensor

from infograd.answer import Access

if TYPE_CHECKING:
    from infograd.learned.samples.simulator import Simulator

Gradient = dict[str, Tensor]


@dataclass(frozen=True, slots=True)
class Pairs:
    """`samples` are the question's nodes by name, shape `(rows, dimension)`, doubles without history; `replicates` of them are independent."""

    access: ClassVar[Access] = Access.PAIRS
    samples: Mapping[str, Tensor]
    replicates: int

    @property
    def rows(self) -> int:
        """How many samples there are in all."""
        return len(next(iter(self.samples.values())))

    def side(self, names: Iterable[str]) -> Tensor:
        """The nodes of those names side by side, shape `(rows, dimension)`; no names give dimension 0."""
        columns = [self.samples[name] for name in names]
        return torch.cat(columns, dim=1) if columns else torch.zeros(self.rows, 0, dtype=torch.float64)


@dataclass(frozen=True, slots=True)
class Pathwise(Pairs):
    """Beside the samples the derivatives of the run, its primitives held fixed.

    `vjp` takes cotangents by node, shape `(rows, dimension)`, and returns by parameter the mean of J_i^T cotangent_i over each replicate's
    rows, shape `(replicates, *shape)`. `jacobian` returns dnode_i/dparameter for a node's name, by parameter, shape `(rows, dimension, *shape)`,
    or None where that many numbers are not held.
    """

    access: ClassVar[Access] = Access.PATHWISE
    vjp: Callable[[Mapping[str, Tensor]], Gradient]
    jacobian: Callable[[str], Gradient | None]


@dataclass(frozen=True, slots=True)
class LastNoise(Pathwise):
    """Beside these `noise_scores`, of each node with additive noise of a density: the score of that noise's law at its draws, `(rows, dimension)`."""

    access: ClassVar[Access] = Access.LAST_NOISE
    noise_scores: Mapping[str, Tensor]


@dataclass(frozen=True, slots=True)
class Model(LastNoise):
    """Beside these the simulator itself, with the uniforms of this run, shape `(rows, dimension of the simulator)`."""

    access: ClassVar[Access] = Access.MODEL
    simulator: Simulator
    uniforms: Tensor


View = Pairs | Pathwise | LastNoise | Model
