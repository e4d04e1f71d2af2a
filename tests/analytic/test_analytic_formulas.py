"""Closed forms as LaTeX."""

from __future__ import annotations

import pytest

import infograd as ig
from infograd.analytic import formulas


def test_cascade_is_printed_as_the_paper_prints_it() -> None:
    found = formulas(ig.CATALOGUE["cascade"].question)
    assert [formula.title for formula in found] == ["I", "P", "a", "b", "s1", "s2"]
    assert found[0].latex == r"I(X; Y) = \tfrac{1}{2} \log\left(1 + \frac{P a^{2} b^{2}}{b^{2} s_{1} + s_{2}}\right)"
    assert found[2].latex == r"\frac{\partial I}{\partial a} = \frac{P a b^{2}}{P a^{2} b^{2} + b^{2} s_{1} + s_{2}}"


def test_greek_names_and_conditions_are_printed_as_symbols() -> None:
    assert r"P \left(\alpha + \beta\right)^{2}" in formulas(ig.CATALOGUE["multipath-a"].question)[0].latex
    assert formulas(ig.CATALOGUE["mac"].question)[0].latex.startswith(r"I(X_{1}; Y \mid X_{2}) = ")


def test_vector_channel_is_printed_in_its_own_matrices() -> None:
    (formula,) = formulas(ig.CATALOGUE["vector"].question)
    signal, noise = r"M W W^{\mathsf{T}} M^{\mathsf{T}}", r"s_{1} M M^{\mathsf{T}} + s_{2} I"
    assert formula == ig.Formula("I", rf"I(X; Y) = \tfrac{{1}}{{2}} \log\det\left(I + {signal} \left({noise}\right)^{{-1}}\right)")


def wide(map_of: str) -> ig.Question:
    w, k = ig.Parameter("W", (3, 3)), ig.Parameter("K", (3, 3))
    x = ig.Source("X", ig.Normal((0, 0, 0), k @ k.T + ig.identity(3)))
    u = ig.Source("U", ig.Normal((0, 0, 0), 2 * ig.identity(3)))
    maps = {"plain": w @ x + ig.Parameter("a") * u, "entries": ig.stack(x[0], x[1], x[2]) + w @ u}
    y = ig.Gate("Y", maps[map_of], noise=ig.Normal((0, 0, 0), ig.identity(3)))
    at = {"W": ((1, 0, 0), (0, 1, 0), (0, 0, 1)), "K": ((1, 0, 0), (0, 1, 0), (0, 0, 1)), **({"a": 1} if map_of == "plain" else {})}
    return ig.Question(ig.Channel(x, u, y), between=("X", "Y"), given="U", at=at)


def test_given_sources_leave_the_noise_and_covariances_stand_between_gains() -> None:
    (formula,) = formulas(wide("plain"))
    signal = r"\left(W K K^{\mathsf{T}} W^{\mathsf{T}} + W W^{\mathsf{T}}\right)"
    assert formula.latex == rf"I(X; Y \mid U) = \tfrac{{1}}{{2}} \log\det\left(I + {signal}\right)"


@pytest.mark.parametrize("question", [ig.CATALOGUE["tanh"].question, wide("entries")])
def test_a_channel_without_a_readable_form_has_no_formula(question: ig.Question) -> None:
    assert formulas(question) == ()


def test_information_zero_is_printed_as_zero() -> None:
    x, u = ig.Source("X", ig.Normal(0, 1)), ig.Source("U", ig.Normal(0, ig.Parameter("s")))
    found = formulas(ig.Question(ig.Channel(x, u), between=("X", "U"), at={"s": 1}))
    assert [formula.latex for formula in found] == ["I(X; U) = 0", r"\frac{\partial I}{\partial s} = 0"]


def test_entries_of_an_array_are_printed_with_their_index() -> None:
    w = ig.Parameter("w", (2,))
    x = ig.Source("X", ig.Normal((0, 0), ig.identity(2)))
    y = ig.Gate("Y", ig.dot(w, x), noise=ig.Normal(0, 1))
    found = formulas(ig.Question(ig.Channel(x, y), between=("X", "Y"), at={"w": (1, 2)}))
    assert found[0].latex == r"I(X; Y) = \tfrac{1}{2} \log\left(1 + {w}_{[0]}^{2} + {w}_{[1]}^{2}\right)"
    assert found[1].title == "w[0]"
