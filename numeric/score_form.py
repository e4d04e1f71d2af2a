"""The theorem's side of the gradient, by quadrature: expectations of pathwise derivatives against scores.

    difference   E[J^T (s_{B|A,C} - s_{B|C})]          Theorems 1 and 2, Corollary 3
    reduction    -E[J^T s_{B|C}]                       Remark 2
    posterior    E[J^T d/db log p(A | B, C)]           Remark 1

with J = dB/dtheta at fixed primitives, along every path and through the noise's own location and scale; 0 through a jump of a map,
so that all forms are 0 for a receiver of one bit. Whether an
expectation is the gradient of the information is not decided here: that is what it is compared for. Nothing computed on the way
is shared with `infograd.numeric.answer` or `infograd.numeric.direct_gradient`, which differentiate the information.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from infograd.answer import Access, Answer, Refusal
from infograd.channel import Gate, laws_within
from infograd.error import SpecificationError
from infograd.expression import Expression, regularity
from infograd.law import Exponential, Laplace, Law, Uniform
from infograd.mapping import FrozenMapping
from infograd.numeric.limit import LimitError
from infograd.numeric.networks.information import OPERATIONS
from infograd.numeric.networks.method import gradient_of
from infograd.numeric.networks.network import Network, entries_of, network
from infograd.numeric.networks.scores import LatticeScores
from infograd.numeric.refinement import Estimate, by_changes, on_even_grids, refine, where_rough
from infograd.numeric.stage.chain import Chain, chain
from infograd.numeric.stage.one_bit import check_one_bit
from infograd.numeric.stage.scores import PanelScores
from infograd.operation import Regularity
from infograd.question import Question

FORMS = {
    "difference": "arXiv:2601.01789, eqs. (18), (39), (63)",
    "reduction": "arXiv:2601.01789, eqs. (21)-(22)",
    "posterior": "arXiv:2601.01789, eqs. (19)-(20)",
}


def score_form(question: Question, form: str = "difference", *, error: float = 1e-9, operations: float = OPERATIONS) -> Answer | Refusal:
    """A form of dI(A;B|C)/dtheta with scores (nats, theta's shape; no value), each entry to `error`, relative where it exceeds 1, or a refusal.

    Channels of scalar nodes with smooth maps and laws; of one stage also with jumps and kinks. `operations` is the most that one contraction may take.
    Raises: SpecificationError for an unknown form or an error that is not positive.
    Source: arXiv:2601.01789, eqs. (18), (39), (63) and Remarks 1 and 2.
    """
    if form not in FORMS:
        raise SpecificationError(f"form is {form!r}; the forms are {', '.join(map(repr, FORMS))}.")
    if not error > 0:
        raise SpecificationError(f"error is {error!r}; ask for a positive number of nats.")
    method = f"score form: {form}"
    try:
        with np.errstate(over="raise", divide="raise", invalid="raise", under="ignore"):
            return _answer(question, form, method, error, operations)
    except LimitError as reason:
        return Refusal("numeric", method, f"{reason}.")
    except FloatingPointError as fault:
        return Refusal("numeric", method, f"a map or a density leaves the range of numbers on the support of its input ({fault}).")


def _answer(question: Question, form: str, method: str, error: float, operations: float) -> Answer:
    if question.order != 1:
        raise LimitError(f"a score form gives the gradient, and order {question.order} asks for something else; ask for order 1")
    stage = _rough_chain(question)
    net = network(question) if stage is None else Network(question, (), dict(stage.values))
    evaluate: Callable[[float], Estimate] = LatticeScores(net, form, operations) if stage is None else _on_panels(net, stage, form)
    rough = any(vertex.map is not None and _is_rough(vertex.map, vertex.law) for vertex in net.vertices)
    refined = refine(evaluate, error, by_changes if stage is not None else where_rough if rough else on_even_grids)
    cost = FrozenMapping({"cells": refined.cells, "levels": refined.levels})
    return Answer("numeric", method, Access.MODEL, None, gradient_of(net, refined.values, refined.errors), citation=FORMS[form], cost=cost)


def _is_rough(map: Expression, noise: Law | None) -> bool:
    """Whether a gate's map or noise has jumps or kinks."""
    laws = laws_within(noise) if noise is not None else ()
    return regularity(map) is not Regularity.SMOOTH or any(isinstance(law, Exponential | Laplace | Uniform) for law in laws)


def _rough_chain(question: Question) -> Chain | None:
    """The one stage with jumps or kinks that the question asks about from end to end, or None for a question of another kind."""
    gates = [node for node in question.channel.nodes if isinstance(node, Gate)]
    if not any(_is_rough(gate.map, gate.noise) for gate in gates):
        return None
    try:
        found = chain(question)
    except LimitError:
        return None
    return None if found.source.name in question.between[1] else found


def _on_panels(net: Network, stage: Chain, form: str) -> Callable[[float], Estimate]:
    if stage.receiver:
        check_one_bit(stage)
        slopes = np.zeros(len(entries_of(net)))
        return lambda step: Estimate(slopes, slopes, slopes.size)
    if form == "posterior":
        raise LimitError(f"the posterior of {stage.source.name!r} is not differentiable where the density of {stage.output.name!r} has jumps or kinks")
    return PanelScores(net, stage, form)
