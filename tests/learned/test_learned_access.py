"""No score model uses more than its declared access: a view of that level has nothing else to touch."""

from __future__ import annotations

import pytest
import torch

import infograd as ig
from infograd import learned
from infograd.answer import Access
from infograd.learned.gradient.decomposition import Term
from infograd.learned.samples.simulator import Simulator
from infograd.learned.samples.uniforms import sobol
from infograd.learned.samples.views import View
from infograd.learned.scores.implicit.bases import Adaptive, Affine, Hermite, RadialBasis, RandomFourier, SparseSplines
from infograd.learned.scores.implicit.model import ImplicitScore
from infograd.learned.scores.mixture.marginal import MixtureMarginal
from infograd.learned.scores.mixture.nested import NestedMixture
from infograd.learned.scores.model import Fitted, ScoreModel
from infograd.learned.scores.networks.denoising import Denoising, LastNoiseDenoising, NoiseLadder
from infograd.learned.scores.networks.features import NetworkFeatures
from infograd.learned.scores.networks.flow import FlowMatching
from infograd.learned.scores.networks.sliced import Sliced
from infograd.learned.scores.networks.training import Training

RELAY = ig.CATALOGUE["relay"].question
SHORT = Training(width=8, layers=1, steps=20)
IMPLICIT = [ImplicitScore(basis) for basis in (Adaptive(), Affine(), Hermite(3), RadialBasis(8), RandomFourier(16), SparseSplines())]
NETWORKS = [kind(training=SHORT) for kind in (Denoising, LastNoiseDenoising, NoiseLadder, Sliced, FlowMatching)]
HEADS = [NetworkFeatures(labels=labels, training=SHORT) for labels in ("last noise", "added noise")]
MODELS: list[ScoreModel] = [*IMPLICIT, *NETWORKS, *HEADS, NestedMixture(16)]


def fit(model: ScoreModel, access: Access, term: Term) -> None:
    """Fit the model to a view of that level, whose class has the fields of the level and no others: to touch more raises."""
    drawing = Simulator(RELAY, {})
    view = drawing.view(access, sobol(drawing.dimension, 4096, 0), ("theta",), 4)
    assert view.access == access
    fitted = model.fit(view, term, 0)
    found = fitted.score(view.side(term.outputs)[:64], view.side(term.given)[:64])
    assert found.shape == (64, 1)
    assert bool(torch.isfinite(found).all())


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.method)
def test_a_model_is_fitted_to_a_view_of_its_own_level(model: ScoreModel) -> None:
    fit(model, model.access, Term(1, ("Y",), ("X",)))


class Curious:
    """A model that declares less than it uses."""

    method = "curious"
    access = Access.PAIRS

    def fit(self, view: View, term: Term, seed: int) -> Fitted:
        scores = view.noise_scores["Y"]  # type: ignore[union-attr]  # the fault
        return Fitted(lambda y, x: scores[: len(y)])


def test_a_model_that_uses_more_than_it_declares_is_caught() -> None:
    with pytest.raises(AttributeError, match="noise_scores"):
        fit(Curious(), Access.PAIRS, Term(1, ("Y",), ("X",)))


@pytest.mark.parametrize("model", [model for model in MODELS if model.access > Access.PAIRS], ids=lambda model: model.method)
def test_a_model_needs_the_level_that_it_declares(model: ScoreModel) -> None:
    """So the levels are not higher than they must be."""
    below = Access(model.access - 1)
    with pytest.raises((AssertionError, AttributeError, ig.SpecificationError)):
        fit(model, below, Term(1, ("Y",), ("X",)))


def test_a_marginal_mixture_needs_the_model() -> None:
    fit(MixtureMarginal(), Access.MODEL, Term(1, ("Y",), ()))
    with pytest.raises(ig.SpecificationError, match="the whole channel"):
        fit(MixtureMarginal(), Access.LAST_NOISE, Term(1, ("Y",), ()))


def test_less_access_than_a_recipe_needs_is_a_refusal_that_says_what_it_needs() -> None:
    for recipe, needed in (("mixture", Access.MODEL), (learned.TUNED, Access.LAST_NOISE), (HEADS[0], Access.LAST_NOISE)):
        reply = learned.answer(RELAY, recipe=recipe)  # type: ignore[arg-type]  # a name or a model
        assert isinstance(reply, ig.Refusal)
        assert f"it needs {needed.meaning}" in reply.reason
