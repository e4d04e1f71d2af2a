"""The simulator's samples and vector-Jacobian products, the surrogate, and what score fitting is allowed to see."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

import infograd as ig
from infograd.answer import Access
from infograd.learned.gradient.decomposition import Term
from infograd.learned.samples import simulator
from infograd.learned.samples.simulator import Simulator, surrogate
from infograd.learned.samples.uniforms import sobol
from infograd.learned.samples.views import LastNoise, Model, Pairs, Pathwise
from infograd.learned.scores.implicit.bases import SparseSplines
from infograd.learned.scores.implicit.model import ImplicitScore

RELAY = ig.CATALOGUE["relay"].question


def pathwise(question: ig.Question, count: int, *wrt: str) -> Pathwise:
    drawing = Simulator(question, {})
    return drawing.pathwise(sobol(drawing.dimension, count, 0), wrt)


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
        torch.testing.assert_close(found[name][0], (jacobian * cotangent).mean(), rtol=1e-12, atol=1e-12)


def test_vjp_of_nodes_that_no_parameter_moves_is_zero() -> None:
    assert pathwise(RELAY, 64, "theta").vjp({"X": torch.ones(64, 1, dtype=torch.float64)}) == {"theta": torch.zeros(1)}


def test_surrogate_holds_the_scores_still() -> None:
    theta = torch.tensor(0.7, dtype=torch.float64, requires_grad=True)
    x = torch.linspace(-1, 1, 5, dtype=torch.float64)
    y = theta * x
    delta = -y / 2
    (slope,) = torch.autograd.grad(surrogate([delta], [y]), theta, retain_graph=True)
    torch.testing.assert_close(slope, -(x * delta.detach()).sum())
    (wrong,) = torch.autograd.grad(-(-y.square() / 2).sum(), theta)
    torch.testing.assert_close(wrong, 2 * slope)


def test_replicates_have_their_own_means_whether_parameters_have_copies_by_sample_or_not(monkeypatch: pytest.MonkeyPatch) -> None:
    drawing = Simulator(RELAY, {})
    uniforms = sobol(drawing.dimension, 64, 0)
    cotangent = {"Y": torch.linspace(-1, 2, 64, dtype=torch.float64).unsqueeze(1)}
    by_sample = drawing.pathwise(uniforms, ("theta", "s2"), 4)
    monkeypatch.setattr(simulator, "MOST_PER_SAMPLE", 1)
    by_replicate = drawing.pathwise(uniforms, ("theta", "s2"), 4)
    assert by_replicate.jacobian("Y") is None
    jacobian = by_sample.jacobian("Y")
    assert jacobian is not None
    for name in ("theta", "s2"):
        expected = (jacobian[name][:, 0] * cotangent["Y"][:, 0]).reshape(4, 16).mean(dim=1)
        for view in (by_sample, by_replicate):
            torch.testing.assert_close(view.vjp(cotangent)[name], expected, rtol=1e-12, atol=1e-14)


def test_jacobian_of_a_vector_node_in_a_matrix_is_the_formula() -> None:
    x = ig.Source("X", ig.Normal((0, 0), ig.identity(2)))
    y = ig.Gate("Y", ig.Parameter("W", (2, 2)) @ x, noise=ig.Normal((0, 0), ig.identity(2)))
    question = ig.Question(ig.Channel(x, y), ("X", "Y"), at={"W": ((1, 2), (0, 1))})
    view = Simulator(question, {}).pathwise(sobol(4, 16, 0), ("W",))
    found = view.jacobian("Y")
    assert found is not None
    torch.testing.assert_close(found["W"], torch.einsum("ij,nk->nijk", torch.eye(2, dtype=torch.float64), view.samples["X"]))


@pytest.mark.parametrize(("access", "view"), list(zip(Access, (Pairs, Pathwise, LastNoise, Model), strict=True)), ids=lambda each: str(each))
def test_each_level_is_handed_the_fields_of_its_level_and_no_others(access: Access, view: type[Pairs]) -> None:
    own = {
        Access.PAIRS: {"samples", "replicates"},
        Access.PATHWISE: {"vjp", "jacobian"},
        Access.LAST_NOISE: {"noise_scores"},
        Access.MODEL: {"simulator", "uniforms"},
    }
    found = Simulator(RELAY, {}).view(access, sobol(3, 16, 0), ("theta",))
    assert type(found) is view
    assert found.access is access
    assert {field.name for field in dataclasses.fields(found)} == set().union(*(names for level, names in own.items() if level <= access))


def test_noise_scores_are_those_of_the_last_noise_at_its_draws() -> None:
    found = Simulator(RELAY, {}).view(Access.LAST_NOISE, sobol(3, 64, 0), ())
    assert isinstance(found, LastNoise)
    z = torch.special.ndtri(sobol(3, 64, 0))
    torch.testing.assert_close(found.noise_scores["Y"][:, 0], -z[:, 2] / np.sqrt(0.1))


def test_scores_of_equal_samples_are_equal_whatever_channel_made_them() -> None:
    x = ig.Source("X", ig.Normal(0, 1))
    direct = ig.Channel(x, ig.Gate("Y", 2 * x, noise=ig.Normal(0, 1)))
    disguised = ig.Channel(x, ig.Gate("Y", x + x, noise=ig.Normal(0, "1/1")))
    found = []
    for channel in (direct, disguised):
        drawing = Simulator(ig.Question(channel, between=("X", "Y")), {})
        view = drawing.pairs(torch.cat([sobol(drawing.dimension, 512, seed) for seed in (0, 1)]), 2)
        fit = ImplicitScore(SparseSplines()).fit(view, Term(1, ("Y",), ("X",)), 0)
        found.append(fit.score(view.side(("Y",)), view.side(("X",))))
    assert torch.equal(*found)


def test_sample_outside_a_maps_domain_is_an_error_that_names_the_node() -> None:
    x = ig.Source("X", ig.Normal(0, 1))
    y = ig.Gate("Y", ig.log(x), noise=ig.Normal(0, 1))
    with pytest.raises(ig.SpecificationError, match="Node 'Y' is no finite number at"):
        pathwise(ig.Question(ig.Channel(x, y), between=("X", "Y")), 64)
