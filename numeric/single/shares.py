"""The probability q of B = 1 behind a sign, as a number with its derivatives, and the rows that are summed over the source.

With weights w of the noise's continuous parts and points,

    q = sum over continuous parts of w (1 - G(-(f + m)/s)) + sum over points of w [f + n > 0],   H(q) = -q log q - (1 - q) log(1 - q)
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from infograd.law import Points
from infograd.numeric.interpreter import Floats
from infograd.numeric.limit import LimitError
from infograd.numeric.single.crossings import Mass, masses
from infograd.numeric.single.evaluation import Evaluation
from infograd.numeric.single.found import EPS
from infograd.numeric.single.jet import Jet, add, chained, divide, multiply, negative
from infograd.numeric.single.plan import Plan
from infograd.numeric.single.stage import Input, noises

UNIT = EPS / 2
TINY = 1e-290


def entropy_of(share: Jet, rest: Floats) -> Jet:
    """H(q) of a probability q and 1 - q; derivatives where one of them is 0 are taken as 0."""
    q = np.asarray(share.value)
    value = np.asarray(-special.xlogy(q, q) - special.xlogy(rest, rest))

    def odds() -> Floats:
        inner = (q > 0) & (rest > 0)
        return np.asarray(np.where(inner, np.log(np.where(inner, rest, 1.0)) - np.log(np.where(inner, q, 1.0)), 0.0))

    def bend() -> Floats:
        inner = (q > TINY) & (rest > TINY)
        return np.asarray(np.where(inner, -1.0 / np.where(inner, q * rest, 1.0), 0.0))

    return chained(share, value, odds, bend)


class Shares:
    """q at values of f, and rows [w q, w H(q), w (1 - q)], the first two with their derivatives by the evaluation's keys."""

    def __init__(self, evaluation: Evaluation, plan: Plan) -> None:
        self.evaluation = evaluation
        self.keys: dict[Any, int] = evaluation.rows
        self.noise = noises(evaluation, tuple(part for part in plan.parts if part.kind is not Points))
        self.masses = masses(evaluation, plan.parts)
        self.size = 2 * len(self.keys) + 1
        freedoms = [noise.freedom for noise in self.noise]
        if any(freedom is not None and freedom.first for freedom in freedoms):
            raise LimitError("a receiver of one bit is not differentiated in the freedom of its noise; name other parameters in wrt")
        if evaluation.second is None:
            return
        if self.masses or not plan.smooth or any(noise.law.breaks for noise in self.noise):
            raise LimitError("second derivatives are not taken across the kinks or jumps of a map or of the law of a noise; ask for order 1")
        if any(evaluation.fixed[branch.freedom].first for branch in plan.branches if branch.freedom is not None):
            raise LimitError("second derivatives in the freedom of a StudentT law are not among what this method gives; ask for order 1")

    def of(self, location: Jet, shape: tuple[int, ...], held: Jet | None = None) -> tuple[Jet, Floats]:
        """q and 1 - q where f is `location`, and for the points of the noise `held`."""
        share, rest = self._smooth(location, shape)
        for mass in self.masses:
            place = np.asarray((held or location).value) + mass.place
            share, rest = _with(share, rest, mass.weight, np.broadcast_to(place, shape))
        return share, rest

    def beside(self, mass: Mass, side: float) -> tuple[Jet, Floats]:
        """q and 1 - q where f is minus a point of the noise, which counts as on that side of the threshold."""
        share, rest = self._smooth(Jet(np.array([-mass.place]), {}, self.evaluation.second), (1,))
        for other in self.masses:
            place = side if other.meets(mass) else other.place - mass.place
            share, rest = _with(share, rest, other.weight, np.array([place]))
        return share, rest

    def _smooth(self, location: Jet, shape: tuple[int, ...]) -> tuple[Jet, Floats]:
        share, rest = Jet(np.zeros(shape), {}, self.evaluation.second), np.zeros(shape)
        for noise in self.noise:
            law = noise.law
            jet = divide(negative(add(location, noise.location)), noise.scale)
            u = np.broadcast_to(np.asarray(jet.value), shape)
            inside, near = (u >= law.low) & (u <= law.high), np.clip(u, law.low, law.high)
            below = law.distribution(u)
            above = law.distribution(-u) if law.symmetric else 1 - below
            part = chained(
                Jet(u, jet.first, jet.second),
                above,
                lambda law=law, near=near, inside=inside: -np.where(inside, law.density(near), 0.0),  # type: ignore[misc]  # bound now
                lambda law=law, near=near, inside=inside: -np.where(inside, law.slope(near), 0.0),  # type: ignore[misc]  # bound now
            )
            share = add(share, multiply(noise.weight, part))
            rest = rest + float(noise.weight.value) * below
        return share, rest

    def rows(self, given: Input, share: Jet, rest: Floats) -> Floats:
        """[w q, d(w q)..., w H(q), d(w H(q))..., w (1 - q)] without the density of the source."""
        found = np.zeros((self.size, *np.shape(rest)))
        for start, jet in ((0, multiply(given.weight, share)), (len(self.keys), multiply(given.weight, entropy_of(share, rest)))):
            found[start] = jet.value
            for key, term in (*jet.first.items(), *(jet.second or {}).items()):
                found[start + self.keys[key]] = term
        found[-1] = float(given.weight.value) * rest
        return found

    def along(self, given: Input, primitives: Floats) -> Floats:
        """The rows along the primitive, with the density of the source."""
        assert given.law is not None  # points of mass are sums
        share, rest = self.of(self.evaluation.location(given.branch, primitives), primitives.shape)
        found = self.rows(given, share, rest) * given.law.density(primitives)
        if given.freedom is not None:
            turned = float(given.weight.value) * given.law.freedom_slope(primitives)
            for key, slope in given.freedom.first.items():
                found[self.keys[key]] += slope * turned * share.value
                found[len(self.keys) + self.keys[key]] += slope * turned * entropy_of(Jet(share.value, {}, None), rest).value
        return found

    def blur(self, given: Input, share: Jet, rest: Floats) -> Floats:
        """What the rounding of q leaves of the rows, where a law that is not symmetric gives P(B = 1) as one less a distribution function.

        A unit e of 1 moves H(q) by e |log((1 - q)/q)| and its derivative by |dq| (e/q + e/(1 - q)); where q has vanished, the logarithm is that of e.
        """
        loss = sum(float(noise.weight.value) for noise in self.noise if not noise.law.symmetric) * UNIT * float(given.weight.value)
        found, count = np.zeros((self.size, *np.shape(rest))), len(self.keys)
        if not loss:
            return found
        odds = np.abs(np.log(np.maximum(share.value, UNIT)) - np.log(np.maximum(rest, UNIT)))
        turned = sum(np.divide(1.0, side, out=np.full_like(odds, -np.log(UNIT) / UNIT), where=side > 0) for side in (np.asarray(share.value), rest))
        found[0] = found[-1] = loss
        found[count] = loss * odds
        for key, slope in share.first.items():
            found[count + self.keys[key]] = loss * turned * np.abs(slope)
        return found


def _with(share: Jet, rest: Floats, weight: Jet, place: Floats) -> tuple[Jet, Floats]:
    """q and 1 - q with a point of the noise added whose f + n is `place`."""
    above = np.where(place > 0, 1.0, 0.0)
    return add(share, multiply(weight, Jet(above, {}, share.second))), rest + float(weight.value) * np.where(place < 0, 1.0, 0.0)
