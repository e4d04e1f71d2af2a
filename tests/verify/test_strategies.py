"""Every drawn question is valid, all kinds of channels are drawn, and failing ones shrink to small channels and simple numbers."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

import infograd as ig
from infograd.array import entries
from infograd.channel import node_law, node_parents
from infograd.graph import d_separated
from infograd.verify.strategies import linear_questions, scalar_nonlinear_questions

SEARCH = settings(max_examples=2000, deadline=None, database=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])


def found(strategy: st.SearchStrategy[ig.Question], condition: Callable[[ig.Question], bool]) -> ig.Question:
    """The simplest question that hypothesis finds for the condition."""
    return find(strategy, condition, settings=SEARCH)


def exists(strategy: st.SearchStrategy[ig.Question], condition: Callable[[ig.Question], bool]) -> bool:
    """Whether such a question is drawn; it is not made simpler."""
    find(strategy, condition, settings=settings(SEARCH, phases=[Phase.generate]))
    return True


def numbers(question: ig.Question) -> dict[str, list[Fraction]]:
    """The entries of every parameter's value."""
    return {name: [value for _, value in entries(array)] for name, array in question.at.items()}


@given(linear_questions() | linear_questions(vectors=True) | linear_questions(min_nodes=5, max_nodes=5))
def test_a_linear_question_is_what_its_strategy_promises(question: ig.Question) -> None:
    channel = question.channel
    sources = [node for node in channel.nodes if isinstance(node, ig.Source)]
    gates = [node for node in channel.nodes if isinstance(node, ig.Gate)]
    assert 2 <= len(channel.nodes) <= 8
    assert 1 <= len(sources) <= 3
    assert all(isinstance(node_law(node), ig.Normal | None) for node in channel.nodes)
    assert all(1 <= len(node_parents(gate)) <= 3 for gate in gates)
    assert {node.shape for node in channel.nodes} <= {(), (2,), (3,)}
    assert gates[-1].noise is not None
    asked, answered = question.between
    assert answered == (gates[-1].name,) == ("Y",)
    assert {*asked, *question.given} <= {source.name for source in sources}
    assert 1 <= len(asked) <= 2
    assert len(question.given) <= 1
    assert 1 <= len(question.wrt) <= 6
    for name, values in numbers(question).items():
        assert all(value and -2 <= value <= 2 for value in values) if name[0] == "g" else Fraction(1, 4) <= values[0] <= 4


@given(linear_questions(max_parents=1))
def test_the_number_of_parents_can_be_limited(question: ig.Question) -> None:
    assert all(len(node_parents(node)) == 1 for node in question.channel.nodes if isinstance(node, ig.Gate))


@given(linear_questions())
def test_the_asked_sources_are_heard_at_the_last_node(question: ig.Question) -> None:
    assert not any(d_separated(question.channel, (name,), question.between[1], question.given) for name in question.between[0])


@given(scalar_nonlinear_questions())
def test_a_nonlinear_question_is_what_its_strategy_promises(question: ig.Question) -> None:
    channel = question.channel
    assert channel.names in (("X", "Y"), ("X", "V", "Y"))
    assert all(node.shape == () for node in channel.nodes)
    assert all(isinstance(node_law(node), ig.Normal) for node in channel.nodes[1:])
    assert question.between == (("X",), ("Y",))
    assert question.wrt
    for name, (value,) in numbers(question).items():
        assert Fraction(1, 10) <= value <= 2 if name[0] == "s" else Fraction(1, 4) <= value <= 3


@pytest.mark.parametrize("size", range(2, 9))
def test_every_size_is_drawn_and_can_be_asked_for(size: int) -> None:
    assert exists(linear_questions(), lambda question: len(question.channel.nodes) == size)
    assert exists(linear_questions(min_nodes=size, max_nodes=size), lambda question: len(question.channel.nodes) == size)


def gates(question: ig.Question) -> list[ig.Gate]:
    """The gates of the question's channel."""
    return [node for node in question.channel.nodes if isinstance(node, ig.Gate)]


LINEAR_KINDS: dict[str, Callable[[ig.Question], bool]] = {
    "a deterministic gate": lambda question: any(gate.noise is None for gate in gates(question)),
    "a given source": lambda question: bool(question.given),
    "two asked sources": lambda question: len(question.between[0]) == 2,
    "three sources": lambda question: sum(isinstance(node, ig.Source) for node in question.channel.nodes) == 3,
    "a gate with three parents": lambda question: any(len(node_parents(gate)) == 3 for gate in gates(question)),
    "a diamond": lambda question: any("V1" in node_parents(gate) and "X1" in node_parents(gate) for gate in gates(question)),
    "a gradient in a source's variance": lambda question: any(name[0] == "p" for name in question.wrt),
    "a gradient in some parameters only": lambda question: len(question.wrt) < len(question.at),
    "a negative gain": lambda question: any(value < 0 for values in numbers(question).values() for value in values),
}
NONLINEAR_KINDS: dict[str, Callable[[ig.Question], bool]] = {
    **{
        law.__name__: lambda question, law=law: isinstance(node_law(question.channel.nodes[0]), law)  # type: ignore[misc]  # a lambda's default has no annotation
        for law in (ig.Normal, ig.Points, ig.Mixture)
    },
    **{
        name: lambda question, name=name: any(isinstance(gate.map, ig.Apply) and gate.map.operation == name for gate in gates(question))  # type: ignore[misc]  # as above
        for name in ("tanh", "erf", "sigmoid", "sin", "softplus")
    },
    "two hops": lambda question: len(question.channel.nodes) == 3,
    "four points": lambda question: isinstance(law := node_law(question.channel.nodes[0]), ig.Points) and law.values.shape == (4,),
}


@pytest.mark.parametrize("kind", LINEAR_KINDS)
def test_every_kind_of_linear_question_is_drawn(kind: str) -> None:
    assert exists(linear_questions(), LINEAR_KINDS[kind])


@pytest.mark.parametrize("kind", NONLINEAR_KINDS)
def test_every_kind_of_nonlinear_question_is_drawn(kind: str) -> None:
    assert exists(scalar_nonlinear_questions(), NONLINEAR_KINDS[kind])


@pytest.mark.parametrize("shapes", [{(), (2,)}, {(2,), (3,)}, {(3,)}], ids=str)
def test_vectors_and_scalars_are_mixed(shapes: set[tuple[int, ...]]) -> None:
    assert exists(linear_questions(vectors=True), lambda question: {node.shape for node in question.channel.nodes} == shapes)


def test_the_simplest_linear_question_is_one_hop_with_ones() -> None:
    question = found(linear_questions(), lambda question: True)
    assert question.channel.names == ("X1", "Y")
    assert dict(question.at) == {"g1": 1, "p1": 1, "v1": 1}
    assert len(question.wrt) == 1


def test_a_failure_that_needs_one_number_shrinks_to_that_number() -> None:
    question = found(linear_questions(), lambda question: question.at["v1"] >= 3)
    assert question.channel.names == ("X1", "Y")
    assert dict(question.at) == {"g1": 1, "p1": 1, "v1": 3}


def test_a_failure_that_needs_a_deterministic_gate_shrinks_to_one_of_them() -> None:
    question = found(linear_questions(), LINEAR_KINDS["a deterministic gate"])
    assert question.channel.names == ("X1", "V1", "Y")
    assert set(question.at.values()) == {1}


def test_the_simplest_nonlinear_question_is_one_tanh_with_ones() -> None:
    question = found(scalar_nonlinear_questions(), lambda question: True)
    x = ig.Source("X", ig.Normal(0, 1))
    y = ig.Gate("Y", ig.tanh(ig.Parameter("theta") * x), noise=ig.Normal(0, ig.Parameter("s1")))
    assert question.channel == ig.Channel(x, y, defaults={"theta": 1, "s1": 1})


def test_a_failure_on_a_mixture_shrinks_to_two_equal_halves() -> None:
    question = found(scalar_nonlinear_questions(), NONLINEAR_KINDS["Mixture"])
    law = ig.Mixture(("1/2", "1/2"), (ig.Normal(-1, 1), ig.Normal(1, 1)))
    assert node_law(question.channel.nodes[0]) == law
    assert len(question.channel.nodes) == 2


def test_one_node_is_no_channel_to_ask_about() -> None:
    with pytest.raises(ig.SpecificationError, match="linear_questions got min_nodes=1; a question needs a source and a gate, so write 2 or more"):
        found(linear_questions(min_nodes=1), lambda question: True)
