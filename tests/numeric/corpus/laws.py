"""Standard laws at location 0 and scale 1: density, the places where it is not smooth, how far it reaches, and its entropy."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from flint import acb, arb
from scipy import special

from tests.numeric.corpus.arithmetic import ball

BREAKS: dict[str, tuple[int, ...]] = {"Laplace": (0,), "Exponential": (0,), "Uniform": (0, 1)}
JUMPS: dict[str, dict[int, int]] = {"Exponential": {0: 1}, "Uniform": {0: 1, 1: -1}}


def real(value: Any) -> Any:
    """The midpoint of the real part."""
    return (value.real if isinstance(value, acb) else value).mid()


def norming(freedom: Fraction) -> Any:
    """The density of Student's law at 0."""
    n = ball(freedom)
    return ((n + 1) / 2).gamma() / ((n / 2).gamma() * (n * arb.pi()).sqrt())


def densities(kind: str, places: Sequence[Any], freedom: Fraction, constant: Any) -> list[Any]:
    """The density at balls, real or complex; `constant` is 1/sqrt(2 pi), or the norming of Student's law."""
    match kind:
        case "Normal":
            minus = arb(-1) / 2
            return [constant * (u * u * minus).exp() for u in places]
        case "Logistic":
            falls = [(-u).exp() if real(u) > 0 else u.exp() for u in places]
            return [e / ((1 + e) * (1 + e)) for e in falls]
        case "Laplace":
            return [((-u).exp() if real(u) > 0 else u.exp()) / 2 for u in places]
        case "Exponential":
            return [(-u).exp() if real(u) > 0 else 0 * u for u in places]
        case "Uniform":
            return [0 * u + (1 if 0 < real(u) < 1 else 0) for u in places]
    inverse, half = 1 / ball(freedom), (freedom + 1) / 2
    if half.denominator == 1:
        return [constant / (1 + u * u * inverse) ** half.numerator for u in places]
    if half.denominator == 2:
        return [constant / (1 + u * u * inverse).sqrt() ** half.numerator for u in places]
    return [constant * (-(1 + u * u * inverse).log() * ball(half)).exp() for u in places]


def constant_of(kind: str, freedom: Fraction) -> Any:
    """What `density` takes as its constant."""
    return norming(freedom) if kind == "StudentT" else 1 / (2 * arb.pi()).sqrt()


def log_slopes(kind: str, places: Sequence[Any], freedom: Fraction) -> list[Any]:
    """d log density/du at real balls."""
    match kind:
        case "Normal":
            return [-u for u in places]
        case "Logistic":
            return [-(u / 2).tanh() for u in places]
        case "Laplace":
            return [arb(-1 if real(u) > 0 else 1) for u in places]
        case "Exponential":
            return [arb(-1)] * len(places)
        case "Uniform":
            return [arb(0)] * len(places)
    n = ball(freedom)
    return [-(n + 1) * u / (n + u * u) for u in places]


def entropy(kind: str, freedom: Fraction) -> Any:
    """The differential entropy in nats."""
    if kind == "Normal":
        return (2 * arb.pi() * arb(1).exp()).log() / 2
    if kind == "StudentT":
        n = ball(freedom)
        return (n + 1) / 2 * (((n + 1) / 2).digamma() - (n / 2).digamma()) - norming(freedom).log()
    return {"Logistic": arb(2), "Laplace": 1 + arb(2).log(), "Exponential": arb(1), "Uniform": arb(0)}[kind]


def planned(kind: str, u: Any, freedom: Fraction, side: Any) -> Any:
    """The density at doubles, continued from the side of its breaks on which `side` stands."""
    with np.errstate(all="ignore"):
        match kind:
            case "Normal":
                return np.exp(-0.5 * u * u) / math.sqrt(2 * math.pi)
            case "Logistic":
                return special.expit(u) * special.expit(-u)
            case "Laplace":
                return 0.5 * np.exp(np.where(np.asarray(side) > 0, -u, u))
            case "Exponential":
                return np.where(np.asarray(side) > 0, np.exp(-u), 0.0 * u)
            case "Uniform":
                return 0.0 * u + np.where((np.asarray(side) > 0) & (np.asarray(side) < 1), 1.0, 0.0)
        return float(norming(freedom)) * (1 + u * u / float(freedom)) ** (-(float(freedom) + 1) / 2)


def reach(kind: str, freedom: Fraction) -> tuple[float, float]:
    """An interval outside which less than about 1e-38 of the mass lies."""
    if kind == "Normal":
        return (-13.25, 13.25)
    if kind == "Uniform":
        return (0.0, 1.0)
    if kind == "StudentT":
        far = math.sqrt(float(freedom)) * 10 ** (36 / float(freedom))
        return (-far, far)
    return (0.0 if kind == "Exponential" else -88.0, 88.0)
