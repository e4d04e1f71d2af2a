"""The multipath channel in closed form, in both readings, and its optima under alpha^2 + beta^2 = B.

Form A: Y = (alpha X + N1) + beta (X + N2) + N3, gain g = alpha + beta, noise v = s1 + beta^2 s2 + s3.
Form B: Y = beta (alpha X + N1) + (X + N2) + N3, gain g = alpha beta + 1, noise v = beta^2 s1 + s2 + s3.
X ~ N(0, P), Var N_i = s_i, I = 1/2 log(1 + P g^2/v) nats.

On the circle, with D = alpha d/dbeta - beta d/dalpha the derivative along it, D(g^2/v) = g h/v^2 with h = 2 v Dg - g Dv.
Written in t = alpha/beta with 1 = (alpha^2 + beta^2)/B put where it makes h homogeneous, h is a form in (alpha, beta), and
its real roots t are the stationary points with g != 0, two (alpha, beta) and -(alpha, beta) for each.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy  # type: ignore[import-untyped]  # sympy ships no type information

from infograd.analytic.expression import Symbolic
from infograd.error import SpecificationError

alpha, beta, ratio = sympy.symbols("alpha beta t", real=True)
power, s1, s2, s3, budget = sympy.symbols("P s1 s2 s3 B", positive=True)


@dataclass(frozen=True, slots=True)
class Multipath:
    """A reading of eqs. (42)-(44): the gain g and the noise variance v as polynomials in alpha, beta and the variances."""

    name: str
    gain: Symbolic
    noise: Symbolic

    @property
    def signal_to_noise(self) -> Symbolic:
        """P g^2 / v."""
        return power * self.gain**2 / self.noise

    @property
    def information(self) -> Symbolic:
        """I(X;Y) in nats.

        Source: arXiv:2601.01789, eq. (44).
        """
        return sympy.log(1 + self.signal_to_noise) / 2

    def slope(self, parameter: Symbolic) -> Symbolic:
        """dI = P g (2 v dg - g dv) / (2 v (v + P g^2)), the form (dv_Y/v_Y - dv/v)/2 with v_Y = v + P g^2.

        Source: arXiv:2601.01789, eqs. (45)-(46).
        """
        change, spread = sympy.diff(self.gain, parameter), sympy.diff(self.noise, parameter)
        return power * self.gain * (2 * self.noise * change - self.gain * spread) / (2 * self.noise * (self.noise + power * self.gain**2))

    @property
    def stationary_polynomial(self) -> Symbolic:
        """h on the circle as a polynomial in t = alpha/beta, without its factor 2 beta^k/B, k the degree."""
        on_circle = (alpha**2 + beta**2) / budget

        def homogeneous(expression: Symbolic, degree: int) -> Symbolic:
            terms = sympy.Poly(expression, alpha, beta).terms()
            return sum(factor * alpha**i * beta**j * on_circle ** ((degree - i - j) // 2) for (i, j), factor in terms)

        def along(expression: Symbolic) -> Symbolic:
            return alpha * sympy.diff(expression, beta) - beta * sympy.diff(expression, alpha)

        degree = sympy.Poly(self.gain, alpha, beta).total_degree()
        gain, noise = homogeneous(self.gain, degree), homogeneous(self.noise, 2)
        form = sympy.expand(budget * (2 * noise * along(self.gain) - gain * along(self.noise)) / 2)
        return sympy.expand(form.subs({alpha: ratio, beta: 1}))


FORM_A = Multipath("A", alpha + beta, s1 + beta**2 * s2 + s3)
FORM_B = Multipath("B", alpha * beta + 1, beta**2 * s1 + s2 + s3)


@dataclass(frozen=True, slots=True)
class Optimum:
    """A maximiser, its sign chosen with alpha > 0, and the information there in nats."""

    alpha: Symbolic
    beta: Symbolic
    information: Symbolic


def optimum_a() -> Optimum:
    """Form A's only maximum on the circle up to sign, in all variances; also the maximum on the disc alpha^2 + beta^2 <= B.

    With s = s1 + s3: beta = s alpha/(s + s2 B) and I* = 1/2 log(1 + P (B/s + B/(s + s2 B))). Only: the stationary polynomial
    is (t^2 + 1)(s t - s - s2 B), which has one real root, and where g = 0 the information is 0. On the disc: along a ray
    g^2/v = c r^2/(s + d r^2) grows with r.
    """
    s = s1 + s3
    scale = sympy.sqrt(budget / ((s + s2 * budget) ** 2 + s**2))
    return Optimum((s + s2 * budget) * scale, s * scale, sympy.log(1 + power * (budget / s + budget / (s + s2 * budget))) / 2)


@dataclass(frozen=True, slots=True)
class Stationary:
    """A stationary point on the circle, one of the pair (alpha, beta) and -(alpha, beta): I in nats, and the second derivative's sign along the circle."""

    alpha: Symbolic
    beta: Symbolic
    gain: Symbolic
    information: Symbolic
    curvature: int

    @property
    def kind(self) -> str:
        """A "maximum" or a "minimum" along the circle."""
        return "maximum" if self.curvature < 0 else "minimum"


def stationary_points_b(values: dict[Symbolic, Symbolic]) -> tuple[Stationary, ...]:
    """Every stationary point of form B on the circle up to sign, for rational values of P, s1, s2, s3 and B other than 2, sorted by t.

    With w = s2 + s3 the stationary polynomial is w t^4 - s1 t^3 - s1 t - (s1 B + w): by Descartes' rule it has exactly one positive
    and one negative root. At a root, D^2(g^2/v) has the sign of -g h'(t). Where g = 0, which is t^2 + B t + 1 = 0 and
    real for B >= 2, I = 0 is a minimum. Roots are isolated and signs decided exactly; the coordinates are expressions in the roots.
    A maximum on the circle is one on the disc alpha^2 + beta^2 <= B: r d(g^2/v)/dr has the sign of g (g (v + w) - 2 v), positive for g < 0,
    and at the positive root because there w t > s1.
    Raises: SpecificationError where a value is missing, is not a positive rational, or the budget is 2.
    """
    for symbol in (power, s1, s2, s3, budget):
        value = sympy.sympify(values.get(symbol, 0))
        if not (value.is_Rational and value > 0):
            raise SpecificationError(f"{symbol} is {values.get(symbol)!r}; give every variance and the budget a positive rational value.")
    if sympy.sympify(values[budget]) == 2:
        raise SpecificationError("the budget is 2, where a minimum and the zeros of the gain fall together; choose another.")
    slope: Symbolic = sympy.Poly(FORM_B.stationary_polynomial.subs(values), ratio)
    gain: Symbolic = sympy.Poly(ratio**2 + values[budget] * ratio + 1, ratio)
    found = {root: -_sign_at_root(gain, slope, place) * _sign_at_root(slope.diff(), slope, place) for place, root in enumerate(slope.real_roots())}
    zeros = gain.real_roots()
    points = [(root, 1 + values[budget] * root / (1 + root**2), curvature) for root, curvature in found.items()] + [(root, sympy.S.Zero, 1) for root in zeros]
    return tuple(_point(root, gain, curvature, values) for root, gain, curvature in sorted(points, key=lambda point: sympy.N(point[0])))


def _sign_at_root(polynomial: Symbolic, other: Symbolic, place: int) -> int:
    """The sign of a polynomial at the other's real root number `place`, from an isolating interval that holds no root of it."""
    width = sympy.Rational(1, 16)
    while True:
        (low, high), _ = other.intervals(eps=width)[place]
        if not polynomial.count_roots(low, high):
            return int(sympy.sign(polynomial.eval((low + high) / 2)))
        width /= 16


def _point(root: Symbolic, gain: Symbolic, curvature: int, values: dict[Symbolic, Symbolic]) -> Stationary:
    second = sympy.sqrt(values[budget] / (1 + root**2))
    noise = values[s1] * values[budget] / (1 + root**2) + values[s2] + values[s3]
    return Stationary(root * second, second, gain, sympy.log(1 + values[power] * gain**2 / noise) / 2, curvature)


def spurious_threshold() -> Symbolic:
    """The budget above which form B has a second pair of maxima on the circle: 2, for all variances.

    Up to sign there are two stationary points with g != 0. Below the threshold g > 0 on the whole circle, and they are the maximum
    and the minimum of g^2/v. Above it g changes sign at two places, I = 0 there, and each of the two arcs between them holds one
    of the two points: both are maxima. One passes into the other only where a stationary point meets a zero of g, which is
    at a root in B of the resultant in t of the stationary polynomial and t^2 + B t + 1; this is its only positive root.
    """
    resultant = sympy.resultant(FORM_B.stationary_polynomial, ratio**2 + budget * ratio + 1, ratio)
    (threshold,) = (root for root in sympy.roots(sympy.Poly(resultant, budget)) if root.is_positive)
    return threshold
