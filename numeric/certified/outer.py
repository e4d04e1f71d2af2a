"""Sums over the output with their proven error: strips, majorants and truncation (sections 4, 6 and 7 of docs/proof.md).

Y = T + Z, T within `half_range` (B) of the centre 0, Z ~ N(0, s2): p has no zero in a strip |Im y| < b whatever the map, and every functional
of p, of its derivatives and of its score is majorised there by moments. Convention: J is a derivative of T, `first` = E|J|, `second` = E J^2.
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb

from infograd.numeric.certified.balls import HypothesisError, raised
from infograd.numeric.certified.inner import normal_peak
from infograd.numeric.certified.polynomials import Polynomial, applied, at, normal_moments, plus, scaled, times
from infograd.numeric.certified.trapezoid import discretisation_error


@dataclass(frozen=True, slots=True)
class Strip:
    """|Im y| < b, where |p(y+iv)| >= exp(v^2/2s2) C p(y).

    `log_cost` bounds what Log E_v adds to |log p|: -log C + bB/s2 (Lemma L) or -log C + pi/2 (Lemma V); `posterior` says that the phase is measured
    from the posterior mean m(y), which lies within B of the centre (Lemma V).
    """

    half_width: arb
    floor: arb
    log_cost: arb
    posterior: bool


def zero_free_strip(half_width: arb, half_range: arb, variance: arb) -> Strip:
    """Lemma Z: C = cos(bB/s2) for b < pi s2 / (2B).

    Raises: HypothesisError outside that range.
    """
    phase = half_width * half_range / variance
    if not phase < arb.pi() / 2:
        raise HypothesisError(f"the strip's phase is {phase}; Lemma Z needs it below pi/2")
    floor = phase.cos()
    return Strip(half_width, floor, phase - floor.log(), posterior=False)


def posterior_strip(half_width: arb, posterior_variance: arb, variance: arb) -> Strip:
    """Lemma V: C = 1 - b^2 V / (2 s2^2) > 0 for V >= sup_y Var(T | Y=y).

    Raises: HypothesisError where C is not certainly positive.
    """
    floor = 1 - raised(half_width, 2) * posterior_variance / (2 * raised(variance, 2))
    if not floor > 0:
        raise HypothesisError(f"the strip's floor is {floor}; Lemma V needs it positive")
    return Strip(half_width, floor, arb.pi() / 2 - floor.log(), posterior=True)


@dataclass(frozen=True, slots=True)
class OutputFacts:
    """What the majorants need of T: B, s2, a bound of Var T (`spread`), and D' >= |T - ET| (`deviation`: B if symmetric, else 2B)."""

    half_range: arb
    variance: arb
    spread: arb
    deviation: arb

    def log_floor(self) -> arb:
        """L0 = |log(2 pi s2)| / 2."""
        return abs(normal_peak(self.variance).log())


def _growth(facts: OutputFacts, strip: Strip) -> arb:
    return (raised(strip.half_width, 2) / (2 * facts.variance)).exp()


def log_majorant(facts: OutputFacts, strip: Strip) -> Polynomial:
    """l with |log p(T+z+iv)| <= l(|z|) for |v| <= b."""
    b, s2 = strip.half_width, facts.variance
    slope = b / s2
    reach = facts.half_range * (2 if strip.posterior else 1)
    constant = facts.log_floor() + (raised(facts.deviation, 2) + facts.spread) / (2 * s2) + raised(b, 2) / (2 * s2) + slope * reach + strip.log_cost
    return constant, facts.deviation / s2 + slope, 1 / (2 * s2)


def _log_tail(facts: OutputFacts) -> Polynomial:
    """The same on the real line for |z| = |y| + B in the tail: |log p| <= L0 + ((y - ET)^2 + Var T) / 2 s2 and |y - ET| <= |y| + B."""
    return facts.log_floor() + facts.spread / (2 * facts.variance), arb(0), 1 / (2 * facts.variance)


def entropy_majorant(facts: OutputFacts, strip: Strip) -> arb:
    """M_h >= int |p log p| along Im y = b."""
    b, s2 = strip.half_width, facts.variance
    gaussian = (2 * arb.pi() * arb(1).exp() * (facts.spread + s2)).log() / 2
    above = 2 * (-normal_peak(s2).log()).max(arb(0))
    away = (2 * s2 / arb.pi()).sqrt() if strip.posterior else (raised(facts.half_range, 2) + s2).sqrt()
    return _growth(facts, strip) * (gaussian + above + raised(b, 2) / (2 * s2) + b / s2 * away + strip.log_cost)


def gradient_majorant(facts: OutputFacts, strip: Strip, first: arb) -> arb:
    """M_g >= int |dp log p|: exp(b^2/2s2) E|J|/s2 E[(|z|+b) l(|z|)]."""
    polynomial = times((strip.half_width, arb(1)), log_majorant(facts, strip))
    return _growth(facts, strip) * first / facts.variance * applied(polynomial, normal_moments(facts.variance))


def curvature_polynomial(b: arb, s2: arb, mixed: arb, product: arb) -> Polynomial:
    """E|J_pq| (|z|+b)/s2 + E|J_p J_q| (1/s2 + (|z|+b)^2/s2^2), the majorant of the second derivative of p."""
    linear = (b, arb(1))
    return plus(scaled(mixed / s2, linear), (product / s2,), scaled(product / raised(s2, 2), times(linear, linear)))


def curvature_majorant(facts: OutputFacts, strip: Strip, mixed: arb, product: arb, mean_square: arb) -> arb:
    """M_2 >= int |d2p log p + dp_p dp_q / p|; `mean_square` bounds sqrt(E J_p^2 E J_q^2)."""
    b, s2 = strip.half_width, facts.variance
    moments = normal_moments(s2)
    logarithm = applied(times(curvature_polynomial(b, s2, mixed, product), log_majorant(facts, strip)), moments)
    quotient = mean_square * applied(times((b, arb(1)), (b, arb(1))), moments) / (raised(s2, 2) * strip.floor)
    return _growth(facts, strip) * (logarithm + quotient)


def score_majorant(facts: OutputFacts, strip: Strip, second: arb) -> arb:
    """M_v >= int |q (p'/p)^2|, q = E[J^2 N]: exp(b^2/2s2) E J^2 E(|z| + b + B + B/C)^2 / s2^2."""
    linear = (strip.half_width + facts.half_range * (1 + 1 / strip.floor), arb(1))
    return _growth(facts, strip) * second * applied(times(linear, linear), normal_moments(facts.variance)) / raised(facts.variance, 2)


def difference_majorant(facts: OutputFacts, strip: Strip, second: arb) -> arb:
    """M >= int |E[J^2 (T - m)^2 N]| / s2^2: exp(b^2/2s2) E J^2 B^2 (1 + 1/C)^2 / s2^2."""
    return _growth(facts, strip) * second * raised(facts.half_range * (1 + 1 / strip.floor), 2) / raised(facts.variance, 2)


def truncation_error(polynomial: Polynomial, last: arb, facts: OutputFacts) -> arb:
    """E2 for k sum_{|y_j| > Y} of functionals majorised by Pol(u + 2B) N(u; 0, s2), u = |y| - B.

    Raises: HypothesisError where Y is too near for the majorant to fall.
    """
    s2, beyond = facts.variance, last - facts.half_range
    if not beyond > 0:
        raise HypothesisError(f"the outer grid ends at {last}, within the range {facts.half_range}")
    reach = beyond + 2 * facts.half_range
    fall = beyond / s2 - (len(polynomial) - 1) / reach
    density = (-(raised(beyond, 2)) / (2 * s2)).exp() / normal_peak(s2)
    if not (fall > 0 and density < 1 / arb(1).exp()):
        raise HypothesisError(f"the outer grid ends at {last}, before the tail's majorant falls")
    return 2 * at(polynomial, reach) * density / fall


def entropy_tail(facts: OutputFacts) -> Polynomial:
    """Pol of eta(p) = -p log p."""
    return _log_tail(facts)


def gradient_tail(facts: OutputFacts, first: arb) -> Polynomial:
    """Pol of dp log p."""
    return times((arb(0), first / facts.variance), _log_tail(facts))


def curvature_tail(facts: OutputFacts, mixed: arb, product: arb, mean_square: arb) -> Polynomial:
    """Pol of d2p log p + dp_p dp_q / p."""
    s2 = facts.variance
    return plus(times(curvature_polynomial(arb(0), s2, mixed, product), _log_tail(facts)), (arb(0), arb(0), mean_square / raised(s2, 2)))


def score_tail(facts: OutputFacts, second: arb) -> Polynomial:
    """Pol of E[J^2 N] (p'/p)^2: |p'/p| <= (|y| + B)/s2."""
    return arb(0), arb(0), second / raised(facts.variance, 2)


def difference_tail(facts: OutputFacts, second: arb) -> Polynomial:
    """Pol of E[J^2 (T - m)^2 N] / s2^2: |T - m| <= 2B."""
    return (4 * second * raised(facts.half_range, 2) / raised(facts.variance, 2),)


def outer_error(majorant: arb, tail: Polynomial, strip: Strip, step: arb, last: arb, facts: OutputFacts) -> arb:
    """E1 + E2 of one functional summed over y_j = jk, |y_j| <= Y."""
    return discretisation_error(majorant, strip.half_width, step) + truncation_error(tail, last, facts)


def jensen_floor(y: arb, facts: OutputFacts) -> arb:
    """Lemma F: p(y) >= (2 pi s2)^(-1/2) exp(-((y - ET)^2 + Var T) / 2 s2), where |y - ET| <= |y| + D' - B."""
    away = abs(y) + facts.deviation - facts.half_range
    return (-(raised(away, 2) + facts.spread) / (2 * facts.variance)).exp() / normal_peak(facts.variance)
