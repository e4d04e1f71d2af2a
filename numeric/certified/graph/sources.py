"""Sums over one source, or several independent ones, for a vector of bounded terms of them (Lemma G1 of docs/proof-graph.md).

The nodes stand on straight lines, or on xi = kappa sinh(jh) where every term reads a multiple of xi. They are chosen in floats: a choice needs no proof,
and the bounds of what was chosen are balls.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce

from flint import arb

from infograd.numeric.certified.balls import HypothesisError, largest, raised, total
from infograd.numeric.certified.cascade_inputs import WeightError, roomy
from infograd.numeric.certified.graph.inputs import MOST_NODES, Facts, VectorSum, constant_sum, product_sum
from infograd.numeric.certified.inner import edge_moments, inner_factor, normal_peak, tail_moments
from infograd.numeric.certified.jets import Jet
from infograd.numeric.certified.maps import LineBounds
from infograd.numeric.certified.nodes import TooManyNodesError, longest_step
from infograd.numeric.certified.polynomials import Polynomial, applied, normal_moments, plus
from infograd.numeric.certified.signal import Smooth

WIDEST = 12.0
ANGLES, STARTS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7), (0.03, 0.12, 0.24, 0.4, 0.5, 0.6, 0.7)
COARSE, FINE = 8, 48


@dataclass(frozen=True, slots=True)
class SmoothSource:
    """A law sum_c w_c N(m_c, v_c) and, by coordinate, the bounded terms of it; a term's components are the law's, in order."""

    weights: tuple[Jet, ...]
    terms: tuple[tuple[Smooth, ...], ...]

    def jets(self) -> Iterator[Jet]:
        """Every jet of it."""
        yield from self.weights
        for term in (each for terms in self.terms for each in terms):
            yield from term_jets(term)


@dataclass(frozen=True, slots=True)
class AtomicSource:
    """Finitely many atoms: their weights and, by coordinate, their places around the middle of the range."""

    weights: tuple[Jet, ...]
    places: tuple[tuple[Jet, ...], ...]

    def jets(self) -> Iterator[Jet]:
        """Every jet of it."""
        yield from self.weights
        yield from (jet for row in self.places for jet in row)


def term_jets(term: Smooth) -> Iterator[Jet]:
    """The amplitude and, by component, centre and spread."""
    yield term.amplitude
    for component in term.components:
        yield component.centre
        yield component.spread


def source_sum(source: SmoothSource | AtomicSource, names: tuple[str, ...], nats: float) -> VectorSum:
    """The sum over one source with an error near exp(-nats); over atoms it is exact.

    Raises: TooManyNodesError beyond the cap.
    """
    return _atomic_sum(source, names) if isinstance(source, AtomicSource) else _smooth_sum(source, names, nats)


def _atomic_sum(source: AtomicSource, names: tuple[str, ...]) -> VectorSum:
    weights = [weight.value for weight in source.weights]
    drifts = {name: [weight.slope(name) for weight in source.weights] for name in names}
    moves = {name: [[share * jet.slope(name) for share, jet in zip(weights, jets, strict=True)] for jets in source.places] for name in names}

    def exact(values: list[arb]) -> WeightError:
        mass = total(map(abs, values))
        return WeightError(arb(0), arb(0), mass, mass)

    still = (arb(0),) * len(source.places)
    half_ranges = tuple(roomy(largest(abs(jet.value) for jet in jets)) for jets in source.places)
    facts = Facts(
        half_ranges,
        still,
        still,
        exact(weights),
        {name: exact(values) for name, values in drifts.items()},
        {name: tuple(map(exact, rows)) for name, rows in moves.items()},
        odd=False,
    )
    return VectorSum(weights, [[jet.value for jet in jets] for jets in source.places], drifts, moves, facts)


Bounds = tuple[tuple[LineBounds, ...], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One component's nodes in xi, the bounds of every term on the contour's edges, and the moments of |xi| on the edges and beyond the nodes."""

    places: list[arb]
    weights: list[arb]
    bounds: Bounds
    factor: arb
    edge: tuple[arb, ...]
    tail: tuple[arb, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """xi = jh with |Im xi| < width, or, with a kappa, xi = kappa sinh(jh) with |Im| < width; |j| <= count."""

    width: float
    step: float
    count: int
    kappa: float | None = None


def _spreads(source: SmoothSource, component: int) -> list[arb]:
    return [abs(term.components[component].spread.value) for terms in source.terms for term in terms]


def straight_bounds(source: SmoothSource, component: int, width: arb) -> Bounds:
    """The bounds of every term for |Im xi| = width.

    Raises: HypothesisError where the strip leaves that of a map.
    """
    found = []
    for terms in source.terms:
        row = []
        for term in terms:
            height = abs(term.components[component].spread.value) * width
            if term.map.strip is not None and not height < term.map.strip:
                raise HypothesisError(f"the strip of a source reaches {height} in the argument of {term.map.name}, which is bounded below {term.map.strip}")
            row.append(term.map.line(height))
        found.append(tuple(row))
    return tuple(found)


def hyperbola_bounds(source: SmoothSource, component: int, kappa: arb, angle: arb, pieces: int) -> Bounds | None:
    """The bounds of every term along xi = kappa sinh(r + i angle), or None where a term has none."""
    found = []
    for terms in source.terms:
        row = []
        for term in terms:
            part = term.components[component]
            bounds = term.map.hyperbola(abs(part.spread.value) * kappa, angle, pieces) if part.centre.value.is_zero() and part.spread.value != 0 else None
            if bounds is None:
                return None
            row.append(bounds)
        found.append(tuple(row))
    return tuple(found)


def _scaled(terms: Sequence[Smooth], bounds: Sequence[LineBounds], what: str) -> arb:
    """sum_terms |a| times rho or beta."""
    return total(abs(term.amplitude.value) * getattr(line, what) for term, line in zip(terms, bounds, strict=True))


def _growth(source: SmoothSource, bounds: Bounds) -> arb:
    """sum_k beta_k^2/2."""
    return total(raised(_scaled(terms, each, "beta"), 2) / 2 for terms, each in zip(source.terms, bounds, strict=True))


def choose(source: SmoothSource, component: int, nats: float) -> Choice:
    """The contour with the fewest nodes for an error near exp(-nats).

    Raises: TooManyNodesError beyond the cap.
    """
    options = [_straight(source, component, nats), *_hyperbolas(source, component, nats)]
    best = min(options, key=lambda option: option.count)
    if 2 * best.count >= MOST_NODES:
        raise TooManyNodesError(f"a source's grid would take {2.0 * best.count:.1e} nodes, and at most {MOST_NODES:.0e} are taken")
    return best


def _straight(source: SmoothSource, component: int, nats: float) -> Choice:
    widest = WIDEST
    for term in (each for terms in source.terms for each in terms):
        spread = abs(float(term.components[component].spread.value))
        if term.map.strip is not None and spread > 0:
            widest = min(widest, 0.995 * float(term.map.strip) / spread)
    step, width = longest_step(widest, nats, lambda width: _growth(source, straight_bounds(source, component, width)))
    return Choice(width, step, math.ceil(math.sqrt(2 * nats) / step) if step else MOST_NODES)


def _hyperbolas(source: SmoothSource, component: int, nats: float) -> Iterator[Choice]:
    steepest = max((float(each) for each in _spreads(source, component)), default=0.0)
    if not steepest > 0:
        return
    for angle in ANGLES:
        for start in STARTS:
            kappa = start / math.sin(angle) / steepest
            bounds = hyperbola_bounds(source, component, arb(kappa), arb(angle), COARSE)
            if bounds is not None:
                growth = (math.sin(angle) * kappa) ** 2 / 2 + float(_growth(source, bounds))
                step = 2 * math.pi * angle / (nats + growth + 1)
                yield Choice(angle, step, math.ceil(math.asinh(math.sqrt(2 * nats) / kappa) / step), kappa)


def line(source: SmoothSource, component: int, choice: Choice) -> Line:
    """The nodes of a choice with their proven bounds."""
    width, step = arb(choice.width), arb(choice.step)
    steps = [step * position for position in range(-choice.count, choice.count + 1)]
    peak = normal_peak(arb(1))
    if choice.kappa is None:
        bounds = straight_bounds(source, component, width)
        factor = inner_factor(width, step, arb(0), arb(1)) * _growth(source, bounds).exp()
        return Line(steps, [step * (-(x * x) / 2).exp() / peak for x in steps], bounds, factor, edge_moments(width), tail_moments(step * choice.count))
    kappa = arb(choice.kappa)
    curved = hyperbola_bounds(source, component, kappa, width, FINE)
    if curved is None:
        raise HypothesisError("a term of a source has no bounds on hyperbolas")
    arguments = [each.sinh_cosh() for each in steps]
    places = [kappa * sinh for sinh, _ in arguments]
    weights = [step * kappa * cosh * (-(x * x) / 2).exp() / peak for (_, cosh), x in zip(arguments, places, strict=True)]
    away, wide = kappa * width.sin(), 1 / (2 * width).cos().sqrt()
    base = (raised(away, 2) / 2).exp() * wide
    edge = base, base * ((2 / arb.pi()).sqrt() * wide + away), base * raised(wide + away, 2)
    reach, cosh = places[-1], arguments[-1][1]
    if not (reach > 2 and kappa * cosh * (reach - 2 / reach) >= 1):
        raise HypothesisError(f"the last node stands at {reach}, before the tail falls")
    factor = inner_factor(width, step, arb(0), arb(1)) * _growth(source, curved).exp()
    return Line(places, weights, curved, factor, edge, tail_moments(reach))


def _smooth_sum(source: SmoothSource, names: tuple[str, ...], nats: float) -> VectorSum:
    return smooth_sum(source, names, [line(source, component, choose(source, component, nats)) for component in range(len(source.weights))])


def smooth_sum(source: SmoothSource, names: tuple[str, ...], lines: Sequence[Line]) -> VectorSum:
    """The sum over the grids of all components, with its errors (Lemma G1)."""
    every = tuple((name,) for name in names)
    dimension = len(source.terms)
    weights: list[arb] = []
    places: list[list[arb]] = [[] for _ in range(dimension)]
    drifts: dict[str, list[arb]] = {name: [] for name in names}
    moves: dict[str, list[list[arb]]] = {name: [[] for _ in range(dimension)] for name in names}
    for component, (jet, grid) in enumerate(zip(source.weights, lines, strict=True)):
        for x, share in zip(grid.places, grid.weights, strict=True):
            weights.append(jet.value * share)
            for name in names:
                drifts[name].append(jet.slope(name) * share)
            for k, terms in enumerate(source.terms):
                found = [term.values(term.components[component], x, every) for term in terms]
                places[k].append(total(value for value, _ in found))
                for name in names:
                    moves[name][k].append(weights[-1] * total(along[(name,)] for _, along in found))
    shares = [jet.value for jet in source.weights]

    def error(values: Sequence[arb], sizes: Sequence[arb], on_edge: Sequence[Polynomial], on_axis: Sequence[Polynomial]) -> WeightError:
        edge = total(size * each.factor * applied(poly, each.edge) for size, each, poly in zip(sizes, lines, on_edge, strict=True))
        tail = total(size * applied(poly, each.tail) for size, each, poly in zip(sizes, lines, on_axis, strict=True))
        mean = total(size * applied(poly, normal_moments(arb(1))) for size, poly in zip(sizes, on_axis, strict=True))
        return WeightError(edge, tail, total(map(abs, values)) + tail, mean)

    def slopes(name: str, k: int) -> WeightError:
        on_edge: list[Polynomial] = []
        on_axis: list[Polynomial] = []
        for component, grid in enumerate(lines):
            pairs = list(zip(source.terms[k], grid.bounds[k], strict=True))
            on_edge.append(plus((arb(0),), *(term.edge(term.components[component], (name,), bounds) for term, bounds in pairs)))
            on_axis.append(plus((arb(0),), *(term.axis(term.components[component], (name,)) for term, _ in pairs)))
        return error(moves[name][k], shares, on_edge, on_axis)

    unit: list[Polynomial] = [(arb(1),)] * len(lines)

    def most(k: int, what: str) -> arb:
        return largest(_scaled(source.terms[k], grid.bounds[k], what) for grid in lines)

    facts = Facts(
        tuple(roomy(total(term.half_range for term in terms)) for terms in source.terms),
        tuple(most(k, "rho") for k in range(dimension)),
        tuple(most(k, "beta") for k in range(dimension)),
        error(weights, shares, unit, unit),
        {name: error(drifts[name], [abs(jet.slope(name)) for jet in source.weights], unit, unit) for name in names},
        {name: tuple(slopes(name, k) for k in range(dimension)) for name in names},
        odd=len(source.weights) == 1 and all(term.symmetric(names) for terms in source.terms for term in terms),
    )
    return VectorSum(weights, places, drifts, moves, facts)


def vector_sum(sources: Sequence[SmoothSource | AtomicSource], dimension: int, names: tuple[str, ...], nats: float) -> VectorSum:
    """The sum over all independent sources.

    Raises: TooManyNodesError beyond the cap.
    """
    return reduce(product_sum, [source_sum(source, names, nats) for source in sources]) if sources else constant_sum(dimension, names)
