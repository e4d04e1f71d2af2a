"""Log-densities of scalar laws with first and second derivatives in the place and in all that moves the law's arguments.

With the primitive v = (z - location)/scale, log p = log g(v) - log scale, g the density of the standard law.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import special

from infograd.expression import Expression
from infograd.law import Law, Logistic, Mixture, Normal, StudentT
from infograd.numeric.density import log_sum
from infograd.numeric.interpreter import Floats
from infograd.numeric.limit import LimitError
from infograd.numeric.networks.expansion import mapped, turns
from infograd.numeric.single.jet import JETS, Jet, add, chained, crossed, divide, multiply, negative, subtract

Reading = Callable[[Expression], Jet]


def grown(log: Jet) -> dict[tuple[int, int], Floats]:
    """The second derivatives of exp(log), divided by it: l_ab + l_a l_b."""
    found = {pair: 0.5 * term for pair, term in crossed(log.first, log.first).items()}
    for pair, term in turns(log).items():
        found[pair] = found[pair] + term if pair in found else term
    return found


def log_density(law: Law, place: Jet, reading: Reading) -> Jet:
    """log p(place) with derivatives, the law's arguments read from their expressions.

    Raises: LimitError for a law whose density is not smooth.
    """
    match law:
        case Normal():
            v, scale = _standard(place, reading(law.mean), JETS["sqrt"](reading(law.covariance)))
            log = chained(v, -0.5 * v.value**2 - 0.5 * np.log(2 * np.pi), lambda: -v.value, lambda: -1.0)
        case Logistic():
            v, scale = _standard(place, reading(law.location), reading(law.scale))
            size = np.abs(v.value)
            value = -size - 2 * np.log1p(np.exp(-size))
            log = chained(v, value, lambda: -np.tanh(v.value / 2), lambda: -2 * np.exp(value))
        case StudentT():
            v, scale = _standard(place, reading(law.location), reading(law.scale))
            log = _student(v, reading(law.freedom))
        case Mixture():
            weights = reading(law.weights)
            shares = [mapped(weights, lambda field, part=part: field[part]) for part in range(len(law.components))]  # type: ignore[misc]  # the default binds the loop's number
            return _mixed([add(log_density(part, place, reading), JETS["log"](share)) for part, share in zip(law.components, shares, strict=True)])
        case _:
            raise LimitError(f"the density of {type(law).__name__} has kinks or jumps")
    return subtract(log, JETS["log"](scale))


def _standard(place: Jet, location: Jet, scale: Jet) -> tuple[Jet, Jet]:
    return divide(subtract(place, location), scale), scale


def _student(v: Jet, freedom: Jet) -> Jet:
    """log g of the law with n degrees of freedom: a constant of n, less (n+1)/2 log(1 + v^2/n)."""
    n, half = freedom.value, (freedom.value + 1) / 2
    constant = chained(
        freedom,
        special.gammaln(half) - special.gammaln(n / 2) - 0.5 * np.log(np.pi * n),
        lambda: 0.5 * (special.digamma(half) - special.digamma(n / 2) - 1 / n),
        lambda: 0.25 * (special.polygamma(1, half) - special.polygamma(1, n / 2)) + 0.5 / n**2,
    )
    ratio = divide(multiply(v, v), freedom)
    slope = 1 / (1 + ratio.value)
    tail = chained(ratio, np.log1p(ratio.value), lambda: slope, lambda: -(slope**2))
    power = chained(freedom, half, lambda: 0.5, lambda: 0.0)
    return add(constant, negative(multiply(power, tail)))


def _mixed(logs: list[Jet]) -> Jet:
    """log of the sum of exponentials; the derivatives are averages over the parts by their shares."""
    values = np.stack(np.broadcast_arrays(*(log.value for log in logs)))
    total = log_sum(values)
    shares = np.exp(values - np.where(np.isfinite(total), total, 0.0))
    first: dict[int, Floats] = {}
    second: dict[tuple[int, int], Floats] = {}
    for share, log in zip(shares, logs, strict=True):
        for key, slope in log.first.items():
            first[key] = first.get(key, 0.0) + share * slope
        for pair, term in grown(log).items():
            second[pair] = second.get(pair, 0.0) + share * term
    for pair, term in crossed(first, first).items():
        second[pair] = second.get(pair, 0.0) - 0.5 * term
    return Jet(total, first, second)
