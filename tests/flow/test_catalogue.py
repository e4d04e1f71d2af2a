"""The main job in small: every catalogue channel asked of every room, and the rooms that can answer agree."""

from __future__ import annotations

import pytest

import infograd as ig
from infograd import verify
from infograd.verify.plugin import RecordingJudge

ALL, NONLINEAR = ("analytic", "numeric", "learned"), ("numeric", "learned")
ROOMS = {
    "scalar": ALL,
    "cascade": ALL,
    "multipath-a": ALL,
    "multipath-b": ALL,
    "tanh": NONLINEAR,
    "relay": NONLINEAR,
    "mac": ALL,
    "mac-sum": ALL,
    "bpsk": NONLINEAR,
    "vector": ALL,
}


@pytest.mark.parametrize("name", ig.CATALOGUE)
def test_the_rooms_that_can_answer_agree(name: str, infograd_judge: RecordingJudge) -> None:
    question = ig.CATALOGUE[name].question
    replies = verify.ask(question)
    assert tuple(reply.room for reply in replies if isinstance(reply, ig.Answer)) == ROOMS[name]
    verdict = infograd_judge(question, replies)
    assert verdict.status is ig.Status.AGREE, verdict.note
    assert {comparison.quantity for comparison in verdict.comparisons} >= {f"dI/d{parameter}" for parameter in question.wrt}
