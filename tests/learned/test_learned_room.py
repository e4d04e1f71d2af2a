"""The room's door: lazy torch, repeatability, global generators, opaque modules, scores handed in, and the paper's recipe."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest
import torch
from scipy import stats
from torch import Tensor, nn

import infograd as ig
from infograd import learned
from infograd.learned.gradient import paper

CASCADE = ig.CATALOGUE["cascade"].question
SHORT = learned.PaperRecipe(steps=200, width=16, layers=1)
SMALL = learned.Budget(1024, 8)


def test_importing_the_room_loads_no_torch() -> None:
    code = "import sys, infograd.learned; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_missing_torch_is_a_refusal_with_the_line_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learned, "find_spec", lambda name: None)
    for reply in (learned.answer(CASCADE), learned.gradient_with_scores(CASCADE, lambda b, c: b, lambda b, a, c: b)):
        assert isinstance(reply, ig.Refusal)
        assert "pip install 'infograd[torch]'" in reply.reason


@pytest.mark.parametrize("recipe", ["closed-form", SHORT])
def test_reply_is_a_function_of_the_seed_and_leaves_global_generators_and_threads_alone(recipe: Any) -> None:
    before, numpy_before, threads = torch.get_rng_state(), np.random.get_state(legacy=False)["state"]["key"], torch.get_num_threads()
    first = learned.answer(CASCADE, recipe=recipe, budget=SMALL, seed=3)
    torch.manual_seed(11)
    torch.rand(5)
    again = learned.answer(CASCADE, recipe=recipe, budget=SMALL, seed=3)
    other = learned.answer(CASCADE, recipe=recipe, budget=SMALL, seed=4)
    torch.set_rng_state(before)
    assert first == again
    assert first != other
    learned.answer(CASCADE, recipe=recipe, budget=SMALL, seed=3)
    assert torch.equal(before, torch.get_rng_state())
    np.testing.assert_array_equal(numpy_before, np.random.get_state(legacy=False)["state"]["key"])
    assert torch.get_num_threads() == threads


def test_answer_states_its_access_method_and_cost_and_has_no_value() -> None:
    reply = learned.answer(CASCADE, access=ig.Access.MODEL, budget=SMALL)
    assert isinstance(reply, ig.Answer)
    assert reply.room == "learned"
    assert reply.access is ig.Access.PATHWISE
    assert reply.value is None
    assert reply.cost["samples"] == 8192
    assert ig.from_json(ig.to_json(reply)) == reply


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: learned.answer(CASCADE, recipe="magic"), "recipe is 'magic'"),  # type: ignore[arg-type]  # the error is what is tested
        (lambda: learned.Budget(0, 8), "samples is 0"),
        (lambda: learned.Budget(64, 1), "replicates is 1"),
        (lambda: learned.PaperRecipe(width=0), "width is 0"),
        (lambda: learned.PaperRecipe(noise=-1.0), "noise is -1.0"),
        (lambda: learned.PaperRecipe(calibration="all"), "calibration is 'all'"),  # type: ignore[arg-type]  # the error is what is tested
        (lambda: learned.gradient_with_scores(CASCADE, lambda b, c: b, lambda b, a, c: b, samples=150), "multiple of 100"),
    ],
)
def test_wrong_settings_are_errors_that_name_the_place(build: Any, message: str) -> None:
    with pytest.raises(ig.SpecificationError, match=message):
        build()


class Encoder(nn.Module):
    """tanh(W x), in single precision as a user would bring it."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(1, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return torch.tanh(self.linear(x))


WEIGHT = ig.Parameter("w", (1, 1))
X = ig.Source("X", ig.Normal(0, 1))
INPUT = ig.stack(X)
MODULE_EXPRESSION = ig.Opaque("encoder", (INPUT,), (1,), (WEIGHT,))


def test_opaque_module_equals_its_twin_in_the_language() -> None:
    twin = ig.Question(ig.Channel(X, ig.Gate("Y", ig.tanh(WEIGHT @ INPUT)[0], noise=ig.Normal(0, "1/4")), defaults={"w": ((2,),)}), between=("X", "Y"))
    module = ig.Question(ig.Channel(X, ig.Gate("Y", MODULE_EXPRESSION[0], noise=ig.Normal(0, "1/4")), defaults={"w": ((2,),)}), between=("X", "Y"))
    left = learned.answer(module, budget=SMALL, modules={"encoder": Encoder()})
    right = learned.answer(twin, budget=SMALL)
    assert isinstance(left, ig.Answer)
    assert isinstance(right, ig.Answer)
    np.testing.assert_allclose(np.array(left.gradient["w"].value, dtype=float), np.array(right.gradient["w"].value, dtype=float), rtol=1e-9)


def test_module_that_is_missing_or_does_not_fit_is_named() -> None:
    question = ig.Question(ig.Channel(X, ig.Gate("Y", MODULE_EXPRESSION[0], noise=ig.Normal(0, 1)), defaults={"w": ((2,),)}), between=("X", "Y"))
    reply = learned.answer(question)
    assert isinstance(reply, ig.Refusal)
    assert "modules={'encoder': module}" in reply.reason
    with pytest.raises(ig.SpecificationError, match="'encoder' states parameters of shapes"):
        learned.answer(question, modules={"encoder": nn.Linear(1, 1)})
    narrow = ig.Opaque("encoder", (INPUT,), (2,), (WEIGHT,))
    wrong = ig.Question(ig.Channel(X, ig.Gate("Y", narrow[0], noise=ig.Normal(0, 1)), defaults={"w": ((2,),)}), between=("X", "Y"))
    with pytest.raises(ig.SpecificationError, match="'encoder' returned"):
        learned.answer(wrong, modules={"encoder": Encoder()})


def test_module_runs_with_its_own_weights_where_none_are_stated() -> None:
    module = Encoder()
    with torch.no_grad():
        module.linear.weight.fill_(2)
    a = ig.Parameter("a")
    fixed = ig.Opaque("encoder", (INPUT,), (1,))
    left = ig.Question(ig.Channel(X, ig.Gate("Y", a * fixed[0], noise=ig.Normal(0, 1)), defaults={"a": 1}), between=("X", "Y"))
    right = ig.Question(ig.Channel(X, ig.Gate("Y", a * ig.tanh(2 * X), noise=ig.Normal(0, 1)), defaults={"a": 1}), between=("X", "Y"))
    found = [learned.answer(each, budget=SMALL, modules={"encoder": module}) for each in (left, right)]
    values = [float(each.gradient["a"].value) for each in found if isinstance(each, ig.Answer)]  # type: ignore[arg-type]  # scalars
    np.testing.assert_allclose(values[0], values[1], rtol=1e-9)


def test_exact_scores_give_the_cascades_closed_form_within_the_standard_error() -> None:
    # a = b = P = s1 = s2 = 1: Var Y = 3, Var(Y|X) = 2; dI/da = 1/3 (eq. 34), dI/db = 1/6.
    reply = learned.gradient_with_scores(CASCADE, lambda y, c: -y / 3, lambda y, x, c: -(y - x) / 2)
    assert isinstance(reply, ig.Answer)
    assert reply.access is ig.Access.MODEL
    for name, expected in (("a", 1 / 3), ("b", 1 / 6), ("P", 1 / 6), ("s1", -1 / 12), ("s2", -1 / 12)):
        quantity = reply.gradient[name]
        stderr: Any = quantity.doubt.stderr
        assert abs(float(quantity.value) - expected) <= stats.t.isf(5e-9, quantity.doubt.dof) * stderr  # type: ignore[arg-type]  # a scalar
        assert 0 < stderr < 0.02


def test_a_posterior_score_is_the_difference_of_both_scores() -> None:
    both = learned.gradient_with_scores(CASCADE, lambda y, c: -y / 3, lambda y, x, c: -(y - x) / 2)
    posterior = learned.gradient_with_posterior_score(CASCADE, lambda y, x, c: x / 2 - y / 6)
    assert isinstance(both, ig.Answer)
    assert isinstance(posterior, ig.Answer)
    for name in CASCADE.wrt:
        np.testing.assert_allclose(float(posterior.gradient[name].value), float(both.gradient[name].value), rtol=1e-12)  # type: ignore[arg-type]  # scalars


def test_exact_scores_refuse_a_parameter_that_their_difference_does_not_carry() -> None:
    backwards = ig.Question(CASCADE.channel, between=("Y", "X"))
    reply = learned.gradient_with_scores(backwards, lambda b, c: -b, lambda b, a, c: -b)
    assert isinstance(reply, ig.Refusal)


def test_paper_recipe_learns_and_probes_its_bias() -> None:
    recipe = learned.PaperRecipe(width=32, layers=2, steps=400, calibration="both")
    question = ig.Question(ig.CATALOGUE["scalar"].question.channel, between=("X", "Y"), wrt="theta")
    reply = learned.answer(question, recipe=recipe)
    assert isinstance(reply, ig.Answer)
    assert reply.method == "paper's recipe: denoising score matching"
    quantity = reply.gradient["theta"]
    estimated: Any = quantity.doubt.estimated
    assert quantity.doubt.dof == 99
    assert estimated > 0
    assert 0.25 < float(quantity.value) < 0.75  # type: ignore[arg-type]  # a scalar


def test_paper_recipe_changes_with_what_is_calibrated() -> None:
    question = ig.Question(CASCADE.channel, between=("X", "Y"), wrt=("a", "b"))
    found = set()
    for calibration in ("none", "marginal", "both"):
        recipe = learned.PaperRecipe(steps=200, width=32, layers=1, calibration=calibration)
        reply = learned.answer(question, recipe=recipe, budget=learned.Budget(50, 10))
        assert isinstance(reply, ig.Answer)
        found.add(reply.gradient["a"].value)
    assert len(found) == 3


class Growing(nn.Module):
    """No score at all: the outputs themselves."""

    def forward(self, joined: Tensor) -> Tensor:
        return joined[:, :1]


def test_network_that_contradicts_steins_identity_is_not_calibrated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "score_network", lambda *settings: Growing())
    monkeypatch.setattr(paper, "train", lambda *settings: None)
    reply = learned.answer(CASCADE, recipe="paper", budget=learned.Budget(50, 10))
    assert isinstance(reply, ig.Refusal)
    assert "Stein calibration is impossible" in reply.reason
