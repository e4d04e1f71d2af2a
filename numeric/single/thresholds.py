"""Where the panels of a receiver of one bit begin, and what places that move with the parameters add to the derivatives of its rows.

A jump of the map, or a place r where f + n passes 0 for a point n of the noise, adds to the derivative of E g(q)

    p(r) dr/da [g(q before r) - g(q behind r)]

and leaves as uncertain what the change of the rows has on the interval where rounding decides the sign.
"""

from __future__ import annotations

import numpy as np

from infograd.numeric.interpreter import Floats
from infograd.numeric.limit import LimitError
from infograd.numeric.single import crossings, output
from infograd.numeric.single.cells import solve
from infograd.numeric.single.crossings import Crossing
from infograd.numeric.single.found import EPS
from infograd.numeric.single.shares import Shares
from infograd.numeric.single.stage import Input


class Thresholds:
    """The places of one branch of the source."""

    def __init__(self, shares: Shares, given: Input, error: float) -> None:
        self.shares = shares
        self.given = given
        self.error = error
        self.crossings = [each for mass in shares.masses for each in crossings.crossings(shares.evaluation, given, mass)]

    def edges(self) -> Floats:
        """Ends of the cells, and the places where the threshold meets a break, a point or an end of the noise's law."""
        cells = self.given.cells
        assert cells is not None  # points of mass are sums
        found = [cells.left, cells.right, np.array([place for each in self.crossings for place in (each.low, each.high)])]
        for noise in self.shares.noise:
            for level in {noise.law.low, *noise.law.breaks, noise.law.high, 0.0}:
                target = -float(noise.location.value) - float(noise.scale.value) * level
                bottom, top = np.minimum(cells.first, cells.last), np.maximum(cells.first, cells.last)
                where = np.nonzero((bottom < target) & (target < top))[0]
                if where.size:
                    found.append(solve(self.shares.evaluation, self.given.branch, cells, where, np.full(where.size, target), 0.0))
        return np.unique(np.concatenate(found))

    def thrown(self) -> tuple[Floats, Floats]:
        """What moving jumps and crossings add to the rows, and the errors that crossings leave.

        Raises: LimitError where a derivative differs from one side to the other, and where the sign may be 0.
        """
        total, doubt = self._jumps(), np.zeros(self.shares.size)
        for crossing in self.crossings:
            moved, left = self._crossed(crossing)
            total += moved
            doubt += left
        return total, doubt

    def _jumps(self) -> Floats:
        shares, given, evaluation = self.shares, self.given, self.shares.evaluation
        total = np.zeros(shares.size)
        assert given.cells is not None and given.law is not None  # points of mass have no jumps
        for jump in given.cells.jumps if evaluation.directions else ():
            locations = (evaluation.location(given.branch, np.array([side])) for side in (jump.before, jump.after))
            before, after = (shares.rows(given, *shares.of(location, (1,)))[:, 0] for location in locations)
            mass = float(given.law.density(np.array(jump.place)))
            total += self._moved(output.speeds(evaluation, given.branch, jump), mass * (before - after))
        return total

    def _moved(self, speeds: dict[int, float], change: Floats) -> Floats:
        """The change of q and of H(q) times the speed in every direction."""
        keys, found = self.shares.keys, np.zeros(self.shares.size)
        for key, speed in speeds.items():
            found[keys[key]] = speed * change[0]
            found[len(keys) + keys[key]] = speed * change[len(keys)]
        return found

    def _crossed(self, crossing: Crossing) -> tuple[Floats, Floats]:
        shares, given, evaluation = self.shares, self.given, self.shares.evaluation
        assert given.law is not None  # points of mass have no crossings
        ends = np.array([crossing.low, crossing.high])
        density = given.law.density(ends)
        behind = crossing.after or -crossing.before or 1.0
        change = (shares.rows(given, *shares.beside(crossing.mass, -behind)) - shares.rows(given, *shares.beside(crossing.mass, behind)))[:, 0]
        covered = np.diff(given.law.distribution(ends))[0] + EPS
        mass = min(float(covered), max(float(given.law.density(ends.mean())), *density.tolist()) * float(ends[1] - ends[0]))
        blurred = np.abs(change) * mass
        if blurred[0] > self.error:
            reached = f"with a probability of {mass:.1e} the map is at minus a point of the noise, up to rounding"
            raise LimitError(f"{reached}, where the sign is 0 or rounding decides it; move the point or ask for a larger error")
        nothing = np.zeros(shares.size)
        if not evaluation.directions:
            return nothing, blurred
        if not crossing.passes:
            if density.max() * abs(change[0]) > EPS * self.error and crossings.moves(evaluation, given, crossing):
                where = "only touches a point of the noise" if crossing.touches else "passes a point of the noise where the support ends or the map jumps"
                raise LimitError(f"the map {where}, and the information has a corner there; ask for order 0")
            return nothing, blurred
        self._alone(crossing)
        sides = [crossings.speeds(evaluation, given.branch, crossing, float(end)) for end in ends]
        one, other = (self._moved(speeds, height * change) for (speeds, _), height in zip(sides, density, strict=True))
        if self._bent(crossing) and np.abs(one - other).max() > self.error * max(1.0, np.abs(one).max()):
            raise LimitError("the map has a kink or turns where it passes a point of the noise, and the information a corner; ask for order 0")
        rounding = sum(np.abs(self._moved(left, height * change)) for (_, left), height in zip(sides, density, strict=True))
        return (one + other) / 2, blurred + np.abs(one - other) + rounding

    def _bent(self, crossing: Crossing) -> bool:
        assert self.given.cells is not None  # points of mass have no crossings
        return any(crossing.low <= place <= crossing.high for place in self.given.cells.bends)

    def _alone(self, crossing: Crossing) -> None:
        """Raise LimitError where another point is passed at the same place and moves otherwise."""
        if any(other.meets(crossing.mass) and other.location.first != crossing.mass.location.first for other in self.shares.masses):
            raise LimitError("two points of the noise meet and move apart, where the information has a corner; ask for order 0")
