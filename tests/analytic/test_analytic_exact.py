"""The exact method against the paper's closed forms, and against log-determinants in floating point."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import flint
import numpy as np
import pytest
import sympy  # type: ignore[import-untyped]  # sympy ships no type information
from hypothesis import given, settings
from hypothesis import strategies as st

import infograd as ig
from infograd.analytic import answer
from infograd.array import entries, shape_of

GAINS = st.fractions(min_value=-3, max_value=3, max_denominator=7)
VARIANCES = st.fractions(min_value=Fraction(1, 7), max_value=3, max_denominator=7)
ROUNDING = np.finfo(float).eps


def case(name: str) -> ig.Question:
    return ig.CATALOGUE[name].question


def answered(question: ig.Question) -> ig.Answer:
    reply = answer(question)
    assert isinstance(reply, ig.Answer), reply
    return reply


def value(reply: ig.Answer) -> tuple[Fraction, Fraction]:
    """The value and its proved doubt."""
    assert reply.value is not None
    assert isinstance(reply.value.value, Fraction)
    assert isinstance(reply.value.doubt.proved, float)
    return reply.value.value, Fraction(reply.value.doubt.proved)


def holds_half_log(reply: ig.Answer, ratio: Fraction) -> bool:
    """Whether the value's ball holds 1/2 log(ratio), by sympy's own logarithm at 60 digits."""
    found, proved = value(reply)
    true = Fraction(str(sympy.N(sympy.log(sympy.Rational(ratio.numerator, ratio.denominator)) / 2, 60)))
    return abs(found - true) <= proved + Fraction(1, 10**55) and proved < Fraction(1, 2**100)


def gradient(reply: ig.Answer) -> dict[str, Any]:
    return {name: quantity.value for name, quantity in reply.gradient.items()}


@settings(max_examples=40)
@given(theta=GAINS, s2=VARIANCES)
def test_scalar_channel(theta: Fraction, s2: Fraction) -> None:
    reply = answered(case("scalar").at_point(theta=theta, s2=s2))
    assert holds_half_log(reply, 1 + theta**2 / s2)
    assert gradient(reply) == {"theta": theta / (theta**2 + s2), "s2": -(theta**2) / (2 * s2 * (theta**2 + s2))}
    assert all(quantity.doubt == ig.Doubt() for quantity in reply.gradient.values())


@settings(max_examples=40)
@given(a=GAINS, b=GAINS, power=VARIANCES, s1=VARIANCES, s2=VARIANCES)
def test_cascade_has_equations_33_and_34(a: Fraction, b: Fraction, power: Fraction, s1: Fraction, s2: Fraction) -> None:
    reply = answered(case("cascade").at_point(a=a, b=b, P=power, s1=s1, s2=s2))
    noise = b**2 * s1 + s2
    total = a**2 * b**2 * power + noise
    assert holds_half_log(reply, total / noise)
    assert gradient(reply) == {
        "a": a * b**2 * power / total,
        "b": a**2 * b * power * s2 / (total * noise),
        "P": a**2 * b**2 / (2 * total),
        "s1": b**2 * (1 / total - 1 / noise) / 2,
        "s2": (1 / total - 1 / noise) / 2,
    }


@settings(max_examples=40)
@given(alpha=GAINS, beta=GAINS, power=VARIANCES, s1=VARIANCES, s2=VARIANCES, s3=VARIANCES)
def test_multipath_has_equations_44_to_46_in_both_forms(alpha: Fraction, beta: Fraction, power: Fraction, s1: Fraction, s2: Fraction, s3: Fraction) -> None:
    forms: dict[str, tuple[Fraction, Fraction, Fraction, Fraction, Fraction]] = {
        "multipath-a": (alpha + beta, s1 + beta**2 * s2 + s3, Fraction(1), Fraction(1), 2 * beta * s2),
        "multipath-b": (alpha * beta + 1, beta**2 * s1 + s2 + s3, beta, alpha, 2 * beta * s1),
    }
    for name, (gain, noise, gain_in_alpha, gain_in_beta, noise_in_beta) in forms.items():
        reply = answered(case(name).at_point(alpha=alpha, beta=beta, P=power, s1=s1, s2=s2, s3=s3))
        total = gain**2 * power + noise
        assert holds_half_log(reply, total / noise)
        assert gradient(reply)["alpha"] == gain * gain_in_alpha * power / total
        assert gradient(reply)["beta"] == ((2 * gain * gain_in_beta * power + noise_in_beta) / total - noise_in_beta / noise) / 2


@settings(max_examples=40)
@given(a1=GAINS, a2=GAINS, s2=VARIANCES)
def test_multiple_access_channel_has_equations_65_and_69(a1: Fraction, a2: Fraction, s2: Fraction) -> None:
    alone = answered(case("mac").at_point(a1=a1, a2=a2, s2=s2))
    assert holds_half_log(alone, 1 + a1**2 / s2)
    assert gradient(alone) == {"a1": a1 / (a1**2 + s2), "a2": 0, "s2": -(a1**2) / (2 * s2 * (a1**2 + s2))}
    together = answered(case("mac-sum").at_point(a1=a1, a2=a2, s2=s2))
    power = a1**2 + a2**2
    assert holds_half_log(together, 1 + power / s2)
    assert gradient(together) == {"a1": a1 / (power + s2), "a2": a2 / (power + s2), "s2": -power / (2 * s2 * (power + s2))}


def test_slope_in_the_power_of_equation_69_is_a_ball_where_its_square_root_is_irrational() -> None:
    power, s2 = ig.Parameter("P1"), Fraction(3, 2)
    x1, x2 = ig.Source("X1", ig.Normal(0, 1)), ig.Source("X2", ig.Normal(0, 2))
    y = ig.Gate("Y", ig.sqrt(power) * x1 + x2, noise=ig.Normal(0, s2))
    slope = answered(ig.Question(ig.Channel(x1, x2, y), between=("X1", "Y"), given="X2", at={"P1": 2})).gradient["P1"]
    assert isinstance(slope.value, Fraction)
    assert isinstance(slope.doubt.proved, float)
    assert 0 < slope.doubt.proved < 2.0**-100
    assert abs(slope.value - 1 / (2 * (2 + s2))) <= Fraction(slope.doubt.proved)


def vector_information(point: dict[str, Any]) -> tuple[Any, float]:
    """I(X;Y) of the catalogue's vector channel by log-determinants, and a bound on its rounding."""
    w, m = (np.asarray(point[name], dtype=complex) for name in ("W", "M"))
    noise = m @ m.T * point["s1"] + np.eye(2) * point["s2"]
    total = m @ w @ w.T @ m.T + noise
    roundings = 32  # in the products of at most 3 x 2 terms and the two 2 x 2 determinants, each amplified by at most the condition number
    rounding = roundings * ROUNDING * float(max(np.linalg.cond(total.real), np.linalg.cond(noise.real)))
    return (np.log(np.linalg.det(total)) - np.log(np.linalg.det(noise))) / 2, rounding


def test_vector_channel_agrees_with_log_determinants_and_their_complex_steps() -> None:
    question = case("vector")
    reply = answered(question)
    point = {name: np.asarray(question.at[name], dtype=object).astype(complex) for name in question.wrt}
    truth, rounding = vector_information(point)
    assert abs(float(value(reply)[0]) - truth.real) <= rounding
    step = 1e-30
    for name in question.wrt:
        assert reply.gradient[name].shape == shape_of(question.at[name])
        for index, slope in entries(reply.gradient[name].value):  # type: ignore[arg-type]  # the gradient is finite here
            moved = {**point, name: point[name].copy()}
            moved[name][index] += 1j * step
            assert abs(float(slope) - vector_information(moved)[0].imag / step) <= rounding


def test_a_covariance_parameter_has_free_entries() -> None:
    covariance = ig.Parameter("K", (2, 2))
    x = ig.Source("X", ig.Normal((0, 0), covariance))
    y = ig.Gate("Y", x[0] + x[1], noise=ig.Normal(0, 1))
    question = ig.Question(ig.Channel(x, y), between=("X", "Y"), at={"K": ((2, 1), (1, 3))})
    slope = Fraction(1, 2 * (1 + 2 + 3 + 1 + 1))
    assert gradient(answered(question)) == {"K": ((slope, slope), (slope, slope))}


U, V, S = sympy.symbols("u v s")
CASCADE = sympy.log(1 + U**2 * V**2 / (V**2 + S)) / 2
CASCADE_HESSIAN = {"a,a": sympy.diff(CASCADE, U, U), "a,b": sympy.diff(CASCADE, U, V), "b,b": sympy.diff(CASCADE, V, V)}


@settings(max_examples=25)
@given(a=GAINS, b=GAINS, s2=VARIANCES)
def test_second_derivatives_of_the_cascade_are_exact(a: Fraction, b: Fraction, s2: Fraction) -> None:
    base = case("cascade").at_point(a=a, b=b, s2=s2)
    reply = answered(ig.Question(base.channel, base.between, at=base.at, wrt=("a", "b"), order=2))
    place = dict(zip((U, V, S), (sympy.Rational(value.numerator, value.denominator) for value in (a, b, s2)), strict=True))
    assert reply.hessian.keys() == CASCADE_HESSIAN.keys()
    for names, true in CASCADE_HESSIAN.items():
        assert reply.hessian[names].value == Fraction(str(true.subs(place)))


def test_second_derivatives_in_arrays_have_both_shapes() -> None:
    base = case("vector")
    reply = answered(ig.Question(base.channel, base.between, order=2))
    assert reply.hessian["M,W"].shape == (2, 3, 3, 2)
    assert reply.hessian["s1,s2"].shape == ()
    hessian: Any = reply.hessian["W,W"].value
    assert hessian[0][1][2][0] == hessian[2][0][0][1]


def test_order_0_has_no_derivatives() -> None:
    base = case("cascade")
    reply = answered(ig.Question(base.channel, base.between, order=0))
    assert not reply.gradient
    assert not reply.hessian
    assert reply.value == answered(base).value


def test_only_the_parameters_asked_for_are_differentiated() -> None:
    base = case("cascade")
    assert list(answered(ig.Question(base.channel, base.between, wrt=("b",))).gradient) == ["b"]


@pytest.mark.parametrize("function", [ig.exp, ig.sin, ig.tanh, ig.sigmoid, ig.softplus, ig.erf, ig.cos])
def test_irrational_gains_are_proven_balls(function: Callable[[object], ig.Apply]) -> None:
    theta = ig.Parameter("theta")
    x = ig.Source("X", ig.Normal(0, 1))
    y = ig.Gate("Y", function(theta) * x, noise=ig.Normal(0, 1))
    at = Fraction(1, 3)
    reply = answered(ig.Question(ig.Channel(x, y), between=("X", "Y"), at={"theta": at}))
    symbol = sympy.Symbol("t")
    written = {
        "sigmoid": 1 / (1 + sympy.exp(-symbol)),
        "softplus": sympy.log(1 + sympy.exp(symbol)),
    }
    name = function(theta).operation
    gain = written[name] if name in written else getattr(sympy, name)(symbol)
    information = sympy.log(1 + gain**2) / 2
    for quantity, expression in ((reply.value, information), (reply.gradient["theta"], sympy.diff(information, symbol))):
        assert quantity is not None
        assert isinstance(quantity.value, Fraction)
        assert isinstance(quantity.doubt.proved, float)
        true = Fraction(str(sympy.N(expression.subs(symbol, sympy.Rational(1, 3)), 60)))
        assert abs(quantity.value - true) <= Fraction(quantity.doubt.proved) + Fraction(1, 10**55)
        assert 0 < quantity.doubt.proved < 2.0**-100


def test_a_nearly_useless_channel_keeps_its_relative_accuracy() -> None:
    reply = answered(case("scalar").at_point(theta=Fraction(1, 10**30)))
    found, proved = value(reply)
    next_term = Fraction(1, 4 * 10**120)
    assert abs(found - Fraction(1, 2 * 10**60)) <= proved + next_term
    assert proved < found / 2**90


def test_flint_keeps_the_precision_that_it_had() -> None:
    before = flint.ctx.prec
    answered(case("cascade"))
    answer(case("relay"))
    assert flint.ctx.prec == before
