"""Proven enclosures for the multiple access of two bounded maps (Theorem 3 of docs/proof-two-hop.md).

Y = a1 f1(k1 X1 + l1) + a2 f2(k2 X2 + l2) + mu + Z, independent inputs, Z Normal. Every I(A; Y | C) of inputs A and C is a difference of two
entropies h(sum of the terms that are neither given nor named + Z): no average over an input is left.
"""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction

from flint import arb

from infograd.answer import Refusal
from infograd.channel import Gate, Source
from infograd.numeric.certified.cascade_certificate import Balls, certificate_of
from infograd.numeric.certified.cascade_terms import input_term, movers, noisy_gate_terms
from infograd.numeric.certified.enclosures import Certificate
from infograd.numeric.certified.jets import Jet
from infograd.numeric.certified.multiple_access_entropy import sum_entropy
from infograd.numeric.certified.reading import OutsideTheoremError, Reader
from infograd.numeric.certified.signal import Atoms, Smooth
from infograd.question import Question

MOST_INPUTS = 2


def _output(question: Question) -> Gate:
    """The gate that the question is about.

    Raises: OutsideTheoremError for questions about other nodes.
    """
    nodes = [question.channel.node(name) for side in question.between for name in side]
    gates = [node for node in nodes if isinstance(node, Gate)]
    given = [name for name in question.given if not isinstance(question.channel.node(name), Source)]
    if given:
        raise OutsideTheoremError(f"{given[0]!r} is given and is no source, and the theorem of multiple access takes sources")
    if len(gates) != 1 or not any(side == (gates[0].name,) for side in question.between):
        raise OutsideTheoremError("the question is not about sources on one side and one noisy gate on the other")
    return gates[0]


def read_inputs(question: Question) -> tuple[dict[str, Smooth | Atoms], Jet, Gate]:
    """The terms by source in units of the noise, the noise's deviation, and the gate, within the current working precision.

    Raises: OutsideTheoremError with the hypothesis that fails.
    """
    gate, reader = _output(question), Reader(question)
    read = noisy_gate_terms(gate, reader)
    terms: dict[str, Smooth | Atoms] = {}
    for name, term in read.terms.items():
        source = question.channel.node(name)
        if not isinstance(source, Source):
            raise OutsideTheoremError(f"gate {gate.name!r} uses {name!r}, which is no source")
        terms[name], _ = input_term(term, source, reader)
    if not 1 <= len(terms) <= MOST_INPUTS:
        raise OutsideTheoremError(f"gate {gate.name!r} adds bounded maps of {len(terms)} sources, and the theorem of multiple access takes one or two")
    return terms, read.deviation, gate


def enclose(question: Question, radius: Fraction) -> Certificate | Refusal:
    """I(A;Y|C), h(Y|C) and the derivatives that the question asks, each of at most that radius, in nats; or why the theorem does not reach it.

    The certificate's entropy is h(Y|C). Raises: RadiusError, which carries the best enclosure; SpecificationError for a radius that is not positive.
    """

    def compute(nats: float) -> Balls:
        terms, deviation, gate = read_inputs(question)
        named = {name for side in question.between for name in side} - {gate.name}
        free = _without(terms, question.given)
        names = question.wrt if question.order else ()
        moved = tuple(name for name in names if any(movers(term, (name,)) for term in free))
        whole = sum_entropy(free, moved, nats)
        noise = sum_entropy(_without(terms, {*question.given, *named}), moved, nats)
        scale = deviation.through(lambda s: (s.log(), 1 / s, -1 / s**2))
        entropy = question.quantity == "entropy"
        gradient = {name: arb(0) for name in names}
        for name in names:
            if name in moved:
                gradient[name] += whole.slopes[name] if entropy else whole.slopes[name] - noise.slopes[name]
            if entropy:
                gradient[name] += scale.slope(name)
        return Balls(whole.value - noise.value, whole.value + scale.value, gradient, {"terms": whole.terms + noise.terms})

    return certificate_of(question, radius, compute)


def _without(terms: dict[str, Smooth | Atoms], names: Collection[str]) -> list[Smooth | Atoms]:
    return [term for name, term in terms.items() if name not in names]
