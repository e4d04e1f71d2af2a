"""Conventions of the border: units with proven rounding, and derivatives in complex parameters against sympy and torch."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any, get_args

import pytest
import sympy  # type: ignore[import-untyped]  # sympy ships no type information
import torch
from flint import arb, ctx, fmpq
from hypothesis import given
from hypothesis import strategies as st

import infograd as ig
from infograd import analytic
from infograd.circular import circular_normal, real_matrix
from infograd.convention import UNITS, ComplexQuantity, Convention, Derivative, derivative, in_unit, logarithm_of_2, stated, upwards

DERIVATIVES = get_args(Derivative)
EPS = 2.0**-52
FINITE = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e300, max_value=1e300)
SIZES = st.floats(min_value=0, max_value=1e300, allow_subnormal=True)


def ball(value: Any) -> Any:
    """The number as a ball of radius 0, up to the precision in force."""
    exact = Fraction(value)
    return arb(fmpq(exact.numerator, exact.denominator))


@pytest.fixture(autouse=True)
def _precise() -> Any:
    bits, ctx.prec = ctx.prec, 4000
    yield
    ctx.prec = bits


def test_the_logarithm_of_2_lies_between_its_bounds() -> None:
    bounds = logarithm_of_2()
    truth = arb(2).log()
    assert ball(bounds.low) < truth < ball(bounds.high)
    assert bounds.high - bounds.low < Fraction(1, 2**184)


@given(st.fractions() | FINITE, SIZES, SIZES, SIZES)
def test_bits_are_nats_over_log_2_within_the_proved_doubt_and_no_doubt_shrinks(value: Any, proved: float, estimated: float, stderr: float) -> None:
    found = in_unit(ig.Quantity(value, ig.Doubt(proved, estimated, stderr, dof=7)), "bits")
    log2 = arb(2).log()
    gap = abs(ball(found.value) - ball(value) / log2)
    assert gap + ball(proved) / log2 <= ball(found.doubt.proved)
    assert gap + ball(proved) / log2 >= ball(found.doubt.proved) * (1 - 4 * ball(EPS)) - ball(2.0**-1073)
    for before, after in ((estimated, found.doubt.estimated), (stderr, found.doubt.stderr)):
        assert ball(before) / log2 <= ball(after)
        assert ball(after) <= ball(before) / log2 * (1 + 2 * ball(EPS)) + ball(2.0**-1074)
    assert found.doubt.dof == 7


@given(st.fractions() | FINITE)
def test_a_value_in_bits_is_rounded_once(value: Any) -> None:
    found = in_unit(ig.Quantity(value), "bits")
    assert Fraction(found.doubt.proved) <= abs(Fraction(found.value)) * Fraction(EPS) + Fraction(2) ** -1074  # type: ignore[arg-type]  # numbers


@given(st.fractions() | FINITE, SIZES)
def test_there_and_back_again_the_first_value_is_within_the_doubt(value: Any, proved: float) -> None:
    there = in_unit(ig.Quantity(value, ig.Doubt(proved)), "bits")
    back = in_unit(there, "nats", source="bits")
    assert abs(Fraction(back.value) - Fraction(value)) + Fraction(proved) <= Fraction(back.doubt.proved)  # type: ignore[arg-type]  # numbers


def test_what_has_no_number_keeps_its_reason_and_arrays_keep_their_shape() -> None:
    for value in (ig.Infinite("a copy"), ig.Undefined("a jump")):
        assert in_unit(ig.Quantity(value), "bits").value == value
    matrix = ig.Quantity(((1.0, 2.0), (3.0, Fraction(0))), ig.Doubt(stderr=((1.0, 1.0), (2.0, 0.0)), dof=3))
    found = in_unit(matrix, "bits")
    assert found.shape == (2, 2)
    assert found.value[1][1] == 0  # type: ignore[index]  # a matrix
    assert found.doubt.stderr[1][0] == pytest.approx(2 / math.log(2), rel=4 * EPS)  # type: ignore[index]


def test_the_same_unit_is_the_same_quantity() -> None:
    quantity = ig.Quantity(Fraction(1, 3))
    for unit in UNITS:
        assert in_unit(quantity, unit, source=unit) is quantity


def test_a_value_beyond_the_doubles_is_refused() -> None:
    with pytest.raises(ig.SpecificationError, match="beyond the range of doubles"):
        in_unit(ig.Quantity(1.7e308), "bits")


@given(st.fractions(min_value=0))
def test_upwards_is_the_next_double(value: Fraction) -> None:
    above = upwards(value)
    assert Fraction(above) >= value
    assert Fraction(math.nextafter(above, -math.inf)) < value


def scalar_question() -> ig.Question:
    """Y = h X + Z with h = a + ib, X ~ CN(0, P) and Z ~ CN(0, S), in real form."""
    a, b, p, s = (ig.Parameter(name) for name in ("a", "b", "P", "S"))
    x = ig.Source("X", circular_normal(p))
    y = ig.Gate("Y", real_matrix(a, b) @ x, noise=circular_normal(s))
    return ig.Question(ig.Channel(x, y), ("X", "Y"), at={"a": "3/2", "b": -2, "P": "5/7", "S": "1/3"})


def exact_answer(question: ig.Question) -> ig.Answer:
    answer = analytic.answer(question)
    assert isinstance(answer, ig.Answer)
    return answer


def derivatives_by_sympy() -> dict[str, tuple[Fraction, Fraction]]:
    """dI/dh and dI/dh* of I = log(1 + h h* P/S) with h and h* as independent symbols, at the point of the question, by their parts."""
    h, conjugate, p, s = sympy.symbols("h k P S")
    information = sympy.log(1 + h * conjugate * p / s)
    gain = sympy.Rational(3, 2) - 2 * sympy.I
    at = {h: gain, conjugate: sympy.conjugate(gain), p: sympy.Rational(5, 7), s: sympy.Rational(1, 3)}

    def parts(symbol: Any, factor: int) -> tuple[Fraction, Fraction]:
        value: Any = sympy.simplify(factor * sympy.diff(information, symbol).subs(at))
        real, imaginary = value.as_real_imag()
        return Fraction(str(real)), Fraction(str(imaginary))

    return {"wirtinger": parts(h, 1), "conjugate-wirtinger": parts(conjugate, 1), "torch": parts(conjugate, 2), "real": parts(conjugate, 2)}


@pytest.mark.parametrize("target", DERIVATIVES)
def test_each_convention_is_the_derivative_with_h_and_its_conjugate_independent(target: Any) -> None:
    answer = exact_answer(scalar_question())
    found = derivative(ComplexQuantity(answer.gradient["a"], answer.gradient["b"]), target)
    assert (found.real.value, found.imaginary.value) == derivatives_by_sympy()[target]
    assert found.real.doubt == found.imaginary.doubt == ig.Doubt()


def test_no_two_of_the_three_derivatives_can_be_taken_for_one_another() -> None:
    """At this point a wrong factor or a wrong sign is another number."""
    expected = derivatives_by_sympy()
    assert len({expected[name] for name in ("wirtinger", "conjugate-wirtinger", "torch")}) == 3


def test_torch_differentiates_a_complex_matrix_to_what_torch_is_said_to_give() -> None:
    a, b = ig.Parameter("A", (2, 2)), ig.Parameter("B", (2, 2))
    x = ig.Source("X", circular_normal(ig.identity(2)))
    y = ig.Gate("Y", real_matrix(a, b) @ x, noise=circular_normal(((1, 0), (0, 2))))
    at = {"A": ((1, 2), (0, -1)), "B": (("1/2", 0), (1, 3))}
    found = stated(exact_answer(ig.Question(ig.Channel(x, y), ("X", "Y"), at=at)), Convention("circular-complex", derivative="torch"), {"H": ("A", "B")})
    gain = torch.tensor([[1 + 0.5j, 2], [1j, -1 + 3j]], dtype=torch.complex128, requires_grad=True)
    noise = torch.diag(torch.tensor([1.0, 2.0], dtype=torch.complex128))
    information = torch.logdet(noise + gain @ gain.conj().T).real - math.log(2)
    information.backward()  # type: ignore[no-untyped-call]  # torch leaves it unannotated
    assert gain.grad is not None
    assert found.value is not None
    assert float(found.value.value) == pytest.approx(information.item(), rel=64 * EPS)  # type: ignore[arg-type]  # a number
    assert not found.gradient
    parts = found.complex_gradient["H"]
    for row, column in itertools.product(range(2), repeat=2):
        entry = gain.grad[row, column].item()
        stated_entry = complex(parts.real.value[row][column], parts.imaginary.value[row][column])  # type: ignore[index,arg-type]  # a matrix of numbers
        assert abs(entry - stated_entry) <= 64 * EPS * gain.grad.abs().max().item()


@given(st.fractions(), st.fractions(), st.sampled_from(DERIVATIVES), st.sampled_from(DERIVATIVES))
def test_derivatives_convert_exactly_there_and_back(real: Fraction, imaginary: Fraction, source: Any, target: Any) -> None:
    parts = ComplexQuantity(ig.Quantity(real), ig.Quantity(imaginary))
    there = derivative(parts, target, source)
    assert derivative(there, source, target) == parts


def test_the_doubt_of_a_derivative_is_halved_with_it() -> None:
    parts = ComplexQuantity(ig.Quantity(1.0, ig.Doubt(estimated=0.5)), ig.Quantity(2.0, ig.Doubt(stderr=0.25, dof=4)))
    found = derivative(parts, "wirtinger")
    assert found == ComplexQuantity(ig.Quantity(0.5, ig.Doubt(estimated=0.25)), ig.Quantity(-1.0, ig.Doubt(stderr=0.125, dof=4)))
    tiny = derivative(ComplexQuantity(ig.Quantity(5e-324), ig.Quantity(ig.Undefined("a jump"))), "wirtinger")
    assert tiny.real == ig.Quantity(0.0, ig.Doubt(proved=5e-324))
    assert tiny.imaginary.value == ig.Undefined("a jump")


def test_an_answer_is_stated_in_bits_with_real_and_complex_parameters_apart() -> None:
    answer = exact_answer(scalar_question())
    found = stated(answer, Convention("circular-complex", "bits", "conjugate-wirtinger"), {"h": ("a", "b")})
    assert list(found.gradient) == ["P", "S"]
    assert list(found.complex_gradient) == ["h"]
    half = Fraction(1, 2) * answer.gradient["a"].value  # type: ignore[operator]  # a rational
    part = found.complex_gradient["h"].real
    truth = ball(half) / arb(2).log()
    assert abs(ball(part.value) - truth) <= ball(part.doubt.proved)
    assert stated(answer, Convention()).value == answer.value
    second = stated(exact_answer(ig.Question(scalar_question().channel, ("X", "Y"), wrt="P", at=scalar_question().at, order=2)), Convention(unit="bits"))
    assert list(second.hessian) == ["P,P"]


def test_the_same_matrices_have_twice_the_information_as_complex_signals() -> None:
    real, circular = Convention(), Convention("circular-complex")
    assert (real.log_det_factor, circular.log_det_factor) == (Fraction(1, 2), Fraction(1))
    x = ig.Source("X", ig.Normal(0, 3))
    as_real = exact_answer(ig.Question(ig.Channel(x, ig.Gate("Y", 2 * x, noise=ig.Normal(0, 5))), ("X", "Y")))
    z = ig.Source("X", circular_normal(3))
    as_complex = exact_answer(ig.Question(ig.Channel(z, ig.Gate("Y", real_matrix(2) @ z, noise=circular_normal(5))), ("X", "Y")))
    assert as_real.value is not None
    assert as_complex.value is not None
    gap = abs(2 * Fraction(as_real.value.value) - Fraction(as_complex.value.value))  # type: ignore[arg-type]  # numbers
    assert gap <= 2 * Fraction(as_real.value.doubt.proved) + Fraction(as_complex.value.doubt.proved)  # type: ignore[arg-type]


PARTS = ComplexQuantity(ig.Quantity(1.0), ig.Quantity(1.0))
ANSWER = ig.Answer("analytic", "exact", ig.Access.MODEL, None, ig.FrozenMapping({"a": ig.Quantity(1), "b": ig.Quantity(2), "W": ig.Quantity((1, 2))}))
CIRCULAR = Convention("circular-complex")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Convention("complex"), "the signal of a convention is 'complex'; it must be one of 'real', 'circular-complex'."),  # type: ignore[arg-type]
        (lambda: Convention(unit="shannon"), "the unit of a convention is 'shannon'; it must be one of 'nats', 'bits'."),  # type: ignore[arg-type]
        (lambda: Convention(derivative="wirtinger"), "the derivative 'wirtinger' is one in complex parameters; write signal='circular-complex' beside it."),
        (lambda: derivative(PARTS, "jax"), "'jax' is no convention of derivatives; it must be one of"),  # type: ignore[arg-type]
        (lambda: stated(ANSWER, Convention(), {"h": ("a", "b")}), "'h' is a complex parameter; write signal='circular-complex' in the convention."),
        (
            lambda: stated(ANSWER, CIRCULAR, {"h": ("a", "c")}),
            "'c' is a part of a complex parameter, and the answer has no gradient in it; it has gradients in:",
        ),
        (lambda: stated(ANSWER, CIRCULAR, {"h": ("a", "a")}), "'a' is a part of a complex parameter twice; name each part once."),
        (lambda: stated(ANSWER, CIRCULAR, {"h": ("a", "W")}), r"the parts 'a' and 'W' of 'h' have the shapes \(\) and \(2,\); give both one shape."),
    ],
)
def test_a_convention_that_cannot_be_meant_says_what_can(make: Callable[[], object], message: str) -> None:
    with pytest.raises(ig.SpecificationError, match=message):
        make()


def test_an_unknown_unit_and_what_is_no_quantity_are_one_sentence() -> None:
    with pytest.raises(ig.SpecificationError, match="unit is 'hartleys'; it must be one of 'nats', 'bits'"):
        in_unit(ig.Quantity(1.0), "hartleys")  # type: ignore[arg-type]  # the wrong unit is the test
    with pytest.raises(ig.SpecificationError, match="in_unit got 3; give it a Quantity"):
        in_unit(3, "bits")  # type: ignore[arg-type]  # the wrong kind is the test
