"""Capacity regions under one power budget: broadcast, and multiple access under a sum-power constraint.

Both are A(R) <= P, R >= 0 with A the least total power (`least_power`), which is the duality of the two channels (Vishwanath,
Jindal and Goldsmith, IEEE Trans. Inf. Theory 49 (2003) 2658); they differ in the layers that reach a point.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import arb, ctx

from infograd.analytic.network import marginal_utility, specification
from infograd.analytic.network.approximation import precisions, ratio_above, ratio_ball, undecided
from infograd.analytic.network.capacity_region import CapacityRegion, Certificate, Layer, Position, axis
from infograd.analytic.network.least_power import least_powers, slopes, weakest_first
from infograd.analytic.network.nats import HalfLog, Nats, Rate, ball, middle

ONE, SILENT = Fraction(1), HalfLog(1)


@dataclass(frozen=True, slots=True, init=False)
class BudgetRegion(CapacityRegion):
    """Power gains g_k, one noise variance N, and the budget P that all rates share.

    Raises: SpecificationError for gains or a noise that are not positive, and a negative power.
    """

    gains: tuple[Fraction, ...]
    noise: Fraction
    power: Fraction

    def __init__(self, gains: Sequence[object], noise: object, power: object) -> None:
        object.__setattr__(self, "gains", specification.gains(gains))
        object.__setattr__(self, "noise", specification.positive(noise, "the noise variance"))
        object.__setattr__(self, "power", specification.nonnegative(power, "the power"))

    @property
    def users(self) -> int:
        """The number of rates in a point."""
        return len(self.gains)

    @property
    def noises(self) -> tuple[Fraction, ...]:
        """n_k = N/g_k, the noise of each user at unit gain."""
        return tuple(self.noise / gain for gain in self.gains)

    @property
    def order(self) -> tuple[int, ...]:
        """The users from the most noise down."""
        return weakest_first(self.noises)

    @property
    def sum_capacity(self) -> HalfLog:
        """The most that all users carry together: the strongest one alone, 1/2 log(1 + max_k g_k P / N)."""
        return HalfLog(1 + max(self.gains) * self.power / self.noise)

    def least_power(self, point: Sequence[HalfLog]) -> Fraction:
        """The least total power that reaches a point of half logarithms."""
        return sum(least_powers(self.noises, self.order, [rate.ratio for rate in point], ONE), Fraction(0))

    def maximiser(self, weights: Sequence[object]) -> tuple[HalfLog, ...]:
        """A point at which sum_k w_k R_k is largest."""
        rates = [SILENT] * self.users
        for share in marginal_utility.shares(self.noises, self.power, self.checked_weights(weights)):
            rates[share.user] = marginal_utility.share_rate(self.noises[share.user], share)
        return tuple(rates)

    def support(self, weights: Sequence[object]) -> Nats:
        """The maximum of sum_k w_k R_k over the region, by marginal utilities."""
        return marginal_utility.support(self.noises, self.power, self.checked_weights(weights))

    def affords(self, layers: Sequence[Layer]) -> bool:
        """Whether the layers together need no more than the budget."""
        return sum(layer.power for layer in layers) <= self.power

    @abstractmethod
    def layers(self, ratios: Sequence[Fraction]) -> tuple[Layer, ...]:
        """Layers of the least total power with rates of 1/2 log(ratio) per user."""

    def _certificate(self, rates: tuple[Rate, ...]) -> Certificate:
        slack = self._slack(rates)
        if slack < 0:
            return self._outside(rates)
        if slack == 0:
            ratios = [rate.ratio for rate in rates if isinstance(rate, HalfLog)]
            weights = slopes(self.noises, self.order, ratios, ONE)
            return Certificate(self, rates, Position.BOUNDARY, self.layers(ratios), tuple(weight / max(weights) for weight in weights))
        silent = [user for user, rate in enumerate(rates) if rate == SILENT]
        layers = self._affordable(rates, exceed=not silent)
        if silent:
            return Certificate(self, rates, Position.BOUNDARY, layers, axis(silent[0], self.users))
        return Certificate(self, rates, Position.INSIDE, layers)

    def _slack(self, rates: tuple[Rate, ...]) -> int:
        """The sign of P - A(R).

        Exact where every rate is a half logarithm. Where a rate is a rational r > 0, A(R) is a sum of positive rationals times
        exp(2 s) with rational s >= 0, not all 0, which is no rational (Lindemann and Weierstrass 1885): the balls decide.
        """
        ratios = [rate.ratio for rate in rates if isinstance(rate, HalfLog)]
        if len(ratios) == len(rates):
            total = sum(least_powers(self.noises, self.order, ratios, ONE), Fraction(0))
            return (self.power > total) - (self.power < total)
        for bits in precisions(64):
            with ctx.workprec(bits):
                powers = least_powers([ball(noise) for noise in self.noises], self.order, [ratio_ball(rate) for rate in rates], arb(1))
                left = ball(self.power) - sum(powers, arb(0))
                if left > 0 or left < 0:
                    return 1 if left > 0 else -1
        raise undecided("the sign of P - A(R)")

    def _outside(self, rates: tuple[Rate, ...]) -> Certificate:
        """The gradient of A, with as few binary places as still separate: A(R') >= A(R) + dA.(R' - R) puts dA.R above every dA.R'."""
        for bits in precisions():
            with ctx.workprec(64 + bits):
                gradient = slopes([ball(noise) for noise in self.noises], self.order, [ratio_ball(rate) for rate in rates], arb(1))
                largest = max(map(middle, gradient))
                weights = tuple(Fraction(round(middle(slope) / largest * 2**bits), 2**bits) for slope in gradient)
            certificate = Certificate(self, rates, Position.OUTSIDE, weights=weights)
            if certificate.check():
                return certificate
        raise undecided("a separating weight")

    def _affordable(self, rates: tuple[Rate, ...], *, exceed: bool) -> tuple[Layer, ...]:
        """Layers within the budget that reach the rates, or more than the rates; at a point with A(R) < P there is room to round up."""
        for bits in precisions():
            ratios = [rate.ratio if isinstance(rate, HalfLog) and not exceed else ratio_above(rate, bits) for rate in rates]
            layers = self.layers(ratios)
            if self.affords(layers):
                return layers
        raise undecided("a set of layers")
