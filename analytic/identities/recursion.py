"""The direct route: covariances by topological recursion, and the gradient of log-determinants by running it backwards.

Cov(V_i, V_j) = sum_k a_ik Cov(V_k, V_j) + K_ij for j not after i. The log-determinant is the sum of the
logarithms of its pivots; every step of the elimination and of the recursion hands its slope back to the entries that it
was made of. Nothing here inverts a matrix.
Source: arXiv:2601.01789, eqs. (34), (45)-(46), direct differentiation, for any linear channel.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import reduce
from typing import Any

from infograd.analytic.identities.field import Field
from infograd.analytic.identities.system import Place, System
from infograd.analytic.ring import Entry

Symmetric = dict[Place, Any]


def _sorted(row: int, column: int) -> Place:
    return (row, column) if row >= column else (column, row)


class Recursion:
    """The covariances of a system's entries, and slopes of functions of them."""

    def __init__(self, field: Field[Any], system: System[Any]) -> None:
        self.field = field
        self.system = system
        self.zero = field.constant(Fraction(0))
        self._covariance: Symmetric = {}
        for row in range(system.size):
            for column in range(row + 1):
                terms = [gain * self.covariance(parent, column) for parent, gain in system.gains[row].items()]
                self._covariance[row, column] = reduce(lambda left, right: left + right, terms, self._own(row, column))

    def _own(self, row: int, column: int) -> Any:
        """Cov(N_row, V_column) for column not after row: the noise of a node meets the entries of that node only."""
        return self.system.noise.get((row, column), self.zero)

    def covariance(self, row: int, column: int) -> Any:
        """Cov(V_row, V_column)."""
        return self._covariance[_sorted(row, column)]

    def log_determinant_weights(self, rows: Sequence[int]) -> Symmetric:
        """The slopes of log det S = sum log p_k in the entries of the covariance S of those rows, p_k the pivots of its elimination.

        Each place below the diagonal stands for itself and its mirror.
        Raises: ZeroDivisionError where a pivot is zero.
        """
        part = {(i, j): self.covariance(rows[i], rows[j]) for i in range(len(rows)) for j in range(i + 1)}
        for k in range(len(rows)):
            for i, j in _below(k, len(rows)):
                part[i, j] = part[i, j] - part[i, k] * part[j, k] / part[k, k]
        weights: Symmetric = {}
        for k in reversed(range(len(rows))):
            one = self.field.constant(Fraction(1)) / part[k, k]
            self._add(weights, (k, k), one)
            for i, j in _below(k, len(rows)):
                left, right, weight = part[i, k] * one, part[j, k] * one, weights[i, j]
                self._add(weights, (i, k), -weight * right)
                self._add(weights, (j, k), -weight * left)
                self._add(weights, (k, k), weight * left * right)
        return {_sorted(rows[i], rows[j]): weight for (i, j), weight in weights.items()}

    def slopes(self, weights: Symmetric) -> dict[Entry, Any]:
        """For every parameter entry, the slope of a function whose slopes in the covariances are `weights`."""
        carried = dict(weights)
        gain_weights: Symmetric = {}
        noise_weights: Symmetric = {}
        for row in reversed(range(self.system.size)):
            for column in reversed(range(row + 1)):
                weight = carried.pop((row, column), None)
                if weight is None:
                    continue
                for parent, gain in self.system.gains[row].items():
                    self._add(gain_weights, (row, parent), weight * self.covariance(parent, column))
                    self._add(carried, _sorted(parent, column), weight * gain)
                if (row, column) in self.system.noise:
                    self._add(noise_weights, (row, column), weight)
        found: dict[Entry, Any] = {}
        for slopes, places in ((self.system.gain_slopes, gain_weights), (self.system.noise_slopes, noise_weights)):
            for entry, moved in slopes.items():
                for place, slope in moved:
                    if place in places:
                        self._add(found, entry, places[place] * slope)
        return found

    @staticmethod
    def _add(into: dict[Any, Any], place: Any, value: Any) -> None:
        into[place] = into[place] + value if place in into else value


def _below(pivot: int, size: int) -> Iterator[Place]:
    """The places on and below the diagonal that the elimination of a pivot changes."""
    return ((row, column) for row in range(pivot + 1, size) for column in range(pivot + 1, row + 1))
