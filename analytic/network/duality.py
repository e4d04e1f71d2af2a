"""Power transformations between the multiple-access and the broadcast channel with the same gains.

In an order of the users 0, 1, ..., the MAC decodes user 0 first, and user k of the broadcast channel sees the layers of the users
before it: m_k = N + sum_{i > k} g_i p_i is what disturbs user k in the MAC, b_k = N + g_k sum_{i < k} a_i in the broadcast channel, and
g_k p_k / m_k = g_k a_k / b_k gives both the same rates. The totals are equal: with A_k = sum_{i <= k} a_i,

    A_k = A_{k-1} + p_k (N + g_k A_{k-1}) / m_k = (A_{k-1} (m_k + g_k p_k) + N p_k) / m_k,   m_k + g_k p_k = m_{k-1},

so A_k m_k = A_{k-1} m_{k-1} + N p_k, and after the last user, whose m is N, N sum_k a_k = N sum_k p_k.
Source: Vishwanath, Jindal and Goldsmith, IEEE Trans. Inf. Theory 49 (2003) 2658.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from infograd.analytic.network import specification
from infograd.analytic.network.nats import HalfLog


def to_broadcast(gains: Sequence[object], noise: object, powers: Sequence[object], order: Sequence[int]) -> tuple[Fraction, ...]:
    """The broadcast powers a_k = p_k b_k / m_k, by user, of MAC powers p; `order` is the MAC's, the first to be decoded first.

    Raises: SpecificationError for gains or a noise that are not positive, a negative power and an unknown order.
    """
    g, n, p = specification.gains(gains), specification.positive(noise, "the noise variance"), specification.powers(powers, len(gains))
    found = [Fraction(0)] * len(g)
    spent = Fraction(0)
    waiting = n + sum(g[user] * p[user] for user in range(len(g)))
    for user in specification.decoding_order(order, len(g)):
        waiting -= g[user] * p[user]
        found[user] = p[user] * (n + g[user] * spent) / waiting
        spent += found[user]
    return tuple(found)


def to_multiple_access(gains: Sequence[object], noise: object, powers: Sequence[object], order: Sequence[int]) -> tuple[Fraction, ...]:
    """The MAC powers p_k = a_k m_k / b_k, by user, of broadcast powers a; the inverse of `to_broadcast`.

    Raises: SpecificationError as `to_broadcast` does.
    """
    g, n, a = specification.gains(gains), specification.positive(noise, "the noise variance"), specification.powers(powers, len(gains))
    found = [Fraction(0)] * len(g)
    heard, below = n, sum(a, Fraction(0))
    for user in reversed(specification.decoding_order(order, len(g))):
        below -= a[user]
        found[user] = a[user] * heard / (n + g[user] * below)
        heard += g[user] * found[user]
    return tuple(found)


def broadcast_rates(gains: Sequence[object], noise: object, powers: Sequence[object], order: Sequence[int]) -> tuple[HalfLog, ...]:
    """1/2 log(1 + g_k a_k / (N + g_k sum_{i before k} a_i)), by user: superposition from the strongest user down, dirty paper coding in any order.

    Raises: SpecificationError as `to_broadcast` does.
    """
    g, n, a = specification.gains(gains), specification.positive(noise, "the noise variance"), specification.powers(powers, len(gains))
    rates = [HalfLog(1)] * len(g)
    spent = Fraction(0)
    for user in specification.decoding_order(order, len(g)):
        rates[user] = HalfLog(1 + g[user] * a[user] / (n + g[user] * spent))
        spent += a[user]
    return tuple(rates)
