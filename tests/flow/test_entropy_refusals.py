"""An entropy at the border of each room: the numeric and the learned room refuse it in one sentence."""

from __future__ import annotations

import pytest
import torch

import infograd as ig
from infograd import learned, numeric

QUESTION = ig.Question(ig.CATALOGUE["tanh"].question.channel, between=("Y", ()), quantity="entropy")


@pytest.mark.parametrize("method", [method for method in numeric.METHODS if method != "certified"])
def test_the_numeric_room_integrates_informations_only_and_encloses_entropies_too(method: str) -> None:
    reply = numeric.answer(QUESTION, method=method)
    assert isinstance(reply, ig.Refusal)
    assert "an entropy was asked" in reply.reason
    assert reply.reason.endswith(".")
    assert reply.reason.count(".") == 1
    assert isinstance(numeric.answer(QUESTION, method="certified"), ig.Answer)


def test_the_learned_room_answers_informations_only_by_every_way_in() -> None:
    def zero(*groups: torch.Tensor) -> torch.Tensor:
        return torch.zeros_like(groups[0])

    replies = (learned.answer(QUESTION), learned.answer(QUESTION, recipe="paper"), learned.gradient_with_scores(QUESTION, zero, zero))
    for reply in replies:
        assert isinstance(reply, ig.Refusal)
        assert reply.reason == "this room answers informations only, and an entropy was asked; ask the analytic room."
