"""h(T + Z) and its slopes for T that grows, by Gauss-Legendre sums on panels, with every error bounded (Lemmas H and G and Theorem H of docs/proof.md).

In units of the noise, so that p <= (2 pi)^(-1/2) and -log p > 0.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from flint import arb

from infograd.numeric.certified.balls import HypothesisError, raised, total, widened
from infograd.numeric.certified.growing.inner import growing_rule, steepest_axis
from infograd.numeric.certified.growing.panels import CHUNK, RATIO, WIDEST, Panel, Window, covered, panels_of
from infograd.numeric.certified.growing.signal import GrowingSignal
from infograd.numeric.certified.growing.tails import GrowthFacts, facts_of, reach_of
from infograd.numeric.certified.inner import normal_peak
from infograd.numeric.certified.multiple_access_entropy import log_ball
from infograd.numeric.certified.polynomials import at

SPARE, INNER, DARK = 2.0, 30.0, 5.0
DISC = RATIO * WIDEST


@dataclass(frozen=True, slots=True)
class GrowingEntropy:
    """h(T + Z) in nats, its slopes, and the counts of nodes."""

    value: arb
    slopes: dict[str, arb]
    inputs: int
    outputs: int


def legendre_error(half: arb, count: int, majorant: arb) -> arb:
    """The error of `count` >= 2 Gauss-Legendre nodes on a panel of that half-width, for an integrand below `majorant` on the disc of RATIO half-widths.

    (64/15) half M rho^(-2n) / (1 - rho^(-2)), rho = RATIO + sqrt(RATIO^2 - 1): the ellipse with foci +-1 and semi-major axis RATIO lies in that disc.
    """
    if count < 2:
        raise HypothesisError("the rule has fewer than two nodes")
    rho = RATIO + (arb(RATIO) ** 2 - 1).sqrt()
    return arb(64) / 15 * half * majorant * raised(rho, -2 * count) / (1 - raised(rho, -2))


def legendre_count(nats: float) -> int:
    """Nodes for rho^(-2n) below exp(-nats)."""
    return max(2, math.ceil(nats / (2 * math.acosh(RATIO))))


def density_ceiling(disc: arb) -> arb:
    """|p(z)| <= exp(v^2/2) / (2 pi)^(1/2), |v| <= disc."""
    return (raised(disc, 2) / 2).exp() / normal_peak(arb(1))


def slope_ceiling(disc: arb) -> arb:
    """|z - T| |N(z; T)| <= exp(v^2/2) (e^(-1/2) + |v|) / (2 pi)^(1/2), |v| <= disc."""
    return density_ceiling(disc) * (steepest_axis() + disc)


def growing_entropy(signal: GrowingSignal, names: tuple[str, ...], nats: float) -> GrowingEntropy:
    """h(T + Z) and its slopes with errors near exp(-nats).

    Raises: TooManyNodesError beyond a cap; HypothesisError where a bound does not hold.
    """
    facts = facts_of(signal, names)
    aim = nats + SPARE
    reach, tails = reach_of(signal, facts, names, aim)
    ends = [max(float(at(each.growth(sign), reach).upper()) for each in signal.components) + float(reach) + 0.01 for sign in (-1, 1)]
    first, last = covered(-ends[0], ends[1])
    inner = float(reach) ** 2 + INNER
    farthest = 2 * WIDEST * max(abs(first), abs(last)) + DISC
    rule = growing_rule(signal, names, farthest, inner)
    window = Window(rule, math.sqrt(2 * inner) + DISC)
    panels = panels_of(window, first, last, arb(-(float(reach) ** 2) - DARK).exp())
    results = [arb(0) for _ in range(1 + len(names))]
    resolved = [panel for panel in panels if not panel.dark]
    sizes = [panel.half * panel.bound * (1 + total(facts.first)) for panel in resolved]
    count = legendre_count(aim + math.log1p(sum(float(size.upper()) for size in sizes)))
    roots = [arb.legendre_p_root(count, position, weight=True) for position in range(count)]
    for half in sorted({panel.half for panel in resolved}, reverse=True):
        row = [panel for panel in resolved if panel.half == half]
        for begin in range(0, len(row), CHUNK):
            found = _resolved(window, row[begin : begin + CHUNK], facts, roots)
            results = [left + right for left, right in zip(results, found, strict=True)]
    for panel in panels:
        if panel.dark:
            results = [left + right for left, right in zip(results, _dark(panel, facts), strict=True)]
    results = [widened(value, error) for value, error in zip(results, tails, strict=True)]
    return GrowingEntropy(results[0], dict(zip(names, results[1:], strict=True)), len(rule.places), len(resolved) * count)


def _resolved(window: Window, panels: Sequence[Panel], facts: GrowthFacts, roots: Sequence[tuple[arb, arb]]) -> list[arb]:
    """The sums of -p log p and of each -dp log p over resolved panels of one half-width, widened by their errors."""
    half = arb(panels[0].half)
    table = window.sums([panel.centre for panel in panels], [half * root for root, _ in roots], slopes=False, moves=True)
    results = [arb(0) for _ in range(1 + len(facts.first))]
    ceilings = [density_ceiling(RATIO * half), *(each * slope_ceiling(RATIO * half) for each in facts.first)]
    for panel, sums in zip(panels, table, strict=True):
        logarithms = [log_ball(value, (-facts.floor(arb(panel.centre) + half * root)).exp()) for value, (root, _) in zip(sums[0], roots, strict=True)]
        for position, ceiling in enumerate(ceilings):
            value = -half * total(weight * each * log for each, log, (_, weight) in zip(sums[position], logarithms, roots, strict=True))
            results[position] += widened(value, legendre_error(half, len(roots), ceiling * panel.bound))
    return results


def slope_in_the_dark(second: arb, ceiling: arb) -> arb:
    """|dp| <= (E[J^2 (y - T)^2 N] p)^(1/2) <= (E J^2 (2/e) p)^(1/2) / (2 pi)^(1/4)."""
    return (2 * second / (arb(1).exp() * normal_peak(arb(1))) * ceiling).sqrt()


def _dark(panel: Panel, facts: GrowthFacts) -> list[arb]:
    """The same over a panel where p <= ceiling < 1/e: 0 <= -p log p <= -ceiling log ceiling.

    Raises: HypothesisError where the ceiling is not below 1/e.
    """
    ceiling, half = panel.bound, arb(panel.half)
    if not ceiling < 1 / arb(1).exp():
        raise HypothesisError("a dark panel's density is not small")
    width = 2 * half
    highest = (-ceiling * ceiling.log()).upper() if ceiling > 0 else arb(0)
    entropy = width * arb(highest / 2, highest / 2)
    logarithm = facts.floor(abs(arb(panel.centre)) + half)
    steep = [slope_in_the_dark(each, ceiling) for each in facts.second]
    return [entropy, *(arb(0, (width * each * logarithm).upper()) for each in steep)]
