"""Nodes over the input: where the trapezoid of Lemma I stands, on straight lines or on U = kappa sinh(r), and what its sums may be wrong by.

The step and the contour are chosen in floats: a choice needs no proof, and the bounds of what was chosen are balls.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from flint import arb

from infograd.numeric.certified.balls import HypothesisError, raised
from infograd.numeric.certified.inner import edge_moments, inner_factor, normal_peak, tail_moments, weight_error
from infograd.numeric.certified.maps import LineBounds
from infograd.numeric.certified.polynomials import Polynomial, times
from infograd.numeric.certified.signal import Atoms, Component, Derivative, Smooth

NODES = 200_000
LEVELS, SHRINK = 400, 0.93
HUGE = 1e100
WIDEST = 12.0
ANGLES, STARTS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7), (0.01, 0.03, 0.06, 0.12, 0.24, 0.4, 0.5, 0.6, 0.7)


class TooManyNodesError(Exception):
    """A grid beyond the cap; the message says which and how large."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Nodes in xi with the weights h phi(xi) dxi, the bounds of g along the contour's edge, and the edge's and the tail's moments of |xi|."""

    places: tuple[arb, ...]
    weights: tuple[arb, ...]
    line: LineBounds
    factor: arb
    edge: tuple[arb, ...]
    tail: tuple[arb, ...]


@dataclass(frozen=True, slots=True)
class Straight:
    """A grid on the real line with the strip |Im xi| < half_width."""

    half_width: float
    step: float
    count: int


@dataclass(frozen=True, slots=True)
class Hyperbola:
    """A grid U = kappa sinh(jh), j in [-left, right], with the strip |Im| < angle."""

    kappa: float
    angle: float
    step: float
    left: int
    right: int

    @property
    def count(self) -> int:
        """How many nodes lie on one side, on average."""
        return (self.left + self.right) // 2


def choose(smooth: Smooth, component: Component, nats: float) -> Straight | Hyperbola:
    """The contour with the fewest nodes for an error of exp(-nats).

    Raises: TooManyNodesError beyond the cap.
    """
    options: list[Straight | Hyperbola] = [_straight(smooth, component, nats)]
    if component.spread.value != 0:
        options += _hyperbolas(smooth, component, nats)
    best = min(options, key=lambda option: option.count)
    if best.count > NODES:
        raise TooManyNodesError(f"the input's grid would take {2 * best.count:.1e} nodes, and at most {2 * NODES:.0e} are taken")
    return best


def longest_step(widest: float, nats: float, growth: Callable[[arb], arb]) -> tuple[float, float]:
    """The longest step h = 2 pi w/(nats + w^2/2 + growth(w)) over strips from the widest down, and its half-width w; h = 0 where all that are tried grow too much.

    `growth` is sum beta^2/2 of the terms.
    """
    best, width = (0.0, widest), widest
    for _ in range(LEVELS):
        step = 2 * math.pi * width / (nats + width**2 / 2 + float(growth(arb(width))))
        if best[0] > step > 0:
            break
        if step > best[0]:
            best = (step, width)
        width *= SHRINK
    return best


def _straight(smooth: Smooth, component: Component, nats: float) -> Straight:
    size, spread = abs(float(smooth.amplitude.value)), abs(float(component.spread.value))
    reach = math.sqrt(2 * nats)
    most = WIDEST if smooth.map.strip is None or not spread else min(WIDEST, 0.995 * float(smooth.map.strip) / spread)
    step, width = longest_step(most, nats, lambda width: raised(size * smooth.map.line(spread * width).beta, 2) / 2)
    count = reach / step if step else math.inf
    return Straight(width, step, math.ceil(count) if count < HUGE else 2 * NODES)


def _hyperbolas(smooth: Smooth, component: Component, nats: float) -> list[Straight | Hyperbola]:
    size, spread, centre = abs(float(smooth.amplitude.value)), abs(float(component.spread.value)), abs(float(component.centre.value))
    reach = math.sqrt(2 * nats)
    found: list[Straight | Hyperbola] = []
    for angle in ANGLES:
        for start in STARTS:
            kappa = start / math.sin(angle)
            line = smooth.map.hyperbola(arb(kappa), arb(angle), 8)
            if line is None:
                continue
            growth = math.sin(angle) ** 2 * (kappa**2 + centre**2 / math.cos(2 * angle)) / (2 * spread**2)
            step = 2 * math.pi * angle / (nats + growth + (size * float(line.beta)) ** 2 / 2 + 1)
            left, right = (math.ceil(math.asinh((spread * reach + sign * centre) / kappa) / step) for sign in (-1, 1))
            ends = (right, left) if float(component.centre.value) < 0 else (left, right)
            if min(ends) > 0:
                found.append(Hyperbola(kappa, angle, step, *ends))
    return found


def grid(smooth: Smooth, component: Component, choice: Straight | Hyperbola) -> Grid:
    """The grid of a choice with its proven bounds."""
    return _straight_grid(smooth, component, choice) if isinstance(choice, Straight) else _hyperbola_grid(smooth, component, choice)


def _straight_grid(smooth: Smooth, component: Component, choice: Straight) -> Grid:
    width, step = arb(choice.half_width), arb(choice.step)
    places = tuple(step * position for position in range(-choice.count, choice.count + 1))
    peak = normal_peak(arb(1))
    weights = tuple(step * (-(x * x) / 2).exp() / peak for x in places)
    height = abs(component.spread.value) * width
    if smooth.map.strip is not None and not height < smooth.map.strip:
        raise HypothesisError(f"the strip of the input reaches {height} in the map's argument, and {smooth.map.name} is bounded below {smooth.map.strip}")
    line = smooth.map.line(height)
    factor = inner_factor(width, step, abs(smooth.amplitude.value) * line.beta, arb(1))
    return Grid(places, weights, line, factor, edge_moments(width), tail_moments(step * choice.count))


def _hyperbola_grid(smooth: Smooth, component: Component, choice: Hyperbola) -> Grid:
    kappa, angle, step = arb(choice.kappa), arb(choice.angle), arb(choice.step)
    centre, spread = component.centre.value, component.spread.value
    line = smooth.map.hyperbola(kappa, angle, 48)
    if line is None:
        raise HypothesisError("this map has no bounds on hyperbolas")
    size = abs(spread)
    arguments = [(step * position).sinh_cosh() for position in range(-choice.left, choice.right + 1)]
    places = tuple((kappa * sinh - centre) / spread for sinh, _ in arguments)
    scale = step * kappa / (size * normal_peak(arb(1)))
    weights = tuple(scale * cosh * (-(x * x) / 2).exp() for (_, cosh), x in zip(arguments, places, strict=True))
    double, sine = (2 * angle).cos(), angle.sin()
    base = (raised(sine, 2) * (raised(kappa, 2) + raised(centre, 2) / double) / (2 * raised(size, 2))).exp() / double.sqrt()
    wide = 1 / double.sqrt()
    away = abs(centre) * angle.cos() / (double * size) + (kappa * sine + abs(centre)) / size
    edge = base, base * ((2 / arb.pi()).sqrt() * wide + away), base * raised(wide + away, 2)
    factor = inner_factor(angle, step, abs(smooth.amplitude.value) * line.beta, arb(1))
    ends = [((side * kappa * arguments[end][0] - side * centre) / size, arguments[end][1]) for side, end in ((-1, 0), (1, -1))]
    for reach, cosh in ends:
        if not (reach > 2 and kappa * cosh * (reach - 2 / reach) / size >= 1):
            raise HypothesisError(f"the last node stands at {reach}, before the tail falls")
    tails = [tail_moments(reach) for reach, _ in ends]
    return Grid(places, weights, line, factor, edge, tuple((left + right) / 2 for left, right in zip(*tails, strict=True)))


@dataclass(frozen=True, slots=True)
class Weight:
    """A weight P of the sums E[P N(y; T)]: a product of derivatives of T and a power of T."""

    moves: tuple[Derivative, ...] = ()
    power: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """All nodes over the input: T, its derivatives and the weights there, and the error of each weighted sum in units of g_rho."""

    locations: tuple[arb, ...]
    weights: tuple[arb, ...]
    moves: dict[Derivative, tuple[arb, ...]]
    rho: arb
    error: Callable[[Weight], arb]

    def vector(self, weight: Weight) -> list[arb]:
        """The weights of the sum for P."""
        result = list(self.weights)
        for factor in (*(self.moves[name] for name in weight.moves), *([self.locations] * weight.power)):
            result = [x * y for x, y in zip(result, factor, strict=True)]
        return result


def rule_of(law: Smooth | Atoms, names: tuple[Derivative, ...], nats: float) -> Rule:
    """The rule for a law with an inner error near exp(-nats), and the derivatives of T that are named."""
    return _atomic_rule(law, names) if isinstance(law, Atoms) else _smooth_rule(law, names, nats)


def _atomic_rule(law: Atoms, names: tuple[Derivative, ...]) -> Rule:
    moves = {name: tuple(law.moves(position, name) for position in range(len(law.places))) for name in names}
    return Rule(tuple(place.value for place in law.places), law.weights, moves, arb(0), lambda weight: arb(0))


def _smooth_rule(law: Smooth, names: tuple[Derivative, ...], nats: float) -> Rule:
    grids = [grid(law, component, choose(law, component, nats)) for component in law.components]
    locations: list[arb] = []
    weights: list[arb] = []
    moves: dict[Derivative, list[arb]] = {name: [] for name in names}
    for component, each in zip(law.components, grids, strict=True):
        for x, weight in zip(each.places, each.weights, strict=True):
            place, found = law.values(component, x, names)
            locations.append(place)
            weights.append(component.weight * weight)
            for name in names:
                moves[name].append(found[name])
    size = abs(law.amplitude.value)
    rho = arb(0)
    for each in grids:
        rho = rho.max(size * each.line.rho)

    def error(weight: Weight) -> arb:
        result = arb(0)
        for component, each in zip(law.components, grids, strict=True):
            span = law.map.half_range + each.line.rho + each.line.beta
            on_edge: Polynomial = (raised(size * span, weight.power),)
            on_axis: Polynomial = (raised(law.half_range, weight.power),)
            for name in weight.moves:
                on_edge = times(on_edge, law.edge(component, name, each.line))
                on_axis = times(on_axis, law.axis(component, name))
            result += component.weight * weight_error(on_edge, on_axis, each.factor, each.edge, each.tail)
        return result

    return Rule(tuple(locations), tuple(weights), {name: tuple(found) for name, found in moves.items()}, rho, error)
