"""The gradients of one entropy by replicates of its draws, with what the probes say of their bias."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from infograd.learned.gradient.decomposition import Term
from infograd.learned.samples.views import Model
from infograd.learned.scores.mixture.design import LEAST, Design
from infograd.learned.scores.mixture.entropy import Binned, effective_size, entropy_gradient, rounding
from infograd.learned.scores.mixture.line import Entry, Kernel
from infograd.learned.scores.mixture.signal import Signal
from infograd.learned.scores.mixture.sweep import Sweep, frame
from infograd.learned.scores.model import Fitted
from infograd.question import Names

PROBED = 4
PROBED_BATCHES = 10
MOST_BINS = 1 << 17


@dataclass(frozen=True, slots=True)
class Found:
    """By entry of the parameters: the replicates, shape `(points, replicates)`, and the bias that the probes show, `(points,)`.

    `short` is, point by point, by which factor the effective size of the mixtures falls short of what they need; up to 1 it suffices.
    """

    replicates: Mapping[Entry, Tensor]
    bias: Mapping[Entry, Tensor]
    short: Tensor


def marginal(sweep: Sweep, signal: Signal, rows: tuple[Tensor, dict[Entry, Tensor]], design: Design) -> Found:
    """The gradient of the output's entropy: one mixture of all draws, whose replicates are its parts."""
    kernel = sweep.kernel(signal)
    replicates = len(design.outer)
    weights = (design.outer.unsqueeze(2) * design.inner).reshape(1, replicates, -1) / replicates
    binned = sweep.binned(signal, rows, weights, kernel)
    whole = {entry: each.sum(dim=1) * replicates for entry, each in entropy_gradient(binned, kernel, sweep.wrt, influence=True).items()}
    value = {entry: each.mean(dim=1) for entry, each in whole.items()}
    bias = _bias(value, binned, kernel, sweep.wrt, torch.ones(1, dtype=torch.float64))
    return Found(whole, bias, LEAST / effective_size(binned, kernel, float(weights.max())))


def conditional(sweep: Sweep, signal: Signal, rows: tuple[Tensor, dict[Entry, Tensor]], design: Design) -> Found:
    """The gradient of the output's entropy given the outer randomness: one mixture for each outer draw; some replicates are probed."""
    kernel = sweep.kernel(signal)
    replicates, draws = design.outer.shape
    shape = (sweep.points, replicates, draws * design.inner.shape[2])
    samples, jacobian = rows[0].reshape(shape), {entry: each.reshape(shape) for entry, each in rows[1].items()}
    _, length = frame(rows[0].reshape(sweep.points, replicates * draws, 1, -1), kernel)
    size = max(1, MOST_BINS // (2 * sweep.points * draws * length))
    probed = -(-replicates // PROBED)
    parts: list[dict[Entry, Tensor]] = []
    biases: list[dict[Entry, Tensor]] = []
    shorts = []
    for start in range(0, replicates, size):
        some = slice(start, min(start + size, replicates))
        weights = design.inner[some].reshape(-1, 2, design.inner.shape[2] // 2)
        binned = sweep.binned(signal, (samples[:, some], {entry: each[:, some] for entry, each in jacobian.items()}), weights, kernel)
        groups = {entry: each.sum(dim=2) for entry, each in entropy_gradient(binned, kernel, sweep.wrt).items()}
        parts.append({entry: (each.reshape(sweep.points, -1, draws) * design.outer[some]).sum(dim=2) for entry, each in groups.items()})
        if start < probed:
            value = {entry: each.mean(dim=1) for entry, each in parts[-1].items()}
            biases.append(_bias(value, binned, kernel, sweep.wrt, design.outer[some].flatten() / len(weights) * draws))
            shorts.append(design.least / effective_size(binned, kernel, float(weights.max())))
    whole = {entry: torch.cat([part[entry] for part in parts], dim=1) for entry in sweep.entries}
    bias = {entry: torch.stack([each[entry] for each in biases]).mean(dim=0) for entry in sweep.entries}
    return Found(whole, bias, torch.stack(shorts).amax(dim=0))


def _bias(value: Mapping[Entry, Tensor], binned: Binned, kernel: Kernel, wrt: Names, weights: Tensor) -> dict[Entry, Tensor]:
    """How far the mean over groups of these weights, and over parts, may be from what more draws and a finer grid would give.

    It is the change from half of every mixture's draws, the kernel's share of that from twice the spacing, and rounding.
    """
    coarse = [entropy_gradient(each, kernel.coarser(), wrt) for each in binned.coarser()]
    bias = rounding(binned, kernel, wrt)
    for entry, each in value.items():
        changes = torch.stack([(found[entry].sum(dim=2) @ weights - each).abs() for found in coarse])
        bias[entry] = bias[entry] + kernel.refinement * changes.amax(dim=0)
    if binned.shares.shape[2] > 1:
        halves = entropy_gradient(binned.halves(), kernel, wrt)
        for entry, each in value.items():
            bias[entry] = bias[entry] + (halves[entry].sum(dim=2) @ weights.repeat_interleave(2) / 2 - each).abs()
    return bias


def noise_alone(sweep: Sweep, signal: Signal, replicates: int) -> Found:
    """The gradient of the entropy of the noise alone, which the parameters of its law move."""
    still = {entry: torch.zeros(sweep.points, 1, dtype=torch.float64) for entry in sweep.entries}
    kernel = sweep.kernel(signal)
    binned = sweep.binned(signal, (torch.zeros(sweep.points, 1, dtype=torch.float64), still), torch.ones(1, 1, 1, dtype=torch.float64), kernel)
    value = {entry: each.reshape(sweep.points) for entry, each in entropy_gradient(binned, kernel, sweep.wrt).items()}
    whole = {entry: each.unsqueeze(1).expand(-1, replicates) for entry, each in value.items()}
    bias = _bias(value, binned, kernel, sweep.wrt, torch.ones(1, dtype=torch.float64))
    return Found(whole, bias, torch.zeros(sweep.points, dtype=torch.float64))


def at_samples(view: Model, term: Term, fit: Fitted, entries: Sequence[Entry]) -> Found:
    """The gradient of the output's entropy given other nodes, -E[J^T s], at the view's samples; the probes are compared on the first of its replicates."""
    (output,) = term.outputs
    outputs, given = view.samples[output], view.side(term.given)
    probed = -(-view.replicates // PROBED_BATCHES)
    rows = view.rows // view.replicates * probed
    score = fit.score(outputs, given)
    whole = _means(view, output, score, entries)
    bias = {entry: torch.zeros(1, dtype=torch.float64) for entry in entries}
    for probe in fit.probes:
        changed = torch.zeros_like(outputs)
        changed[:rows] = probe(outputs[:rows], given[:rows]) - score[:rows]
        for entry, each in _means(view, output, changed, entries).items():
            bias[entry] = torch.maximum(bias[entry], each[0, :probed].mean().abs())
    return Found(whole, bias, torch.zeros(1, dtype=torch.float64))


def _means(view: Model, output: str, score: Tensor, entries: Sequence[Entry]) -> dict[Entry, Tensor]:
    """-E[J^T s] over each replicate, shape `(1, replicates)`."""
    found = view.vjp({output: -score})
    return {(name, entry): found[name].reshape(1, view.replicates, -1)[..., entry] for name, entry in entries}
