"""I(X;Y), h(Y) and their derivatives of V = T1(X) + N1, Y = T2(V) + N2 in units of the noises, enclosed (Theorem 2 of docs/proof-two-hop.md).

I = h(Y) - E h(Y|X). The density of V carries the first stage into p(y); h(Y | mu) is interpolated in mu = T1 and averaged over X.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from flint import arb, arb_mat

from infograd.numeric.certified.balls import total, widened
from infograd.numeric.certified.cascade_inputs import InputSum, input_sum, roomy
from infograd.numeric.certified.lattice import lattice_sums
from infograd.numeric.certified.multiple_access_entropy import density_errors, facts_of, log_ball, output_lattice, widest_strip
from infograd.numeric.certified.nodes import TooManyNodesError
from infograd.numeric.certified.outer import (
    OutputFacts,
    Strip,
    entropy_majorant,
    entropy_tail,
    gradient_majorant,
    gradient_tail,
    jensen_floor,
    log_majorant,
    outer_error,
)
from infograd.numeric.certified.polynomials import Polynomial, applied, normal_moments, plus, scaled
from infograd.numeric.certified.signal import Atoms, Smooth
from infograd.numeric.certified.two_hop.average import (
    MOST_DEGREE,
    NodeSums,
    Series,
    average,
    chebyshev_means,
    coefficients,
    edge_growth,
    interpolation_error,
    needed_degree,
    node_sums,
)
from infograd.numeric.certified.two_hop.ellipse import ellipses
from infograd.numeric.certified.two_hop.kernel import MOST_CELLS, Kernel, SecondStage, kernel, mean_size

GUARD = 12.0
REACH = 2.2
REFINEMENTS = 4


@dataclass(frozen=True, slots=True)
class Found:
    """I, h(Y) and h(Y|X) in units of the second noise, with their derivatives by parameter, as balls; and the grid sizes."""

    information: arb
    entropy: arb
    conditional: arb
    information_slopes: dict[str, arb]
    entropy_slopes: dict[str, arb]
    conditional_slopes: dict[str, arb]
    cost: dict[str, int]


@dataclass(frozen=True, slots=True)
class Cascade:
    """T1 around the centre of its range, T2(v) as a map of v = V - that centre, and the parameters that move each."""

    first: Smooth | Atoms
    second: Smooth
    first_names: tuple[str, ...]
    second_names: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """All of them."""
        return tuple(sorted({*self.first_names, *self.second_names}))

    @property
    def mirrored(self) -> bool:
        """Whether p(-y | -mu) = p(y | mu), also as the parameters move: T2 is odd in v."""
        return self.second.symmetric(self.second_names)


@dataclass(frozen=True, slots=True)
class Outer:
    """The sum over the outputs: its lattice and, per functional (None is the entropy), M and E1 + E2 for h(Y) and h(Y | mu) alike."""

    facts: OutputFacts
    strip: Strip
    step: arb
    last: int
    majorants: dict[str | None, arb]
    errors: dict[str | None, arb]


def outer_of(cascade: Cascade, stage: SecondStage, firsts: dict[str, arb], half_range: arb, nats: float) -> Outer:
    """The lattice of y; a parameter of the first stage has |dp| <= E|dT1| E[|N1| N(y; T2, 1)], one of the second E[|dT2| |y - T2| N(y; T2, 1)]."""
    facts = facts_of(stage.half_range)
    strip = widest_strip(facts, nats)
    majorants: dict[str | None, arb] = {None: entropy_majorant(facts, strip)}
    tails: dict[str | None, Polynomial] = {None: entropy_tail(facts)}
    growth = (strip.half_width**2 / 2).exp()
    for name in cascade.names:
        upstream = firsts.get(name, arb(0)) * mean_size()
        slope = applied(stage.slope_on_axis(name), (arb(1), half_range + mean_size())) if name in stage.names else arb(0)
        majorants[name] = growth * upstream * applied(log_majorant(facts, strip), normal_moments(arb(1))) + gradient_majorant(facts, strip, slope)
        tails[name] = plus(scaled(upstream, entropy_tail(facts)), gradient_tail(facts, slope))
    step, last = output_lattice(facts, strip, majorants.values(), nats, GUARD)
    errors = {name: outer_error(majorants[name], tails[name], strip, step, step * last, facts) for name in majorants}
    return Outer(facts, strip, step, last, majorants, errors)


def _inputs(cascade: Cascade, series: list[Series], nats: float) -> InputSum:
    """The sum over the input, fine enough for the polynomials' growth on its edges."""
    inputs, growth = input_sum(cascade.first, cascade.first_names, nats), 0.0
    for _ in range(REFINEMENTS):
        needed = max(math.log(1 + float(edge_growth(kept, inputs.ellipse))) for kept, _ in series)
        if needed <= growth:
            break
        growth = needed + 1
        inputs = input_sum(cascade.first, cascade.first_names, nats + growth)
    return inputs


def _relay_rows(inputs: InputSum, names: tuple[str, ...], mesh: Kernel) -> tuple[list[arb], dict[str, list[arb]]]:
    """h times the density of V and times its derivatives, at the nodes of v (Lemma I)."""
    rows = [inputs.weights]
    for name in names:
        rows += [inputs.moves[name], [weight * place for weight, place in zip(inputs.moves[name], inputs.places, strict=True)]]
    sums = lattice_sums(inputs.places, rows, mesh.step, -mesh.count, 2 * mesh.count + 1, arb(1))
    errors = [density_errors(inputs.edges, names, v) for v in mesh.places]
    density = [mesh.step * widened(p, error) for p, (error, _) in zip(sums[0], errors, strict=True)]
    moved = {}
    for position, name in enumerate(names):
        nodes = zip(mesh.places, sums[1 + 2 * position], sums[2 + 2 * position], errors, strict=True)
        moved[name] = [mesh.step * widened(v * zeroth - once, left[position]) for v, zeroth, once, (_, left) in nodes]
    return density, moved


def _marginal(cascade: Cascade, inputs: InputSum, mesh: Kernel, outer: Outer, floors: list[arb]) -> dict[str | None, arb]:
    """-k sum_j p log p and -k sum_j dp log p over the outputs, of the marginal density."""
    half_range = inputs.edges.half_range
    density, moved = _relay_rows(inputs, cascade.first_names, mesh)
    straight, slopes = mesh.matrices
    row = arb_mat(1, len(density), density)

    def through(left: list[arb], matrix: arb_mat) -> list[arb]:
        return (arb_mat(1, len(left), left) * matrix).entries()

    values = [widened(p, error) for p, error in zip((row * straight).entries(), mesh.moment_errors(0, half_range), strict=True)]
    logarithms = [log_ball(value, floor) for value, floor in zip(values, floors, strict=True)]
    result: dict[str | None, arb] = {None: -outer.step * total(p * log for p, log in zip(values, logarithms, strict=True))}
    mean_errors = mesh.mean_slope_errors(half_range)
    for name in cascade.names:
        change = [arb(0)] * len(values)
        if name in cascade.first_names:
            first = inputs.edges.moves[name].mean
            change = [widened(value, first * error) for value, error in zip(through(moved[name], straight), mean_errors, strict=True)]
        if name in cascade.second_names:
            own = zip((row * slopes[name]).entries(), mesh.slope_errors(name, half_range), strict=True)
            change = [value + widened(each, error) for value, (each, error) in zip(change, own, strict=True)]
        result[name] = -outer.step * total(value * log for value, log in zip(change, logarithms, strict=True))
    return result


def _conditional_sums(cascade: Cascade, mesh: Kernel, outer: Outer, floors: list[arb], half_range: arb, degree: int) -> NodeSums:
    """The node sums at all Chebyshev points; T2 odd: those at -mu from those at mu."""
    means = chebyshev_means(half_range, degree)
    if not cascade.mirrored:
        return node_sums(mesh, means, half_range, floors, outer.step)
    half = node_sums(mesh, means[: degree // 2 + 1], half_range, floors, outer.step)

    def even(values: list[arb]) -> list[arb]:
        return values + values[-2::-1]

    slope = half.mean_slope
    return NodeSums(even(half.entropy), slope + [-value for value in slope[-2::-1]], {name: even(values) for name, values in half.slopes.items()})


def information(cascade: Cascade, nats: float) -> Found:
    """The enclosures with errors near exp(-nats).

    Raises: TooManyNodesError where the grids are too large.
    """
    tolerance = math.exp(-nats)
    stage = SecondStage(cascade.second, cascade.second_names)
    half_range = roomy(cascade.first.half_range)
    firsts = {name: cascade.first.mean((name,)) for name in cascade.first_names}
    outer = outer_of(cascade, stage, firsts, half_range, nats)
    outputs = tuple(outer.step * j for j in range(-outer.last, outer.last + 1))
    floors = [jensen_floor(y, outer.facts) for y in outputs]
    reach = (half_range**2 + arb(REACH) ** 2).sqrt()
    mesh = kernel(stage, outputs, float(reach), nats + GUARD)
    found = ellipses(mesh, outer.facts, half_range, reach, cascade.mirrored)
    slopes = {name: firsts.get(name, arb(0)) for name in cascade.names}
    degree = needed_degree(found, half_range, outer.step, slopes, tolerance)
    if degree > MOST_DEGREE:
        raise TooManyNodesError(f"the interpolation in the first stage's mean would take more than {MOST_DEGREE} points")
    cells = degree * max(len(outputs), len(mesh.places))
    if cells > MOST_CELLS:
        raise TooManyNodesError(f"the interpolation would take {cells:.1e} cells, and at most {MOST_CELLS:.0e} are taken")
    sums = _conditional_sums(cascade, mesh, outer, floors, half_range, degree)
    series = coefficients([sums.entropy, sums.mean_slope, *sums.slopes.values()], tolerance / 100)
    inputs = _inputs(cascade, series, nats + GUARD)
    one = inputs.edges.one
    marginal = _marginal(cascade, inputs, mesh, outer, floors)
    conditional: dict[str | None, arb] = {None: average(series[0], inputs, inputs.weights, one)}
    for name in cascade.names:
        conditional[name] = arb(0)
        if name in cascade.first_names:
            conditional[name] += average(series[1], inputs, inputs.moves[name], inputs.edges.moves[name])
        if name in cascade.second_names:
            conditional[name] += average(series[2 + cascade.second_names.index(name)], inputs, inputs.weights, one)
    entropy = {name: widened(value, outer.errors[name]) for name, value in marginal.items()}
    given = {}
    for functional, value in conditional.items():
        first = slopes[functional] if functional is not None else arb(0)
        given[functional] = widened(value, outer.errors[functional] + interpolation_error(found, half_range, degree, outer.step, functional, first))
    cost = {"inputs": len(inputs.places), "relays": len(mesh.places), "outputs": len(outputs), "points": degree + 1}

    def by_name(values: dict[str | None, arb]) -> dict[str, arb]:
        return {name: values[name] for name in cascade.names}

    difference = {name: entropy[name] - given[name] for name in entropy}
    return Found(difference[None], entropy[None], given[None], by_name(difference), by_name(entropy), by_name(given), cost)
