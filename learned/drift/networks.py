"""Two score networks that are kept from point to point and trained on.

Three schedules of one tracker: warm starts (full training at the first point, a few steps afterwards), a warm start at every k-th point only,
and training together with the channel on two time scales, where the scores take a few steps for each slow step of the parameters
and no full training comes first. The optimiser's moments are kept too. Each score is Stein-calibrated at every point.
Source: arXiv:2601.01789, III-D and VII-B.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from infograd.answer import Access, Refusal, Reply
from infograd.error import SpecificationError
from infograd.learned.budget import LIGHT, Budget, PaperRecipe
from infograd.learned.drift.evaluation import carried, evaluated
from infograd.learned.drift.tracker import NO_MODULES, step_seed
from infograd.learned.gradient.decomposition import Decomposition, Term
from infograd.learned.samples.simulator import Simulator
from infograd.learned.samples.uniforms import independent
from infograd.learned.scores.networks.perceptron import score_network
from infograd.learned.threads import one_thread
from infograd.question import Question

METHOD = "tracked score networks: denoising score matching"
_BATCHES_PER_RUN = 10


@dataclass(frozen=True, slots=True)
class Schedule:
    """Training steps at the first point, and `steps` at every `every`-th point after it.

    Raises: SpecificationError for negative steps, no first step and an interval below 1.
    """

    first: int
    steps: int
    every: int = 1

    def __post_init__(self) -> None:
        if self.first < 1 or self.steps < 0 or self.every < 1:
            raise SpecificationError(f"the schedule is {self}; write first and every as at least 1, and steps as at least 0.")


WARM = Schedule(first=2000, steps=100)
TWO_TIME_SCALES = Schedule(first=20, steps=20)


@dataclass(frozen=True, slots=True)
class _Trained:
    """A network with its optimiser; it takes outputs beside what is given."""

    term: Term
    network: nn.Module
    optimiser: torch.optim.Optimizer

    def __call__(self, outputs: Tensor, given: Tensor) -> Tensor:
        """s(y, x) in double precision, shape `(n, d)`."""
        with torch.no_grad():
            found: Tensor = self.network(torch.cat([outputs, given], dim=1).float()).double()
        return found


class TrackedNetworks:
    """A tracker by two networks of the paper's recipe under a schedule; of the recipe, steps and calibration are not used."""

    def __init__(
        self,
        question: Question,
        *,
        schedule: Schedule = WARM,
        recipe: PaperRecipe | None = None,
        budget: Budget = LIGHT,
        seed: int = 0,
        modules: Mapping[str, torch.nn.Module] = NO_MODULES,
    ) -> None:
        self._question, self._schedule, self._recipe, self._budget, self._seed, self._modules = (
            question,
            schedule,
            recipe or PaperRecipe(),
            budget,
            seed,
            modules,
        )
        self._generator = torch.Generator().manual_seed(seed)
        self._terms = carried(question, modules)
        self._scores: tuple[_Trained, ...] = ()
        self._asked = 0

    @one_thread()
    def gradient(self, point: Mapping[str, object]) -> Reply:
        """The gradient at the point, from the networks as they are after this point's training."""
        if isinstance(self._terms, str):
            return Refusal("learned", METHOD, self._terms)
        question = self._question.at_point(**point)
        simulator = Simulator(question, self._modules)
        if not self._scores:
            self._scores = self._fresh(simulator, self._terms)
        steps = self._schedule.first if self._asked == 0 else self._schedule.steps if self._asked % self._schedule.every == 0 else 0
        for score in self._scores:
            self._train(score, simulator, steps)
        own = step_seed(self._seed, self._asked)
        self._asked += 1
        return evaluated(METHOD, Access.PATHWISE, question, self._terms, self._scores, True, self._budget, own, self._modules)

    def _fresh(self, simulator: Simulator, terms: Decomposition) -> tuple[_Trained, ...]:
        view = simulator.pairs(independent(simulator.dimension, 2, self._generator))
        found = []
        for term in terms:
            outputs, given = view.side(term.outputs).shape[1], view.side(term.given).shape[1]
            network = score_network(outputs + given, outputs, self._recipe, self._generator)
            found.append(_Trained(term, network, torch.optim.AdamW(network.parameters(), lr=self._recipe.rate, fused=True)))
        return tuple(found)

    def _train(self, score: _Trained, simulator: Simulator, steps: int) -> None:
        """Minimise E|s(y + sigma e, x) + e / sigma|^2 over fresh batches. Source: arXiv:2601.01789, eq. (4)."""
        for y, given in self._batches(score.term, simulator, steps):
            deviation = math.sqrt(self._recipe.noise * float(y.var(dim=0).mean()))
            noise = torch.randn(y.shape, generator=self._generator)
            loss = (score.network(torch.cat([y + deviation * noise, given], dim=1)) + noise / deviation).square().sum(dim=1).mean()
            score.optimiser.zero_grad()
            loss.backward()
            score.optimiser.step()

    def _batches(self, term: Term, simulator: Simulator, steps: int) -> Iterator[tuple[Tensor, Tensor]]:
        for start in range(0, steps, _BATCHES_PER_RUN):
            count = min(_BATCHES_PER_RUN, steps - start)
            view = simulator.pairs(independent(simulator.dimension, count * self._recipe.batch, self._generator))
            y, given = view.side(term.outputs).float(), view.side(term.given).float()
            yield from zip(torch.split(y, self._recipe.batch), torch.split(given, self._recipe.batch), strict=True)
