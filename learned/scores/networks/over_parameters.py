"""One network for a box of parameters: s(y, x; theta), trained on views at many points, asked anywhere between them.

Source: arXiv:2601.01789, V-C.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from infograd.answer import Access
from infograd.error import SpecificationError
from infograd.learned.gradient.decomposition import Term
from infograd.learned.samples.views import View
from infograd.learned.scores.model import Fitted, Score
from infograd.learned.scores.networks.denoising import LastNoiseDenoising
from infograd.learned.scores.networks.head import with_head
from infograd.learned.scores.networks.model import NetworkModel, NetworkScore, stacked
from infograd.learned.scores.networks.samples import Samples, checked
from infograd.learned.scores.networks.training import Training

Theta = Mapping[str, Tensor | float]


def _entries(theta: Theta) -> Tensor:
    """All entries of the parameters in order, shape `(entries,)`."""
    return torch.cat([torch.as_tensor(each, dtype=torch.float64).reshape(-1) for each in theta.values()])


@dataclass(frozen=True, slots=True)
class AtPoint:
    """A score at one point of the parameters."""

    score: Score
    entries: Tensor

    def __call__(self, outputs: Tensor, given: Tensor) -> Tensor:
        """s(y, x; theta), shape `(n, d)`."""
        return self.score(outputs, beside(given, self.entries))


def beside(given: Tensor, entries: Tensor) -> Tensor:
    """What is given with the parameters' entries beside it in every row."""
    return torch.cat([given, entries.expand(len(given), -1)], dim=1)


@dataclass(frozen=True, slots=True)
class ParameterScores:
    """The fitted family: `names` are the parameters in order, `lower` and `upper` the corners of the box they were trained in."""

    names: tuple[str, ...]
    lower: Tensor
    upper: Tensor
    term: Term
    fitted: Fitted
    samples: Samples

    def at(self, theta: Theta) -> Fitted:
        """The score at a point inside the box, by the networks alone.

        Raises: SpecificationError for a point outside the box, and for other parameters than those trained on.
        """
        entries = self._inside(theta)
        return Fitted(AtPoint(self.fitted.score, entries), tuple(AtPoint(probe, entries) for probe in self.fitted.probes), self.fitted.alarm)

    def refitted(self, view: View, theta: Theta) -> Fitted:
        """The score at a point inside the box, by a head on the hidden layer of the first network, from the view's samples there.

        Raises: SpecificationError as `at` does, and for samples without a score.
        """
        entries = self._inside(theta)
        outputs, given = view.side(self.term.outputs), view.side(self.term.given)
        checked(outputs, given, self.term)
        scales = self.samples
        here = Samples(scales.output_scale(outputs), scales.given_scale(beside(given, entries)), scales.output_scale, scales.given_scale)
        score = self.fitted.score
        assert isinstance(score, NetworkScore)  # what every network model fits
        found = with_head(score.networks.only(slice(0, 1)).double(), here)
        return Fitted(AtPoint(found.score, entries), tuple(AtPoint(probe, entries) for probe in found.probes), found.alarm)

    def _inside(self, theta: Theta) -> Tensor:
        if set(theta) != set(self.names):
            raise SpecificationError(f"The scores were trained over {', '.join(map(repr, self.names))}, and {', '.join(map(repr, theta))} were given.")
        for position, name in enumerate(self.names):
            low, high = (_split(corner, theta, self.names)[position] for corner in (self.lower, self.upper))
            value = torch.as_tensor(theta[name], dtype=torch.float64).reshape(-1)
            if not bool(((value >= low) & (value <= high)).all()):
                raise SpecificationError(
                    f"{name!r} is {value.tolist()}, outside the box from {low.tolist()} to {high.tolist()} in which the scores were trained; train a wider one."
                )
        return _entries({name: theta[name] for name in self.names})


def _split(entries: Tensor, theta: Theta, names: Sequence[str]) -> tuple[Tensor, ...]:
    return torch.split(entries, [torch.as_tensor(theta[name]).numel() for name in names])


@dataclass(frozen=True, slots=True)
class OverParameters:
    """A network model whose networks take the parameters as further inputs."""

    model: NetworkModel = field(default_factory=lambda: LastNoiseDenoising(Training(width=64, steps=1500)))

    @property
    def method(self) -> str:
        """The model's, over parameters."""
        return f"{self.model.method}, over a box of parameters"

    @property
    def access(self) -> Access:
        """The model's."""
        return self.model.access

    def fit(self, views: Sequence[View], points: Sequence[Theta], term: Term, seed: int) -> ParameterScores:
        """The scores over the smallest box around the points, from a view at each.

        Raises: SpecificationError for points that differ in their parameters or are fewer than two, and for samples without a score.
        """
        names = tuple(points[0]) if points else ()
        if len(points) < 2 or len(points) != len(views) or any(tuple(theta) != names for theta in points):
            raise SpecificationError("Scores over parameters need two points or more, each with its view and with the same parameters in the same order.")
        entries = torch.stack([_entries(theta) for theta in points])
        outputs = torch.cat([view.side(term.outputs) for view in views])
        given = torch.cat([beside(view.side(term.given), each) for view, each in zip(views, entries, strict=True)])
        samples = checked(outputs, given, term)
        rows = stacked([self.model.rows(samples, torch.cat([self.model.labels(view, term) for view in views]), term)])
        (fitted,) = self.model.fitted([samples], rows, seed)
        return ParameterScores(names, entries.amin(dim=0), entries.amax(dim=0), term, fitted, samples)
