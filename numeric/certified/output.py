"""Enclosures of the output's density, score and distribution function at a point."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from infograd.array import exact
from infograd.error import SpecificationError
from infograd.numeric.certified import outer
from infograd.numeric.certified.balls import ball, hull, precision, total, widened
from infograd.numeric.certified.enclosures import Enclosure
from infograd.numeric.certified.inner import envelope, normal_peak, upper_tail
from infograd.numeric.certified.integrals import narrower
from infograd.numeric.certified.nodes import Weight, rule_of
from infograd.numeric.certified.one_stage import ATTEMPTS, GUARD, enclosed
from infograd.numeric.certified.signal import Signal, read_signal
from infograd.question import Question


@dataclass(frozen=True, slots=True)
class Output:
    """p(y), s_Y(y) = p'(y)/p(y) and P(Y <= y)."""

    density: Enclosure
    score: Enclosure
    cumulative: Enclosure

    @property
    def radius(self) -> Fraction:
        """The largest radius."""
        return max(self.density.rad, self.score.rad, self.cumulative.rad)


def _at(signal: Signal, place: Fraction, nats: float) -> Output:
    law, facts = signal.law, signal.facts()
    rule = rule_of(law, (), nats)
    scale = signal.noise.value.sqrt()
    y = (ball(place) - signal.centre) / scale
    g = envelope(y, facts.half_range, rule.rho, facts.variance)
    peak = normal_peak(facts.variance)
    masses = [weight * (-(y - t) * (y - t) / 2).exp() / peak for weight, t in zip(rule.weights, rule.locations, strict=True)]
    density = widened(total(masses), rule.error(Weight()) * g)
    slopes = total((t - y) * mass for t, mass in zip(rule.locations, masses, strict=True))
    slope = widened(slopes, (rule.error(Weight(power=1)) + abs(y) * rule.error(Weight())) * g)
    positive = hull(density.lower().max(outer.jensen_floor(y, facts).lower()), density.upper())
    cap = abs(y) + facts.half_range
    score = narrower(slope / positive, cap)
    below = total(weight * upper_tail(t - y) for weight, t in zip(rule.weights, rule.locations, strict=True))
    cumulative = widened(below, rule.error(Weight()) * upper_tail(-(y + facts.half_range + rule.rho)))
    return Output(enclosed(density / scale), enclosed(score / scale), enclosed(cumulative))


def output(question: Question, place: Fraction | str | float, *, radius: Fraction | str | float = Fraction(1, 10**20)) -> Output:
    """p, s_Y and the distribution function of Y at `place`, each to that radius where four attempts reach it; what is returned is proven either way.

    Raises: OutsideTheoremError with the hypothesis that fails; SpecificationError for a radius that is not positive.
    """
    wanted, y = exact(radius, "the radius"), exact(place, "the place")
    if not wanted > 0:
        raise SpecificationError(f"the radius is {wanted}; ask for a positive number.")
    nats = max(8.0, math.log(wanted.denominator) - math.log(wanted.numerator) + 12)
    best: Output | None = None
    for _ in range(ATTEMPTS):
        with precision(math.ceil(nats / math.log(2)) + GUARD):
            found = _at(read_signal(question), y, nats)
        best = found if best is None or found.radius < best.radius else best
        if best.radius <= wanted:
            break
        nats += max(4.0, math.log(found.radius / wanted) + 2)
    return best  # type: ignore[return-value]  # ATTEMPTS is positive
