"""The least total power that reaches given rates, in closed form: the boundary under a budget.

With noises n_k = N/g_k, users from the most noise down and Q_k the product of the ratios exp(2 R) of the first k,

    A(R) = sum_k n_k (Q_k - Q_{k-1}) = sum_k (n_k - n_{k+1}) Q_k - n_1,   Q_k = exp(2 (R_1 + ... + R_k)), n_{K+1} = 0,

and the region is A(R) <= P, R >= 0. A is convex, being a sum of exponentials with coefficients that are not negative, so its
gradient separates a point from the region. Broadcast: A_k = q_k A_{k-1} + (q_k - 1) n_k from the strongest user down gives the
same sum. Multiple access: each set S needs sum_S g_k p_k >= N (prod_S q_k - 1), which is supermodular in S, so the least sum of
p_k is reached by decoding the strongest user first (Tse and Hanly, IEEE Trans. Inf. Theory 44 (1998) 2796).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TypeVar

import sympy  # type: ignore[import-untyped]  # sympy ships no type information
from flint import arb

from infograd.analytic.expression import Symbolic

Scalar = TypeVar("Scalar", Fraction, arb)


def weakest_first(noises: Sequence[Fraction]) -> tuple[int, ...]:
    """The users from the most noise down."""
    return tuple(sorted(range(len(noises)), key=lambda user: noises[user], reverse=True))


def least_powers(noises: Sequence[Scalar], order: Sequence[int], ratios: Sequence[Scalar], one: Scalar) -> list[Scalar]:
    """The senders' powers n_k (q_k - 1) Q_{k-1} by user, of which A(R) is the sum; `order` is from the most noise down."""
    found = [one - one] * len(noises)
    product = one
    for user in order:
        found[user] = noises[user] * (ratios[user] - one) * product
        product = product * ratios[user]
    return found


def slopes(noises: Sequence[Scalar], order: Sequence[int], ratios: Sequence[Scalar], one: Scalar) -> list[Scalar]:
    """Half the gradient of A, dA/dR_k = 2 sum_{j >= k} (n_j - n_{j+1}) Q_j, by user."""
    products = [one]
    for user in order:
        products.append(products[-1] * ratios[user])
    found = [one - one] * len(noises)
    below = total = one - one
    for user, product in zip(reversed(order), reversed(products), strict=False):
        total = total + (noises[user] - below) * product
        below = noises[user]
        found[user] = total
    return found


def least_power_formula(users: int) -> tuple[Symbolic, tuple[Symbolic, ...], tuple[Symbolic, ...]]:
    """A(R) for n_1 >= n_2 >= ... >= n_K, with the symbols of the noises and of the rates."""
    noises = sympy.symbols(f"n1:{users + 1}", positive=True)
    rates = sympy.symbols(f"R1:{users + 1}", nonnegative=True)
    products = [sympy.exp(2 * sympy.Add(*rates[:count])) for count in range(users + 1)]
    return sympy.Add(*(noise * (after - before) for noise, before, after in zip(noises, products, products[1:], strict=False))), noises, rates
