"""Proven enclosures for maps that grow: Y = P(X) + sum_i a_i g_i(k_i X + l_i) + Z, P a polynomial, g_i bounded or softplus (Theorem H of docs/proof.md).

X Normal or a Mixture of Normals, Z Normal. No strip is free of zeros in advance: the density is shown free of them panel by panel. An affine map of a
Normal input has its closed form, of any order and radius.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction

from flint import arb

from infograd.answer import Refusal
from infograd.mapping import FrozenMapping
from infograd.numeric.certified.balls import HypothesisError, midpoint, precision, radius
from infograd.numeric.certified.cascade_certificate import METHOD, ROOM, Balls, certificate_of
from infograd.numeric.certified.enclosures import Certificate, Enclosure
from infograd.numeric.certified.growing.integrals import growing_entropy
from infograd.numeric.certified.growing.signal import GrowingSignal, read_growing
from infograd.numeric.certified.growing.tails import facts_of, information_ceiling, slope_majorant
from infograd.numeric.certified.jets import Jet
from infograd.numeric.certified.multiple_access_entropy import noise_entropy
from infograd.numeric.certified.nodes import TooManyNodesError
from infograd.numeric.certified.signal import pairs_of
from infograd.question import Question

READING, SPARE_BITS, LONGER = 256, 128, 64
ATTEMPTS = 12


def enclose(question: Question, wanted: Fraction) -> Certificate | Refusal:
    """I(X;Y), h(Y) and the derivatives that the question asks, each of at most that radius, in nats; or why the theorem does not reach it.

    The radius is positive. Raises: OutsideTheoremError with the hypothesis that fails; RadiusError, which carries the best enclosure.
    """
    with precision(READING):
        affine = is_affine(read_growing(question))
    if affine:
        return _affine(question, wanted)

    def compute(nats: float) -> Balls:
        signal = read_growing(question)
        try:
            found = growing_entropy(signal, question.wrt if question.order else (), nats)
        except HypothesisError as reason:
            raise TooManyNodesError(str(reason)) from None
        own = _noise_part(signal)
        entropy = question.quantity == "entropy"
        gradient = {name: slope + own.slope(name) if entropy else slope for name, slope in found.slopes.items()}
        return Balls(found.value - noise_entropy(), found.value + own.value, gradient, {"inputs": found.inputs, "outputs": found.outputs})

    return certificate_of(question, wanted, compute)


def without_grid(question: Question) -> Certificate:
    """What holds without a grid: 0 <= I <= log(1 + E T^2)/2, and |dI| <= E[|J| |Z| L] (first derivatives).

    Raises: OutsideTheoremError with the hypothesis that fails.
    """
    with precision(READING):
        signal = read_growing(question)
        names = question.wrt if question.order else ()
        facts = facts_of(signal, names)
        own = _noise_part(signal)
        most = information_ceiling(facts).upper()
        information = arb(most / 2, most / 2)
        slopes = {name: arb(0, slope_majorant(signal, facts, name).upper()) for name in names}
        return _certificate(question, information, Jet(noise_entropy() + own.value, own.first), slopes, {}, READING)


def is_affine(signal: GrowingSignal) -> bool:
    """Whether T is a multiple of one Normal input."""
    first = signal.components[0]
    return len(signal.components) == 1 and not first.pieces and len(first.coefficients) <= 2


def _noise_part(signal: GrowingSignal) -> Jet:
    """log(s2)/2: what the entropy has beyond its value in units of the noise."""
    return signal.noise.through(lambda s2: (s2.log() / 2, 1 / (2 * s2), -1 / (2 * s2 * s2)))


def _affine(question: Question, wanted: Fraction) -> Certificate | Refusal:
    """I = log(1 + b^2)/2 for T = b xi, at the precision that the radius needs."""
    bits = SPARE_BITS + max(0, math.ceil(math.log2(wanted.denominator) - math.log2(wanted.numerator)))
    for _ in range(ATTEMPTS):
        certificate = _affine_certificate(question, bits)
        if certificate.radius <= wanted:
            return certificate
        bits += LONGER
    return Refusal(ROOM, METHOD, f"{bits} bits do not give the closed form to {float(wanted):.1e}.")


def _affine_certificate(question: Question, bits: int) -> Certificate:
    with precision(bits):
        signal = read_growing(question)
        slope = signal.components[0].coefficients[1] if len(signal.components[0].coefficients) > 1 else Jet(arb(0))
        found = (Jet(arb(1)) + slope * slope).through(lambda x: (x.log() / 2, 1 / (2 * x), -1 / (2 * x * x)))
        own = _noise_part(signal) + Jet(noise_entropy())
        asked = found + own if question.quantity == "entropy" else found
        names = question.wrt if question.order else ()
        pairs = pairs_of(names) if question.order > 1 else ()
        hessian = {f"{a},{b}": asked.curvature(a, b) for a, b in pairs}
        return _certificate(question, found.value, own, {name: found.slope(name) for name in names}, hessian, bits)


def _certificate(question: Question, information: arb, noise: Jet, slopes: Mapping[str, arb], hessian: Mapping[str, arb], bits: int) -> Certificate:
    gradient = {name: slope + noise.slope(name) if question.quantity == "entropy" else slope for name, slope in slopes.items()}
    value, entropy, cost = _enclosed(information), _enclosed(information + noise.value), FrozenMapping({"bits": bits})
    return Certificate(question, value, entropy, _enclosures(gradient), _enclosures(hessian), cost=cost)


def _enclosures(values: Mapping[str, arb]) -> FrozenMapping[Enclosure]:
    return FrozenMapping({name: _enclosed(each) for name, each in values.items()})


def _enclosed(value: arb) -> Enclosure:
    return Enclosure(midpoint(value), radius(value))
