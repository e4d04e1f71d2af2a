"""Ellipses in the first stage's mean on which log p(y | mu) is analytic and bounded: Lemmas V' and P of docs/proof-two-hop.md.

Lemma V': with V >= sup Var(V | y, mu) over real means, kap = 1 - w^2 V/2 > 0 keeps p(y | mu + iw) from 0.
Lemma P: where the phase of the integrand varies by W < pi on |Im v| = w, p(y | mu + iw) does not vanish either.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from flint import arb, arb_mat

from infograd.numeric.certified.balls import largest
from infograd.numeric.certified.inner import envelope
from infograd.numeric.certified.outer import OutputFacts
from infograd.numeric.certified.polynomials import applied
from infograd.numeric.certified.two_hop.kernel import MOST_CELLS, Kernel, SecondStage, mean_size

SHARE = 0.9
SPACING = 0.175
BISECTIONS = 16


@dataclass(frozen=True, slots=True)
class Ellipse:
    """Of one output y: the semi-minor axis w around [-B1, B1], |p| <= `size`, |log p| <= `log_size`, |dp/dmu| <= size * `mean_slope` and |dp| <= size * `slopes`."""

    w: arb
    size: arb
    log_size: arb
    mean_slope: arb
    slopes: dict[str, arb]

    def parameter(self, half_range: arb) -> arb:
        """rho = (w + sqrt(B1^2 + w^2)) / B1."""
        return (self.w + (half_range**2 + self.w**2).sqrt()) / half_range


def widest_certified(reach: arb, half_range: arb) -> arb:
    """The w whose ellipse stays within |Re mu| <= reach."""
    return (reach**2 - half_range**2).sqrt()


def posterior_ranges(kernel: Kernel, reach: arb, outputs: range) -> list[tuple[arb, arb]]:
    """(V, M) with Var(V | y_j, mu) <= V and |E[V | y_j, mu] - mu| <= M for real |mu| <= reach, for each j of `outputs`.

    The posteriors of v are the exponential family exp(mu v): for |d| <= D and any c, Var at mu + d is at most
    E[(v - c)^2 exp(d (v - c))] / E[exp(d (v - c))], the numerator convex in d, the denominator at least exp(-D |E v - c|).
    Infinite where the sums are too coarse to tell, or would take more than MOST_CELLS cells.
    """
    cells = 2 * (int(float(reach) / (2 * SPACING)) + 1)
    if 2 * cells * max(len(kernel.outputs), len(kernel.places)) > MOST_CELLS:
        return [(arb.pos_inf(), arb.pos_inf())] * len(outputs)
    spacing = reach / cells
    means = [spacing * position for position in range(-cells, cells + 1)]
    rows = kernel.rows(means)
    once = [[weight * v for weight, v in zip(row, kernel.places, strict=True)] for row in rows]
    twice = [[weight * v for weight, v in zip(row, kernel.places, strict=True)] for row in once]
    moments = [(arb_mat(each) * kernel.matrices[0]).tolist() for each in (rows, once, twice)]
    errors = [kernel.moment_errors(power, reach) for power in range(3)]
    found = []
    for j in outputs:
        column = [[moments[power][position][j] + arb(0, errors[power][j]) for power in range(3)] for position in range(len(means))]
        variance, shift = arb(0), arb(0)
        for position in range(1, len(means), 2):
            mass, first, _ = column[position]
            if not mass > 0:
                variance = arb.pos_inf()
                break
            mean = first / mass
            centre = mean.mid()
            bias = (spacing * abs(mean - centre)).exp()
            for side in (-1, 1):
                z0, z1, z2 = column[position + side]
                tilt = (spacing**2 / 2 + side * spacing * (means[position] - centre)).exp()
                variance = variance.max((z2 - 2 * centre * z1 + centre * centre * z0) / mass * tilt * bias)
            shift = shift.max(abs(mean - means[position]))
        variance = variance.upper() if variance.is_finite() else arb.pos_inf()
        found.append((variance, (shift + spacing * (1 + variance)).upper()))
    return found


def posterior_ellipse(stage: SecondStage, facts: OutputFacts, y: arb, variance: arb, shift: arb, half_range: arb, most: arb) -> Ellipse | None:
    """Lemma V', or None where the variance is not finite."""
    if not variance.is_finite():
        return None
    w = (arb(SHARE) * (2 / variance).sqrt()).min(most).lower()
    kap = 1 - w**2 * variance / 2
    if not (w > 0 and kap > 0):
        return None
    size = (w**2 / 2).exp() * envelope(y, facts.half_range, arb(0), facts.variance)
    away = abs(y) + facts.half_range
    log_size = facts.log_floor() + away**2 / 2 + w**2 / 2 + w * shift - kap.log() + arb.pi() / 2
    mean = (half_range**2 + w**2).sqrt() + mean_size()
    slopes = {name: applied(stage.slope_on_axis(name), (arb(1), mean)) * away for name in stage.names}
    return Ellipse(w, size, log_size, mean_size() + w, slopes)


def phase_range(stage: SecondStage, y: arb, w: arb) -> arb:
    """W: how much the phase (y - Re T) Im T of N(y; T, 1) varies on |Im v| = w; sup |phase| <= W.

    For a tanh(c + t v): |Im tanh| <= tan(2 |t| w)/2 (1 - Re tanh^2), and (y - r)(1 - r^2) has its extremes at r = (y -+ sqrt(y^2 + 3))/3.
    """
    if stage.law.map.name == "tanh":
        amplitude, angle = stage.law.amplitude.value, 2 * abs(stage.component.spread.value) * w
        place = y / amplitude
        root = (place * place + 3).sqrt()
        extremes = [(place - r) * (1 - r * r) for r in ((place - root) / 3, (place + root) / 3) if not abs(r) > 1]
        swing = largest([arb(0), *extremes]) + largest([arb(0), *(-value for value in extremes)])
        return amplitude**2 * angle.tan() / 2 * swing
    line = stage.line(w)
    return 2 * (abs(y) + stage.half_range + line.rho) * line.beta


def phase_ellipse(stage: SecondStage, facts: OutputFacts, y: arb, half_range: arb) -> Ellipse:
    """Lemma P, with W near SHARE pi."""
    low, high = 0.0, stage.widest()
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        low, high = (middle, high) if float(phase_range(stage, y, arb(middle))) < SHARE * math.pi else (low, middle)
    w = arb(low)
    swing, line = phase_range(stage, y, w), stage.line(w)
    growth = (line.beta**2 / 2).exp()
    size = growth * envelope(y, facts.half_range, line.rho, facts.variance)
    away = abs(y) + facts.half_range + line.rho
    log_size = facts.log_floor() + away**2 / 2 + line.beta**2 / 2 - (swing / 2).cos().log() + swing
    mean = (half_range**2 + w**2).sqrt() + mean_size() + w
    slopes = {name: applied(stage.slope_on_line(name, w), (arb(1), mean)) * (away + line.beta) for name in stage.names}
    if not (w > 0 and swing < arb.pi()):
        raise ArithmeticError(f"the phase at y = {y} varies by {swing} on every strip that was tried.")
    return Ellipse(w, size, log_size, mean_size(), slopes)


def ellipses(kernel: Kernel, facts: OutputFacts, half_range: arb, reach: arb, mirrored: bool) -> list[Ellipse]:
    """The wider of the two lemmas' ellipses for every output; `mirrored`: the last half of the outputs, in order, stands for both."""
    count = len(kernel.outputs)
    outputs = range(count // 2, count) if mirrored else range(count)
    most = widest_certified(reach, half_range)
    found = []
    for j, (variance, shift) in zip(outputs, posterior_ranges(kernel, reach, outputs), strict=True):
        y = kernel.outputs[j]
        first = posterior_ellipse(kernel.stage, facts, y, variance, shift, half_range, most)
        second = phase_ellipse(kernel.stage, facts, y, half_range)
        found.append(first if first is not None and first.w > second.w else second)
    return found[:0:-1] + found if mirrored else found
