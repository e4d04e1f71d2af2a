"""Scores that follow a moving point: what an optimiser holds while it moves the parameters, and their default, a fit from scratch at every point.

A score belongs to the law of one point; when the parameters move, a score that stays behind answers for the wrong law. A tracker is
asked for the gradient at one point after the other and looks after its scores itself.
Source: arXiv:2601.01789, III-D and V-C.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import torch

from infograd.answer import Reply
from infograd.learned import PaperRecipe
from infograd.learned import answer as learned_answer
from infograd.learned.budget import DEFAULT, Budget
from infograd.learned.samples.uniforms import seeds
from infograd.mapping import FrozenMapping
from infograd.question import Question

NO_MODULES: Mapping[str, torch.nn.Module] = FrozenMapping()


class Tracker(Protocol):
    """What an optimiser holds."""

    def gradient(self, point: Mapping[str, object]) -> Reply:
        """The information's gradient in nats at the question's point moved to `point`, by parameter with its doubt; or a refusal."""
        ...


class Refit:
    """Both scores fitted from scratch at every point: in closed form, or by the paper's recipe where one is handed in."""

    def __init__(
        self,
        question: Question,
        *,
        recipe: PaperRecipe | None = None,
        budget: Budget | None = None,
        seed: int = 0,
        modules: Mapping[str, torch.nn.Module] = NO_MODULES,
    ) -> None:
        self._question, self._recipe, self._budget, self._seed, self._modules = question, recipe, budget, seed, modules
        self._asked = 0

    def gradient(self, point: Mapping[str, object]) -> Reply:
        """The gradient at the point, from samples of its own."""
        question = self._question.at_point(**point)
        own = step_seed(self._seed, self._asked)
        self._asked += 1
        if self._recipe is not None:
            return learned_answer(question, recipe=self._recipe, budget=self._budget, seed=own, modules=self._modules)
        return learned_answer(question, budget=self._budget or DEFAULT, seed=own, modules=self._modules)


def step_seed(seed: int, step: int) -> int:
    """The seed of one step of a tracker."""
    return seeds(seed, step + 1)[step]
