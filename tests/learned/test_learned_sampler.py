"""The simulator's samples and vector-Jacobian products, the surrogate, and what score fitting is allowed to see."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
import torch
from torch import Tensor

import infograd as ig
from infograd.learned.gradient.closed_form import signed_scores
from infograd.learned.gradient.decomposition import two_scores
from infograd.learned.samples.simulator import Pathwise, Simulator, surrogate
from infograd.learned.samples.uniforms import sobol

RELAY = ig.CATALOGUE["relay"].question


def pathwise(question: ig.Question, count: int, *wrt: str) -> Pathwise:
    simulator = Simulator(question, {})
    return simulator.pathwise(sobol(simulator.dimension, count, 0), wrt)


def test_samples_are_the_channel_run_by_hand() -> None:
    run = pathwise(RELAY, 64)
    z = torch.special.ndtri(sobol(3, 64, 0))
    v = torch.tanh(z[:, 0]) + 0.5 * z[:, 1]
    torch.testing.assert_close(run.samples["X"][:, 0], z[:, 0])
    torch.testing.assert_close(run.samples["Y"][:, 0], torch.tanh(2 * v) + np.sqrt(0.1) * z[:, 2])
    assert set(run.samples) == {"X", "Y"}
    assert not any(each.requires_grad for each in run.samples.values())


def test_vjp_is_the_chain_rule_written_out() -> None:
    run = pathwise(RELAY, 64, "theta", "s1", "s2")
    z = torch.special.ndtri(sobol(3, 64, 0))
    slope = 2 * (1 - torch.tanh(2 * (torch.tanh(z[:, 0]) + 0.5 * z[:, 1])) ** 2)
    cotangent = torch.linspace(-1, 2, 64, dtype=torch.float64)
    found = run.vjp({"Y": cotangent.unsqueeze(1)})
    expected = {
        "theta": slope * (1 - torch.tanh(z[:, 0]) ** 2) * z[:, 0],
        "s1": slope * z[:, 1] / (2 * 0.5),
        "s2": z[:, 2] / (2 * np.sqrt(0.1)),
    }
    for name, jacobian in expected.items():
        torch.testing.assert_close(found[name], (jacobian * cotangent).sum(), rtol=1e-12, atol=1e-12)


def test_vjp_of_nodes_that_no_parameter_moves_is_zero() -> None:
    assert pathwise(RELAY, 64, "theta").vjp({"X": torch.ones(64, 1, dtype=torch.float64)}) == {"theta": torch.tensor(0.0)}


def test_surrogate_holds_the_scores_still() -> None:
    theta = torch.tensor(0.7, dtype=torch.float64, requires_grad=True)
    x = torch.linspace(-1, 1, 5, dtype=torch.float64)
    y = theta * x
    delta = -y / 2
    (slope,) = torch.autograd.grad(surrogate([delta], [y]), theta, retain_graph=True)
    torch.testing.assert_close(slope, -(x * delta.detach()).sum())
    (wrong,) = torch.autograd.grad(-(-y.square() / 2).sum(), theta)
    torch.testing.assert_close(wrong, 2 * slope)


class Wall:
    """Samples and a vector-Jacobian product; to touch anything else is an error."""

    def __init__(self, samples: Mapping[str, Tensor]) -> None:
        self.samples = samples

    def __getattr__(self, name: str) -> object:
        raise AssertionError(f"score fitting asked for {name!r}")


def test_score_fitting_sees_samples_alone() -> None:
    question = ig.CATALOGUE["tanh"].question
    simulator = Simulator(question, {})
    runs = [Wall(simulator.pathwise(sobol(simulator.dimension, 512, seed), ()).samples) for seed in (0, 1)]
    terms = next(two_scores(question))
    found = signed_scores(runs, terms, 3)  # type: ignore[arg-type]  # a wall stands in for a run
    assert set(found.rows) == {"Y"}
    assert found.rows["Y"].shape == (3 + 2 + 2, 2, 512, 1)


def test_pathwise_has_no_field_beyond_samples_and_vjp() -> None:
    assert Pathwise.__slots__ == ("samples", "vjp")


def test_scores_of_equal_samples_are_equal_whatever_channel_made_them() -> None:
    x = ig.Source("X", ig.Normal(0, 1))
    direct = ig.Channel(x, ig.Gate("Y", 2 * x, noise=ig.Normal(0, 1)))
    disguised = ig.Channel(x, ig.Gate("Y", x + x, noise=ig.Normal(0, "1/1")))
    found = []
    for channel in (direct, disguised):
        question = ig.Question(channel, between=("X", "Y"))
        simulator = Simulator(question, {})
        runs = [simulator.pathwise(sobol(simulator.dimension, 512, seed), ()) for seed in (0, 1)]
        found.append(signed_scores(runs, next(two_scores(question)), 3).rows["Y"])
    assert torch.equal(*found)


def test_sample_outside_a_maps_domain_is_an_error_that_names_the_node() -> None:
    x = ig.Source("X", ig.Normal(0, 1))
    y = ig.Gate("Y", ig.log(x), noise=ig.Normal(0, 1))
    with pytest.raises(ig.SpecificationError, match="Node 'Y' is no finite number at"):
        pathwise(ig.Question(ig.Channel(x, y), between=("X", "Y")), 64)
