"""The support function of the degraded Gaussian broadcast channel by marginal utilities.

With noises n_k = N/g_k, layers stacked from the least noise up and a share z of the power already spent, a little more power dz
for user k is worth w_k dz / (2 (n_k + z)). No choice of users beats the best one at every z, and the best ones come in the
order of growing n_k, the order of superposition: where user k overtakes user j as z grows, w_k > w_j, so n_k > n_j. Hence

    max w.R = integral_0^P max_k w_k^+ / (2 (n_k + z)) dz,

a sum of weights times half logarithms of rationals, since two utilities meet at z = (w_j n_k - w_k n_j) / (w_k - w_j).
Source: Tse, Proc. IEEE ISIT (1997) 27.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise

from infograd.analytic.network.nats import HalfLog, Nats


@dataclass(frozen=True, slots=True)
class Share:
    """The part of the power axis [low, high] that a user is best at."""

    user: int
    low: Fraction
    high: Fraction


def shares(noises: Sequence[Fraction], power: Fraction, weights: Sequence[Fraction]) -> tuple[Share, ...]:
    """The best user at every point of the power axis, the strongest channel first; empty where no weight is positive."""
    users = [user for user, weight in enumerate(weights) if weight > 0]
    meetings = {(weights[j] * noises[k] - weights[k] * noises[j]) / (weights[k] - weights[j]) for j, k in combinations(users, 2) if weights[j] != weights[k]}
    edges = [Fraction(0), *sorted(edge for edge in meetings if 0 < edge < power), power] if users and power else []
    found: list[Share] = []
    for low, high in pairwise(edges):
        best = max(users, key=lambda user: weights[user] / (noises[user] + (low + high) / 2))
        if found and found[-1].user == best:
            low = found.pop().low
        found.append(Share(best, low, high))
    return tuple(found)


def share_rate(noise: Fraction, share: Share) -> HalfLog:
    """What a share carries, 1/2 log((n + high)/(n + low))."""
    return HalfLog((noise + share.high) / (noise + share.low))


def support(noises: Sequence[Fraction], power: Fraction, weights: Sequence[Fraction]) -> Nats:
    """The maximum of w.R over the rates of total power `power`."""
    return Nats.total(Nats.of(share_rate(noises[share.user], share)) * weights[share.user] for share in shares(noises, power, weights))
