"""Nodes and weights over the directions that are integrated: the trapezoid rule on a ball for standard normal ones, the rule of the law for others."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import special

from infograd.law import Law
from infograd.numeric.cubature.branch import Block, Branch
from infograd.numeric.cubature.directions import Directions
from infograd.numeric.density import TAIL, Density, read
from infograd.numeric.interpreter import Floats
from infograd.numeric.limit import CELLS, LimitError, node_count
from infograd.numeric.networks.rule import source_rule

REACH = -float(special.ndtri(TAIL))


@dataclass(frozen=True, slots=True)
class Grid:
    """Coordinates (coordinates, nodes) and weights; `places` are, for each coordinate of another law, the positions in its own rule."""

    branch: Branch
    coordinates: Floats
    weights: Floats
    places: Mapping[int, np.ndarray[tuple[int, ...], np.dtype[np.intp]]]
    spacings: Mapping[int, float]

    def moved(self, direction: Mapping[str, Floats]) -> tuple[Floats, Floats]:
        """How the coordinates move along a direction of the parameters, and d log weights."""
        moving, rates = np.zeros_like(self.coordinates), np.zeros_like(self.weights)
        for coordinate, places in self.places.items():
            law, density = scalar_law(self.branch, coordinate)
            (_, moves), (masses, turned) = source_rule(law, density, self.branch.interpreter(direction), self.spacings[coordinate])
            if moves is not None:
                moving[coordinate] = np.broadcast_to(moves, masses.shape)[places]
            if turned is not None:
                rates = rates + (turned / masses)[places]
        return moving, rates


def block_of(branch: Branch, coordinate: int) -> Block:
    """The block in which a coordinate stands."""
    return next(block for block in branch.blocks.values() if block.first <= coordinate < block.first + block.size)


def scalar_law(branch: Branch, coordinate: int) -> tuple[Law, Density]:
    """The scalar law of a coordinate that is not standard normal, and its density at the parameter values."""
    law = block_of(branch, coordinate).entry_law(coordinate)
    return law, read(law, branch.interpreter({}))[0]


def grid(branch: Branch, directions: Directions, curvatures: Floats, step: float) -> Grid:
    """The product rule with spacing `step` / sqrt(curvature) along each direction; one node at 0 where there are none.

    Raises: LimitError where it has more nodes than are taken.
    """
    axes, masses = [], []
    spacings: dict[int, float] = {}
    for number, curvature in enumerate(curvatures[: len(directions.rows)]):
        count = node_count(REACH, step * float(curvature) ** -0.5, 2)
        axes.append(np.linspace(-REACH, REACH, 2 * count + 1))
        masses.append(np.exp(-(axes[number] ** 2) / 2) * (REACH / count / math.sqrt(2 * math.pi)))
    for coordinate, curvature in zip(directions.coordinates, curvatures[len(directions.rows) :], strict=True):
        law, density = scalar_law(branch, coordinate)
        spacings[coordinate] = step * float(curvature) ** -0.5
        (nodes, _), (weights, _) = source_rule(law, density, branch.interpreter({}), spacings[coordinate])
        axes.append(np.asarray(nodes))
        masses.append(np.asarray(weights))
    total = math.prod(axis.size for axis in axes)
    if total * max(branch.size, 1) > CELLS:
        raise LimitError(f"{directions.count} variables of the inputs take {total:.1e} nodes, and at most {CELLS / max(branch.size, 1):.0e} are taken")
    places = np.indices([axis.size for axis in axes]).reshape(len(axes), total)
    radius = sum((axes[number][places[number]] ** 2 for number in range(len(directions.rows))), start=np.zeros(places.shape[1]))
    places = places[:, radius <= REACH**2 * (1 + 1e-9)]
    coordinates, weights = np.zeros((branch.size, places.shape[1])), np.ones(places.shape[1])
    for number, (axis, mass) in enumerate(zip(axes, masses, strict=True)):
        weights = weights * mass[places[number]]
        if number < len(directions.rows):
            coordinates += np.outer(directions.rows[number], axis[places[number]])
        else:
            coordinates[directions.coordinates[number - len(directions.rows)]] = axis[places[number]]
    own = {coordinate: places[len(directions.rows) + number] for number, coordinate in enumerate(directions.coordinates)}
    return Grid(branch, coordinates, weights, own, spacings)
