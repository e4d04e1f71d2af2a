"""The sandwich against closed forms and quadrature: the truth lies in its interval, and its doubts hold.

Intervals are asked for at a confidence of 1 - 1e-6 and judged gaps at Student's quantile of 1e-6, so that a correct method fails one of the
fewer than 100 statements here with probability below 1e-4, whatever the seed.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

import infograd as ig
from infograd import analytic, numeric
from infograd.numeric.sandwich import METHOD, Sandwich, answer, sandwich

ALPHA = 1e-6
THETA = ig.Parameter("theta")
X = ig.Source("X", ig.Normal(0, 1))
U = ig.Source("U", ig.Normal(0, "1/2"))
ACCESS = ig.Channel(X, U, ig.Gate("Y", ig.tanh(THETA * X) + U, ig.Normal(0, "1/5")))
RELAY = ig.Gate("R", THETA * X, ig.Normal(0, "1/2"))
RELAYED = ig.Channel(X, RELAY, ig.Gate("Y", ig.tanh(RELAY) + X / 2, ig.Normal(0, "1/5")))
BIT = ig.Source("B", ig.Points([-1, 1], ["1/4", "3/4"]))


def one_stage(source: Any, noise: Any) -> ig.Channel:
    x = ig.Source("X", source)
    return ig.Channel(x, ig.Gate("Y", ig.tanh(THETA * x), noise))


def chain(length: int) -> ig.Channel:
    nodes: list[Any] = [X]
    for number in range(length):
        nodes.append(ig.Gate(f"C{number}", ig.tanh(THETA * nodes[-1]), ig.Normal(0, "1/10")))
    return ig.Channel(*nodes)


QUESTIONS: dict[str, tuple[ig.Channel, Any, Any]] = {
    "one stage": (one_stage(ig.Normal(0, 1), ig.Normal(0, "1/10")), ("X", "Y"), ()),
    "Laplace noise": (one_stage(ig.Normal(0, 1), ig.Laplace(0, "1/2")), ("X", "Y"), ()),
    "logistic noise": (one_stage(ig.Normal(0, 1), ig.Logistic(0, "1/5")), ("X", "Y"), ()),
    "Student noise": (one_stage(ig.Normal(0, 1), ig.StudentT(3, 0, "1/2")), ("X", "Y"), ()),
    "mixture noise": (one_stage(ig.Normal(0, 1), ig.Mixture(["1/4", "3/4"], [ig.Normal(-1, "1/4"), ig.Laplace(1, "1/4")])), ("X", "Y"), ()),
    "Laplace source": (one_stage(ig.Laplace(0, 1), ig.Normal(0, "1/5")), ("X", "Y"), ()),
    "Student source": (one_stage(ig.StudentT(2, 0, 1), ig.Normal(0, "1/5")), ("X", "Y"), ()),
    "mixture source": (one_stage(ig.Mixture(["1/4", "3/4"], [ig.Normal(-1, "1/4"), ig.Normal(1, "1/9")]), ig.Normal(0, "1/5")), ("X", "Y"), ()),
    "uniform source": (one_stage(ig.Uniform(-2, 2), ig.Normal(0, "1/5")), ("X", "Y"), ()),
    "exponential source": (one_stage(ig.Exponential(0, 1), ig.Normal(0, "1/5")), ("X", "Y"), ()),
    "binary source": (ig.Channel(BIT, ig.Gate("Y", THETA * BIT, ig.Normal(0, 1))), ("B", "Y"), ()),
    "one user of two": (ACCESS, ("X", "Y"), ()),
    "one user, the other known": (ACCESS, ("X", "Y"), "U"),
    "both users": (ACCESS, (("X", "U"), "Y"), ()),
    "users given what they made": (ACCESS, ("X", "U"), "Y"),
    "relay, past it": (RELAYED, ("X", "Y"), ()),
    "relay, from it": (RELAYED, ("R", "Y"), ()),
    "relay, beside it": (RELAYED, ("X", "Y"), "R"),
    "relay, the first hop": (RELAYED, ("X", "R"), "Y"),
    "a chain of six": (chain(6), ("X", "C5"), ()),
    "two receivers": (chain(3), ("X", ("C1", "C2")), ()),
}


def inside(found: Sandwich | ig.Refusal, truth: float, length: float) -> None:
    assert isinstance(found, Sandwich), found
    low, high = found.interval
    assert low <= truth <= high
    assert high - low <= length


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_interval_holds_what_quadrature_finds(name: str) -> None:
    channel, between, given = QUESTIONS[name]
    question = ig.Question(channel, between, given, at={"theta": "3/2"}, order=0)
    reference = numeric.answer(question, error=1e-6)
    assert isinstance(reference, ig.Answer) and reference.value is not None, reference
    assert isinstance(reference.value.value, float)
    inside(sandwich(question, inner=256, blocks=24, outer=256, confidence=1 - ALPHA), reference.value.value, 0.2)


@pytest.mark.parametrize(
    "name", ["one stage", "mixture source", "Student noise", "one user of two", "users given what they made", "relay, from it", "binary source"]
)
def test_gradients_agree_with_quadrature_within_their_doubts(name: str) -> None:
    channel, between, given = QUESTIONS[name]
    question = ig.Question(channel, between, given, at={"theta": "3/2"})
    reference, found = numeric.answer(question, error=1e-6), answer(question, error=2e-2)
    assert isinstance(reference, ig.Answer) and isinstance(found, ig.Answer), found
    for theirs, ours in ((reference.value, found.value), (reference.gradient["theta"], found.gradient["theta"])):
        assert theirs is not None and ours is not None
        assert isinstance(theirs.value, float) and isinstance(ours.value, float)
        assert isinstance(ours.doubt.stderr, float) and isinstance(ours.doubt.estimated, float)
        allowed = 1e-6 + 2 * ours.doubt.estimated + ours.doubt.stderr * float(stats.t(ours.doubt.dof).isf(ALPHA / 2))
        assert abs(theirs.value - ours.value) <= allowed <= 0.05


def linear(size: int, gain: float) -> ig.Question:
    matrix = np.round(gain * np.random.default_rng(size).standard_normal((size, size)), 3).tolist()
    a = ig.Source("A", ig.Normal([0] * size, ig.identity(size)))
    channel = ig.Channel(a, ig.Gate("B", ig.Parameter("M", (size, size)) @ a, ig.Normal([0] * size, ig.identity(size))))
    return ig.Question(channel, ("A", "B"), at={"M": matrix})


def closed_form(question: ig.Question) -> ig.Answer:
    found = analytic.answer(question, method="float")
    assert isinstance(found, ig.Answer), found
    return found


def number(found: ig.Answer) -> float:
    assert found.value is not None and isinstance(found.value.value, float)
    return found.value.value


def test_eight_linear_gaussian_dimensions_leave_no_gap_and_agree_with_the_closed_form() -> None:
    question = linear(8, 0.5)
    found = sandwich(question, blocks=24, confidence=1 - ALPHA)
    inside(found, number(closed_form(question)), 0.1)
    assert isinstance(found, Sandwich) and found.gap == 0


def test_eight_dimensions_that_are_sampled_agree_with_the_closed_form() -> None:
    question = linear(8, 0.15)
    found = sandwich(question, inner=512, blocks=24, outer=512, confidence=1 - ALPHA, exact=False)
    inside(found, number(closed_form(question)), 0.1)
    assert isinstance(found, Sandwich) and found.gap > 0


def test_every_entry_of_a_matrix_has_its_derivative() -> None:
    question = linear(5, 0.5)
    reference, found = closed_form(question), answer(question, error=2e-2)
    assert isinstance(found, ig.Answer), found
    theirs, ours = np.asarray(reference.gradient["M"].value, dtype=float), found.gradient["M"]
    reach = float(stats.t(ours.doubt.dof).isf(ALPHA / 50)) * np.asarray(ours.doubt.stderr, dtype=float) + 2 * np.asarray(ours.doubt.estimated, dtype=float)
    assert ours.shape == (5, 5)
    assert np.all(np.abs(np.asarray(ours.value, dtype=float) - theirs) <= reach)
    assert reach.max() <= 0.05


def test_a_covariance_has_the_gradient_of_the_closed_form() -> None:
    covariance = ig.Parameter("K", (2, 2))
    a = ig.Source("A", ig.Normal((0, 0), ig.identity(2)))
    channel = ig.Channel(a, ig.Gate("B", a, ig.Normal((0, 0), covariance)))
    question = ig.Question(channel, ("A", "B"), at={"K": (("1/2", "1/8"), ("1/8", "1/4"))})
    reference, found = closed_form(question), answer(question, error=2e-2)
    assert isinstance(found, ig.Answer), found
    ours = found.gradient["K"]
    reach = float(stats.t(ours.doubt.dof).isf(ALPHA / 8)) * np.asarray(ours.doubt.stderr, dtype=float) + 1e-9
    assert np.all(np.abs(np.asarray(ours.value, dtype=float) - np.asarray(reference.gradient["K"].value, dtype=float)) <= reach)
    assert reach.max() <= 0.1


def test_bits_over_a_mixing_matrix_leave_no_gap() -> None:
    """16 messages of 4 bits: at a high gain all of log 16 arrives."""
    bits = ig.Source("S", ig.Points([[2 * (message >> place & 1) - 1 for place in range(4)] for message in range(16)]))
    channel = ig.Channel(bits, ig.Gate("Y", 8 * bits, ig.Normal([0] * 4, ig.identity(4))))
    found = sandwich(ig.Question(channel, ("S", "Y")), blocks=16)
    assert isinstance(found, Sandwich)
    assert found.gap == 0
    assert found.value == pytest.approx(math.log(16), abs=1e-12)


def test_a_noise_with_an_edge_has_finite_bounds() -> None:
    """I = h(Y) - h(N): for uniform laws of widths 2 and 1 the trapezium's entropy, log 2 + 1/4."""
    x = ig.Source("X", ig.Uniform(-1, 1))
    channel = ig.Channel(x, ig.Gate("Y", x, ig.Uniform("-1/2", "1/2")))
    inside(sandwich(ig.Question(channel, ("X", "Y")), blocks=24, inner=512, outer=512, confidence=1 - ALPHA), math.log(2) + 0.25, 0.1)


def test_an_answer_meets_its_error_and_says_what_it_did() -> None:
    question = ig.Question(ACCESS, ("X", "Y"), at={"theta": 1}, order=0)
    found = answer(question, error=1e-2, rng=3)
    assert isinstance(found, ig.Answer) and found.value is not None
    assert isinstance(found.value.doubt.estimated, float) and isinstance(found.value.doubt.stderr, float)
    assert found.method == METHOD
    assert found.value.doubt.proved == 0 < found.value.doubt.estimated + found.value.doubt.stderr <= 1e-2
    assert found.cost["likelihoods"] > 0


def test_the_seed_decides_the_answer() -> None:
    question = ig.Question(ACCESS, ("X", "Y"), at={"theta": 1})
    first, again, other = answer(question, error=2e-2, rng=5), answer(question, error=2e-2, rng=5), answer(question, error=2e-2, rng=6)
    assert first == again != other
    assert answer(question, error=2e-2, rng=np.random.default_rng(5)) == first


def test_separated_nodes_have_exactly_no_information() -> None:
    found = answer(ig.Question(ACCESS, ("X", "U"), at={"theta": 1}), error=1e-3)
    assert isinstance(found, ig.Answer) and found.value == ig.Quantity(0.0) == found.gradient["theta"]


def test_an_error_out_of_reach_is_refused_with_the_interval_that_was_reached() -> None:
    question = ig.Question(ACCESS, ("X", "Y"), at={"theta": 1}, order=0)
    found = answer(question, error=1e-9, limit=1e7)
    assert isinstance(found, ig.Refusal)
    assert "I lies in [0.2" in found.reason and "0.99 confidence" in found.reason and "limit of 1e+07" in found.reason


def test_more_information_than_the_samples_hold_is_refused() -> None:
    question = linear(16, 2.0)
    cubed = ig.Channel(
        *question.channel.nodes[:1], ig.Gate("B", ig.tanh(ig.Parameter("M", (16, 16)) @ question.channel.nodes[0]), ig.Normal([0] * 16, ig.identity(16) / 1000))
    )
    found = answer(ig.Question(cubed, ("A", "B"), at=question.at, order=0), error=1e-2, limit=2e7)
    assert isinstance(found, ig.Refusal)
    assert "nats apart" in found.reason


def test_derivatives_that_cost_more_than_the_limit_are_refused_with_the_interval_of_the_value() -> None:
    found = answer(ig.Question(ACCESS, (("X", "U"), "Y"), at={"theta": 1}), error=1e-2, limit=1e5)
    assert isinstance(found, ig.Refusal)
    assert "I lies in [0.8" in found.reason and "every derivative" in found.reason


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (ig.Question(ACCESS, ("Y", ()), at={"theta": 1}, quantity="entropy"), "informations only"),
        (ig.Question(ig.Channel(X, ig.Gate("Y", X**3)), ("X", "Y")), "'Y' is deterministic"),
        (ig.Question(ig.Channel(X, ig.Gate("Y", ig.sign(X - THETA), ig.Normal(0, 1))), ("X", "Y"), at={"theta": 0}), "jumps, and 'theta' moves it"),
        (ig.Question(one_stage(ig.Normal(0, 1), ig.Exponential(0, 1)), ("X", "Y"), at={"theta": 1}), "density of 'Y' jumps"),
        (ig.Question(ig.Channel(X, ig.Gate("Y", X, ig.StudentT(THETA))), ("X", "Y"), at={"theta": 3}), "freedom of its StudentT law"),
        (ig.Question(ig.Channel(X, ig.Gate("Y", ig.log(X), ig.Normal(0, 1))), ("X", "Y")), "range of numbers"),
        (ig.Question(ig.Channel(X, ig.Gate("Y", ig.Opaque("net", (ig.Reference("X"),)), ig.Normal(0, 1))), ("X", "Y")), "opaque module 'net'"),
    ],
)
def test_what_has_no_bounds_or_no_slope_is_refused_with_the_reason(question: ig.Question, reason: str) -> None:
    found = answer(question, error=1e-2)
    assert isinstance(found, ig.Refusal) and reason in found.reason, found


@pytest.mark.parametrize(("option", "value"), [("inner", 1), ("blocks", True), ("outer", 100), ("confidence", 1.0)])
def test_wrong_options_are_said(option: str, value: Any) -> None:
    question = ig.Question(ACCESS, ("X", "Y"), at={"theta": 1})
    with pytest.raises(ig.SpecificationError, match=option):
        sandwich(question, **{option: value})


@pytest.mark.parametrize("options", [{"error": 0.0}, {"error": 1e-2, "limit": -1.0}])
def test_an_error_and_a_limit_are_positive(options: dict[str, Any]) -> None:
    with pytest.raises(ig.SpecificationError, match="positive"):
        answer(ig.Question(ACCESS, ("X", "Y"), at={"theta": 1}), **options)


def test_second_derivatives_are_refused() -> None:
    found = answer(ig.Question(ACCESS, ("X", "Y"), at={"theta": 1}, order=2), error=1e-1)
    assert isinstance(found, ig.Refusal)
    assert found.reason == "second derivatives are not among what this method gives; ask for order 1."
