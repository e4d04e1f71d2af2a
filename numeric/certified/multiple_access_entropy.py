"""The entropy of a sum of bounded inputs and unit Gaussian noise, and its derivatives, enclosed.

h(T + Z) = -int p log p and dh = -int dp log p, T of any number of independent inputs, Z ~ N(0, 1): Lemma Z gives the strip whatever the law of T,
so that only the sum over the inputs differs from a channel of one input.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import mul

from flint import arb, arb_mat

from infograd.numeric.certified.balls import hull, total, widened
from infograd.numeric.certified.cascade_inputs import Edges, InputSum, independent, input_sum, nothing
from infograd.numeric.certified.inner import envelope, normal_peak
from infograd.numeric.certified.nodes import TooManyNodesError
from infograd.numeric.certified.outer import (
    OutputFacts,
    Strip,
    entropy_majorant,
    entropy_tail,
    gradient_majorant,
    gradient_tail,
    jensen_floor,
    outer_error,
    zero_free_strip,
)
from infograd.numeric.certified.signal import Atoms, Smooth

PHASE = 1.5
GUARD = 6.0
MOST_CELLS = 400_000_000


@dataclass(frozen=True, slots=True)
class Entropy:
    """h in nats and dh by parameter, as balls, and how many terms its sums over inputs and outputs have."""

    value: arb
    slopes: dict[str, arb]
    terms: int


def log_ball(value: arb, floor: arb) -> arb:
    """log p for p in the ball and at least `floor` > 0, from the ends (Lemma N)."""
    if value > floor:
        return value.log()
    return hull(floor.log(), value.upper().max(floor).log())


def noise_entropy() -> arb:
    """h(Z) = log(2 pi e)/2."""
    return (2 * arb.pi() * arb(1).exp()).log() / 2


def facts_of(half_range: arb) -> OutputFacts:
    """What the majorants need of T within B of 0, in units of the noise."""
    return OutputFacts(half_range, arb(1), half_range**2, 2 * half_range)


def widest_strip(facts: OutputFacts, nats: float) -> Strip:
    """Lemma Z's strip of phase PHASE, not wider than exp(b^2/2) pays for."""
    half_width = (arb(PHASE) / facts.half_range).min(arb(math.sqrt(2 * nats)))
    return zero_free_strip(half_width, facts.half_range, facts.variance)


def output_lattice(facts: OutputFacts, strip: Strip, majorants: Iterable[arb], nats: float, guard: float) -> tuple[arb, int]:
    """The step that leaves exp(-nats) of the largest functional, and the number of nodes on each side before the tails are below exp(-nats - guard)."""
    step = arb(2 * math.pi * float(strip.half_width) / (nats + math.log(1 + max(map(float, majorants)))))
    return step, int((float(facts.half_range) + math.sqrt(2 * (nats + guard))) / float(step)) + 1


def density_errors(edges: Edges, names: Sequence[str], y: arb) -> tuple[arb, list[arb]]:
    """How far the sums over the inputs may be from p(y) and from every dp(y), the noise of variance 1 (Lemma I)."""
    wide, narrow = envelope(y, edges.half_range, edges.rho, arb(1)), envelope(y, edges.half_range, arb(0), arb(1))
    away = abs(y) + edges.half_range
    moves = [edges.moves[name] for name in names]
    moved = [error.edge * (away + edges.rho + edges.beta) * wide + error.tail * away * narrow for error in moves]
    return edges.one.edge * wide + edges.one.tail * narrow, moved


def sum_entropy(laws: Sequence[Smooth | Atoms], names: tuple[str, ...], nats: float) -> Entropy:
    """h(T_1 + T_2 + Z) and its derivatives for up to two independent inputs, with errors near exp(-nats).

    Raises: TooManyNodesError where the grids are too large.
    """
    if not laws:
        return Entropy(noise_entropy(), {name: arb(0) for name in names}, 0)
    first, second = (input_sum(law, names, nats + GUARD) for law in laws) if len(laws) == 2 else (input_sum(laws[0], names, nats + GUARD), nothing(names))
    edges = independent(first.edges, second.edges, names)
    mirrored = all(law.symmetric(names) for law in laws)
    facts = facts_of(edges.half_range)
    strip = widest_strip(facts, nats)
    majorants = [entropy_majorant(facts, strip), *(gradient_majorant(facts, strip, edges.moves[name].mean) for name in names)]
    tails = [entropy_tail(facts), *(gradient_tail(facts, edges.moves[name].mean) for name in names)]
    step, last = output_lattice(facts, strip, majorants, nats, GUARD)
    count = last + 1 if mirrored else 2 * last + 1
    cells = count * len(first.places) * len(second.places)
    if cells > MOST_CELLS:
        raise TooManyNodesError(f"the sum over inputs and output would take {cells:.1e} terms, and at most {MOST_CELLS:.0e} are taken")
    outputs = [step * (last - position) for position in range(count)]
    densities = double_sums(first, second, outputs, names)
    rows = [_contributions(edges, names, facts, y, row) for y, row in zip(outputs, densities, strict=True)]
    doubled = [2 if mirrored and position < last else 1 for position in range(count)]
    results = [
        widened(
            step * total(factor * row[which] for factor, row in zip(doubled, rows, strict=True)), outer_error(majorant, tail, strip, step, step * last, facts)
        )
        for which, (majorant, tail) in enumerate(zip(majorants, tails, strict=True))
    ]
    return Entropy(results[0], dict(zip(names, results[1:], strict=True)), cells)


def double_sums(first: InputSum, second: InputSum, outputs: Sequence[arb], names: tuple[str, ...]) -> list[list[arb]]:
    """sum_ab w_a w_b P N(y; T_a + T_b, 1) at every output, for P = 1 and for every P = dT (y - T).

    exp(-(y - T_a - T_b)^2/2) = exp(-(y - T_a)^2/2) exp(-T_a T_b) exp(y T_b - T_b^2/2), so that the sum over T_b is one product of matrices for all T_a and y.
    """
    cross = arb_mat([[(-(left * right)).exp() for right in second.places] for left in first.places])
    carried = [[(y * place - place * place / 2).exp() for y in outputs] for place in second.places]

    def summed(weights: Sequence[arb]) -> list[list[arb]]:
        scaled = [[weight * value for value in row] for weight, row in zip(weights, carried, strict=True)]
        return (cross * arb_mat(scaled)).transpose().tolist()

    def lifted(weights: Sequence[arb]) -> list[arb]:
        return [weight * place for weight, place in zip(weights, second.places, strict=True)]

    still, moment = summed(second.weights), summed(lifted(second.weights))
    moving = {name: (summed(second.moves[name]), summed(lifted(second.moves[name]))) for name in names if second.edges.moves[name].mass > 0}
    peak = normal_peak(arb(1))
    found: list[list[arb]] = []
    for position, y in enumerate(outputs):
        away = [y - place for place in first.places]
        bells = [(-(distance * distance) / 2).exp() / peak for distance in away]
        shares = [weight * bell for weight, bell in zip(first.weights, bells, strict=True)]
        row = [total(map(mul, shares, still[position]))]
        slopes = [
            bell * (distance * zeroth - first_moment)
            for bell, distance, zeroth, first_moment in zip(bells, away, still[position], moment[position], strict=True)
        ]
        for name in names:
            slope = total(map(mul, first.moves[name], slopes))
            if name in moving:
                zeroths, moments = moving[name][0][position], moving[name][1][position]
                slope += total(share * (distance * each - other) for share, distance, each, other in zip(shares, away, zeroths, moments, strict=True))
            row.append(slope)
        found.append(row)
    return found


def _contributions(edges: Edges, names: tuple[str, ...], facts: OutputFacts, y: arb, row: list[arb]) -> list[arb]:
    """-p log p and every -dp log p at one y, from the sums there (Lemma N)."""
    error, errors = density_errors(edges, names, y)
    density = widened(row[0], error)
    logarithm = log_ball(density, jensen_floor(y, facts))
    return [-density * logarithm, *(-widened(slope, left) * logarithm for slope, left in zip(row[1:], errors, strict=True))]
