"""The gradient at a point from scores that were fitted elsewhere or earlier, with a doubt that notices it.

The probe is what the scores miss at this point's own samples: the part of s_true - s that a few features see, by implicit score matching,
carried to the gradient by the same Jacobian. It sees a score that stayed behind, a wrong scale and a wrong mean alike, and
no error outside its features.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from infograd.answer import Access, Refusal, Reply
from infograd.learned.budget import Budget
from infograd.learned.gradient.decomposition import Decomposition, two_scores
from infograd.learned.gradient.plan import obstacle_to_any, planned
from infograd.learned.gradient.reply import quantity, reply
from infograd.learned.gradient.stein import centred_calibration
from infograd.learned.samples.simulator import Simulator
from infograd.learned.samples.uniforms import seeds, sobol
from infograd.learned.scores.implicit.head import head, solve_positive
from infograd.learned.scores.implicit.sparse_grid import finest_bound
from infograd.learned.scores.implicit.splines import features
from infograd.learned.scores.model import Score
from infograd.question import Question

PROBED = 3
SAMPLES_PER_FEATURE = 64


def carried(question: Question, modules: Mapping[str, torch.nn.Module]) -> Decomposition | str:
    """The paper's two scores, the conditional one first, where they carry every wanted parameter's gradient; or why not, as a sentence."""
    obstacle = obstacle_to_any(question, frozenset(modules))
    if obstacle is not None:
        return obstacle
    reasons = []
    for terms in two_scores(question):
        found = planned(question, Simulator(question, modules), (terms,))
        if not isinstance(found, str):
            return terms
        reasons.append(found)
    return reasons[0]


def evaluated(
    method: str,
    access: Access,
    question: Question,
    terms: Decomposition,
    scores: Sequence[Score],
    calibrated: bool,
    budget: Budget,
    seed: int,
    modules: Mapping[str, torch.nn.Module],
) -> Reply:
    """E[J^T (s_{B|A,C} - s_{B|C})] with these scores, in the order of the terms, on scrambled Sobol samples of the question's point.

    `calibrated` scales each score by Stein's identity on the same samples first, and refuses where that says nothing.
    Source: arXiv:2601.01789, Algorithm 1 and eq. (83).
    """
    simulator = Simulator(question, modules)
    uniforms = torch.cat([sobol(simulator.dimension, budget.samples, each) for each in seeds(seed, budget.replicates)])
    view = simulator.pathwise(uniforms, question.wrt, budget.replicates)
    delta = missed = torch.zeros(1, dtype=torch.float64)
    for term, score in zip(terms, scores, strict=True):
        y, given = view.side(term.outputs), view.side(term.given)
        found = score(y, given)
        if calibrated:
            correction = centred_calibration(y, found, "scalar")
            if isinstance(correction, str):
                return Refusal("learned", method, correction)
            found = correction(found)
        delta, missed = delta + term.sign * found, missed + term.sign * _missed(y, given, found)
    names = terms[0].outputs
    widths = [view.samples[name].shape[1] for name in names]
    stated, probe = (view.vjp(dict(zip(names, torch.split(rows, widths, dim=1), strict=True))) for rows in (delta, missed))
    gradient = {name: quantity(stated[name], probe[name].mean(dim=0).abs()) for name in question.wrt}
    return reply(method, access, gradient, {"samples": view.rows, "replicates": budget.replicates})


def _missed(y: Tensor, given: Tensor, score: Tensor) -> Tensor:
    """The projection of s_true - s on features of y and what is given, at the samples, shape `(n, d)`."""
    bound = min(PROBED, finest_bound(y.shape[1] + given.shape[1], len(y) // SAMPLES_PER_FEATURE))
    known = [features(column.contiguous(), bound) for column in given.T]
    fit = head([features(column.contiguous(), bound) for column in y.T], known, bound, 1)
    phi = fit.phi[0]
    return phi @ solve_positive(fit.gram[0], -fit.slopes[0] - phi.T @ score / len(y))
