"""The Fisher integral against the numeric room, and where it must refuse."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from scipy import stats

import infograd as ig
from infograd import learned, numeric
from infograd.learned.information.fisher import fisher_integral, information_of_samples
from infograd.learned.samples.views import Pairs

SMALL = learned.Budget(2048, 8)
X = ig.Source("X", ig.Normal(0, 1))


def stated(quantity: ig.Quantity | None) -> tuple[float, float]:
    """A scalar's value, and its doubt at a two-sided level of 1e-4."""
    assert quantity is not None
    value: Any = quantity.value
    doubt: Any = quantity.doubt
    return float(value), doubt.proved + doubt.estimated + stats.t.isf(5e-5, doubt.dof) * doubt.stderr


@pytest.mark.parametrize(("name", "point"), [("multipath-b", {}), ("tanh", {}), ("relay", {}), ("bpsk", {}), ("mac", {"a1": 2})])
def test_information_from_samples_alone_is_the_numeric_rooms_within_a_sharp_doubt(name: str, point: dict[str, object]) -> None:
    question = ig.CATALOGUE[name].question.at_point(**point)
    truth = numeric.answer(ig.Question(question.channel, question.between, question.given, wrt=(), at=question.at, order=0), error=1e-6)
    reply = fisher_integral(question, budget=SMALL)
    assert isinstance(truth, ig.Answer)
    assert isinstance(reply, ig.Answer)
    assert reply.access is ig.Access.PAIRS
    exact, margin = stated(truth.value)
    value, doubt = stated(reply.value)
    assert abs(value - exact) <= doubt + margin
    assert doubt <= 0.1 * exact


def test_independent_variables_have_no_information_within_the_doubt() -> None:
    generator = torch.Generator().manual_seed(0)
    x, y, z = torch.randn(3, 8192, 1, generator=generator, dtype=torch.float64)
    reply = information_of_samples(Pairs({"X": x, "Y": y.sinh()}, 8), ("X",), ("Y",), (), z)
    assert isinstance(reply, ig.Answer)
    value, doubt = stated(reply.value)
    assert abs(value) <= doubt <= 0.2


def test_samples_without_noise_are_refused_because_their_information_is_not_resolved() -> None:
    generator = torch.Generator().manual_seed(0)
    x, z = torch.randn(2, 8192, 1, generator=generator, dtype=torch.float64)
    for y, message in ((x.tanh(), "infinite"), (2 * x, "affine function")):
        reply = information_of_samples(Pairs({"X": x, "Y": y}, 8), ("X",), ("Y",), (), z)
        assert isinstance(reply, ig.Refusal)
        assert message in reply.reason


def test_channel_whose_output_has_no_density_or_one_that_jumps_is_refused_beforehand() -> None:
    for noise, message in ((None, "no density"), (ig.Uniform(-1, 1), "may jump")):
        reply = fisher_integral(ig.Question(ig.Channel(X, ig.Gate("Y", ig.tanh(X), noise=noise)), between=("X", "Y")), budget=SMALL)
        assert isinstance(reply, ig.Refusal)
        assert message in reply.reason


def test_entropies_missing_modules_and_too_few_samples_are_refused() -> None:
    cascade = ig.CATALOGUE["cascade"].question
    entropy = ig.Question(cascade.channel, between=("Y", ()), quantity="entropy")
    opaque = ig.Opaque("encoder", (ig.stack(X),), (1,))
    module = ig.Question(ig.Channel(X, ig.Gate("Y", opaque[0], noise=ig.Normal(0, 1))), between=("X", "Y"))
    replies = [fisher_integral(entropy), fisher_integral(module), fisher_integral(cascade, budget=learned.Budget(16, 4))]
    for reply, message in zip(replies, ("informations only", "modules={'encoder': module}", "cannot carry features"), strict=True):
        assert isinstance(reply, ig.Refusal)
        assert message in reply.reason
