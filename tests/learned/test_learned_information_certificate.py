"""Bounds from both sides: of any score at all, of fitted ones against the numeric room, and their refusals."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from scipy import stats
from torch import Tensor

import infograd as ig
from infograd import learned, numeric
from infograd.learned.information.certificate import Certificate, certificate, denoising_bound, fisher_bound
from infograd.learned.information.noised import Noised, coarsest_of_the_best
from infograd.learned.samples.views import Pairs

SMALL = learned.Budget(2048, 8)
TINY = learned.Budget(1024, 4)
CASCADE = ig.CATALOGUE["cascade"].question
TIME = 0.5
EMPTY = torch.zeros(20_000, 0, dtype=torch.float64)


def normals(seed: int, *shape: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def mean(parts: Tensor) -> tuple[float, float]:
    return float(parts.mean()), float(parts.std()) / math.sqrt(len(parts))


@pytest.mark.parametrize("scale", [0.0, 0.5, 1.0, 2.0, -1.0])
def test_any_score_bounds_fisher_information_from_below_and_mmse_from_above_by_its_own_error(scale: float) -> None:
    # W ~ N(0, 1): J(W_t) = 1/(1 + t), mmse = t/(1 + t), and the score's error is (1 - scale)^2 J.
    w, noise = normals(1, 20_000, 1), normals(2, 20_000, 1)
    truth = 1 / (1 + TIME)
    missed = (1 - scale) ** 2 * truth

    def score(y: Tensor, given: Tensor) -> Tensor:
        return -scale * y / (1 + TIME)

    for found, expected in ((fisher_bound, truth - missed), (denoising_bound, 1 / TIME - truth + missed)):
        value, stderr = mean(found(score, w, EMPTY, noise, TIME))
        assert abs(value - expected) <= 4.5 * stderr < 0.1 * (1 + missed)


def test_unseen_samples_bound_from_below_where_seen_ones_overfit() -> None:
    view = Pairs({"Y": normals(3, 2048, 1)}, 8)
    energies = Noised(view, ("Y",), (), normals(4, 2048, 1), 5).energies(0.01)
    truth = 1 / 1.01
    assert float(energies.whole[0]) > 1.02 * truth
    assert float(energies.held_out[0].mean()) <= truth + 4.5 * float(energies.held_out[0].std()) / math.sqrt(8)
    assert float(energies.whole[0]) > float(energies.held_out[0].mean())


def test_fineness_is_the_coarsest_that_does_not_lose_significantly() -> None:
    steady = torch.linspace(-1, 1, 8, dtype=torch.float64)
    clear = torch.stack([1 + 0.1 * steady, 0.5 + 0.1 * steady.flip(0), 0 * steady])
    lucky = torch.stack([0.01 + steady, 0.0 * steady, 0.0 * steady])
    assert coarsest_of_the_best(clear) == 0
    assert coarsest_of_the_best(lucky) == 2


def number(quantity: ig.Quantity | ig.Refusal) -> tuple[float, float]:
    """A scalar's value and its doubt at a one-sided level of 1e-4."""
    assert isinstance(quantity, ig.Quantity)
    value: Any = quantity.value
    doubt: Any = quantity.doubt
    return float(value), doubt.estimated + stats.t.isf(1e-4, doubt.dof) * doubt.stderr


@pytest.mark.parametrize(("name", "single"), [("scalar", True), ("tanh", True), ("relay", False)])
def test_bounds_enclose_the_information_and_are_sharp(name: str, single: bool) -> None:
    question = ig.CATALOGUE[name].question
    truth = numeric.answer(ig.Question(question.channel, question.between, wrt=(), at=question.at, order=0), error=1e-6)
    assert isinstance(truth, ig.Answer)
    exact: Any = truth.value and truth.value.value
    found = certificate(question, budget=SMALL)
    assert isinstance(found, Certificate)
    lower, below = number(found.lower)
    upper, above = number(found.upper)
    assert lower - below <= exact <= upper + above
    assert lower >= 0.97 * exact
    assert below <= 0.03 * exact
    assert (upper + above <= 1.03 * exact) == single
    middle = found.reply()
    assert isinstance(middle, ig.Answer)
    assert middle.value is not None
    value, doubt = number(middle.value)
    assert abs(value - exact) <= doubt


def test_sides_without_a_known_entropy_are_refused_and_say_so() -> None:
    noiseless = ig.Question(
        ig.Channel(*CASCADE.channel.nodes, ig.Gate("T", ig.tanh(ig.Reference("Y", ()))), defaults=CASCADE.channel.defaults), between=("X", "T")
    )
    found = certificate(noiseless, budget=TINY)
    assert isinstance(found, Certificate)
    assert isinstance(found.upper, ig.Refusal)
    assert "no additive noise" in found.upper.reason
    assert found.reply() == found.upper
    bpsk = certificate(ig.CATALOGUE["bpsk"].question, budget=TINY)
    assert isinstance(bpsk, Certificate)
    assert isinstance(bpsk.lower, ig.Refusal)
    assert "atoms" in bpsk.lower.reason
    inner = certificate(ig.Question(CASCADE.channel, between=("Y", "V")), budget=TINY)
    assert isinstance(inner, Certificate)
    assert isinstance(inner.upper, ig.Refusal)
    assert "depends on the noise of 'V'" in inner.upper.reason
    assert isinstance(inner.lower, ig.Refusal)
    assert "needs a single source" in inner.lower.reason
    reply = certificate(ig.Question(CASCADE.channel, between=("Y", ()), quantity="entropy"))
    assert isinstance(reply, ig.Refusal)
