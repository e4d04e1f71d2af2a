"""Cascades of any length: against the room's own closed form and exact answers, and the laws of their signal-to-noise ratio."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
import sympy  # type: ignore[import-untyped]  # sympy ships no type information

import infograd as ig
from infograd.analytic import ClosedForm, answer, closed_form
from infograd.analytic.theory.cascade import Cascade, cascade_question, symbolic_cascade


def slopes(found: Cascade) -> list[tuple[Any, Any]]:
    symbols = [*found.gains, *found.noises, found.power]
    return list(zip(symbols, [*found.gain_slopes, *found.noise_slopes, found.power_slope], strict=True))


@pytest.mark.parametrize("length", [1, 2, 3])
def test_a_cascade_has_the_closed_form_of_its_channel(length: int) -> None:
    found, closed = symbolic_cascade(length), closed_form(cascade_question(length))
    assert isinstance(closed, ClosedForm)
    same = {symbol: sympy.Symbol(symbol.name, real=True, positive=symbol.is_positive) for symbol in closed.symbols.values()}
    assert sympy.cancel(closed.signal.subs(same) - found.signal_to_noise) == 0
    for symbol, slope in slopes(found):
        assert sympy.cancel(closed.gradient[symbol.name].subs(same) - slope) == 0


@pytest.mark.parametrize("length", range(1, 7))
def test_every_slope_is_the_derivative_of_the_information(length: int) -> None:
    found = symbolic_cascade(length)
    for symbol, slope in slopes(found):
        assert sympy.cancel(sympy.diff(found.signal_to_noise, symbol) / (1 + found.signal_to_noise) / 2 - slope) == 0


@pytest.mark.parametrize("length", range(1, 7))
def test_losses_of_stages_multiply(length: int) -> None:
    found = symbolic_cascade(length)
    losses = sympy.prod(1 + 1 / ratio for ratio in found.stage_ratios)
    assert sympy.cancel(losses - 1 - 1 / found.signal_to_noise) == 0


def test_ten_stages_have_the_exact_answer_of_their_channel() -> None:
    values = {f"a{stage}": Fraction(stage + 1, 7) for stage in range(1, 11)} | {f"s{stage}": Fraction(1, stage) for stage in range(1, 11)} | {"P": Fraction(3)}
    numbers = {name: sympy.Rational(value.numerator, value.denominator) for name, value in values.items()}
    found = Cascade(numbers["P"], tuple(numbers[f"a{stage}"] for stage in range(1, 11)), tuple(numbers[f"s{stage}"] for stage in range(1, 11)))
    reply = answer(cascade_question(10).at_point(**values))
    assert isinstance(reply, ig.Answer)
    stated = [*found.gain_slopes, *found.noise_slopes, found.power_slope]
    names = [f"a{stage}" for stage in range(1, 11)] + [f"s{stage}" for stage in range(1, 11)] + ["P"]
    assert [reply.gradient[name].value for name in names] == [Fraction(int(slope.p), int(slope.q)) for slope in stated]


def test_a_gain_slope_that_forgets_that_noise_is_stretched_too_is_not_the_derivative() -> None:
    found = symbolic_cascade(2)
    planted = found.gain_slopes[1] * found.noise / found.noises[1]
    assert sympy.cancel(sympy.diff(found.signal_to_noise, found.gains[1]) / (1 + found.signal_to_noise) / 2 - planted) != 0


def test_ratios_that_add_instead_of_losses_that_multiply_are_another_law() -> None:
    found = symbolic_cascade(2)
    assert sympy.cancel(sum(1 / ratio for ratio in found.stage_ratios) - 1 / found.signal_to_noise) != 0


def test_a_silent_gain_has_finite_slopes() -> None:
    found = replace(symbolic_cascade(3), gains=(0, 1, 1))
    assert found.information == 0
    assert found.gain_slopes == (0, 0, 0)


def test_latex_is_written() -> None:
    assert sympy.latex(symbolic_cascade(1).information) == r"\frac{\log{\left(\frac{P a_{1}^{2}}{s_{1}} + 1 \right)}}{2}"


def test_a_cascade_without_stages_is_one_sentence() -> None:
    with pytest.raises(ig.SpecificationError, match=r"got 0 gains and 0 noise variances"):
        symbolic_cascade(0)
    with pytest.raises(ig.SpecificationError, match="the length of a cascade is 0"):
        cascade_question(0)
    with pytest.raises(ig.SpecificationError, match="2 gains and 1 noise variances"):
        Cascade(1, (1, 1), (1,))
    with pytest.raises(ig.SpecificationError, match=r"the length of a cascade is 2\.5; it must be a whole number"):
        cascade_question(2.5)  # type: ignore[arg-type]  # a wrong type is the point
