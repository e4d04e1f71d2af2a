"""Panels over the output on which p is certainly free of zeros around every centre (Lemma H of docs/proof.md).

A panel is [c - r, c + r] with the disc |y - c| < D = 2r. With U = T - E[T | Y=c], |E[exp(dU) | c] - 1| <= kappa = E[2 cosh(DU) - 2 | c] for |d| <= D, so that
kappa < 1 proves log p analytic there, and bounds |log p|. kappa takes p at c and c +- D and p' at c alone, and no bound of T.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from flint import arb, arb_mat

from infograd.numeric.certified.balls import HypothesisError, raised, total, widened
from infograd.numeric.certified.growing.inner import GrowingRule
from infograd.numeric.certified.inner import normal_peak
from infograd.numeric.certified.nodes import TooManyNodesError

WIDEST, SPLITS = 25 / 32, 12
RATIO = 2
MOST_KAPPA = 0.95
PANELS, CELLS = 30_000, 60_000_000
CHUNK = 12
SLACK = 0.01


@dataclass(frozen=True, slots=True)
class Panel:
    """[centre - half, centre + half]; `bound` is of |log p| on the disc of radius RATIO half, or of p on a `dark` panel, where p is too small to matter."""

    centre: float
    half: float
    bound: arb
    dark: bool


class Window:
    """The sums over the inputs near a chunk of panels, and what the others may add at most."""

    def __init__(self, rule: GrowingRule, reach: float) -> None:
        """`reach` is how far from y an input's T may lie to be summed."""
        self.rule, self.reach = rule, reach
        self.order = [float(place) for place in rule.places]
        widest = max(float(place.rad()) for place in rule.places) + max(map(abs, self.order)) * 2.0**-50
        if not widest < SLACK / 2:
            raise HypothesisError("the places of T are not known to a hundredth of the noise")
        bell = (-raised(arb(reach), 2) / 2).exp() / normal_peak(arb(1))
        mass = total(rule.weights)
        self.density = rule.density + mass * bell
        self.slope = rule.slope + mass * arb(reach) * bell
        self.moves = [
            error + total(weight * abs(move) for weight, move in zip(rule.weights, moves, strict=True)) * arb(reach) * bell
            for error, moves in zip(rule.move_errors, rule.moves, strict=True)
        ]
        self.cells = 0

    def sums(self, centres: Sequence[float], offsets: Sequence[arb], *, slopes: bool, moves: bool) -> list[list[list[arb]]]:
        """[p, then sum (y - T) N, then each sum J (y - T) N] at centre + offset, by centre, then functional, then offset; errors are in the balls."""
        farthest = max(abs(float(offset)) for offset in offsets)
        low = bisect_left(self.order, min(centres) - farthest - self.reach - SLACK)
        high = bisect_right(self.order, max(centres) + farthest + self.reach + SLACK)
        places, weights = self.rule.places[low:high], self.rule.weights[low:high]
        middle = arb((min(centres) + max(centres)) / 2)
        carried: list[Sequence[arb]] = [weights, [w * t for w, t in zip(weights, places, strict=True)]] if slopes else [weights]
        for each in self.rule.moves if moves else ():
            moved = [w * j for w, j in zip(weights, each[low:high], strict=True)]
            carried += [moved, [w * t for w, t in zip(moved, places, strict=True)]]
        self.cells += len(places) * (len(centres) * len(carried) + len(offsets))
        if self.cells > CELLS:
            raise TooManyNodesError(f"the sums over inputs and outputs would take more than {CELLS:.0e} terms")
        rows: list[arb] = []
        for centre in centres:
            away = [t - centre for t in places]
            bells = [(-each * each / 2).exp() for each in away]
            for factors in carried:
                rows += [bell * factor for bell, factor in zip(bells, factors, strict=True)]
        columns = [(offset * (t - middle)).exp() for t in places for offset in offsets]
        table = arb_mat(len(centres) * len(carried), len(places), rows) * arb_mat(len(places), len(offsets), columns)
        return [self._row(table, position, len(carried), arb(centre), middle, offsets, slopes) for position, centre in enumerate(centres)]

    def _row(self, table: arb_mat, position: int, size: int, centre: arb, middle: arb, offsets: Sequence[arb], slopes: bool) -> list[list[arb]]:
        peak = normal_peak(arb(1))
        factors = [(-offset * (centre - middle) - raised(offset, 2) / 2).exp() / peak for offset in offsets]
        raw = [[table[position * size + row, column] * factor for column, factor in enumerate(factors)] for row in range(size)]
        outputs = [centre + offset for offset in offsets]
        found = [[widened(value, self.density) for value in raw[0]]]
        pairs = [(raw[0], raw[1], self.slope)] if slopes else []
        first = 2 if slopes else 1
        pairs += [(raw[row], raw[row + 1], self.moves[index]) for index, row in enumerate(range(first, size, 2))]
        for plain, lifted, error in pairs:
            found.append([widened(y * value - other, error) for y, value, other in zip(outputs, plain, lifted, strict=True)])
        return found


def closeness(here: arb, above: arb, below: arb, mean: arb, disc: arb) -> arb:
    """kappa = E[2 cosh(DU) - 2 | Y=c], from p at c, c + D and c - D and mean = p'(c)/p(c): E[exp(DU)|c] = exp(D^2/2 - D mean) p(c + D)/p(c)."""
    tilt = (disc * mean).exp()
    return (raised(disc, 2) / 2).exp() * (above / tilt + below * tilt) / here - 2


def ceiling_of(above: arb, below: arb, disc: arb) -> arb:
    """exp(D^2/2) (p(c + D) + p(c - D)) >= p(y) for |y - c| <= D."""
    return (raised(disc, 2) / 2).exp() * (above + below)


def logarithm_bound(here: arb, mean: arb, kappa: arb, disc: arb) -> arb:
    """|log p| <= |log p(c)| + D |p'(c)/p(c)| + D^2/2 - log(1 - kappa) on the disc."""
    return abs(here.log()) + disc * abs(mean) + raised(disc, 2) / 2 - (1 - kappa).log()


def judge(centre: float, half: float, sums: list[list[arb]], smallest: arb) -> Panel | None:
    """The panel from p and sum (y - T) N at c, c + D, c - D: resolved, or dark where p < `smallest` on it, or None where neither is certain."""
    (here, above, below), (pull, *_) = sums
    disc = arb(RATIO * half)
    if here > 0:
        mean = -pull / here
        kappa = closeness(here, above, below, mean, disc)
        if kappa < MOST_KAPPA:
            return Panel(centre, half, logarithm_bound(here, mean, kappa, disc), dark=False)
    ceiling = ceiling_of(above, below, disc)
    return Panel(centre, half, ceiling.upper().max(arb(0)), dark=True) if ceiling < smallest else None


def covered(low: float, high: float) -> tuple[int, int]:
    """The least and the first unused k of panels [2k WIDEST, 2(k + 1) WIDEST] over [low, high]; their ends are exact in floats."""
    return math.floor(low / (2 * WIDEST)), math.ceil(high / (2 * WIDEST))


def panels_of(window: Window, first: int, last: int, smallest: arb) -> list[Panel]:
    """Panels that cover [2 first WIDEST, 2 last WIDEST], halved until each is resolved or dark.

    Raises: TooManyNodesError beyond the cap or the last halving.
    """
    half = WIDEST
    centres = [half * (2 * position + 1) for position in range(first, last)]
    if len(centres) > PANELS:
        raise TooManyNodesError(f"the output's panels would be {len(centres):.1e}, and at most {PANELS:.0e} are taken")
    found: list[Panel] = []
    for _ in range(SPLITS):
        disc = arb(RATIO * half)
        left: list[float] = []
        for begin in range(0, len(centres), CHUNK):
            part = centres[begin : begin + CHUNK]
            for centre, sums in zip(part, window.sums(part, [arb(0), disc, -disc], slopes=True, moves=False), strict=True):
                panel = judge(centre, half, sums, smallest)
                if panel is None:
                    left += [centre - half / 2, centre + half / 2]
                else:
                    found.append(panel)
        if not left:
            return found
        if len(found) + len(left) > PANELS:
            raise TooManyNodesError(f"the output's panels would be more than {PANELS:.0e}")
        centres, half = left, half / 2
    raise TooManyNodesError(f"the output's density is not resolved on panels of half-width {half:.0e} noise deviations")
