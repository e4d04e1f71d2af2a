"""Algorithm 1 by the paper's recipe: two score networks, denoising score matching, Stein calibration, independent samples.

Its bias is not known to it. The probe is what calibration changes: the largest distance, entry by entry, from the reported
gradient to the one with no, the marginal or both scores calibrated. That is a size, not a bound.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
from torch import Tensor, nn

from infograd.answer import Access
from infograd.learned.budget import Budget, Calibration, PaperRecipe
from infograd.learned.gradient.decomposition import Decomposition, Term
from infograd.learned.gradient.stein import calibration_factor
from infograd.learned.samples.simulator import Simulator
from infograd.learned.samples.uniforms import independent, seeds
from infograd.learned.samples.views import View
from infograd.learned.scores.networks.labels import check_labels, last_noise
from infograd.learned.scores.networks.perceptron import score_network, train
from infograd.learned.scores.networks.samples import checked
from infograd.question import Names

METHOD = "paper's recipe: denoising score matching"
_BATCHES_PER_RUN = 20


def trained_network(simulator: Simulator, term: Term, recipe: PaperRecipe, generator: torch.Generator) -> nn.Module:
    """The network of the term's score, of its outputs beside what it is given."""

    def sample() -> tuple[Tensor, Tensor, Tensor]:
        uniforms = independent(simulator.dimension, _BATCHES_PER_RUN * recipe.batch, generator)
        if recipe.labels == "added noise":
            seen: View = simulator.pairs(uniforms)
            return seen.side(term.outputs), seen.side(term.given), torch.zeros(seen.rows, 0, dtype=torch.float64)
        seen = simulator.view(recipe.access, uniforms, ())
        return seen.side(term.outputs), seen.side(term.given), last_noise(seen, term)

    def batches() -> Iterator[tuple[Tensor, Tensor, Tensor]]:
        while True:
            y, x, label = (torch.split(each.float(), recipe.batch) for each in sample())
            yield from zip(y, x, label, strict=True)

    outputs, given, labels = sample()
    samples = checked(outputs, given, term)
    if recipe.labels == "last noise":
        check_labels(labels * samples.output_scale.deviation, samples, term)
    deviation = math.sqrt(recipe.noise * float(outputs.var(dim=0).mean()))
    network = score_network(outputs.shape[1] + given.shape[1], outputs.shape[1], recipe, generator)
    train(network, batches(), deviation, recipe, generator)
    return network


def replicated(
    simulator: Simulator, terms: Decomposition, wrt: Names, budget: Budget, seed: int, recipe: PaperRecipe, access: Access = Access.PATHWISE
) -> tuple[dict[str, Tensor], dict[str, Tensor]] | str:
    """By parameter: the gradients of the replicates and the bias probe; or why there are none, as a sentence."""
    if access < recipe.access:
        return f"it needs {recipe.access.meaning}, and only {access.meaning} are allowed."
    training, evaluation = (torch.Generator().manual_seed(each) for each in seeds(seed, 2))
    networks = [trained_network(simulator, term, recipe, training) for term in terms]
    view = simulator.pathwise(independent(simulator.dimension, budget.samples * budget.replicates, evaluation), wrt, budget.replicates)
    scores, factors = [], []
    for term, network in zip(terms, networks, strict=True):
        y = view.side(term.outputs)
        with torch.no_grad():
            score = network(torch.cat([y, view.side(term.given)], dim=1).float()).double()
        factor = calibration_factor(y, score)
        if factor is None:
            return (
                f"Stein calibration is impossible, because E<Y, s(Y)> of the network for {', '.join(map(repr, term.outputs))} is far from -d; train it longer."
            )
        scores.append(term.sign * score)
        factors.append(factor)
    conditional, marginal = factors
    names = terms[0].outputs
    widths = [view.samples[name].shape[1] for name in names]
    scales: dict[Calibration, tuple[float, float]] = {"none": (1.0, 1.0), "marginal": (1.0, marginal), "both": (conditional, marginal)}
    found = {}
    for calibration, (left, right) in scales.items():
        delta = left * scores[0] + right * scores[1]
        found[calibration] = view.vjp(dict(zip(names, torch.split(delta, widths, dim=1), strict=True)))
    stated = found[recipe.calibration]
    probe = {name: torch.stack([(other[name] - stated[name]).mean(dim=0).abs() for other in found.values()]).amax(dim=0) for name in wrt}
    return stated, probe
