"""One observed case of an entropy: the directions to integrate and how finely, in every unobserved case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import linalg

from infograd.law import Normal
from infograd.numeric.cubature.branch import Branch, factor_of
from infograd.numeric.cubature.directions import Directions, independent_groups, observed_directions, unobserved_directions
from infograd.numeric.cubature.entry import Entry
from infograd.numeric.cubature.forms import Forms
from infograd.numeric.cubature.gaussian import lower_roots
from infograd.numeric.cubature.grid import scalar_law
from infograd.numeric.interpreter import Floats
from infograd.numeric.limit import LimitError

MOST_INPUTS = 3
COARSE = 9
FINE = 2001
SEEN = 8.0
LEFT = 2.0**-15


@dataclass(frozen=True, slots=True)
class Hidden:
    """An unobserved case: its branch, the directions to integrate there, the Gaussian ones that are left, and the curvature along each."""

    branch: Branch
    directions: Directions
    rest: Floats
    turns: bool
    curvatures: Floats

    def slopes(self, coordinates: Floats) -> Floats:
        """M of shape (d, rest, nodes), or (d, rest, 1) where it is the same everywhere: the entries' slopes in the directions that are left."""
        points = coordinates if self.turns else coordinates[:, :1]
        columns = [_tangent(self.branch, points, row) for row in self.rest]
        return np.stack(columns, axis=1)


@dataclass(frozen=True, slots=True)
class Case:
    """An observed case: the observed directions to integrate, the curvature along each, and all unobserved cases."""

    directions: Directions
    curvatures: Floats
    hidden: tuple[Hidden, ...]

    @property
    def variables(self) -> int:
        """How many variables are integrated at most: observed, unobserved, and those of the outputs unless they are Gaussian."""
        if len(self.hidden) == 1 and not self.hidden[0].directions.count:
            return self.directions.count
        return max(self.directions.count + each.directions.count + len(each.branch.kept) for each in self.hidden)


def _tangent(branch: Branch, points: Floats, row: Floats) -> Floats:
    value, tangent = branch(points, {}, np.broadcast_to(row[:, None], points.shape))
    return np.zeros_like(value) if tangent is None else tangent


def cases(branches: Sequence[Branch], name: str) -> list[Case]:
    """The case of branches that differ in what is not observed; a case of its own for each group of entries that are independent of the others.

    Raises: LimitError where too many variables are left after folding, or a gate has no Gaussian noise left.
    """
    read = [(branch, Forms(branch).asked()) for branch in branches]
    if len(read) > 1:
        return [_case(read, name)]
    [(branch, entries)] = read
    groups = independent_groups(branch, entries)
    return [_case([(replace(branch, kept=group), [entries[position] for position in group])], name) for group in groups]


def _case(read: Sequence[tuple[Branch, Sequence[Entry]]], name: str) -> Case:
    outer = observed_directions(read)
    hidden = [_hidden(branch, entries, outer, name) for branch, entries in read]
    return Case(outer, np.max([curvatures for _, curvatures in hidden], axis=0), tuple(each for each, _ in hidden))


def _hidden(branch: Branch, entries: Sequence[Entry], outer: Directions, name: str) -> tuple[Hidden, Floats]:
    """The unobserved case, and the curvature along the observed directions in it."""
    inner, rest = unobserved_directions(branch, entries)
    if outer.count + inner.count > MOST_INPUTS:
        raise LimitError(
            f"{name} takes {outer.count + inner.count} variables of the inputs after the linear parts are folded, and at most {MOST_INPUTS} are taken; "
            "the method 'Monte Carlo sandwich' bounds it by sampling"
        )
    turns = any(entry.turned for entry in entries)
    found = Hidden(branch, inner, rest, turns, np.ones(inner.count))
    _check_noise(found)
    rows = np.pad(outer.rows[:, : branch.observed], ((0, 0), (0, branch.size - branch.observed)))
    both = Directions(np.concatenate([rows, inner.rows]), (*outer.coordinates, *inner.coordinates))
    curvatures = _curvatures(found, both)
    place = np.concatenate([np.arange(len(rows)), len(rows) + len(inner.rows) + np.arange(len(outer.coordinates))])
    own = np.setdiff1d(np.arange(both.count), place)
    return Hidden(branch, inner, rest if turns else _heard(found), turns, curvatures[own]), curvatures[place]


def _heard(found: Hidden) -> Floats:
    """A basis of those directions that are left in which the entries move."""
    slopes = found.slopes(np.zeros((found.branch.size, 1)))[:, :, 0]
    return np.asarray(np.linalg.svd(slopes, full_matrices=False)[2] @ found.rest) if found.rest.size else found.rest


def _check_noise(found: Hidden) -> None:
    """Each asked entry needs a part of its own noise that is not among the directions to integrate."""
    slopes = found.slopes(np.zeros((found.branch.size, 1)))[:, :, 0] if len(found.rest) else np.zeros((0, 0))
    blocks = []
    for name in found.branch.gates:
        law = found.branch.blocks[name].choice.law
        if not isinstance(law, Normal):
            raise LimitError(
                f"the noise of gate {name!r} is {'of points' if law is None else type(law).__name__}; this method takes Gaussian noise and mixtures of it"
            )
        blocks.append(factor_of(law, found.branch.interpreter({}))[0])
    noise = linalg.block_diag(*blocks)[list(found.branch.kept)]
    narrow = slopes.shape[1] < len(found.branch.kept)
    if narrow or float(np.linalg.svd(np.linalg.solve(lower_roots(noise[:, :, None])[0][0], slopes), compute_uv=False).min()) < LEFT:
        raise LimitError(
            f"the noise of {', '.join(map(repr, found.branch.gates))} goes through a map that is not linear, and no Gaussian part of it is left to integrate over"
        )


def _curvatures(found: Hidden, directions: Directions) -> Floats:
    """2/width² of the law along each direction, plus half the largest square of the slope in standard deviations of the Gaussian part.

    Slopes are looked at on a fine line along each direction, the others on a coarse grid; a feature narrower than the line's
    spacing, 1/2,000 of the reach, is left to the refinement.
    """
    branch = found.branch
    lines, widths = [], []
    for number in range(directions.count):
        if number < len(directions.rows):
            lines.append((-SEEN, SEEN, directions.rows[number]))
            widths.append(1.0)
        else:
            coordinate = directions.coordinates[number - len(directions.rows)]
            density = scalar_law(branch, coordinate)[1]
            lines.append((*density.span(), np.eye(branch.size)[coordinate]))
            widths.append(density.width())
    curvatures = 2 * np.array(widths) ** -2.0
    rows = np.array([row for _, _, row in lines])
    for number, row in enumerate(rows):
        axes = [np.linspace(low, high, FINE if other == number else COARSE) for other, (low, high, _) in enumerate(lines)]
        points = rows.T @ np.stack([each.ravel() for each in np.meshgrid(*axes, indexing="ij")])
        tangent = _tangent(branch, points, row)
        spread = found.slopes(points)
        white = np.linalg.solve(lower_roots(spread)[0], tangent.T[:, :, None])[:, :, 0]
        curvatures[number] += float((white**2).sum(axis=1).max()) / 2
    return curvatures
