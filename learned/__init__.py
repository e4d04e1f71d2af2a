"""Gradients of mutual information from learned scores, by the paper's Algorithm 1.

A simulator draws samples; both scores are fitted to them; one vector-Jacobian product gives the gradient in every
parameter: grad I(A;B|C) = E[ J_B^T ( s_{B|A,C} - s_{B|C} ) ] in nats. The room needs torch, which is loaded when it is
asked and not before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Literal

from infograd.answer import Access, Refusal, Reply
from infograd.learned.budget import DEFAULT, LIGHT, MONTE_CARLO, Budget, Calibration, PaperRecipe
from infograd.mapping import FrozenMapping
from infograd.question import Question

if TYPE_CHECKING:
    import torch

__all__ = ["DEFAULT", "LIGHT", "MONTE_CARLO", "Budget", "Calibration", "PaperRecipe", "answer", "gradient_with_scores"]

_MISSING = "torch is not installed: pip install 'infograd[torch]'"
_NO_MODULES: Mapping[str, Any] = FrozenMapping()


def answer(
    question: Question,
    *,
    access: Access = Access.PATHWISE,
    recipe: Literal["closed-form", "paper"] | PaperRecipe = "closed-form",
    budget: Budget | None = None,
    seed: int = 0,
    modules: Mapping[str, torch.nn.Module] = _NO_MODULES,
) -> Reply:
    """The gradient of the question's information, in nats, with both scores learned from samples; its value is absent.

    `recipe` is "closed-form" (implicit score matching with a linear head on sparse-grid splines, from scrambled Sobol samples)
    or the paper's own ("paper", or a `PaperRecipe` with other settings). Both need samples and vector-Jacobian products;
    `access` is the most that is allowed. `modules` are the torch modules of the channel's opaque expressions, by name. The
    reply is a function of the arguments; torch's and numpy's global generators stay untouched.

    Raises: SpecificationError for an unknown recipe, a module that does not fit and samples that are no finite numbers.
    Source: arXiv:2601.01789, Algorithm 1, eqs. (25)-(30), (39), (63).
    """
    if find_spec("torch") is None:
        return Refusal("learned", str(recipe), _MISSING)
    from infograd.learned.gradient.recipes import answer as answer_with_torch

    return answer_with_torch(question, access=access, recipe=recipe, budget=budget, seed=seed, modules=modules)


def gradient_with_scores(
    question: Question,
    marginal: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
    conditional: Callable[[torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor],
    *,
    samples: int = 10_000,
    seed: int = 0,
    modules: Mapping[str, torch.nn.Module] = _NO_MODULES,
) -> Reply:
    """Algorithm 1 with the scores s_{B|C} = `marginal(b, c)` and s_{B|A,C} = `conditional(b, a, c)` handed in, on independent samples.

    The functions take doubles of shapes `(n, dimension)` of each group, the second group of `between` being B, and return
    `(n, dimension of B)`. The standard error comes from 100 batches.

    Raises: SpecificationError unless `samples` is a multiple of 100. Source: arXiv:2601.01789, eq. (82).
    """
    if find_spec("torch") is None:
        return Refusal("learned", "exact scores handed in", _MISSING)
    from infograd.learned.gradient.recipes import gradient_with_scores as gradient_with_torch

    return gradient_with_torch(question, marginal, conditional, samples, seed, modules)
