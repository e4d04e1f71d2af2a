"""Which parameters are answered by which sum of scores, or why one of them cannot be."""

from __future__ import annotations

from collections.abc import Sequence

from infograd.learned.gradient.conditions import density_obstacle, motion_obstacle, parameter_obstacle
from infograd.learned.gradient.decomposition import Decomposition, Term
from infograd.learned.samples.simulator import Simulator
from infograd.question import Names, Question

Plan = dict[Decomposition, Names]


def obstacle_to_any(question: Question, modules: frozenset[str]) -> str | None:
    """Why this room has nothing to say about the question, whichever way round it is taken, or None."""
    if question.quantity != "information":
        return "this room answers informations only, and an entropy was asked; ask the analytic room."
    if question.order == 0:
        return "this room answers gradients only; ask for order 1."
    if question.order == 2:
        return "this room has no second derivatives; ask for order 1."
    if not question.wrt:
        return "this room answers gradients only, and the channel has no parameter."
    missing = [each.name for each in question.channel.opaque if each.name not in modules]
    if missing:
        return f"the opaque module {missing[0]!r} was not handed in; write modules={{{missing[0]!r}: module}}."
    return None


def planned(question: Question, simulator: Simulator, choices: Sequence[Decomposition]) -> Plan | str:
    """The parameters by the first choice that carries their gradient; or the obstacle to the first choice, as a sentence."""
    densities: dict[Term, str | None] = {}

    def obstacle(choice: Decomposition, parameter: str) -> str | None:
        for term in choice:
            reason = motion_obstacle(question.channel, term, parameter)
            if reason is None:
                if term not in densities:
                    densities[term] = density_obstacle(simulator, term)
                reason = densities[term]
            if reason is not None:
                return reason
        return None

    plan: Plan = {}
    for parameter in question.wrt:
        reason = parameter_obstacle(question.channel, question.nodes, parameter)
        if reason is not None:
            return reason
        reasons = []
        for choice in choices:
            reason = obstacle(choice, parameter)
            if reason is None:
                plan[choice] = (*plan.get(choice, ()), parameter)
                break
            reasons.append(reason)
        else:
            return reasons[0]
    return plan
