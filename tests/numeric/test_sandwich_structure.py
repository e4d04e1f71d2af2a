"""Which log-marginals an information is made of, and what of them is integrated out exactly."""

from __future__ import annotations

import numpy as np
import pytest

import infograd as ig
from infograd.numeric.limit import LimitError
from infograd.numeric.sandwich.linear import fold
from infograd.numeric.sandwich.method import reading, sandwich
from infograd.numeric.sandwich.model import Reading
from infograd.numeric.sandwich.structure import candidates

X = ig.Source("X", ig.Normal(0, 1))
U = ig.Source("U", ig.Normal(0, "1/2"))
RELAY = ig.Gate("R", X + U, ig.Normal(0, "1/3"))
OUT = ig.Gate("Y", ig.tanh(RELAY) + X, ig.Normal(0, "1/4"))
CHANNEL = ig.Channel(X, U, RELAY, OUT)


def readings(question: ig.Question) -> tuple[Reading, ...]:
    return reading(question).readings


def test_with_nothing_hidden_the_likelihood_is_known() -> None:
    added = candidates(ig.Question(CHANNEL, (("X", "R"), "Y")))[0].added
    assert [(each.weighed, each.clamped, each.hidden) for each in added] == [(("Y",), ("X", "R", "Y"), ())]


def test_a_known_node_that_shares_hidden_randomness_is_weighed() -> None:
    terms = candidates(ig.Question(CHANNEL, ("R", "Y")))[0]
    assert [each.weighed for each in terms.added] == [("R", "Y")]
    assert sorted(each.weighed for each in terms.subtracted) == [("R",), ("Y",)]


def test_a_known_node_that_descends_from_the_asked_one_is_weighed() -> None:
    terms = candidates(ig.Question(CHANNEL, ("X", "R"), given="Y"))[0]
    assert ("R", "Y") in [each.weighed for each in terms.added]


def test_a_side_without_a_density_leaves_the_other() -> None:
    folded = ig.Gate("T", ig.relu(X))
    out = ig.Gate("Y", folded, ig.Normal(0, 1))
    assert all(each.weighed == ("Y",) for each in candidates(ig.Question(ig.Channel(X, folded, out), ("Y", "T")))[0].marginals)
    with pytest.raises(LimitError, match="'T' is deterministic"):
        candidates(ig.Question(ig.Channel(X, folded), ("X", "T")))


def test_linear_gaussian_nodes_are_folded_and_others_are_not() -> None:
    linear = ig.Gate("Y", 2 * RELAY - X, ig.Normal(0, "1/4"))
    marginals = [each.marginal for each in readings(ig.Question(ig.Channel(X, U, RELAY, linear), ("X", "Y")))]
    assert [fold(ig.Channel(X, U, RELAY, linear), each).nodes for each in marginals] == [("U", "R"), ("X", "U", "R")]
    assert all(each.fold.nodes == () for each in readings(ig.Question(CHANNEL, ("X", "Y"))) if "R" in each.marginal.hidden)


def test_of_a_product_of_hidden_nodes_one_is_folded() -> None:
    product = ig.Gate("Y", X * U, ig.Normal(0, "1/4"))
    marginal = readings(ig.Question(ig.Channel(X, U, product), (("X", "U"), "Y")))[1]
    assert (marginal.fold.nodes, marginal.left, marginal.fold.varying) == (("U",), ("X",), True)


def test_a_laplace_noise_folds_nothing() -> None:
    out = ig.Gate("Y", X + U, ig.Laplace(0, 1))
    assert all(each.fold.nodes == () for each in readings(ig.Question(ig.Channel(X, U, out), ("X", "Y"))))


def test_points_are_summed_over() -> None:
    bits = ig.Source("S", ig.Points([(-1, -1), (-1, 1), (1, -1), (1, 1)]))
    out = ig.Gate("Y", bits, ig.Normal((0, 0), ig.identity(2)))
    marginal = readings(ig.Question(ig.Channel(bits, out), ("S", "Y")))[1]
    assert marginal.points == 4 and not marginal.sampled


FADING = ig.Source("H", ig.Normal((0, 0), ig.identity(2)))
SIGNAL = ig.Source("S", ig.Normal(0, 2))
FADED = ig.Gate("Y", FADING * SIGNAL, ig.Normal((0, 0), ig.identity(2)))
ONLY_MEAN = ig.Gate("Y", 2 * SIGNAL + X * U, ig.Normal(0, 1))


@pytest.mark.parametrize(
    ("channel", "between", "given"),
    [
        (ig.Channel(FADING, SIGNAL, FADED), ("S", "Y"), "H"),
        (ig.Channel(FADING, SIGNAL, FADED), ("S", "Y"), ()),
        (ig.Channel(X, U, SIGNAL, ONLY_MEAN), ("S", "Y"), ()),
        (ig.Channel(X, U, SIGNAL, ONLY_MEAN), (("S", "X"), "Y"), ()),
    ],
    ids=["known fading", "unknown fading", "coefficients from hidden nodes", "coefficients from clamped nodes"],
)
def test_what_is_folded_agrees_with_what_is_sampled_and_leaves_a_smaller_gap(channel: ig.Channel, between: tuple[object, object], given: object) -> None:
    """Both intervals hold the information with probability 1 - 2e-6 each, so they overlap."""
    question = ig.Question(channel, between, given, order=0)  # type: ignore[arg-type]  # names of nodes, as the parameters have them
    folded, sampled = (sandwich(question, inner=256, blocks=24, outer=256, confidence=1 - 2e-6, exact=exact) for exact in (True, False))
    assert not isinstance(folded, ig.Refusal) and not isinstance(sampled, ig.Refusal)
    assert max(folded.interval[0], sampled.interval[0]) <= min(folded.interval[1], sampled.interval[1])
    assert folded.gap < sampled.gap
    assert max(np.diff(folded.interval)[0], np.diff(sampled.interval)[0]) < 0.5


def test_the_chain_rule_holds_between_the_intervals_of_vector_users() -> None:
    """I(A,B;Y|H) = I(A;Y|H) + I(B;Y|A,H) for two users of three dimensions, a hop between, and a known gain; each interval holds with probability 1 - 1e-6."""
    size = 3
    a, b = (ig.Source(name, ig.Normal([0] * size, ig.identity(size))) for name in ("A", "B"))
    gain = ig.Source("H", ig.Uniform("1/2", "3/2"))
    relay = ig.Gate("R", ig.tanh(gain * a), ig.Laplace([0] * size, "1/5"))
    out = ig.Gate("Y", relay + ig.sigmoid(2 * b), ig.Normal([0] * size, ig.identity(size) / 4))
    channel = ig.Channel(a, b, gain, relay, out)
    intervals = []
    for left, given in ((("A", "B"), ("H",)), (("A",), ("H",)), (("B",), ("A", "H"))):
        found = sandwich(ig.Question(channel, (left, "Y"), given), inner=256, blocks=24, outer=256, confidence=1 - 1e-6)
        assert not isinstance(found, ig.Refusal), found
        intervals.append(found.interval)
    (low, high), *parts = intervals
    assert low <= sum(part[1] for part in parts)
    assert sum(part[0] for part in parts) <= high
    assert high - low < 0.2 and all(part[1] - part[0] < 0.2 for part in parts)
