"""The Gaussian multiple-access channel under a sum-power constraint: the union of the pentagons of all power splits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from infograd.analytic.network.budget_region import ONE, BudgetRegion
from infograd.analytic.network.capacity_region import Layer
from infograd.analytic.network.kkt import KKTCertificate, Term
from infograd.analytic.network.least_power import least_powers
from infograd.analytic.network.multiple_access import MultipleAccess, successive_rates
from infograd.analytic.network.nats import Nats


@dataclass(frozen=True, slots=True, init=False)
class SumPowerMultipleAccess(BudgetRegion):
    """The capacity region of Y = sum_k sqrt(g_k) X_k + Z, Z ~ N(0, N), with sum_k E[X_k^2] <= P.

    It is the union over P_1 + ... + P_K <= P of the polymatroids, already convex: the rates with A(R) <= P. With equal gains it
    is the simplex sum_k R_k <= 1/2 log(1 + g P / N). A user needs one layer, and the strongest is decoded first.
    """

    def layers(self, ratios: Sequence[Fraction]) -> tuple[Layer, ...]:
        """Layers of the least total power, the strongest user decoded first."""
        powers = least_powers(self.noises, self.order, ratios, ONE)
        return tuple(Layer(user, powers[user]) for user in reversed(self.order))

    def achieved(self, layers: Sequence[Layer]) -> tuple[Nats, ...]:
        """The rates of layers decoded in the order in which they are given."""
        return successive_rates(self.gains, self.noise, layers)

    def split(self, powers: Sequence[object]) -> MultipleAccess:
        """The pentagon of one split of the budget, one of those whose union the region is."""
        return MultipleAccess(self.gains, self.noise, powers)

    def optimum(self, weights: Sequence[object]) -> KKTCertificate:
        """The powers that maximise sum_k w_k R_k, with the KKT conditions of the concave problem that they solve.

        For weights in falling order w_1 >= ... >= w_m > 0 the pentagon of powers p has the maximum
        sum_j (w_j - w_{j+1}) 1/2 log(1 + (g_1 p_1 + ... + g_j p_j) / N), w_{m+1} = 0: for two users
        w_2 I(X_1, X_2; Y) + (w_1 - w_2) I(X_1; Y | X_2).
        """
        checked = self.checked_weights(weights)
        falling = sorted((user for user in range(self.users) if checked[user] > 0), key=lambda user: -checked[user])
        steps = [weight - after for weight, after in pairwise([*(checked[user] for user in falling), Fraction(0)])]
        terms = tuple(
            Term(step, tuple(gain if user in falling[: count + 1] else Fraction(0) for user, gain in enumerate(self.gains)), self.noise)
            for count, step in enumerate(steps)
        )
        powers = least_powers(self.noises, self.order, [rate.ratio for rate in self.maximiser(checked)], ONE)
        return KKTCertificate.at(terms, self.power, powers)
