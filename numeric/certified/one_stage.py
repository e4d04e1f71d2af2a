"""`certify`: a proven enclosure of a radius that is asked for, or the best one found on the way (Theorem 1 of docs/proof.md)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from fractions import Fraction

from flint import arb

from infograd.array import exact
from infograd.error import SpecificationError
from infograd.mapping import FrozenMapping
from infograd.numeric.certified import outer
from infograd.numeric.certified.balls import HypothesisError, midpoint, precision, radius
from infograd.numeric.certified.enclosures import Certificate, Enclosure
from infograd.numeric.certified.growing import theorem as growing
from infograd.numeric.certified.integrals import Integrals, Request, curvature_sizes, integrals
from infograd.numeric.certified.nodes import TooManyNodesError
from infograd.numeric.certified.outer import Strip
from infograd.numeric.certified.reading import OutsideTheoremError
from infograd.numeric.certified.signal import Signal, read_signal
from infograd.question import Question

ATTEMPTS = 4
GUARD = 48
READING = 256


class RadiusError(Exception):
    """The radius was not met; `best` is the narrowest enclosure found, which is proven all the same."""

    def __init__(self, message: str, best: Certificate) -> None:
        super().__init__(message)
        self.best = best


def enclosed(ball: arb) -> Enclosure:
    """The exact midpoint and radius of a finite ball."""
    return Enclosure(midpoint(ball), radius(ball))


def _nats(signal: Signal, request: Request, wanted: Fraction) -> float:
    """-log of the error to aim each part at."""
    half_range = float(signal.law.half_range)
    steepest = max((float(signal.law.mean((name,))) for name in (*request.names, *request.forms)), default=0.0)
    levels = 3 if request.order > 1 or request.forms else 1 if request.order else 0
    logarithm = math.log(wanted.denominator) - math.log(wanted.numerator)
    return max(8.0, logarithm + 9 + 2 * math.log1p(half_range) + levels * math.log1p(half_range) + min(levels, 2) * (math.log1p(steepest) + 3))


def _certificate(question: Question, signal: Signal, found: Integrals, bits: int) -> Certificate:
    noise = signal.noise
    gaussian = (2 * arb.pi() * arb(1).exp() * noise.value).log() / 2
    entropy = question.quantity == "entropy"
    own = noise.through(lambda s2: (s2.log() / 2, 1 / (2 * s2), -1 / (2 * s2 * s2)))
    gradient = {name: ball + own.slope(name) if entropy else ball for name, ball in found.gradient.items()}
    hessian = {f"{a},{b}": ball + own.curvature(a, b) if entropy else ball for (a, b), ball in found.hessian.items()}
    return Certificate(
        question,
        enclosed(found.information),
        enclosed(found.information + gaussian),
        _enclosures(gradient),
        _enclosures(hessian),
        _enclosures(found.marginal),
        _enclosures(found.difference),
        FrozenMapping({"inputs": found.inputs, "outputs": found.outputs, "bits": bits}),
    )


def _enclosures(balls: Mapping[str, arb]) -> FrozenMapping[Enclosure]:
    return FrozenMapping({name: enclosed(ball) for name, ball in balls.items()})


def _all_finite(found: Integrals) -> bool:
    balls = (*found.gradient.values(), *found.hessian.values(), *found.marginal.values(), *found.difference.values())
    return found.information.is_finite() and all(ball.is_finite() for ball in balls)


def _trivial(question: Question, request: Request, around: Mapping[str, Fraction]) -> Certificate:
    """What holds without a grid: 0 <= I <= log(1 + B^2/s2)/2, and the majorants of the derivatives on the real line."""
    with precision(READING):
        signal = read_signal(question, around)
        law, facts, line = signal.law, signal.facts(), Strip(arb(0), arb(1), arb(0), posterior=False)
        most = ((1 + facts.spread).log() / 2).upper()
        names = request.names if request.order else ()
        gradient = {name: arb(0, outer.gradient_majorant(facts, line, law.mean((name,))).upper()) for name in names}
        hessian = {names: arb(0, outer.curvature_majorant(facts, line, *curvature_sizes(law, *names)).upper()) for names in request.pairs}
        return _certificate(question, signal, Integrals(arb(most / 2, most / 2), gradient, hessian, {}, {}, 0, 0), READING)


def _growing(question: Question, wanted: Fraction, bounded: OutsideTheoremError) -> Certificate:
    """The certificate for a map that grows.

    Raises: OutsideTheoremError with what both theorems miss; RadiusError.
    """
    try:
        found = growing.enclose(question, wanted)
    except OutsideTheoremError as missed:
        raise OutsideTheoremError(f"{bounded}; maps that grow: {missed}") from None
    if isinstance(found, Certificate):
        return found
    if question.order > 1:
        raise OutsideTheoremError(f"{bounded}; maps that grow: {found.reason.rstrip('.')}") from None
    raise RadiusError(found.reason, growing.without_grid(question))


def certify(
    question: Question,
    *,
    radius: Fraction | str | float = Fraction(1, 10**20),
    variances: Iterable[str] = (),
    around: Mapping[str, Fraction] | None = None,
) -> Certificate:
    """Enclosures of I(X;Y), h(Y) and the derivatives that the question asks, each of at most that radius, in nats.

    Y = alpha g(kappa X + lambda) + mu + Z with g one of tanh, sin, cos, erf, sigmoid, X Normal or a Mixture of Normals, or any map of Points; Z Normal.
    Maps that grow - a polynomial and moved maps added, softplus among them - are `growing`'s: first derivatives, no `variances`, no `around`.
    `variances` names parameters for which Var(-J s_Y) and Var(J (s_{Y|X} - s_Y)) are enclosed too; `around` widens parameters to intervals of that
    radius, so that the enclosures hold on all of it.
    Raises: OutsideTheoremError with the hypothesis that fails; RadiusError, which carries the best enclosure; SpecificationError for a radius that is
    not positive, or a parameter of `variances` that the noise depends on or the gradient leaves out.
    """
    wanted, widths = exact(radius, "the radius"), around or {}
    if not wanted > 0:
        raise SpecificationError(f"the radius is {wanted}; ask for a positive number of nats.")
    forms = tuple(variances)
    order = max(question.order, 1) if forms else question.order
    request = Request(question.wrt, order, forms)
    try:
        with precision(READING):
            signal = read_signal(question, widths)
            nats = _nats(signal, request, wanted)
    except OutsideTheoremError as reason:
        if forms or widths:
            raise
        return _growing(question, wanted, reason)
    for name in forms:
        if name not in question.wrt or name in signal.noise.first:
            raise SpecificationError(f"variances names {name!r}; name parameters of wrt that the noise's variance does not depend on.")
    best = _trivial(question, request, widths)
    complete = False
    for _ in range(ATTEMPTS):
        bits = math.ceil(nats / math.log(2)) + GUARD
        try:
            with precision(bits):
                signal = read_signal(question, widths)
                found = integrals(signal, request, nats)
                if not _all_finite(found):
                    nats += 40
                    continue
                certificate = _certificate(question, signal, found, bits)
        except (TooManyNodesError, HypothesisError) as reason:
            raise RadiusError(f"{reason}.", best) from None
        stalled = complete and 2 * certificate.radius > best.radius
        if not complete or certificate.radius < best.radius:
            best, complete = certificate, True
        if best.radius <= wanted:
            return best
        if stalled:
            break
        nats += max(4.0, math.log(certificate.radius / wanted) + 2)
    raise RadiusError(f"the radius {float(best.radius):.1e} was reached, and {float(wanted):.1e} was asked.", best)
