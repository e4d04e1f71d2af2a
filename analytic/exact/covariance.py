"""Covariance matrices of affine forms, and the information that Gaussian vectors with such a covariance share."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from flint import arb

from infograd.analytic.affine import Form, LinearChannel, Primitive
from infograd.analytic.exact.elementary import HALF, ONE, is_zero
from infograd.analytic.exact.jet import Jet, constant_jet
from infograd.analytic.refusal import UndecidedError
from infograd.analytic.ring import Element, Ring


def covariance(ring: Ring[Element], linear: LinearChannel[Element], rows: Sequence[Form[Element]]) -> list[list[Element]]:
    """L K L^T for the coefficient rows L of the forms and the block-diagonal covariance K of all primitives."""
    moved = [_times_covariance(ring, linear, row) for row in rows]
    return _mirrored([[_inner(ring, row, moved[column]) for column in range(position + 1)] for position, row in enumerate(rows)])


def _mirrored(lower: Sequence[Sequence[Element]]) -> list[list[Element]]:
    """The symmetric matrix with that lower triangle."""
    return [[lower[max(row, column)][min(row, column)] for column in range(len(lower))] for row in range(len(lower))]


def _times_covariance(ring: Ring[Element], linear: LinearChannel[Element], row: Form[Element]) -> dict[Primitive, Element]:
    result: dict[Primitive, Element] = {}
    for (name, position), coefficient in row.coefficients.items():
        for other, entry in enumerate(linear.covariances[name][position]):
            product = ring.operate("multiply", coefficient, entry)
            place = (name, other)
            result[place] = ring.operate("add", result[place], product) if place in result else product
    return result


def _inner(ring: Ring[Element], row: Form[Element], moved: dict[Primitive, Element]) -> Element:
    shared = [ring.operate("multiply", coefficient, moved[primitive]) for primitive, coefficient in row.coefficients.items() if primitive in moved]
    return reduce(lambda left, right: ring.operate("add", left, right), shared, ring.constant(0))


def conditioned(matrix: list[list[Jet]], count: int) -> list[list[Jet]]:
    """The conditional covariance of the later entries given the first `count`.

    Raises: UndecidedError where a ball does not separate a pivot from zero.
    """
    for _ in range(count):
        pivot = _nonzero(matrix[0][0])
        column = [row[0] for row in matrix[1:]]
        scaled = [entry / pivot for entry in column]
        lower = [
            [entry - left * right if left.terms and right.terms else entry for entry, right in zip(row[1 : place + 2], column, strict=False)]
            for place, (row, left) in enumerate(zip(matrix[1:], scaled, strict=True))
        ]
        matrix = _mirrored(lower)
    return matrix


def _nonzero(pivot: Jet) -> Jet:
    if is_zero(pivot.constant) is not False:
        raise UndecidedError("a conditional variance is not separated from zero by balls")
    return pivot


def determinant(matrix: list[list[Jet]], one: Jet) -> Jet:
    """The determinant of a positive definite matrix, as the product of its pivots."""
    result = one
    while matrix:
        result = result * _nonzero(matrix[0][0])
        matrix = conditioned(matrix, 1)
    return result


def shared_information(matrix: list[list[Jet]], given: int, left: int, order: int) -> Jet:
    """I(A;B|C) = 1/2 log(det S_B|C / det S_B|AC) in nats, for a covariance with C's `given` entries first, then A's `left`, then B's.

    Source: arXiv:2601.01789, eqs. (33), (65), for matrices.
    """
    between = conditioned(matrix, given)
    if not any(entry.terms for row in between[:left] for entry in row[left:]):
        return Jet({}, order)
    one = constant_jet(ONE, order)
    ratio = determinant([row[left:] for row in between[left:]], one) / determinant(conditioned(between, left), one)
    return ratio.apply("log") * constant_jet(HALF, order)


def differential_entropy(matrix: list[list[Jet]], given: int, order: int) -> Jet:
    """h(A|C) = 1/2 log((2 pi e)^n det S_A|C) in nats, for a covariance with C's `given` entries first, then the n of A.

    Source: arXiv:2601.01789, eq. (8).
    """
    left_over = conditioned(matrix, given)
    unit = constant_jet(len(left_over) * (2 * arb.pi() * arb(1).exp()).log() / 2, order)
    return determinant(left_over, constant_jet(ONE, order)).apply("log") * constant_jet(HALF, order) + unit
