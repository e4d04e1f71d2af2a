"""Information and minimum mean-square error of Gaussian noise channels: Y = H X + N with N ~ N(0, S).

By Tweedie's formula s_Y = -S^-1 (Y - H E[X|Y]), so that s_{Y|X} - s_Y = S^-1 H (X - E[X|Y]), whatever the law of X. With dY = dH X the
information gradient is dI/dH = S^-1 H E[(X - E[X|Y]) X^T] = S^-1 H E, E the error covariance of E[X|Y] (Palomar and Verdu,
IEEE Trans. Inf. Theory 52 (2006) 141); for Y = sqrt(snr) X + N with Var N = 1 it is dI/dsnr = mmse/2
(Guo, Shamai and Verdu, IEEE Trans. Inf. Theory 51 (2005) 1261). The closed forms here are those of Gaussian inputs, in nats.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy  # type: ignore[import-untyped]  # sympy ships no type information

from infograd.analytic.expression import Symbolic
from infograd.error import SpecificationError

snr = sympy.Symbol("snr", positive=True)


@dataclass(frozen=True, slots=True)
class GaussianLink:
    """Y = H X + N in R^m: the gain H (m, n), the input's covariance (n, n), and the noise's S (m, m).

    Raises: SpecificationError for shapes that do not fit.
    """

    gain: Symbolic
    prior: Symbolic
    noise: Symbolic

    def __post_init__(self) -> None:
        for name in ("gain", "prior", "noise"):
            object.__setattr__(self, name, sympy.ImmutableMatrix(getattr(self, name)))
        rows, columns = self.gain.shape
        if self.prior.shape != (columns, columns) or self.noise.shape != (rows, rows):
            raise SpecificationError(
                f"the gain has shape {self.gain.shape}, the prior {self.prior.shape} and the noise {self.noise.shape}; "
                f"give covariances of shapes {(columns, columns)} and {(rows, rows)}."
            )

    @property
    def output(self) -> Symbolic:
        """Cov Y = H Cov(X) H^T + S, (m, m)."""
        return self.gain * self.prior * self.gain.T + self.noise

    @property
    def information(self) -> Symbolic:
        """I(X;Y) = 1/2 log(det Cov Y/det S) in nats."""
        return sympy.log(sympy.cancel(self.output.det() / self.noise.det())) / 2

    @property
    def error_covariance(self) -> Symbolic:
        """E = Cov(X - E[X|Y]), (n, n)."""
        reach = self.prior * self.gain.T
        return (self.prior - reach * self.output.inv() * reach.T).applyfunc(sympy.cancel)

    @property
    def mean_square_error(self) -> Symbolic:
        """mmse = tr E."""
        return sympy.cancel(self.error_covariance.trace())

    @property
    def slope(self) -> Symbolic:
        """dI/dH = S^-1 H E in nats, (m, n)."""
        return (self.noise.inv() * self.gain * self.error_covariance).applyfunc(sympy.cancel)

    @property
    def score_slope(self) -> Symbolic:
        """E[(s_{Y|X} - s_Y) X^T] = (Cov Y)^-1 H Cov X from second moments, (m, n): the information gradient with dY = dH X.

        s_{Y|X} = -S^-1 N is independent of X, and s_Y = -(Cov Y)^-1 Y.
        Source: arXiv:2601.01789, eq. (39).
        """
        return (self.output.inv() * self.gain * self.prior).applyfunc(sympy.cancel)

    @property
    def direct_slope(self) -> Symbolic:
        """dI/dH by differentiating the determinants, (m, n), for a gain whose entries are symbols.

        Raises: SpecificationError for an entry that is not a symbol.
        """
        for entry in self.gain:
            if not entry.is_Symbol:
                raise SpecificationError(f"the gain has the entry {entry}; write a symbol of its own in each place to differentiate in it.")
        whole = self.output.det()
        return self.gain.applyfunc(lambda entry: sympy.cancel(sympy.diff(whole, entry) / whole / 2))


def scalar_link(power: Symbolic) -> GaussianLink:
    """Y = sqrt(snr) X + N with Var X = P and Var N = 1."""
    return GaussianLink([[sympy.sqrt(snr)]], [[power]], [[1]])
