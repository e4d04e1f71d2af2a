"""Confidence sequences: intervals for a mean that hold at all numbers of terms at once, so that looking again and stopping are free.

For x_1, x_2, ... let S = sum (x_i - m), V = sum (x_i - m)^2. Against the law N(m, s^2), the alternative N(m + s d, s^2) mixed over
d ~ N(0, 1/c) and over the scale s by ds/s has the likelihood ratio

    M_t = sqrt(c / (t + c)) (V / (V - S^2 / (t + c)))^(t/2),

a function of the ratios x_i - m : x_1 - m alone, whose law does not depend on s: a martingale in their filtration from M_1 = 1, whatever s is.
By Ville's inequality P(M_t >= 1/alpha for some t) <= alpha. With the mean x, Q = sum (x_i - x)^2, and R = (sqrt((t + c) / c) / alpha)^(2/t),
M_t < 1/alpha is

    |x - m|^2 < (R - 1) (t + c) Q / (t (t + c - R c)),

and no bound at all while t + c <= R c. Proven for Gaussian terms of unknown variance. For other independent terms of one law with a finite
variance it is asymptotic: as t grows the radius tends to that of the mixture for Brownian motion with the empirical variance.
Source: Wang and Ramdas, arXiv:2310.03722 (Gaussian terms); Waudby-Smith et al., arXiv:2103.06476 (the asymptotic statement).
"""

from __future__ import annotations

import math

TIGHTEST = 64


def mixture_width(alpha: float) -> float:
    """c: the interval of level 1 - alpha is about tightest at `TIGHTEST` terms (arXiv:2103.06476, appendix B)."""
    spread = -2 * math.log(alpha)
    return TIGHTEST / (spread + math.log(spread) + 1)


def radius(terms: int, squares: float, alpha: float) -> float:
    """The radius after `terms` terms whose squared deviations from their mean sum to `squares`, at level 1 - alpha; infinite while there is none."""
    c = mixture_width(alpha)
    logarithm = 2 / terms * (0.5 * math.log1p(terms / c) - math.log(alpha))
    if logarithm >= math.log1p(terms / c):
        return math.inf
    growth = math.expm1(logarithm)
    return math.sqrt(growth * (terms + c) * squares / (terms * (terms - growth * c)))
