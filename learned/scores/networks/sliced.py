"""Scores by sliced score matching, from the outputs alone: no noise is added and none is known."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from infograd.answer import Access
from infograd.learned.scores.networks.denoising import noise_like
from infograd.learned.scores.networks.model import NetworkModel
from infograd.learned.scores.networks.perceptrons import Perceptrons
from infograd.learned.scores.networks.training import Rows


@dataclass(frozen=True, slots=True)
class Sliced(NetworkModel):
    """E[|s|^2 / 2 + v^T (ds/dy) v] over random signs v is least at the score: Hyvarinen's objective, its trace by random directions.

    Source: Song, Garg, Shi and Ermon, arXiv:1905.07088, eq. (8), with variance reduction.
    """

    @property
    def method(self) -> str:
        """Its name in answers."""
        return "sliced score matching"

    @property
    def access(self) -> Access:
        """The least that it needs."""
        return Access.PAIRS

    def objective(self, networks: Perceptrons, rows: Rows, generator: torch.Generator) -> Tensor:
        """The objective of each network on the rows, shape `(networks,)`."""
        signs = noise_like(rows.outputs, generator).sign()
        inputs = torch.cat([rows.outputs, rows.given], dim=2)
        score, slopes = networks.along(inputs, torch.cat([signs, torch.zeros_like(rows.given)], dim=2))
        return (score.square() / 2 + signs * slopes).sum(dim=2).mean(dim=1)
