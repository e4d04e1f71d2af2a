"""Proven enclosures for networks of bounded maps with several noisy outputs (Theorem 4 of docs/proof-graph.md).

Sources X (Normal, mixtures of Normal, Points), independent; gates V = sum of terms + N, N Normal. Every I(A;B|C) of sources and gates, and h(A|C), is a sum
of entropies h(T + Z) of vectors T of bounded terms - broadcast, interference, feedforward, a relay with a direct link - or of one conditional entropy
h(F(V) + Z | X) of a cascade, wherever at most one hidden noisy gate stands behind each of its independent parts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction

from flint import arb

from infograd.answer import Refusal
from infograd.numeric.certified.balls import total
from infograd.numeric.certified.cascade_certificate import Balls, certificate_of
from infograd.numeric.certified.cascade_terms import movers, pruned
from infograd.numeric.certified.enclosures import Certificate
from infograd.numeric.certified.graph.entropy import vector_entropy
from infograd.numeric.certified.graph.inputs import VectorSum
from infograd.numeric.certified.graph.parts import Part, plan_of
from infograd.numeric.certified.graph.relay import RelayMaps, relay_sum
from infograd.numeric.certified.graph.sources import AtomicSource, SmoothSource, vector_sum
from infograd.numeric.certified.graph.terms import ONE, ZERO, Addend, Network
from infograd.numeric.certified.jets import Jet
from infograd.numeric.certified.maps import MAPS
from infograd.numeric.certified.multiple_access_entropy import Entropy, noise_entropy, sum_entropy
from infograd.numeric.certified.reading import OutsideTheoremError
from infograd.numeric.certified.signal import Atoms, Component, Smooth
from infograd.numeric.certified.two_hop.information import Cascade, information
from infograd.question import Question

GUARD = 12.0
MOST_SUMMED = 2
SPARE = 4.0
Row = tuple[str, list[Addend], Jet]


def enclose(question: Question, radius: Fraction) -> Certificate | Refusal:
    """I(A;B|C), h(A|C) and the derivatives that the question asks, each of at most that radius, in nats; or why the theorem does not reach it.

    The certificate's entropy is that of the gates on one side, given C. Raises: RadiusError, which carries the best enclosure; SpecificationError for a
    radius that is not positive.
    """

    def compute(nats: float) -> Balls:
        network = Network(question)
        plan = plan_of(question, network)
        names = question.wrt if question.order else ()
        found = {part: entropy_of(network, part, names, nats) for part in {*plan.information, *plan.entropy}}
        whole, noise = _summed(plan.entropy, found, names), len(plan.named) * noise_entropy()
        scales = [network.noise(name)[1].through(lambda s: (s.log(), 1 / s, -1 / s**2)) for name in plan.named]
        terms = {"terms": sum(each.terms for each in found.values())}
        entropy = whole.value + total(scale.value for scale in scales)
        if question.quantity == "entropy":
            gradient = {name: whole.slopes[name] + total(scale.slope(name) for scale in scales) for name in names}
            return Balls(whole.value - noise, entropy, gradient, terms)
        asked = _summed(plan.information, found, names)
        return Balls(asked.value, entropy, asked.slopes, terms)

    return certificate_of(question, radius, compute)


def _summed(counts: Counter[Part], found: Mapping[Part, Entropy], names: tuple[str, ...]) -> Entropy:
    return Entropy(
        total(count * found[part].value for part, count in counts.items()),
        {name: total(count * found[part].slopes[name] for part, count in counts.items()) for name in names},
        0,
    )


def entropy_of(network: Network, part: Part, names: tuple[str, ...], nats: float) -> Entropy:
    """The entropy of one part in units of the noises, and its derivatives.

    Raises: OutsideTheoremError with the hypothesis that fails; TooManyNodesError where the grids are too large.
    """
    still = {name: arb(0) for name in names}
    if not any(kept for _, kept in part.outputs):
        return Entropy(len(part.outputs) * noise_entropy(), still, 0)
    found = _conditional(network, part, names, nats) if part.given else _joint(network, part, names, nats)
    return Entropy(found.value, {**still, **found.slopes}, found.terms)


def _rows(network: Network, part: Part) -> list[Row]:
    return [(name, [network.addends(name)[index] for index in kept], network.noise(name)[1]) for name, kept in part.outputs]


def _sources(network: Network, rows: list[Row]) -> tuple[list[SmoothSource | AtomicSource], list[Jet]]:
    """The hidden sources behind the rows, and the constants that were taken off each row."""
    names = sorted({base for _, addends, _ in rows for addend in addends for base in addend.bases})
    found, offsets = [], [ZERO] * len(rows)
    for name in names:
        source, taken = network.source(name, [(gate, [each for each in addends if each.bases == {name}], deviation) for gate, addends, deviation in rows])
        found.append(source)
        offsets = [old + new for old, new in zip(offsets, taken, strict=True)]
    return found, offsets


def _relay_row(network: Network, relay: str) -> tuple[Row, Jet]:
    """The relay's terms in its sources, and the constant part of it: the noise's mean and the addends without a node."""
    mean, deviation = network.noise(relay)
    addends = network.addends(relay)
    for addend in addends:
        if not addend.bases:
            mean += network.constant(addend)
    return (relay, [addend for addend in addends if addend.bases], deviation), mean


def _behind(network: Network, relay: str, rows: list[Row], place: Jet, deviation: Jet) -> RelayMaps:
    """F_k(v) of v = (V - place)/deviation in units of the outputs' noises."""
    coordinates = []
    for gate, addends, scale in rows:
        terms = []
        for addend in addends:
            if addend.bases == {relay}:
                name, inside, outer, _ = network.bounded(gate, addend)
                component = Component(arb(1), pruned(inside.intercept + inside.slope * place), pruned(inside.slope * deviation))
                terms.append(Smooth(MAPS[name](), pruned(outer * scale.power(-1)), (component,), {}))
        coordinates.append(tuple(terms))
    return RelayMaps(tuple(coordinates))


def nodes_of(network: Network, part: Part, names: tuple[str, ...], nats: float) -> VectorSum:
    """The sum over everything hidden behind a part's outputs, with an error near exp(-nats)."""
    rows = _rows(network, part)
    if part.relay is None:
        sources, _ = _sources(network, rows)
        return vector_sum(sources, len(rows), _moving(sources, names), nats)
    row, constant = _relay_row(network, part.relay)
    direct = [(gate, [each for each in addends if each.bases != {part.relay}], deviation) for gate, addends, deviation in rows]
    sources, offsets = _sources(network, [row, *direct])
    maps = _behind(network, part.relay, rows, constant + offsets[0], row[2])
    moving = _moving((*sources, maps), names)
    return relay_sum(vector_sum(sources, len(rows) + 1, moving, nats), maps, moving, nats)


def _moving(parts: Iterable[SmoothSource | AtomicSource | RelayMaps], names: tuple[str, ...]) -> tuple[str, ...]:
    found = {name for part in parts for jet in part.jets() for name in jet.first}
    return tuple(name for name in names if name in found)


def _joint(network: Network, part: Part, names: tuple[str, ...], nats: float) -> Entropy:
    alone = _few(network, part) if part.relay is None and len(part.outputs) == 1 else None
    if alone is not None:
        return sum_entropy(alone, _moving_laws(alone, names), nats + SPARE)
    nodes = nodes_of(network, part, names, nats + GUARD)
    return vector_entropy(nodes, tuple(nodes.drifts), nats)


def _few(network: Network, part: Part) -> list[Smooth | Atoms] | None:
    """One output of at most two sources with one term each and weights that do not move, as the laws that the sum over inputs takes."""
    sources, _ = _sources(network, _rows(network, part))
    found = [law_of(source) for source in sources]
    laws = [law for law in found if law is not None]
    return laws if len(laws) == len(found) <= MOST_SUMMED else None


def law_of(source: SmoothSource | AtomicSource) -> Smooth | Atoms | None:
    """A source with one coordinate as a law of T, where it has one term and its weights do not move."""
    if any(weight.first for weight in source.weights):
        return None
    if isinstance(source, AtomicSource):
        return Atoms(tuple(weight.value for weight in source.weights), source.places[0])
    return source.terms[0][0] if len(source.terms[0]) == 1 else None


def single_laws(source: SmoothSource | AtomicSource) -> list[tuple[Jet, Smooth | Atoms]] | None:
    """A source with one coordinate and one term as a law, or as weighted laws of one component each where its weights move."""
    whole = law_of(source)
    if whole is not None:
        return [(ONE, whole)]
    if isinstance(source, AtomicSource):
        return [(weight, Atoms((arb(1),), (place,))) for weight, place in zip(source.weights, source.places[0], strict=True)]
    if len(source.terms[0]) != 1:
        return None
    term = source.terms[0][0]
    return [(weight, replace(term, components=(replace(component, weight=arb(1)),))) for weight, component in zip(source.weights, term.components, strict=True)]


def _moving_laws(laws: Iterable[Smooth | Atoms], names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if any(movers(law, (name,)) for law in laws))


def _conditional(network: Network, part: Part, names: tuple[str, ...], nats: float) -> Entropy:
    """h(F(V) + Z | X), V = T_0(X) + N, by the theorem of two hops."""
    if part.relay is None:
        raise ValueError("a part whose sources are given has a relay.")
    rows = _rows(network, part)
    row, constant = _relay_row(network, part.relay)
    sources, offsets = _sources(network, [row])
    maps = _behind(network, part.relay, rows, constant + offsets[0], row[2])
    laws = single_laws(sources[0])
    if laws is None or len(maps.terms[0]) != 1:
        raise OutsideTheoremError(f"{part.relay!r} or {rows[0][0]!r} has several terms, and the mean over a given source takes one bounded map in each")
    second = maps.terms[0][0]
    value, slopes, terms = arb(0), {name: arb(0) for name in names}, 0
    for weight, first in laws:
        found = information(Cascade(first, second, movers(first, names), movers(second, names)), nats)
        terms += found.cost["inputs"] * found.cost["outputs"]
        value += weight.value * found.conditional
        for name in names:
            slopes[name] += weight.slope(name) * found.conditional + weight.value * found.conditional_slopes.get(name, arb(0))
    return Entropy(value, slopes, terms)
