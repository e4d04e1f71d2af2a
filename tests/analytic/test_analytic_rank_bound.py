"""Ranks that the graph alone settles, and the answers that stay quick because of it."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Hashable
from fractions import Fraction

import pytest

import infograd as ig
from infograd.analytic import answer
from infograd.analytic.affine import linear_channel
from infograd.analytic.exact.jet_ring import JetRing
from infograd.analytic.exact.neighbourhood import point_pattern
from infograd.analytic.exact.rank_bound import most_disjoint_paths, stays

G, H = ig.Parameter("g"), ig.Parameter("h")
X, U = ig.Source("X", ig.Normal(0, 1)), ig.Source("U", ig.Normal(0, 1))


def settled(*nodes: ig.Source | ig.Gate, between: tuple[object, object], given: object = (), free: str | None = None, **at: object) -> bool:
    question = ig.Question(ig.Channel(*nodes), between=between, given=given, at=at)  # type: ignore[arg-type]  # names, or groups of names
    ring = JetRing(question)
    entries = [entry for entry in ring.variables if free in (None, entry[0])]
    return stays(question, point_pattern(question, linear_channel(ring, question)), entries)


def test_the_most_paths_without_a_shared_arc_are_those_of_a_search_through_all_choices() -> None:
    source = random.Random(3)
    for _ in range(60):
        inner = list(range(5))
        pairs: list[tuple[Hashable, Hashable]] = [*itertools.combinations(inner, 2), *(("start", each) for each in inner), *((each, "end") for each in inner)]
        chosen = [pair for pair in pairs if source.random() < 0.5]
        arcs: dict[Hashable, list[Hashable]] = {place: [head for tail, head in chosen if tail == place] for place in ["start", *inner]}
        cuts = (
            sum(1 for tail, head in chosen if tail in side and head not in side)
            for size in range(6)
            for side in ({"start", *each} for each in itertools.combinations(inner, size))
        )
        assert most_disjoint_paths(arcs) == min(cuts)


def test_a_node_that_its_parents_determine_stays_determined() -> None:
    assert settled(X, U, ig.Gate("D", G * X + H * U), ig.Gate("Y", X + U, noise=ig.Normal(0, 1)), between=(("X", "U", "D"), "Y"), g=2, h=3)


def test_a_gain_of_zero_settles_nothing_while_it_is_free() -> None:
    nodes = (X, U, ig.Gate("D", G * X + H * U), ig.Gate("Y", X + U, noise=ig.Normal(0, 1)))
    assert not settled(*nodes, between=(("X", "D"), "Y"), g=2, h=0)
    assert settled(*nodes, between=(("X", "D"), "Y"), free="g", g=2, h=0)


def test_what_cancels_by_its_numbers_is_left_open() -> None:
    nodes = (X, U, ig.Gate("D", G * X + G * U), ig.Gate("E", X + U), ig.Gate("Y", X, noise=ig.Normal(0, 1)))
    assert not settled(*nodes, between=(("D", "E"), "Y"), g=2)


def layered(size: int, order: int) -> ig.Question:
    """Three layers of deterministic sums with a gain of its own on every arrow, and copies of two of them on one side."""
    layer: list[ig.Source | ig.Gate] = [ig.Source(f"S{each}", ig.Normal(0, 1)) for each in range(size)]
    nodes = list(layer)
    defaults: dict[str, Fraction] = {}
    for depth in range(3):
        sums = []
        for row in range(size):
            gains = [ig.Parameter(f"g{depth}_{row}_{column}") for column in range(size)]
            defaults |= {gain.name: Fraction((7 * row + 3 * column + depth) % 5 + 1) for column, gain in enumerate(gains)}
            total = gains[0] * layer[0]
            for gain, parent in zip(gains[1:], layer[1:], strict=True):
                total = total + gain * parent
            sums.append(ig.Gate(f"L{depth}_{row}", total))
        nodes += sums
        layer = list(sums)
    copies = [ig.Gate("D", 2 * (layer[0] + layer[1])), ig.Gate("E", layer[0] + layer[1])]
    y = ig.Gate("Y", layer[0] + layer[-1], noise=ig.Normal(0, 1))
    return ig.Question(ig.Channel(*nodes, *copies, y, defaults=defaults), between=(("D", "E"), "Y"), order=order)


def test_second_derivatives_in_many_entries_that_the_graph_does_not_settle_are_refused_at_once() -> None:
    start = time.process_time()
    reply = answer(layered(5, 2))
    assert isinstance(reply, ig.Refusal)
    assert reply.reason.startswith("no closed form: second derivatives in 65 entries of the maps where nodes are degenerate, and at most 24 are decided")
    assert time.process_time() - start < 5


@pytest.mark.parametrize("order", [1, 2])
def test_a_determined_node_costs_no_more_than_its_channel_without_it(order: int) -> None:
    question = layered(4, order)
    plain = ig.Question(question.channel, between=("L2_0", "Y"), order=order)
    determined = ig.Question(question.channel, between=(("L1_0", "L1_1", "L1_2", "L1_3", "L2_0"), "Y"), order=order)
    times = []
    for each in (plain, determined):
        start = time.process_time()
        assert isinstance(answer(each), ig.Answer)
        times.append(time.process_time() - start)
    assert times[1] < 20 * times[0]
