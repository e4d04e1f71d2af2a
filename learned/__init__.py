"""Gradients of mutual information from learned scores, by the paper's Algorithm 1.

A simulator draws samples; both scores are fitted to them; one vector-Jacobian product gives the gradient in every
parameter: grad I(A;B|C) = E[ J_B^T ( s_{B|A,C} - s_{B|C} ) ] in nats. The room needs torch, which is loaded when it is
asked and not before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Literal

from infograd.answer import Access, Refusal, Reply
from infograd.learned.budget import DEFAULT, LIGHT, MONTE_CARLO, TUNED, Budget, Calibration, PaperRecipe
from infograd.mapping import FrozenMapping
from infograd.question import Question

if TYPE_CHECKING:
    import torch

    from infograd.learned.samples.given import Sampler
    from infograd.learned.scores.model import ScoreModel

__all__ = [
    "DEFAULT",
    "LIGHT",
    "MONTE_CARLO",
    "TUNED",
    "Budget",
    "Calibration",
    "PaperRecipe",
    "answer",
    "from_sampler",
    "from_samples",
    "gradient_with_posterior_score",
    "gradient_with_scores",
    "sweep",
]

_MISSING = "torch is not installed: pip install 'infograd[torch]'"
_NO_MODULES: Mapping[str, Any] = FrozenMapping()


def answer(
    question: Question,
    *,
    access: Access = Access.PATHWISE,
    recipe: Literal["closed-form", "paper", "mixture"] | PaperRecipe | ScoreModel = "closed-form",
    sampling: Literal["sobol", "independent"] | None = None,
    budget: Budget | None = None,
    seed: int = 0,
    modules: Mapping[str, torch.nn.Module] = _NO_MODULES,
) -> Reply:
    """The gradient of the question's information, in nats, with both scores learned from samples; its value is absent.

    `recipe` is "closed-form" (implicit score matching with a linear head on Hermite polynomials or sparse-grid splines), the paper's own ("paper",
    or a `PaperRecipe` with other settings), "mixture" (smoothed histograms of the channel's signals, at access MODEL), or a score model. `sampling`
    is "sobol" (scrambles of Sobol points, for all but the paper's recipe) or "independent". Every recipe needs samples and vector-Jacobian products,
    a score model perhaps more; `access` is the most that is allowed. `modules` are the torch modules of the channel's opaque expressions, by name.
    The reply is a function of the arguments; torch's and numpy's global generators stay untouched.

    Raises: SpecificationError for an unknown recipe, a module that does not fit and samples that are no finite numbers.
    Source: arXiv:2601.01789, Algorithm 1, eqs. (25)-(30), (39), (63).
    """
    if find_spec("torch") is None:
        return Refusal("learned", str(recipe), _MISSING)
    from infograd.learned.gradient.recipes import Options
    from infograd.learned.gradient.recipes import answer as answer_with_torch

    return answer_with_torch(question, Options(access, recipe, sampling, budget, seed, modules))


def sweep(
    question: Question,
    name: str,
    values: Sequence[object],
    *,
    access: Access = Access.PATHWISE,
    recipe: Literal["closed-form", "paper", "mixture"] | PaperRecipe | ScoreModel = "closed-form",
    sampling: Literal["sobol", "independent"] | None = None,
    budget: Budget | None = None,
    seed: int = 0,
    modules: Mapping[str, torch.nn.Module] = _NO_MODULES,
) -> tuple[Reply, ...]:
    """The replies of `answer` at every value of the parameter `name`, from the same draws: what can be shared is made once.

    The recipe "mixture" runs all points together, and network models are trained together, in one batch of networks.

    Raises: SpecificationError as `answer`.
    """
    if find_spec("torch") is None:
        return (Refusal("learned", str(recipe), _MISSING),) * len(values)
    from infograd.learned.gradient.recipes import Options
    from infograd.learned.gradient.recipes import sweep as sweep_with_torch

    return sweep_with_torch(question, name, values, Options(access, recipe, sampling, budget, seed, modules))


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


def gradient_with_posterior_score(
    question: Question,
    posterior: Callable[[torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor],
    *,
    samples: int = 10_000,
    seed: int = 0,
    modules: Mapping[str, torch.nn.Module] = _NO_MODULES,
) -> Reply:
    """Algorithm 1 with the gradient in b of log p(a | b, c) = `posterior(b, a, c)` handed in, the difference of both scores by Bayes' rule.

    Shapes and standard error are those of `gradient_with_scores`.

    Raises: SpecificationError unless `samples` is a multiple of 100. Source: arXiv:2601.01789, eqs. (19)-(20).
    """
    return gradient_with_scores(question, lambda b, c: 0 * b, posterior, samples=samples, seed=seed, modules=modules)


def from_samples(samples: Mapping[str, Any], jacobians: Mapping[str, Mapping[str, Any]], *, between: tuple[Any, Any], given: Any = ()) -> Reply:
    """The gradient of I(A;B|C) in nats of a channel that is known by independent samples and their Jacobians alone.

    `samples` are arrays by node, shape `(n,)` or `(n, dimension)`; `jacobians` by parameter and node dnode_i/dparameter with the primitives held,
    shape `(n,)` or `(n, dimension, *parameter's shape)`; a node that a parameter's table leaves out stands still. The scores are fitted by implicit
    score matching; the standard error comes from 20 to 100 batches, so n must be a multiple of one of these numbers.

    Raises: SpecificationError for missing nodes, sizes that do not fit and numbers that are not finite. Source: arXiv:2601.01789, Algorithm 1.
    """
    if find_spec("torch") is None:
        return Refusal("learned", "given samples", _MISSING)
    from infograd.learned.gradient.outside import from_samples as from_samples_with_torch

    return from_samples_with_torch(samples, jacobians, between, given)


def from_sampler(sampler: Sampler, at: Mapping[str, Any], *, between: tuple[Any, Any], given: Any = (), samples: int = 10_000, seed: int = 0) -> Reply:
    """The gradient of I(A;B|C) in nats of a black box that draws samples, differentiable in torch.

    `sampler(parameters, count, generator)` takes the parameters as tensors by name and returns every node's samples by name, shape `(count,)` or
    `(count, dimension)`; it draws its randomness from the generator and moves it by the parameters.

    Raises: SpecificationError as `from_samples`, and for a parameter in which the sampler is not differentiable.
    """
    if find_spec("torch") is None:
        return Refusal("learned", "given sampler", _MISSING)
    from infograd.learned.gradient.outside import from_black_box

    return from_black_box(sampler, at, between, given, samples, seed)
