"""One question, one reply: the plan that the conditions allow, the recipe that fits the scores, the gradient with its doubt."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal, TypeAlias

import torch
from torch import Tensor

from infograd.answer import Access, Refusal, Reply
from infograd.error import SpecificationError
from infograd.learned.budget import DEFAULT, MONTE_CARLO, Budget, PaperRecipe
from infograd.learned.gradient import by_model, closed_form, paper
from infograd.learned.gradient.balanced import balanced
from infograd.learned.gradient.by_scores import gradient_by
from infograd.learned.gradient.decomposition import Decomposition, all_decompositions, two_scores
from infograd.learned.gradient.plan import Plan, obstacle_to_any, planned
from infograd.learned.gradient.reply import quantity, reply
from infograd.learned.gradient.silent import silent
from infograd.learned.samples.simulator import Simulator
from infograd.learned.samples.uniforms import independent, seeds
from infograd.learned.samples.views import Pairs, Pathwise, View
from infograd.learned.scores.implicit.model import ImplicitScore
from infograd.learned.scores.model import ScoreModel
from infograd.learned.scores.networks.features import NetworkFeatures
from infograd.learned.scores.networks.model import NetworkModel
from infograd.learned.threads import one_thread
from infograd.quantity import Quantity
from infograd.question import Names, Question

Modules: TypeAlias = Mapping[str, torch.nn.Module]
Named: TypeAlias = Literal["closed-form", "paper", "mixture"]
Recipe: TypeAlias = Named | PaperRecipe | ScoreModel
Sampling: TypeAlias = Literal["sobol", "independent"]
ScoreFunction: TypeAlias = Callable[..., Tensor]
EXACT_SCORES = "exact scores handed in"
NAMED: tuple[Named, ...] = ("closed-form", "paper", "mixture")
_BATCHES = 100
_SAMPLINGS: dict[Sampling, str] = {"sobol": "scrambled Sobol", "independent": "independent samples"}


@dataclass(frozen=True, slots=True)
class Options:
    """How a question is answered: the most access allowed, the recipe, how samples come and how many, their seed, and modules by name."""

    access: Access
    recipe: Recipe
    sampling: Sampling | None
    budget: Budget | None
    seed: int
    modules: Modules

    def __post_init__(self) -> None:
        if isinstance(self.recipe, str) and self.recipe not in NAMED:
            raise SpecificationError(f"recipe is {self.recipe!r}; write {', '.join(map(repr, NAMED))}, a PaperRecipe or a score model.")
        if self.sampling not in (*_SAMPLINGS, None):
            raise SpecificationError(f"sampling is {self.sampling!r}; write 'sobol' or 'independent'.")
        if self.sampling == "sobol" and (self.recipe == "paper" or isinstance(self.recipe, PaperRecipe)):
            raise SpecificationError("The paper's recipe draws independent samples; leave sampling out.")


@one_thread()
def answer(question: Question, options: Options) -> Reply:
    """The gradient of I(A;B|C) in nats by learned scores; see `infograd.learned.answer`."""
    recipe = options.recipe
    if recipe == "closed-form":
        return _closed_form(question, ImplicitScore(), options)
    if recipe == "mixture":
        return _mixture(question, None, (), options)[0]
    if recipe == "paper":
        return _paper(question, PaperRecipe(), options)
    if isinstance(recipe, PaperRecipe):
        return _paper(question, recipe, options)
    if isinstance(recipe, ImplicitScore):
        return _closed_form(question, recipe, options)
    assert not isinstance(recipe, str)  # every name is above
    return _by_model(question, recipe, options)


@one_thread()
def sweep(question: Question, name: str, values: Sequence[object], options: Options) -> tuple[Reply, ...]:
    """The replies at every value of one parameter; see `infograd.learned.sweep`."""
    if options.recipe == "mixture":
        return _mixture(question, name, values, options)
    asked = [question.at_point(**{name: value}) for value in values]
    if isinstance(options.recipe, NetworkModel | NetworkFeatures):
        return _trained_together(asked, options.recipe, options)
    return tuple(answer(each, options) for each in asked)


def drawn(simulator: Simulator, sampling: Sampling, budget: Budget, seed: int) -> Tensor:
    """Uniforms for all replicates, one below the other: scrambles of Sobol points, or independent points."""
    if sampling == "sobol":
        return balanced(simulator, budget.samples, budget.replicates, seed)
    return independent(simulator.dimension, budget.samples * budget.replicates, torch.Generator().manual_seed(seeds(seed, 1)[0]))


def _plan(
    method: str, question: Question, choices: Iterable[Decomposition], options: Options, needed: Access = Access.PATHWISE
) -> tuple[Simulator, Plan] | Refusal:
    if options.access < needed:
        return Refusal("learned", method, f"it needs {needed.meaning}, and only {options.access.meaning} are allowed.")
    obstacle = obstacle_to_any(question, frozenset(options.modules))
    if obstacle is not None:
        return Refusal("learned", method, obstacle)
    simulator = Simulator(question, options.modules)
    plan = planned(question, simulator, tuple(choices))
    return Refusal("learned", method, plan) if isinstance(plan, str) else (simulator, plan)


def _closed_form(question: Question, model: ImplicitScore, options: Options) -> Reply:
    sampling, budget = options.sampling or "sobol", options.budget or DEFAULT
    method = f"{model.method}, {_SAMPLINGS[sampling]}"
    plan = _plan(method, question, all_decompositions(question), options)
    if isinstance(plan, Refusal):
        return plan
    simulator, parts = plan
    dimension = sum(math.prod(question.channel.node(name).shape) for name in question.nodes)
    if closed_form.bound_for(budget, dimension) < closed_form.LEAST_BOUND:
        return Refusal(
            "learned", method, f"{budget.samples * budget.replicates} samples cannot carry features of {dimension} variables; raise the budget's samples."
        )
    uniforms = drawn(simulator, sampling, budget, options.seed)
    gradient: dict[str, Quantity] = {}
    for terms, wrt in parts.items():
        view = simulator.pathwise(uniforms, wrt, budget.replicates)
        silences = {term: tuple(name for name in wrt if silent(question.channel, term, name)) for term in terms} if sampling == "sobol" else {}
        replicates, bias = closed_form.estimate(view, terms, wrt, model.basis, options.seed, silences)
        gradient |= {name: quantity(replicates[name], bias[name]) for name in wrt}
    cost = {"samples": budget.samples * budget.replicates * len(parts), "replicates": budget.replicates}
    return reply(method, Access.PATHWISE, gradient, cost)


def _mixture(question: Question, name: str | None, values: Sequence[object], options: Options) -> tuple[Reply, ...]:
    if options.access < Access.MODEL:
        refusal = Refusal("learned", by_model.METHOD, f"it needs {Access.MODEL.meaning}, and only {options.access.meaning} are allowed.")
        return (refusal,) * (1 if name is None else len(values))
    if options.sampling == "independent":
        budget = options.budget or MONTE_CARLO
        return by_model.gradients_from_samples(question, name, values, budget=budget, seed=options.seed, modules=options.modules)
    return by_model.gradients_along(question, name, values, budget=options.budget or by_model.DEFAULT, seed=options.seed, modules=options.modules)


def _by_model(question: Question, model: ScoreModel, options: Options) -> Reply:
    """Fitted at this point alone."""
    needed = max(model.access, Access.PATHWISE)
    sampling, budget = options.sampling or "sobol", options.budget or DEFAULT
    plan = _plan(model.method, question, all_decompositions(question), options, needed)
    if isinstance(plan, Refusal):
        return plan
    simulator, parts = plan
    uniforms = drawn(simulator, sampling, budget, options.seed)
    gradient: dict[str, Quantity] = {}
    for terms, wrt in parts.items():
        view = _view(simulator, needed, uniforms, wrt, budget)
        fits = [model.fit(seen(view, model.access), term, each) for term, each in zip(terms, seeds(options.seed, len(terms)), strict=True)]
        found = gradient_by(view, terms, fits)
        if isinstance(found, str):
            return Refusal("learned", model.method, found)
        gradient |= {name: quantity(found.replicates[name], found.bias[name]) for name in wrt}
    cost = {"samples": budget.samples * budget.replicates * len(parts), "replicates": budget.replicates}
    return reply(f"{model.method}, {_SAMPLINGS[sampling]}", needed, gradient, cost)


def _trained_together(questions: Sequence[Question], model: NetworkModel | NetworkFeatures, options: Options) -> tuple[Reply, ...]:
    """The networks of all points at once; a point that is refused has none."""
    needed = max(model.access, Access.PATHWISE)
    sampling, budget = options.sampling or "sobol", options.budget or DEFAULT
    plans = [_plan(model.method, question, all_decompositions(question), options, needed) for question in questions]
    gradients: list[dict[str, Quantity]] = [{} for _ in questions]
    refusals: dict[int, Refusal] = {place: plan for place, plan in enumerate(plans) if isinstance(plan, Refusal)}
    parts: dict[tuple[Decomposition, Names], list[int]] = {}
    for place, plan in enumerate(plans):
        for part in () if isinstance(plan, Refusal) else plan[1].items():
            parts.setdefault(part, []).append(place)
    for (terms, wrt), places in parts.items():
        simulators = [plan[0] for plan in (plans[place] for place in places) if not isinstance(plan, Refusal)]
        views = [_view(each, needed, drawn(each, sampling, budget, options.seed), wrt, budget) for each in simulators]
        shown = [seen(view, model.access) for view in views]
        columns = [model.fit_sweep(shown, term, each) for term, each in zip(terms, seeds(options.seed, len(terms)), strict=True)]
        for place, view, fits in zip(places, views, zip(*columns, strict=True), strict=True):
            found = gradient_by(view, terms, fits)
            if isinstance(found, str):
                refusals[place] = Refusal("learned", model.method, found)
            else:
                gradients[place] |= {name: quantity(found.replicates[name], found.bias[name]) for name in wrt}
    cost = {"samples": budget.samples * budget.replicates, "replicates": budget.replicates}
    method = f"{model.method}, {_SAMPLINGS[sampling]}"
    return tuple(refusals.get(place) or reply(method, needed, gradient, cost) for place, gradient in enumerate(gradients))


def _view(simulator: Simulator, access: Access, uniforms: Tensor, wrt: Names, budget: Budget) -> Pathwise:
    found = simulator.view(access, uniforms, wrt, budget.replicates)
    assert isinstance(found, Pathwise)  # the level is at least that
    return found


def seen(view: Pathwise, access: Access) -> View:
    """What a model of that level is handed of the view, which is of that level or of a vector-Jacobian product's."""
    return Pairs(view.samples, view.replicates) if access == Access.PAIRS else view


def _paper(question: Question, recipe: PaperRecipe, options: Options) -> Reply:
    budget = options.budget or MONTE_CARLO
    plan = _plan(paper.METHOD, question, two_scores(question), options, recipe.access)
    if isinstance(plan, Refusal):
        return plan
    simulator, parts = plan
    gradient: dict[str, Quantity] = {}
    for terms, wrt in parts.items():
        found = paper.replicated(simulator, terms, wrt, budget, options.seed, recipe, options.access)
        if isinstance(found, str):
            return Refusal("learned", paper.METHOD, found)
        gradient |= {name: quantity(found[0][name], found[1][name]) for name in wrt}
    cost = {"samples": budget.samples * budget.replicates * len(parts), "steps": 2 * recipe.steps * len(parts), "batch": recipe.batch}
    return reply(paper.METHOD, recipe.access, gradient, cost)


@one_thread()
def gradient_with_scores(question: Question, marginal: ScoreFunction, conditional: ScoreFunction, samples: int, seed: int, modules: Modules) -> Reply:
    """Algorithm 1 with scores handed in; see `infograd.learned.gradient_with_scores`."""
    if samples < 2 * _BATCHES or samples % _BATCHES:
        raise SpecificationError(f"samples is {samples!r}; write a multiple of {_BATCHES}, at least {2 * _BATCHES}.")
    options = Options(Access.MODEL, "closed-form", None, None, seed, modules)
    plan = _plan(EXACT_SCORES, question, islice(two_scores(question), 1), options)
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
