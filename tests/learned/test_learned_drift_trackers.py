"""Trackers in a projected gradient ascent on the cascade, against its exact gradient; scores that stay behind are caught."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
import torch
from scipy import stats

import infograd as ig
from infograd import learned
from infograd.learned.drift.evaluation import evaluated
from infograd.learned.drift.family import TrackedFamily
from infograd.learned.drift.networks import Schedule, TrackedNetworks
from infograd.learned.drift.tracker import Refit, Tracker
from infograd.learned.gradient.decomposition import two_scores
from infograd.learned.scores.networks.denoising import Denoising
from infograd.learned.scores.networks.over_parameters import OverParameters
from infograd.learned.scores.networks.training import Training

CASCADE = ig.Question(ig.CATALOGUE["cascade"].question.channel, between=("X", "Y"), wrt=("a", "b"))
START = (0.3, 1.5)
STEPS = 20
SMALL = learned.Budget(512, 8)
RECIPE = learned.PaperRecipe(width=32, layers=2, batch=256)
TRACKERS: dict[str, Callable[[], Tracker]] = {
    "refit": lambda: Refit(CASCADE, budget=SMALL),
    "warm start": lambda: TrackedNetworks(CASCADE, schedule=Schedule(400, 40), recipe=RECIPE, budget=SMALL),
    "warm start at every third point": lambda: TrackedNetworks(CASCADE, schedule=Schedule(400, 80, every=3), recipe=RECIPE, budget=SMALL),
    "two time scales": lambda: TrackedNetworks(CASCADE, schedule=Schedule(30, 30), recipe=RECIPE, budget=SMALL),
    "family": lambda: TrackedFamily(CASCADE, {"a": 0.1, "b": 0.5}, {"a": 2, "b": 2}, OverParameters(Denoising(Training(width=32, steps=300))), budget=SMALL),
}


def exact(a: float, b: float) -> tuple[float, float]:
    """dI/da and dI/db with unit variances (eq. 34, and its like for b)."""
    output = a**2 * b**2 + b**2 + 1
    return a * b**2 / output, a**2 * b / (output * (b**2 + 1))


def ascent(tracker: Tracker) -> tuple[tuple[float, float], list[tuple[float, float]]]:
    """The end of an ascent on the disk of radius 2, and of each gradient's entry the error and the doubt at a two-sided level of 1e-6."""
    (a, b), found = START, []
    for _ in range(STEPS):
        reply = tracker.gradient({"a": a, "b": b})
        assert isinstance(reply, ig.Answer)
        slopes = []
        for name, truth in zip("ab", exact(a, b), strict=True):
            value: Any = reply.gradient[name].value
            doubt: Any = reply.gradient[name].doubt
            found.append((abs(value - truth), doubt.estimated + stats.t.isf(5e-7, doubt.dof) * doubt.stderr))
            slopes.append(value)
        a, b = a + 0.5 * slopes[0], b + 0.5 * slopes[1]
        radius = max(1.0, (a**2 + b**2) ** 0.5 / 2)
        a, b = a / radius, b / radius
    return (a, b), found


@cache
def ascent_of(name: str) -> tuple[tuple[float, float], list[tuple[float, float]]]:
    """The ascent of a fresh tracker of that name."""
    return ascent(TRACKERS[name]())


@pytest.mark.parametrize("name", TRACKERS)
def test_tracker_follows_the_exact_gradient_within_its_doubt_through_an_ascent(name: str) -> None:
    _, found = ascent_of(name)
    assert all(error <= doubt for error, doubt in found)


def test_refit_and_warm_starts_end_where_the_exact_ascent_ends() -> None:
    class Exact:
        def gradient(self, point: Any) -> ig.Reply:
            slopes = {name: ig.Quantity(each, ig.Doubt(dof=1)) for name, each in zip("ab", exact(**point), strict=True)}
            return ig.Answer("learned", "exact", ig.Access.MODEL, None, ig.FrozenMapping(slopes))

    end, _ = ascent(Exact())
    for name, allowed in (("refit", 0.005), ("warm start", 0.05)):
        other, _ = ascent_of(name)
        assert max(abs(left - right) for left, right in zip(end, other, strict=True)) <= allowed


def test_stale_scores_that_are_never_retrained_are_caught_by_their_doubt() -> None:
    # At the first point the scores are fresh; at the last they belong to another law, and both the error and the doubt say so.
    _, stale = ascent(TrackedNetworks(CASCADE, schedule=Schedule(400, 0), recipe=RECIPE, budget=SMALL))
    _, warm = ascent_of("warm start")
    assert all(error <= doubt for error, doubt in stale)
    late = slice(STEPS, None)
    assert max(error for error, _ in stale[late]) > 0.1
    assert sum(doubt for _, doubt in stale[late]) > 2 * sum(doubt for _, doubt in warm[late])


def test_scores_of_another_point_are_doubted_by_what_they_miss_at_this_one() -> None:
    # The scores of a = 1 with b = 1 (Var Y = 3, Var(Y|X) = 2), asked at a = 2: the probe is the error, to the standard error.
    terms = next(two_scores(CASCADE))
    stale = (lambda y, x: -(y - x) / 2, lambda y, x: -y / 3)
    reply = evaluated("stale", ig.Access.PATHWISE, CASCADE.at_point(a=2), terms, stale, False, SMALL, 0, {})
    assert isinstance(reply, ig.Answer)
    for name, truth in zip("ab", exact(2, 1), strict=True):
        value: Any = reply.gradient[name].value
        doubt: Any = reply.gradient[name].doubt
        assert abs(value - truth) > 0.1
        assert abs(abs(value - truth) - doubt.estimated) <= 0.01


def test_tracker_is_a_function_of_its_seed_and_leaves_the_global_generator_alone() -> None:
    before = torch.get_rng_state()
    short = Schedule(20, 5)
    replies = [
        [each.gradient({"a": a}) for a in (1, 1.5)]
        for each in (TrackedNetworks(CASCADE, schedule=short, recipe=RECIPE, budget=SMALL, seed=s) for s in (1, 1, 2))
    ]
    assert torch.equal(before, torch.get_rng_state())
    assert replies[0] == replies[1] != replies[2]


def test_question_that_two_scores_do_not_carry_is_refused_before_any_training() -> None:
    # V moves with a, and Y reaches around it through X.
    x = ig.Source("X", ig.Normal(0, 1))
    v = ig.Gate("V", ig.Parameter("a") * x, noise=ig.Normal(0, 1))
    around = ig.Question(ig.Channel(x, v, ig.Gate("Y", v + x, noise=ig.Normal(0, 1)), defaults={"a": 1}), between=("V", "Y"))
    entropy = ig.Question(CASCADE.channel, between=("Y", ()), quantity="entropy")
    for question, reason in ((around, "around"), (entropy, "informations only")):
        for tracker in (TrackedNetworks(question), TrackedFamily(question, {"a": 1}, {"a": 2}, OverParameters())):
            reply = tracker.gradient({})
            assert isinstance(reply, ig.Refusal)
            assert reason in reply.reason


def test_wrong_schedules_and_boxes_are_errors_that_say_what_to_write() -> None:
    with pytest.raises(ig.SpecificationError, match="first and every as at least 1"):
        Schedule(0, 5)
    with pytest.raises(ig.SpecificationError, match="the same parameters at both corners"):
        TrackedFamily(CASCADE, {"a": 1}, {"b": 2}, OverParameters())
    with pytest.raises(ig.SpecificationError, match="points is 2"):
        TrackedFamily(CASCADE, {"a": 1}, {"a": 2}, OverParameters(), points=2)
