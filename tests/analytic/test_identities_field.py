"""Quotients of polynomials stay in lowest terms, so that a decision does not drown in factors that cancel."""

from __future__ import annotations

import operator
import random
import time
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import sympy  # type: ignore[import-untyped]  # sympy ships no type information
from flint import fmpq

import infograd as ig
from infograd.analytic import decide
from infograd.analytic.identities.field import RationalFunction, RationalFunctions

NAMES = ("x", "y", "z")


def drawn(source: random.Random, field: RationalFunctions) -> RationalFunction:
    """A quotient of sums of a few products."""
    one = field.constant(Fraction(1))

    def total() -> RationalFunction:
        found = field.constant(Fraction(source.randint(-2, 2), source.randint(1, 3)))
        for _ in range(2):
            found = found + field.generator(source.choice(NAMES)) * field.generator(source.choice(NAMES))
        return found

    bottom = total()
    return total() / (bottom if bottom else one)


def written(field: RationalFunctions, number: RationalFunction) -> Any:
    """The quotient as sympy reads it."""
    return sympy.sympify(field.text(number).replace("^", "**"))


def test_sums_products_and_quotients_are_sympys_in_lowest_terms() -> None:
    source, field = random.Random(5), RationalFunctions(NAMES)
    for _ in range(12):
        left, right = drawn(source, field), drawn(source, field)
        operations: tuple[Callable[[Any, Any], Any], ...] = (operator.add, operator.sub, operator.mul, *((operator.truediv,) if right else ()))
        for operation in operations:
            found = operation(left, right)
            assert sympy.cancel(written(field, found) - operation(written(field, left), written(field, right))) == 0
            assert found.bottom is None or found.top.gcd(found.bottom).is_constant()


def test_a_zero_has_no_denominator() -> None:
    field = RationalFunctions(NAMES)
    x, y, one = field.generator("x"), field.generator("y"), field.constant(Fraction(1))
    for zero in (one / x - one / x, (x - x) / y, (x - x) * (one / y)):
        assert zero == RationalFunction(field.constant(Fraction(0)).top)


def test_a_quotient_is_made_of_the_coefficients_of_its_monomials() -> None:
    field = RationalFunctions(NAMES)
    x, z = field.generator("x"), field.generator("z")
    made = field.quotient({(2, 0, 0): fmpq(3), (0, 0, 0): fmpq(1, 2)}, {(0, 0, 1): fmpq(1)})
    assert made == (field.constant(Fraction(3)) * x * x + field.constant(Fraction(1, 2))) / z


def test_nodes_that_are_independent_do_not_slow_a_decision() -> None:
    x, c = ig.Source("X", ig.Normal(0, ig.Parameter("p"))), ig.Source("C", ig.Normal((0, 0, 0), ig.Parameter("q") * ig.identity(3)))
    y = ig.Gate("Y", ig.Parameter("a") * x, noise=ig.Normal(0, ig.Parameter("s")))
    z = ig.Gate("Z", ig.Parameter("b") * x + ig.Parameter("d") * y, noise=ig.Normal(0, ig.Parameter("t")))
    others = [ig.Source(f"U{each}", ig.Normal(0, ig.Parameter(f"u{each}"))) for each in range(2)]
    channel = ig.Channel(x, c, *others, y, z)
    question = ig.Question(channel, between=("Z", ("U0", "Y", "U1")), given=("C", "X"), at={each.name: 1 for each in channel.parameters})
    start = time.process_time()
    found = decide(question, ring="exact")
    assert time.process_time() - start < 5
    assert isinstance(found, tuple)
    assert all(proof.holds for proof in found if proof.promised)
