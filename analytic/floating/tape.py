"""Arrays of balls that remember how they were made, and the reverse sweep that carries slopes back to where they began.

Every operation records for each input how a slope in its result becomes a slope in that input; slopes are balls like the
values, so that their rounding and the doubt of the values they use is carried along.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from infograd.analytic.floating.balls import Balls, Floats, zeros
from infograd.analytic.floating.function import applied, clipped
from infograd.analytic.floating.rounding import SLACK, TINY, gamma
from infograd.array import Shape

AXES = "ijklmn"
Pull = Callable[[Balls], Balls]


@dataclass(frozen=True, slots=True, eq=False)
class Variable:
    """One array on a tape: whether it moves with a parameter, and whether it is an exact array of zeros and ones."""

    balls: Balls
    position: int
    moves: bool
    indicator: bool = False

    @property
    def shape(self) -> Shape:
        """The shape of the array."""
        return self.balls.shape


class Tape:
    """Operations in the order in which they were made."""

    def __init__(self) -> None:
        self._origins: list[tuple[tuple[Variable, Pull], ...]] = []

    def record(self, balls: Balls, *origins: tuple[Variable, Pull]) -> Variable:
        """A new array, with its inputs and what carries a slope back to each."""
        moving = tuple((variable, pull) for variable, pull in origins if variable.moves)
        self._origins.append(moving)
        return Variable(balls, len(self._origins) - 1, bool(moving))

    def parameter(self, balls: Balls) -> Variable:
        """An array in which slopes are wanted."""
        self._origins.append(())
        return Variable(balls, len(self._origins) - 1, moves=True)

    def constant(self, balls: Balls) -> Variable:
        """An array that never moves."""
        indicator = not balls.radius.any() and bool(((balls.centre == 0) | (balls.centre == 1)).all())
        self._origins.append(())
        return Variable(balls, len(self._origins) - 1, moves=False, indicator=indicator)

    def slopes(self, seeds: Iterable[tuple[Variable, Balls]], wanted: Mapping[str, Variable]) -> dict[str, Balls]:
        """The slopes in the wanted arrays of a function whose slopes in some others are the seeds."""
        found: dict[int, Balls] = {}

        def gather(variable: Variable, slope: Balls) -> None:
            before = found.get(variable.position)
            found[variable.position] = slope if before is None else before + slope

        for variable, seed in seeds:
            gather(variable, seed)
        for position in reversed(range(len(self._origins))):
            if position in found:
                for origin, pull in self._origins[position]:
                    gather(origin, pull(found[position]))
        return {name: found.get(variable.position, zeros(*variable.shape)) for name, variable in wanted.items()}

    def add(self, left: Variable, right: Variable) -> Variable:
        """The sum of two arrays of one shape."""
        return self.record(left.balls + right.balls, (left, _same), (right, _same))

    def negative(self, of: Variable) -> Variable:
        """The array with its sign turned."""
        return self.record(-of.balls, (of, lambda slope: -slope))

    def product(self, left: Variable, right: Variable, axes: str) -> Variable:
        """The sum of products that `axes` states in Einstein's notation, "ij,jk->ik"; an axis of one is in the other or in the result."""
        inputs, output = axes.split("->")
        first, second = inputs.split(",")
        return self.record(
            contracted(left.balls, right.balls, axes, left.indicator or right.indicator),
            (left, lambda slope: contracted(slope, right.balls, f"{output},{second}->{first}", right.indicator)),
            (right, lambda slope: contracted(left.balls, slope, f"{first},{output}->{second}", left.indicator)),
        )

    def spread(self, of: Variable, shape: Shape, inner: int = 0) -> Variable:
        """The array repeated over new leading axes up to `shape`, before its last `inner` axes."""
        full = shape + of.shape[len(of.shape) - inner :]
        if full == of.shape:
            return of
        lead = tuple(range(len(shape)))
        balls = Balls(np.broadcast_to(of.balls.centre, full), np.broadcast_to(of.balls.radius, full))
        return self.record(balls, (of, lambda slope: summed(slope, lead)))

    def total(self, of: Variable, axes: int) -> Variable:
        """The sum over the first axes."""

        def pull(slope: Balls) -> Balls:
            return Balls(np.broadcast_to(slope.centre, of.shape), np.broadcast_to(slope.radius, of.shape))

        return self.record(summed(of.balls, tuple(range(axes))), (of, pull))

    def entry(self, of: Variable, position: int) -> Variable:
        """The part at one position of the first axis."""

        def pull(slope: Balls) -> Balls:
            whole = zeros(*of.shape)
            whole.centre[position], whole.radius[position] = slope.centre, slope.radius
            return whole

        return self.record(of.balls[position], (of, pull))

    def stack(self, parts: list[Variable]) -> Variable:
        """Arrays of one shape along a new first axis."""
        balls = Balls(np.stack([part.balls.centre for part in parts]), np.stack([part.balls.radius for part in parts]))
        return self.record(balls, *((part, _at(position)) for position, part in enumerate(parts)))

    def transpose(self, of: Variable) -> Variable:
        """The array with its first two axes swapped."""
        return self.record(_swapped(of.balls), (of, _swapped))

    def function(self, of: Variable, operation: str) -> Variable:
        """A scalar function of every entry."""
        value, slope = applied(operation, of.balls)
        return self.record(value, (of, lambda outer: _entrywise(outer, slope)))

    def clip(self, of: Variable, low: Variable, high: Variable) -> Variable:
        """min(max(x, low), high) of every entry, for fixed bounds."""
        value, slope = clipped(of.balls, low.balls, high.balls)
        return self.record(value, (of, lambda outer: _entrywise(outer, slope)))


def _same(slope: Balls) -> Balls:
    return slope


def _at(position: int) -> Pull:
    return lambda slope: slope[position]


def _swapped(balls: Balls) -> Balls:
    return Balls(np.swapaxes(balls.centre, 0, 1), np.swapaxes(balls.radius, 0, 1))


def _entrywise(left: Balls, right: Balls) -> Balls:
    axes = AXES[: len(left.shape)]
    return contracted(left, right, f"{axes},{axes}->{axes}")


def contracted(left: Balls, right: Balls, axes: str, indicator: bool = False) -> Balls:
    """A sum of products; with an indicator on one side the products are not rounded."""
    centre: Floats = np.einsum(axes, left.centre, right.centre)
    first, second = np.abs(left.centre), np.abs(right.centre)
    inherited = np.einsum(axes, left.radius, SLACK * (second + right.radius)) + np.einsum(axes, first, right.radius)
    # The terms of each sum that are not exactly zero: a sum without any is exact, and so is one term beside an indicator.
    terms = np.einsum(axes, (first + left.radius > 0).astype(np.float64), (second + right.radius > 0).astype(np.float64))
    most = float(terms.max())
    if indicator and most <= 1:
        return Balls(centre, SLACK * inherited)
    return Balls(centre, SLACK * (inherited + gamma(most - indicator) * np.einsum(axes, first, second) + 8 * terms * TINY))


def summed(balls: Balls, axes: tuple[int, ...]) -> Balls:
    """The sum over some axes."""
    count = int(np.prod([balls.shape[axis] for axis in axes]))
    centre, radius = balls.centre.sum(axes), balls.radius.sum(axes)
    return Balls(np.asarray(centre), np.asarray(SLACK * (radius + gamma(count - 1) * np.abs(balls.centre).sum(axes))))
