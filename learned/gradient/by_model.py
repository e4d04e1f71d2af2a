"""The gradient for a channel that is known whole: smoothed histograms of signals, the last noise integrated out.

Each term of the decomposition is an entropy of one output given others: an average, over draws of the randomness behind
what is given, of the entropy of a mixture that inner draws make. A whole sweep of one parameter is answered at once, from the
same draws. The standard error is the spread over independent replicates; the bias probes are half of the draws behind each
mixture, and twice the spacing of the grid.

From independent samples each term is the mean of J^T s at them, with the scores
of the known channel: a smoothed histogram of its own draws, or a nested mixture.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

import torch
from torch import Tensor

from infograd.answer import Access, Refusal, Reply
from infograd.channel import Channel
from infograd.error import SpecificationError
from infograd.learned.budget import MONTE_CARLO, Budget
from infograd.learned.gradient.conditions import motion_obstacle, parameter_obstacle
from infograd.learned.gradient.decomposition import Decomposition, Term, all_decompositions
from infograd.learned.gradient.plan import obstacle_to_any
from infograd.learned.gradient.reply import quantity, reply
from infograd.learned.samples.interpreter import tensor
from infograd.learned.samples.simulator import Simulator
from infograd.learned.samples.uniforms import independent, seeds
from infograd.learned.samples.views import Model
from infograd.learned.scores.mixture.design import Design, design
from infograd.learned.scores.mixture.entropy import effective_size
from infograd.learned.scores.mixture.line import Entry
from infograd.learned.scores.mixture.marginal import drawn_marginal
from infograd.learned.scores.mixture.nested import NestedMixture
from infograd.learned.scores.mixture.signal import Signal, signal_of
from infograd.learned.scores.mixture.sweep import SpreadError, Sweep
from infograd.learned.scores.mixture.terms import Found, at_samples, conditional, marginal, noise_alone
from infograd.learned.threads import one_thread
from infograd.mapping import FrozenMapping
from infograd.quantity import Quantity
from infograd.question import Names, Question

METHOD = "smoothed histograms"
FROM_SAMPLES = "smoothed histogram and nested mixture, independent samples"
DEFAULT = Budget(samples=4096, replicates=32)
MOST_ROWS = 1 << 17
MOST_NUMBERS = 64
FEWEST = 16
PILOT = 8
LEAST_OUTER = 16
OWN_DRAWS = 4096
_NO_MODULES: Mapping[str, torch.nn.Module] = FrozenMapping()


Entropies: TypeAlias = tuple[tuple[Term, Signal], ...]
Plan: TypeAlias = dict[Entropies, Names]


def planned(question: Question, modules: frozenset[str]) -> Plan | str:
    """Which parameters are answered by which signed sum of entropies, or the obstacle to the first sum, as a sentence."""
    obstacle = obstacle_to_any(question, modules)
    if obstacle is not None:
        return obstacle
    channel = question.channel
    weights = {each.name for module in channel.opaque for each in module.parameters}
    shapes = {each.name: math.prod(each.shape) for each in channel.parameters}
    plan: Plan = {}
    for parameter in question.wrt:
        if parameter in weights or shapes[parameter] > MOST_NUMBERS:
            return f"{parameter!r} is the weights of a module, or more than {MOST_NUMBERS} numbers, which are not copied for every sample; use fitted scores."
        reason = parameter_obstacle(channel, question.nodes, parameter)
        if reason is not None:
            return reason
        reasons = []
        for choice in all_decompositions(question):
            found = _entropies(channel, choice, parameter)
            if not isinstance(found, str):
                plan[found] = (*plan.get(found, ()), parameter)
                break
            reasons.append(found)
        else:
            return reasons[0]
    return plan


def _entropies(channel: Channel, choice: Decomposition, parameter: str) -> Entropies | str:
    found = []
    for term in choice:
        reason = motion_obstacle(channel, term, parameter)
        if reason is not None:
            return reason
        signal = signal_of(channel, term)
        if isinstance(signal, str):
            return signal
        found.append((term, signal))
    return tuple(found)


def _replicated(sweep: Sweep, entropies: Entropies, designs: Mapping[Signal, Design], replicates: int) -> Found:
    """The signed sum of the entropies' gradients; an entropy that no parameter moves is left out."""
    values = {entry: torch.zeros(sweep.points, replicates, dtype=torch.float64) for entry in sweep.entries}
    bias = {entry: torch.zeros(sweep.points, dtype=torch.float64) for entry in sweep.entries}
    short = torch.zeros(sweep.points, dtype=torch.float64)
    known: dict[tuple[str, int], tuple[Tensor, dict[Entry, Tensor]]] = {}
    for term, signal in entropies:
        if signal.inner:
            design = designs[signal]
            key = (signal.output, id(design))
            if key not in known:
                known[key] = sweep.rows(signal, design.uniforms.flatten(end_dim=2))
            found = (conditional if signal.outer else marginal)(sweep, signal, known[key], design)
        elif {each.name for each in signal.noise.parameters}.isdisjoint(sweep.wrt):
            continue
        else:
            found = noise_alone(sweep, signal, replicates)
        for entry in sweep.entries:
            values[entry] -= term.sign * found.replicates[entry]
            bias[entry] += found.bias[entry]
        short = torch.maximum(short, found.short)
    return Found(values, bias, short)


def _inner_draws(sweep: Sweep, signal: Signal, budget: Budget, seed: int) -> int:
    """How many inner draws give the effective size that is aimed at, at every point of the sweep, up to a share of the budget, by a pilot."""
    kernel = sweep.kernel(signal)
    inner = FEWEST
    while inner * LEAST_OUTER * 2 <= budget.samples:
        pilot = design(sweep.simulator, signal, Budget(PILOT * inner, 2), inner, seed)
        weights = pilot.inner.reshape(2 * PILOT, 1, inner)
        binned = sweep.binned(signal, sweep.rows(signal, pilot.uniforms.flatten(end_dim=2)), weights, kernel)
        if (effective_size(binned, kernel, float(weights.max())) >= pilot.aim).all():
            break
        inner *= 2
    return inner


def _designs(sweep: Sweep, entropies: Entropies, budget: Budget, seed: int) -> dict[Signal, Design]:
    """A design for every signal with inner randomness; one without outer randomness takes the draws of another of the same output."""
    designs = {}
    for _, signal in entropies:
        if signal.inner and signal.outer:
            designs[signal] = design(sweep.simulator, signal, budget, _inner_draws(sweep, signal, budget, seed), seed)
    for _, signal in entropies:
        if signal.inner and not signal.outer:
            shared = next((found for each, found in designs.items() if each.output == signal.output), None)
            designs[signal] = shared or design(sweep.simulator, signal, budget, budget.samples, seed)
    return designs


def _checked(budget: Budget) -> None:
    if budget.samples < FEWEST or budget.samples % 2 or budget.replicates % 2:
        raise SpecificationError(
            f"A budget of {budget.samples} samples and {budget.replicates} replicates cannot be halved; "
            f"write an even number of samples, at least {FEWEST}, and of replicates."
        )


def _moved(question: Question, name: str | None, values: Sequence[object]) -> list[Question]:
    return [question] if name is None else [question.at_point(**{name: value}) for value in values]


@one_thread()
def gradients_along(
    question: Question,
    name: str | None = None,
    values: Sequence[object] = (),
    *,
    budget: Budget = DEFAULT,
    seed: int = 0,
    modules: Mapping[str, torch.nn.Module] = _NO_MODULES,
) -> tuple[Reply, ...]:
    """The replies at every value of the parameter `name`, all from the same draws; without a name, the one at the question's point.

    The gradient of I in nats, each with the standard error over the budget's replicates and the bias that the probes show.

    Raises: SpecificationError for a budget that cannot be halved and samples that are no finite numbers.
    Source: arXiv:2601.01789, eqs. (14), (17), (39), (63).
    """
    _checked(budget)
    asked = _moved(question, name, values)
    plan = planned(question, frozenset(modules))
    if isinstance(plan, str):
        return tuple(Refusal("learned", METHOD, plan) for _ in asked)
    simulator = Simulator(question, modules)
    moved = {} if name is None else {name: torch.stack([tensor(each.at[name]) for each in asked])}
    whole = Sweep(simulator, {**simulator.point, **moved}, len(asked), question.wrt)
    gradients: list[dict[str, Quantity]] = [{} for _ in asked]
    short = torch.zeros(len(asked), dtype=torch.float64)
    try:
        for entropies, wrt in plan.items():
            sweep = replace(whole, wrt=wrt)
            designs = _designs(sweep, entropies, budget, seed)
            size = max(1, MOST_ROWS // max((found.inner.numel() for found in designs.values()), default=1))
            for start in range(0, len(asked), size):
                found = _replicated(sweep.part(start, start + size), entropies, designs, budget.replicates)
                for position, each in enumerate(gradients[start : start + size]):
                    each |= {parameter: _quantity(sweep.parameters[parameter].shape[1:], found, parameter, position) for parameter in wrt}
                short[start : start + size] = torch.maximum(short[start : start + size], found.short)
    except SpreadError as reason:
        return tuple(Refusal("learned", METHOD, str(reason)) for _ in asked)
    cost = {"samples": budget.samples * budget.replicates * len(plan), "replicates": budget.replicates}
    return tuple(_reply(METHOD, each, lack, cost) for each, lack in zip(gradients, short.tolist(), strict=True))


@one_thread()
def gradients_from_samples(
    question: Question,
    name: str | None = None,
    values: Sequence[object] = (),
    *,
    budget: Budget = MONTE_CARLO,
    inner: int = 32,
    seed: int = 0,
    modules: Mapping[str, torch.nn.Module] = _NO_MODULES,
) -> tuple[Reply, ...]:
    """The replies at every value of the parameter `name` from independent samples of the channel, other ones at each value.

    The scores come from the channel, not from the samples: a smoothed histogram of Sobol draws, and `inner` nested draws at each sample. The standard error is the spread over the budget's replicates.

    Raises: SpecificationError for a budget that cannot be halved and samples that are no finite numbers.
    Source: arXiv:2601.01789, Algorithm 1, eqs. (27)-(30).
    """
    _checked(budget)
    asked = _moved(question, name, values)
    plan = planned(question, frozenset(modules))
    if isinstance(plan, str):
        return tuple(Refusal("learned", FROM_SAMPLES, plan) for _ in asked)
    cost = {"samples": budget.samples * budget.replicates * len(plan), "replicates": budget.replicates, "inner": inner}
    replies: list[Reply] = []
    for each, own in zip(asked, seeds(seed, len(asked)), strict=True):
        simulator = Simulator(each, modules)
        gradient: dict[str, Quantity] = {}
        reason = None
        for entropies, wrt in plan.items():
            try:
                found = _sampled(Sweep(simulator, simulator.point, 1, wrt), entropies, budget, inner, own)
            except SpreadError as wide:
                found = str(wide)
            if isinstance(found, str):
                reason = found
                break
            gradient |= {parameter: _quantity(simulator.point[parameter].shape[1:], found, parameter, 0) for parameter in wrt}
        replies.append(reply(FROM_SAMPLES, Access.MODEL, gradient, cost) if reason is None else Refusal("learned", FROM_SAMPLES, reason))
    return tuple(replies)


def _sampled(sweep: Sweep, entropies: Entropies, budget: Budget, inner: int, seed: int) -> Found | str:
    """The signed sum of the entropies' gradients from independent samples, or the alarm of a score, as a sentence.

    Raises: SpreadError.
    """
    simulator, replicates = sweep.simulator, budget.replicates
    uniforms = independent(simulator.dimension, budget.samples * replicates, torch.Generator().manual_seed(seed))
    view = simulator.view(Access.MODEL, uniforms, sweep.wrt, replicates)
    assert isinstance(view, Model)  # the view of that level
    values = {entry: torch.zeros(1, replicates, dtype=torch.float64) for entry in sweep.entries}
    bias = {entry: torch.zeros(1, dtype=torch.float64) for entry in sweep.entries}
    for position, (term, signal) in enumerate(entropies):
        if not signal.inner:
            found = noise_alone(sweep, signal, replicates)
        else:
            own = seeds(seed, len(entropies))[position]
            fit = NestedMixture(inner).fit(view, term, own) if signal.outer else drawn_marginal(sweep, signal, OWN_DRAWS, own)
            if fit.alarm is not None:
                return fit.alarm
            found = at_samples(view, term, fit, sweep.entries)
        for entry in sweep.entries:
            values[entry] -= term.sign * found.replicates[entry]
            bias[entry] += found.bias[entry]
    return Found(values, bias, torch.zeros(1, dtype=torch.float64))


def _reply(method: str, gradient: Mapping[str, Quantity], lack: float, cost: Mapping[str, int]) -> Reply:
    if not lack <= 1:
        return Refusal("learned", method, f"the noise is so small that its mixtures need {lack:.2g} times as many draws; raise the budget's samples.")
    return reply(method, Access.MODEL, gradient, cost)


def _quantity(shape: torch.Size, found: Found, parameter: str, position: int) -> Quantity:
    entries = [(parameter, entry) for entry in range(shape.numel())]
    replicates = torch.stack([found.replicates[entry][position] for entry in entries], dim=1)
    return quantity(replicates.reshape(-1, *shape), torch.stack([found.bias[entry][position] for entry in entries]).reshape(shape))
