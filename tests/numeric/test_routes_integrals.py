"""The integral formulas for I against the value that the room takes directly, and against themselves with a planted fault."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import infograd as ig
from infograd import numeric
from infograd.law import Law
from infograd.numeric.functions import averages
from infograd.numeric.functions.cells import Cells, Moments
from infograd.numeric.functions.choice import cells_of
from infograd.numeric.routes import fisher, fisher_integral, independence, mmse, mmse_integral, path, path_integral
from infograd.numeric.score_form import score_form

theta = ig.Parameter("theta")
Route = Callable[[ig.Question, float], ig.Answer | ig.Refusal]
Function = Callable[[Any], Any]


def stage(function: Function, source: Law | None = None, noise: Law | None = None) -> ig.Question:
    x = ig.Source("X", ig.Normal(0, 1) if source is None else source)
    y = ig.Gate("Y", function(theta * x), noise=ig.Normal(0, "1/10") if noise is None else noise)
    return ig.Question(ig.Channel(x, y), ("X", "Y"), at={"theta": 1})


MIXTURE = ig.Mixture(("1/4", "3/4"), (ig.Normal(-1, "1/4"), ig.Normal(1, "1/2")))
STAGES: dict[str, tuple[ig.Question, dict[str, object]]] = {
    "tanh": (ig.CATALOGUE["tanh"].question, {"theta": 0}),
    "sin": (stage(ig.sin), {"theta": 0}),
    "erf": (stage(ig.erf), {"theta": 0}),
    "bpsk": (ig.CATALOGUE["bpsk"].question, {"a": 0}),
    "mixture input": (stage(lambda x: x, MIXTURE), {"theta": 0}),
    "uniform input": (stage(lambda x: x, ig.Uniform(-1, 2)), {"theta": 0}),
}
NETWORKS: dict[str, tuple[ig.Question, dict[str, object]]] = {
    "mixture noise": (stage(ig.tanh, noise=MIXTURE), {"theta": 0}),
    "relay": (ig.CATALOGUE["relay"].question, {"theta": 0}),
    "multipath": (ig.CATALOGUE["multipath-a"].question, {"alpha": 0, "beta": 0}),
}
CASES = {**STAGES, **NETWORKS}


def stated(reply: ig.Answer | ig.Refusal) -> tuple[float, float]:
    assert isinstance(reply, ig.Answer), reply
    assert reply.value is not None
    assert isinstance(reply.value.value, float)
    assert isinstance(reply.value.doubt.estimated, float)
    return reply.value.value, reply.value.doubt.estimated


def direct(question: ig.Question) -> tuple[float, float]:
    return stated(numeric.answer(ig.Question(question.channel, question.between, question.given, (), question.at)))


def gap(reply: ig.Answer | ig.Refusal, question: ig.Question) -> float:
    """The distance to the direct value in units of what both doubts allow."""
    (value, error), (reference, reference_error) = stated(reply), direct(question)
    return abs(value - reference) / (error + reference_error)


def reason(reply: ig.Answer | ig.Refusal) -> str:
    assert isinstance(reply, ig.Refusal), reply
    return reply.reason


@pytest.mark.parametrize("name", CASES)
def test_the_fisher_integral_is_the_information(name: str) -> None:
    question, _ = CASES[name]
    error = 1e-9 if name in STAGES else 1e-6
    reply = fisher_integral(question, error=error)
    assert gap(reply, question) <= 1
    assert stated(reply)[1] <= error


@pytest.mark.parametrize("name", STAGES)
def test_the_mmse_integral_is_the_information(name: str) -> None:
    question, _ = STAGES[name]
    reply = mmse_integral(question)
    assert gap(reply, question) <= 1
    assert stated(reply)[1] <= 1e-9


@pytest.mark.parametrize("name", CASES)
def test_the_path_integral_of_the_theorems_gradient_is_the_information(name: str) -> None:
    question, start = CASES[name]
    error = 1e-9 if name in STAGES else 1e-6
    reply = path_integral(question, start, error=error)
    assert gap(reply, question) <= 1
    assert stated(reply)[1] <= error


@pytest.mark.parametrize(("theta", "s2"), [(3, "1/10"), ("1/2", 2)])
def test_the_routes_agree_away_from_the_defaults(theta: object, s2: object) -> None:
    question = ig.CATALOGUE["tanh"].question.at_point(theta=theta, s2=s2)
    for reply in (fisher_integral(question, error=1e-7), mmse_integral(question, error=1e-7), path_integral(question, {"theta": 0}, error=1e-7)):
        assert gap(reply, question) <= 1


def test_all_three_routes_give_the_capacity_formula_of_two_users() -> None:
    """I(X1,X2;Y) = 1/2 log 3."""
    question = ig.CATALOGUE["mac-sum"].question
    for reply in (fisher_integral(question), mmse_integral(question), path_integral(question, {"a1": 0, "a2": 0})):
        value, error = stated(reply)
        assert abs(value - 0.5 * math.log(3)) <= error


def test_a_closed_channel_has_no_information_by_any_route() -> None:
    question = ig.CATALOGUE["tanh"].question.at_point(theta=0)
    for reply in (fisher_integral(question), mmse_integral(question), path_integral(question, {"theta": 0, "s2": 1})):
        value, error = stated(reply)
        assert abs(value) <= error <= 1e-9


def gaussian_tail(last: float) -> float:
    """I(A;Y_T) where Y given A is N(A, 2) and Var A = 3."""
    return 0.5 * math.log1p(3 / (2 + last))


@pytest.mark.parametrize("last", [100.0, 1000.0])
def test_the_tail_of_the_fisher_integral_errs_by_less_than_stated_and_not_by_much_less(last: float) -> None:
    value, left_out = fisher.tail(Moments(explained=3.0, variance=5.0, noise_square=4.0, fourth=75.0), last)
    error = abs(value - gaussian_tail(last))
    assert error <= left_out <= 20 * error


def test_the_tail_knows_the_moments_of_the_output_and_of_its_noise() -> None:
    """Form A of the multipath channel: Var Y = 7, Var E[Y|X] = 4, Var(Y|X) = 3, fourth moment 3 * 49."""
    question = ig.CATALOGUE["multipath-a"].question
    moments = cells_of(question, "Y").moments(0.45)
    np.testing.assert_allclose([moments.explained, moments.variance, moments.noise_square, moments.fourth], [4, 7, 9, 147], rtol=1e-12)


@pytest.fixture
def fault(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Any, str, Any], None]]:
    yield lambda module, name, planted: monkeypatch.setattr(module, name, planted)


Plant = Callable[[Any, str, Any], None]


def test_a_missing_tail_is_caught(fault: Plant) -> None:
    fault(fisher, "tail", lambda moments, last: (0.0, 0.0))
    assert gap(fisher_integral(STAGES["tanh"][0]), STAGES["tanh"][0]) > 1e3


def test_a_tail_of_the_first_order_alone_is_caught(fault: Plant) -> None:
    """At T = 100 Var Y, where the second term counts; both terms together pass."""
    question, whole = STAGES["bpsk"][0], fisher.tail
    fault(fisher, "LAST", 100.0)
    assert gap(fisher_integral(question, error=1e-5), question) <= 1
    fault(fisher, "tail", lambda moments, last: (moments.explained / (2 * last), whole(moments, last)[1]))
    assert gap(fisher_integral(question, error=1e-5), question) > 3


def test_the_variance_of_the_whole_output_in_the_tail_is_caught(fault: Plant) -> None:
    question = NETWORKS["relay"][0]
    fault(fisher, "tail", lambda moments, last: (moments.variance / (2 * last), 0.0))
    assert gap(fisher_integral(question, error=1e-6), question) > 10


@pytest.mark.parametrize("weight", [lambda variance: variance - 0.1, lambda variance: 1 / variance, lambda variance: 2.0, lambda variance: 0.5])
def test_a_wrong_weight_in_t_is_caught(weight: Callable[[float], float], fault: Plant) -> None:
    honest = averages.conditional_fisher

    def weighted(cells: Cells, step: float) -> tuple[Any, Any]:
        sums, sizes = honest(cells, step)
        return sums * weight(float(cells.noise.density.arguments["covariance"])), sizes

    fault(fisher, "conditional_fisher", weighted)
    reply = fisher_integral(STAGES["tanh"][0], error=1e-4)
    assert isinstance(reply, ig.Refusal) or gap(reply, STAGES["tanh"][0]) > 100


def test_a_factor_two_in_the_gain_is_caught(fault: Plant) -> None:
    honest = averages.mean_square_error

    def doubled(cells: Cells, step: float, function: Any, names: tuple[str, ...]) -> tuple[Any, Any]:
        value, size = honest(cells, step, function, names)
        return 2 * value, size

    fault(mmse, "mean_square_error", doubled)
    assert gap(mmse_integral(STAGES["bpsk"][0]), STAGES["bpsk"][0]) > 1e3


def test_the_mean_square_error_of_the_input_in_place_of_what_is_sent_is_caught(fault: Plant) -> None:
    honest = averages.mean_square_error
    fault(mmse, "mean_square_error", lambda cells, step, function, names: honest(cells, step, lambda x: x, names))
    assert gap(mmse_integral(STAGES["tanh"][0]), STAGES["tanh"][0]) > 1e3


@pytest.mark.parametrize("form", ["double", "minus"])
def test_a_wrong_gradient_on_the_way_is_caught(form: str, fault: Plant) -> None:
    factor = 2.0 if form == "double" else -1.0

    def planted(question: ig.Question, *, error: float) -> ig.Answer | ig.Refusal:
        reply = score_form(question, error=error)
        assert isinstance(reply, ig.Answer)
        slope = reply.gradient["theta"]
        assert isinstance(slope.value, float)
        return ig.Answer("numeric", reply.method, reply.access, None, ig.FrozenMapping({"theta": ig.Quantity(factor * slope.value, slope.doubt)}))

    fault(path, "score_form", planted)
    assert gap(path_integral(STAGES["tanh"][0], {"theta": 0}), STAGES["tanh"][0]) > 1e3


def test_a_path_that_stays_open_is_refused_and_would_be_wrong(fault: Plant) -> None:
    """Form B at alpha = beta = 0 still has I = 1/2 log(1 + 1/2), which the integral does not see."""
    question = ig.CATALOGUE["multipath-b"].question
    start: dict[str, object] = {"alpha": 0, "beta": 0}
    assert "stays open" in reason(path_integral(question, start))
    fault(path, "known_independent", lambda question: True)
    reply = path_integral(question, start, error=1e-5)
    assert abs(direct(question)[0] - stated(reply)[0] - 0.5 * math.log(1.5)) <= stated(reply)[1] + direct(question)[1]


def test_a_path_that_moves_what_is_given_is_refused_and_would_be_wrong(fault: Plant) -> None:
    """I(X;Y1|Y2) with both receivers' gains on the way: Y2 moves, and the score of Y1 given it does not see how."""
    x = ig.Source("X", ig.Normal(0, 1))
    receivers = [ig.Gate(f"Y{n}", ig.Parameter(gain) * x, noise=ig.Normal(0, 1)) for n, gain in ((1, "a"), (2, "b"))]
    question = ig.Question(ig.Channel(x, *receivers), ("X", "Y1"), "Y2", at={"a": 1, "b": 1})
    assert "'b' moves what 'Y1' is given, 'Y2'" in reason(path_integral(question, {"a": 0, "b": 0}))
    exact, doubt = direct(question)
    alone = stated(path_integral(question, {"a": 0}))
    assert abs(alone[0] - exact) <= alone[1] + doubt
    fault(path, "moves_alone", lambda *_: True)
    assert gap(path_integral(question, {"a": 0, "b": 0}, error=1e-6), question) > 1e3


def test_a_path_that_does_not_start_at_zero_is_refused() -> None:
    assert "not known to be 0" in reason(path_integral(STAGES["tanh"][0], {"theta": "1/2"}))
    assert "not known to be 0" in reason(path_integral(STAGES["tanh"][0], {"s2": 1}))


def test_the_path_between_does_not_matter() -> None:
    """From theta = 0 straight, and by a corner at (2, 1)."""
    question = STAGES["tanh"][0]
    (straight, first), (bent, second) = (
        stated(path_integral(question, way, error=1e-8)) for way in ({"theta": 0}, [{"theta": 0, "s2": 1}, {"theta": 2, "s2": 1}])
    )
    assert abs(straight - bent) <= first + second


def test_products_with_a_zero_cut_the_graph_and_nothing_else_does() -> None:
    x, u = ig.Source("X", ig.Normal(0, 1)), ig.Source("U", ig.Normal(0, 1))
    noise = ig.Normal(0, 1)

    def known(map: object, between: tuple[str, str] = ("X", "Y"), given: str | tuple[str, ...] = ()) -> bool:
        channel = ig.Channel(x, u, ig.Gate("Y", map, noise=noise))
        at: dict[str, object] = {"theta": 0} if channel.parameters else {}
        return independence.known_independent(ig.Question(channel, between, given, at=at))

    assert known(ig.tanh(theta * x) + u)
    assert known(ig.cos(theta * x) * u)
    assert known(ig.sin(theta) * x + u)
    assert known(ig.tanh(theta) / (2 + x) + u)
    assert known(x * u, ("X", "U"))
    assert not known(theta + x)
    assert not known(x - x + u)
    assert not known(theta * u + x)
    assert not known(x * u, ("X", "U"), "Y")


def test_routes_refuse_what_their_formula_does_not_cover() -> None:
    relay = ig.CATALOGUE["relay"].question
    assert "'V' is random beside the inputs" in reason(mmse_integral(relay))
    assert "Laplace" in reason(mmse_integral(stage(ig.tanh, noise=ig.Laplace(0, 1))))
    assert "Laplace" in reason(fisher_integral(stage(ig.tanh, noise=ig.Laplace(0, 1))))
    assert "few moments" in reason(fisher_integral(stage(ig.tanh, source=ig.StudentT(3, 0, 1))))
    assert "without conditions" in reason(fisher_integral(ig.CATALOGUE["mac"].question))
    assert "gradient on the way is refused" in reason(path_integral(stage(lambda x: x, noise=ig.Uniform(0, 1), source=ig.StudentT(3, 0, 1)), {"theta": 0}))


@pytest.mark.parametrize("route", [fisher_integral, mmse_integral, lambda question, error: path_integral(question, {"theta": 0}, error=error)])
def test_an_error_that_is_not_positive_is_wrong(route: Callable[..., Any]) -> None:
    with pytest.raises(ig.SpecificationError, match="positive"):
        route(STAGES["tanh"][0], error=0.0)


@pytest.mark.parametrize(("way", "message"), [([], "empty"), ({}, "empty"), ({"beta": 0}, "no parameter")])
def test_a_wrong_path_says_what_to_write(way: Any, message: str) -> None:
    with pytest.raises(ig.SpecificationError, match=message):
        path_integral(STAGES["tanh"][0], way)
