"""Mutual information from samples alone, by the Fisher integral over added noise.

I(A;B|C) = 1/2 int_0^inf ( J(B_t|A,C) - J(B_t|C) ) dt with B_t = B + sqrt(t) Z, Z of our own, which is 1/2 int E|s_{B_t|A,C} - s_{B_t|C}|^2 dt.
Both scores are fitted to the same samples by implicit score matching on nested features, so that the difference of
their energies is the energy of their difference. Of the affine fits the integral is known, half the log of a ratio of
determinants; only what finer features add is integrated, on t = v u/(1 - u): the right tail, where the
integrand falls like t^-2, is a part of the rule. B needs finite variance, and a density given A and C: where the integrand at the
smallest time is the added noise's own, the information is not resolved and refused.

The fineness at each time is the one whose scores do best on replicates they have not seen. The value is the jackknife's, without the
first order of overfitting. Estimated doubt: the difference of the two orders of quadrature, half the gap between seen
and unseen samples, and all that the last refinement changed (the next one, where the affine scores did best), since
for a last noise with kinks a refinement gains no more than is left. A density that jumps is underestimated beyond that.
Source: arXiv:2601.01789, eqs. (51)-(55).
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor

from infograd.answer import Access, Answer, Refusal, Reply
from infograd.learned.budget import DEFAULT, Budget
from infograd.learned.gradient.conditions import density_obstacle
from infograd.learned.gradient.decomposition import Term
from infograd.learned.information.noised import LEAST, Noised, bound_for
from infograd.learned.information.quadrature import half_line_rule
from infograd.learned.samples.simulator import Simulator
from infograd.learned.samples.uniforms import seeds, sobol
from infograd.learned.samples.views import Pairs
from infograd.learned.threads import one_thread
from infograd.mapping import FrozenMapping
from infograd.quantity import Doubt, Quantity
from infograd.question import Names, Question

METHOD = "Fisher integral of learned scores"
CITATION = "arXiv:2601.01789, eqs. (51)-(55)"
NODES = 15
_RESOLVED = 0.5
_SINGULAR = 1e-12
_NO_MODULES: Mapping[str, torch.nn.Module] = FrozenMapping()


@one_thread()
def fisher_integral(question: Question, *, budget: Budget = DEFAULT, seed: int = 0, modules: Mapping[str, torch.nn.Module] = _NO_MODULES) -> Reply:
    """I(A;B|C) of the question in nats with its doubt, from scrambled Sobol samples of its nodes and nothing else; the gradient is absent.

    Refused beforehand where the channel shows that B has no density given A and C, or one that jumps: the integrand is then infinite at 0.

    Source: arXiv:2601.01789, eqs. (54)-(55).
    """
    obstacle = value_obstacle(question, modules)
    if obstacle is not None:
        return Refusal("learned", METHOD, obstacle)
    first, second = question.between
    obstacle = density_obstacle(Simulator(question, modules), Term(1, second, (*first, *question.given)))
    if obstacle is not None:
        return Refusal("learned", METHOD, obstacle)
    view, z = noised_pairs(question, second, budget, seed, modules)
    return information_of_samples(view, first, second, question.given, z)


def value_obstacle(question: Question, modules: Mapping[str, torch.nn.Module]) -> str | None:
    """Why the question's value cannot be asked of samples, as a sentence, or None."""
    if question.quantity != "information":
        return "this room answers informations only, and an entropy was asked; ask the analytic room."
    missing = [each.name for each in question.channel.opaque if each.name not in modules]
    return f"the opaque module {missing[0]!r} was not handed in; write modules={{{missing[0]!r}: module}}." if missing else None


def noised_pairs(question: Question, outputs: Names, budget: Budget, seed: int, modules: Mapping[str, torch.nn.Module]) -> tuple[Pairs, Tensor]:
    """Samples of the question's nodes with standard normal noise for the outputs, shape `(rows, dimension)`, from joint Sobol points."""
    simulator = Simulator(question, modules)
    width = sum(math.prod(question.channel.node(name).shape) for name in outputs)
    uniforms = torch.cat([sobol(simulator.dimension + width, budget.samples, each) for each in seeds(seed, budget.replicates)])
    noise: Tensor = torch.special.ndtri(uniforms[:, simulator.dimension :])
    return simulator.pairs(uniforms[:, : simulator.dimension], budget.replicates), noise


@one_thread()
def information_of_samples(view: Pairs, first: Names, second: Names, given: Names, z: Tensor) -> Reply:
    """I(first;second|given) in nats from a view of samples alone, with independent standard normal noise `z` for the second group.

    The view's replicates are independent of one another; data without replicates are split into some by the caller.
    """
    known = (*first, *given)
    width = view.side(second).shape[1]
    bound = bound_for(view.rows, width + view.side(known).shape[1])
    if bound < LEAST:
        return Refusal(
            "learned", METHOD, f"{view.rows} samples cannot carry features of {', '.join(map(repr, (*second, *known)))}; raise the budget's samples."
        )
    conditional, marginal = Noised(view, second, known, z, bound), Noised(view, second, given, z, bound)
    left, whole = conditional.residual(), marginal.residual()
    if not float(torch.linalg.eigvalsh(left[0])[0]) > _SINGULAR * float(whole[0].diagonal().max()):
        return Refusal(
            "learned", METHOD, f"some combination of {', '.join(map(repr, second))} is an affine function of the rest; the information is infinite or none."
        )
    base = (torch.logdet(whole) - torch.logdet(left)) / 2
    rule = half_line_rule(NODES, conditional.scale())
    chosen, beside, unseen = [], [], []
    for time in rule.nodes.tolist():
        upper, lower = conditional.energies(time), marginal.energies(time)
        held_out = (upper.held_out - lower.held_out).mean(dim=1)
        best = int((upper.held_out + lower.held_out).mean(dim=1).argmax())
        gained = torch.cat([(upper.whole - lower.whole).unsqueeze(1), upper.left_out - lower.left_out], dim=1) / 2
        chosen.append(gained[best] - gained[-1])
        beside.append(gained[best + 1 if best + 1 < bound else best - 1, 0] - gained[-1, 0])
        unseen.append((held_out[best] - held_out[-1]) / 2)
        if time == float(rule.nodes.min()) and time * float(upper.whole[best]) > _RESOLVED * width:
            return Refusal("learned", METHOD, _unresolved(second, time))
    values = base + rule.weights @ torch.stack(chosen)
    pseudo = view.replicates * values[0] - (view.replicates - 1) * values[1:]
    changed = float(rule.weights @ (torch.stack(chosen)[:, 0] - torch.stack(beside)))
    order = float((rule.weights - rule.coarse) @ torch.stack(chosen)[:, 0])
    overfit = float(rule.weights @ (torch.stack(chosen)[:, 0] - torch.stack(unseen))) / 2
    doubt = Doubt(estimated=abs(changed) + abs(order) + abs(overfit), stderr=float(pseudo.std()) / math.sqrt(view.replicates), dof=view.replicates - 1)
    cost = FrozenMapping({"samples": view.rows, "replicates": view.replicates, "nodes": NODES, "bound": bound})
    return Answer("learned", METHOD, Access.PAIRS, Quantity(float(pseudo.mean()), doubt), citation=CITATION, cost=cost)


def _unresolved(outputs: Names, time: float) -> str:
    return (
        f"at the smallest added variance, {time:.3g}, the conditional score of {', '.join(map(repr, outputs))} is the added noise's own; "
        "the information is infinite, or its last noise is smaller than these samples resolve."
    )
