"""The second derivatives of the information on a lattice, exactly those of its sum over cells.

With r = log P(a,b,c) P(c) / (P(a,c) P(b,c)) the sum over cells has dI = sum dP r, so that

    d2I/(da db) = sum d2P/(da db) r + sum dP/da dr/db.

P is linear in every factor F: with the weights W of a factor in sum P r, and their derivatives along b, in which r moves as well as the
other factors, it is the sum over factors of W d2F/(da db) + dW/db dF/da. One sweep forward and one back serve all a.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from infograd.numeric.interpreter import Floats
from infograd.numeric.networks.contraction import Contracted
from infograd.numeric.networks.curved_factor import Curved, Term

AXES = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Hessian:
    """Second derivatives as a square array over entries, the sizes of what each was summed from, and the errors that no rounding of sums explains."""

    values: Floats
    sizes: Floats
    left: Floats


def hessian(found: Contracted, factors: Sequence[Curved], ratio: Floats, sides: tuple[AXES, AXES], count: int) -> Hessian:
    """The second derivatives in `count` entries of the sum of masses * ratio that was contracted from the factors; `sides` are the axes of A and of B.

    The array is symmetric but for rounding, and what it is off by counts in `left`, with what the tails beyond the grids may add.
    """
    masses = np.asarray(found.values.real)
    arrays = [np.asarray(array) for _, array in found.parts[: len(factors)]]
    adjoints = found.adjoints(ratio)
    values, sizes, left = np.zeros((3, count, count))

    def put(one: int, other: int, term: Term) -> None:
        values[one, other] += term.value
        sizes[one, other] += term.size
        left[one, other] += term.beyond

    for factor, array, weight in zip(factors, arrays, adjoints, strict=False):
        for (one, other), term in factor.turns(np.asarray((weight * array).real, dtype=np.float64)).items():
            for pair in {(one, other), (other, one)}:
                put(*pair, term)
    spreads = np.zeros((2, count))
    for other in range(count):
        tangents = [factor.tangent(other) for factor in factors]
        if all(tangent is None for tangent in tangents):
            continue
        moved = found.moved(tangents)
        last = moved[len(found.parts) - 1]
        assert last is not None  # some factor moves, and the result with it
        turn, spreads[:, other] = _ratio_slope(masses, np.asarray(found.ordered(last).real), sides)
        for factor, array, weight in zip(factors, arrays, found.turned(adjoints, turn, moved, len(factors)), strict=True):
            for one, term in factor.slopes(np.asarray((weight * array).real, dtype=np.float64)).items():
                put(one, other, term)
    sizes += np.sqrt(np.outer(*spreads))
    return Hessian((values + values.T) / 2, (sizes + sizes.T) / 2, np.maximum(left, left.T) + np.abs(values - values.T))


def _ratio_slope(masses: Floats, moved: Floats, sides: tuple[AXES, AXES]) -> tuple[Floats, tuple[float, float]]:
    """dr where the masses move, and the sums of P (dP/P)^2 and of P (the absolute terms of dr)^2.

    The roots of their products bound what the absolute terms of sum dP dr add up to.
    """
    a, b = sides
    terms = [np.divide(top, part, out=np.zeros_like(part), where=part > 0) for part, top in ((masses, moved), *_margins(masses, moved, (a + b, b, a)))]
    slope = np.where(masses > 0, terms[0] + terms[1] - terms[2] - terms[3], 0.0)
    size = np.abs(terms[0]) + np.abs(terms[1]) + np.abs(terms[2]) + np.abs(terms[3])
    return slope, (float(np.vdot(masses, terms[0] ** 2)), float(np.vdot(masses, size**2)))


def _margins(masses: Floats, moved: Floats, over: tuple[AXES, ...]) -> list[tuple[Floats, Floats]]:
    return [(masses.sum(axis=axes, keepdims=True), moved.sum(axis=axes, keepdims=True)) for axes in over]
