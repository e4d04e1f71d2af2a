"""The real form of circular-complex signals, against complex arithmetic in Gaussian rationals."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any, TypeAlias

import pytest
from flint import arb, ctx, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

import infograd as ig
from infograd import analytic
from infograd.circular import circular_normal, real_covariance, real_matrix
from infograd.evaluation import evaluate

Complex: TypeAlias = tuple[Fraction, Fraction]
Matrix: TypeAlias = list[list[Complex]]


def times(left: Complex, right: Complex) -> Complex:
    return left[0] * right[0] - left[1] * right[1], left[0] * right[1] + left[1] * right[0]


def plus(left: Complex, right: Complex) -> Complex:
    return left[0] + right[0], left[1] + right[1]


def product_of(left: Matrix, right: Matrix) -> Matrix:
    def entry(row: list[Complex], column: int) -> Complex:
        total: Complex = (Fraction(0), Fraction(0))
        for position, value in enumerate(row):
            total = plus(total, times(value, right[position][column]))
        return total

    return [[entry(row, column) for column in range(len(right[0]))] for row in left]


def adjoint(matrix: Matrix) -> Matrix:
    return [[(matrix[row][column][0], -matrix[row][column][1]) for row in range(len(matrix))] for column in range(len(matrix[0]))]


def determinant(matrix: Matrix) -> Complex:
    """By cofactors: nothing is divided."""
    if not matrix:
        return Fraction(1), Fraction(0)
    total: Complex = (Fraction(0), Fraction(0))
    for column, head in enumerate(matrix[0]):
        minor = [row[:column] + row[column + 1 :] for row in matrix[1:]]
        sign = (Fraction((-1) ** column), Fraction(0))
        total = plus(total, times(times(sign, head), determinant(minor)))
    return total


def determinant_of_reals(matrix: Any) -> Fraction:
    """The determinant of a real matrix."""
    return determinant([[(Fraction(value), Fraction(0)) for value in row] for row in matrix])[0]


def parts(matrix: Matrix) -> tuple[Any, Any]:
    """The real and the imaginary part."""
    return tuple([[value[part] for value in row] for row in matrix] for part in (0, 1))  # type: ignore[return-value]  # two of them


def constant(expression: ig.Expression) -> Any:
    return evaluate(expression, {})


NUMBERS = st.tuples(st.fractions(-2, 2, max_denominator=3), st.fractions(-2, 2, max_denominator=3))


def matrices(rows: int, columns: int) -> st.SearchStrategy[Matrix]:
    return st.lists(st.lists(NUMBERS, min_size=columns, max_size=columns), min_size=rows, max_size=rows)


@st.composite
def covariances(draw: st.DrawFn, size: int) -> Matrix:
    """M M^* + 1/2, Hermitian and positive definite."""
    factor = draw(matrices(size, size))
    full = product_of(factor, adjoint(factor))
    return [[plus(value, (Fraction(row == column, 2), Fraction(0))) for column, value in enumerate(line)] for row, line in enumerate(full)]


@settings(max_examples=30)
@given(matrices(2, 3), matrices(3, 1))
def test_the_real_form_of_a_matrix_moves_the_parts_as_the_matrix_moves_the_vector(gain: Matrix, vector: Matrix) -> None:
    moved = product_of(gain, vector)
    stacked = [part[row][0] for part in parts(vector) for row in range(3)]
    real = constant(real_matrix(*parts(gain)))
    assert [sum(x * y for x, y in zip(row, stacked, strict=True)) for row in real] == [part[row][0] for part in parts(moved) for row in range(2)]


@settings(max_examples=30)
@given(covariances(3))
def test_the_real_form_of_a_covariance_has_the_covariance_and_no_pseudo_covariance(covariance: Matrix) -> None:
    real = constant(real_covariance(*parts(covariance)))
    for row, column in product(range(3), repeat=2):
        xx, yy = real[row][column], real[row + 3][column + 3]
        yx, xy = real[row + 3][column], real[row][column + 3]
        assert (xx + yy, yx - xy) == covariance[row][column]  # E[Z Z^*]
        assert (xx - yy, yx + xy) == (0, 0)  # E[Z Z^T]


def ask(gain: Matrix, power: Matrix, noise: Matrix) -> ig.Quantity:
    """The analytic room's information of Y = H X + Z in real form."""
    x = ig.Source("X", circular_normal(*parts(power)))
    y = ig.Gate("Y", real_matrix(*parts(gain)) @ x, noise=circular_normal(*parts(noise)))
    answer = analytic.answer(ig.Question(ig.Channel(x, y), ("X", "Y")))
    assert isinstance(answer, ig.Answer)
    assert answer.value is not None
    return answer.value


@settings(max_examples=30)
@given(matrices(2, 2), covariances(2), covariances(2))
def test_the_information_of_the_real_form_is_log_det_without_the_half(gain: Matrix, power: Matrix, noise: Matrix) -> None:
    signal = product_of(product_of(gain, power), adjoint(gain))
    total = [[plus(value, noise[row][column]) for column, value in enumerate(line)] for row, line in enumerate(signal)]
    (above, no_phase), (below, none_either) = determinant(total), determinant(noise)
    assert no_phase == none_either == 0
    found = ask(gain, power, noise)
    bits, ctx.prec = ctx.prec, 200
    try:
        ratio = above / below
        truth = arb(fmpq(ratio.numerator, ratio.denominator)).log()
        value = arb(found.value) if isinstance(found.value, float) else arb(fmpq(found.value.numerator, found.value.denominator))  # type: ignore[union-attr]  # a number
        assert abs(value - truth) <= arb(float(found.doubt.proved))  # type: ignore[arg-type]  # of one entry
    finally:
        ctx.prec = bits


@settings(max_examples=30)
@given(matrices(2, 2))
def test_the_determinant_of_the_real_form_is_the_squared_modulus_and_of_a_form_with_a_planted_sign_another(gain: Matrix) -> None:
    """[[A, B], [B, A]] has det(A + B) det(A - B) instead of |det(A + iB)|^2."""
    real, imaginary = parts(gain)
    modulus = sum((part * part for part in determinant(gain)), Fraction(0))
    assert determinant_of_reals(constant(real_matrix(real, imaginary))) == modulus
    planted = [[*left, *right] for left, right in zip(real, imaginary, strict=True)] + [[*right, *left] for left, right in zip(real, imaginary, strict=True)]
    sums, differences = ([[x + sign * y for x, y in zip(*rows, strict=True)] for rows in zip(real, imaginary, strict=True)] for sign in (1, -1))
    assert determinant_of_reals(planted) == determinant_of_reals(sums) * determinant_of_reals(differences)


def test_a_planted_sign_is_seen_in_the_determinant_of_a_single_gain() -> None:
    assert determinant_of_reals(constant(real_matrix(1, 2))) == 5
    assert determinant_of_reals([[1, 2], [2, 1]]) == -3


def test_parts_in_parameters_make_the_same_blocks_as_constants() -> None:
    a, b = ig.Parameter("A", (1, 2)), ig.Parameter("B", (1, 2))
    at = ig.Point({"A": ((1, 2),), "B": ((3, 4),)})
    assert evaluate(real_matrix(a, b), at) == constant(real_matrix(at["A"], at["B"])) == ((1, 2, -3, -4), (3, 4, 1, 2))
    r, j = ig.Parameter("R", (2, 2)), ig.Parameter("J", (2, 2))
    values = ig.Point({"R": ((2, 1), (1, 3)), "J": ((0, "1/2"), ("-1/2", 0))})
    assert evaluate(real_covariance(r, j), values) == constant(real_covariance(values["R"], values["J"]))


def test_scalars_are_matrices_of_one_entry_and_no_imaginary_part_is_zero() -> None:
    p = ig.Parameter("P")
    assert constant(real_matrix(1, 2)) == ((1, -2), (2, 1))
    assert evaluate(real_covariance(p), ig.Point({"P": 3})) == ((Fraction(3, 2), 0), (0, Fraction(3, 2)))
    assert circular_normal(ig.identity(2)).shape == (4,)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: real_matrix((1, 2), (3, 4)),
            r"got a real part of shape \(2,\) and an imaginary part of shape \(2,\); give both one shape, scalars or matrices",
        ),
        (lambda: real_matrix(((1, 2),), ((3,),)), r"got a real part of shape \(1, 2\) and an imaginary part of shape \(1, 1\)"),
        (lambda: real_covariance(((1, 2),), ((0, 0),)), r"got parts of 1 rows and 2 columns; give it a square matrix"),
        (lambda: real_covariance(1, 1), r"must be Hermitian, and its entries \[0\]\[0\] and \[0\]\[0\] are not conjugate"),
        (lambda: real_covariance(((1, 2), (3, 4))), r"must be Hermitian, and its entries \[0\]\[1\] and \[1\]\[0\] are not conjugate"),
        (lambda: real_covariance(((1, 0), (0, 1)), ((0, 1), (1, 0))), r"must be Hermitian, and its entries \[0\]\[1\] and \[1\]\[0\] are not conjugate"),
    ],
)
def test_parts_that_make_no_complex_matrix_say_why(make: Any, message: str) -> None:
    with pytest.raises(ig.SpecificationError, match=message):
        make()


def test_a_covariance_in_parameters_that_is_not_hermitian_is_refused_where_the_question_is_born() -> None:
    j = ig.Parameter("J", (2, 2))
    x = ig.Source("X", circular_normal(ig.identity(2), j))
    channel = ig.Channel(x, ig.Gate("Y", x, noise=circular_normal(ig.identity(2))))
    ig.Question(channel, ("X", "Y"), at={"J": ((0, "1/2"), ("-1/2", 0))})
    with pytest.raises(ig.SpecificationError, match=r"Source 'X', law Normal: the covariance must be symmetric"):
        ig.Question(channel, ("X", "Y"), at={"J": ((0, "1/2"), ("1/2", 0))})
