"""One question, one reply: the plan that the conditions allow, the recipe that fits the scores, the gradient with its doubt."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Literal, TypeAlias

import torch
from torch import Tensor

from infograd.answer import Access, Refusal, Reply
from infograd.error import SpecificationError
from infograd.learned.budget import DEFAULT, MONTE_CARLO, Budget, PaperRecipe
from infograd.learned.gradient import closed_form, paper
from infograd.learned.gradient.decomposition import Decomposition, all_decompositions, two_scores
from infograd.learned.gradient.plan import Plan, obstacle_to_any, planned
from infograd.learned.gradient.reply import quantity, reply
from infograd.learned.samples.simulator import Simulator
from infograd.learned.samples.uniforms import independent, seeds
from infograd.learned.threads import one_thread
from infograd.quantity import Quantity
from infograd.question import Question

Modules: TypeAlias = Mapping[str, torch.nn.Module]
Recipe: TypeAlias = Literal["closed-form", "paper"] | PaperRecipe
ScoreFunction: TypeAlias = Callable[..., Tensor]
EXACT_SCORES = "exact scores handed in"
_BATCHES = 100


@one_thread()
def answer(question: Question, *, access: Access, recipe: Recipe, budget: Budget | None, seed: int, modules: Modules) -> Reply:
    """The gradient of I(A;B|C) in nats by learned scores; see `infograd.learned.answer`."""
    if not (isinstance(recipe, PaperRecipe) or recipe in ("closed-form", "paper")):
        raise SpecificationError(f"recipe is {recipe!r}; write 'closed-form', 'paper' or a PaperRecipe.")
    if recipe == "closed-form":
        return _closed_form(question, access, budget or DEFAULT, seed, modules)
    return _paper(question, access, PaperRecipe() if recipe == "paper" else recipe, budget or MONTE_CARLO, seed, modules)


def _plan(method: str, question: Question, choices: Iterable[Decomposition], access: Access, modules: Modules) -> tuple[Simulator, Plan] | Refusal:
    if access < Access.PATHWISE:
        return Refusal("learned", method, f"it needs {Access.PATHWISE.meaning}, and only {access.meaning} are allowed.")
    obstacle = obstacle_to_any(question, frozenset(modules))
    if obstacle is not None:
        return Refusal("learned", method, obstacle)
    simulator = Simulator(question, modules)
    plan = planned(question, simulator, tuple(choices))
    return Refusal("learned", method, plan) if isinstance(plan, str) else (simulator, plan)


def _closed_form(question: Question, access: Access, budget: Budget, seed: int, modules: Modules) -> Reply:
    plan = _plan(closed_form.METHOD, question, all_decompositions(question), access, modules)
    if isinstance(plan, Refusal):
        return plan
    simulator, parts = plan
    dimension = sum(math.prod(question.channel.node(name).shape) for name in question.nodes)
    bound = closed_form.bound_for(budget, dimension)
    if bound < closed_form.LEAST_BOUND:
        return Refusal(
            "learned",
            closed_form.METHOD,
            f"{budget.samples * budget.replicates} samples cannot carry features of {dimension} variables; raise the budget's samples.",
        )
    gradient: dict[str, Quantity] = {}
    for terms, wrt in parts.items():
        replicates, bias = closed_form.replicated(simulator, terms, wrt, budget, seed, bound)
        gradient |= {name: quantity(replicates[name], bias[name]) for name in wrt}
    cost = {"samples": budget.samples * budget.replicates * len(parts), "replicates": budget.replicates, "bound": bound}
    return reply(closed_form.METHOD, Access.PATHWISE, gradient, cost)


def _paper(question: Question, access: Access, recipe: PaperRecipe, budget: Budget, seed: int, modules: Modules) -> Reply:
    plan = _plan(paper.METHOD, question, two_scores(question), access, modules)
    if isinstance(plan, Refusal):
        return plan
    simulator, parts = plan
    gradient: dict[str, Quantity] = {}
    for terms, wrt in parts.items():
        found = paper.replicated(simulator, terms, wrt, budget, seed, recipe)
        if isinstance(found, str):
            return Refusal("learned", paper.METHOD, found)
        gradient |= {name: quantity(found[0][name], found[1][name]) for name in wrt}
    cost = {"samples": budget.samples * budget.replicates * len(parts), "steps": 2 * recipe.steps * len(parts), "batch": recipe.batch}
    return reply(paper.METHOD, Access.PATHWISE, gradient, cost)


@one_thread()
def gradient_with_scores(question: Question, marginal: ScoreFunction, conditional: ScoreFunction, samples: int, seed: int, modules: Modules) -> Reply:
    """Algorithm 1 with scores handed in; see `infograd.learned.gradient_with_scores`."""
    if samples < 2 * _BATCHES or samples % _BATCHES:
        raise SpecificationError(f"samples is {samples!r}; write a multiple of {_BATCHES}, at least {2 * _BATCHES}.")
    plan = _plan(EXACT_SCORES, question, islice(two_scores(question), 1), Access.MODEL, modules)
    if isinstance(plan, Refusal):
        return plan
    simulator, _ = plan
    generator = torch.Generator().manual_seed(seeds(seed, 1)[0])
    view = simulator.pathwise(independent(simulator.dimension, samples, generator), question.wrt, _BATCHES)
    first, second = question.between
    a, b, c = (view.side(group) for group in (first, second, question.given))
    widths = [view.samples[name].shape[1] for name in second]
    found = view.vjp(dict(zip(second, torch.split(conditional(b, a, c) - marginal(b, c), widths, dim=1), strict=True)))
    return reply(EXACT_SCORES, Access.MODEL, {name: quantity(each, torch.zeros_like(each[0])) for name, each in found.items()}, {"samples": samples})
