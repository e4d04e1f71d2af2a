"""Vector graphs by cubature: several users, inputs that are given, fading that is known, and receivers behind an inner vector."""

from __future__ import annotations

import math

import numpy as np
from scipy import integrate

import infograd as ig
from infograd import numeric
from infograd.array import shape_of
from infograd.expression import as_expression
from tests.numeric.vector_answers import UNIT, W, a, answered, b, check, check_against, check_differences, flat, p, s, v, w


def users() -> ig.Channel:
    """Two users with one input each, a Gaussian and a uniform one, and a receiver of two entries."""
    x1, x2 = ig.Source("X1", ig.Normal(0, p)), ig.Source("X2", ig.Uniform(-1, b))
    y = ig.Gate("Y", v * ig.tanh(x1) + w * x2, noise=ig.Normal((0, 0), s * ig.identity(2)))
    return ig.Channel(x1, x2, y, defaults={"v": (1, "1/2"), "w": ("-3/10", 1), "s": "3/10", "p": 1, "b": 2})


def test_the_users_of_a_vector_receiver_obey_the_chain_rule() -> None:
    channel = users()
    both, first, second = (
        answered(ig.Question(channel, (("X1", "X2"), "Y"))),
        answered(ig.Question(channel, ("X1", "Y"))),
        answered(ig.Question(channel, ("X2", "Y"), given="X1")),
    )
    pairs = [(both.value, first.value, second.value), *((both.gradient[name], first.gradient[name], second.gradient[name]) for name in both.gradient)]
    for whole, left, right in pairs:
        (total, _), (one, doubt), (other, more) = flat(whole), flat(left), flat(right)
        assert np.all(total != 0)
        check(whole, one + other, doubt + more)
    check_differences(ig.Question(channel, ("X1", "Y")))


def test_an_input_that_is_given_and_only_shifts_the_output_is_folded() -> None:
    reply = answered(ig.Question(users(), ("X1", "Y"), given="X2"))
    check(reply.gradient["w"], (0, 0))
    check(reply.gradient["b"], 0)
    assert reply.cost["cells"] < 100_000


def test_known_fading_is_averaged_over_its_gaussian_channels() -> None:
    """Y = g H X + N with both entries of H known: E log(1 + g^2 R)/2 with R exponential of mean 2."""
    h, x = ig.Source("H", UNIT), ig.Source("X", ig.Normal(0, 1))
    question = ig.Question(ig.Channel(h, x, ig.Gate("Y", a * h * x, noise=UNIT), defaults={"a": "3/2"}), ("X", "Y"), given="H")
    value, left = integrate.quad(lambda r: 0.5 * math.log1p(2.25 * r) * math.exp(-r / 2) / 2, 0, math.inf, epsabs=1e-13, epsrel=1e-13)
    slope, rest = integrate.quad(lambda r: 1.5 * r / (1 + 2.25 * r) * math.exp(-r / 2) / 2, 0, math.inf, epsabs=1e-13, epsrel=1e-13)
    reply = answered(question)
    check(reply.value, value, left)
    check(reply.gradient["a"], slope, rest)


def test_a_projection_of_the_known_fading_is_differentiated_through_its_rotation() -> None:
    h, x = ig.Source("H", UNIT), ig.Source("X", ig.Normal(0, p))
    channel = ig.Channel(h, x, ig.Gate("Y", ig.dot(w, h) * x * v, noise=UNIT), defaults={"p": 1, "w": (1, "1/2"), "v": (1, 2)})
    reply = check_differences(ig.Question(channel, ("X", "Y"), given="H"))
    assert reply.cost["cells"] < 10_000


def relay() -> ig.Channel:
    """A scalar input, an inner node of two entries, and a linear receiver of two."""
    x = ig.Source("X", ig.Normal(0, p))
    inner = ig.Gate("V", as_expression([ig.tanh(a * x), 1 * x]), noise=ig.Normal((0, 0), s * ig.identity(2)))
    y = ig.Gate("Y", W @ inner, noise=UNIT)
    return ig.Channel(x, inner, y, defaults={"p": 1, "a": 2, "s": "1/2", "W": ((1, 1), (0, 1))})


def test_a_linear_receiver_behind_an_inner_vector_is_folded_and_loses_information() -> None:
    whole, heard = check_differences(ig.Question(relay(), ("X", "Y"))), answered(ig.Question(relay(), ("X", "V")))
    [less], [doubt] = flat(whole.value)
    [more], [other] = flat(heard.value)
    assert less + doubt < more - other
    for name in ("p", "a", "s"):
        assert name in heard.gradient
    check(answered(ig.Question(relay(), ("X", ("V", "Y")))).value, more, other)


def test_noise_that_goes_through_the_next_map_is_a_variable_of_its_own() -> None:
    question = ig.CATALOGUE["relay"].question
    check_against(answered(question, 1e-9), numeric.answer(question, method="trapezoid kernels"), 1e-9)


def test_nodes_that_share_nothing_have_no_information() -> None:
    x, u = ig.Source("X", UNIT), ig.Source("U", UNIT)
    channel = ig.Channel(x, u, ig.Gate("Y", W @ x, noise=UNIT), defaults={"W": ((1, 2), (3, 4))})
    reply = answered(ig.Question(channel, ("U", "Y")))
    check(reply.value, 0)
    check(reply.gradient["W"], np.zeros((2, 2)))
    assert shape_of(reply.gradient["W"].value) == (2, 2)  # type: ignore[arg-type]  # an array, as checked above
