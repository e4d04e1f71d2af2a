"""What the cubature cannot answer, and the reason it gives."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

import infograd as ig
from infograd import numeric

UNIT = ig.Normal((0, 0), ig.identity(2))
X, U = ig.Source("X", UNIT), ig.Source("U", UNIT)
LINE = ig.Source("X", ig.Normal(0, 1))
W = ig.Parameter("W", (2, 2))
MIXING = {"W": ((1, 2), (3, 4))}


def asked(*nodes: ig.Source | ig.Gate, order: int = 1, at: Mapping[str, object] | None = None) -> ig.Question:
    return ig.Question(ig.Channel(*nodes), ("X", "Y"), at=at, order=order)


def wide(size: int) -> ig.Question:
    x = ig.Source("X", ig.Normal((0,) * size, ig.identity(size)))
    mixing = ig.Constant([[1 + (row == column) for column in range(size)] for row in range(size)])
    return asked(x, ig.Gate("Y", mixing @ ig.tanh(x), noise=ig.Normal((0,) * size, ig.identity(size))))


def tall(size: int) -> ig.Question:
    x = ig.Source("X", ig.Points([[int(row == column) for column in range(size)] for row in range(size + 1)]))
    return asked(x, ig.Gate("Y", 1 * x, noise=ig.Normal((0,) * size, ig.identity(size))))


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (wide(4), r"h\(Y\) takes 4 variables of the inputs after the linear parts are folded, and at most 3 are taken"),
        (tall(4), r"h\(Y\) takes 4 variables of the outputs after the linear parts are folded, and at most 3 are taken"),
        (asked(X, ig.Gate("Y", 1 * X, noise=ig.Laplace((0, 0), 1))), "noise of gate 'Y' is Laplace; this method takes Gaussian noise"),
        (asked(LINE, ig.Gate("Y", 1 * LINE, noise=ig.Points((0, 1)))), "noise of gate 'Y' is of points; this method takes Gaussian noise"),
        (asked(X, ig.Gate("Y", 2 * X)), "'Y' is deterministic"),
        (asked(X, ig.Gate("Y", W @ X, noise=UNIT), order=2, at=MIXING), "second derivatives"),
        (asked(X, ig.Gate("Y", W @ ig.sign(X), noise=UNIT), at=MIXING), "gate 'Y' has a map with jumps"),
        (asked(X, ig.Gate("Y", ig.log(X), noise=UNIT)), "leaves the range"),
        (asked(X, ig.Gate("Y", ig.Opaque("net", (ig.Reference("X", (2,)),), (2,)), noise=UNIT)), "opaque module 'net' can be run, not read"),
        (ig.Question(ig.CATALOGUE["vector"].question.channel, ("Y", ()), quantity="entropy"), "an entropy was asked"),
    ],
)
def test_what_the_cubature_cannot_answer_is_refused_with_its_reason(question: ig.Question, reason: str) -> None:
    reply = numeric.answer(question, method="cubature")
    assert isinstance(reply, ig.Refusal)
    assert reply.method == "cubature"
    assert re.search(reason, reply.reason), reply.reason
    assert reply.reason.endswith(".")


def test_noise_that_passes_a_nonlinear_map_beside_its_own_node_is_refused() -> None:
    v = ig.Gate("V", W @ X, noise=UNIT)
    y = ig.Gate("Y", ig.tanh(v) + X, noise=UNIT)
    reply = numeric.answer(ig.Question(ig.Channel(X, v, y, defaults=MIXING), ("X", ("V", "Y"))), method="cubature")
    assert isinstance(reply, ig.Refusal)
    assert "no Gaussian part of it is left" in reply.reason or "variables of the inputs" in reply.reason


def test_the_kernel_is_refused_before_it_is_made() -> None:
    question = asked(X, ig.Gate("Y", W @ ig.tanh(X), noise=UNIT), at=MIXING)
    reply = numeric.answer(question, operations=1e5)
    assert isinstance(reply, ig.Refusal)
    assert reply.method == "cubature"
    assert re.search(r"h\(Y\) takes a kernel of \S+ cells over 2 variables of the outputs, and \S+ operations", reply.reason)


def test_too_many_cases_are_refused_by_their_number() -> None:
    points = ig.Points([[row, row * row] for row in range(70)])
    x, u = ig.Source("X", points), ig.Source("U", points)
    reply = numeric.answer(asked(x, u, ig.Gate("Y", x + u, noise=UNIT)))
    assert isinstance(reply, ig.Refusal)
    assert "4900 cases of points and mixtures, and at most 4096 are taken" in reply.reason


def test_a_kink_is_met_as_far_as_it_goes() -> None:
    question = asked(X, ig.Gate("Y", ig.relu(X), noise=UNIT), order=0)
    exact = numeric.answer(asked(LINE, ig.Gate("Y", ig.relu(LINE), noise=ig.Normal(0, 1)), order=0))
    reply = numeric.answer(question, error=1e-3)
    assert isinstance(exact, ig.Answer)
    assert isinstance(reply, ig.Answer)
    assert exact.value is not None
    assert reply.value is not None
    twice, doubt, once = reply.value.value, reply.value.doubt.estimated, exact.value.value
    assert isinstance(twice, float)
    assert isinstance(doubt, float)
    assert isinstance(once, float)
    assert abs(twice - 2 * once) <= doubt + 1e-12
    sharper = numeric.answer(question, error=1e-12)
    assert isinstance(sharper, ig.Refusal)
    assert "was not reached" in sharper.reason


def test_vector_nodes_that_do_not_matter_leave_the_other_methods_alone() -> None:
    beside = ig.Gate("V", W @ U, noise=UNIT)
    middle = ig.Gate("M", ig.tanh(LINE), noise=ig.Normal(0, 1))
    channel = ig.Channel(LINE, U, beside, middle, ig.Gate("Y", ig.tanh(middle), noise=ig.Normal(0, 1)), defaults=MIXING)
    reply = numeric.answer(ig.Question(channel, ("X", "Y"), wrt=()))
    assert isinstance(reply, ig.Answer)
    assert reply.method == "trapezoid kernels"
