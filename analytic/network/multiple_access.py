"""The Gaussian multiple-access channel (MAC) under individual power constraints: the pentagon, for more users a polymatroid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, permutations

from infograd.analytic.network import specification
from infograd.analytic.network.approximation import precisions, ratio_above, undecided
from infograd.analytic.network.capacity_region import CapacityRegion, Certificate, Layer, Position, axis, checked_layers
from infograd.analytic.network.nats import HalfLog, Nats, Rate
from infograd.analytic.network.rate_splitting import split_layers


def successive_rates(gains: Sequence[Fraction], noise: Fraction, layers: Sequence[Layer]) -> tuple[Nats, ...]:
    """The rates of a MAC's layers, each decoded against the noise and the layers after it: 1/2 log(1 + g p / (N + sum of later g p))."""
    checked_layers(layers, len(gains))
    rates = [Nats()] * len(gains)
    level = noise
    for layer in reversed(layers):
        above = level + gains[layer.user] * layer.power
        rates[layer.user] += Nats.of(HalfLog(above / level))
        level = above
    return tuple(rates)


@dataclass(frozen=True, slots=True, init=False)
class MultipleAccess(CapacityRegion):
    """The capacity region of Y = sum_k sqrt(g_k) X_k + Z with E[X_k^2] <= P_k, Z ~ N(0, N): all R >= 0 with, for every set S of users,

        sum_{k in S} R_k <= 1/2 log(1 + sum_{k in S} g_k P_k / N)   (nats).

    Convention: g_k is a power gain. Raises: SpecificationError for gains or a noise that are not positive, and negative powers.
    Source: Cover and Thomas, Elements of Information Theory (2006), section 15.3.
    """

    gains: tuple[Fraction, ...]
    noise: Fraction
    powers: tuple[Fraction, ...]

    def __init__(self, gains: Sequence[object], noise: object, powers: Sequence[object]) -> None:
        object.__setattr__(self, "gains", specification.gains(gains))
        object.__setattr__(self, "noise", specification.positive(noise, "the noise variance"))
        object.__setattr__(self, "powers", specification.powers(powers, len(self.gains)))

    @property
    def users(self) -> int:
        """The number of senders."""
        return len(self.gains)

    def bound(self, users: Sequence[int]) -> HalfLog:
        """The most that a set of users may carry together."""
        return HalfLog(1 + sum((self.gains[user] * self.powers[user] for user in users), Fraction(0)) / self.noise)

    @property
    def sum_capacity(self) -> HalfLog:
        """The most that all users carry together, I(X_0, ..., X_{K-1}; Y) at independent Gaussian inputs."""
        return self.bound(range(self.users))

    def faces(self) -> Iterator[tuple[tuple[int, ...], HalfLog]]:
        """Every set of users with its bound, the smallest sets first; 2^K - 1 of them."""
        for size in range(1, self.users + 1):
            for chosen in combinations(range(self.users), size):
                yield chosen, self.bound(chosen)

    def corner(self, order: Sequence[int]) -> tuple[HalfLog, ...]:
        """The corner that decoding the users in this order reaches.

        Raises: SpecificationError for an order that does not name each user once.
        """
        return self._corner(specification.decoding_order(order, self.users))

    def vertices(self) -> tuple[tuple[HalfLog, ...], ...]:
        """The region's vertices, each once: the corners of every order of every set of users."""
        orders = (order for size in range(self.users + 1) for order in permutations(range(self.users), size))
        return tuple(dict.fromkeys(map(self._corner, orders)))

    def _corner(self, order: Sequence[int]) -> tuple[HalfLog, ...]:
        rates = [HalfLog(1)] * self.users
        level = self.noise
        for user in reversed(order):
            above = level + self.gains[user] * self.powers[user]
            rates[user] = HalfLog(above / level)
            level = above
        return tuple(rates)

    def support(self, weights: Sequence[object]) -> Nats:
        """The maximum of sum_k w_k R_k: a polymatroid's greedy solution, which decodes the user of the largest weight last."""
        checked = self.checked_weights(weights)
        order = sorted((user for user in range(self.users) if checked[user] > 0), key=lambda user: checked[user])
        return Nats.weighted(checked, self._corner(order))

    def achieved(self, layers: Sequence[Layer]) -> tuple[Nats, ...]:
        """The rates of layers decoded in the order in which they are given."""
        return successive_rates(self.gains, self.noise, layers)

    def affords(self, layers: Sequence[Layer]) -> bool:
        """Whether no user's layers need more than its power."""
        return all(sum(layer.power for layer in layers if layer.user == user) <= power for user, power in enumerate(self.powers))

    def _certificate(self, rates: tuple[Rate, ...]) -> Certificate:
        touched = [axis(user, self.users) for user, rate in enumerate(rates) if rate == HalfLog(1)]
        for chosen, bound in self.faces():
            weights = tuple(Fraction(user in chosen) for user in range(self.users))
            slack = (Nats.of(bound) - Nats.weighted(weights, rates)).sign()
            if slack < 0:
                return Certificate(self, rates, Position.OUTSIDE, weights=weights)
            if slack == 0:
                touched.append(weights)
        if touched:
            return Certificate(self, rates, Position.BOUNDARY, self._layers(rates, exceed=False), touched[-1])
        return Certificate(self, rates, Position.INSIDE, self._layers(rates, exceed=True))

    def _layers(self, rates: tuple[Rate, ...], *, exceed: bool) -> tuple[Layer, ...]:
        """Layers that reach the rates, or more than the rates.

        There are some: a bound that is met holds no rational rate but 0 (half a logarithm of a rational plus a rational that is
        not 0 is no half logarithm), so a rational rate has room to be rounded up.
        """
        for bits in precisions():
            ratios = [rate.ratio if isinstance(rate, HalfLog) and not exceed else ratio_above(rate, bits) for rate in rates]
            layers = split_layers(self.gains, self.noise, self.powers, ratios)
            if layers is not None:
                return layers
        raise undecided("a set of layers")
