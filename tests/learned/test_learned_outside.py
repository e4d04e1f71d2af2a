"""Channels that are known by their samples alone: arrays with Jacobians, and samplers of somebody else's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

import infograd as ig
from infograd import learned
from infograd.learned.gradient.outside import decomposition, groups
from infograd.learned.samples.given import batches, from_arrays, from_sampler, moved_nodes

ROWS = 10_000


def arrays(theta: float, rows: int = ROWS) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """Y = theta X + N with unit variances, and dY/dtheta = X."""
    generator = np.random.default_rng(5)
    x, noise = generator.standard_normal((2, rows))
    return {"X": x, "Y": theta * x + noise}, {"theta": {"Y": x}}


def scalar(parameters: Mapping[str, Tensor], count: int, generator: torch.Generator) -> dict[str, Tensor]:
    x, noise = torch.randn(2, count, generator=generator, dtype=torch.float64)
    return {"X": x, "Y": parameters["theta"] * x + noise}


def within_its_doubt(reply: ig.Reply, expected: float) -> bool:
    """Four standard errors: one run in fifteen thousand lies beyond."""
    assert isinstance(reply, ig.Answer), reply
    quantity: Any = reply.gradient["theta"]
    assert quantity.doubt.stderr < 0.03
    return bool(abs(quantity.value - expected) <= 4 * quantity.doubt.stderr + quantity.doubt.estimated)


def test_given_arrays_have_the_gradient_of_the_channel_that_made_them() -> None:
    # I = log(1 + theta^2)/2, dI/dtheta = theta/(1 + theta^2)
    assert within_its_doubt(learned.from_samples(*arrays(1.5), between=("X", "Y")), 1.5 / 3.25)


def test_a_wrong_jacobian_is_not_within_the_doubt() -> None:
    samples, jacobians = arrays(1.5)
    assert not within_its_doubt(learned.from_samples(samples, {"theta": {"Y": -jacobians["theta"]["Y"]}}, between=("X", "Y")), 1.5 / 3.25)


def test_a_black_box_has_the_gradient_of_its_channel() -> None:
    assert within_its_doubt(learned.from_sampler(scalar, {"theta": 1.5}, between=("X", "Y")), 1.5 / 3.25)


def test_an_input_that_moves_takes_another_sum_of_scores() -> None:
    """X = theta U, Y = X + N: the two scores of B given A do not carry the gradient, those of A given B do not, the joint ones do."""

    def moving(parameters: Mapping[str, Tensor], count: int, generator: torch.Generator) -> dict[str, Tensor]:
        u, noise = torch.randn(2, count, generator=generator, dtype=torch.float64)
        x = parameters["theta"] * u
        return {"X": x, "Y": x + noise}

    view = from_sampler(moving, {"theta": torch.tensor(1.5)}, ("X", "Y"), 400, torch.Generator().manual_seed(0))
    assert moved_nodes(view, ("X", "Y")) == ("X", "Y")
    assert len(decomposition(view, groups(("X", "Y"), ()))) == 3
    assert within_its_doubt(learned.from_sampler(moving, {"theta": 1.5}, between=("X", "Y")), 1.5 / 3.25)


def test_products_of_given_jacobians_are_means_by_batch() -> None:
    samples, jacobians = arrays(1.0, 200)
    view = from_arrays(samples, jacobians, ("X", "Y"))
    assert view.replicates == 100
    np.testing.assert_allclose(view.vjp({"Y": torch.ones(200, 1, dtype=torch.float64)})["theta"], samples["X"].reshape(100, 2).mean(axis=1))
    found = view.jacobian("X")
    assert found is not None
    assert not found["theta"].any()


def with_nan(samples: dict[str, Any]) -> dict[str, Any]:
    return samples | {"Y": np.where(np.arange(ROWS) == 3, np.nan, samples["Y"])}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda s, j: (with_nan(s), j), "'Y' are no finite numbers at 1 of 10000 values"),
        (lambda s, j: ({"X": s["X"]}, j), "no samples of 'Y'; samples were given of 'X'"),
        (lambda s, j: (s | {"Y": s["Y"][:-1]}, j), "different numbers of samples: 'X' 10000, 'Y' 9999"),
        (lambda s, j: (s, {"theta": {"Y": j["theta"]["Y"][:-1]}}), "first two axes must be"),
        (lambda s, j: (s, {"theta": {"W": j["theta"]["Y"]}}), "names 'W', of which no samples were asked"),
        (lambda s, j: ({name: each[:19] for name, each in s.items()}, {}), "19 samples are too few"),
        (lambda s, j: ({name: each[:103] for name, each in s.items()}, {}), "103 samples do not split into 20 to 100 equal batches; leave out 3"),
    ],
)
def test_bad_arrays_are_errors_that_name_the_place(change: Any, message: str) -> None:
    with pytest.raises(ig.SpecificationError, match=message):
        learned.from_samples(*change(*arrays(1.0)), between=("X", "Y"))


def test_rows_split_into_the_most_batches_that_divide_them() -> None:
    assert (batches(10_000), batches(99), batches(46)) == (100, 99, 46)


def test_a_sampler_that_torch_cannot_differentiate_is_an_error_before_any_score_is_fitted() -> None:
    def detached(parameters: Mapping[str, Tensor], count: int, generator: torch.Generator) -> dict[str, Tensor]:
        return {name: node.detach() for name, node in scalar(parameters, count, generator).items()}

    with pytest.raises(ig.SpecificationError, match="not differentiable in 'theta'"):
        learned.from_sampler(detached, {"theta": 1.0}, between=("X", "Y"))


def test_a_sampler_of_another_number_of_samples_is_an_error() -> None:
    with pytest.raises(ig.SpecificationError, match="returned 7 samples and was asked for 100"):
        learned.from_sampler(lambda parameters, count, generator: scalar(parameters, 7, generator), {"theta": 1.0}, between=("X", "Y"))


def test_an_output_of_few_values_is_refused() -> None:
    samples, jacobians = arrays(1.0)
    reply = learned.from_samples(samples | {"Y": np.sign(samples["Y"])}, jacobians, between=("X", "Y"))
    assert isinstance(reply, ig.Refusal)
    assert "'Y' takes 2 values in 10000 samples" in reply.reason


@pytest.mark.parametrize(
    ("between", "given", "message"),
    [("XY", (), "name two nodes"), (("X", ()), (), "second of between"), (("X", "Y"), "X", "'X' stands in more than one")],
)
def test_groups_that_do_not_fit_are_errors(between: Any, given: Any, message: str) -> None:
    with pytest.raises(ig.SpecificationError, match=message):
        groups(between, given)
