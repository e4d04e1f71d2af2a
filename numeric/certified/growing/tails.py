"""What the growth of T gives without a grid: moments, Jensen's floor, and the tails of -p log p and dp log p (section 10 of docs/proof.md)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from flint import arb

from infograd.numeric.certified.balls import HypothesisError, raised, total
from infograd.numeric.certified.growing.inner import absolute_moments, beyond_moments
from infograd.numeric.certified.growing.signal import GrowingComponent, GrowingSignal
from infograd.numeric.certified.inner import normal_peak
from infograd.numeric.certified.polynomials import Polynomial, applied, plus, scaled, times

STEPS = 500


@dataclass(frozen=True, slots=True)
class GrowthFacts:
    """E|J| and E J^2 by name, and tau >= (E T^2)^(1/2): bounds from the growth of T and J."""

    first: list[arb]
    second: list[arb]
    spread: arb

    def floor(self, y: arb) -> arb:
        """-log p(y) <= log(2 pi)/2 + (|y| + tau)^2/2, by Jensen and Minkowski."""
        return normal_peak(arb(1)).log() + raised(abs(y) + self.spread, 2) / 2


def facts_of(signal: GrowingSignal, names: Sequence[str]) -> GrowthFacts:
    """The facts of a signal."""

    def mean(polynomial: Polynomial) -> arb:
        return applied(polynomial, absolute_moments(len(polynomial) - 1))

    def square(polynomial: Polynomial) -> arb:
        return mean(times(polynomial, polynomial)).nonnegative_part()

    components = signal.components
    first = [total(each.weight * mean(each.slope_bound(name)) for each in components) for name in names]
    second = [total(each.weight * square(each.slope_bound(name)) for each in components) for name in names]
    return GrowthFacts(first, second, total(each.weight * square(each.growth()) for each in components).sqrt())


def _by_noise(component: GrowingComponent, facts: GrowthFacts, name: str | None) -> list[Polynomial]:
    """w L, w = 1 or |J| |Z|, L = log(2 pi)/2 + (|T| + |Z| + tau)^2/2 >= |log p(Y)|: at place k the factor of |Z|^k, a polynomial in |xi|."""
    growth = plus(component.growth(), (facts.spread,))
    constant = plus((normal_peak(arb(1)).log(),), scaled(arb(1) / 2, times(growth, growth)))
    found: list[Polynomial] = [constant, growth, (arb(1) / 2,)]
    return found if name is None else [(arb(0),), *(times(component.slope_bound(name), each) for each in found)]


def tail_error(component: GrowingComponent, facts: GrowthFacts, name: str | None, reach: arb) -> arb:
    """E[w L; |xi| > reach] + E[w L; |Z| > reach], for no name w = 1, else |J| |Z|."""
    by_noise = _by_noise(component, facts, name)
    degree = len(by_noise) - 1
    result = arb(0)
    for polynomial, whole, beyond in zip(by_noise, absolute_moments(degree), beyond_moments(reach, degree), strict=True):
        size = len(polynomial) - 1
        result += applied(polynomial, beyond_moments(reach, size)) * whole + applied(polynomial, absolute_moments(size)) * beyond
    return result


def slope_majorant(signal: GrowingSignal, facts: GrowthFacts, name: str) -> arb:
    """|dI| <= int |dp log p| <= E[|J| |Z| L]."""
    result = arb(0)
    for component in signal.components:
        by_noise = _by_noise(component, facts, name)
        for polynomial, moment in zip(by_noise, absolute_moments(len(by_noise) - 1), strict=True):
            result += component.weight * applied(polynomial, absolute_moments(len(polynomial) - 1)) * moment
    return result


def information_ceiling(facts: GrowthFacts) -> arb:
    """I <= log(1 + E T^2)/2, since a normal law maximises entropy."""
    return (1 + raised(facts.spread, 2)).log() / 2


def reach_of(signal: GrowingSignal, facts: GrowthFacts, names: tuple[str, ...], nats: float) -> tuple[arb, list[arb]]:
    """The reach x* = z* whose tails are below exp(-nats), and those tails."""
    square = 2 * nats
    for _ in range(STEPS):
        reach = arb(math.sqrt(square))
        tails = [total(each.weight * tail_error(each, facts, name, reach) for each in signal.components) for name in (None, *names)]
        if all(tail < (-arb(nats)).exp() for tail in tails):
            return reach, tails
        square += 2
    raise HypothesisError("the tails of the input and the noise are not found small")
