"""The Gaussian information bottleneck: maximise I(Z;T) - beta I(X;Z) over Z = A X + noise, for jointly Gaussian input X and target T.

Conventions: noise of Z is N(0, I); 0 < beta < 1 is the price of a nat about X (the reciprocal of the multiplier of the cited paper).
A direction of X is described by lambda in (0, 1], the share of its variance that remains once T is known, an eigenvalue of
Sigma_{X|T} Sigma_X^(-1). It is used iff beta < 1 - lambda, then with signal-to-noise ratio (1 - lambda - beta)/(beta lambda).
Source: G. Chechik, A. Globerson, N. Tishby, Y. Weiss, JMLR 6 (2005) 165, Theorem 3.1 and the information curve of its section 5;
arXiv:2601.01789, V-D names the objective.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sympy  # type: ignore[import-untyped]  # sympy ships no type information

from infograd.analytic.expression import Symbolic
from infograd.analytic.forms.symbolic import rational
from infograd.array import exact
from infograd.error import SpecificationError


def objective(ratio: Symbolic, remaining: Symbolic, price: Symbolic) -> Symbolic:
    """I(Z;T) - beta I(X;Z) in nats along one direction at signal-to-noise ratio u: 1/2 log((1+u)/(1+lambda u)) - beta/2 log(1+u)."""
    return sympy.log((1 + ratio) / (1 + remaining * ratio)) / 2 - price * sympy.log(1 + ratio) / 2


def critical_price(remaining: Symbolic) -> Symbolic:
    """1 - lambda, the price at and above which the direction is not used."""
    return 1 - remaining


def best_ratio(remaining: Symbolic, price: Symbolic) -> Symbolic:
    """u = (1 - lambda - beta)/(beta lambda), where it is positive; elsewhere 0 is best."""
    return (1 - remaining - price) / (price * remaining)


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """The optimum: one ratio per direction, and exp(2 I) of what is kept about X and about T."""

    ratios: tuple[Symbolic, ...]
    input_ratio: Symbolic
    target_ratio: Symbolic

    @property
    def input_information(self) -> Symbolic:
        """I(X;Z) in nats."""
        return sympy.log(self.input_ratio) / 2

    @property
    def target_information(self) -> Symbolic:
        """I(Z;T) in nats."""
        return sympy.log(self.target_ratio) / 2


def optimum(remaining: Sequence[object], price: object) -> Bottleneck:
    """The optimal ratios for numbers lambda_i and beta, exact.

    Raises: SpecificationError for a share outside (0, 1] or a price outside (0, 1).
    """
    shares = [rational(exact(each, "a remaining share")) for each in remaining]
    cost = rational(exact(price, "the price"))
    if not shares or not all(0 < each <= 1 for each in shares):
        raise SpecificationError(f"the remaining shares are {list(remaining)!r}; each must lie above 0 and at most at 1 (at 0 the target fixes the input).")
    if not 0 < cost < 1:
        raise SpecificationError(f"the price is {price!r}; it must lie between 0 (where Z = X is best) and 1 (where nothing is kept).")
    ratios = tuple(best_ratio(each, cost) if cost < critical_price(each) else sympy.S.Zero for each in shares)
    kept = sympy.prod([1 + each for each in ratios])
    return Bottleneck(ratios, kept, kept / sympy.prod([1 + share * each for share, each in zip(shares, ratios, strict=True)]))


def curve(input_ratio: Symbolic, remaining: Sequence[Symbolic]) -> Symbolic:
    """I(Z;T) in nats as a function of exp(2 I(X;Z)) on the piece of the information curve that uses exactly these directions.

    I(X;Z) - n/2 log(prod (1 - lambda_i)^(1/n) + exp(2 I(X;Z)/n) prod lambda_i^(1/n)), n the number of directions.
    """
    count = sympy.Integer(len(remaining))
    gained = sympy.prod([1 - each for each in remaining]) ** (1 / count)
    lost = (input_ratio * sympy.prod(remaining)) ** (1 / count)
    return sympy.log(input_ratio) / 2 - count / 2 * sympy.log(gained + lost)


def ascent(projection: Symbolic, covariance: Symbolic, conditional: Symbolic, price: Symbolic) -> Symbolic:
    """The gradient of I(Z;T) - beta I(X;Z) in the matrix A, for Sigma_X = `covariance` and Sigma_{X|T} = `conditional`.

    (1 - beta)(A Sigma_X A^T + I)^(-1) A Sigma_X - (A Sigma_{X|T} A^T + I)^(-1) A Sigma_{X|T}.
    """
    unit = sympy.eye(projection.rows)
    whole = (projection * covariance * projection.T + unit).inv() * projection * covariance
    left = (projection * conditional * projection.T + unit).inv() * projection * conditional
    return (1 - price) * whole - left


def projection(covariance: Symbolic, conditional: Symbolic, price: Symbolic) -> Symbolic:
    """The optimal A, one row per direction in use: the left eigenvectors of Sigma_{X|T} Sigma_X^(-1), scaled to their best ratios.

    Within an eigenspace they are made orthogonal in the inner product of Sigma_X.

    Raises: SpecificationError where no direction is worth the price.
    """
    rows: list[Symbolic] = []
    for remaining, _, vectors in (conditional * covariance.inv()).T.eigenvects():
        if not (critical_price(remaining) - price).is_positive:
            continue
        chosen: list[Symbolic] = []
        for vector in vectors:
            direction = vector.T - sum(((vector.T * covariance * each.T)[0] * each for each in chosen), sympy.zeros(1, covariance.rows))
            chosen.append(direction / sympy.sqrt((direction * covariance * direction.T)[0]))
        rows += [sympy.sqrt(best_ratio(remaining, price)) * each for each in chosen]
    if not rows:
        raise SpecificationError(f"no direction of X is worth the price {price}; take one below the largest 1 - lambda.")
    return sympy.Matrix.vstack(*rows)
