"""Asked deterministic nodes: which nodes of their argument's axis they tell apart.

B = g(V) has an atom wherever g is constant on a piece of V's axis, and the masses of these pieces are summed. Where g is strictly monotone
and no other piece has the same image, B is as good as V, and V's nodes stand for B's.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infograd.expression import Expression, references
from infograd.numeric.interpreter import Floats
from infograd.numeric.limit import LimitError
from infograd.numeric.networks.axes import Axis, Layout
from infograd.numeric.networks.network import Network

LOOK = 33
EQUAL = 1e-12

Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """For every interval between breaks of an axis the number of the atom it is mapped to, or -1 where the map is strictly monotone."""

    atoms: Indices

    @property
    def finite(self) -> bool:
        """Whether the node takes finitely many values."""
        return bool(np.all(self.atoms >= 0))


def pieces(net: Network, name: str, map: Expression, layout: Layout) -> Pieces:
    """The pieces of a deterministic node B = g(V) between the breaks of V.

    Raises: LimitError where two strictly monotone pieces have values in common.
    """
    places = np.array([each.place for each in layout.breaks])
    inside = places[:-1, None] + np.diff(places)[:, None] * (np.arange(LOOK) + 0.5) / LOOK
    values, slopes = net.interpreter({layout.name: inside}, {layout.name: np.ones_like(inside)}, 2)(map)
    values = np.broadcast_to(values, inside.shape)
    steep = np.zeros_like(inside) if slopes is None else np.broadcast_to(slopes, inside.shape)
    atoms: list[int] = []
    kept: list[float] = []
    images: list[tuple[float, float]] = []
    for position in range(len(inside)):
        if np.all(steep[position] == 0):
            value = float(values[position, 0])
            known = [number for number, other in enumerate(kept) if abs(other - value) <= EQUAL * max(1.0, abs(value))]
            kept += [] if known else [value]
            atoms.append(known[0] if known else len(kept) - 1)
            continue
        between = np.diff(values[position])
        if not (np.all(between > 0) or np.all(between < 0)):
            raise LimitError(f"node {name!r} is no monotone function of {layout.name!r} between the corners of its map, and takes some values more than once")
        images.append((float(values[position].min()), float(values[position].max())))
        atoms.append(-1)
    images.sort()
    if any(low < high for (_, high), (low, _) in itertools.pairwise(images)):
        raise LimitError(f"node {name!r} takes some values at several places of {layout.name!r}")
    return Pieces(np.array(atoms, dtype=np.intp))


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Which column each node of an axis is summed into, and for each column the node whose weight it keeps (-1 for an atom)."""

    of: Indices
    kept: Indices

    def merged(self, masses: Floats) -> Floats:
        """Sums of the last axis by column."""
        order = np.argsort(self.of, kind="stable")
        return np.asarray(np.add.reduceat(masses[..., order], np.searchsorted(self.of[order], np.arange(self.kept.size)), axis=-1))


def columns(axis: Axis, several: list[Pieces]) -> Columns:
    """The columns of one or more deterministic nodes of the same vertex together: nodes of one column give all of them the same values."""
    number = np.repeat(np.cumsum([0, *(left is not other for left, other in itertools.pairwise(axis.intervals))]), axis.order)
    atoms = np.stack([each.atoms[number] for each in several])
    fixed = np.all(atoms >= 0, axis=0)
    keys, inverse = np.unique(atoms[:, fixed], axis=1, return_inverse=True)
    free = np.flatnonzero(~fixed)
    of = np.empty(axis.nodes.size, dtype=np.intp)
    of[fixed] = inverse.ravel()
    of[free] = keys.shape[1] + np.arange(free.size)
    return Columns(of, np.concatenate([np.full(keys.shape[1], -1), free]))


def argument_of(name: str, map: Expression) -> str:
    """The one vertex that a deterministic node is a function of.

    Raises: LimitError where there are several.
    """
    names = references(map)
    if len(names) != 1:
        raise LimitError(f"node {name!r} is a deterministic function of {len(names)} random nodes; this method takes those of one")
    return names[0]
