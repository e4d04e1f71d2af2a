"""Channels on the border of Theorem 2's condition, in closed form: the truth dI/dtheta beside E[J (s_{Y|X} - s_Y)].

Inputs with two values make every density explicit. The scores are those of the densities where these are differentiable, and the Jacobian
is that of the map where it is: what an estimator that follows the formula would compute. Nats throughout.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy  # type: ignore[import-untyped]  # sympy ships no type information

from infograd.analytic.expression import Symbolic

theta = sympy.Symbol("theta", positive=True)


@dataclass(frozen=True, slots=True)
class BoundaryCase:
    """The information of a channel, and what the score formula gives for its slope in theta."""

    information: Symbolic
    formula: Symbolic

    @property
    def slope(self) -> Symbolic:
        """dI/dtheta."""
        return sympy.diff(self.information, theta)


def binary_entropy(probability: Symbolic) -> Symbolic:
    """-p log p - (1 - p) log(1 - p) in nats."""
    return -probability * sympy.log(probability) - (1 - probability) * sympy.log(1 - probability)


def normal_distribution(place: Symbolic) -> Symbolic:
    """The distribution function of N(0, 1)."""
    return (1 + sympy.erf(place / sympy.sqrt(2))) / 2


def threshold_map() -> BoundaryCase:
    """Y = sign(X - theta) + Z with X ~ N(0, 1) and any noise with |Z| < 1: Y tells the sign, I = H_b(Phi(theta)), and J = 0."""
    return BoundaryCase(binary_entropy(normal_distribution(theta)), sympy.S.Zero)


def one_bit_receiver() -> BoundaryCase:
    """Y = sign(theta X + N) with X = -1 or 1, N ~ N(0, 1): a binary symmetric channel, I = log 2 - H_b(Phi(theta)), and J = 0."""
    return BoundaryCase(sympy.log(2) - binary_entropy(normal_distribution(theta)), sympy.S.Zero)


def weighted_input() -> BoundaryCase:
    """Y = X + Z with X = 1 of probability theta < 1 and -1 otherwise, any noise with |Z| < 1: I = H_b(theta), and J = 0, for no path moves."""
    return BoundaryCase(binary_entropy(theta), sympy.S.Zero)


def exponential_noise() -> BoundaryCase:
    """Y = theta X + N with X = 0 or 1, N ~ Exp(1): both densities have slope -1 in the logarithm wherever they are positive.

    p(y) = e^-y/2 on (0, theta) and e^-y (1 + e^theta)/2 beyond: h(Y) = E[Y] + log 2 - P(Y > theta) log(1 + e^theta) and h(Y|X) = 1.
    """
    beyond = (1 + sympy.exp(-theta)) / 2
    return BoundaryCase(theta / 2 + sympy.log(2) - beyond * sympy.log(1 + sympy.exp(theta)), sympy.S.Zero)


def laplace_noise() -> BoundaryCase:
    """Y = theta X + N with X = 0 or 1, N of density e^-|n|/2: kinks and no jump, and the formula is the slope.

    With M = (1 + e^-theta)/4, p(y) = M e^-|y| for y < 0, its mirror image beyond theta, and e^(-theta/2) cosh(u)/2 at y = theta/2 + u
    between; int sech = 2 atan tanh(u/2). Between, s_{Y|X} - s_Y = 1 - tanh(u) for X = 1; outside, both scores are the same.
    """
    half = theta / 2
    outer, inner = (1 + sympy.exp(-theta)) / 4, sympy.exp(-half) / 2
    gudermannian = 2 * sympy.atan(sympy.tanh(half / 2))
    entropy = 2 * outer * (1 - sympy.log(outer)) - 2 * inner * (sympy.sinh(half) * (sympy.log(outer) - 1) + gudermannian)
    return BoundaryCase(entropy - 1 - sympy.log(2), inner * gudermannian)
