"""The sum over a hidden relay: T_k = F_k(V) + G_k, V = T_0 + N(0, 1), over nodes of the sources and a lattice of v (Lemma G3 of docs/proof-graph.md).

Every F_k is a sum of bounded maps of c + t v. The nodes are pairs (source node i, v) with the weight w_i h N(v; T_0i, 1); where no G_k moves with a
source, the source is summed at every v first.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flint import arb

from infograd.numeric.certified.balls import HypothesisError, total
from infograd.numeric.certified.cascade_inputs import WeightError, roomy
from infograd.numeric.certified.graph.inputs import MOST_NODES, Facts, VectorSum
from infograd.numeric.certified.graph.sources import WIDEST, term_jets
from infograd.numeric.certified.inner import envelope, inner_factor, normal_peak, upper_tail
from infograd.numeric.certified.jets import Jet
from infograd.numeric.certified.maps import LineBounds
from infograd.numeric.certified.nodes import TooManyNodesError, longest_step
from infograd.numeric.certified.polynomials import Polynomial, applied, plus
from infograd.numeric.certified.signal import Smooth


def mean_size() -> arb:
    """e1 = E|xi| = sqrt(2/pi), xi ~ N(0, 1)."""
    return (2 / arb.pi()).sqrt()


@dataclass(frozen=True, slots=True)
class RelayMaps:
    """F_k by coordinate, each the sum of terms a g(c + t v) with one component."""

    terms: tuple[tuple[Smooth, ...], ...]

    def jets(self) -> Iterator[Jet]:
        """Every jet of them."""
        for term in (each for terms in self.terms for each in terms):
            yield from term_jets(term)

    def line(self, k: int, width: arb) -> tuple[arb, arb]:
        """rho and beta of F_k on |Im v| = width."""
        found = [(abs(term.amplitude.value), self._bounds(term, width)) for term in self.terms[k]]
        return total(size * bounds.rho for size, bounds in found), total(size * bounds.beta for size, bounds in found)

    @staticmethod
    def _bounds(term: Smooth, width: arb) -> LineBounds:
        height = abs(term.components[0].spread.value) * width
        if term.map.strip is not None and not height < term.map.strip:
            raise HypothesisError(f"the strip of the relay reaches {height} in the argument of {term.map.name}, which is bounded below {term.map.strip}")
        return term.map.line(height)

    def slope_on_line(self, k: int, name: str, width: arb) -> Polynomial:
        """A polynomial in |v| above |dF_k| for |Im v| = width."""
        return plus((arb(0), arb(0)), *(term.edge(term.components[0], (name,), self._bounds(term, width)) for term in self.terms[k]))

    def slope_on_axis(self, k: int, name: str) -> Polynomial:
        """The same for real v."""
        return plus((arb(0), arb(0)), *(term.axis(term.components[0], (name,)) for term in self.terms[k]))

    def half_range(self, k: int) -> arb:
        """The half range of F_k."""
        return roomy(total(term.half_range for term in self.terms[k]))

    def widest(self) -> float:
        """The widest strip in v that is looked at."""
        found = WIDEST / 2
        for term in (each for terms in self.terms for each in terms):
            spread = abs(float(term.components[0].spread.value))
            if term.map.strip is not None and spread > 0:
                found = min(found, 0.995 * float(term.map.strip) / spread)
        return found

    def values(self, v: arb, names: tuple[str, ...]) -> list[tuple[arb, dict[str, arb]]]:
        """F_k(v) and its derivatives, by coordinate."""
        every = tuple((name,) for name in names)
        found = []
        for terms in self.terms:
            parts = [term.values(term.components[0], v, every) for term in terms]
            found.append((total(value for value, _ in parts), {name: total(along[(name,)] for _, along in parts) for name in names}))
        return found

    def odd(self, names: tuple[str, ...]) -> bool:
        """Whether every F_k is odd in v, also as the parameters move."""
        return all(term.symmetric(names) for terms in self.terms for term in terms)


@dataclass(frozen=True, slots=True)
class Lattice:
    """v = jh, |j| <= count, with the strip |Im v| < width."""

    width: arb
    step: arb
    count: int

    @property
    def places(self) -> list[arb]:
        """The nodes."""
        return [self.step * node for node in range(-self.count, self.count + 1)]

    def factor(self, beta: Sequence[arb]) -> arb:
        """q = exp(w^2/2) exp(sum beta_k^2/2) 2/(exp(2 pi w/h) - 1)."""
        growth = ((self.width**2 + total(each**2 for each in beta)) / 2).exp()
        return growth * inner_factor(self.width, self.step, arb(0), arb(1))


def lattice(maps: RelayMaps, reach: arb, nats: float) -> Lattice:
    """The lattice of v with the longest step of an error near exp(-nats) for all |T_0| <= reach.

    Raises: TooManyNodesError where no strip serves.
    """
    step, width = longest_step(maps.widest(), nats, lambda width: total(maps.line(k, width)[1] ** 2 / 2 for k in range(len(maps.terms))))
    if step == 0:
        raise TooManyNodesError("a map of the hidden gate grows beyond all bounds in every strip that was tried")
    return Lattice(arb(width), arb(step), int((float(reach) + max(2.0, math.sqrt(2 * nats))) / step) + 1)


@dataclass(frozen=True, slots=True)
class Tails:
    """Beyond the lattice, for V ~ N(mu, 1) with |mu| <= B0: the tails of 1, |V - mu| and |V|."""

    one: arb
    away: arb
    place: arb


def tails(mesh: Lattice, reach: arb) -> Tails:
    """2 Q(r), 2 phi(r) and 2 (B0 Q(r) + phi(r)), r = the last node less B0.

    Raises: ValueError where r < 2.
    """
    away = mesh.step * mesh.count - reach
    if not away >= 2:
        raise ValueError(f"the lattice of the relay ends {away} beyond the means; the tails need 2.")
    beyond, density = 2 * upper_tail(away), 2 * (-(away**2) / 2).exp() / normal_peak(arb(1))
    return Tails(beyond, density, reach * beyond + density)


def _flat(coefficient: arb, mean: arb) -> WeightError:
    return WeightError(coefficient, arb(0), arb(0), mean)


def relay_facts(base: Facts, maps: RelayMaps, mesh: Lattice, names: tuple[str, ...], slopes: Sequence[Sequence[dict[str, arb]]]) -> Facts:
    """The errors of the sum over pairs (Lemma G3); `slopes[v][k]` holds dF_k at the lattice's nodes."""
    outputs = range(len(maps.terms))
    reach, rho0, beta0 = base.half_ranges[0], base.rho[0], base.beta[0]
    lines = [maps.line(k, mesh.width) for k in outputs]
    factor, beyond = mesh.factor([beta for _, beta in lines]), tails(mesh, reach)
    at_edge = reach + mean_size() + mesh.width
    bells = [mesh.step * envelope(v, reach, rho0, arb(1)) for v in mesh.places]
    mass = total(bells)
    lever = total(bell * (abs(v) + reach + rho0 + beta0) for v, bell in zip(mesh.places, bells, strict=True))

    def err(error: WeightError) -> arb:
        return error.edge + error.tail

    missed = factor + beyond.one
    one = _flat(missed + err(base.one) * mass, arb(1))
    drifts, moves = {}, {}
    for name in names:
        first = base.moves[name][0]
        score = first.mean * (factor * (mean_size() + mesh.width) + beyond.away) + err(first) * lever
        weight = base.drifts[name]
        drifts[name] = _flat(score + weight.mean * missed + err(weight) * mass, first.mean * mean_size() + weight.mean)
        found = []
        for k in outputs:
            on_line, on_axis, direct = maps.slope_on_line(k, name, mesh.width), maps.slope_on_axis(k, name), base.moves[name][k + 1]
            carried = total(bell * abs(row[k][name]) for bell, row in zip(bells, slopes, strict=True))
            own = factor * applied(on_line, (arb(1), at_edge)) + applied(on_axis, (beyond.one, beyond.place)) + err(base.one) * carried
            mean = applied(on_axis, (arb(1), reach + mean_size())) + direct.mean
            found.append(_flat(own + direct.mean * missed + err(direct) * mass, mean))
        moves[name] = tuple(found)
    return Facts(
        tuple(maps.half_range(k) + base.half_ranges[k + 1] for k in outputs),
        tuple(lines[k][0].max(base.rho[k + 1]) for k in outputs),
        tuple(lines[k][1].max(base.beta[k + 1]) for k in outputs),
        one,
        drifts,
        moves,
        odd=base.odd and maps.odd(names),
    )


def relay_sum(base: VectorSum, maps: RelayMaps, names: tuple[str, ...], nats: float) -> VectorSum:
    """The sum for (F_1(V) + G_1, ...), V = T_0 + N(0, 1), from that for (T_0, G_1, ...), with an error near exp(-nats).

    Raises: TooManyNodesError beyond the cap.
    """
    return sum_on(lattice(maps, base.facts.half_ranges[0], nats), base, maps, names)


def sum_on(mesh: Lattice, base: VectorSum, maps: RelayMaps, names: tuple[str, ...]) -> VectorSum:
    """The same on a lattice of v.

    Raises: TooManyNodesError beyond the cap.
    """
    direct = any(not place.is_zero() for row in base.places[1:] for place in row) or any(
        not each.is_zero() for name in names for row in base.moves[name][1:] for each in row
    )
    pairs = len(base.weights) * (2 * mesh.count + 1)
    if pairs > MOST_NODES:
        raise TooManyNodesError(f"the relay and the sources would take {1.0 * pairs:.1e} nodes, and at most {MOST_NODES:.0e} are taken")
    values = [maps.values(v, names) for v in mesh.places]
    facts = relay_facts(base.facts, maps, mesh, names, [[slopes for _, slopes in row] for row in values])
    scale = mesh.step / normal_peak(arb(1))
    bells = [[scale * (-(v - mean) * (v - mean) / 2).exp() for mean in base.places[0]] for v in mesh.places]
    if not direct:
        return VectorSum(*_marginal(base, values, mesh.places, bells, names), facts)
    own = [[row[k][0] for row in values] for k in range(len(maps.terms))]
    return VectorSum(*_pairs(base, values, mesh.places, bells, names), facts, (own, base.places[1:]))


Parts = tuple[list[arb], list[list[arb]], dict[str, list[arb]], dict[str, list[list[arb]]]]
Values = list[list[tuple[arb, dict[str, arb]]]]


def _pairs(base: VectorSum, values: Values, places: list[arb], bells: list[list[arb]], names: tuple[str, ...]) -> Parts:
    outputs = range(len(values[0]))
    weights = [weight * bell for row in bells for weight, bell in zip(base.weights, row, strict=True)]
    sums = [[row[k][0] + place for row in values for place in base.places[k + 1]] for k in outputs]
    drifts, moves = {}, {}
    for name in names:
        drifts[name] = [
            bell * (own + along * (v - mean))
            for v, row in zip(places, bells, strict=True)
            for bell, own, along, mean in zip(row, base.drifts[name], base.moves[name][0], base.places[0], strict=True)
        ]
        moves[name] = [
            [
                bell * (weight * row[k][1][name] + along)
                for row, across in zip(values, bells, strict=True)
                for bell, weight, along in zip(across, base.weights, base.moves[name][k + 1], strict=True)
            ]
            for k in outputs
        ]
    return weights, sums, drifts, moves


def _marginal(base: VectorSum, values: Values, places: list[arb], bells: list[list[arb]], names: tuple[str, ...]) -> Parts:
    outputs = range(len(values[0]))
    weights = [total(weight * bell for weight, bell in zip(base.weights, row, strict=True)) for row in bells]
    drifts = {
        name: [
            total(bell * (own + along * (v - mean)) for bell, own, along, mean in zip(row, base.drifts[name], base.moves[name][0], base.places[0], strict=True))
            for v, row in zip(places, bells, strict=True)
        ]
        for name in names
    }
    moves = {name: [[weight * row[k][1][name] for weight, row in zip(weights, values, strict=True)] for k in outputs] for name in names}
    return weights, [[row[k][0] for row in values] for k in outputs], drifts, moves
