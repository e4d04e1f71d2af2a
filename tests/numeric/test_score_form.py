"""The score forms on lattices against closed forms and against the gradient that quadrature takes of the information itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import infograd as ig
from infograd import numeric
from infograd.numeric.networks.scores import LatticeScores

FORMS = ("difference", "reduction", "posterior")
CASES = {name: ig.CATALOGUE[name].question for name in ("tanh", "relay", "mac", "mac-sum", "bpsk")}
theta, s, m, p = map(ig.Parameter, ("theta", "s", "m", "p"))
EPS = float(np.finfo(np.float64).eps)


def one_stage(noise: ig.Law, law: ig.Law | None = None, **at: object) -> ig.Question:
    x = ig.Source("X", law or ig.Normal(0, 1))
    return ig.Question(ig.Channel(x, ig.Gate("Y", theta * x + ig.tanh(x), noise=noise)), ("X", "Y"), at={"theta": 1, **at})


def diamond() -> ig.Question:
    alpha, beta = ig.Parameter("alpha"), ig.Parameter("beta")
    x = ig.Source("X", ig.Normal(0, 1))
    v1 = ig.Gate("V1", ig.tanh(alpha * x), noise=ig.Normal(0, "1/2"))
    v2 = ig.Gate("V2", ig.sin(beta * x), noise=ig.Normal(0, 1))
    y = ig.Gate("Y", ig.tanh(v1 + v2), noise=ig.Normal(0, "1/4"))
    return ig.Question(ig.Channel(x, v1, v2, y), ("X", "Y"), at={"alpha": "3/2", "beta": "1/2"})


CASES |= {
    "diamond": diamond(),
    "Student's noise": one_stage(ig.StudentT(3, 0, s), s="1/2"),
    "logistic noise": one_stage(ig.Logistic(m, s), ig.Normal(0, p), s="1/2", m="1/4", p=2),
    "mixture noise": one_stage(ig.Mixture(("1/4", "3/4"), (ig.Normal(m, 1), ig.Normal(1, s))), s="1/2", m="-1/2"),
    "mixed input": one_stage(ig.Normal(0, 1), ig.Mixture(("1/4", "3/4"), (ig.Normal(m, 1), ig.Normal(1, s))), s="1/2", m="-1/2"),
    "movable points": one_stage(ig.Normal(0, 1), ig.Points(ig.stack(m, 1, 2)), m="-1/2"),
    "Laplace input": one_stage(ig.Normal(0, 1), ig.Laplace(m, s), s="1/2", m="1/4"),
}


def slopes(reply: ig.Reply) -> dict[str, tuple[float, float]]:
    assert isinstance(reply, ig.Answer), reply
    return {name: (float(each.value), float(each.doubt.estimated)) for name, each in reply.gradient.items()}  # type: ignore[arg-type]  # scalars here


def disagreements(left: ig.Reply, right: ig.Reply) -> list[str]:
    """The parameters on which the two differ by more than twice their doubts and a last rounding."""
    found, others = slopes(left), slopes(right)
    assert found.keys() == others.keys()
    return [name for name, (value, error) in found.items() if abs(value - others[name][0]) > 2 * (error + others[name][1]) + 4 * EPS * abs(value)]


@pytest.mark.parametrize(("form", "accuracy"), [("difference", 1e-9), ("posterior", 1e-8)])
@pytest.mark.parametrize("name", CASES)
def test_the_score_difference_and_the_posterior_score_are_the_gradient(name: str, form: str, accuracy: float) -> None:
    reply = numeric.score_form(CASES[name], form, error=accuracy)
    assert all(error <= accuracy * max(1, abs(value)) for value, error in slopes(reply).values())
    assert not disagreements(reply, numeric.answer(CASES[name], error=1e-11))


@pytest.mark.parametrize("name", ["tanh", "mac", "bpsk", "mixed input", "movable points"])
def test_the_reduction_is_the_difference_where_only_the_map_and_the_input_move(name: str) -> None:
    """E[J^T s_{B|AC}] = 0: the noise has mean score 0 and is independent of J."""
    question = CASES[name]
    free = tuple(each for each in question.wrt if each != "s2")
    asked = ig.Question(question.channel, question.between, question.given, free, question.at)
    assert not disagreements(numeric.score_form(asked, "reduction"), numeric.score_form(asked, "difference"))


def test_the_reduction_misses_the_gradient_in_a_variance_of_the_noise_by_one_half_of_its_inverse() -> None:
    """E[J s_{B|A}] = -E[Z^2]/(2 s2^2) = -1/(2 s2)."""
    question = ig.CATALOGUE["tanh"].question
    (reduced, left), (full, right) = (slopes(numeric.score_form(question, form))["s2"] for form in ("reduction", "difference"))
    assert reduced - full == pytest.approx(5, abs=left + right + 8 * EPS)


def test_a_linear_cascade_has_its_closed_form_in_every_parameter() -> None:
    gain, second, power, s1, s2 = 1.5, -0.75, 2.0, 0.5, 0.25
    found = slopes(numeric.score_form(ig.CATALOGUE["cascade"].question.at_point(a="3/2", b="-3/4", P=2, s1="1/2", s2="1/4")))
    noise = second**2 * s1 + s2
    output = gain**2 * second**2 * power + noise
    expected = {
        "a": gain * second**2 * power / output,
        "b": second * (gain**2 * power + s1) / output - second * s1 / noise,
        "P": 0.5 * gain**2 * second**2 / output,
        "s1": 0.5 * second**2 * (1 / output - 1 / noise),
        "s2": 0.5 * (1 / output - 1 / noise),
    }
    for name, truth in expected.items():
        value, error = found[name]
        assert abs(value - truth) <= error + 4 * EPS * abs(truth)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("error", [1e-3, 1e-6, 1e-9])
def test_the_stated_error_covers_the_distance_to_a_finer_answer(form: str, error: float) -> None:
    coarse, fine = slopes(numeric.score_form(CASES["relay"], form, error=error)), slopes(numeric.score_form(CASES["relay"], form, error=1e-11))
    for name, (value, left) in coarse.items():
        assert abs(value - fine[name][0]) <= left + fine[name][1]
        assert left <= error * max(1.0, abs(value))


def test_a_parameter_that_moves_both_ends_by_two_ways_is_followed_along_one_only() -> None:
    """V = a X + N1, Y = V + b X + N3, all 1: I(V;Y) has the slope 1/2 in a, and the score difference is 0, for V moves and Y reaches around it."""
    gain, around = ig.Parameter("a"), ig.Parameter("b")
    x = ig.Source("X", ig.Normal(0, 1))
    v = ig.Gate("V", gain * x, noise=ig.Normal(0, 1))
    y = ig.Gate("Y", v + around * x, noise=ig.Normal(0, 1))
    question = ig.Question(ig.Channel(x, v, y), ("V", "Y"), wrt="a", at={"a": 1, "b": 1})
    value, error = slopes(numeric.score_form(question))["a"]
    assert abs(value) <= error
    truth, doubt = slopes(numeric.answer(question))["a"]
    assert truth == pytest.approx(0.5, abs=doubt)


def test_an_entry_of_a_vector_parameter_has_its_own_slope() -> None:
    gains = ig.Parameter("g", (2,))
    x1, x2 = ig.Source("X1", ig.Normal(0, 1)), ig.Source("X2", ig.Normal(0, 1))
    y = ig.Gate("Y", gains[0] * x1 + gains[1] * x2, noise=ig.Normal(0, 1))
    question = ig.Question(ig.Channel(x1, x2, y), ("X1", "Y"), given="X2", at={"g": (1, 2)})
    reply = numeric.score_form(question)
    assert isinstance(reply, ig.Answer)
    assert [round(value, 9) for _, value, _ in reply.gradient["g"].entries()] == [0.5, 0.0]


def no_children(original: Callable[..., Any]) -> Callable[..., Any]:
    return lambda self, grid, name: original(self, grid, name)[:1]


def wrong_sign(original: Callable[..., Any]) -> Callable[..., Any]:
    return lambda self, grid, name: [{key: -value for key, value in term.items()} for term in original(self, grid, name)]


def own_stage_only(original: Callable[..., Any]) -> Callable[..., Any]:
    return lambda self, grid, entry: {name: [path for path in paths if len(path) == 1 and name in path] for name, paths in original(self, grid, entry).items()}


@pytest.mark.parametrize(("method", "fault"), [("_kernel_scores", wrong_sign), ("_paths", own_stage_only)])
def test_a_wrong_sign_of_the_score_and_an_omitted_total_derivative_are_seen(
    method: str, fault: Callable[[Callable[..., Any]], Callable[..., Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    truth = numeric.answer(CASES["relay"])
    monkeypatch.setattr(LatticeScores, method, fault(getattr(LatticeScores, method)))
    assert "theta" in disagreements(numeric.score_form(CASES["relay"]), truth)


def test_scores_that_leave_out_a_child_of_the_output_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """I(X;V|W) with W = V + X + N: p(w | v, x) is a part of the score of V given W."""
    gain = ig.Parameter("a")
    x = ig.Source("X", ig.Normal(0, 1))
    v = ig.Gate("V", gain * x, noise=ig.Normal(0, 1))
    w = ig.Gate("W", v + x, noise=ig.Normal(0, 1))
    question = ig.Question(ig.Channel(x, v, w), ("X", "V"), given="W", at={"a": 1})
    whole = slopes(numeric.score_form(question))["a"]
    monkeypatch.setattr(LatticeScores, "_kernel_scores", no_children(LatticeScores._kernel_scores))
    part = slopes(numeric.score_form(question))["a"]
    assert abs(whole[0] - part[0]) > 0.1
    posterior = slopes(numeric.score_form(question, "posterior"))["a"]
    assert abs(whole[0] - posterior[0]) <= 2 * (whole[1] + posterior[1])


def test_what_a_path_does_not_carry_is_refused() -> None:
    degrees, weight = ig.Parameter("n"), ig.Parameter("w")
    for question in (
        one_stage(ig.StudentT(degrees), n=4),
        one_stage(ig.Mixture(ig.stack(weight, 1 - weight), (ig.Normal(0, 1), ig.Normal(3, 1))), w="1/4"),
        one_stage(ig.Normal(0, 1), ig.StudentT(degrees), n=4),
        one_stage(ig.Normal(0, 1), ig.Points((0, 1), ig.stack(weight, 1 - weight)), w="1/4"),
    ):
        reply = numeric.score_form(question)
        assert isinstance(reply, ig.Refusal)
        assert "which no path carries" in reply.reason


def test_a_contraction_over_budget_is_refused_with_its_width() -> None:
    reply = numeric.score_form(CASES["diamond"], operations=1e3)
    assert isinstance(reply, ig.Refusal)
    assert "nodes wide" in reply.reason


@pytest.mark.parametrize("order", [0, 2])
def test_only_gradients_are_given(order: int) -> None:
    question = ig.CATALOGUE["tanh"].question
    reply = numeric.score_form(ig.Question(question.channel, question.between, at=question.at, order=order))
    assert isinstance(reply, ig.Refusal)
    assert "ask for order 1" in reply.reason


def test_the_posterior_in_a_source_and_scores_of_points_are_refused() -> None:
    channel = ig.CATALOGUE["tanh"].question
    turned = ig.Question(channel.channel, ("Y", "X"), at=channel.at)
    assert isinstance(numeric.score_form(turned), ig.Answer)
    reply = numeric.score_form(turned, "posterior")
    assert isinstance(reply, ig.Refusal)
    assert "is a source" in reply.reason
    bpsk = ig.CATALOGUE["bpsk"].question
    points = numeric.score_form(ig.Question(bpsk.channel, ("Y", "X"), at=bpsk.at))
    assert isinstance(points, ig.Refusal)
    assert "Points" in points.reason


def test_a_jump_in_the_noise_of_two_stages_is_refused() -> None:
    x = ig.Source("X", ig.Normal(0, 1))
    v = ig.Gate("V", theta * x, noise=ig.Normal(0, 1))
    y = ig.Gate("Y", v, noise=ig.Exponential())
    reply = numeric.score_form(ig.Question(ig.Channel(x, v, y), ("X", "Y"), at={"theta": 1}))
    assert isinstance(reply, ig.Refusal)
    assert "Exponential" in reply.reason


def test_unknown_forms_and_errors_that_are_not_positive_are_named() -> None:
    with pytest.raises(ig.SpecificationError, match="form is 'sum'; the forms are 'difference', 'reduction', 'posterior'"):
        numeric.score_form(CASES["tanh"], "sum")
    with pytest.raises(ig.SpecificationError, match="error is 0"):
        numeric.score_form(CASES["tanh"], error=0)


def test_a_map_that_overflows_is_refused() -> None:
    x = ig.Source("X", ig.Normal(0, 1))
    y = ig.Gate("Y", ig.exp(theta * ig.exp(x * x)), noise=ig.Normal(0, 1))
    reply = numeric.score_form(ig.Question(ig.Channel(x, y), ("X", "Y"), at={"theta": 1}))
    assert isinstance(reply, ig.Refusal)
    assert "leaves the range of numbers" in reply.reason
