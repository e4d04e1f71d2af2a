"""Deciding whether score forms are the gradient: both rings, both outcomes, and proofs that can be checked again."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from typing import Any, Literal

import pytest
from flint import fmpz
from hypothesis import given, settings
from hypothesis import strategies as st

import infograd as ig
from infograd.analytic import Proof, decide
from infograd.analytic.identities import FORMS, applies
from infograd.analytic.identities.decide import drawn_prime, error_bound
from infograd.verify.strategies import linear_questions

LINEAR = ["scalar", "cascade", "multipath-a", "multipath-b", "mac", "mac-sum"]
ONE_AWAY = Fraction(1, 2**100)


def proofs(question: ig.Question, **options: object) -> dict[tuple[str, str], Proof]:
    found = decide(question, **options)  # type: ignore[arg-type]  # options are named by the tests
    assert isinstance(found, tuple), found
    return {(proof.entry[0], proof.form): proof for proof in found}


@pytest.mark.parametrize("ring", ["exact", "prime"])
@pytest.mark.parametrize("name", LINEAR)
def test_every_form_that_the_graph_promises_is_the_gradient_and_the_joint_form_always(name: str, ring: str) -> None:
    question = ig.CATALOGUE[name].question
    found = proofs(question, ring=ring)
    assert found.keys() == {(parameter, form) for parameter in question.wrt for form in FORMS}
    assert all(proof.holds for proof in found.values() if proof.promised)
    assert all(found[parameter, "joint"].promised for parameter in question.wrt)
    assert all(proof.witness == "0" for proof in found.values() if proof.holds)


@pytest.mark.parametrize("name", LINEAR)
def test_both_rings_decide_alike(name: str) -> None:
    question = ig.CATALOGUE[name].question
    exact, prime = proofs(question, ring="exact"), proofs(question, ring="prime")
    assert {key: proof.holds for key, proof in exact.items()} == {key: proof.holds for key, proof in prime.items()}


@settings(max_examples=40, deadline=None)
@given(linear_questions(max_nodes=12, vectors=True))
def test_on_random_channels_every_promise_holds_up_to_the_stated_probability(question: ig.Question) -> None:
    found = decide(question, ring="prime")
    if isinstance(found, ig.Refusal):
        assert "singular" in found.reason
        return
    assert all(proof.holds for proof in found if proof.promised)
    assert all(proof.error <= ONE_AWAY for proof in found)


@settings(max_examples=25, deadline=None)
@given(linear_questions(max_nodes=5), st.integers(0, 2**64))
def test_on_random_small_channels_both_rings_decide_alike(question: ig.Question, seed: int) -> None:
    exact, prime = decide(question, ring="exact"), decide(question, ring="prime", seed=seed)
    if isinstance(exact, ig.Refusal) or isinstance(prime, ig.Refusal):
        assert isinstance(exact, ig.Refusal)
        assert isinstance(prime, ig.Refusal)
        return
    assert [proof.holds for proof in exact] == [proof.holds for proof in prime]


def around_an_inner_node() -> ig.Question:
    a, b = ig.Parameter("a"), ig.Parameter("b")
    x = ig.Source("X", ig.Normal(0, 1))
    v = ig.Gate("V", a * x, noise=ig.Normal(0, 1))
    y = ig.Gate("Y", v + b * x, noise=ig.Normal(0, 1))
    return ig.Question(ig.Channel(x, v, y, defaults={"a": 1, "b": 1}), between=("V", "Y"))


def around_what_is_given() -> ig.Question:
    s = ig.Parameter("s")
    x, n = ig.Source("X", ig.Normal(0, 1)), ig.Source("N", ig.Normal(0, 1))
    c = ig.Gate("C", x, noise=ig.Normal(0, s))
    y = ig.Gate("Y", x + n)
    return ig.Question(ig.Channel(x, n, c, y, defaults={"s": 1}), between=("X", "Y"), given="C")


@pytest.mark.parametrize(("question", "parameter"), [(around_an_inner_node(), "a"), (around_what_is_given(), "s")])
@pytest.mark.parametrize("ring", ["exact", "prime"])
def test_the_two_score_form_is_not_the_gradient_where_the_receiver_reaches_around_a_node_that_moves(question: ig.Question, parameter: str, ring: str) -> None:
    found = proofs(question, ring=ring)
    for form in ("difference", "posterior"):
        assert not found[parameter, form].promised
        assert not found[parameter, form].holds
        assert found[parameter, form].witness != "0"
        assert found[parameter, form].error == 0
    assert found[parameter, "joint"].holds


def test_the_reduction_is_the_gradient_of_a_single_stage_and_not_of_a_cascade() -> None:
    single, two = proofs(ig.CATALOGUE["scalar"].question), proofs(ig.CATALOGUE["cascade"].question)
    assert single["theta", "reduction"].holds
    assert single["theta", "reduction"].promised
    assert not single["s2", "reduction"].holds
    assert two["a", "reduction"].holds, "h(Y|X) does not move with the first gain"
    assert not two["b", "reduction"].holds


def test_functions_of_parameters_are_decided_with_free_values_and_slopes() -> None:
    power, theta = ig.Parameter("P"), ig.Parameter("theta")
    u = ig.Source("U", ig.Normal(0, 1))
    x = ig.Gate("X", ig.sqrt(power) * u)
    y = ig.Gate("Y", ig.tanh(theta) * x, noise=ig.Normal(0, ig.exp(theta)))
    question = ig.Question(ig.Channel(u, x, y, defaults={"P": 2, "theta": 1}), between=("U", "Y"))
    found = proofs(question, forms=("difference", "joint"))
    assert all(proof.holds and proof.prime for proof in found.values())


def test_a_proof_is_checked_by_itself_and_a_forged_one_is_found_out() -> None:
    for ring in ("exact", "prime"):
        for proof in proofs(ig.CATALOGUE["cascade"].question, ring=ring).values():
            assert proof.check()
            assert not replace(proof, holds=not proof.holds).check()
            assert not replace(proof, degree=proof.degree + 1).check()
    drawn = proofs(ig.CATALOGUE["cascade"].question, ring="prime")["a", "joint"]
    assert drawn.seed is not None
    assert not replace(drawn, seed=drawn.seed + 1).check()


def test_a_proof_goes_through_text_and_is_checked_on_the_other_side() -> None:
    for ring in ("exact", "prime"):
        for proof in proofs(ig.CATALOGUE["mac"].question, ring=ring).values():
            read = Proof.from_json(proof.to_json())
            assert read == proof
            assert read.check()
    spoiled = proofs(ig.CATALOGUE["mac"].question)["a1", "joint"].to_json().replace('"holds"', '"hold"')
    for text in ("{", "[]", '{"entry": 1}', spoiled):
        with pytest.raises(ig.SpecificationError, match="give a text that to_json wrote"):
            Proof.from_json(text)


def test_forms_seeds_and_documents_of_a_wrong_type_are_one_sentence() -> None:
    question: Any = ig.CATALOGUE["mac"].question
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"forms": "joint"}, "forms is 'joint'; name forms in a tuple"),
        ({"forms": 3}, "forms is 3; name forms in a tuple"),
        ({"forms": ([],)}, r"form is \[\]; the forms are"),
        ({"seed": "one"}, "the seed is 'one'; write a whole number"),
        ({"seed": True}, "the seed is True; write a whole number"),
    ]
    for named, message in wrong:
        with pytest.raises(ig.SpecificationError, match=message):
            decide(question, **named)
    text = proofs(question)["a1", "joint"].to_json()
    content = json.loads(text)
    for changed, message in (
        ({"question": 3}, "the question of the proof is 3"),
        ({"entry": 3}, "the entry, the error or the routes"),
        ({"error": "x"}, "Invalid"),
    ):
        with pytest.raises(ig.SpecificationError, match=message):
            Proof.from_json(json.dumps({**content, **changed}))


def test_a_drawn_prime_has_its_length_and_is_a_prime() -> None:
    for seed in range(20):
        prime = drawn_prime(128, seed)
        assert prime.bit_length() == 128
        assert fmpz(prime).is_prime()
    assert len({drawn_prime(128, seed) for seed in range(20)}) == 20


def test_the_error_bound_grows_with_the_degree_and_counts_coefficients_that_the_prime_divides() -> None:
    assert error_bound(128, 10, 0) == Fraction(10, 2**127)
    assert error_bound(128, 10, 500) > error_bound(128, 10, 0)
    assert error_bound(192, 10, 500) < error_bound(128, 10, 500)


def test_a_small_field_takes_different_functions_for_one_and_the_bound_says_so() -> None:
    """With a prime of 3 bits the decision errs often, and the bound is above one: the test that a field can be too small."""
    assert error_bound(3, 10, 100) > 1


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (ig.CATALOGUE["tanh"].question, "gate 'Y' applies tanh to a random node"),
        (ig.CATALOGUE["bpsk"].question, "source 'X' has the law Points"),
        (ig.Question(ig.CATALOGUE["scalar"].question.channel, between=("Y", ()), quantity="entropy"), "not of an entropy"),
        (
            ig.Question(ig.Channel(x := ig.Source("X", ig.Normal(0, ig.Parameter("p"))), ig.Gate("Y", 2 * x), defaults={"p": 1}), between=("X", "Y")),
            "singular",
        ),
    ],
)
def test_what_cannot_be_decided_is_refused_with_the_reason(question: ig.Question, reason: str) -> None:
    rings: tuple[Literal["exact", "prime"] | None, ...] = (None, "exact", "prime")
    for ring in rings:
        found = decide(question, ring=ring)
        assert isinstance(found, ig.Refusal)
        assert reason in found.reason


def test_unknown_forms_and_rings_are_one_sentence() -> None:
    question = ig.CATALOGUE["scalar"].question
    with pytest.raises(ig.SpecificationError, match="form is 'sum'; the forms are 'difference', 'posterior', 'reduction', 'joint'"):
        decide(question, forms=("sum",))
    with pytest.raises(ig.SpecificationError, match="ring is 'real'; write 'exact' or 'prime'"):
        decide(question, ring="real")  # type: ignore[arg-type]  # the wrong ring is the test
    with pytest.raises(ig.SpecificationError, match="form is 'sum'"):
        applies(question, "theta", "sum")
