"""The method "adaptive panels" for a receiver of one bit, B = sign(f(A) + N): a difference of binary entropies H.

    I = H(Q) - E H(q(A)),   q(a) = P(B = 1 | a) = 1 - G((-f(a) - m)/s),   Q = E q(A)
    dI = log((1 - Q)/Q) dQ - E[log((1 - q)/q) dq] - (terms of moving weights and jumps of the map)

one integral over the source's primitive for each row, on panels that begin where f + N's law meets the threshold at a break. 1 - Q is the mean of
1 - q, not a difference, so that a decision that is all but certain keeps its digits. At points of mass the rounding of f is moved 2^20 times as far,
so that its effect stands above the rounding of a difference.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from infograd.numeric.interpreter import Floats
from infograd.numeric.limit import LimitError
from infograd.numeric.single.adaptive import integrate
from infograd.numeric.single.cells import solve
from infograd.numeric.single.evaluation import Evaluation
from infograd.numeric.single.found import EPS, Found
from infograd.numeric.single.jet import Jet, add
from infograd.numeric.single.output import speeds
from infograd.numeric.single.plan import Plan
from infograd.numeric.single.rounding import roundings
from infograd.numeric.single.stage import Input, Noise, inputs, noises
from infograd.question import Question

MAGNIFIED = 2.0**20
UNIT = EPS / 2


def _entropy(share: Floats, rest: Floats) -> Floats:
    return np.asarray(-special.xlogy(share, share) - special.xlogy(rest, rest), dtype=np.float64)


def _log_odds(share: Floats, rest: Floats) -> Floats:
    """log((1 - q)/q), 0 where q is 0 or 1."""
    inner = (share > 0) & (rest > 0)
    return np.asarray(np.where(inner, np.log(np.where(inner, rest, 1.0)) - np.log(np.where(inner, share, 1.0)), 0.0), dtype=np.float64)


class _Decision:
    """q and its derivatives along a branch, and the rows [q, dq..., H(q), dH(q)..., 1 - q] times the density of the source."""

    def __init__(self, evaluation: Evaluation, noise: list[Noise]) -> None:
        self.evaluation = evaluation
        self.noise = noise
        self.count = len(evaluation.directions)

    def shares(self, location: Any, shape: tuple[int, ...]) -> tuple[Floats, Floats, Floats]:
        """P(B = 1), P(B = -1), and dP(B = 1) by direction, where f is `location`."""
        share, rest, slopes = np.zeros(shape), np.zeros(shape), np.zeros((self.count, *shape))
        for noise in self.noise:
            place = add(location, noise.location)
            scale, weight = float(noise.scale.value), float(noise.weight.value)
            u = np.broadcast_to(-np.asarray(place.value) / scale, shape)
            inside = (u >= noise.law.low) & (u <= noise.law.high)
            below = noise.law.distribution(u)
            above = noise.law.distribution(-u) if noise.law.symmetric else 1 - below
            share += weight * above
            rest += weight * below
            density = np.where(inside, noise.law.density(np.clip(u, noise.law.low, noise.law.high)), 0.0)
            for key, slope in place.first.items():
                slopes[key] += weight * density * slope / scale
            for key, slope in noise.scale.first.items():
                slopes[key] += weight * density * u * slope / scale
            for key, slope in noise.weight.first.items():
                slopes[key] += slope * above
        return share, rest, slopes

    def rows(self, given: Input, share: Floats, rest: Floats, slopes: Floats) -> Floats:
        """[w q, d(w q)..., w H(q), d(w H(q))..., w (1 - q)] without the density of the source."""
        weight, entropy = float(given.weight.value), _entropy(share, rest)
        first, second = weight * slopes, weight * slopes * _log_odds(share, rest)
        for key, slope in given.weight.first.items():
            first[key] += slope * share
            second[key] += slope * entropy
        return np.concatenate([[weight * share], first, [weight * entropy], second, [weight * rest]])

    def blur(self, given: Input, share: Floats, rest: Floats, slopes: Floats) -> Floats:
        """What the rounding of q leaves of the rows, where a law that is not symmetric gives P(B = 1) as one less a distribution function.

        A unit e of 1 moves H(q) by e |log((1 - q)/q)| and its derivative by |dq| (e/q + e/(1 - q)); where q has vanished, the logarithm is that of e.
        """
        loss = sum(float(noise.weight.value) for noise in self.noise if not noise.law.symmetric) * UNIT * float(given.weight.value)
        odds = np.abs(np.log(np.maximum(share, UNIT)) - np.log(np.maximum(rest, UNIT)))
        turned = sum(np.divide(1.0, side, out=np.full_like(odds, -np.log(UNIT) / UNIT), where=side > 0) for side in (share, rest))
        whole = np.full_like(odds, loss)
        return np.concatenate([[whole], np.zeros_like(slopes), [loss * odds], loss * turned * np.abs(slopes), [whole]])

    def along(self, given: Input, primitives: Floats) -> Floats:
        """The rows along the primitive, with the density of the source."""
        assert given.law is not None  # points of mass are sums
        shares = self.shares(self.evaluation.location(given.branch, primitives), primitives.shape)
        found = self.rows(given, *shares) * given.law.density(primitives)
        if given.freedom is not None:
            turned = float(given.weight.value) * given.law.freedom_slope(primitives)
            for key, slope in given.freedom.first.items():
                found[1 + key] += slope * turned * shares[0]
                found[2 + self.count + key] += slope * turned * _entropy(shares[0], shares[1])
        return found

    def edges(self, given: Input) -> Floats:
        """Ends of the cells, and the places where the threshold meets a break or an end of the noise's law."""
        cells = given.cells
        assert cells is not None  # points of mass are sums
        found = [cells.left, cells.right]
        for noise in self.noise:
            for level in {noise.law.low, *noise.law.breaks, noise.law.high, 0.0}:
                target = -float(noise.location.value) - float(noise.scale.value) * level
                bottom, top = np.minimum(cells.first, cells.last), np.maximum(cells.first, cells.last)
                where = np.nonzero((bottom < target) & (target < top))[0]
                if where.size:
                    found.append(solve(self.evaluation, given.branch, cells, where, np.full(where.size, target), 0.0))
        return np.unique(np.concatenate(found))

    def thrown(self, given: Input) -> Floats:
        """What the moving jumps of the map add to the derivatives."""
        total = np.zeros(2 * (self.count + 1))
        assert given.cells is not None and given.law is not None  # points of mass have no jumps
        for jump in given.cells.jumps if self.count else ():
            sides = []
            for side in (jump.before, jump.after):
                share, rest, _ = self.shares(self.evaluation.location(given.branch, np.array([side])), (1,))
                sides.append((float(share[0]), float(_entropy(share, rest)[0])))
            mass = float(given.weight.value) * float(given.law.density(np.array(jump.place)))
            for key, speed in speeds(self.evaluation, given.branch, jump).items():
                total[1 + key] += mass * speed * (sides[0][0] - sides[1][0])
                total[2 + self.count + key] += mass * speed * (sides[0][1] - sides[1][1])
        return total


def information(plan: Plan, question: Question, error: float) -> Found:
    """I(A; sign(f(A) + N)) in nats with its gradient, each to `error`, relative where it exceeds 1.

    Raises: LimitError for second derivatives, and when the error is not reached.
    """
    if question.order > 1:
        raise LimitError("second derivatives are not taken for a receiver of one bit; ask for order 1")
    evaluation = Evaluation(plan, question)
    parts = noises(evaluation, plan.parts)
    if any(noise.freedom is not None and noise.freedom.first for noise in parts):
        raise LimitError("a receiver of one bit is not differentiated in the freedom of its noise; name other parameters in wrt")
    decision = _Decision(evaluation, parts)
    count = decision.count
    total, doubt, cells = np.zeros(2 * count + 3), np.zeros(2 * count + 3), 0
    for given in inputs(evaluation, 1.0):
        if given.cells is None:
            location = evaluation.fixed[given.branch.location]
            (rounding,) = roundings(evaluation, [given.branch.location])
            slopes = {key: slope + MAGNIFIED * rounding.first.get(key, 0.0) for key, slope in location.first.items()}
            nudged = Jet(location.value + MAGNIFIED * rounding.value, slopes, None)
            shares = decision.shares(location, ())
            at, beside = decision.rows(given, *shares), decision.rows(given, *decision.shares(nudged, ()))
            total += at
            doubt += np.abs(beside - at) / MAGNIFIED + 8 * EPS * np.abs(at) + decision.blur(given, *shares)
            continue
        found = integrate(lambda primitives, each=given: decision.along(each, primitives), decision.edges(given), error / 8, lambda v: EPS * np.ones_like(v))  # type: ignore[misc]  # bound now
        total += found.values + np.append(decision.thrown(given), 0.0)
        assert given.law is not None  # points of mass are sums
        shares = decision.shares(evaluation.location(given.branch, found.nodes), found.nodes.shape)
        doubt += found.errors + 8 * EPS * found.sizes + decision.blur(given, *shares) @ (found.weights * given.law.density(found.nodes))
        cells += found.nodes.size
    share, rest = total[0], total[-1]
    odds = float(_log_odds(share, rest))
    outer = odds * total[1 : count + 1]
    values = np.concatenate([[float(_entropy(share, rest)) - total[count + 1]], outer - total[count + 2 : -1]])
    left = doubt[count + 1 : -1].copy()
    left[0] += abs(np.log(max(share, UNIT))) * doubt[0] + abs(np.log(max(rest, UNIT))) * doubt[-1]
    left[1:] += (
        abs(odds) * doubt[1 : count + 1] + np.abs(total[1 : count + 1]) * (doubt[0] / max(share, EPS) + doubt[-1] / max(rest, EPS)) + 8 * EPS * np.abs(outer)
    )
    left += 8 * EPS * (1 + np.abs(values))
    reached = float((left / np.maximum(1.0, np.abs(values))).max())
    if not reached <= error:
        raise LimitError(f"the error {error:g} was not reached: {reached:.1e} is left at {cells} cells; ask for a larger error")
    return Found(values, left, cells)
