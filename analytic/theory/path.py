"""Scalar linear Gaussian channels as polynomials in their primitives: the output Y, with the pathwise derivative along a parameter.

Symbols: P = Var X, s1, s2, s3 = Var N_i, all positive; gains alpha, beta real.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import sympy  # type: ignore[import-untyped]  # sympy ships no type information

from infograd.analytic.expression import Symbolic
from infograd.analytic.theory.moments import expectation

ALPHA, BETA = sympy.symbols("alpha beta", real=True)
POWER, S1, S2, S3 = sympy.symbols("P s1 s2 s3", positive=True)
X, N1, N2, N3 = sympy.symbols("X N1 N2 N3", real=True)


@dataclass(frozen=True, slots=True)
class Path:
    """Y as a polynomial, linear in the input and the noises; `variances` maps every primitive to its variance."""

    input: Symbolic
    output: Symbolic
    variances: Mapping[Symbolic, Symbolic]

    @property
    def noise(self) -> Symbolic:
        """N_eff, the output without the input."""
        return self.output.subs(self.input, 0)

    @property
    def output_variance(self) -> Symbolic:
        """Var Y."""
        return expectation(self.output**2, self.variances)

    @property
    def noise_variance(self) -> Symbolic:
        """Var N_eff = Var(Y|X)."""
        return expectation(self.noise**2, self.variances)

    def slope(self, parameter: Symbolic) -> Symbolic:
        """J = dY/dtheta with every primitive held fixed."""
        return sympy.diff(self.output, parameter)

    def gradient(self, parameter: Symbolic) -> Symbolic:
        """dI(X;Y)/dtheta in nats, by differentiating 1/2 log(Var Y / Var N_eff)."""
        return sympy.diff(sympy.log(self.output_variance / self.noise_variance) / 2, parameter)


def scalar() -> Path:
    """Y = alpha X + N1."""
    return Path(X, ALPHA * X + N1, MappingProxyType({X: POWER, N1: S1}))


def multipath_a() -> Path:
    """Y = (alpha X + N1) + beta (X + N2) + N3. Source: arXiv:2601.01789, eqs. (42)-(44), form A."""
    return Path(X, ALPHA * X + N1 + BETA * (X + N2) + N3, MappingProxyType({X: POWER, N1: S1, N2: S2, N3: S3}))


def multipath_b() -> Path:
    """Y = beta (alpha X + N1) + (X + N2) + N3. Source: arXiv:2601.01789, eqs. (42)-(44), form B."""
    return Path(X, BETA * (ALPHA * X + N1) + X + N2 + N3, MappingProxyType({X: POWER, N1: S1, N2: S2, N3: S3}))
