"""From an enclosure at given precision to a certificate of the radius that is asked for: what the theorems of several nodes share."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from flint import arb

from infograd.answer import Refusal
from infograd.array import exact
from infograd.error import SpecificationError
from infograd.mapping import FrozenMapping
from infograd.numeric.certified.balls import midpoint, precision, radius
from infograd.numeric.certified.enclosures import Certificate, Enclosure
from infograd.numeric.certified.nodes import TooManyNodesError
from infograd.numeric.certified.reading import OutsideTheoremError
from infograd.question import Question

ROOM, METHOD = "numeric", "certified"
ATTEMPTS = 4
SLACK = 4.0
SPARE_BITS = 60
MOST_NATS = 2000.0
LEAST_NATS, COARSE_NATS = 8.0, 20.0


@dataclass(frozen=True, slots=True)
class Balls:
    """I and h in nats, the derivatives of the one that is asked, and the counts of work."""

    information: arb
    entropy: arb
    gradient: Mapping[str, arb]
    cost: Mapping[str, int]

    def finite(self) -> bool:
        """Whether every ball is."""
        return all(each.is_finite() for each in (self.information, self.entropy, *self.gradient.values()))


def _enclosed(ball: arb) -> Enclosure:
    return Enclosure(midpoint(ball), radius(ball))


def certificate_of(question: Question, wanted: Fraction, compute: Callable[[float], Balls]) -> Certificate | Refusal:
    """`compute(nats)` at the precision that errors of exp(-nats) need, with more nats until the radius is met, or fewer where the grids are too large.

    Raises: RadiusError with the best enclosure where it is not; SpecificationError for a radius that is not positive.
    """
    wanted = exact(wanted, "the radius")
    if not wanted > 0:
        raise SpecificationError(f"the radius is {wanted}; ask for a positive number of nats.")
    if question.order > 1:
        return Refusal(ROOM, METHOD, "the theorems of several noisy nodes or inputs give first derivatives; ask for order 1.")
    least = False
    nats = max(LEAST_NATS, math.log(wanted.denominator) - math.log(wanted.numerator) + SLACK)
    best: Certificate | None = None
    reason = f"{ATTEMPTS} attempts did not reach it"
    for _ in range(ATTEMPTS):
        if nats > MOST_NATS:
            reason = f"it would take errors of exp(-{nats:.0f})"
            break
        bits = math.ceil(nats / math.log(2)) + SPARE_BITS
        try:
            with precision(bits):
                found = compute(nats)
                if not found.finite():
                    nats += 40
                    continue
                gradient = FrozenMapping({name: _enclosed(ball) for name, ball in found.gradient.items()})
                cost = FrozenMapping({**found.cost, "bits": bits})
                certificate = Certificate(question, _enclosed(found.information), _enclosed(found.entropy), gradient, cost=cost)
        except OutsideTheoremError as hypothesis:
            return Refusal(ROOM, METHOD, f"{hypothesis}.")
        except TooManyNodesError as limit:
            reason = str(limit)
            if best is not None or nats <= LEAST_NATS:
                break
            nats, least = max(LEAST_NATS, min(nats / 2, COARSE_NATS)), True
            continue
        if best is None or certificate.radius < best.radius:
            best = certificate
        if best.radius <= wanted:
            return best
        if least:
            break
        nats += max(3.0, math.log(certificate.radius / wanted) + 1)
    return _unmet(wanted, best, reason)


def _unmet(wanted: Fraction, best: Certificate | None, reason: str) -> Refusal:
    if best is None:
        return Refusal(ROOM, METHOD, f"no enclosure of radius {float(wanted):.1e} was found: {reason}.")
    from infograd.numeric.certified.one_stage import RadiusError  # here, for `certify` hands questions to the callers of this module

    raise RadiusError(f"the radius {float(best.radius):.1e} was reached, and {float(wanted):.1e} was asked: {reason}.", best)
