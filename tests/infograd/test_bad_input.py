"""Bad input of questions, each refused with one sentence that names the node and says what to write instead."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
import sympy  # type: ignore[import-untyped]  # sympy ships no type information
from hypothesis import given
from hypothesis import strategies as st

import infograd as ig
from infograd import analytic

K, W = ig.Parameter("K", (2, 2)), ig.Parameter("W", (2, 2))
X = ig.Source("X", ig.Normal((0, 0), ig.identity(2)))
U = ig.Source("U", ig.Normal((0, 0, 0), ig.identity(3)))
Y = ig.Gate("Y", W @ X, noise=ig.Normal((0, 0), ig.identity(2)))
Z = ig.Gate("Z", Y, noise=ig.Normal((0, 0), ig.identity(2)))
CHANNEL = ig.Channel(X, Y, Z, defaults={"W": ((1, 0), (0, 1))})


def ask(*between: Any, **options: Any) -> Callable[[], object]:
    """A question about the channel, not yet asked."""
    return lambda: ig.Question(CHANNEL, between, **options)


def source(covariance: Any, at: Any = None) -> Callable[[], object]:
    """A question whose source has this covariance: a constant, or K at a point."""

    def make() -> object:
        root = ig.Source("X", ig.Normal((0, 0), covariance))
        return ig.Question(ig.Channel(root, ig.Gate("Y", root, noise=ig.Normal((0, 0), ig.identity(2)))), ("X", "Y"), at={} if at is None else {"K": at})

    return make


def noise(covariance: Any, at: Any = None) -> Callable[[], object]:
    """A question whose gate has noise of this covariance: a constant, or K at a point."""

    def make() -> object:
        return ig.Question(ig.Channel(X, ig.Gate("Y", X, noise=ig.Normal((0, 0), covariance))), ("X", "Y"), at={} if at is None else {"K": at})

    return make


LOPSIDED, SINGULAR, ZERO, INDEFINITE = ((1, 1), (0, 1)), ((1, 2), (2, 4)), ((0, 0), (0, 0)), ((1, 2), (2, 1))
SYMMETRIC = "the covariance must be symmetric, and its entries [0][1] and [1][0] differ."
RANK = "the covariance must be positive definite, and has rank 1; multiply a 2 by 1 matrix by a source of 1 entry in a gate."
NOTHING = "the covariance must be positive definite, and is zero; write a gate without noise."
DEFINITE = "the covariance must be positive definite, and is not."
MATMUL = "the last axis of the left must match the first axis of the right, matrices or vectors only"

TABLE: dict[str, tuple[Callable[[], object], str]] = {
    "the same node on both sides": (ask("X", "X"), "Node 'X' stands more than once in between and given; name each node once."),
    "overlapping groups": (ask(("X", "Y"), ("Y", "Z")), "Node 'Y' stands more than once in between and given; name each node once."),
    "a given node on a side": (ask("X", ("Y", "Z"), given="Z"), "Node 'Z' stands more than once in between and given; name each node once."),
    "a node given twice": (ask("X", "Y", given=("Z", "Z")), "Node 'Z' stands more than once in between and given; name each node once."),
    "an entropy of a given node": (
        ask(("X", "Y"), (), given="X", quantity="entropy"),
        "Node 'X' stands more than once in between and given; name each node once.",
    ),
    "an empty first set": (
        ask((), "Y"),
        "between has an empty group beside 'Y'; name at least one node on each side, or ask quantity='entropy' for h of one group.",
    ),
    "an empty second set": (
        ask(("X", "Y"), ()),
        "between has an empty group beside 'X', 'Y'; name at least one node on each side, or ask quantity='entropy' for h of one group.",
    ),
    "an unknown node": (ask("X", "Q"), "'Q' is no node of the channel; its nodes: 'X', 'Y', 'Z'."),
    "a lopsided covariance of a source": (source(LOPSIDED), f"Source 'X', law Normal: {SYMMETRIC}"),
    "a lopsided covariance of a source by a parameter": (source(K, LOPSIDED), f"Source 'X', law Normal: {SYMMETRIC}"),
    "a lopsided covariance of a noise": (noise(LOPSIDED), f"Gate 'Y', law Normal: {SYMMETRIC}"),
    "a lopsided covariance of a noise by a parameter": (noise(K, LOPSIDED), f"Gate 'Y', law Normal: {SYMMETRIC}"),
    "an indefinite covariance of a source": (source(INDEFINITE), f"Source 'X', law Normal: {DEFINITE}"),
    "an indefinite covariance of a source by a parameter": (source(K, INDEFINITE), f"Source 'X', law Normal: {DEFINITE}"),
    "an indefinite covariance of a noise": (noise(INDEFINITE), f"Gate 'Y', law Normal: {DEFINITE}"),
    "an indefinite covariance of a noise by a parameter": (noise(K, INDEFINITE), f"Gate 'Y', law Normal: {DEFINITE}"),
    "a singular covariance of a source": (source(SINGULAR), f"Source 'X', law Normal: {RANK}"),
    "a singular covariance of a source by a parameter": (source(K, SINGULAR), f"Source 'X', law Normal: {RANK}"),
    "a singular covariance by a product": (source(K @ K.T, ((1, 0), (2, 0))), f"Source 'X', law Normal: {RANK}"),
    "a singular covariance of a noise": (noise(K, SINGULAR), f"Gate 'Y', law Normal: {RANK}"),
    "no covariance at all": (noise(K, ZERO), f"Gate 'Y', law Normal: {NOTHING}"),
    "a covariance with an entry beyond the rationals": (source(ig.exp(K), ((1, 1), (1, 1))), f"Source 'X', law Normal: {DEFINITE}"),
    "a matrix of another width": (
        lambda: ig.Gate("Y", W @ U),
        f"matmul got shapes (2, 2), (3,); {MATMUL} (the arguments use 'W', 'U').",
    ),
    "a sum of different lengths": (
        lambda: X + U,
        "add got shapes (2,), (3,); give it equal shapes, or a scalar beside any shape (the arguments use 'X', 'U').",
    ),
    "a noise of another length": (
        lambda: ig.Gate("Y", X, noise=ig.Normal((0, 0, 0), ig.identity(3))),
        "Gate 'Y' has a map of shape (2,) and noise of shape (3,); give both one shape.",
    ),
    "a scalar noise of a vector": (
        lambda: ig.Gate("Y", X, noise=ig.Normal()),
        "Gate 'Y' has a map of shape (2,) and noise of shape (); give both one shape, for example a covariance of variance*identity(2).",
    ),
    "a node used with another shape": (
        lambda: ig.Channel(X, ig.Gate("Y", ig.Reference("X", (3,)))),
        "Gate 'Y' uses 'X' with shape (3,); that node has shape (2,).",
    ),
    "a matrix as a node": (lambda: ig.Gate("Y", W), "Gate 'Y' has a map of shape (2, 2); a node is a scalar or a vector."),
    "a value of another shape": (ask("X", "Y", at={"W": (1, 2)}), "Parameter 'W' has shape (2, 2) and got a value of shape (2,)."),
}


@pytest.mark.parametrize("what", TABLE)
def test_bad_input_is_refused_with_its_sentence(what: str) -> None:
    make, sentence = TABLE[what]
    with pytest.raises(ig.SpecificationError, match=f"^{re.escape(sentence)}$"):
        make()


@pytest.mark.parametrize(
    ("gate", "reason"),
    [
        (ig.Gate("Y", ig.tanh(X), noise=ig.Normal((0, 0), ig.identity(2))), "no closed form: gate 'Y' applies tanh to a random node"),
        (ig.Gate("Y", ig.dot(X, X), noise=ig.Normal()), "no closed form: gate 'Y' multiplies random nodes"),
        (ig.Gate("Y", X[0] ** 2, noise=ig.Normal()), "no closed form: gate 'Y' "),
        (ig.Gate("Y", X, noise=ig.Laplace((0, 0))), "no closed form: gate 'Y' "),
    ],
    ids=["tanh", "dot", "power", "Laplace"],
)
@pytest.mark.parametrize("quantity", ["information", "entropy"])
def test_a_channel_beyond_linear_gaussian_is_refused_by_the_analytic_room_with_the_gate(gate: ig.Gate, reason: str, quantity: str) -> None:
    between = ("X", "Y") if quantity == "information" else ("Y", ())
    question = ig.Question(ig.Channel(X, gate), between, quantity=quantity)
    for reply in (analytic.answer(question), analytic.closed_form(question)):
        assert isinstance(reply, ig.Refusal)
        assert reply.reason.startswith(reason)


@given(
    st.integers(1, 3).flatmap(lambda rank: st.lists(st.lists(st.integers(-2, 2), min_size=rank, max_size=rank), min_size=3, max_size=3)),
    st.sampled_from([Fraction(0), Fraction(1, 10**40), Fraction(-1, 10**40)]),
)
def test_definite_singular_and_indefinite_are_told_apart_exactly(factor: list[list[int]], moved: Fraction) -> None:
    """A A^T has the rank of A; moved by one part in 10^40 along the last entry it is decided still."""
    matrix = sympy.Matrix(factor) * sympy.Matrix(factor).T
    matrix[2, 2] += sympy.Rational(moved.numerator, moved.denominator)
    covariance = tuple(tuple(Fraction(int(entry.p), int(entry.q)) for entry in matrix.row(row)) for row in range(3))
    minors = [matrix.extract(list(kept), list(kept)).det() for kept in ((0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2))]
    found = ig.Normal((0, 0, 0), ig.Parameter("S", (3, 3))).violation({"covariance": covariance})
    if min(minors) < 0:
        assert found == "the covariance must be positive definite, and is not"
    elif matrix.rank() == 3:
        assert found is None
    elif matrix.rank() == 0:
        assert found == "the covariance must be positive definite, and is zero; write a gate without noise"
    else:
        assert found is not None
        assert f"has rank {matrix.rank()}; multiply a 3 by {matrix.rank()} matrix" in found
