"""Arithmetic of balls beside exact rationals, and the functions on balls beside proven enclosures."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from flint import arb, ctx, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from infograd.analytic.floating.balls import Balls, nearest, nested
from infograd.analytic.floating.function import applied
from infograd.analytic.floating.tape import Tape, contracted
from infograd.analytic.refusal import UndecidedError

NUMBERS = st.fractions(max_denominator=10**6).filter(lambda x: abs(x) < 10**12) | st.sampled_from([Fraction(0), Fraction(1, 10**170), Fraction(1, 3)])
some = settings(max_examples=40)


def matrices(rows: int, columns: int) -> st.SearchStrategy[Any]:
    return st.lists(st.lists(NUMBERS, min_size=columns, max_size=columns).map(tuple), min_size=rows, max_size=rows).map(tuple)


def inside(balls: Balls, exact: Any) -> bool:
    """Whether every exact number lies in its ball."""
    numbers = np.array(exact, dtype=object)
    return numbers.shape == balls.shape and all(
        abs(Fraction(float(balls.centre[index])) - numbers[index]) <= Fraction(float(balls.radius[index])) for index in np.ndindex(balls.shape)
    )


def product(left: Any, right: Any) -> Any:
    return tuple(tuple(sum((x * y for x, y in zip(row, column, strict=True)), Fraction(0)) for column in zip(*right, strict=True)) for row in left)


@some
@given(matrices(2, 3), matrices(2, 3), matrices(3, 2))
def test_sums_and_products_hold_the_exact_ones(first: Any, second: Any, third: Any) -> None:
    one, two, three = nearest(first), nearest(second), nearest(third)
    assert all(map(inside, (one, two, three), (first, second, third)))
    total = tuple(tuple(x + y for x, y in zip(*rows, strict=True)) for rows in zip(first, second, strict=True))
    assert inside(one + two, total)
    assert inside(one - -two, total)
    assert inside((one + two) @ three, product(total, third))
    assert inside(contracted(one + two, three, "ij,jk->ik"), product(total, third))
    assert inside((three.T @ (one + two).T).T, product(total, third))


@some
@given(st.lists(st.builds(lambda whole, halvings: Fraction(whole, 2**halvings), st.integers(-(2**53), 2**53), st.integers(0, 300)), min_size=1, max_size=4))
def test_doubles_enter_exactly(values: list[Fraction]) -> None:
    balls = nearest(tuple(values))
    assert nested(balls.centre) == tuple(values)
    assert not balls.radius.any()


FUNCTIONS: dict[str, tuple[Callable[[arb], arb], Callable[[arb], arb]]] = {
    "reciprocal": (lambda x: 1 / x, lambda x: -1 / (x * x)),
    "exp": (lambda x: x.exp(), lambda x: x.exp()),
    "log": (lambda x: x.log(), lambda x: 1 / x),
    "sqrt": (lambda x: x.sqrt(), lambda x: 1 / (2 * x.sqrt())),
    "tanh": (lambda x: x.tanh(), lambda x: 1 / x.cosh() ** 2),
    "sin": (lambda x: x.sin(), lambda x: x.cos()),
    "cos": (lambda x: x.cos(), lambda x: -x.sin()),
    "erf": (lambda x: x.erf(), lambda x: 2 / arb.pi().sqrt() * (-x * x).exp()),
    "sigmoid": (lambda x: 1 / (1 + (-x).exp()), lambda x: (-x).exp() / (1 + (-x).exp()) ** 2),
    "softplus": (lambda x: x.exp().log1p(), lambda x: 1 / (1 + (-x).exp())),
}
POSITIVE = ("reciprocal", "log", "sqrt")


@pytest.mark.parametrize("operation", FUNCTIONS)
@some
@given(st.fractions(min_value=-30, max_value=30, max_denominator=1000), st.fractions(min_value=-1, max_value=1), st.sampled_from([0.0, 1e-12, 1e-3, 0.2]))
def test_functions_and_slopes_hold_their_values_all_over_a_ball(operation: str, centre: Fraction, place: Fraction, radius: float) -> None:
    if operation in POSITIVE:
        centre = abs(centre) + 1
    double = float(centre)
    point = Fraction(double) + place * Fraction(radius)
    with ctx.workprec(200):
        for ball, function in zip(applied(operation, Balls(np.array(double), np.array(radius))), FUNCTIONS[operation], strict=True):
            middle, half = Fraction(float(ball.centre)), Fraction(float(ball.radius))
            gap = abs(function(arb(fmpq(point.numerator, point.denominator))) - arb(fmpq(middle.numerator, middle.denominator)))
            assert not gap > arb(fmpq(half.numerator, half.denominator))


@pytest.mark.parametrize("operation", ["abs", "relu", "sign", "log", "sqrt", "reciprocal"])
def test_a_ball_around_a_kink_or_a_pole_is_not_decided(operation: str) -> None:
    with pytest.raises(UndecidedError, match="floats do not separate from zero"):
        applied(operation, Balls(np.array(1e-20), np.array(1e-16)))


def test_slopes_through_a_shared_array_add_up() -> None:
    tape = Tape()
    x = tape.parameter(nearest((Fraction(1, 3), Fraction(-2))))
    square = tape.product(x, x, "i,i->i")
    total = tape.total(tape.add(square, tape.negative(tape.product(square, x, "i,i->i"))), 1)
    slopes = tape.slopes([(total, nearest(Fraction(1)))], {"x": x, "unused": tape.parameter(nearest(Fraction(1)))})
    assert inside(slopes["x"], [2 * z - 3 * z**2 for z in (Fraction(1, 3), Fraction(-2))])
    assert inside(slopes["unused"], Fraction(0))
