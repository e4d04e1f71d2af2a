"""A proven bound of the posterior variance, V >= sup_y Var(T | Y = y), in units of the noise (Lemma V of docs/proof.md).

The posteriors are an exponential family in y, so with U = T - E[T | y_g], Var(T | y_g + d) <= E_{y_g}[U^2 exp(dU)], which is convex in d: its two
ends bound it on a whole interval. Beyond the grid the monotone likelihood ratio bounds it by E[(B - T)^2 | y_G].
"""

from __future__ import annotations

import math

from flint import arb

from infograd.numeric.certified.balls import largest, raised, widened
from infograd.numeric.certified.inner import envelope
from infograd.numeric.certified.lattice import lattice_sums
from infograd.numeric.certified.nodes import Rule, Weight

SPACING = 1 / 7
BEYOND = 4
MARGIN = 20.0


class UnresolvedError(Exception):
    """The inner sums do not resolve p on the whole grid; `nats` says how much smaller their error would have to be, as a float's guess."""

    def __init__(self, nats: float) -> None:
        super().__init__(f"the inner error would have to fall by {nats:.0f} nats")
        self.nats = nats


def posterior_variance(rule: Rule, half_range: arb, symmetric: bool) -> arb:
    """V for a rule of a law with that half-range.

    Raises: UnresolvedError where p is not certainly positive at a node.
    """
    spacing = arb(SPACING)
    last = math.ceil((float(half_range) + BEYOND) / SPACING)
    first = -1 if symmetric else -last
    weights = [Weight(power=power) for power in range(3)]
    errors = [rule.error(weight) for weight in weights]
    sums = lattice_sums(rule.locations, [rule.vector(weight) for weight in weights], spacing, first, last - first + 1, arb(1))
    outputs = [spacing * position for position in range(first, last + 1)]
    envelopes = [envelope(y, half_range, rule.rho, arb(1)) for y in outputs]
    moments = [[widened(value, error * g) for value, g in zip(row, envelopes, strict=True)] for row, error in zip(sums, errors, strict=True)]
    if not all(value > 0 for value in moments[0]):
        relative = (errors[0] * g / value for value, g in zip(sums[0], envelopes, strict=True))
        raise UnresolvedError(float(largest(relative).upper().log()) + MARGIN)

    def second(position: int, centre: arb) -> arb:
        return moments[2][position] - 2 * centre * moments[1][position] + raised(centre, 2) * moments[0][position]

    def inside(position: int) -> arb:
        y, mean = outputs[position], moments[1][position] / moments[0][position]
        found = []
        for side in (-1, 1):
            moved = y + side * spacing
            tilt = ((raised(moved, 2) - raised(y, 2)) / 2 - side * spacing * mean).exp()
            found.append(tilt * second(position + side, mean) / moments[0][position])
        return largest(found)

    centres = range(1, last - first, 2)
    edges = [(centres[-1] + 1, half_range)] if symmetric else [(centres[0] - 1, -half_range), (centres[-1] + 1, half_range)]
    tails = [second(position, end) / moments[0][position] for position, end in edges]
    return largest([*(inside(position) for position in centres), *tails])
