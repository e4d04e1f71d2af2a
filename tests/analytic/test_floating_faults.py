"""Faults planted in the float method: a bound or a rounding term left out, a sign or a mirrored half lost, each seen beside the exact method."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import pytest

import infograd as ig
from infograd import analytic
from infograd.analytic.floating import answer, balls, entropy, function, system, tape
from infograd.analytic.floating.balls import Balls, zeros
from infograd.analytic.floating.whitening import Whitening

SMALL = Fraction(1, 2**20)
THIRD = Fraction(1 / 3)  # the double: a parameter without rounding of its own
A, B, C = map(ig.Parameter, "abc")
Plant = Callable[[pytest.MonkeyPatch], None]


def observed(weight: Any, **at: Fraction) -> ig.Question:
    """Y = weight X + N with a noise as small as the weight, which is a difference of numbers near each other."""
    x = ig.Source("X", ig.Normal(0, 1))
    return ig.Question(ig.Channel(x, ig.Gate("Y", weight * x, noise=ig.Normal(0, SMALL**2)), defaults=at), between=("X", "Y"))


def rounded_parameters() -> ig.Question:
    return observed(A - B, a=Fraction(1, 3) + Fraction(1, 3**13), b=Fraction(1, 3))


def rounded_sum() -> ig.Question:
    return observed((A + B) - C, a=THIRD, b=1 + SMALL, c=Fraction(float(THIRD + 1)))


def rounded_product() -> ig.Question:
    return observed(A * B - C, a=THIRD, b=THIRD, c=Fraction(float(THIRD**2)) - SMALL)


def rounded_function() -> ig.Question:
    return observed(ig.exp(A) - C, a=THIRD, c=Fraction(float(np.exp(1 / 3))) - SMALL)


def rounded_path() -> ig.Question:
    """Two products along paths through deterministic nodes that nearly cancel; fused arithmetic spares one of them its rounding."""
    x = ig.Source("X", ig.Normal(0, 1))
    v, w = ig.Gate("V", A * x), ig.Gate("W", C * x)
    y = ig.Gate("Y", A * v - B * w, noise=ig.Normal(0, SMALL**2))
    defaults = {"a": THIRD, "b": Fraction(1 / 7), "c": Fraction(float((THIRD**2 - SMALL) / Fraction(1 / 7)))}
    return ig.Question(ig.Channel(x, v, w, y, defaults=defaults), between=("X", "Y"))


def faint() -> ig.Question:
    """So little information that the rounding of the matrices is all there is to the bound."""
    x = ig.Source("X", ig.Normal(0, 1))
    return ig.Question(ig.Channel(x, ig.Gate("Y", A * x, noise=ig.Normal(0, 1)), defaults={"a": Fraction(1, 243)}), between=("X", "Y"))


def pair() -> ig.Question:
    """Vectors, a path around a node, and covariance parameters with mirrored entries."""
    x = ig.Source("X", ig.Normal((0, 0), ig.Parameter("K", (2, 2))))
    v = ig.Gate("V", ig.Parameter("M", (2, 2)) @ x, noise=ig.Normal((0, 0), ig.Parameter("S", (2, 2))))
    y = ig.Gate("Y", B * v - A * x, noise=ig.Normal((0, 0), ig.identity(2)))
    z = ig.Gate("Z", x + A * y, noise=ig.Normal((0, 0), ig.identity(2)))
    values = {"K": (("2/3", "1/3"), ("1/3", 1)), "M": ((1, "1/3"), ("-1/7", 2)), "S": ((1, "-1/3"), ("-1/3", "1/2")), "a": "1/3", "b": "5/7"}
    return ig.Question(ig.Channel(x, v, y, z, defaults=values), between=("X", "Y"), given="Z")


CASES = (rounded_parameters, rounded_sum, rounded_product, rounded_function, rounded_path, faint, pair)


@cache
def exact(case: Callable[[], ig.Question]) -> ig.Answer:
    reply = analytic.answer(case())
    assert isinstance(reply, ig.Answer)
    return reply


def holds(case: Callable[[], ig.Question], times: int = 1) -> bool:
    """Whether the exact numbers lie within `times` the proven bounds; a refusal proves nothing and holds."""
    found, true = answer(case()), exact(case)
    if isinstance(found, ig.Refusal):
        return True
    assert found.value is not None
    assert true.value is not None
    for one, other in [(found.value, true.value), *((found.gradient[name], true.gradient[name]) for name in true.gradient)]:
        for (_, double, doubt), (_, rational, known) in zip(one.entries(), other.entries(), strict=True):
            proved = times * Fraction(doubt.proved) + Fraction(known.proved)  # type: ignore[arg-type]  # one entry's doubt
            if abs(Fraction(double) - rational) > proved:
                return False
    return True


@pytest.mark.parametrize("case", CASES)
def test_every_case_lies_within_its_bound_and_outside_a_bound_of_zero(case: Callable[[], ig.Question]) -> None:
    assert holds(case)
    assert not holds(case, times=0)


def forget_parameters(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(balls, "_nearest", lambda value: (float(value), 0.0))


def forget_sums(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Balls, "__add__", lambda one, other: Balls(one.centre + other.centre, one.radius + other.radius))


def forget_products_of_parameters(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(tape, "gamma", lambda count: 0.0)


def forget_functions(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(function, "COMPOSED", 0.0)


def forget_paths(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(system, "gamma", lambda count: 0.0)


def forget_matrices(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(balls, "gamma", lambda count: 0.0)


@pytest.mark.parametrize(
    ("plant", "case"),
    [
        (forget_parameters, rounded_parameters),
        (forget_sums, rounded_sum),
        (forget_products_of_parameters, rounded_product),
        (forget_functions, rounded_function),
        (forget_paths, rounded_path),
        (forget_matrices, faint),
    ],
)
def test_a_rounding_left_out_of_the_bound_is_seen(plant: Plant, case: Callable[[], ig.Question], monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    assert not holds(case)


def roughen(patch: pytest.MonkeyPatch, size: float) -> None:
    """A QR decomposition that is wrong by `size`; the bound must pay for it."""
    factorise: Any = np.linalg.qr

    def rough(matrix: Any, mode: Any) -> Any:
        triangle = factorise(matrix, mode=mode)
        waves = np.sin(np.arange(1.0, triangle.size + 1)).reshape(triangle.shape)
        return np.triu(triangle * (1 + size * waves))

    patch.setattr(np.linalg, "qr", rough)


@pytest.mark.parametrize("size", [1e-12, 1e-6, 1e-3, 3e-2])
@pytest.mark.parametrize("case", [pair, faint])
def test_the_bound_pays_for_a_basis_that_whitens_badly(case: Callable[[], ig.Question], size: float, monkeypatch: pytest.MonkeyPatch) -> None:
    roughen(monkeypatch, size)
    assert isinstance(answer(case()), ig.Answer)
    assert holds(case)


def test_a_basis_that_does_not_whiten_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    roughen(monkeypatch, 0.9)
    assert isinstance(answer(pair()), ig.Refusal)


def forget_the_determinant(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Whitening, "logarithm_doubt", lambda whitening, count: 0.0)


def forget_the_precision(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Whitening, "precision_doubt", lambda whitening: np.zeros((len(whitening.mixed.centre),) * 2))


def forget_the_guess(patch: pytest.MonkeyPatch) -> None:
    plain = Whitening.inverse_doubt

    def forgotten(whitening: Whitening, left: Any, right: Any) -> Any:
        bound = plain(whitening, left, right)
        return bound if len(left) > len(whitening.rows) else 0 * bound

    patch.setattr(Whitening, "inverse_doubt", forgotten)


@pytest.mark.parametrize("plant", [forget_the_determinant, forget_the_precision, forget_the_guess])
def test_a_defect_left_out_of_the_bound_is_seen(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    roughen(monkeypatch, 3e-2)
    plant(monkeypatch)
    assert not holds(pair)


def turn_a_sign(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(tape.Tape, "negative", lambda one, of: one.record(-of.balls, (of, lambda slope: slope)))


def forget_the_given(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(entropy.Entropy, "slope_in_mixing", lambda one: entropy._guessed(one.whitening))


def drop_the_mirror_image_of_a_mixing(patch: pytest.MonkeyPatch) -> None:
    whole = entropy.Entropy.slope_in_mixing
    patch.setattr(entropy.Entropy, "slope_in_mixing", lambda one: Balls(0.5 * whole(one).centre, 0.5 * whole(one).radius))


def drop_the_mirrored_half_of_a_covariance(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(system, "symmetric", lambda slope: Balls(np.triu(slope.centre), np.triu(slope.radius)))


def drop_the_noise_slopes(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(entropy.Entropy, "slope_in_own", lambda one: zeros(*one.whitening.system.own.shape))


@pytest.mark.parametrize(
    "plant", [turn_a_sign, forget_the_given, drop_the_mirror_image_of_a_mixing, drop_the_mirrored_half_of_a_covariance, drop_the_noise_slopes]
)
def test_a_wrong_adjoint_is_seen(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    assert not holds(pair)
