"""Networks as features: trained towards the score and the sampler's Jacobian, then a head in closed form on their last hidden layer.

A head by implicit score matching errs by a product, of the score's part outside the features and that of E[J | y, x], so the
networks are trained on both.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from infograd.answer import Access
from infograd.error import SpecificationError
from infograd.learned.budget import LABELS, Labels
from infograd.learned.gradient.decomposition import Term
from infograd.learned.samples.views import Pathwise, View
from infograd.learned.scores.model import Fitted
from infograd.learned.scores.networks.denoising import mean_square, noise_like
from infograd.learned.scores.networks.head import with_head
from infograd.learned.scores.networks.labels import check_labels, last_noise
from infograd.learned.scores.networks.model import stacked
from infograd.learned.scores.networks.perceptrons import Perceptrons
from infograd.learned.scores.networks.samples import checked, scale
from infograd.learned.scores.networks.training import Rows, Training, trained


@dataclass(frozen=True, slots=True)
class NetworkFeatures:
    """A head on the hidden layer of a network that was trained to predict the score's label and dU/dtheta from the outputs U and what is given.

    The label is the score of the channel's last noise, or that of noise of variance `noise` (a fraction of each entry's own) added to the outputs, which
    needs no law. Where the Jacobian is not held sample by sample, the label is learned alone.
    """

    labels: Labels = "last noise"
    noise: float = 0.01
    training: Training = field(default_factory=lambda: Training(width=24, rate=2e-2, batch=128, steps=400))

    @property
    def method(self) -> str:
        """Its name in answers."""
        return "implicit score matching on network features"

    def __post_init__(self) -> None:
        if self.labels not in LABELS:
            raise SpecificationError(f"The labels of network features are {self.labels!r}; they must be one of {', '.join(map(repr, LABELS))}.")
        if not self.noise > 0:
            raise SpecificationError(f"The noise of network features is {self.noise!r}; write a positive fraction of the variance.")

    @property
    def access(self) -> Access:
        """What the labels need."""
        return Access.LAST_NOISE if self.labels == "last noise" else Access.PATHWISE

    def fit(self, view: View, term: Term, seed: int) -> Fitted:
        """The score of the term's outputs given its condition, from the view's samples.

        Raises: SpecificationError for samples that have no score or are too few, before anything is trained.
        """
        return self.fit_sweep([view], term, seed)[0]

    def fit_sweep(self, views: Sequence[View], term: Term, seed: int) -> tuple[Fitted, ...]:
        """The same term at every point of a sweep, all networks trained at once; the views have equally many samples."""
        samples = [checked(view.side(term.outputs), view.side(term.given), term) for view in views]
        targets = []
        for view, each in zip(views, samples, strict=True):
            parts = [_jacobian(view, term)]
            if self.labels == "last noise":
                labels = last_noise(view, term) * each.output_scale.deviation
                check_labels(labels, each, term)
                parts.insert(0, labels)
            targets.append(torch.cat([scale(part)(part) if part.shape[1] else part for part in parts], dim=1))
        rows = stacked([Rows(each.outputs, each.given, target) for each, target in zip(samples, targets, strict=True)])
        generator = torch.Generator().manual_seed(seed)
        dimension = rows.outputs.shape[2]
        outputs = rows.labels.shape[2] + (dimension if self.labels == "added noise" else 0)
        networks = trained(dimension + rows.given.shape[2], outputs, rows, self.objective, self.training, generator, f"Training {self.method}").double()
        return tuple(with_head(networks.only(slice(point, point + 1)), each) for point, each in enumerate(samples))

    def objective(self, networks: Perceptrons, rows: Rows, generator: torch.Generator) -> Tensor:
        """The squared error of every column of the labels, shape `(networks,)`."""
        outputs, labels = rows.outputs, rows.labels
        if self.labels == "added noise":
            draws = noise_like(outputs, generator)
            outputs, labels = outputs + math.sqrt(self.noise) * draws, torch.cat([-draws, labels], dim=2)
        return mean_square(networks(torch.cat([outputs, rows.given], dim=2)) - labels)


def _jacobian(view: View, term: Term) -> Tensor:
    """The derivatives of the outputs in every entry of the parameters, shape `(n, columns)`; no columns where they are not held."""
    assert isinstance(view, Pathwise)  # the declared access
    tables = [view.jacobian(name) for name in term.outputs]
    columns = [each.reshape(view.rows, -1) for table in tables if table is not None for each in table.values()]
    return torch.cat(columns, dim=1) if columns else torch.zeros(view.rows, 0, dtype=torch.float64)
