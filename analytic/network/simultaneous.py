"""The point (I(X_1;Y|X_2), I(X_2;Y|X_1), ...), each user free of the others at the same time, and how far it is outside.

With received ratios x_k = g_k P_k / N the pair's sum exceeds I(X_1, ..., X_K; Y) by 1/2 log(prod (1 + x_k) / (1 + sum x_k)), and the
power that would be needed to reach it exceeds P_1 + ... + P_K. Both are decided for all positive arguments by the signs of
coefficients (`polynomials.is_positive`).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import sympy  # type: ignore[import-untyped]  # sympy ships no type information

from infograd.analytic.expression import Symbolic
from infograd.analytic.network import specification
from infograd.analytic.network.nats import HalfLog


def undisturbed_rates(gains: Sequence[object], noise: object, powers: Sequence[object]) -> tuple[HalfLog, ...]:
    """1/2 log(1 + g_k P_k / N) for every user: I(X_k; Y | all other inputs) in nats.

    Raises: SpecificationError for gains or a noise that are not positive, and negative powers.
    Source: arXiv:2601.01789, eqs. (65)-(66).
    """
    g, n = specification.gains(gains), specification.positive(noise, "the noise variance")
    return tuple(HalfLog(1 + gain * power / n) for gain, power in zip(g, specification.powers(powers, len(g)), strict=True))


def sum_excess(users: int) -> Symbolic:
    """prod_k (1 + P_k/N) / (1 + sum_k P_k/N) - 1, the ratio by which the sum of undisturbed rates exceeds the sum capacity."""
    powers, noise = sympy.symbols(f"P1:{users + 1}", positive=True), sympy.Symbol("N", positive=True)
    return sympy.Mul(*(1 + power / noise for power in powers)) / (1 + sympy.Add(*powers) / noise) - 1


def budget_excess() -> Symbolic:
    """A(R) - (P_1 + P_2) at the undisturbed pair, for n_1 >= n_2: the missing power P_1 P_2 / n_1."""
    first, second, weaker, stronger = sympy.symbols("P1 P2 n1 n2", positive=True)
    q1, q2 = 1 + first / weaker, 1 + second / stronger
    return weaker * (q1 - 1) + stronger * (q2 - 1) * q1 - first - second


def cooperation_excess() -> Symbolic:
    """(1 + P/2N)^2 - (1 + 2P/N): how the pair's sum at P_1 = P_2 = P/2 compares with two antennas that send one codeword coherently."""
    power, noise = sympy.symbols("P N", positive=True)
    return (1 + power / (2 * noise)) ** 2 - (1 + 2 * power / noise)


def cooperation_threshold() -> Fraction:
    """The ratio P/N above which the undisturbed pair's sum exceeds that of full cooperation of the senders."""
    ratio = sympy.Symbol("x", positive=True)
    noise, power = sympy.symbols("N P", positive=True)
    roots = sympy.Poly(sympy.expand(cooperation_excess().subs(power, ratio * noise)), ratio).ground_roots()
    return max(Fraction(int(root.p), int(root.q)) for root in roots)


def common_input_excess() -> Symbolic:
    """A(R) - P at the pair (I(X;Y_1), I(X;Y_2)) of a broadcast channel with one input of power P, n_1 >= n_2: P + P^2/n_1."""
    power, weaker, stronger = sympy.symbols("P n1 n2", positive=True)
    q1, q2 = 1 + power / weaker, 1 + power / stronger
    return weaker * (q1 - 1) + stronger * (q2 - 1) * q1 - power
