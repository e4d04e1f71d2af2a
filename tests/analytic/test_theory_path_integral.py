"""The path integral of a gradient: exact values, loops, the open path, and the trapezoid rule's bound."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
import sympy  # type: ignore[import-untyped]  # sympy ships no type information

import infograd as ig
from infograd.analytic.theory.path_integral import (
    Field,
    along,
    blocked_at_start,
    gradient_field,
    line_integral,
    line_integrand,
    loop_integral,
    reference_information,
    segment,
    stays_finite,
    trapezoid,
    trapezoid_bound,
)

ORIGIN = {"alpha": sympy.S.Zero, "beta": sympy.S.Zero}
END = {"alpha": sympy.S.One, "beta": sympy.Rational(1, 2)}
BENT = {"alpha": along**2, "beta": along * (3 - 2 * along) / 2}


def field(name: str, *, wrt: tuple[str, ...] = ("alpha", "beta")) -> Field:
    base = ig.CATALOGUE[name].question
    found = gradient_field(ig.Question(base.channel, base.between, wrt=wrt))
    assert isinstance(found, Field)
    return found


def information(found: Field, place: dict[str, Any]) -> Any:
    return sympy.log(found.ratio.subs({symbol: place[name] for name, symbol in found.symbols})) / 2  # type: ignore[union-attr]  # a gradient has a ratio


@pytest.mark.parametrize("name", ["multipath-a", "multipath-b"])
@pytest.mark.parametrize("path", [segment(ORIGIN, END), BENT], ids=["straight", "bent"])
def test_the_integral_is_the_difference_of_the_information_at_its_ends(name: str, path: Any) -> None:
    found = field(name)
    gained = line_integral(found, path)
    assert sympy.expand_log(information(found, END) - information(found, ORIGIN) - gained, factor=True) == 0


def test_a_path_that_stays_open_at_zero_needs_its_reference() -> None:
    found, path = field("multipath-b"), segment(ORIGIN, END)
    assert not blocked_at_start(found, path)
    assert reference_information(found, path) == sympy.log(sympy.Rational(3, 2)) / 2
    assert line_integral(found, path) != sympy.expand_log(information(found, END), factor=True)
    assert blocked_at_start(field("multipath-a"), path)


def test_a_loop_integral_of_a_gradient_is_zero() -> None:
    corners = [ORIGIN, {"alpha": sympy.S.One, "beta": sympy.Integer(2)}, {"alpha": sympy.Integer(-1), "beta": sympy.S.One}]
    assert loop_integral(field("multipath-b"), corners) == 0


def test_a_field_that_is_no_gradient_has_a_loop_integral() -> None:
    found = field("multipath-a")
    _, second = (symbol for _, symbol in found.symbols)
    bent = replace(found, components=((found.components[0][0], found.components[0][1] + second / 10), found.components[1]))
    square = [ORIGIN, {"alpha": 1, "beta": 0}, {"alpha": 1, "beta": 1}, {"alpha": 0, "beta": 1}]
    assert loop_integral(bent, square) == -sympy.Rational(1, 10)


def test_the_information_is_finite_along_a_path_only_where_noise_is_left() -> None:
    s = ig.Parameter("s")
    x = ig.Source("X", ig.Normal(0, 1))
    y = ig.Gate("Y", x, noise=ig.Normal(0, s * s))
    found = gradient_field(ig.Question(ig.Channel(x, y), between=("X", "Y"), at={"s": 1}))
    assert isinstance(found, Field)
    quiet = segment({"s": sympy.Integer(-1)}, {"s": sympy.Integer(1)})
    assert not stays_finite(found, quiet)
    assert stays_finite(found, segment({"s": sympy.Rational(1, 9)}, {"s": sympy.Integer(2)}))
    with pytest.raises(ig.SpecificationError, match="the gradient is infinite on the path"):
        line_integral(found, quiet)


@pytest.mark.parametrize("steps", [2, 8, 32])
@pytest.mark.parametrize("name", ["multipath-a", "multipath-b"])
def test_the_trapezoid_rule_stays_within_its_bound(name: str, steps: int) -> None:
    found, path = field(name), segment(ORIGIN, END)
    integrand = line_integrand(found, path)
    error = abs(sympy.N(trapezoid(integrand, steps) - line_integral(found, path), 30))
    assert 0 < error <= trapezoid_bound(integrand, steps)


def test_half_the_trapezoid_bound_is_no_bound() -> None:
    found = field("multipath-a")
    path = segment({"alpha": sympy.S.Zero, "beta": sympy.S.Zero}, {"alpha": sympy.Rational(1, 2), "beta": sympy.S.Zero})
    integrand = line_integrand(found, path)
    error = abs(sympy.N(trapezoid(integrand, 16) - line_integral(found, path), 30))
    assert error > trapezoid_bound(integrand, 16) / 2


def test_the_bound_of_a_straight_integrand_is_zero() -> None:
    assert trapezoid_bound(3 * along + 1, 4) == 0
    assert trapezoid(3 * along + 1, 4) == sympy.Rational(5, 2)
    assert trapezoid_bound(along**2, 1) == sympy.Rational(1, 6)


def test_other_parameters_stand_at_their_values() -> None:
    base = ig.CATALOGUE["cascade"].question
    found = gradient_field(ig.Question(base.channel, base.between, wrt=("a",), at={"s2": Fraction(1, 2), "b": 3}))
    assert isinstance(found, Field)
    assert line_integral(found, {"a": along}) == sympy.expand_log(sympy.log(sympy.Rational(37, 19)) / 2, factor=True)


def test_what_has_no_path_is_one_sentence() -> None:
    found = field("multipath-a")
    with pytest.raises(ig.SpecificationError, match="the path moves alpha; give a place for each of alpha, beta"):
        line_integral(found, {"alpha": along})
    with pytest.raises(ig.SpecificationError, match="the field is the gradient of no information"):
        reference_information(replace(found, ratio=None), segment(ORIGIN, END))
    w = ig.Parameter("w", (2,))
    x = ig.Source("X", ig.Normal((0, 0), ig.identity(2)))
    y = ig.Gate("Y", ig.dot(w, x), noise=ig.Normal(0, 1))
    with pytest.raises(ig.SpecificationError, match="parameter 'w' is not a scalar"):
        gradient_field(ig.Question(ig.Channel(x, y), between=("X", "Y"), at={"w": (1, 2)}))
    with pytest.raises(ig.SpecificationError, match="starts at a place of alpha, beta and ends at one of alpha; name the same"):
        segment(ORIGIN, {"alpha": sympy.S.One})
    with pytest.raises(ig.SpecificationError, match="the trapezoid rule got 0 steps"):
        trapezoid(along, 0)
    assert isinstance(gradient_field(ig.CATALOGUE["tanh"].question), ig.Refusal)
