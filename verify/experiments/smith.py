"""The noise variance from which -1 and 1, equally likely, are the best input of amplitude at most 1 (Smith, 1971), by two formulas.

D(x) is the divergence of p(y|x) from the output of the two levels. Where D(0) <= D(1) they are best (the ledger's claim `saturation`), and
D(0) - D(1) grows as the noise falls.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import integrate, optimize

from infograd.numeric.theory.antipodal import divergence_from_antipodal
from infograd.quantity import Doubt
from infograd.verdict import Comparison, Side
from infograd.verify.comparing import compare
from infograd.verify.policy import STANDARD

LOW, HIGH = 0.25, 0.5
REACH, GRID_SUM = 12.0, 2.0**-46


def _excess_of_centre(noise: float) -> float:
    centre, edge = divergence_from_antipodal(noise, np.array([0.0, 1.0]))
    return float(centre - edge)


def _by_integral(noise: float) -> tuple[float, float]:
    """D(0) - D(1) = E[log cosh((1 + N)/s2) - log cosh(N/s2)] - 1/(2 s2), and the error that the integration states."""
    deviation = math.sqrt(noise)

    def integrand(n: float) -> float:
        above, below = (1 + n) / noise, n / noise
        difference = np.logaddexp(above, -above) - np.logaddexp(below, -below)
        return float(difference) * math.exp(-n * n / (2 * noise)) / math.sqrt(2 * math.pi * noise)

    ends = (-REACH * deviation, REACH * deviation)
    value, error = integrate.quad(integrand, *ends, epsabs=1e-13, epsrel=1e-13, points=[-1.0, 0.0], limit=200)
    return value - 1 / (2 * noise), error


def least_noise() -> Comparison:
    """The root of D(0) - D(1) in the noise variance by both formulas; the error of a root is the function's over its slope, and what the search leaves."""
    left = 4 * math.ulp(HIGH)
    first = float(optimize.brentq(_excess_of_centre, LOW, HIGH, xtol=left))
    second = float(optimize.brentq(lambda noise: _by_integral(noise)[0], LOW, HIGH, xtol=left))
    step = 2.0**-10
    slope = abs(_by_integral(first + step)[0] - _by_integral(first - step)[0]) / (2 * step)
    sides = (
        Side("numeric", "divergence on a grid", first, Doubt(estimated=GRID_SUM / slope + left)),
        Side("verify", "E log cosh by scipy's quad", second, Doubt(estimated=_by_integral(second)[1] / slope + left)),
    )
    return compare("noise variance s2 where D(0) = D(1)", (), *sides, floor=0.0, alpha=STANDARD.alpha, policy=STANDARD)
