"""One component of a continuous source: where its integrand is cut, and the panels on which a given output needs it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
from flint import arb, ctx

from infograd.question import Question
from tests.numeric.corpus.arithmetic import Jet, doubles, jets
from tests.numeric.corpus.laws import BREAKS, planned, reach
from tests.numeric.corpus.reading import Component, point_of, read
from tests.numeric.corpus.substitution import Substitution

GRID = 4001
SEEN = 20
BASE = 4
LEVELS = 80
CROWD = 2000
ANGLES = (np.arange(SEEN) + 0.5) * math.pi / SEEN
NODES = np.cos(ANGLES)
SERIES = np.cos(np.outer(ANGLES, np.arange(SEEN))) * 2 / SEEN
NEGLIGIBLE = 1e-40


@dataclass(frozen=True, slots=True)
class End:
    """An end of a panel: its double, its ball, and, where it moves with the parameters, the switch or level whose zero it is."""

    near: float
    exact: Any
    switch: int | None = None
    level: Any = None

    @property
    def fixed(self) -> bool:
        """Whether other outputs have the same end."""
        return self.level is None


def solve(function: Callable[[Any], Jet], low: Any, high: Any) -> Any:
    """The zero between two balls, by Newton's method held inside a bracket that halves where Newton leaves it.

    Raises: ArithmeticError where 400 steps are not enough.
    """
    rising = function(high).value.mid() > 0
    place = ((low + high) / 2).mid()
    for _ in range(400):
        found = function(place)
        if (found.value.mid() > 0) == rising:
            high = place
        else:
            low = place
        slope = found.slopes[-1].mid()
        step = (found.value / slope).mid() if slope != 0 else arb(0)
        trial = (place - step).mid()
        if slope == 0 or not low <= trial <= high:
            trial = ((low + high) / 2).mid()
        if abs(trial - place) <= arb(2) ** (16 - ctx.prec) * (abs(place) + arb(2) ** (-ctx.prec // 2)) or found.value.contains(0):
            return trial
        place = trial
    raise ArithmeticError("a zero was not found")


class Branch:
    """The source's component with that number, as an integral over t."""

    def __init__(self, question: Question, number: int, change: Callable[[str, Any], Substitution]) -> None:
        point = point_of(question)
        self.rough, self.exact = doubles(point), jets(point)
        self.rough_stage, self.exact_stage = read(question, self.rough), read(question, self.exact)
        self.component: Component = self.rough_stage.source[number]
        self.located: Component = self.exact_stage.source[number]
        self.change = change(self.component.kind, self.component.freedom)
        low, high = self.change.low, self.change.high
        self.grid = low + (high - low) * (np.arange(GRID) + math.sqrt(0.5) - 0.5) / GRID
        self.heights = self.rough_map(self.grid)
        self.ends = self._ends()
        self._crossed: dict[Any, list[End]] = {}
        self._panelled: dict[Any, list[tuple[End, End]]] = {}
        self.noise_scale = min(part.scale for part in self.rough_stage.noise)

    def rough_map(self, t: Any) -> Any:
        """f at doubles."""
        return self._mapped(t)[0]

    def _mapped(self, t: Any) -> tuple[Any, list[Any]]:
        self.rough.switches.clear()
        with np.errstate(all="ignore"):
            found = self.rough_stage.map(self.component.location + self.component.scale * self.change.planned(t)) + 0.0 * t
        return found, [switch + 0.0 * t for switch in self.rough.switches]

    def jet(self, t: Any) -> Jet:
        """f at a ball, with its derivatives by the parameters and by t."""
        return self.switched(t)[0]

    def switched(self, t: Any) -> tuple[Jet, list[Jet]]:
        """f and the arguments of its switches."""
        self.exact.switches.clear()
        v = Jet(self.change.value(t), [arb(0)] * (len(self.exact.parameters)) + [self.change.slope(t)])
        found = self.exact_stage.map(self.located.location + self.located.scale * v)
        return found, list(self.exact.switches)

    def _switch(self, number: int, t: Any) -> Jet:
        return self.switched(t)[1][number]

    def _ends(self) -> list[End]:
        heights, switches = self._mapped(self.grid)
        found = [End(self.change.low, arb(self.change.low)), End(self.change.high, arb(self.change.high))]
        if self.component.kind == "Laplace":
            found.append(End(0.0, arb(0)))
        for number, switch in enumerate(switches):
            for place in np.nonzero(switch[:-1] * switch[1:] < 0)[0]:
                exact = solve(partial(self._switch, number), arb(self.grid[place]), arb(self.grid[place + 1]))
                found.append(End(float(exact), exact, number))
        differences = np.diff(heights)
        noticed = np.abs(differences) > 1e-12 * np.abs(heights).max()
        for place in np.nonzero((differences[:-1] * differences[1:] < 0) & noticed[:-1] & noticed[1:])[0]:
            low, high = self.grid[place], self.grid[place + 2]
            if not any(low <= end.near <= high for end in found):
                exact = self._turn(arb(low), arb(high))
                found.append(End(float(exact), exact))
        return sorted(found, key=lambda end: end.near)

    def _turn(self, low: Any, high: Any) -> Any:
        """Where df/dt = 0, by halving and then secants."""
        rising = self.jet(high).slopes[-1] > 0
        for _ in range(40):
            middle = ((low + high) / 2).mid()
            low, high = (low, middle) if (self.jet(middle).slopes[-1] > 0) == rising else (middle, high)
        one, two = self.jet(low).slopes[-1].mid(), self.jet(high).slopes[-1].mid()
        for _ in range(12):
            if one == two:
                break
            place = (high - two * (high - low) / (two - one)).mid()
            low, high, one, two = high, place, two, self.jet(place).slopes[-1].mid()
        return high

    def crossings(self, level: Any) -> list[End]:
        """The ends where f meets the level, a ball, strictly inside the pieces."""
        key = level.mid().man_exp()
        if key in self._crossed:
            return self._crossed[key]
        found = self._crossed[key] = []
        rough = float(level)
        for left, right in pairwise(self.ends):
            one, two = self._inside(left, right)
            if not (one - level).mid() * (two - level).mid() < 0:
                continue
            inside = np.nonzero((self.grid > left.near) & (self.grid < right.near))[0]
            rising = two.mid() > one.mid()
            above = np.nonzero((self.heights[inside] > rough) == rising)[0]
            place = int(above[0]) if above.size else inside.size
            low = arb(float(self.grid[inside[place - 2]])) if place >= 2 else left.exact
            high = arb(float(self.grid[inside[place + 1]])) if place + 1 < inside.size else right.exact
            exact = solve(lambda t: Jet(self.jet(t).value - level, self.jet(t).slopes), low, high)
            found.append(End(float(exact), exact, None, level))
        return found

    def _inside(self, left: End, right: End) -> tuple[Any, Any]:
        """f at both ends of a piece, from inside."""
        width = (right.exact - left.exact) * arb(10) ** (4 - ctx.dps)
        return self.jet(left.exact + width).value, self.jet(right.exact - width).value

    def edges(self) -> list[tuple[End, Any]]:
        """Each end of each piece with the step that leads just inside."""
        found = []
        for left, right in pairwise(self.ends):
            width = (right.exact - left.exact) * arb(10) ** (4 - ctx.dps)
            found += [(left, width), (right, -width)]
        return found

    def speeds(self, end: End) -> list[Any]:
        """How fast the end moves with each parameter, where it is the zero of a switch."""
        if end.switch is None:
            return [arb(0)] * len(self.exact.parameters)
        switch = self.switched(end.exact)[1][end.switch]
        return [-slope / switch.slopes[-1] for slope in switch.slopes[:-1]]

    def levels(self, y: Any, locations: Sequence[tuple[str, Any, Any]]) -> list[Any]:
        """The heights of f at which some component (kind, location, scale) of the noise is not smooth, for the output y."""
        return [y - location - scale * place for kind, location, scale in locations for place in BREAKS.get(kind, ())]

    def panels(self, y: Any, crossings: Sequence[End]) -> list[tuple[End, End]]:
        """Panels on which a rule of 32 nodes or more integrates the density of the output y; what is negligible is left out."""
        key = y.mid().man_exp()
        if key in self._panelled and not crossings:
            return self._panelled[key]
        ends = sorted([*self.ends, *crossings], key=lambda end: (end.near, float(end.exact - arb(end.near))))
        found: list[tuple[End, End]] = []
        self._panelled[key] = found
        for left, right in pairwise(ends):
            near = {left.near: left, right.near: right}
            if right.near - left.near <= 1e-9 * (1 + abs(left.near)):
                found.append((left, right))
                continue
            for low, high in self._cut(left.near, right.near, float(y), self._sides(y, (left.exact + right.exact) / 2)):
                found.append((near.get(low) or End(low, arb(low)), near.get(high) or End(high, arb(high))))
        return found

    def _sides(self, y: Any, t: Any) -> list[float]:
        """Where the parts of the noise stand at t: -1/2 before their breaks at 0 and 1, 1/2 between, 3/2 behind.

        Their densities are continued from there over the whole piece.
        """
        if not any(part.kind in BREAKS for part in self.exact_stage.noise):
            return [0.0] * len(self.exact_stage.noise)
        height = self.jet(t).value
        places = [(y - part.location.value - height) / part.scale.value for part in self.exact_stage.noise]
        return [float((u > 0) - 0.5 + (u >= 1)) for u in places]

    def _cut(self, left: float, right: float, y: float, sides: Sequence[float]) -> list[tuple[float, float]]:
        inner = [float(place) for place in range(BASE * math.floor(left / BASE), math.ceil(right) + 1, BASE) if left + 1e-3 < place < right - 1e-3]
        places = np.array([left, *inner, right])
        low, high = places[:-1], places[1:]
        found: list[tuple[float, float]] = []
        for _ in range(LEVELS):
            if not low.size:
                return sorted(found)
            if low.size > CROWD:
                break
            t = 0.5 * (low + high)[:, None] + 0.5 * (high - low)[:, None] * NODES
            values, skipped = self._integrand(t, low, high, y, sides)
            width = high - low
            series = np.abs(values @ SERIES)
            size, tail = series.max(1), series[:, -4:].max(1)
            gone = (size * width * (1 + abs(y)) < NEGLIGIBLE * 1e-2) & skipped
            with np.errstate(all="ignore"):
                left_over = size * (tail / size) ** (63 / (SEEN - 2.5)) * width * (1 + abs(y))
            settled = (size > 0) & ((tail <= 1e-11 * size) | ((left_over < 1e-38) & (tail <= 0.3 * size)))
            kept = ~gone & (settled | (width <= 2e-14 * (1 + np.abs(low))))
            found += [(float(a), float(b)) for a, b in zip(low[kept], high[kept], strict=True)]
            again = ~gone & ~kept
            low, high = low[again], high[again]
            middle = _dyadic(low, high)
            low, high = np.concatenate([low, middle]), np.concatenate([middle, high])
        raise ArithmeticError(f"the density of {y} does not settle on panels near {low[0]}")

    def _integrand(self, t: Any, left: Any, right: Any, y: float, sides: Sequence[float]) -> tuple[Any, Any]:
        """The integrand, and whether a panel may be left out where it is small there: f, monotone on it, does not come near the output."""
        heights = self.rough_map(t)
        v = self.change.planned(t)
        source = planned(
            self.component.kind, v, self.component.freedom, np.full_like(v, 0.5) if self.component.kind == "Uniform" else v
        ) * self.change.planned_slope(t)
        total, away = np.zeros_like(t), np.ones(t.shape[0], dtype=bool)
        inset = 1e-12 * (right - left)
        first, last = self.rough_map(left + inset), self.rough_map(right - inset)
        low, high = np.minimum(first, last), np.maximum(first, last)
        for part, side in zip(self.rough_stage.noise, sides, strict=True):
            u = [(y - part.location - height) / part.scale for height in (heights, high, low)]
            below, above = (-3.0, 3.0) if part.kind == "StudentT" else reach(part.kind, part.freedom)
            away &= (u[2] < below + 1e-9) | (u[1] > above - 1e-9)
            with np.errstate(all="ignore"):
                total += part.weight * planned(part.kind, u[0], part.freedom, side) / part.scale
        small = source.max(1) * (right - left) * (1 + abs(y)) < NEGLIGIBLE * self.noise_scale
        with np.errstate(all="ignore"):
            return total * source, away | small


def _dyadic(low: Any, high: Any) -> Any:
    """A short binary fraction near the middle, so that neighbouring outputs meet the same panels."""
    unit = 2.0 ** np.floor(np.log2((high - low) / 2))
    middle = np.round((low + high) / 2 / unit) * unit
    return np.where((low < middle) & (middle < high), middle, (low + high) / 2)
