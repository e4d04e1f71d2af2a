"""Entropies in the language: what a question of one is, how it is written, and that it is stored."""

from __future__ import annotations

import re
from typing import Any

import pytest
from latex2mathml.converter import convert

import infograd as ig
from infograd.latex import question_latex

CASE = ig.CATALOGUE["mac"].question


def ask(**changes: Any) -> ig.Question:
    """h(Y) of the multiple access channel, with some of its arguments changed."""
    return ig.Question(**{"channel": CASE.channel, "between": ("Y", ()), "at": CASE.at, "quantity": "entropy", **changes})


def test_an_entropy_has_one_group_of_nodes() -> None:
    question = ask(given=("X1", "X2"))
    assert question.between == (("Y",), ())
    assert question.nodes == ("Y", "X1", "X2")
    assert (question.symbol, CASE.symbol) == ("h", "I")
    assert question != ask()


def test_moving_a_point_keeps_the_quantity() -> None:
    assert ask().at_point(a1=3).quantity == "entropy"


@pytest.mark.parametrize(
    ("changes", "latex"),
    [({}, "h(Y)"), ({"given": "X2"}, r"h(Y \mid X_{2})"), ({"between": (("X1", "Y"), ()), "given": "X2"}, r"h(X_{1}, Y \mid X_{2})")],
)
def test_an_entropy_is_written_with_its_own_letter(changes: dict[str, Any], latex: str) -> None:
    assert question_latex(ask(**changes)) == latex
    assert convert(latex).startswith("<math")


def test_an_entropy_is_stored_and_read_back() -> None:
    question = ask(given="X2")
    assert ig.from_json(ig.to_json(question)) == question


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"between": ("X1", "Y")}, "an entropy is of one group of nodes, and between is (('X1',), ('Y',)); write between=(('X1',), ())."),
        ({"between": ((), "Y")}, "an entropy is of one group of nodes, and between is ((), ('Y',)); write between=(('Y',), ())."),
        ({"between": ((), ())}, "an entropy is of one group of nodes, and between is ((), ()); write between=(('Y',), ())."),
        (
            {"quantity": "information"},
            "between has an empty group beside 'Y'; name at least one node on each side, or ask quantity='entropy' for h of one group.",
        ),
        ({"quantity": "information", "between": ((), ())}, "between has an empty group; name at least one node on each side, or ask quantity='entropy'"),
        ({"given": "Y"}, "Node 'Y' stands more than once in between and given; name each node once."),
    ],
)
def test_groups_that_fit_no_quantity_are_refused_with_what_does(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ig.SpecificationError, match=f"^{re.escape(message)}"):
        ask(**changes)
