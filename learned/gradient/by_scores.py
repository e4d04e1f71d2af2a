"""Algorithm 1 with any score model: fit each term's score to a view, take the mean of J^T times their signed sum over each replicate.

The bias is probed term by term: the largest change of the gradient when the term's score is replaced by one of its probes, summed over the terms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from infograd.learned.gradient.decomposition import Decomposition, Term
from infograd.learned.samples.views import Gradient, Pathwise
from infograd.learned.scores.model import Fitted, Score


@dataclass(frozen=True, slots=True)
class Estimate:
    """By parameter: the gradients of the replicates, shape `(replicates, *shape)`, and the bias probe, of the parameter's shape."""

    replicates: Gradient
    bias: Gradient


def _cotangents(view: Pathwise, term: Term, score: Score) -> dict[str, Tensor]:
    """The term's signed score at the view's samples, by node."""
    with torch.no_grad():
        values = term.sign * score(view.side(term.outputs), view.side(term.given))
    widths = [view.samples[name].shape[1] for name in term.outputs]
    return dict(zip(term.outputs, torch.split(values.double(), widths, dim=1), strict=True))


def summed(parts: Sequence[dict[str, Tensor]]) -> dict[str, Tensor]:
    """Cotangents added node by node."""
    total: dict[str, Tensor] = {}
    for part in parts:
        for name, each in part.items():
            total[name] = total[name] + each if name in total else each
    return total


def gradient_by(view: Pathwise, terms: Decomposition, fits: Sequence[Fitted]) -> Estimate | str:
    """The gradient with the scores of `fits`, one for each term, or why one of them is not learned, as a sentence. Source: arXiv:2601.01789, eqs. (27)-(30)."""
    alarms = [fit.alarm for fit in fits if fit.alarm is not None]
    if alarms:
        return alarms[0]
    parts = [_cotangents(view, term, fit.score) for term, fit in zip(terms, fits, strict=True)]
    stated = view.vjp(summed(parts))
    bias = {name: torch.zeros_like(each[0]) for name, each in stated.items()}
    for position, (term, fit) in enumerate(zip(terms, fits, strict=True)):
        others = [part for number, part in enumerate(parts) if number != position]
        changes = []
        for probe in fit.probes:
            moved = view.vjp(summed([*others, _cotangents(view, term, probe)]))
            changes.append({name: (moved[name] - stated[name]).mean(dim=0).abs() for name in stated})
        for name in stated if changes else ():
            bias[name] = bias[name] + torch.stack([change[name] for change in changes]).amax(dim=0)
    return Estimate(stated, bias)
