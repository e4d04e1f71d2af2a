"""Proven enclosures for cascades of two noisy bounded stages (Theorem 2 of docs/proof-two-hop.md).

V = a1 f1(k1 X + l1) + m1 + N1, Y = a2 f2(k2 V + l2) + m2 + N2, f1 and f2 of tanh, sin, cos, erf, sigmoid, N1 and N2 Normal, X Normal, a mixture of
Normals, or Points: I(X;Y), h(Y) and their derivatives in every parameter, also of the noises' variances.
"""

from __future__ import annotations

from fractions import Fraction

from flint import arb

from infograd.answer import Refusal
from infograd.channel import Channel, Gate, Source
from infograd.graph import ancestors
from infograd.law import Normal
from infograd.numeric.certified.cascade_certificate import Balls, certificate_of
from infograd.numeric.certified.cascade_terms import NoisyGate, input_term, movers, noisy_gate_terms, pruned
from infograd.numeric.certified.enclosures import Certificate
from infograd.numeric.certified.jets import Jet
from infograd.numeric.certified.maps import MAPS
from infograd.numeric.certified.reading import Moved, OutsideTheoremError, Reader
from infograd.numeric.certified.signal import Component, Smooth
from infograd.numeric.certified.two_hop.information import Cascade, information
from infograd.question import Question


def _stages(question: Question) -> tuple[Source, Gate, Gate]:
    """The source, the relay and the output that the question asks about.

    Raises: OutsideTheoremError for other channels and questions.
    """
    channel = question.channel
    if question.given or any(len(side) > 1 for side in question.between):
        raise OutsideTheoremError("the theorem of two stages encloses I(X;Y) between the source and the output, and h(Y)")
    nodes = [channel.node(side[0]) for side in question.between if side]
    outputs = [node for node in nodes if isinstance(node, Gate)]
    if len(outputs) != 1:
        raise OutsideTheoremError("the question is not about one source and one noisy gate")
    output = outputs[0]
    behind = [channel.node(name) for name in channel.names if name != output.name and name in ancestors(channel, (output.name,))]
    relays = [node for node in behind if isinstance(node, Gate) and node.noise is not None]
    sources = [node for node in behind if isinstance(node, Source)]
    if len(relays) != 1 or len(sources) != 1:
        raise OutsideTheoremError(
            f"{output.name!r} has {len(sources)} sources and {len(relays)} noisy gates before it, and the theorem of two stages takes one of each"
        )
    if any(node != output and node != sources[0] for node in nodes):
        raise OutsideTheoremError(f"the theorem of two stages encloses the information between {sources[0].name!r} and {output.name!r}")
    return sources[0], relays[0], output


def _second_question(question: Question, relay: Gate) -> Question:
    """The question with the relay's gate cut off: its value as a source, so that the output reads as a map of it."""
    nodes = [Source(relay.name, Normal(0, 1)) if node.name == relay.name else node for node in question.channel.nodes]
    channel = Channel(*nodes)
    known = {parameter.name for parameter in channel.parameters}
    at = {name: value for name, value in question.at.items() if name in known}
    return Question(channel, question.between, (), [name for name in question.wrt if name in known], at, question.quantity, question.order)


def _only_term(gate: Gate, terms: NoisyGate, node: str) -> Moved:
    if tuple(terms.terms) != (node,):
        used = ", ".join(map(repr, terms.terms)) or "no input"
        raise OutsideTheoremError(f"gate {gate.name!r} is a map of {used}, and the theorem of two stages takes one bounded map of {node!r}")
    return terms.terms[node]


def read_cascade(question: Question) -> tuple[Cascade, Jet]:
    """The cascade in units of the noises, and the deviation of the second one, within the current working precision.

    Raises: OutsideTheoremError with the hypothesis that fails.
    """
    source, relay, output = _stages(question)
    reader = Reader(question)
    before = noisy_gate_terms(relay, reader)
    first, centre = input_term(_only_term(relay, before, source.name), source, reader)
    after = noisy_gate_terms(output, Reader(_second_question(question, relay)))
    term = _only_term(output, after, relay.name)
    place = before.offset + before.deviation * Jet(centre)
    component = Component(arb(1), pruned(term.inside.intercept + term.inside.slope * place), pruned(term.inside.slope * before.deviation))
    second = Smooth(MAPS[term.map](), pruned(term.outer), (component,), {})
    return Cascade(first, second, movers(first, question.wrt), movers(second, question.wrt)), after.deviation


def enclose(question: Question, radius: Fraction) -> Certificate | Refusal:
    """I(X;Y), h(Y) and the derivatives that the question asks, each of at most that radius, in nats; or why the theorem does not reach it.

    Raises: RadiusError, which carries the best enclosure; SpecificationError for a radius that is not positive.
    """

    def compute(nats: float) -> Balls:
        cascade, deviation = read_cascade(question)
        found = information(cascade, nats)
        entropy = question.quantity == "entropy"
        slopes = found.entropy_slopes if entropy else found.information_slopes
        scale = deviation.through(lambda s: (s.log(), 1 / s, -1 / s**2))
        gradient = {name: slopes.get(name, arb(0)) + (scale.slope(name) if entropy else arb(0)) for name in question.wrt} if question.order else {}
        return Balls(found.information, found.entropy + scale.value, gradient, found.cost)

    return certificate_of(question, radius, compute)
