"""The Karush-Kuhn-Tucker conditions of weighted sums of rates under a power budget, checked exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from infograd.analytic.network import specification
from infograd.analytic.network.nats import HalfLog, Nats
from infograd.error import SpecificationError


@dataclass(frozen=True, slots=True)
class Term:
    """weight * 1/2 log(1 + sum_k gains_k P_k / noise): concave in the powers where the weight and the gains are not negative."""

    weight: Fraction
    gains: tuple[Fraction, ...]
    noise: Fraction

    def level(self, powers: Sequence[Fraction]) -> Fraction:
        """noise + sum_k gains_k P_k."""
        return self.noise + sum((gain * power for gain, power in zip(self.gains, powers, strict=True)), Fraction(0))

    def value(self, powers: Sequence[Fraction]) -> Nats:
        """The term in nats."""
        return Nats.of(HalfLog(self.level(powers) / self.noise)) * self.weight

    def slope(self, powers: Sequence[Fraction], user: int) -> Fraction:
        """The derivative in one power."""
        return self.weight * self.gains[user] / (2 * self.level(powers))


@dataclass(frozen=True, slots=True)
class KKTCertificate:
    """Powers that maximise F = sum of terms subject to P_k >= 0 and sum_k P_k <= budget, with the multipliers that prove it.

    dF/dP_k - price + multiplier_k = 0. F is concave: its Hessian is -1/2 sum_t w_t a_t a_t^T / level_t^2, a negative sum of
    squares (`hessian_is_negative`), and the constraints are linear, so the conditions are sufficient as well as necessary.
    """

    terms: tuple[Term, ...]
    budget: Fraction
    powers: tuple[Fraction, ...]
    price: Fraction
    multipliers: tuple[Fraction, ...]

    @classmethod
    def at(cls, terms: Sequence[Term], budget: Fraction, powers: Sequence[Fraction]) -> KKTCertificate:
        """The certificate of given powers, with the only multipliers that it could have."""
        slopes = [sum((term.slope(powers, user) for term in terms), Fraction(0)) for user in range(len(powers))]
        price = max(slopes)
        return cls(tuple(terms), budget, tuple(powers), price, tuple(price - slope for slope in slopes))

    @property
    def value(self) -> Nats:
        """F at the powers, in nats."""
        return Nats.total(term.value(self.powers) for term in self.terms)

    def stationary(self) -> bool:
        """dF/dP_k = price - multiplier_k for every user."""
        return all(
            sum((term.slope(self.powers, user) for term in self.terms), Fraction(0)) == self.price - multiplier
            for user, multiplier in enumerate(self.multipliers)
        )

    def feasible(self) -> bool:
        """P_k >= 0 and sum_k P_k <= budget."""
        return min(self.powers) >= 0 and sum(self.powers) <= self.budget

    def complementary(self) -> bool:
        """multiplier_k P_k = 0 and price (budget - sum_k P_k) = 0."""
        products = (multiplier * power for multiplier, power in zip(self.multipliers, self.powers, strict=True))
        return not any(products) and self.price * (self.budget - sum(self.powers)) == 0

    def signed(self) -> bool:
        """Multipliers and price are not negative."""
        return self.price >= 0 and min(self.multipliers) >= 0

    def concave(self) -> bool:
        """Whether every term is a nonnegative weight times the logarithm of a function that grows with the powers."""
        return all(term.weight >= 0 and term.noise > 0 and min(term.gains) >= 0 for term in self.terms)

    def check(self) -> bool:
        """Whether the powers are optimal: all conditions, decided in rationals."""
        return self.stationary() and self.feasible() and self.complementary() and self.signed() and self.concave()


def parallel_terms(weights: Sequence[object], gains: Sequence[object], noise: object) -> tuple[Term, ...]:
    """The objective of eqs. (62) and (70), sum_k w_k 1/2 log(1 + g_k P_k / N), whose rates do not interfere.

    Raises: SpecificationError for negative weights, gains or a noise that are not positive, and lengths that differ.
    """
    channel = specification.gains(gains)
    variance = specification.positive(noise, "the noise variance")
    if isinstance(weights, str) or len(weights) != len(channel):
        raise SpecificationError(f"the weights are {weights!r}; give {len(channel)} of them, one per user.")
    checked = [specification.nonnegative(weight, f"weight {user}") for user, weight in enumerate(weights)]
    return tuple(
        Term(weight, tuple(gain if other == user else Fraction(0) for other, gain in enumerate(channel)), variance) for user, weight in enumerate(checked)
    )


def water_filling(weights: Sequence[object], gains: Sequence[object], noise: object, power: object) -> KKTCertificate:
    """The powers that maximise sum_k w_k 1/2 log(1 + g_k P_k / N) under sum_k P_k <= P, P_k >= 0.

    P_k = max(0, w_k m - n_k), n_k = N/g_k, with the level m that spends the budget. For two users and w = (lam, 1 - lam):
    P_1 = clip(lam (P + n_1 + n_2) - n_1, 0, P).
    Raises: SpecificationError as `parallel_terms` does, and for a negative power.
    Source: arXiv:2601.01789, eqs. (70)-(74), which leave out P_k >= 0.
    """
    terms = parallel_terms(weights, gains, noise)
    budget = specification.nonnegative(power, "the power")
    noises = [term.noise / gain for term, gain in zip(terms, specification.gains(gains), strict=True)]
    powers = [Fraction(0)] * len(terms)
    users = sorted((user for user, term in enumerate(terms) if term.weight), key=lambda user: noises[user] / terms[user].weight)
    for count in range(len(users), 0, -1):
        filled = users[:count]
        level = (budget + sum(noises[user] for user in filled)) / sum(terms[user].weight for user in filled)
        if all(level * terms[user].weight >= noises[user] for user in filled):
            for user in filled:
                powers[user] = level * terms[user].weight - noises[user]
            break
    return KKTCertificate.at(terms, budget, powers)
