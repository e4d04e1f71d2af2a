"""One family of scores for a whole box of parameters, trained once and asked at every point of it.

Source: arXiv:2601.01789, V-C.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import torch
from torch import Tensor

from infograd.answer import Access, Refusal, Reply
from infograd.array import Array, entries, with_shape
from infograd.error import SpecificationError
from infograd.learned.budget import LIGHT, Budget
from infograd.learned.drift.evaluation import carried, evaluated
from infograd.learned.drift.tracker import NO_MODULES, step_seed
from infograd.learned.gradient.decomposition import Term
from infograd.learned.samples.interpreter import tensor
from infograd.learned.samples.simulator import Simulator
from infograd.learned.samples.uniforms import seeds, sobol
from infograd.learned.samples.views import View
from infograd.learned.scores.model import Fitted
from infograd.learned.threads import one_thread
from infograd.mapping import Point
from infograd.question import Question

METHOD = "scores over a box of parameters"


class ScoreFamily(Protocol):
    """Fitted scores of one term over a box of parameters."""

    def at(self, theta: Mapping[str, Tensor | float]) -> Fitted:
        """The score at a point of the box."""
        ...


class FamilyModel(Protocol):
    """A way to fit a family from views at several points; `access` is the least level of those views."""

    @property
    def access(self) -> Access: ...

    def fit(self, views: Sequence[View], points: Sequence[Mapping[str, Tensor | float]], term: Term, seed: int) -> ScoreFamily:
        """The term's scores over the smallest box around the points."""
        ...


class TrackedFamily:
    """A tracker by scores over the box from `lower` to `upper`, trained at its birth on both corners and Sobol points between them."""

    @one_thread()
    def __init__(
        self,
        question: Question,
        lower: Mapping[str, object],
        upper: Mapping[str, object],
        model: FamilyModel,
        *,
        points: int = 32,
        samples: int = 512,
        budget: Budget = LIGHT,
        seed: int = 0,
        modules: Mapping[str, torch.nn.Module] = NO_MODULES,
    ) -> None:
        self._question, self._budget, self._seed, self._modules = question, budget, seed, modules
        self._corners = Point(lower), Point(upper)
        self._asked, self._access = 0, max(Access.PATHWISE, model.access)
        if set(lower) != set(upper) or not lower:
            raise SpecificationError(
                f"the box goes from {', '.join(lower) or 'nothing'} to {', '.join(upper) or 'nothing'}; name the same parameters at both corners."
            )
        if points < 3:
            raise SpecificationError(f"points is {points}; write at least 3, for both corners and one between them.")
        self._terms = carried(question, modules)
        self._families: tuple[ScoreFamily, ...] = ()
        if isinstance(self._terms, str):
            return
        width = sum(1 for corner in self._corners[0].values() for _ in entries(corner))
        shares = torch.cat([torch.zeros(1, width), torch.ones(1, width), sobol(width, points - 2, seed)])
        places = [self._between(share.tolist()) for share in shares]
        views = []
        for place, own in zip(places, seeds(seed, points), strict=True):
            simulator = Simulator(question.at_point(**place), modules)
            views.append(simulator.view(model.access, sobol(simulator.dimension, samples, own), question.wrt, 1))
        thetas = [{name: tensor(value) for name, value in place.items()} for place in places]
        self._families = tuple(model.fit(views, thetas, term, own) for term, own in zip(self._terms, seeds(seed, len(self._terms)), strict=True))

    @one_thread()
    def gradient(self, point: Mapping[str, object]) -> Reply:
        """The gradient at a point inside the box.

        Raises: SpecificationError for a point outside it.
        """
        if isinstance(self._terms, str):
            return Refusal("learned", METHOD, self._terms)
        question = self._question.at_point(**point)
        theta: dict[str, Tensor | float] = {name: tensor(question.at[name]) for name in self._corners[0]}
        fitted = [family.at(theta) for family in self._families]
        for each in fitted:
            if each.alarm is not None:
                return Refusal("learned", METHOD, each.alarm)
        own = step_seed(self._seed, self._asked)
        self._asked += 1
        return evaluated(METHOD, self._access, question, self._terms, [each.score for each in fitted], False, self._budget, own, self._modules)

    def _between(self, shares: list[float]) -> dict[str, Array]:
        """The point of the box at these shares of the way, entry by entry."""
        left = iter(shares)
        place: dict[str, Array] = {}
        for name, low in self._corners[0].items():
            highs = dict(entries(self._corners[1][name]))
            found = [(index, float(value) + next(left) * float(highs[index] - value)) for index, value in entries(low)]
            place[name] = with_shape((value for _, value in found), tuple(size + 1 for size in found[-1][0]))
        return place
