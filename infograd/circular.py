"""Circular-complex signals in real form: CN(0, K) as a real Gaussian vector of twice the dimension, (real parts, imaginary parts).

    H = A + iB  ->  [[A, -B], [B, A]]          K = R + iJ  ->  1/2 [[R, -J], [J, R]]

so that Y = H X + Z with X ~ CN(0, P) and Z ~ CN(0, S) is the real channel of those matrices, and its information, with the
house's factor 1/2, is log det(I + H P H^* S^-1). A scalar is a 1 by 1 matrix. Parts are exact numbers, nested sequences of
them, or expressions in parameters.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import TypeAlias

from infograd.error import SpecificationError
from infograd.expression import Constant, Expression, apply, as_expression
from infograd.law import Normal

Rows: TypeAlias = list[list[Expression]]
_HALF = Constant(Fraction(1, 2))


def _rows(part: Expression) -> Rows:
    """The entries of a matrix; a scalar is 1 by 1."""
    if not part.shape:
        return [[part]]
    if isinstance(part, Constant):
        return [[Constant(value) for value in row] for row in part.value]  # type: ignore[union-attr]  # the shape was checked: a matrix
    return [[part[row, column] for column in range(part.shape[1])] for row in range(part.shape[0])]


def _parts(what: str, real: object, imaginary: object) -> tuple[Rows, Rows]:
    left, right = as_expression(real), as_expression(imaginary)
    if right == Constant(0) and left.shape:
        right = Constant([[0] * left.shape[-1]] * left.shape[0])
    if left.shape != right.shape or len(left.shape) not in (0, 2):
        raise SpecificationError(
            f"{what} got a real part of shape {left.shape} and an imaginary part of shape {right.shape}; give both one shape, scalars or matrices."
        )
    return _rows(left), _rows(right)


def _negative(entry: Expression) -> Expression:
    return Constant(-entry.value) if isinstance(entry, Constant) else apply("negative", entry)  # type: ignore[operator]  # an entry is a scalar


def _block(real: Rows, imaginary: Rows) -> Expression:
    """[[real, -imaginary], [imaginary, real]], a constant where all entries are."""
    upper = [[*left, *map(_negative, right)] for left, right in zip(real, imaginary, strict=True)]
    lower = [[*right, *left] for left, right in zip(real, imaginary, strict=True)]
    return as_expression([*upper, *lower])


def real_matrix(real: object, imaginary: object = 0) -> Expression:
    """The real form of a complex matrix of m by n entries: 2m by 2n.

    Raises: SpecificationError for parts of different shapes, and for vectors.
    """
    return _block(*_parts("A complex matrix", real, imaginary))


def real_covariance(real: object, imaginary: object = 0) -> Expression:
    """The real form of a complex covariance E[Z Z^*] of n by n entries: 2n by 2n, with the factor 1/2.

    Constant parts must be Hermitian; of parts in parameters the covariance is checked where the question is born.
    Raises: SpecificationError for parts of different shapes or not square, and constants that are not Hermitian.
    """
    rows, columns = _parts("A complex covariance", real, imaginary)
    size = len(rows)
    if any(len(row) != size for row in rows):
        raise SpecificationError(f"A complex covariance got parts of {size} rows and {len(rows[0])} columns; give it a square matrix.")
    for row, column in product(range(size), repeat=2):
        entries = (rows[row][column], rows[column][row], columns[row][column], _negative(columns[column][row]))
        if all(isinstance(entry, Constant) for entry in entries) and (entries[0] != entries[1] or entries[2] != entries[3]):
            raise SpecificationError(
                f"A complex covariance must be Hermitian, and its entries [{row}][{column}] and [{column}][{row}] are not conjugate; "
                "write a symmetric real part and an antisymmetric imaginary one."
            )
    return _halved(_block(rows, columns))


def _halved(matrix: Expression) -> Expression:
    if isinstance(matrix, Constant):
        return Constant([[value / 2 for value in row] for row in matrix.value])  # type: ignore[union-attr,operator]  # a matrix of rationals
    return apply("multiply", _HALF, matrix)


def circular_normal(real: object, imaginary: object = 0) -> Normal:
    """The law CN(0, K) of n complex entries as the real Gaussian law of their 2n parts.

    Raises: SpecificationError as `real_covariance` does.
    """
    return Normal(0, real_covariance(real, imaginary))
