"""Changes of the variable of integration: the standard variable v of a source as a function of t."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.numeric.corpus.laws import reach


@dataclass(frozen=True, slots=True)
class Substitution:
    """v(t) and dv/dt in balls, v(t) and dv/dt in doubles, and the interval of t."""

    value: Callable[[Any], Any]
    slope: Callable[[Any], Any]
    planned: Callable[[Any], Any]
    planned_slope: Callable[[Any], Any]
    low: float
    high: float


def _identity(low: float, high: float) -> Substitution:
    return Substitution(lambda t: t, lambda t: 1 + 0 * t, lambda t: t, np.ones_like, low, high)


def _sinh(low: float, high: float) -> Substitution:
    return Substitution(lambda t: t.sinh(), lambda t: t.cosh(), np.sinh, np.cosh, math.asinh(low), math.asinh(high))


def _exponential() -> Substitution:
    whole = math.e - 1

    def total(t: Any) -> Any:
        return (0 * t + 1).exp() - 1

    return Substitution(lambda t: (t.exp() - 1) / total(t), lambda t: t.exp() / total(t), lambda t: np.expm1(t) / whole, lambda t: np.exp(t) / whole, 0.0, 1.0)


def plain(kind: str, freedom: Any) -> Substitution:
    """v itself, and sinh t behind power tails."""
    return (_sinh if kind == "StudentT" else _identity)(*reach(kind, freedom))


def bent(kind: str, freedom: Any) -> Substitution:
    """sinh t, and (exp t - 1)/(e - 1) on the unit interval."""
    return _exponential() if kind == "Uniform" else _sinh(*reach(kind, freedom))
