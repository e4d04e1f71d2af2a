"""A system V = mixing V + N as matrices: the transfer (1 - mixing)^-1 with a bound, and the covariance of all noises.

Rows are the entries of the random nodes in topological order; `mixing` is strictly lower triangular, `own` is block
diagonal and zero for a node without noise of its own. The covariance of all nodes, transfer own transfer^T, is never
formed. Source: arXiv:2601.01789, eq. (38).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from infograd.analytic.floating.balls import Balls, Floats, exactly, zeros
from infograd.analytic.floating.reading import Equation, Reading, symmetric
from infograd.analytic.floating.rounding import SLACK, TINY, gamma
from infograd.analytic.floating.tape import Variable
from infograd.analytic.refusal import UndecidedError


@dataclass(frozen=True, slots=True, eq=False)
class System:
    """The matrices of a reading, and where each node's entries stand in them."""

    equations: tuple[Equation, ...]
    places: dict[str, slice]
    mixing: Balls
    own: Balls
    transfer: Balls

    def rows(self, names: Iterable[str]) -> tuple[int, ...]:
        """The rows of these nodes' entries, in the nodes' order."""
        return tuple(row for name in names for row in range(self.places[name].start, self.places[name].stop))

    def names(self, rows: Iterable[int]) -> str:
        """The nodes to which these rows belong, for a sentence."""
        found = dict.fromkeys(name for row in rows for name, place in self.places.items() if place.start <= row < place.stop)
        *rest, last = map(repr, found)
        return f"{', '.join(rest)} and {last}" if rest else last

    def seeds(self, in_mixing: Balls, in_own: Balls) -> list[tuple[Variable, Balls]]:
        """Slopes in the two matrices as slopes in the arrays that the equations were read into."""
        found = []
        for equation in self.equations:
            rows = self.places[equation.name]
            for parent, variable in equation.coefficients.items():
                found.append((variable, in_mixing[rows, self.places[parent]].reshaped(variable.shape)))
            if equation.covariance is not None:
                found.append((equation.covariance, symmetric(in_own[rows, rows]).reshaped(equation.covariance.shape)))
        return found


def system(reading: Reading) -> System:
    """The matrices of a reading.

    Raises: UndecidedError where rounding drowns the transfer.
    """
    places: dict[str, slice] = {}
    size = 0
    for equation in reading.equations:
        places[equation.name] = slice(size, size + int(np.prod(equation.shape, dtype=int)))
        size = places[equation.name].stop
    mixing, own = zeros(size, size), zeros(size, size)
    for equation in reading.equations:
        rows = places[equation.name]
        for parent, variable in equation.coefficients.items():
            _put(mixing, (rows, places[parent]), variable.balls)
        if equation.covariance is not None:
            _put(own, (rows, rows), equation.covariance.balls)
    return System(tuple(reading.equations), places, mixing, own, _transfer(mixing, [places[equation.name] for equation in reading.equations]))


def _put(matrix: Balls, place: tuple[slice, slice], block: Balls) -> None:
    shape = matrix.centre[place].shape
    matrix.centre[place], matrix.radius[place] = block.centre.reshape(shape), block.radius.reshape(shape)


def _transfer(mixing: Balls, blocks: list[slice]) -> Balls:
    """(1 - mixing)^-1, block row by block row, with a bound that does not multiply up along the graph.

    Let `centre` be what rounding leaves of the recursion. It solves centre = mixing centre + 1 + local exactly, where local
    holds the rounding of the last step only, |local| <= `local`. With T = (1 - mixing)^-1 that says centre = T (1 + local), so
    |T - centre| <= |centre| (local + local^2 + ...), and local^(k+1) <= q^k times the largest of each column, q = ||local||_inf.
    """
    size = len(mixing.centre)
    centre: Floats = np.eye(size)
    local: Floats = np.zeros((size, size))
    for rows in blocks:
        used = np.flatnonzero(mixing.centre[rows].any(axis=0) | mixing.radius[rows].any(axis=0))
        if used.size:
            coefficients, earlier = mixing[rows, used], centre[used]
            centre[rows, : rows.start] = coefficients.centre @ earlier[:, : rows.start]
            doubt = gamma(used.size) * np.abs(coefficients.centre) + coefficients.radius + TINY
            local[rows] = SLACK * (doubt @ np.abs(earlier) + 4 * used.size * TINY)
    rate = SLACK * float(local.sum(axis=1).max(initial=0.0))
    if not rate < 0.5:
        raise UndecidedError("the rounding of the maps drowns the nodes' coefficients in floats; ask the method 'exact'")
    series = local + rate / (1 - rate) * local.max(axis=0, initial=0.0)
    return exactly(centre).widened(SLACK * (np.abs(centre) @ series + size * TINY))
