"""The sandwich: both bounds from independent blocks, with their confidence sequences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from infograd.numeric.interpreter import Floats
from infograd.numeric.sandwich.averages import LogMean
from infograd.numeric.sandwich.block import Block, Kept
from infograd.numeric.sandwich.confidence import radius
from infograd.numeric.sandwich.model import Entry, Model
from infograd.numeric.sandwich.slopes import asked_entries

OUTER = 1024


@dataclass(frozen=True, slots=True)
class Bound:
    """The mean over blocks of a quantity whose expectation is a bound, its standard error, and its confidence sequence so far, in nats."""

    mean: float
    stderr: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Sandwich:
    """lower.mean and upper.mean have expectations below and above the information.

    Each bound's interval holds at all numbers of blocks at once with probability 1 - (1 - confidence)/2 (exactly for Gaussian block means,
    asymptotically for others), so `interval` holds the information with probability `confidence` whenever one stops.
    """

    lower: Bound
    upper: Bound
    confidence: float
    blocks: int
    outer: int
    inner: int
    evaluations: int

    @property
    def gap(self) -> float:
        """How far the bounds lie apart."""
        return self.upper.mean - self.lower.mean

    @property
    def interval(self) -> tuple[float, float]:
        """From the lower end of the lower bound to the upper end of the upper bound."""
        return self.lower.low, self.upper.high

    @property
    def value(self) -> float:
        """The midpoint of the bounds; its bias is at most half the gap's expectation."""
        return 0.5 * (self.lower.mean + self.upper.mean)

    @property
    def stderr(self) -> float:
        """The larger standard error of the two bounds."""
        return max(self.lower.stderr, self.upper.stderr)


class Tally:
    """Running means and squared deviations of block results (Welford)."""

    def __init__(self) -> None:
        self.blocks = 0
        self.mean: Floats = np.zeros(0)
        self.squares: Floats = np.zeros(0)

    def add(self, result: Floats) -> None:
        """Take in one block."""
        if not self.blocks:
            self.mean, self.squares = np.zeros_like(result), np.zeros_like(result)
        self.blocks += 1
        deviation = result - self.mean
        self.mean = self.mean + deviation / self.blocks
        self.squares = self.squares + deviation * (result - self.mean)

    def bound(self, position: int, alpha: float) -> Bound:
        """The mean of one entry with its confidence sequence at level 1 - alpha."""
        mean, squares = float(self.mean[position]), float(self.squares[position])
        reach = radius(self.blocks, squares, alpha)
        return Bound(mean, (squares / (self.blocks * (self.blocks - 1))) ** 0.5, mean - reach, mean + reach)


@dataclass(frozen=True, slots=True)
class Slope:
    """The derivative's mean over blocks, and how much of it the second half of the hidden runs changes."""

    mean: float
    stderr: float
    bias: float
    radius: float


class Run:
    """Blocks of one size, taken one by one."""

    def __init__(self, model: Model, entries: list[Entry], outer: int, inner: int, rng: np.random.Generator) -> None:
        self._model = model
        self._entries = entries
        self._asked = asked_entries(model, entries)
        self._rng = rng
        self._tally = Tally()
        self._kept: Kept = {}
        self.outer, self.inner = outer, inner

    @property
    def blocks(self) -> int:
        """How many blocks were taken."""
        return self._tally.blocks

    @property
    def cost(self) -> int:
        """How many likelihoods one block evaluates."""
        columns = sum(self.inner if reading.points is None else reading.points for reading in self._model.readings)
        return self.outer * columns * max(1, len(self._asked) or len(self._entries))

    def step(self) -> None:
        """Take one block."""
        block = Block(self._model, self.outer, self.inner, self._rng, self._kept)
        found, slopes = self._rows(block)
        whole, half = slopes.mean(axis=2).T if len(slopes) else np.zeros((2, 0))
        self._tally.add(np.concatenate([[found.lower.mean(), found.upper.mean()], whole, whole - half]))

    def _rows(self, block: Block) -> tuple[LogMean, Floats]:
        """The bounds' terms, and the mean slopes by entry, of shape (entries, 2, 2): all hidden runs and half of them, lower and upper."""
        if not self._entries:
            return block.rows(self._model), np.zeros((0, 2, 2))
        if not self._asked:
            rows = [block.rows(self._model.along(entry)) for entry in self._entries]
            return rows[0], np.array([each.slopes.mean(axis=-1) for each in rows if each.slopes is not None])
        rows = [block.rows(self._model, asked) for asked in self._asked]
        scores = np.array([each.slopes for each in rows if each.slopes is not None])
        moved = np.array([block.moved(self._model.along(entry), self._asked) for entry in self._entries])
        return rows[0], np.einsum("pdn,dabn->pab", moved, scores) / self.outer

    def sandwich(self, confidence: float) -> Sandwich:
        """What the blocks say so far; at least two are needed."""
        alpha = (1 - confidence) / 2
        lower, upper = self._tally.bound(0, alpha), self._tally.bound(1, alpha)
        return Sandwich(lower, upper, confidence, self.blocks, self.outer, self.inner, self.blocks * self.cost)

    def slopes(self, confidence: float) -> Iterator[Slope]:
        """The derivative along every entry, each with its own confidence sequence."""
        for number in range(len(self._entries)):
            bound = self._tally.bound(2 + number, 1 - confidence)
            bias = float(self._tally.mean[2 + len(self._entries) + number])
            yield Slope(bound.mean, bound.stderr, abs(bias), bound.high - bound.mean)
