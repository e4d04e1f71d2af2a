"""The directions of the coordinates that have to be integrated; everything else is folded into Gaussian parts.

Rows are over all coordinates of a branch, and orthonormal within each group.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from infograd.numeric.cubature.branch import Branch
from infograd.numeric.cubature.entry import Entry
from infograd.numeric.interpreter import Floats

EPS = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, slots=True)
class Directions:
    """Standard normal directions (rows) and whole coordinates of other laws, in order."""

    rows: Floats
    coordinates: tuple[int, ...]

    @property
    def count(self) -> int:
        """How many variables they are."""
        return len(self.rows) + len(self.coordinates)


def _spanned(rows: Floats) -> Floats:
    """An orthonormal basis of the rows' span, up to the rounding of the largest."""
    if not rows.size:
        return rows
    _, sizes, basis = np.linalg.svd(rows, full_matrices=False)
    return np.asarray(basis[sizes > 8 * max(rows.shape) * EPS * sizes[0]])


def _latent(branch: Branch, entries: Sequence[Entry]) -> Floats:
    rows = frozenset[tuple[float, ...]]().union(*(entry.latent for entry in entries))
    return np.array(sorted(rows)).reshape(-1, branch.size)


def observed_directions(branches: Sequence[tuple[Branch, Sequence[Entry]]]) -> Directions:
    """The observed directions on which the entropy depends in any of the unobserved cases, over the coordinates of the first of them."""
    first = branches[0][0]
    rows = np.concatenate([_latent(branch, entries)[:, : first.observed] for branch, entries in branches])
    rows = np.pad(rows, ((0, 0), (0, first.size - first.observed)))
    coupled = frozenset[int]().union(*(entry.coupled for _, entries in branches for entry in entries))
    others = tuple(coordinate for coordinate in sorted(coupled) if coordinate < first.observed and not first.gaussian[coordinate])
    return Directions(_spanned(_nonzero(rows * first.gaussian)), others)


def unobserved_directions(branch: Branch, entries: Sequence[Entry]) -> tuple[Directions, Floats]:
    """The unobserved directions to integrate, and a basis of the standard normal ones that are left, in which every entry is linear."""
    hidden = np.arange(branch.size) >= branch.observed
    gaussian = branch.gaussian * hidden
    rows = _spanned(_nonzero(_latent(branch, entries) * gaussian))
    heard = frozenset[int]().union(*(entry.support for entry in entries))
    others = [coordinate for coordinate in sorted(heard) if hidden[coordinate] and not branch.gaussian[coordinate]]
    away = np.diag(gaussian)[gaussian > 0]
    left = away - (away @ rows.T) @ rows
    count = int(gaussian.sum()) - len(rows)
    return Directions(rows, tuple(others)), np.linalg.svd(left, full_matrices=False)[2][:count] if count else np.zeros((0, branch.size))


def _nonzero(rows: Floats) -> Floats:
    return np.asarray(rows[rows.any(axis=1)])


def independent_groups(branch: Branch, entries: Sequence[Entry]) -> list[tuple[int, ...]]:
    """The positions of the entries in groups that share no unobserved coordinate."""
    groups: list[tuple[frozenset[int], tuple[int, ...]]] = []
    for position, entry in enumerate(entries):
        own = frozenset(coordinate for coordinate in entry.support if coordinate >= branch.observed)
        touched = [group for group in groups if group[0] & own]
        merged = (own.union(*(heard for heard, _ in touched)), (*(each for _, members in touched for each in members), position))
        groups = [group for group in groups if group not in touched] + [merged]
    return [tuple(sorted(members)) for _, members in groups]
