"""Where the axis of each continuous vertex is cut: at corners in its own coordinate, and where corners lead the cuts of other axes.

A corner in two coordinates is no cut of either axis; but where it crosses a cut of one, the integral over that one has a weaker corner in
the other. Cuts are carried that way `DEPTH` times, each time one derivative smoother.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from infograd.channel import laws_within
from infograd.expression import Expression, references
from infograd.law import Points
from infograd.numeric.interpreter import Floats
from infograd.numeric.limit import LimitError
from infograd.numeric.networks.corners import Corner, vertex_corners
from infograd.numeric.networks.network import Network
from infograd.numeric.networks.pilot import Habitat

DEPTH = 3
LINE = 4001
MOST = 400
CLOSE = 1e-12
APART = 1e-9
MARGIN = 0.25


@dataclass(frozen=True, slots=True, eq=False)
class Break:
    """A place on a vertex's axis where a corner's expression vanishes, other coordinates standing at breaks or points; an end has no corner.

    `also` are other jumps at the same place.
    """

    coordinate: str
    place: float
    corner: Expression | None = None
    others: tuple[tuple[str, Break | int], ...] = ()
    jump: bool = False
    also: tuple[Break, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """The interval of a vertex's axis, the width of its own law, and the interval from which heavy tails spread."""

    low: float
    high: float
    width: float
    core: tuple[float, float]

    def line(self, count: int) -> Floats:
        """Places to look at: even ones, and where the interval is long against the width also graded ones."""
        even = np.linspace(self.low, self.high, count)
        if self.high - self.low < 200 * self.width:
            return even
        left, right = self.core
        below = left - self.width * np.sinh(np.linspace(0.0, math.asinh((left - self.low) / self.width), count // 2))
        above = right + self.width * np.sinh(np.linspace(0.0, math.asinh((self.high - right) / self.width), count // 2))
        return np.unique(np.clip(np.concatenate([even, np.linspace(left, right, count), below, above]), self.low, self.high))

    def outside(self, places: Floats) -> Floats:
        """The distances from the core."""
        return np.maximum(0.0, np.maximum(self.core[0] - places, places - self.core[1]))


class Motion:
    """How breaks and points move along one direction in the parameters."""

    def __init__(self, net: Network, direction: Mapping[str, Floats]) -> None:
        self._net = net
        self.direction = dict(direction)
        self.points: dict[str, Floats] = {}
        for vertex in net.vertices:
            if isinstance(vertex.law, Points):
                tangent = net.interpreter({}, self.direction, 0)(vertex.law.values)[1]
                if tangent is not None:
                    self.points[vertex.name] = tangent

    def velocity(self, each: Break) -> float:
        """d place / d parameter of a jump, by the implicit function theorem; kinks need not be followed, since nothing leaps there.

        Raises: LimitError where the corner does not cross zero with a slope, or two jumps at one place part.
        """
        if each.corner is None or not each.jump:
            return 0.0
        speed = self._speed(each, each.corner)
        if any(abs(self.velocity(other) - speed) > APART * max(1.0, abs(speed)) for other in each.also):
            raise LimitError(f"two jumps of the density meet at {each.coordinate!r} = {each.place:.6g} and part when a parameter moves; ask for order 0")
        return speed

    def _speed(self, each: Break, corner: Expression) -> float:
        places, tangents = {each.coordinate: np.asarray(each.place)}, dict(self.direction)
        for name, other in each.others:
            if isinstance(other, Break):
                places[name] = np.asarray(other.place)
            else:
                places[name] = self._values(name)[other]
                if name in self.points:
                    tangents[name] = self.points[name][other]
        drift = self._net.interpreter(places, tangents, 0)(corner)[1]
        if drift is None or float(drift) == 0.0:
            return 0.0
        slope = self._net.interpreter(places, {each.coordinate: np.asarray(1.0)}, 0)(corner)[1]
        if slope is None or not abs(float(slope)) > 0:
            raise LimitError(f"a corner of the density moves over {each.coordinate!r} = {each.place:.6g}, where its position has no derivative")
        return -float(drift) / float(slope)

    def _values(self, name: str) -> Floats:
        return point_values(self._net, name)


def point_values(net: Network, name: str) -> Floats:
    """The values of a vertex of finitely many."""
    law = next(vertex.law for vertex in net.vertices if vertex.name == name)
    assert isinstance(law, Points)
    return net.interpreter({}, {}, 0)(law.values)[0]


def zeros(function: Callable[[Floats], Floats], line: Floats) -> Floats:
    """Where a function changes sign between neighbours of a line, by bisection to the last bit."""
    below = np.signbit(np.broadcast_to(function(line), line.shape))
    changes = np.flatnonzero(below[1:] != below[:-1])
    low, high, sign = line[changes], line[changes + 1], below[changes]
    for _ in range(64 if changes.size else 0):
        middle = (low + high) / 2
        same = np.signbit(np.broadcast_to(function(middle), middle.shape)) == sign
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return np.asarray(high)


def spans(net: Network, habitats: Mapping[str, Habitat]) -> dict[str, Span]:
    """The interval of every continuous vertex; where noise jumps with a margin, so that jumps of the outermost cells lie inside."""
    found: dict[str, Span] = {}
    for vertex in net.vertices:
        if isinstance(vertex.law, Points):
            continue
        density, habitat = net.density(vertex), habitats[vertex.name]
        left, right = density.span()
        low, high = (left, right) if vertex.map is None else (habitat.low, habitat.high)
        middle = (left + right) / 2
        core = tuple(sorted((low - left + middle, high - right + middle)))
        margin = MARGIN * density.width() if vertex.map is not None and any(law.jumps for law in laws_within(vertex.law)) else 0.0
        found[vertex.name] = Span(low - margin, high + margin, density.width(), (core[0], core[1]))
    return found


def breaks_of(net: Network, axes: Mapping[str, Span], extra: Mapping[str, tuple[Corner, ...]]) -> dict[str, list[Break]]:
    """The breaks of every continuous vertex, sorted, with the ends of its interval; `extra` are corners of asked deterministic nodes.

    Raises: LimitError where a vertex has too many.
    """
    corners = {(corner, references(corner.expression)) for vertex in net.vertices for corner in (*vertex_corners(vertex), *extra.get(vertex.name, ()))}
    found: dict[str, list[Break]] = {name: [] for name in axes}
    fresh: dict[str, list[Break]] = {name: [Break(name, span.low), Break(name, span.high)] for name, span in axes.items()}
    for corner, names in sorted(corners, key=lambda each: repr(each[0].expression)):
        own = [name for name in names if name in axes]
        if len(own) == 1:
            for fixed in _combinations(net, [name for name in names if name not in axes]):
                fresh[own[0]] += _crossings(net, axes, corner, own[0], fixed, corner.jump)
    for depth in range(DEPTH + 1):
        carried: dict[str, list[Break]] = {name: [] for name in axes}
        for name, new in fresh.items():
            carried[name] = [each for each in new if _added(found[name], each, axes[name])]
            if len(found[name]) > MOST:
                raise LimitError(f"the density is cut at more than {MOST} values of {name!r}")
        if depth == DEPTH:
            break
        fresh = {name: [] for name in axes}
        for corner, names in sorted(corners, key=lambda each: repr(each[0].expression)):
            own = [name for name in names if name in axes]
            if len(own) != 2:
                continue
            for target, through in (own, own[::-1]):
                for fixed in _combinations(net, [name for name in names if name not in axes]):
                    for each in carried[through]:
                        fresh[target] += _crossings(net, axes, corner, target, (*fixed, (through, each)), False)
    return {name: sorted(each, key=lambda one: one.place) for name, each in found.items()}


def _added(found: list[Break], each: Break, span: Span) -> bool:
    """Put a break among those found, unless one stands there already; that one gives way to one that jumps."""
    if not span.low <= each.place <= span.high:
        return False
    for position, other in enumerate(found):
        if abs(other.place - each.place) <= CLOSE * max(span.width, abs(each.place)):
            if each.jump and other.jump:
                found[position] = replace(other, also=(*other.also, each))
            elif each.jump:
                found[position] = replace(each, place=other.place if other.corner is None else each.place)
            return False
    found.append(each)
    return True


def _combinations(net: Network, names: list[str]) -> list[tuple[tuple[str, Break | int], ...]]:
    return [tuple(zip(names, chosen, strict=True)) for chosen in itertools.product(*(range(point_values(net, name).size) for name in names))]


def _crossings(net: Network, axes: Mapping[str, Span], corner: Corner, target: str, fixed: tuple[tuple[str, Break | int], ...], jump: bool) -> list[Break]:
    at = {name: np.asarray(other.place) if isinstance(other, Break) else point_values(net, name)[other] for name, other in fixed}

    def value(places: Floats) -> Floats:
        return net.interpreter({**{name: place.reshape(1) for name, place in at.items()}, target: places}, {}, 1)(corner.expression)[0]

    span = axes[target]
    found = [float(place) for place in zeros(value, span.line(LINE))]
    for end in (span.low, span.high):
        if abs(float(value(np.asarray([end]))[0])) <= CLOSE * max(span.width, abs(end)):
            found.append(end)
    return [Break(target, place, corner.expression, fixed, jump) for place in found]
