"""What the steps of a branch prove of its map: oddness, settling, and grids that use either."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import infograd as ig
from infograd.numeric.single import frames, grid, source
from infograd.numeric.single.evaluation import Evaluation
from infograd.numeric.single.plan import Branch, plan

theta, shift = ig.Parameter("theta"), ig.Parameter("shift")
AT = {"theta": "3/2", "shift": "1/4"}


def question(map: Callable[[ig.Source], Any], law: ig.Law | None = None) -> ig.Question:
    x = ig.Source("X", law or ig.Normal(0, 1))
    channel = ig.Channel(x, ig.Gate("Y", map(x), noise=ig.Normal(0, "1/10")))
    return ig.Question(channel, ("X", "Y"), at={parameter.name: AT[parameter.name] for parameter in channel.parameters})


def branch(map: Callable[[ig.Source], Any], law: ig.Law | None = None) -> Branch:
    (found,) = plan(question(map, law)).branches
    return found


@pytest.mark.parametrize(
    ("map", "law", "odd"),
    [
        (lambda x: ig.tanh(theta * x), None, True),
        (lambda x: -ig.sin(x / theta) + ig.erf(x) ** 3, None, True),
        (lambda x: theta * x * ig.cos(x), None, True),
        (lambda x: x, None, True),
        (lambda x: ig.tanh(theta * x + shift), None, False),
        (lambda x: ig.tanh(theta * x) + shift, None, False),
        (lambda x: ig.tanh(x) ** 2, None, False),
        (lambda x: ig.sigmoid(x), None, False),
        (lambda x: ig.tanh(x) + ig.cos(x), None, False),
        (lambda x: ig.tanh(theta * x), ig.Normal(shift, 1), False),
    ],
)
def test_a_location_is_odd_only_where_the_steps_prove_it(map: Callable[[ig.Source], Any], law: ig.Law | None, odd: bool) -> None:
    assert branch(map, law).odd is odd


@pytest.mark.parametrize(
    ("map", "settles"),
    [
        (lambda x: 2 * ig.tanh(theta * x + shift) - shift, True),
        (lambda x: ig.erf(x) / theta, True),
        (lambda x: x + ig.tanh(x), False),
        (lambda x: ig.tanh(x) + ig.tanh(2 * x), False),
        (lambda x: ig.tanh(x) * ig.erf(x), False),
        (lambda x: 1 / (2 + ig.tanh(x)), False),
        (lambda x: ig.sin(x), False),
        (lambda x: theta * x, False),
    ],
)
def test_a_map_settles_where_it_is_affine_in_one_step_with_two_limits(map: Callable[[ig.Source], Any], settles: bool) -> None:
    assert (branch(map).settles is not None) is settles


def test_half_the_outputs_give_what_all_give_for_an_odd_map() -> None:
    asked = ig.Question(question(lambda x: ig.tanh(theta * x)).channel, ("X", "Y"), at={"theta": "3/2"})
    evaluation = Evaluation(plan(asked), asked)
    given = source.source(evaluation, 0.1**0.5, 32.0, 1.0)
    assert given is not None
    assert given.odd
    half, whole = (grid._Attempt(evaluation, each, 0.16) for each in (given, dataclasses.replace(given, odd=False)))
    for one, other, doubt in zip(half.values, whole.values, half.rounding, strict=True):
        assert abs(one - other) <= 2 * doubt
    assert half.cells < 0.6 * whole.cells


@pytest.mark.parametrize("bend", [0.0, 0.5, 4.0])
@pytest.mark.parametrize("centre", [0.0, -1.25])
def test_nodes_integrate_polynomials_under_the_normal_law_with_both_steps(bend: float, centre: float) -> None:
    """E v^4 = 3, E v^2 = 1; the coarser rule is the first nodes with twice the weights."""
    table = frames.nodes(160, bend, centre)
    for power, moment in ((0, 1.0), (1, 0.0), (2, 1.0), (4, 3.0)):
        assert abs(float(np.dot(table.weights, table.places**power)) - moment) <= 1e-13
        assert abs(2 * float(np.dot(table.weights[: table.coarse], table.places[: table.coarse] ** power)) - moment) <= 1e-13
    assert np.all(np.abs(np.exp(table.logarithms) - table.weights) <= 1e-14 * table.weights)


def test_steps_that_do_nothing_are_not_made() -> None:
    names = [name for name, _ in plan(question(lambda x: ig.tanh(theta * x))).steps]
    assert names.count("multiply") == 1
    assert "add" not in names
