"""The method "adaptive panels" for a receiver of one bit, B = sign(f(A) + N): a difference of binary entropies H.

    I = H(Q) - E H(q(A)),   q(a) = P(B = 1 | a) = 1 - G((-f(a) - m)/s),   Q = E q(A)
    dI = log((1 - Q)/Q) dQ - E[log((1 - q)/q) dq] - (terms of moving weights, of jumps of the map, and of points of the noise)

one integral over the source's primitive for each row, on panels that begin where f + N's law meets the threshold at a break or a point. 1 - Q is the
mean of 1 - q, not a difference, so that a decision that is all but certain keeps its digits. At points of mass the rounding of f is moved 2^20 times as
far, so that its effect stands above the rounding of a difference. Second derivatives are those of smooth maps, and of noises with smooth densities.
"""

from __future__ import annotations

import numpy as np

from infograd.numeric.interpreter import Floats
from infograd.numeric.limit import LimitError
from infograd.numeric.single.adaptive import integrate
from infograd.numeric.single.evaluation import Evaluation
from infograd.numeric.single.found import EPS, Found
from infograd.numeric.single.jet import Jet
from infograd.numeric.single.plan import Plan
from infograd.numeric.single.rounding import roundings
from infograd.numeric.single.shares import UNIT, Shares, entropy_of
from infograd.numeric.single.stage import Input, inputs
from infograd.numeric.single.thresholds import Thresholds
from infograd.question import Question

MAGNIFIED = 2.0**20


def _at_points(shares: Shares, given: Input) -> tuple[Floats, Floats]:
    """The rows of a point of mass and their errors.

    Raises: LimitError where it meets a point of the noise at the threshold, and for second derivatives where f is not affine in the parameters.
    """
    evaluation = shares.evaluation
    location = evaluation.fixed[given.branch.location]
    (rounding,) = roundings(evaluation, [given.branch.location])
    if any(np.any(turn) for turn in (location.second or {}).values()):
        raise LimitError("second derivatives at a point of mass are taken where the map is affine in the parameters; ask for order 1")
    if any(abs(float(location.value) + mass.place) <= rounding.value + mass.rounding.value for mass in shares.masses):
        raise LimitError("a point of the source and one of the noise add to 0 up to rounding, where the sign is 0 or rounding decides it; move one of them")
    slopes = {key: slope + MAGNIFIED * rounding.first.get(key, 0.0) for key, slope in location.first.items()}
    nudged = Jet(location.value + MAGNIFIED * rounding.value, slopes, location.second)
    share, rest = shares.of(location, ())
    at, beside = shares.rows(given, share, rest), shares.rows(given, *shares.of(nudged, (), location))
    return at, np.abs(beside - at) / MAGNIFIED + 8 * EPS * np.abs(at) + shares.blur(given, share, rest)


def _total(shares: Shares, plan: Plan, error: float) -> tuple[Floats, Floats, int]:
    """The rows summed over the source, their errors, and the number of cells."""
    evaluation = shares.evaluation
    total, doubt, cells = np.zeros(shares.size), np.zeros(shares.size), 0
    for given in inputs(evaluation, 1.0):
        if given.cells is None:
            found, left = _at_points(shares, given)
            total += found
            doubt += left
            continue
        assert given.law is not None  # points of mass are sums
        thresholds = Thresholds(shares, given, error / 8)
        integral = integrate(lambda v, each=given: shares.along(each, v), thresholds.edges(), error / 8, lambda v: EPS * np.ones_like(v))  # type: ignore[misc]  # bound now
        moved, blurred = thresholds.thrown()
        total += integral.values + moved
        nodes = integral.nodes
        lost = shares.blur(given, *shares.of(evaluation.location(given.branch, nodes), nodes.shape))
        doubt += integral.errors + 8 * EPS * integral.sizes + lost @ (integral.weights * given.law.density(nodes)) + blurred
        cells += nodes.size
    return total, doubt, cells


def _information(shares: Shares, total: Floats, doubt: Floats) -> tuple[Floats, Floats]:
    """H(Q) - E H(q) with its derivatives, and their errors."""
    rows, keys = len(shares.keys), shares.keys
    share, rest = float(total[0]), float(total[-1])
    slopes = {key: total[row] for key, row in keys.items() if isinstance(key, int)}
    turns = {key: total[row] for key, row in keys.items() if isinstance(key, tuple)}
    outer = entropy_of(Jet(np.array(share), slopes, turns or None), np.array(rest))
    odds = abs(np.log(max(share, UNIT)) - np.log(max(rest, UNIT))) if share > 0 and rest > 0 else 0.0
    near = doubt[0] / max(share, EPS) + doubt[-1] / max(rest, EPS)
    bend = 1 / max(share * rest, EPS)
    values, left = -total[rows : 2 * rows], doubt[rows : 2 * rows].copy()
    values[0] += outer.value
    left[0] += abs(np.log(max(share, UNIT))) * doubt[0] + abs(np.log(max(rest, UNIT))) * doubt[-1]
    for key, slope in (*outer.first.items(), *(outer.second or {}).items()):
        row = keys[key]
        values[row] += slope
        left[row] += odds * doubt[row] + abs(total[row]) * near + 8 * EPS * abs(slope)
        if isinstance(key, tuple):
            one, other = (keys[each] for each in key)
            left[row] += bend * (abs(total[one]) * doubt[other] + abs(total[other]) * doubt[one] + abs(total[one] * total[other]) * near)
    return values, left + 8 * EPS * (1 + np.abs(values))


def information(plan: Plan, question: Question, error: float) -> Found:
    """I(A; sign(f(A) + N)) in nats with its derivatives up to the question's order, each to `error`, relative where it exceeds 1.

    Raises: LimitError where a derivative is not among what this method gives, where the sign may be 0, and when the error is not reached.
    """
    shares = Shares(Evaluation(plan, question), plan)
    total, doubt, cells = _total(shares, plan, error)
    values, left = _information(shares, total, doubt)
    reached = float((left / np.maximum(1.0, np.abs(values))).max())
    if not reached <= error:
        raise LimitError(f"the error {error:g} was not reached: {reached:.1e} is left at {cells} cells; ask for a larger error")
    return Found(values, left, cells)
