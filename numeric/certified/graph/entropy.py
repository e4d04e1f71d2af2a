"""The joint entropy of T + Z for a vector T of bounded sums, Z ~ N(0, identity), and its derivatives, enclosed (Lemmas G4 to G7 of docs/proof-graph.md).

h = -int p log p and dh = -int dp log p over a product of lattices: one product of matrices for p, and two more for all derivatives together.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from flint import arb

from infograd.numeric.certified.balls import HypothesisError, total, widened
from infograd.numeric.certified.graph.inputs import Facts, VectorSum
from infograd.numeric.certified.graph.sums import Lattices, line_totals, plane_totals, product_of
from infograd.numeric.certified.inner import normal_peak, upper_tail
from infograd.numeric.certified.multiple_access_entropy import Entropy
from infograd.numeric.certified.nodes import TooManyNodesError
from infograd.numeric.certified.trapezoid import discretisation_error

PHASE = 1.5
GUARD = 6.0
MOST_TERMS = 1_000_000_000
MOST_OUTPUTS = 6_000_000
MOST_CELLS = 4_000_000

Moments = tuple[arb, ...]


def line_moments() -> Moments:
    """E|z|^r, r = 0..3, of z ~ N(0, 1)."""
    first = (2 / arb.pi()).sqrt()
    return arb(1), first, arb(1), 2 * first


def lattice_moments(step: arb) -> Moments:
    """Above k sum_j |jk - t|^r N(jk; t, 1), r = 0..3, for every t: the integral, and k times the height of every hump (Lemma G5)."""
    peak = step / normal_peak(arb(1))
    humps = [arb(1), *(2 * (arb(r) ** r).sqrt() * (-arb(r) / 2).exp() for r in (1, 2, 3))]
    return tuple(moment + peak * hump for moment, hump in zip(line_moments(), humps, strict=True))


def tail_moments(beyond: arb) -> Moments:
    """2 int_u^inf z^r phi(z) dz, r = 0..3, above the sums over the nodes of a lattice beyond u on both sides.

    Raises: HypothesisError where u^2 < 3, for z^3 phi(z) only falls from there on.
    """
    if not beyond * beyond >= 3:
        raise HypothesisError(f"the outer lattice ends {beyond} beyond the range; the tail bounds need sqrt(3)")
    density = 2 * (-(beyond**2) / 2).exp() / normal_peak(arb(1))
    zeroth = 2 * upper_tail(beyond)
    return zeroth, density, beyond * density + zeroth, beyond**2 * density + 2 * density


@dataclass(frozen=True, slots=True)
class LogMajorant:
    """|log p| <= constant + sum_k (linear_k |z_k| + z_k^2/2) at y = T + z."""

    constant: arb
    linear: tuple[arb, ...]

    def mean(self, moments: Sequence[Moments]) -> arb:
        """Its mean, with `moments[k]` those of |z_k|."""
        masses = [each[0] for each in moments]
        found = self.constant * product_of(masses)
        for k, (slope, each) in enumerate(zip(self.linear, moments, strict=True)):
            found += (slope * each[1] + each[2] / 2) * product_of(masses[:k] + masses[k + 1 :])
        return found


def log_majorant(facts: Facts, widths: Sequence[arb], shifted: int | None) -> LogMajorant:
    """The majorant on the real plane, or with the coordinate `shifted` on the edge of its strip (Lemma G4).

    Raises: HypothesisError where the strip's phase reaches pi/2.
    """
    constant, linear = arb(0), []
    for half_range in facts.half_ranges:
        deviation = half_range if facts.odd else 2 * half_range
        constant += normal_peak(arb(1)).log() + (deviation**2 + half_range**2) / 2
        linear.append(deviation)
    if shifted is not None:
        width, phase = widths[shifted], widths[shifted] * facts.half_ranges[shifted]
        if not phase < arb.pi() / 2:
            raise HypothesisError(f"the phase of a strip is {phase}; it must be below pi/2")
        constant += width**2 / 2 + 2 * phase - phase.cos().log()
        linear[shifted] += width
    return LogMajorant(constant, tuple(linear))


def majorants(facts: Facts, names: tuple[str, ...], moments: Sequence[Moments], widths: Sequence[arb], shifted: int | None) -> dict[str | None, arb]:
    """Of p log p (None) and of every dp log p, with the moments of |z_k|: on the edge of the strip of `shifted`, or on the real plane (Lemma G6)."""
    majorant = log_majorant(facts, widths, shifted)
    growth = arb(1) if shifted is None else (widths[shifted] ** 2 / 2).exp()
    plain = majorant.mean(moments)
    levers = []
    for k, each in enumerate(moments):
        room = widths[k] if k == shifted else arb(0)
        lifted = tuple(higher + room * lower for lower, higher in pairwise(each))
        levers.append(majorant.mean([*moments[:k], lifted, *moments[k + 1 :]]))
    found: dict[str | None, arb] = {None: growth * plain}
    for name in names:
        found[name] = growth * (facts.drifts[name].mean * plain + total(error.mean * lever for error, lever in zip(facts.moves[name], levers, strict=True)))
    return found


@dataclass(frozen=True, slots=True)
class Grid:
    """The lattices of the outputs and, per coordinate, the strip's half-width."""

    widths: tuple[arb, ...]
    lattices: Lattices

    def errors(self, facts: Facts, names: tuple[str, ...]) -> dict[str | None, arb]:
        """E1 + E2 of every functional (Lemmas G5 to G7)."""
        coordinates = range(len(self.widths))
        full = [lattice_moments(step) for step in self.lattices.steps]
        result: dict[str | None, arb] = dict.fromkeys((None, *names), arb(0))
        for c in coordinates:
            edge = majorants(facts, names, [line_moments() if k == c else full[k] for k in coordinates], self.widths, c)
            beyond = tail_moments(self.lattices.steps[c] * self.lattices.lasts[c] - facts.half_ranges[c])
            tail = majorants(facts, names, [beyond if k == c else full[k] for k in coordinates], self.widths, None)
            for name in result:
                result[name] += discretisation_error(edge[name], self.widths[c], self.lattices.steps[c]) + tail[name]
        return result


def grid(facts: Facts, names: tuple[str, ...], nats: float) -> Grid:
    """The lattices of an error near exp(-nats)."""
    widths = tuple((arb(PHASE) / half_range).min(arb(math.sqrt(2 * nats))).mid() for half_range in facts.half_ranges)
    coordinates = range(len(widths))
    steps, lasts = [], []
    for c, width in enumerate(widths):
        largest_size = max(map(float, majorants(facts, names, [line_moments() for _ in coordinates], widths, c).values()))
        steps.append(arb(2 * math.pi * float(width) / (nats + math.log(2 + largest_size))))
        lasts.append(int((float(facts.half_ranges[c]) + max(2.0, math.sqrt(2 * (nats + GUARD)))) / float(steps[c])) + 1)
    return Grid(widths, Lattices(tuple(steps), tuple(lasts)))


def _cells(nodes: VectorSum, width: int) -> int:
    """How many balls the largest matrices hold."""
    if nodes.dimension == 1 and nodes.factors is not None:
        inner, outer = (len(rows[0]) for rows in nodes.factors)
        return (inner + outer) * width + inner * outer
    return len(nodes.weights) * width


def vector_entropy(nodes: VectorSum, names: tuple[str, ...], nats: float) -> Entropy:
    """h(T + Z) in nats and its derivatives, with errors near exp(-nats).

    Raises: TooManyNodesError where the lattices are too large.
    """
    chosen = grid(nodes.facts, names, nats)
    outputs = math.prod(2 * last + 1 for last in chosen.lattices.lasts)
    terms = outputs * len(nodes.weights)
    if outputs > MOST_OUTPUTS or terms > MOST_TERMS or _cells(nodes, 2 * chosen.lattices.lasts[-1] + 1) > MOST_CELLS:
        raise TooManyNodesError(
            f"the joint density of {nodes.dimension} outputs would be summed at {1.0 * outputs:.1e} places over {len(nodes.weights)} nodes, "
            f"and at most {MOST_OUTPUTS:.0e} places, {MOST_TERMS:.0e} terms and matrices of {MOST_CELLS:.0e} balls are taken"
        )
    errors = chosen.errors(nodes.facts, names)
    value, slopes = (line_totals if nodes.dimension == 1 else plane_totals)(nodes, names, chosen.lattices)
    return Entropy(widened(value, errors[None]), {name: widened(slopes[name], errors[name]) for name in names}, terms)
