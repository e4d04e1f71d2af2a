"""Information and mean-square error: exact for Gaussian inputs, by numbers for a binary one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy  # type: ignore[import-untyped]  # sympy ships no type information

import infograd as ig
from infograd import numeric
from infograd.analytic import answer
from infograd.analytic.theory.mmse import GaussianLink, scalar_link, snr
from infograd.array import exact

p = sympy.Symbol("P", positive=True)
SYMBOLS = sympy.symbols("h0:4", real=True)
GAIN = sympy.Matrix(2, 2, SYMBOLS)
PRIOR = sympy.Matrix([[2, 1], [1, 3]])
NOISE = sympy.Matrix([[1, sympy.Rational(1, 2)], [sympy.Rational(1, 2), 1]])
LINK = GaussianLink(GAIN, PRIOR, NOISE)


def vanishes(matrix: Any) -> bool:
    return bool(matrix.applyfunc(sympy.cancel).is_zero_matrix)


def test_information_grows_by_half_the_error_per_unit_of_snr() -> None:
    link = scalar_link(p)
    assert link.mean_square_error == p / (snr * p + 1)
    assert sympy.cancel(sympy.diff(link.information, snr) - link.mean_square_error / 2) == 0


def test_the_slope_in_the_gain_is_noise_inverse_times_gain_times_error() -> None:
    assert vanishes(LINK.slope - LINK.direct_slope)


def test_the_score_form_is_the_same_slope() -> None:
    assert vanishes(LINK.score_slope - LINK.slope)


def test_a_slope_with_the_prior_in_place_of_the_error_is_caught() -> None:
    assert not vanishes(NOISE.inv() * GAIN * PRIOR - LINK.direct_slope)


def test_the_slope_is_the_exact_answer_of_the_channel() -> None:
    h = ig.Parameter("H", (2, 2))
    x = ig.Source("X", ig.Normal((0, 0), ((2, 1), (1, 3))))
    y = ig.Gate("Y", h @ x, noise=ig.Normal((0, 0), ((1, "1/2"), ("1/2", 1))))
    values = ((1, 2), (-1, 3))
    reply = answer(ig.Question(ig.Channel(x, y), between=("X", "Y"), at={"H": values}))
    assert isinstance(reply, ig.Answer)
    stated = LINK.slope.subs(dict(zip(SYMBOLS, (1, 2, -1, 3), strict=True))).tolist()
    assert reply.gradient["H"].value == tuple(tuple(exact(str(entry)) for entry in row) for row in stated)


@pytest.mark.parametrize("gain", ["1/2", "1", "2"])
def test_a_binary_input_has_the_slope_of_its_error(gain: str) -> None:
    reply = numeric.answer(ig.CATALOGUE["bpsk"].question.at_point(a=gain))
    assert isinstance(reply, ig.Answer)
    a = float(exact(gain))
    z = np.linspace(-10, 10, 4001)
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    error = float(((1 - np.tanh(a * (a + z))) * density).sum() * (z[1] - z[0]))
    stated = reply.gradient["a"]
    assert isinstance(stated.value, float)
    assert isinstance(stated.doubt.estimated, float)
    assert abs(stated.value - a * error) <= 2 * stated.doubt.estimated + 1e-13


def test_shapes_that_do_not_fit_are_one_sentence() -> None:
    with pytest.raises(ig.SpecificationError, match=r"give covariances of shapes \(2, 2\) and \(2, 2\)"):
        GaussianLink(GAIN, [[1]], NOISE)
    with pytest.raises(ig.SpecificationError, match="write a symbol of its own in each place"):
        _ = scalar_link(p).direct_slope
