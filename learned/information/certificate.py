"""Bounds of mutual information from both sides, which any score network gives, however badly it is trained.

For W_t = W + sqrt(t) N, N standard normal, and any function s the denoising loss L(t) = E|s(W_t) + N/sqrt(t)|^2 is d/t - J(W_t) + E|s - s_true|^2,
at least mmse(t)/t^2. Hence

    I(W; W_T) <= 1/2 int_T^inf L(t) dt,      and      2 E<s, -N/sqrt(t)> - E|s|^2 = d/t - L(t) <= J(W_t),

a lower bound of the Fisher information whose error is of second order. By de Bruijn's identity h(W|V) is d/2 log(2 pi e) less 1/2 the integral of
J(W_t|V) - d/(1 + t), so a lower bound of J is an *upper* bound of an entropy, with or without a condition. An upper bound of J no network gives;
so an entropy that enters I with a minus must be known:

    upper side:  I(A;B|C) = h(B|C) - h(B|A,C) <= h_s(B|C) - h(noise of B),        B a gate with additive noise,
    lower side:  I(A;B|C) = h(A|C) - h(A|B,C) >= h(A) - h_s(A|B,C),               A a source, independent of C.

The upper side is sharp where nothing but B's own noise stands between A and B; with inner noise it bounds what B carries of its noiseless map, which is
no less. The lower side is sharp for any channel.

The scores are fitted by implicit score matching to all replicates but one and judged on that one, in the form -2 E[div s] - E|s|^2 of the same
bound, which stays finite at t = 0. The bounds hold up to their standard errors, the rule in t (its estimated doubt) and the knots,
which all samples place; the affine scores' share is taken in its closed form.
Source: arXiv:2601.01789, eqs. (4), (51); Guo, Shamai and Verdu, IEEE Trans. Inf. Theory 51 (2005) 1261.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from infograd.answer import Access, Answer, Refusal, Reply
from infograd.channel import Channel, Gate, Source, node_law
from infograd.graph import d_separated
from infograd.learned.budget import DEFAULT, Budget
from infograd.learned.information.fisher import NODES, noised_pairs, value_obstacle
from infograd.learned.information.noised import LEAST, Noised, bound_for, coarsest_of_the_best
from infograd.learned.information.quadrature import half_line_rule
from infograd.learned.samples.interpreter import evaluate
from infograd.learned.samples.laws import draw, uniforms_needed
from infograd.learned.samples.noise import log_density
from infograd.learned.samples.simulator import Simulator
from infograd.learned.samples.uniforms import seeds, sobol
from infograd.learned.scores.model import Score
from infograd.learned.threads import one_thread
from infograd.mapping import FrozenMapping
from infograd.quantity import Doubt, Quantity
from infograd.question import Names, Question

METHOD = "certificate by denoising score matching"
CITATION = "arXiv:2601.01789, eqs. (4) and (51)"
_NO_MODULES: Mapping[str, torch.nn.Module] = FrozenMapping()


@dataclass(frozen=True, slots=True)
class Certificate:
    """A lower and an upper bound of one information in nats, each with its doubt, or the reason why there is none."""

    lower: Quantity | Refusal
    upper: Quantity | Refusal
    cost: FrozenMapping[int]

    def reply(self) -> Reply:
        """The middle of the two bounds, whose estimated doubt is half of their distance with their own; a refusal where one is missing."""
        for side in (self.lower, self.upper):
            if isinstance(side, Refusal):
                return side
        lower, upper = ((_number(side.value), side.doubt) for side in (self.lower, self.upper) if isinstance(side, Quantity))
        own = max(_number(doubt.estimated) for _, doubt in (lower, upper))
        stderr, dof = max((_number(doubt.stderr), doubt.dof) for _, doubt in (lower, upper))
        doubt = Doubt(estimated=abs(upper[0] - lower[0]) / 2 + own, stderr=stderr, dof=dof)
        return Answer("learned", METHOD, Access.MODEL, Quantity((lower[0] + upper[0]) / 2, doubt), citation=CITATION, cost=self.cost)


@one_thread()
def certificate(question: Question, *, budget: Budget = DEFAULT, seed: int = 0, modules: Mapping[str, torch.nn.Module] = _NO_MODULES) -> Certificate | Refusal:
    """Bounds of I(A;B|C) in nats from both sides, the scores fitted in closed form; it knows the laws of the source A and of B's noise."""
    obstacle = value_obstacle(question, modules)
    if obstacle is not None:
        return Refusal("learned", METHOD, obstacle)
    first, second = question.between
    upper = _upper(question, second, budget, seed, modules)
    lower = _lower(question, first, (*second, *question.given), budget, seed, modules)
    cost = {"samples": 2 * budget.samples * budget.replicates, "replicates": budget.replicates, "nodes": NODES}
    return Certificate(lower, upper, FrozenMapping(cost))


def fisher_bound(score: Score, outputs: Tensor, given: Tensor, noise: Tensor, time: float) -> Tensor:
    """2 <s, -N/sqrt(t)> - |s|^2 of every sample, shape `(n,)`, at W_t = `outputs` + sqrt(t) `noise`: its mean is at most J(W_t|V).

    `outputs` and `noise` have shape `(n, d)`, `given` `(n, k)`; the samples must be others than the score was fitted to.
    """
    found = score(outputs + math.sqrt(time) * noise, given)
    return -(2 / math.sqrt(time)) * (found * noise).sum(dim=1) - found.square().sum(dim=1)


def denoising_bound(score: Score, outputs: Tensor, given: Tensor, noise: Tensor, time: float) -> Tensor:
    """|s + N/sqrt(t)|^2 of every sample, shape `(n,)`: its mean is at least mmse(t)/t^2, and half its integral over t > T at least I(W;W_T|V)."""
    found = score(outputs + math.sqrt(time) * noise, given)
    return (found + noise / math.sqrt(time)).square().sum(dim=1)


def _upper(question: Question, outputs: Names, budget: Budget, seed: int, modules: Mapping[str, torch.nn.Module]) -> Quantity | Refusal:
    channel = question.channel
    if len(outputs) != 1:
        return Refusal("learned", METHOD, f"{', '.join(map(repr, outputs))} are several nodes; the upper side knows the noise of a single gate.")
    node = channel.node(outputs[0])
    if not isinstance(node, Gate) or node.noise is None or node.noise.atomic:
        return Refusal("learned", METHOD, f"{outputs[0]!r} has no additive noise with a density, whose entropy would bound the conditional one.")
    if _noise_known(channel, outputs[0], question):
        return Refusal("learned", METHOD, f"what the question names depends on the noise of {outputs[0]!r}, which then is no independent noise.")
    known = _entropy(question, outputs[0], budget, seed, modules)
    learned = _entropy_bound(question, outputs, question.given, budget, seed, modules)
    return learned if isinstance(learned, Refusal) else _difference(learned, known)


def _lower(question: Question, source: Names, given: Names, budget: Budget, seed: int, modules: Mapping[str, torch.nn.Module]) -> Quantity | Refusal:
    channel = question.channel
    if len(source) != 1 or not isinstance(channel.node(source[0]), Source):
        return Refusal("learned", METHOD, f"the entropy of {', '.join(map(repr, source))} is not known; the lower side needs a single source.")
    law = node_law(channel.node(source[0]))
    if law is None or law.atomic:
        return Refusal("learned", METHOD, f"the source {source[0]!r} has atoms and no differential entropy.")
    if question.given and not d_separated(channel, source, question.given):
        return Refusal("learned", METHOD, f"the source {source[0]!r} may depend on what is given, so that its conditional entropy is not known.")
    known = _entropy(question, source[0], budget, seed, modules)
    learned = _entropy_bound(question, source, given, budget, seed, modules)
    return learned if isinstance(learned, Refusal) else _difference(known, learned)


def _noise_known(channel: Channel, output: str, question: Question) -> bool:
    """Whether a node of the question other than the output depends on the output's own noise."""
    others = [name for name in (*question.between[0], *question.given) if name != output]
    return not d_separated(channel, others, [f"~{output}"])


def _entropy(question: Question, name: str, budget: Budget, seed: int, modules: Mapping[str, torch.nn.Module]) -> tuple[Tensor, float]:
    """-E[log p] of the law of that node's own randomness: by replicate, and an estimated error of 0."""
    simulator = Simulator(question, modules)
    law = simulator.laws[name]

    def value(argument: object) -> Tensor:
        return evaluate(argument, {}, simulator.point, modules)  # type: ignore[arg-type]  # an expression

    found = []
    for each in seeds(seed, budget.replicates):
        points = draw(law, sobol(uniforms_needed(law), budget.samples, each), value)
        found.append(-log_density(law, points, value).mean())
    return torch.stack(found), 0.0


def _entropy_bound(
    question: Question, outputs: Names, given: Names, budget: Budget, seed: int, modules: Mapping[str, torch.nn.Module]
) -> tuple[Tensor, float] | Refusal:
    """h_s(outputs|given): by replicate, its fit from the other replicates; and the difference of the two orders of quadrature."""
    view, z = noised_pairs(question, outputs, budget, seed, modules)
    bound = bound_for(view.rows, z.shape[1] + view.side(given).shape[1])
    if bound < LEAST:
        return Refusal(
            "learned", METHOD, f"{view.rows} samples cannot carry features of {', '.join(map(repr, (*outputs, *given)))}; raise the budget's samples."
        )
    noised = Noised(view, outputs, given, z, bound)
    affine = (torch.logdet(noised.residual()) + noised.dimension * math.log(2 * math.pi * math.e)) / 2
    rule = half_line_rule(NODES, noised.scale())
    gains = []
    for time in rule.nodes.tolist():
        held_out = noised.energies(time).held_out
        gains.append(held_out[coarsest_of_the_best(held_out)] - held_out[-1])
    gained = torch.stack(gains) / 2
    pseudo = budget.replicates * affine[0] - (budget.replicates - 1) * affine[1:]
    return pseudo - rule.weights @ gained, abs(float((rule.weights - rule.coarse) @ gained.mean(dim=1)))


def _difference(plus: tuple[Tensor, float], minus: tuple[Tensor, float]) -> Quantity:
    replicates = plus[0] - minus[0]
    doubt = Doubt(estimated=plus[1] + minus[1], stderr=float(replicates.std()) / math.sqrt(len(replicates)), dof=len(replicates) - 1)
    return Quantity(float(replicates.mean()), doubt)


def _number(entry: object) -> float:
    assert isinstance(entry, float)  # this module's quantities are scalars
    return entry
