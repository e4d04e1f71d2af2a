"""The trapezoidal rule on the real line with its proven error (Lemma T of docs/proof.md).

For w analytic in |Im z| < a, decaying uniformly there, with M the larger of its absolute integrals along the two edges of the strip:
|h sum_j w(jh) - int w| <= 2 M / (exp(2 pi a / h) - 1).
Source: Trefethen and Weideman, SIAM Review 56 (2014) 385, Theorem 5.1; proved again in docs/proof.md.
"""

from __future__ import annotations

from flint import arb


def strip_factor(half_width: arb, step: arb) -> arb:
    """2 / (exp(2 pi a / h) - 1) for a strip of half-width a > 0 and a step h > 0: the factor of M in the error."""
    return 2 / (2 * arb.pi() * half_width / step).expm1()


def discretisation_error(majorant: arb, half_width: arb, step: arb) -> arb:
    """The bound E1 of Lemma T for the absolute integral `majorant` along the edges of the strip."""
    return majorant * strip_factor(half_width, step)
