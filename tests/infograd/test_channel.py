"""Channels are checked at birth; each message names the place and the mend."""

from __future__ import annotations

import re
from typing import Any

import pytest

import infograd as ig

A, B = ig.Parameter("a"), ig.Parameter("b")
X = ig.Source("X", ig.Normal(0, A))
V = ig.Gate("V", B * X, noise=ig.Normal(0, 1))
Y = ig.Gate("Y", ig.tanh(V))


def says(message: str) -> Any:
    """A context that expects exactly this sentence."""
    return pytest.raises(ig.SpecificationError, match=f"^{re.escape(message)}$")


def test_parents_and_parameters_are_derived_from_maps_and_laws() -> None:
    from infograd.channel import node_law, node_parameters, node_parents

    channel = ig.Channel(X, V, Y, defaults={"a": 1})
    assert channel.names == ("X", "V", "Y")
    assert channel.parameters == (A, B)
    assert channel.defaults == {"a": 1}
    assert [node_parents(node) for node in channel.nodes] == [(), ("X",), ("V",)]
    assert [node_parameters(node) for node in channel.nodes] == [(A,), (B,), ()]
    assert [node_law(node) for node in channel.nodes] == [ig.Normal(0, A), ig.Normal(0, 1), None]
    assert channel.node("V") is V


def test_a_node_must_come_before_its_use() -> None:
    with says("Gate 'V' uses 'X', which must come before it; nodes before it: none."):
        ig.Channel(V, X, Y)
    with says("Gate 'Y' uses 'V', which must come before it; nodes before it: 'X'."):
        ig.Channel(X, Y, V)
    with says("Gate 'L' uses 'L', which must come before it; nodes before it: 'X'."):
        ig.Channel(X, ig.Gate("L", X + ig.Reference("L")))


def test_a_name_stands_for_one_node_only() -> None:
    with says("Gate 'X' has the name of an earlier node; give every node its own name."):
        ig.Channel(X, ig.Gate("X", 2 * X))


def test_a_reference_must_have_the_shape_of_its_node() -> None:
    with says("Gate 'V' uses 'X' with shape (2,); that node has shape ()."):
        ig.Channel(X, ig.Gate("V", ig.sum(ig.Reference("X", (2,)))))


def test_nodes_parameters_and_modules_share_one_namespace() -> None:
    with says("'V' names a node and a parameter; give one of them another name."):
        ig.Channel(X, ig.Gate("V", ig.Parameter("V") * X))
    with says("Parameter 'a' is used with shapes () and (2,); give it one shape."):
        ig.Channel(X, ig.Gate("V", ig.Parameter("a", (2,))[0] * X))
    for clash in ("X", "a"):
        with says(f"{clash!r} names an opaque module and a node or parameter; give one of them another name."):
            ig.Channel(X, ig.Gate("V", ig.Opaque(clash, (ig.Reference("X"),))))


def test_the_pieces_of_a_channel_are_nodes_and_of_a_node_laws_and_maps() -> None:
    nonsense: Any = "X"
    with says("A channel got no nodes; give it at least one source."):
        ig.Channel()
    with says("A channel got 'X' as a node; give it sources and gates."):
        ig.Channel(nonsense)
    with says("Source 'X' got 'X' as its law; give it a law, for example Normal(0, 1)."):
        ig.Source("X", nonsense)
    with says("Gate 'Y' got 'X' as its noise; give it a law, for example Normal(0, 1), or None."):
        ig.Gate("Y", X, noise=nonsense)


def test_a_node_is_a_scalar_or_a_vector_and_its_noise_has_its_shape() -> None:
    with says("Gate 'V' has a map of shape (2, 2); a node is a scalar or a vector."):
        ig.Gate("V", ig.identity(2) * X)
    with says("Gate 'V' has a map of shape (2,) and noise of shape (); give both one shape, for example a covariance of variance*identity(2)."):
        ig.Gate("V", ig.stack(X, X), noise=ig.Normal(0, 1))


def test_values_need_a_parameter_of_their_shape() -> None:
    with says("'c' is no parameter of the channel; its parameters: 'a', 'b'."):
        ig.Channel(X, V, defaults={"c": 1})
    with says("Parameter 'b' has shape () and got a value of shape (2,)."):
        ig.Channel(X, V, defaults={"b": (1, 2)})
    with says("'c' is no parameter of the channel; its parameters: none."):
        ig.Channel(ig.Source("X", ig.Normal()), defaults={"c": 1})


@pytest.mark.parametrize(
    ("law", "message"),
    [
        (ig.Normal(0, -1), "law Normal: the variance must be positive, and is -1."),
        (ig.Normal(0, 0), "law Normal: the variance must be positive, and is 0."),
        (ig.Uniform(1, 0), "law Uniform: the lower end must lie below the upper one, and they are 1 and 0."),
        (ig.Laplace(0, "-1/2"), "law Laplace: the scale must be positive, and is -1/2."),
        (ig.Points((1, 1)), "law Points: two of the points are the same; give each point once."),
        (ig.Mixture(("1/2", "1/4"), (ig.Normal(), ig.Normal(1, 1))), "law Mixture: the weights must sum to 1, and sum to 3/4."),
        (ig.Mixture((1,), (ig.Normal(0, -2),)), "law Normal: the variance must be positive, and is -2."),
        (ig.Normal(0, 1 / ig.Constant(0)), "law Normal: divide has no value at 1, 0 (Fraction(1, 0))."),
    ],
    ids=repr,
)
def test_constants_outside_their_domain_are_refused_where_they_stand(law: ig.Law, message: str) -> None:
    with says(f"Source 'X', {message}"):
        ig.Channel(ig.Source("X", law))
    with says(f"Gate 'V', {message}"):
        ig.Channel(ig.Source("X", ig.Normal()), ig.Gate("V", ig.Reference("X"), noise=law))


def test_an_unknown_node_is_answered_with_the_known_ones() -> None:
    with says("'Z' is no node of the channel; its nodes: 'X', 'V', 'Y'."):
        ig.Channel(X, V, Y).node("Z")


def test_opaque_modules_are_listed_in_order() -> None:
    first, second = ig.Opaque("encoder", (ig.Reference("X"),)), ig.Opaque("decoder", (ig.Reference("V"),))
    assert ig.Channel(X, ig.Gate("V", first), ig.Gate("Y", ig.tanh(second))).opaque == (first, second)


def test_equal_channels_are_equal_and_hash_alike() -> None:
    left, right = (ig.Channel(ig.Source("X", ig.Normal(0, "1/4")), defaults={}) for _ in range(2))
    assert left == right
    assert hash(left) == hash(right)
    assert left != ig.Channel(ig.Source("X", ig.Normal(0, "1/2")))
