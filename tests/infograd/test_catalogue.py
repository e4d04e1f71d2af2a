"""The catalogue names the channels and holds no values."""

from __future__ import annotations

import pytest

import infograd as ig
from infograd.channel import node_parents

SHAPES = {
    "scalar": {"X": (), "Y": ("X",)},
    "cascade": {"X": (), "V": ("X",), "Y": ("V",)},
    "multipath-a": {"X": (), "V1": ("X",), "V2": ("X",), "Y": ("V1", "V2")},
    "multipath-b": {"X": (), "V1": ("X",), "V2": ("X",), "Y": ("V1", "V2")},
    "tanh": {"X": (), "Y": ("X",)},
    "relay": {"X": (), "V": ("X",), "Y": ("V",)},
    "mac": {"X1": (), "X2": (), "Y": ("X1", "X2")},
    "mac-sum": {"X1": (), "X2": (), "Y": ("X1", "X2")},
    "bpsk": {"X": (), "Y": ("X",)},
    "vector": {"X": (), "V": ("X",), "Y": ("V",)},
}


def test_every_channel_of_the_catalogue_has_its_graph() -> None:
    graphs = {name: {node.name: node_parents(node) for node in case.question.channel.nodes} for name, case in ig.CATALOGUE.items()}
    assert graphs == SHAPES


@pytest.mark.parametrize("name", SHAPES)
def test_every_case_asks_for_the_gradient_in_every_parameter_at_its_defaults(name: str) -> None:
    case = ig.CATALOGUE[name]
    question = case.question
    assert case.name == name
    assert case.summary.endswith(".")
    assert question.wrt == tuple(parameter.name for parameter in question.channel.parameters)
    assert question.at == question.channel.defaults
    assert question.order == 1


def test_the_two_multipath_forms_differ_in_the_branch_that_beta_weighs() -> None:
    (form_a, form_b) = (ig.CATALOGUE[f"multipath-{form}"].question.channel.node("Y") for form in "ab")
    beta, v1, v2 = ig.Parameter("beta"), ig.Reference("V1"), ig.Reference("V2")
    assert isinstance(form_a, ig.Gate)
    assert isinstance(form_b, ig.Gate)
    assert form_a.map == v1 + beta * v2
    assert form_b.map == beta * v1 + v2


def test_the_multiple_access_questions_are_conditional_and_joint() -> None:
    conditional, joint = ig.CATALOGUE["mac"].question, ig.CATALOGUE["mac-sum"].question
    assert (conditional.between, conditional.given) == ((("X1",), ("Y",)), ("X2",))
    assert (joint.between, joint.given) == ((("X1", "X2"), ("Y",)), ())
    assert conditional.channel == joint.channel
