"""What a function of the output is averaged over: for every output the cells of hidden values that may have led to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

import numpy as np

from infograd.numeric.functions.additive import Additive, log_sum
from infograd.numeric.interpreter import Floats
from infograd.numeric.refinement import ErrorLeft, by_changes, on_even_grids, where_rough

ORDINARY_LOSS = 48.0
EVEN_ROUNDING, PANEL_ROUNDING = 16.0, 128.0
"""How many roundings of the size of what is summed a sum may be off; Gauss-Legendre weights are known to some 30 of them."""
MOST = 400_000_000


class Split(Enum):
    """Which hidden values the cells keep apart."""

    WHOLE = "only what the output's map needs"
    INPUTS = "the inputs of the question along an axis of their own"
    EVERY = "the inputs along an axis of their own, and every other hidden node"


@dataclass(frozen=True, slots=True, eq=False)
class Slices:
    """Cells over (outputs, inputs, rest): logarithms of p(y, cell), d/dy of them, the noise that leads to y, and its weight without it.

    `inputs` are the values of the question's inputs over (outputs or 1, inputs); `edges` is what jumps of the noise's density add to dp(y)/dy.
    """

    log_masses: Floats
    scores: Floats
    noise: Floats
    log_weights: Floats
    inputs: Mapping[str, Floats]
    edges: Floats

    @property
    def log_density(self) -> Floats:
        """log p(y)."""
        return log_sum(self.log_masses, (1, 2))

    def shares(self) -> Floats:
        """The law of the cells given y; 0 where p(y) is 0."""
        return _normalised(self.log_masses, (1, 2))

    def marginal_score(self) -> Floats:
        """d log p(y) / dy between the jumps of p; 0 where p(y) is 0."""
        total = self.log_density
        jumps = np.divide(self.edges, np.exp(total), out=np.zeros_like(total), where=(self.edges != 0) & np.isfinite(total))
        return np.asarray((self.shares() * self.scores).sum(axis=(1, 2)) + jumps)

    def conditional(self) -> tuple[Floats, Floats]:
        """The logarithm of the mass of (y, inputs), and d log p(y | inputs) / dy, over (outputs, inputs)."""
        return log_sum(self.log_masses, 2), np.asarray((_normalised(self.log_masses, (2,)) * self.scores).sum(axis=2))


def _normalised(logs: Floats, axis: tuple[int, ...]) -> Floats:
    """Shares of each term in their sum over axes, 0 where all terms are 0: the rounding of the sum's logarithm stays out of them."""
    peak = np.asarray(logs.max(axis=axis, keepdims=True))
    masses = np.exp(logs - np.where(np.isfinite(peak), peak, 0.0))
    total = np.asarray(masses.sum(axis=axis, keepdims=True))
    return np.asarray(np.divide(masses, total, out=np.zeros_like(masses), where=np.broadcast_to(total > 0, masses.shape)))


@dataclass(frozen=True, slots=True, eq=False)
class Joint:
    """For some outputs: they and their lengths, p(y, a) and dp(y, a)/dy over (outputs, inputs), what jumps add to dp(y)/dy, and the inputs."""

    outputs: Floats
    lengths: Floats
    masses: Floats
    slopes: Floats
    edges: Floats
    inputs: Mapping[str, Floats]

    @property
    def density(self) -> Floats:
        """p(y)."""
        return np.asarray(self.masses.sum(axis=1))

    @property
    def score(self) -> Floats:
        """d log p(y) / dy; 0 where p(y) underflows."""
        return ratio(self.slopes.sum(axis=1) + self.edges, self.density)


@dataclass(frozen=True, slots=True)
class Moments:
    """Var E[Y|A], Var Y, E[Var(Y|A)^2] and the fourth central moment of Y."""

    explained: float
    variance: float
    noise_square: float
    fourth: float


def ratio(top: Floats, bottom: Floats) -> Floats:
    """top / bottom, 0 where the bottom is 0."""
    return np.divide(top, bottom, out=np.zeros_like(top), where=bottom > 0)


Path = Callable[[str, tuple[int, ...]], Floats]


class Cells(Protocol):
    """A question's output law as cells at any resolution.

    `smooth` says whether the integrand is, and `panels` whether some nodes are those of Gauss-Legendre panels.
    """

    noise: Additive
    smooth: bool
    panels: bool

    def slices(self, outputs: Floats, step: float, loss: float, split: Split) -> Iterator[tuple[slice, Slices]]:
        """The cells for each output, in chunks of outputs; `loss` is how far the tails of hidden values are followed."""
        ...

    def joint(self, step: float, split: Split) -> Iterator[Joint]:
        """The joint law of ordinary outputs and the inputs, in chunks of outputs."""
        ...

    def given(self, outputs: Floats, inputs: Mapping[str, Floats], step: float) -> Iterator[tuple[slice, Slices]]:
        """The cells of the other hidden values for each pair of an output and inputs, with the law given the inputs."""
        ...

    def loss(self, outputs: Floats) -> float:
        """How far the tails must be followed for these outputs."""
        ...

    def moments(self, step: float) -> Moments:
        """Moments of the output and of its law given the inputs."""
        ...

    def span(self) -> tuple[float, float]:
        """An interval that holds nearly all outputs."""
        ...

    def paths(self, step: float) -> Iterator[tuple[Floats, Slices, Path]]:
        """Lengths of outputs with the cells of every hidden node, and dy/d entry at fixed primitives in each cell."""
        ...


def error_left(cells: Cells) -> ErrorLeft:
    """How the error of sums over the cells is estimated."""
    return where_rough if not cells.smooth else by_changes if cells.panels else on_even_grids


def chunks(count: int, size: int, most: int) -> Iterator[slice]:
    """Slices of `count` rows of `size` cells, with at most `most` cells each where one row has no more."""
    rows = max(1, most // max(1, size))
    for start in range(0, count, rows):
        yield slice(start, min(count, start + rows))
