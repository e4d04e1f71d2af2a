"""Concavity of weighted sums of rates, decided as an identity of rational functions."""

from __future__ import annotations

import sympy  # type: ignore[import-untyped]  # sympy ships no type information

from infograd.analytic.expression import Symbolic
from infograd.analytic.network.polynomials import is_zero


def weighted_rates(terms: int, users: int) -> tuple[Symbolic, tuple[Symbolic, ...], Symbolic]:
    """F = sum_t w_t 1/2 log(N_t + sum_k a_tk P_k), the powers' symbols, and the square form 1/2 sum_t w_t (a_t.v)^2 / level_t^2 in v1, v2, ..."""
    powers = sympy.symbols(f"P1:{users + 1}", positive=True)
    direction = sympy.symbols(f"v1:{users + 1}", real=True)
    weights = sympy.symbols(f"w1:{terms + 1}", nonnegative=True)
    noises = sympy.symbols(f"N1:{terms + 1}", positive=True)
    gains = [sympy.symbols(f"a{term}_1:{users + 1}", nonnegative=True) for term in range(1, terms + 1)]
    levels = [noise + sympy.Add(*(a * p for a, p in zip(row, powers, strict=True))) for noise, row in zip(noises, gains, strict=True)]
    objective = sympy.Add(*(weight * sympy.log(level) / 2 for weight, level in zip(weights, levels, strict=True)))
    squares = [
        weight * sympy.Add(*(a * v for a, v in zip(row, direction, strict=True))) ** 2 / (2 * level**2)
        for weight, row, level in zip(weights, gains, levels, strict=True)
    ]
    return objective, powers, sympy.Add(*squares)


def hessian_is_negative(terms: int, users: int) -> bool:
    """Whether v^T (Hessian of F) v = -1/2 sum_t w_t (a_t.v)^2 / level_t^2 identically: no direction in which F bends upwards."""
    objective, powers, squares = weighted_rates(terms, users)
    direction = sympy.symbols(f"v1:{users + 1}", real=True)
    along = sympy.Add(*(sympy.diff(objective, p) * v for p, v in zip(powers, direction, strict=True)))
    twice = sympy.Add(*(sympy.diff(along, p) * v for p, v in zip(powers, direction, strict=True)))
    return is_zero(twice + squares)
