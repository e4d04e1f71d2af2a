"""One block: a randomised quasi-Monte Carlo set of true runs, an independent sample of hidden runs, and every pair of them.

The true runs are a Sobol net under a random digital shift: each is a draw of the channel, and what is additive in their coordinates (the energy of
every noise, whose mean h(N) is known) is integrated almost exactly, so that no control variate for it is needed. The hidden runs are independent draws,
shared by all true runs of the block: their error in E log(1/K sum_k w(s, u_k)) is of second order, as the first order is E_s w(s, u)/p(s) - 1 = 0.
Blocks are independent and of one law.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from infograd.law import Normal
from infograd.numeric.interpreter import Dual, Floats
from infograd.numeric.sandwich.averages import LogMean, bounded, exact, log_wide
from infograd.numeric.sandwich.model import Duals, Entry, Model, Reading
from infograd.numeric.sandwich.weights import flat, folded_covariance, log_weights

Kept = dict[tuple[Reading, Entry | None], Dual]
BITS, NET_BITS = 52, 30
CHUNK = 2_000_000


@lru_cache(maxsize=8)
def _net(columns: int, count: int) -> NDArray[np.int64]:
    """One Sobol net, its generating matrices scrambled once and for all, as whole numbers of `NET_BITS` bits, of shape (columns, count)."""
    points = qmc.Sobol(columns, scramble=True, bits=NET_BITS, rng=0).random(count)
    return np.ascontiguousarray((points.T * 2.0**NET_BITS).astype(np.int64))


def sobol(columns: int, count: int, rng: np.random.Generator) -> Floats:
    """A Sobol net under a random digital shift, of shape (columns, count), each point uniform in the open cube; `count` is a power of 2."""
    shift = rng.integers(0, 1 << NET_BITS, (columns, 1))
    digits = rng.integers(0, 1 << (BITS - NET_BITS), (columns, count))
    whole = ((_net(columns, count) ^ shift) << (BITS - NET_BITS)) + digits
    return (whole.astype(np.float64) + 0.5) * 0.5**BITS


def independent(columns: int, count: int, rng: np.random.Generator) -> Floats:
    """Independent uniform numbers in the open cube, of shape (columns, count)."""
    whole = rng.integers(0, 1 << BITS, (columns, count)).astype(np.float64)
    return (whole + 0.5) * 0.5**BITS


def _cut(values: Duals, rows: slice) -> Duals:
    """The true runs of those rows; what does not vary over them is kept whole."""

    def part(array: Floats) -> Floats:
        return array if array.shape[-2] == 1 else array[..., rows, :]

    return {name: (part(value), None if tangent is None else part(tangent)) for name, (value, tangent) in values.items()}


def _first(values: Duals) -> Duals:
    return {name: (value[..., :1, :1], None if tangent is None else tangent[..., :1, :1]) for name, (value, tangent) in values.items()}


class Block:
    """The true and hidden runs of one block; `rows` has what they say. `kept` holds the covariances that are the same in every block."""

    def __init__(self, model: Model, outer: int, inner: int, rng: np.random.Generator, kept: Kept) -> None:
        self._kept = kept
        self._outer = sobol(model.columns, outer, rng)[:, :, None]
        self._inner = independent(model.columns, inner, rng)[:, None, :]
        self._rows = outer
        self._columns = inner
        run = model.run(model.nodes, model.own(self._inner), {}) if any(reading.sampled for reading in model.readings) else {}
        self._sample = {name: np.broadcast_to(flat(value)[0][:, 0], (flat(value)[0].shape[0], inner)) for name, value in run.items()}

    def rows(self, model: Model, asked: Entry | None = None) -> LogMean:
        """The two bounds' terms for every true run, with their slopes along the model's direction, or along an entry of an asked node's value."""
        own = model.own(self._outer)
        values = model.run(model.nodes, own, {})
        if asked is not None:
            name, index = asked
            unit = np.zeros(values[name][0].shape)
            unit[index] = 1.0
            values[name] = values[name][0], unit
        hidden = model.own(self._inner)
        lower, upper, slopes = np.zeros(self._rows), np.zeros(self._rows), np.zeros((2, 2, self._rows))
        for sign, readings in ((1, model.added), (-1, model.subtracted)):
            for reading in readings:
                found = self._log_mean(model, reading, own, values, hidden)
                low, high = (found.lower, found.upper) if sign > 0 else (-found.upper, -found.lower)
                lower, upper = lower + low, upper + high
                if found.slopes is not None:
                    slopes = slopes + (found.slopes if sign > 0 else -found.slopes[:, ::-1])
        return LogMean(lower, upper, slopes)

    def moved(self, model: Model, asked: list[Entry]) -> Floats:
        """How entries of nodes move along the model's direction in every true run, at fixed uniform numbers, of shape (entries, true runs)."""
        run = model.run(model.nodes, model.own(self._outer), {})
        found = np.zeros((len(asked), self._rows))
        for row, (name, index) in zip(found, asked, strict=True):
            tangent = run[name][1]
            if tangent is not None:
                row[:] = np.broadcast_to(tangent, run[name][0].shape)[index][:, 0]
        return found

    def _log_mean(self, model: Model, reading: Reading, own: Duals, values: Duals, hidden: Duals) -> LogMean:
        known = {name: values[name] for name in dict.fromkeys((*reading.marginal.clamped, *reading.marginal.weighed))}
        folded = _means(model, reading)
        logarithms = np.zeros((1, 1))
        if reading.left and not reading.sampled:
            inner, logarithms = model.points(reading.left)
        else:
            inner = {name: hidden[name] for name in reading.left}
        inner = {**inner, **folded}
        key = reading, model.direction
        if reading.fold.reached and not reading.fold.varying and key not in self._kept:
            self._kept[key] = folded_covariance(model, reading, _first(inner), _first(known))
        matrix = self._kept.get(key)
        true = {**{name: own[name] for name in reading.left}, **folded}
        columns = self._columns if reading.points is None else reading.points
        rows = max(1, CHUNK // (columns * (1 if reading.paired else _entries(model, reading))))
        parts = []
        for start in range(0, self._rows, rows):
            chunk = slice(start, start + rows)
            clamped = _cut(known, chunk)
            count = min(rows, self._rows - start)
            weights = _full(log_weights(model, reading, inner, clamped, matrix), (count, columns))
            if reading.sampled:
                own_weights = _full(log_weights(model, reading, _cut(true, chunk), clamped, matrix), (count, 1))
                parts.append(bounded(weights, own_weights, self._wide(reading, clamped, count)))
            else:
                parts.append(exact(weights, logarithms))
        return LogMean.joined(parts)

    def _wide(self, reading: Reading, known: Duals, count: int) -> Floats:
        names = reading.marginal.weighed
        values = [np.broadcast_to(flat(known[name])[0][..., 0], (len(self._sample[name]), count)) for name in names]
        return log_wide(np.concatenate(values), np.concatenate([self._sample[name] for name in names]))


def _full(dual: Dual, shape: tuple[int, int]) -> Dual:
    return np.broadcast_to(dual[0], shape), None if dual[1] is None else np.broadcast_to(dual[1], shape)


def _entries(model: Model, reading: Reading) -> int:
    """How many numbers one pair of runs takes where it is run as a pair."""
    nodes = (model.question.channel.node(name) for name in (*reading.marginal.hidden, *reading.marginal.weighed))
    return sum(math.prod(node.shape) for node in nodes)


def _means(model: Model, reading: Reading) -> Duals:
    """The folded nodes' own randomness at its mean, on a grid of one cell."""
    evaluator = model.evaluator({})
    return {name: evaluator(law.mean) for name in reading.fold.nodes if isinstance(law := model.law(name), Normal)}
