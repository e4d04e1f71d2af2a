"""The factors of a lattice with their first and second derivatives, summed against weights.

A gate's factor is p(y - f) over (parents..., own). With l its logarithm, m a displacement of f, and a, b parameters in the law of the noise,

    F_ab/F = t_ab + t_ma f_b + t_mb f_a + t_mm f_a f_b + l_m f_ab,    t = second derivative of l + product of its first ones,

so that its own axis is summed over first. What the cells at the ends of an axis add stands for the tails that were cut off there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from infograd.numeric.interpreter import Floats
from infograd.numeric.networks.curved_density import grown, log_density
from infograd.numeric.networks.expansion import Expansion, mapped, steady, turns
from infograd.numeric.networks.lattice import Lattice
from infograd.numeric.networks.moved_source import Indices, moved_source
from infograd.numeric.networks.network import Vertex
from infograd.numeric.single.jet import Jet, crossed

SHIFT = -1
ENDS = np.array([0, -1])


@dataclass(frozen=True, slots=True)
class Term:
    """A sum, the sum of the absolute terms that it was made of, and those of the outermost cells alone."""

    value: float
    size: float
    outside: float

    def __add__(self, other: Term) -> Term:
        return Term(self.value + other.value, self.size + other.size, self.outside + other.outside)


class Curved(Protocol):
    """A factor that moves with parameters."""

    def tangent(self, number: int) -> Floats | None:
        """Its derivative in one entry."""

    def slopes(self, weights: Floats) -> dict[int, Term]:
        """The sums of weights and first derivatives."""

    def turns(self, weights: Floats) -> dict[tuple[int, int], Term]:
        """The sums of weights and second derivatives."""


@dataclass(frozen=True, slots=True, eq=False)
class CurvedSource:
    """The weights of a source."""

    masses: Jet
    tails: Indices

    def tangent(self, number: int) -> Floats | None:
        """Its derivative in one entry."""
        return self.masses.first.get(number)

    def slopes(self, weights: Floats) -> dict[int, Term]:
        """The sums of weights and first derivatives."""
        return {number: self._term(weights * slope) for number, slope in self.masses.first.items()}

    def turns(self, weights: Floats) -> dict[tuple[int, int], Term]:
        """The sums of weights and second derivatives."""
        return {pair: self._term(weights * turn) for pair, turn in turns(self.masses).items()}

    def _term(self, terms: Floats) -> Term:
        return Term(float(terms.sum()), float(np.abs(terms).sum()), float(np.abs(terms[self.tails]).sum()))


@dataclass(frozen=True, slots=True, eq=False)
class CurvedGate:
    """The kernel of a gate: its masses, the derivatives of its logarithm, those of its map over the parents, and each parent's tails."""

    masses: Floats
    log: Jet
    growth: Mapping[tuple[int, int], Floats]
    map: Jet
    tails: tuple[Indices, ...]

    def tangent(self, number: int) -> Floats | None:
        """Its derivative in one entry."""
        rate = self.log.first.get(number)
        if number in self.map.first:
            drift = self.log.first[SHIFT] * self.map.first[number][..., None]
            rate = drift if rate is None else rate + drift
        return None if rate is None else np.broadcast_to(self.masses * rate, self.masses.shape)

    def slopes(self, weights: Floats) -> dict[int, Term]:
        """The sums of weights and first derivatives."""
        return self._terms(weights, self._first)

    def turns(self, weights: Floats) -> dict[tuple[int, int], Term]:
        """The sums of weights and second derivatives."""
        return self._terms(weights, self._second)
