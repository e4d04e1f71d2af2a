"""The running error analysis against the same expressions in fifty digits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath  # type: ignore[import-untyped]  # it has no stubs
import pytest

import infograd as ig
from infograd.numeric.single.evaluation import Evaluation
from infograd.numeric.single.plan import plan
from infograd.numeric.single.rounding import roundings

theta, shift = ig.Parameter("theta"), ig.Parameter("shift")
AT = {"theta": "116/3", "shift": "-7/9"}
PLACES = ("2", "1/4", "17/40", "-1/3")

MAPS: dict[str, tuple[Callable[[Any], Any], Callable[[Any, Any, Any], Any]]] = {
    "sine": (lambda x: ig.sin(theta * x + shift), lambda x, t, s: mpmath.sin(t * x + s)),
    "tanh": (lambda x: shift * ig.tanh(theta * x / 20), lambda x, t, s: s * mpmath.tanh(t * x / 20)),
    "erf": (lambda x: ig.erf(theta * x / 9) - shift, lambda x, t, s: mpmath.erf(t * x / 9) - s),
    "quotient": (lambda x: x / (theta + shift * x) + x**3, lambda x, t, s: x / (t + s * x) + x**3),
    "exponential": (lambda x: ig.exp(theta * x / 8), lambda x, t, s: mpmath.exp(t * x / 8)),
    "sigmoid": (lambda x: ig.sigmoid(theta * x + shift), lambda x, t, s: 1 / (1 + mpmath.exp(-t * x - s))),
}


@pytest.mark.parametrize("name", MAPS)
def test_the_errors_of_values_and_slopes_are_covered(name: str) -> None:
    map, exact = MAPS[name]
    x = ig.Source("X", ig.Points(PLACES))
    channel = ig.Channel(x, ig.Gate("Y", map(x), noise=ig.Normal(0, 1)))
    names = [parameter.name for parameter in channel.parameters]
    question = ig.Question(channel, ("X", "Y"), at={each: AT[each] for each in names})
    evaluation = Evaluation(plan(question), question)
    branches = plan(question).branches
    with mpmath.workdps(50):
        number = {each: mpmath.mpf(int(value.numerator)) / int(value.denominator) for each, value in (*question.at.items(),)}
        t, s = number["theta"], number.get("shift", mpmath.mpf(0))
        for place, branch, error in zip(PLACES, branches, roundings(evaluation, [branch.location for branch in branches]), strict=True):
            top, _, below = place.partition("/")
            at = mpmath.mpf(int(top)) / int(below or 1)
            jet = evaluation.fixed[branch.location]
            assert abs(mpmath.mpf(float(jet.value)) - exact(at, t, s)) <= error.value
            slope = mpmath.diff(lambda moved, v=at: exact(v, moved, s), t)
            key = evaluation.directions["theta", ()]
            assert abs(mpmath.mpf(float(jet.first[key])) - slope) <= error.first[key] + mpmath.mpf(10) ** -25 * abs(slope)
            assert error.value <= 1e-13 * max(1.0, abs(float(jet.value)), abs(float(t * at)))


def test_a_large_argument_of_a_sine_counts_by_its_size() -> None:
    x = ig.Source("X", ig.Points((1, 2)))
    channel = ig.Channel(x, ig.Gate("Y", ig.sin(theta * x), noise=ig.Normal(0, 1)))
    errors = []
    for gain in (1, 1000):
        question = ig.Question(channel, ("X", "Y"), at={"theta": gain})
        read = plan(question)
        errors.append(roundings(Evaluation(read, question), [read.branches[0].location])[0].value)
    assert errors[1] > 100 * errors[0]
