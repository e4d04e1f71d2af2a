"""Where a rate point lies in a capacity region, with a certificate that can be checked by itself.

Users are numbered from 0 in the order of their gains. A region holds, with a point, every point below it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from infograd.analytic.network.nats import Nats, Rate, checked_rate
from infograd.array import exact
from infograd.error import SpecificationError


class Position(Enum):
    """Where a point lies; the value is the phrase that a reader sees."""

    INSIDE = "inside"
    BOUNDARY = "on the boundary"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Layer:
    """A codeword of one user with its transmit power; a user with two layers splits its rate."""

    user: int
    power: Fraction


class CapacityRegion(ABC):
    """A convex set of rate points (R_0, ..., R_{K-1}), in nats."""

    __slots__ = ()

    @property
    @abstractmethod
    def users(self) -> int:
        """The number of rates in a point."""

    @abstractmethod
    def support(self, weights: Sequence[Fraction]) -> Nats:
        """The maximum of sum_k w_k R_k over the region."""

    @abstractmethod
    def achieved(self, layers: Sequence[Layer]) -> tuple[Nats, ...]:
        """The rates at which the layers are decoded one after the other, in the order in which they are given."""

    @abstractmethod
    def affords(self, layers: Sequence[Layer]) -> bool:
        """Whether the layers stay within the power constraints."""

    @abstractmethod
    def _certificate(self, rates: tuple[Rate, ...]) -> Certificate:
        """The certificate of a point without a negative rate."""

    def contains(self, point: Sequence[object]) -> Certificate:
        """Whether the point is inside, on the boundary or outside, decided, with the reason.

        Each coordinate is a `HalfLog` or a rational number of nats (a float is its double).
        Raises: SpecificationError for a wrong number of coordinates and for what is no rate; UndecidedError for a rational rate
        that is so close to the boundary that 2^14 bits do not tell.
        """
        if isinstance(point, str) or not isinstance(point, Sequence) or len(point) != self.users:
            raise SpecificationError(f"the point is {point!r}; give the region {self.users} rates, one per user.")
        rates = tuple(checked_rate(value, f"rate {user} of the point") for user, value in enumerate(point))
        for user, rate in enumerate(rates):
            if Nats.of(rate).sign() < 0:
                return Certificate(self, rates, Position.OUTSIDE, weights=axis(user, self.users))
        return self._certificate(rates)

    def checked_weights(self, weights: Sequence[object]) -> tuple[Fraction, ...]:
        """The weights as rationals.

        Raises: SpecificationError for a wrong number of weights and for what is no number.
        """
        if isinstance(weights, str) or not isinstance(weights, Sequence) or len(weights) != self.users:
            raise SpecificationError(f"the weights are {weights!r}; give {self.users} of them, one per user.")
        return tuple(exact(weight, f"weight {user}") for user, weight in enumerate(weights))


@dataclass(frozen=True, slots=True)
class Certificate:
    """A point's position and what proves it.

    Inside: layers that reach more than every rate. Boundary: layers that reach every rate, and weights w whose w.R is the
    region's maximum. Outside: weights w whose w.R is more than that, the separating inequality.
    """

    region: CapacityRegion
    rates: tuple[Rate, ...]
    position: Position
    layers: tuple[Layer, ...] = ()
    weights: tuple[Fraction, ...] = ()

    @property
    def value(self) -> Nats:
        """sum_k w_k R_k at the point."""
        return Nats.weighted(self.weights, self.rates)

    @property
    def support(self) -> Nats:
        """The maximum of sum_k w_k R_k over the region."""
        return self.region.support(self.weights)

    def check(self) -> bool:
        """Whether the certificate proves the position, decided again from the layers and the weights alone."""
        if self.position is not Position.INSIDE and not (any(self.weights) and (self.value - self.support).sign() == (self.position is Position.OUTSIDE)):
            return False
        if self.position is Position.OUTSIDE:
            return True
        excess = [(reached - Nats.of(rate)).sign() for reached, rate in zip(self.region.achieved(self.layers), self.rates, strict=True)]
        signs = [Nats.of(rate).sign() for rate in self.rates]
        inner = self.position is Position.INSIDE
        return self.region.affords(self.layers) and min(excess) >= inner and min(signs) >= inner


def axis(user: int, users: int) -> tuple[Fraction, ...]:
    """The weights of the inequality -R_user <= 0."""
    return tuple(-Fraction(position == user) for position in range(users))


def checked_layers(layers: Sequence[Layer], users: int) -> None:
    """Raise SpecificationError for a layer of no user or of negative power."""
    for layer in layers:
        if layer.user not in range(users):
            raise SpecificationError(f"a layer belongs to user {layer.user!r}; the users are numbered from 0 to {users - 1}.")
        if layer.power < 0:
            raise SpecificationError(f"a layer of user {layer.user} has the power {layer.power}; give it 0 or more.")
