"""The least information that keeps a Gaussian source within a mean square distortion, and the channel that attains it.

R(D) = 1/2 log(v/D) in nats for X ~ N(0, v) and D <= v, by the test channel Xhat = (1 - D/v) X + N(0, D (1 - D/v)), the backward
channel X = Xhat + N(0, D) read forwards. Independent components share D by reverse water-filling.
Source: T. Berger, Rate Distortion Theory (1971), section 4.5; T. M. Cover, J. A. Thomas, Elements of Information Theory (2006), section 10.3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sympy  # type: ignore[import-untyped]  # sympy ships no type information

from infograd.analytic.expression import Symbolic
from infograd.analytic.forms.symbolic import rational
from infograd.array import exact
from infograd.error import SpecificationError


@dataclass(frozen=True, slots=True)
class TestChannel:
    """Xhat = gain X + N(0, noise) on X ~ N(0, variance)."""

    __test__ = False  # pytest would collect a class of this name

    variance: Symbolic
    gain: Symbolic
    noise: Symbolic

    @property
    def distortion(self) -> Symbolic:
        """E(X - Xhat)^2."""
        return (1 - self.gain) ** 2 * self.variance + self.noise

    @property
    def ratio(self) -> Symbolic:
        """exp(2 I(X;Xhat)) = 1 + gain^2 variance/noise."""
        return 1 + self.gain**2 * self.variance / self.noise


def best_test_channel(variance: Symbolic, distortion: Symbolic) -> TestChannel:
    """The channel of least I(X;Xhat) at that distortion, 0 < D < v.

    Raises: SpecificationError for a number D outside these bounds; a symbol is taken to lie within.
    """
    variance, distortion = sympy.sympify(variance), sympy.sympify(distortion)
    if distortion.is_nonpositive or (variance - distortion).is_nonpositive:
        raise SpecificationError(f"the distortion is {distortion} and the variance {variance}; the distortion must lie above 0 and below the variance.")
    gain = 1 - distortion / variance
    return TestChannel(variance, gain, distortion * gain)


def excess(variance: Symbolic, distortion: Symbolic, gain: Symbolic) -> Symbolic:
    """exp(2 I) - v/D of the linear channel with that gain and the noise D - (1 - gain)^2 v that the distortion leaves it.

    It equals v (gain - 1 + D/v)^2 / (D - (1 - gain)^2 v) times v/D: a square over a variance, so no gain does better than 1 - D/v.
    """
    return TestChannel(variance, gain, distortion - (1 - gain) ** 2 * variance).ratio - variance / distortion


@dataclass(frozen=True, slots=True)
class ReverseWaterFilling:
    """Distortions D_i = min(level, v_i), with the multipliers that certify them.

    Lagrangian sum 1/2 log(v_i/D_i) + price (sum D_i - D) + sum m_i (D_i - v_i): the problem is convex, so multipliers with
    1/(2 D_i) = price + m_i, m_i >= 0, m_i (D_i - v_i) = 0 prove the optimum.
    """

    variances: tuple[Symbolic, ...]
    distortions: tuple[Symbolic, ...]
    level: Symbolic

    @property
    def ratio(self) -> Symbolic:
        """exp(2 R) = prod v_i/D_i."""
        return sympy.prod([v / d for v, d in zip(self.variances, self.distortions, strict=True)])

    @property
    def rate(self) -> Symbolic:
        """R(D) in nats."""
        return sympy.log(self.ratio) / 2

    @property
    def price(self) -> Symbolic:
        """-dR/dD = 1/(2 level)."""
        return 1 / (2 * self.level)

    @property
    def multipliers(self) -> tuple[Symbolic, ...]:
        """m_i = 1/(2 D_i) - price, positive for the components that are left out."""
        return tuple(1 / (2 * each) - self.price for each in self.distortions)

    def certified(self) -> bool:
        """Whether the multipliers are non-negative and each meets its slackness, exactly."""
        slack = zip(self.multipliers, self.distortions, self.variances, strict=True)
        return all(multiplier >= 0 and 0 < d <= v and multiplier * (d - v) == 0 for multiplier, d, v in slack)


def reverse_water_filling(variances: Sequence[object], distortion: object) -> ReverseWaterFilling:
    """The optimal distortions of independent components N(0, v_i) for the sum D, exact.

    Raises: SpecificationError for a variance that is not positive and a distortion outside (0, sum v_i].
    """
    sizes = tuple(rational(exact(each, "a variance")) for each in variances)
    budget = rational(exact(distortion, "the distortion"))
    if not sizes or not all(each > 0 for each in sizes):
        raise SpecificationError(f"the variances are {list(variances)!r}; give at least one, all positive.")
    if not 0 < budget <= sum(sizes):
        raise SpecificationError(f"the distortion is {distortion!r}; it must be positive and at most the sum of the variances, {sum(sizes)}.")
    left, open_components = budget, len(sizes)
    for size in sorted(sizes):
        if size * open_components >= left:
            break
        left, open_components = left - size, open_components - 1
    level = left / open_components
    return ReverseWaterFilling(sizes, tuple(min(level, each) for each in sizes), level)
