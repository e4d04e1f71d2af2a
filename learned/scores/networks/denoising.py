"""Scores by denoising: with noise added to the outputs at one variance or several, or with the last noise of the channel itself."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from infograd.answer import Access
from infograd.error import SpecificationError
from infograd.learned.gradient.decomposition import Term
from infograd.learned.samples.views import View
from infograd.learned.scores.networks.labels import check_labels, last_noise
from infograd.learned.scores.networks.model import NetworkModel
from infograd.learned.scores.networks.perceptrons import Perceptrons
from infograd.learned.scores.networks.samples import Samples
from infograd.learned.scores.networks.training import Rows


def noise_like(values: Tensor, generator: torch.Generator) -> Tensor:
    """Standard normal draws of the shape and on the device of `values`."""
    return torch.randn(values.shape, generator=generator).to(values.device)


def mean_square(errors: Tensor) -> Tensor:
    """E|error|^2 of each network, from `(networks, n, d)`."""
    return errors.square().sum(dim=2).mean(dim=1)


@dataclass(frozen=True, slots=True)
class Denoising(NetworkModel):
    """E|sigma s(y + sigma e, x) + e|^2 is least at the score of y smoothed by noise of variance `noise`, a fraction of each entry's own.

    Source: arXiv:2601.01789, eq. (4).
    """

    noise: float = 0.01

    @property
    def method(self) -> str:
        """Its name in answers."""
        return "denoising score matching"

    @property
    def access(self) -> Access:
        """The least that it needs."""
        return Access.PAIRS

    def __post_init__(self) -> None:
        if not self.noise > 0:
            raise SpecificationError(f"The noise of denoising is {self.noise!r}; write a positive fraction of the variance.")

    def objective(self, networks: Perceptrons, rows: Rows, generator: torch.Generator) -> Tensor:
        """The objective of each network on the rows, shape `(networks,)`."""
        draws = noise_like(rows.outputs, generator)
        deviation = math.sqrt(self.noise)
        return mean_square(deviation * self.score(networks, rows.outputs + deviation * draws, rows.given) + draws)


@dataclass(frozen=True, slots=True)
class LastNoiseDenoising(NetworkModel):
    """E|s(y, x) - T|^2 with the score T of the channel's last additive noise at its draws is least at the score itself; nothing is smoothed."""

    @property
    def method(self) -> str:
        """Its name in answers."""
        return "denoising score matching with the last noise"

    @property
    def access(self) -> Access:
        """The least that it needs."""
        return Access.LAST_NOISE

    def labels(self, view: View, term: Term) -> Tensor:
        """The scores of the last noise."""
        return last_noise(view, term)

    def rows(self, samples: Samples, labels: Tensor, term: Term) -> Rows:
        """What the networks are trained on."""
        found = NetworkModel.rows(self, samples, labels, term)
        check_labels(found.labels, samples, term)
        return found

    def objective(self, networks: Perceptrons, rows: Rows, generator: torch.Generator) -> Tensor:
        """The objective of each network on the rows, shape `(networks,)`."""
        return mean_square(self.score(networks, rows.outputs, rows.given) - rows.labels)


@dataclass(frozen=True, slots=True)
class NoiseLadder(NetworkModel):
    """One network for all noises of a ladder: E|sigma s(y + sigma e, x; sigma) + e|^2 over log-uniform sigma.

    The noises' first-order bias, linear in sigma^2, is removed: the score is 2 s(least) - s(sqrt(2) least).
    `least` and `greatest` are deviations as fractions of each entry's own. Source: Song and Ermon, arXiv:1907.05600, eqs. (5), (6).
    """

    least: float = 0.15
    greatest: float = 0.3

    @property
    def method(self) -> str:
        """Its name in answers."""
        return "noise-conditional denoising score matching"

    @property
    def access(self) -> Access:
        """The least that it needs."""
        return Access.PAIRS

    def __post_init__(self) -> None:
        if not 0 < self.least < self.greatest:
            raise SpecificationError(f"A noise ladder goes from {self.least!r} to {self.greatest!r}; write 0 < least < greatest.")

    @property
    def further_inputs(self) -> int:
        """The noise's logarithm."""
        return 1

    def objective(self, networks: Perceptrons, rows: Rows, generator: torch.Generator) -> Tensor:
        """The objective of each network on the rows, shape `(networks,)`."""
        draws = noise_like(rows.outputs, generator)
        place = torch.rand(*rows.outputs.shape[:2], 1, generator=generator).to(draws.device)
        deviation = self.least * (self.greatest / self.least) ** place
        found = networks(torch.cat([rows.outputs + deviation * draws, rows.given, place], dim=2))
        return mean_square(deviation * found + draws)

    def score(self, networks: Perceptrons, outputs: Tensor, given: Tensor) -> Tensor:
        """The score, extrapolated to no noise."""
        doubled = math.log(2) / 2 / math.log(self.greatest / self.least)
        near, far = (networks(torch.cat([outputs, given, torch.full_like(outputs[:, :, :1], place)], dim=2)) for place in (0.0, doubled))
        return 2 * near - far
