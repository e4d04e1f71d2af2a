"""The Fisher integral (51)-(55) for Gaussian outputs: Y ~ N(0, V) and, given X, Y ~ N(., E) with V - E positive semidefinite.

Y_t = Y + sqrt(t) Z with Z ~ N(0, I). Jacobi's formula d log det(V + t I)/dt = tr (V + t I)^-1 carries every step, for symbols
and for matrices of rationals alike. I = 1/2 log(det V/det E) nats.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy  # type: ignore[import-untyped]  # sympy ships no type information

from infograd.analytic.expression import Symbolic
from infograd.error import SpecificationError

added = sympy.Symbol("t", positive=True)


@dataclass(frozen=True, slots=True)
class GaussianOutput:
    """An n-dimensional Gaussian output by its covariance V and its covariance E given X, symmetric (n, n) matrices.

    Raises: SpecificationError for matrices that are not square, not symmetric, or of different sizes.
    """

    covariance: Symbolic
    given_input: Symbolic

    def __post_init__(self) -> None:
        for name in ("covariance", "given_input"):
            matrix = sympy.ImmutableMatrix(getattr(self, name))
            if matrix.rows != matrix.cols or matrix != matrix.T:
                raise SpecificationError(f"{name} is {matrix.tolist()}; write a symmetric square matrix.")
            object.__setattr__(self, name, matrix)
        if self.covariance.shape != self.given_input.shape:
            raise SpecificationError(f"the covariance has shape {self.covariance.shape} and given_input {self.given_input.shape}; give both one shape.")

    @property
    def smoothed(self) -> tuple[Symbolic, Symbolic]:
        """The covariances of Y_t and of Y_t given X, V + t I and E + t I."""
        unit = sympy.eye(self.covariance.rows) * added
        return self.covariance + unit, self.given_input + unit

    @property
    def fisher_information(self) -> Symbolic:
        """J_F(Y_t) = E||s_{Y_t}||^2 = tr (V + t I)^-1.

        Source: arXiv:2601.01789, eq. (51).
        """
        return sympy.cancel(self.smoothed[0].inv().trace())

    @property
    def conditional_fisher_information(self) -> Symbolic:
        """J_F(Y_t|X) = E||s_{Y_t|X}||^2 = tr (E + t I)^-1.

        Source: arXiv:2601.01789, eq. (51).
        """
        return sympy.cancel(self.smoothed[1].inv().trace())

    @property
    def score_gap(self) -> Symbolic:
        """E||s_{Y_t|X} - s_{Y_t}||^2 from second moments, without the identity that it is a difference of Fisher informations.

        With M = E[Y|X] of covariance V - E and W the rest of Y_t, s_{Y_t|X} - s_{Y_t} = A M + (A - K) W, A = (V + t I)^-1, K = (E + t I)^-1.
        Source: arXiv:2601.01789, eq. (53).
        """
        whole, rest = self.smoothed
        outer, inner = whole.inv(), rest.inv()
        change = outer - inner
        return sympy.cancel((outer * (self.covariance - self.given_input) * outer + change * rest * change).trace())

    @property
    def information(self) -> Symbolic:
        """I(X;Y) in nats."""
        return sympy.log(sympy.cancel(self.covariance.det() / self.given_input.det())) / 2

    @property
    def smoothed_ratio(self) -> Symbolic:
        """det(V + t I)/det(E + t I), whose 1/2 log is I(X;Y_t); a ratio of two monic polynomials in t, so that it tends to 1."""
        whole, rest = self.smoothed
        return sympy.cancel(whole.det() / rest.det())

    @property
    def tail(self) -> Symbolic:
        """1/2 int_t^infinity of the score gap, which is I(X;Y_t) in nats.

        Source: arXiv:2601.01789, eqs. (54)-(55).
        """
        return sympy.log(self.smoothed_ratio) / 2

    def tail_expansion(self, terms: int) -> Symbolic:
        """The tail in powers of 1/t: sum_k (-1)^(k+1) tr(V^k - E^k)/(2 k t^k), k = 1..terms.

        The first is tr Cov(E[Y|X])/(2 t); for a scalar output with g^2 P = V - E the second is -g^2 P (g^2 P + 2 E)/(4 t^2).
        """
        powers = range(1, terms + 1)
        return sum((-1) ** (k + 1) * sympy.expand((self.covariance**k - self.given_input**k).trace()) / (2 * k * added**k) for k in powers)


def slope_of_log(ratio: Symbolic) -> Symbolic:
    """d(1/2 log ratio)/dt as a rational function in lowest terms, the form in which the integral identities are decided."""
    return sympy.cancel(sympy.diff(ratio, added) / ratio / 2)


def scalar_output(gain: Symbolic, power: Symbolic, noise: Symbolic) -> GaussianOutput:
    """Y = g X + N with Var X = P and Var N = v."""
    return GaussianOutput(sympy.Matrix([[gain**2 * power + noise]]), sympy.Matrix([[noise]]))


def limit_at_infinity(integrand: Symbolic, weight: Symbolic = 1) -> Symbolic:
    """lim t weight integrand for t to infinity: int^infinity of weight times integrand is finite only where this is 0, for rational functions of t."""
    return sympy.limit(added * weight * integrand, added, sympy.oo)
