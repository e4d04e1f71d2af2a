"""Channels of one stage, B = f(A; theta) + N, integrated panel by panel, whatever jumps or kinks the map and the laws have.

For each b the inputs are cut where b - f(a) meets a break of the noise's density, where the map has a kink or a jump,
and where it turns; on each panel the integrand is smooth, and Gauss-Legendre converges exponentially. Over b the density
of B is smooth between the images of those places; a double exponential rule on each stretch takes x log x at its ends.
Source: Takahasi and Mori, Publ. RIMS 9 (1974) 721, for the rule.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from infograd.law import Points
from infograd.numeric.interpreter import Floats
from infograd.numeric.limit import LimitError, node_count
from infograd.numeric.stage.chain import Chain
from infograd.numeric.stage.primitive import Primitive, location_and_scale, primitive_of

CELLS = 4_000_000
SAMPLES = 2001
PANEL = 12
STRETCH, MOST_PANELS = 6.0, 24
BLUR = 2.0**-46
ITERATIONS = 64
APART = 2.0**-30
EPS = float(np.finfo(np.float64).eps)
END = 3.3


def crossings(function: Callable[[Floats], Floats], low: float, high: float) -> list[float]:
    """Where a function changes sign on an interval, as far as 2,001 samples show."""
    grid = np.linspace(low, high, SAMPLES)
    signs = np.sign(function(grid))
    left, right = grid[:-1][signs[:-1] * signs[1:] < 0], grid[1:][signs[:-1] * signs[1:] < 0]
    before = np.sign(function(left))
    while True:
        middle = (left + right) / 2
        if not np.any((left < middle) & (middle < right)):
            break
        below = np.sign(function(middle)) == before
        left, right = np.where(below, middle, left), np.where(below, right, middle)
    on_a_sample = grid[1:-1][(signs[1:-1] == 0) & (signs[:-2] != 0) & (signs[2:] != 0)]
    return sorted([*right.tolist(), *on_a_sample.tolist()])


def endpoint_rule(ends: Floats, step: float) -> tuple[Floats, Floats]:
    """Nodes and weights of the double exponential rule on each stretch between consecutive ends, for integrands singular at ends."""
    count = math.ceil(3 * END / step)
    parameter = np.linspace(-END, END, 2 * count + 1)
    near = 1 / (1 + np.exp(math.pi * np.sinh(parameter)))
    share = math.pi * np.cosh(parameter) * near * near[::-1] * (END / count)
    left, length = ends[:-1, None], np.diff(ends)[:, None]
    nodes = np.where(parameter > 0, left + length - length * near, left + length * near[::-1])
    return nodes.ravel(), (length * share).ravel()


def panel_rule(low: float, high: float, length: float, step: float) -> tuple[Floats, Floats]:
    """Gauss-Legendre nodes and weights on panels of at most that length, of an order that grows as `step` falls: no two steps share all nodes."""
    panels = node_count(high - low, length, 1)
    nodes, weights = np.polynomial.legendre.leggauss(math.ceil(PANEL * step**-0.5))
    half = (high - low) / (2 * panels)
    return (low + half * (2 * np.arange(panels)[:, None] + 1 + nodes)).ravel(), np.tile(half * weights, panels)


def _apart(places: list[float], distance: float) -> list[float]:
    """The places in order, without those that lie too close behind another."""
    kept: list[float] = []
    for place in sorted(set(places)):
        if not kept or place - kept[-1] > distance:
            kept.append(place)
    return kept


@dataclass(frozen=True, slots=True)
class Piece:
    """An interval of the source's primitive on which the map is smooth and monotone, with a table of its values."""

    table: Floats
    locations: Floats

    @property
    def rising(self) -> float:
        """1.0 where the map does not fall, -1.0 where it falls."""
        return 1.0 if self.locations[-1] >= self.locations[0] else -1.0


@dataclass(frozen=True, slots=True)
class Fiber:
    """For each output (rows) the inputs that may have led there: source values, their primitives, weights, and standardised noise."""

    inputs: Floats
    primitives: Floats
    weights: Floats
    noise: Floats


class Stage:
    """A chain up to its noisy gate, cut into pieces."""

    def __init__(self, chain: Chain) -> None:
        if chain.output.noise is None:
            raise LimitError(f"gate {chain.output.name!r} has no noise")
        self.chain = chain
        self.noise: Primitive = primitive_of(chain.output.noise, f"the noise of {chain.output.name!r}")
        (location, _), (scale, _) = location_and_scale(chain.output.noise, chain.interpreter({}))
        self.offset, self.scale = float(location), float(scale)
        self.input: Primitive | None = None
        if isinstance(chain.source.law, Points):
            self.points, self.weights = (chain.interpreter({})(part)[0] for part in (chain.source.law.values, chain.source.law.weights))
            self.places = self.locations(self.points)
            return
        self.input = primitive_of(chain.source.law, f"source {chain.source.name!r}")
        (middle, _), (spread, _) = location_and_scale(chain.source.law, chain.interpreter({}))
        self.middle, self.spread = float(middle), float(spread)
        self.pieces = self._pieces(self.input)
        self.places = np.concatenate([piece.locations[[0, -1]] for piece in self.pieces])
        steepest = max(float(np.abs(np.diff(piece.locations) / np.diff(piece.table)).max()) for piece in self.pieces)
        self.fineness = 1 / math.hypot(1.0, steepest / self.scale)

    def locations(self, inputs: Floats) -> Floats:
        """Where the noise sits for each input, its own location included."""
        return self.chain.location(inputs, {})[0] + self.offset

    def slope(self, primitives: Floats) -> Floats:
        """d location / d primitive of the source."""
        return self._landing(primitives)[1]

    def _landing(self, primitives: Floats) -> tuple[Floats, Floats]:
        """The location for each primitive of the source, and its slope there."""
        inputs = self.middle + self.spread * primitives
        value, tangent = self.chain.location(inputs, {}, np.full_like(inputs, self.spread))
        return value + self.offset, np.zeros_like(inputs) if tangent is None else tangent

    def _pieces(self, primitive: Primitive) -> list[Piece]:
        low, high = primitive.low, primitive.high
        reach = [self.middle + self.spread * end for end in (low, high)]
        switches = [(place - self.middle) / self.spread for switch in self.chain.switches() for place in crossings(switch, *reach)]
        ends = _apart([low, high, *primitive.breaks, *switches], EPS * SAMPLES * (high - low))
        turns = [place for left, right in pairwise(ends) for place in crossings(self.slope, left, right)]
        away = [place for place in turns if min(abs(place - end) for end in ends) > APART * (high - low)]
        ends = sorted([*ends, *_apart(away, APART * (high - low))])
        pieces = []
        for left, right in pairwise(ends):
            table = np.linspace(left, right, SAMPLES)
            inside = table.copy()
            inside[0], inside[-1] = self._beside(left, table[1]), self._beside(right, table[-2])
            pieces.append(Piece(table, self.locations(self.middle + self.spread * inside)))
        return pieces

    def _beside(self, end: float, inner: float) -> float:
        """The primitive nearest to the end of a piece at which every switch of the map has the sign that it has further inside.

        Rounding may hold a switch's argument at 0, or on its other side, at several neighbours of the place where it vanishes.
        """
        unit, reach = float(np.spacing(abs(end))), abs(inner - end)
        steps = np.ldexp(unit, np.arange(math.frexp(reach)[1] - math.frexp(unit)[1]))
        places = np.append(end + math.copysign(1.0, inner - end) * steps[steps < reach], inner)
        inputs = self.middle + self.spread * places
        signs = np.array([np.sign(switch(inputs)) for switch in self.chain.switches()])
        return float(places[np.argmax(np.all(signs == signs[:, -1:], axis=0))] if signs.size else np.nextafter(end, inner))

    def inverse(self, piece: Piece, targets: Floats) -> Floats:
        """The primitive at which the location of a piece passes each target; an end of the piece where it does not."""
        heights, targets = np.maximum.accumulate(piece.rising * piece.locations), piece.rising * targets
        place: Floats = np.where(targets < heights[0], piece.table[0], piece.table[-1])
        inside = (targets > heights[0]) & (targets < heights[-1])
        cell = np.searchsorted(heights, targets[inside], side="right")
        place[inside] = self._solved(piece, targets[inside], piece.table[cell - 1], piece.table[cell])
        return place

    def _solved(self, piece: Piece, targets: Floats, left: Floats, right: Floats) -> Floats:
        """The same where it is bracketed, by Newton's steps, halving the bracket instead where a step would leave it."""
        place = (left + right) / 2
        for _ in range(ITERATIONS):
            height, slope = self._landing(place)
            gap = piece.rising * height - targets
            left, right = np.where(gap <= 0, place, left), np.where(gap >= 0, place, right)
            newton = place - np.divide(gap, piece.rising * slope, out=np.full_like(gap, np.inf), where=slope != 0)
            after: Floats = np.where((left <= newton) & (newton <= right), newton, (left + right) / 2)
            if np.all((np.abs(after - place) <= 4 * EPS * np.abs(place)) | (np.abs(gap) <= 2 * EPS * np.abs(targets))):
                return after
            place = after
        return place

    def fiber(self, outputs: Floats, step: float) -> Fiber:
        """The inputs and weights for each output, with panels whose nodes are no further apart on average than `step` times the integrand's scale.

        Raises: LimitError where that takes too many cells.
        """
        if self.input is None:
            noise = (outputs[:, None] - self.places) / self.scale
            weights = np.where((noise >= self.noise.low) & (noise <= self.noise.high), self.weights, 0.0)
            return Fiber(np.broadcast_to(self.points, noise.shape), np.zeros_like(noise), weights, np.clip(noise, self.noise.low, self.noise.high))
        cuts = sorted({self.noise.low, *self.noise.breaks, self.noise.high})
        blocks = []
        for piece in self.pieces:
            edges = [self.inverse(piece, outputs - self.scale * cut) for cut in cuts]
            for below, above in pairwise(edges):
                left, right = np.minimum(below, above), np.maximum(below, above)
                if np.any(right > left):
                    blocks.append(self._block(left, right, step))
        primitives = np.concatenate([nodes for nodes, _ in blocks], axis=1)
        weights = np.concatenate([lengths for _, lengths in blocks], axis=1) * self.input.density(primitives)
        inputs = self.middle + self.spread * primitives
        noise = (outputs[:, None] - self.locations(inputs)) / self.scale
        return Fiber(inputs, primitives, weights, np.clip(noise, self.noise.low, self.noise.high))

    def _block(self, left: Floats, right: Floats, step: float) -> tuple[Floats, Floats]:
        """Nodes and weights on every interval, at the spacing that the longest one asks for."""
        length = right - left
        shares, weights = panel_rule(0.0, 1.0, PANEL * self.fineness * step**0.5 / float(length.max()), step)
        if left.size * shares.size > CELLS:
            raise LimitError(f"the panels would take {left.size * shares.size:.1e} cells, and at most {CELLS:.0e} are taken")
        return left[:, None] + length[:, None] * shares, length[:, None] * weights

    def outputs(self, step: float) -> tuple[Floats, Floats]:
        """Nodes and weights over b: a double exponential rule beside each image of a break, panels in between where these are far apart."""
        blocks = []
        for left, right in pairwise(self._ends()):
            width = max(STRETCH * self.scale, (right - left) / MOST_PANELS)
            if right - left <= 3 * width:
                blocks.append(endpoint_rule(np.array([left, right]), step))
                continue
            blocks.append(endpoint_rule(np.array([left, left + width]), step))
            blocks.append(panel_rule(left + width, right - width, width * step**0.5, step))
            blocks.append(endpoint_rule(np.array([right - width, right]), step))
        return np.concatenate([nodes for nodes, _ in blocks]), np.concatenate([weights for _, weights in blocks])

    def _ends(self) -> Floats:
        """The images of all breaks: where the density of B is not smooth."""
        cuts = sorted({self.noise.low, *self.noise.breaks, self.noise.high})
        return np.unique((self.places[:, None] + self.scale * np.array(cuts)).ravel())

    def blurred(self, outputs: Floats) -> Floats:
        """1 at outputs so near to an image of a break that rounding decides how near, 0 elsewhere."""
        ends = self._ends()
        after = np.clip(np.searchsorted(ends, outputs), 1, ends.size - 1)
        distance = np.minimum(np.abs(outputs - ends[after - 1]), np.abs(ends[after] - outputs))
        return np.where(distance <= BLUR * np.abs(outputs), 1.0, 0.0)

    def edge_density(self, outputs: Floats) -> Floats:
        """The part of dp(b)/db that the jumps of the noise's density carry: height p(u) / |d location/du| at each input that leads to a jump."""
        total = np.zeros_like(outputs)
        for piece in self.pieces if self.input is not None else ():
            for place, height in self.noise.jumps:
                primitive = self.inverse(piece, outputs - self.scale * place)
                inside = (primitive > piece.table[0]) & (primitive < piece.table[-1])
                slope = np.abs(self.slope(primitive))
                assert self.input is not None  # sources of points have no pieces
                total += np.divide(height / self.scale * self.input.density(primitive), slope, out=np.zeros_like(total), where=inside & (slope > 0))
        return total
