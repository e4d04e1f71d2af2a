"""The outer grid of an enclosure: strip, step and last node, chosen in floats for an error near exp(-nats); what is chosen is bounded in balls."""

from __future__ import annotations

import math
from dataclasses import dataclass

from flint import arb

from infograd.numeric.certified.balls import raised
from infograd.numeric.certified.nodes import NODES, Rule, TooManyNodesError, rule_of
from infograd.numeric.certified.outer import OutputFacts, Strip, posterior_strip, zero_free_strip
from infograd.numeric.certified.posterior import UnresolvedError, posterior_variance
from infograd.numeric.certified.signal import Atoms, Smooth

WORTHWHILE = 120
WIDEST = 12.0
LEVELS = 40
FINER = 6.0
FARTHEST = 2_000.0


@dataclass(frozen=True, slots=True)
class Plan:
    """y_j = jk for 0 <= j <= J (doubled) or |j| <= J, and the strip that proves it."""

    strip: Strip
    step: arb
    last: int
    symmetric: bool

    @property
    def first(self) -> int:
        """The index of the first node."""
        return 0 if self.symmetric else -self.last


def _step(half_width: float, floor: float, nats: float) -> float:
    return 2 * math.pi * half_width / (nats + half_width**2 / 2 - 2 * math.log(floor))


def _best(candidates: list[tuple[float, float]], nats: float) -> tuple[float, float]:
    return max(((_step(width, floor, nats), width) for width, floor in candidates), default=(0.0, 0.0))


def _zero_free(half_range: float, nats: float) -> tuple[float, float]:
    most = min(WIDEST, 0.999 * math.pi / 2 / half_range) if half_range > 0 else WIDEST
    widths = [most * level / LEVELS for level in range(1, LEVELS + 1)]
    return _best([(width, math.cos(width * half_range)) for width in widths], nats)


def _posterior(variance: float, nats: float) -> tuple[float, float]:
    floors = [level / LEVELS for level in range(1, LEVELS)] + [0.01, 0.003]
    return _best([(math.sqrt(2 * (1 - floor) / variance), floor) for floor in floors], nats)


def _variance_bound(law: Smooth | Atoms, rule: Rule, symmetric: bool, nats: float) -> arb | None:
    """V by the rule, or by a finer one where that one does not resolve p, or None."""
    try:
        return posterior_variance(rule, law.half_range, symmetric)
    except UnresolvedError as gap:
        if not gap.nats < FINER * nats:
            return None
        finer = nats + gap.nats
    try:
        return posterior_variance(rule_of(law, (), finer), law.half_range, symmetric)
    except UnresolvedError:
        return None


def plan_of(law: Smooth | Atoms, rule: Rule, facts: OutputFacts, symmetric: bool, nats: float) -> Plan:
    """The grid with the larger step of the two strips; the posterior one is tried where the grid would be long without it.

    Raises: TooManyNodesError beyond the cap.
    """
    half_range = float(facts.half_range)
    last = half_range + math.sqrt(2 * (nats + 2 * math.log1p(half_range + nats)))
    step, width = _zero_free(half_range, nats)
    strip = zero_free_strip(arb(width), facts.half_range, facts.variance)
    if last / step > WORTHWHILE and half_range <= FARTHEST:
        variance = _variance_bound(law, rule, symmetric, nats)
        if variance is not None and variance < raised(facts.half_range, 2):
            wider, width = _posterior(float(variance.upper()), nats)
            if wider > step:
                step, strip = wider, posterior_strip(arb(width), variance, facts.variance)
    count = math.ceil(last / step)
    if count > NODES:
        raise TooManyNodesError(f"the output's grid would take {2 * count:.1e} nodes, and at most {2 * NODES:.0e} are taken")
    return Plan(strip, arb(step), count, symmetric)
