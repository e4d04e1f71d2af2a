"""Standard forms of scalar laws: what a channel that is integrated panel by panel must know of its source and noise.

A law here is location + scale * U, with U the primitive. `breaks` are the places where the density of U is not smooth,
`jumps` those where it jumps, with the height of the jump; the interval holds all but 1e-19 of the mass on each side.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special

from infograd.law import Exponential, Laplace, Law, Logistic, Normal, Uniform
from infograd.numeric.density import TAIL
from infograd.numeric.interpreter import Dual, Floats, Interpreter
from infograd.numeric.limit import LimitError

FAR = -math.log(TAIL)


@dataclass(frozen=True, slots=True)
class Primitive:
    """The density of U, its logarithmic derivative between the breaks, its distribution function and its entropy in nats."""

    density: Callable[[Floats], Floats]
    score: Callable[[Floats], Floats]
    distribution: Callable[[Floats], Floats]
    entropy: float
    low: float
    high: float
    breaks: tuple[float, ...] = ()
    jumps: tuple[tuple[float, float], ...] = ()


def _laplace_distribution(u: Floats) -> Floats:
    tail = 0.5 * np.exp(-np.abs(u))
    return np.where(u < 0, tail, 1 - tail)


PRIMITIVES: dict[type[Law], Primitive] = {
    Normal: Primitive(
        lambda u: np.exp(-0.5 * u**2) / math.sqrt(2 * math.pi),
        lambda u: -u,
        lambda u: np.asarray(special.ndtr(u)),
        0.5 * math.log(2 * math.pi * math.e),
        float(special.ndtri(TAIL)),
        -float(special.ndtri(TAIL)),
    ),
    Logistic: Primitive(
        lambda u: np.asarray(special.expit(u) * special.expit(-u)),
        lambda u: -np.tanh(u / 2),
        lambda u: np.asarray(special.expit(u)),
        2.0,
        -FAR,
        FAR,
    ),
    Laplace: Primitive(lambda u: 0.5 * np.exp(-np.abs(u)), lambda u: -np.sign(u), _laplace_distribution, 1 + math.log(2), -FAR, FAR, (0.0,)),
    Exponential: Primitive(lambda u: np.exp(-u), lambda u: -np.ones_like(u), lambda u: -np.expm1(-np.maximum(u, 0.0)), 1.0, 0.0, FAR, (0.0,), ((0.0, 1.0),)),
    Uniform: Primitive(np.ones_like, np.zeros_like, lambda u: np.clip(u, 0.0, 1.0), 0.0, 0.0, 1.0, (0.0, 1.0), ((0.0, 1.0), (1.0, -1.0))),
}


def primitive_of(law: Law, place: str) -> Primitive:
    """The standard form of a law.

    Raises: LimitError for laws that have none here.
    """
    if law.shape or type(law) not in PRIMITIVES:
        kind = "a vector law" if law.shape else type(law).__name__
        raise LimitError(f"the law of {place} is {kind}; this method takes scalar laws of {', '.join(each.__name__ for each in PRIMITIVES)}")
    return PRIMITIVES[type(law)]


def _sum(left: Floats | None, right: Floats | None) -> Floats | None:
    return right if left is None else left if right is None else left + right


def location_and_scale(law: Law, interpreter: Interpreter) -> tuple[Dual, Dual]:
    """The location and the scale of a law, each with its tangent along the interpreter's direction."""
    match law:
        case Normal():
            variance, growth = interpreter(law.covariance)
            scale = np.sqrt(variance)
            return interpreter(law.mean), (scale, None if growth is None else 0.5 * growth / scale)
        case Uniform():
            (lower, shift), (upper, growth) = interpreter(law.lower), interpreter(law.upper)
            return (lower, shift), (upper - lower, _sum(growth, None if shift is None else -shift))
        case Laplace() | Logistic() | Exponential():
            return interpreter(law.location), interpreter(law.scale)
        case _:
            raise LimitError(f"the law {type(law).__name__} is not moved by a location and a scale alone")


def moved(shift: Floats | None, growth: Floats | None, primitive: Floats) -> Floats:
    """The pathwise derivative of location + scale * U at fixed U: shift + growth * U."""
    total = np.zeros_like(primitive)
    if shift is not None:
        total = total + shift
    return total if growth is None else total + growth * primitive
