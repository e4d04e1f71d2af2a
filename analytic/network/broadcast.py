"""The degraded Gaussian broadcast channel: superposition coding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from infograd.analytic.network.budget_region import ONE, BudgetRegion
from infograd.analytic.network.capacity_region import Layer, checked_layers
from infograd.analytic.network.nats import HalfLog, Nats


@dataclass(frozen=True, slots=True, init=False)
class Broadcast(BudgetRegion):
    """The capacity region of private messages over Y_k = sqrt(g_k) X + Z_k, Z_k ~ N(0, N), with E[X^2] <= P.

    With n_k = N/g_k and shares a_k of the power, R_k <= 1/2 log(1 + a_k P / (n_k + sum_{n_j < n_k} a_j P)): user k decodes the
    layers of the weaker users before its own. For two users with n_1 <= n_2: R_1 = C(aP/n_1), R_2 = C((1-a)P/(aP + n_2)).
    Source: Cover, IEEE Trans. Inf. Theory 18 (1972) 2; converse: Bergmans, IEEE Trans. Inf. Theory 20 (1974) 279.
    """

    def layers(self, ratios: Sequence[Fraction]) -> tuple[Layer, ...]:
        """Layers of the least total power, the weakest user's decoded first."""
        found: list[Layer] = []
        below = Fraction(0)
        for user in reversed(self.order):
            power = (ratios[user] - ONE) * (self.noises[user] + below)
            found.append(Layer(user, power))
            below += power
        return tuple(reversed(found))

    def achieved(self, layers: Sequence[Layer]) -> tuple[Nats, ...]:
        """The rates of layers decoded in the order in which they are given, each by its own user and by the users of all later layers."""
        checked_layers(layers, self.users)
        rates = [Nats()] * self.users
        below, noise = Fraction(0), Fraction(0)
        for layer in reversed(layers):
            noise = max(noise, self.noises[layer.user])
            rates[layer.user] += Nats.of(HalfLog(1 + layer.power / (noise + below)))
            below += layer.power
        return tuple(rates)
