"""The transfer route: T = (1 - A)^-1 by vector-Jacobian products, covariances T K T^T, and the motion of nodes at fixed primitives.

With all primitives held fixed, a parameter moves V by J = T (dA V + dN), where the noise N = K^(1/2) U moves by
dN = 1/2 dK K^-1 N: a reparameterisation of N(0, K) whose covariance grows by dK. So E[J V^T] = T (dA S + 1/2 dK T^T).
Source: arXiv:2601.01789, eqs. (23), (38).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from infograd.analytic.identities.field import Field
from infograd.analytic.identities.system import System
from infograd.analytic.ring import Entry


class Transfer:
    """Covariances and motions of a system's entries, through total effects."""

    def __init__(self, field: Field[Any], system: System[Any]) -> None:
        self.system = system
        self.zero = field.constant(Fraction(0))
        self._half = field.constant(Fraction(1, 2))
        self.one = field.constant(Fraction(1))
        self._effects: dict[int, dict[int, Any]] = {}
        self._columns: dict[int, dict[int, Any]] = {}
        self._noise_rows: dict[int, list[tuple[int, Any]]] = {}
        for (row, column), entry in system.noise.items():
            self._noise_rows.setdefault(row, []).append((column, entry))

    def effects(self, row: int) -> dict[int, Any]:
        """Row `row` of T: the effect of every entry's noise on this entry, by one backward sweep."""
        if row not in self._effects:
            found = {row: self.one}
            for through in range(row, -1, -1):
                if through in found:
                    for parent, gain in self.system.gains[through].items():
                        step = found[through] * gain
                        found[parent] = found[parent] + step if parent in found else step
            self._effects[row] = found
        return self._effects[row]

    def _noise_with(self, row: int) -> dict[int, Any]:
        """Cov(N, V_row) = K T^T, column `row`."""
        if row not in self._columns:
            found: dict[int, Any] = {}
            for through, effect in self.effects(row).items():
                for other, entry in self._noise_rows.get(through, []):
                    step = entry * effect
                    found[other] = found[other] + step if other in found else step
            self._columns[row] = found
        return self._columns[row]

    def covariance(self, row: int, column: int) -> Any:
        """Cov(V_row, V_column)."""
        noise = self._noise_with(column)
        total = self.zero
        for through, effect in self.effects(row).items():
            if through in noise:
                total = total + effect * noise[through]
        return total

    def motion(self, entry: Entry, row: int, column: int) -> Any:
        """E[J_row V_column] for the motion J in a parameter entry."""
        effects, noise_effects = self.effects(row), self.effects(column)
        total = self.zero
        for (moved, parent), slope in self.system.gain_slopes.get(entry, ()):
            if moved in effects:
                total = total + effects[moved] * slope * self.covariance(parent, column)
        for (moved, other), slope in self.system.noise_slopes.get(entry, ()):
            if moved in effects and other in noise_effects:
                total = total + self._half * effects[moved] * slope * noise_effects[other]
        return total
