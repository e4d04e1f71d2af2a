"""What all scores by a network alone share: two networks a term on halves of the samples, their mean, and what they differ in as the probe."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from infograd.answer import Access
from infograd.error import SpecificationError
from infograd.learned.gradient.decomposition import Term
from infograd.learned.gradient.stein import calibration_factor
from infograd.learned.samples.views import View
from infograd.learned.scores.model import Fitted, Score
from infograd.learned.scores.networks.perceptrons import Perceptrons
from infograd.learned.scores.networks.samples import Samples, checked
from infograd.learned.scores.networks.training import Rows, Training, trained

MEMBERS = 2
MOST_FACTOR = 2
_CHUNK = 1 << 15


@dataclass(frozen=True, slots=True)
class NetworkModel(ABC):
    """A score model that trains networks on scaled samples.

    Of the `MEMBERS` networks of a term each sees its own half of the samples and its own weights; the score is their mean. The probes are each
    network alone and the mean scaled by Stein's identity E<Y, s> = -d: they show what the seed, the samples and a wrong size change, not what all
    networks get wrong alike. The alarm is that identity off by more than a factor `MOST_FACTOR`.
    """

    training: Training = field(default_factory=Training)

    @property
    @abstractmethod
    def method(self) -> str:
        """Its name in answers."""

    @property
    @abstractmethod
    def access(self) -> Access:
        """The least that it needs."""

    @property
    def further_inputs(self) -> int:
        """How many inputs the networks have beside outputs and what is given."""
        return 0

    def labels(self, view: View, term: Term) -> Tensor:
        """What the view shows beside the samples, in the inverse of the outputs' units, shape `(n, columns)`."""
        return torch.zeros(view.rows, 0, dtype=torch.float64)

    def rows(self, samples: Samples, labels: Tensor, term: Term) -> Rows:
        """What the networks are trained on, `(n, columns)` each; labels are scaled as the score is.

        Raises: SpecificationError for labels that cannot be those of the score.
        """
        return Rows(samples.outputs, samples.given, labels * samples.output_scale.deviation if labels.shape[1] else labels)

    @abstractmethod
    def objective(self, networks: Perceptrons, rows: Rows, generator: torch.Generator) -> Tensor:
        """The objective of each network on the rows, shape `(networks,)`."""

    def score(self, networks: Perceptrons, outputs: Tensor, given: Tensor) -> Tensor:
        """The score in the scaled outputs, shape `(networks, n, d)`, from `(networks, n, d)` and `(networks, n, k)`."""
        return networks(torch.cat([outputs, given], dim=2))

    def fit(self, view: View, term: Term, seed: int) -> Fitted:
        """The score of the term's outputs given its condition, from the view's samples.

        Raises: SpecificationError for samples that have no score or are too few, before anything is trained.
        """
        return self.fit_sweep([view], term, seed)[0]

    def fit_sweep(self, views: Sequence[View], term: Term, seed: int) -> tuple[Fitted, ...]:
        """The same term at every point of a sweep, all networks trained at once; the views have equally many samples."""
        samples = [checked(view.side(term.outputs), view.side(term.given), term) for view in views]
        rows = stacked([self.rows(each, self.labels(view, term), term) for view, each in zip(views, samples, strict=True)])
        return self.fitted(samples, rows, seed)

    def fitted(self, samples: Sequence[Samples], rows: Rows, seed: int) -> tuple[Fitted, ...]:
        """The score at every point, from its scaled samples and the rows of all points."""
        generator = torch.Generator().manual_seed(seed)
        order = torch.randperm(len(rows), generator=generator)
        size = len(rows) // MEMBERS
        halves = [rows.at(order[member * size : (member + 1) * size]) for member in range(MEMBERS)]
        networks = self.networks(together(halves), generator)
        return tuple(self._fitted(networks.only(slice(point, None, len(samples))), each) for point, each in enumerate(samples))

    def networks(self, rows: Rows, generator: torch.Generator) -> Perceptrons:
        """A trained network for each leading entry of the rows."""
        dimension = rows.outputs.shape[2]
        return trained(
            dimension + rows.given.shape[2] + self.further_inputs, dimension, rows, self.objective, self.training, generator, f"Training {self.method}"
        )

    def _fitted(self, networks: Perceptrons, samples: Samples) -> Fitted:
        mean = NetworkScore(self, networks, samples)
        factor = calibration_factor(samples.outputs, mean.scaled(samples.outputs, samples.given))
        if factor is None or not 1 / MOST_FACTOR <= factor <= MOST_FACTOR:
            return Fitted(
                mean, alarm=f"E<Y, s(Y)> of the networks is off -d by more than a factor {MOST_FACTOR}, so that they have learned no score; train them longer."
            )
        members = tuple(NetworkScore(self, networks.only(slice(member, member + 1)), samples) for member in range(MEMBERS))
        scaled: Score = NetworkScore(self, networks, samples, factor)
        return Fitted(mean, probes=(*members, scaled))


@dataclass(frozen=True, slots=True)
class NetworkScore:
    """The mean of networks' scores, times a factor, in the outputs' own units."""

    model: NetworkModel
    networks: Perceptrons
    samples: Samples
    factor: float = 1.0

    def __call__(self, outputs: Tensor, given: Tensor) -> Tensor:
        """s(y, x) in double precision, shape `(n, d)`."""
        scale = self.samples.output_scale
        return self.scaled(scale(outputs), self.samples.given_scale(given)) / scale.deviation

    def scaled(self, outputs: Tensor, given: Tensor) -> Tensor:
        """The score in the scaled outputs at scaled places."""
        weight = self.networks.weights[0]
        found = []
        with torch.no_grad():
            for some, known in zip(torch.split(outputs, _CHUNK), torch.split(given, _CHUNK), strict=True):
                y, x = (each.to(weight.device, weight.dtype).expand(weight.shape[0], *each.shape) for each in (some, known))
                found.append(self.model.score(self.networks, y, x).double().mean(dim=0).cpu())
        return self.factor * torch.cat(found)


def stacked(points: Sequence[Rows]) -> Rows:
    """Rows of single points, each column block of shape `(n, columns)`, one point above the other.

    Raises: SpecificationError for points with different numbers of samples.
    """
    sizes = {each.outputs.shape for each in points}
    if len(sizes) != 1:
        raise SpecificationError("The points of a sweep have samples of different shapes; draw equally many at each.")
    return Rows(*(torch.stack([getattr(each, name) for each in points]) for name in ("outputs", "given", "labels")))


def together(parts: Sequence[Rows]) -> Rows:
    """Rows for the networks of all parts, one part after the other."""
    return Rows(*(torch.cat([getattr(each, name) for each in parts]) for name in ("outputs", "given", "labels")))
