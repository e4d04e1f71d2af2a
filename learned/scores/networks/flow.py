"""Scores by flow matching on the linear path, through the bridge from velocities to scores.

On y_tau = (1 - tau) y + tau e the velocity is v = E[e - y | y_tau]. With e = y_tau + (1 - tau)(e - y) Tweedie's formula
s_tau = -E[e | y_tau] / tau gives s_tau = -((1 - tau) v + y_tau) / tau, so that an error dv of the velocity becomes an error
((1 - tau) / tau) dv of the score: the nearer to the data, the larger. As y_tau has the density of y + (tau / (1 - tau)) e, scaled by
1 - tau, the score of y smoothed by that noise is (1 - tau) s_tau((1 - tau) y).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from infograd.answer import Access
from infograd.error import SpecificationError
from infograd.learned.scores.networks.denoising import mean_square, noise_like
from infograd.learned.scores.networks.model import NetworkModel
from infograd.learned.scores.networks.perceptrons import Perceptrons
from infograd.learned.scores.networks.training import Rows


def score_from_velocity(velocity: Tensor, position: Tensor, time: float) -> Tensor:
    """s = -((1 - tau) v + y) / tau at the time tau. Source: arXiv:2601.01789, II-E."""
    return -((1 - time) * velocity + position) / time


@dataclass(frozen=True, slots=True)
class FlowMatching(NetworkModel):
    """E|v(y_tau, x; tau) - (e - y)|^2 over tau uniform up to `latest`, the score taken at `time` and at the time of twice its smoothing's variance.

    Of the two 2 s(time) - s(later) is left, without the bias that is linear in that variance. An error of the velocity counts (1 - time) / time times.
    """

    time: float = 0.15
    latest: float = 0.25

    @property
    def method(self) -> str:
        """Its name in answers."""
        return "flow matching"

    @property
    def access(self) -> Access:
        """The least that it needs."""
        return Access.PAIRS

    def __post_init__(self) -> None:
        if not 0 < self.time < self.latest <= 1:
            raise SpecificationError(f"A flow gives its score at the time {self.time!r} and is trained up to {self.latest!r}; write 0 < time < latest <= 1.")

    @property
    def further_inputs(self) -> int:
        """The time."""
        return 1

    def objective(self, networks: Perceptrons, rows: Rows, generator: torch.Generator) -> Tensor:
        """The objective of each network on the rows, shape `(networks,)`."""
        draws = noise_like(rows.outputs, generator)
        time = self.latest * torch.rand(*rows.outputs.shape[:2], 1, generator=generator).to(draws.device)
        velocity = networks(torch.cat([(1 - time) * rows.outputs + time * draws, rows.given, time], dim=2))
        return mean_square(velocity - (draws - rows.outputs))

    def score(self, networks: Perceptrons, outputs: Tensor, given: Tensor) -> Tensor:
        """The score of the outputs, extrapolated to no smoothing."""
        near = self.time / (1 - self.time)
        far = math.sqrt(2) * near
        return 2 * self._smoothed(networks, outputs, given, self.time) - self._smoothed(networks, outputs, given, far / (1 + far))

    def _smoothed(self, networks: Perceptrons, outputs: Tensor, given: Tensor, time: float) -> Tensor:
        position = (1 - time) * outputs
        velocity = networks(torch.cat([position, given, torch.full_like(outputs[:, :, :1], time)], dim=2))
        return (1 - time) * score_from_velocity(velocity, position, time)
