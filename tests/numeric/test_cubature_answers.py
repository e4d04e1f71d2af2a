"""Vector channels of one stage by cubature: the analytic room where it is linear, sums of scalar answers, closed forms, and slow rules that fold nothing."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import special

import infograd as ig
from infograd import analytic, numeric
from infograd.expression import as_expression
from infograd.numeric.cubature import case, sweep
from infograd.numeric.cubature.branch import Branch
from infograd.numeric.cubature.directions import unobserved_directions
from infograd.numeric.cubature.gaussian import gaussian_entropies
from infograd.numeric.interpreter import Floats
from infograd.verify.strategies import linear_questions
from tests.numeric.vector_answers import UNIT, L, W, a, answered, b, check, check_against, check_differences, flat, s, t, v, w

GAINS = st.fractions(Fraction(1, 5), Fraction(3), max_denominator=20)

VARIANCES = st.fractions(Fraction(1, 10), Fraction(2), max_denominator=20)

TURNS = st.sampled_from([(Fraction(3, 5), Fraction(4, 5)), (Fraction(5, 13), Fraction(12, 13)), (Fraction(-7, 25), Fraction(24, 25))])


def test_the_vector_channel_of_the_catalogue_is_the_analytic_one() -> None:
    question = ig.CATALOGUE["vector"].question
    reply = numeric.answer(question)
    assert isinstance(reply, ig.Answer)
    assert reply.method == "cubature"
    check_against(reply, analytic.answer(question), error=1e-13)


@settings(max_examples=10)
@given(linear_questions(min_nodes=2, max_nodes=4, vectors=True))
def test_linear_gaussian_channels_fold_into_the_analytic_answer(question: ig.Question) -> None:
    check_against(answered(question), analytic.answer(question))


def test_every_entry_of_a_free_covariance_has_the_analytic_slope() -> None:
    covariance = ig.Parameter("S", (2, 2))
    x = ig.Source("X", ig.Normal((0, 0), ig.Parameter("K", (2, 2))))
    at = {"W": ((1, "1/2"), ("1/5", -1)), "S": ((1, "1/5"), ("1/5", 2)), "K": ((2, "-1/3"), ("-1/3", 1))}
    question = ig.Question(ig.Channel(x, ig.Gate("Y", W @ x, noise=ig.Normal((0, 0), covariance)), defaults=at), ("X", "Y"))
    check_against(answered(question), analytic.answer(question), error=1e-13)


def pair(turn: tuple[Fraction, Fraction], outputs: bool, inputs: bool, at: dict[str, object]) -> ig.Question:
    """tanh(a X1) + N1 and sin(b X2) + N2 of variances s and t, with the outputs or the inputs rotated."""
    c, d = turn
    x = ig.Source("X", UNIT)
    z = ig.Gate("Z", ig.Constant(((c, d), (-d, c))) @ x if inputs else 1 * x)
    map, covariance = as_expression([ig.tanh(a * z[0]), ig.sin(b * z[1])]), as_expression([[s, 0], [0, t]])
    if outputs:
        rotation = ig.Constant(((c, -d), (d, c)))
        map, covariance = rotation @ map, rotation @ covariance @ rotation.T
    return ig.Question(ig.Channel(x, z, ig.Gate("Y", map, noise=ig.Normal((0, 0), covariance)), defaults=at), ("X", "Y"))


def scalar_sum(at: dict[str, object]) -> tuple[float, dict[str, float], float]:
    """The information of both scalar channels together, its slopes, and the largest error stated."""
    x = ig.Source("X", ig.Normal(0, 1))
    total, slopes, doubt = 0.0, {}, 0.0
    for map, gain, variance in ((ig.tanh, a, s), (ig.sin, b, t)):
        defaults = {each.name: at[each.name] for each in (gain, variance)}
        reply = numeric.answer(ig.Question(ig.Channel(x, ig.Gate("Y", map(gain * x), noise=ig.Normal(0, variance)), defaults=defaults), ("X", "Y")))
        assert isinstance(reply, ig.Answer)
        assert reply.method == "adaptive panels"
        [value], [stated] = flat(reply.value)
        total, doubt = total + float(value), doubt + float(stated)
        for name, quantity in reply.gradient.items():
            [slopes[name]], [stated] = flat(quantity)
            doubt = max(doubt, float(stated))
    return total, slopes, doubt


def check_pair(question: ig.Question, at: dict[str, object], error: float = 1e-12) -> None:
    total, slopes, doubt = scalar_sum(at)
    reply = answered(question, error)
    check(reply.value, total, doubt, error)
    for name, slope in slopes.items():
        check(reply.gradient[name], slope, doubt, error)


@settings(max_examples=6)
@given(TURNS, st.booleans(), st.booleans(), GAINS, GAINS, VARIANCES, VARIANCES)
def test_two_scalar_channels_add_up_however_inputs_and_outputs_are_rotated(
    turn: tuple[Fraction, Fraction], outputs: bool, inputs: bool, first: Fraction, second: Fraction, one: Fraction, two: Fraction
) -> None:
    at: dict[str, object] = {"a": first, "b": second, "s": one, "t": two}
    check_pair(pair(turn, outputs, inputs, at), at)


def test_independent_entries_are_integrated_one_by_one() -> None:
    at: dict[str, object] = {"a": 1, "b": 2, "s": "1/100", "t": "1/50"}
    split, whole = (answered(pair((Fraction(3, 5), Fraction(4, 5)), outputs, False, at), 1e-9) for outputs in (False, True))
    check_against(split, whole, 1e-9)
    assert 100 * split.cost["cells"] < whole.cost["cells"]


@settings(max_examples=10)
@given(st.lists(st.fractions(-2, 2, max_denominator=10), min_size=3, max_size=3), VARIANCES)
def test_a_nonlinearity_of_one_projection_is_a_scalar_channel(projection: list[Fraction], variance: Fraction) -> None:
    """tanh(w.X) + N for X in R^3 is tanh(|w| x) + N, and dI/dw = I'(|w|) w/|w|."""
    length = math.sqrt(sum(float(each) ** 2 for each in projection))
    assume(length > 0.1)
    row, x = ig.Parameter("w", (3,)), ig.Source("X", ig.Normal((0, 0, 0), ig.identity(3)))
    channel = ig.Channel(x, ig.Gate("Y", ig.tanh(ig.dot(row, x)), noise=ig.Normal(0, s)), defaults={"w": projection, "s": variance})
    reply = answered(ig.Question(channel, ("X", "Y")))
    scalar = numeric.answer(ig.CATALOGUE["tanh"].question.at_point(theta=length, s2=variance))
    assert isinstance(scalar, ig.Answer)
    check(reply.value, *flat(scalar.value))
    [slope], [doubt] = flat(scalar.gradient["theta"])
    check(reply.gradient["w"], [slope * float(each) / length for each in projection], doubt)
    check(reply.gradient["s"], *flat(scalar.gradient["s2"]))


def rank_one() -> ig.Question:
    """W X + v tanh(w.X) + N with correlated inputs."""
    x = ig.Source("X", ig.Normal((0, 0), ((1, "3/10"), ("3/10", 2))))
    at = {"W": ((1, "1/2"), ("1/5", -1)), "v": (1, 2), "w": (1, "-1/2"), "s": "1/2"}
    return ig.Question(ig.Channel(x, ig.Gate("Y", W @ x + v * ig.tanh(ig.dot(w, x)), noise=ig.Normal((0, 0), s * ig.identity(2))), defaults=at), ("X", "Y"))


def unfolded_rank_one() -> float:
    """The same by plain sums over both inputs and both outputs, in which nothing is folded."""
    root = np.linalg.cholesky(np.array([[1, 0.3], [0.3, 2]]))
    nodes = np.linspace(-8.5, 8.5, 90)
    grid = np.array(np.meshgrid(nodes, nodes)).reshape(2, -1)
    weights = np.exp(-(grid**2).sum(axis=0) / 2) / (2 * np.pi) * (nodes[1] - nodes[0]) ** 2
    x = root @ grid
    means = np.array([[1, 0.5], [0.2, -1]]) @ x + np.array([[1.0], [2.0]]) * np.tanh(np.array([1, -0.5]) @ x)
    outputs = [np.arange(each.min() - 6, each.max() + 6, 0.3) for each in means]
    first, second = (np.exp(-((axis[:, None] - mean) ** 2)) / math.sqrt(math.pi) for axis, mean in zip(outputs, means, strict=True))
    density = (first * weights) @ second.T
    return -float(special.xlogy(density, density).sum()) * 0.3**2 - math.log(math.pi * math.e)


def test_linear_parts_beside_a_nonlinear_projection_are_folded_exactly() -> None:
    reply = check_differences(rank_one())
    [value], [stated] = flat(reply.value)
    assert abs(value - unfolded_rank_one()) <= stated + 1e-12, "the plain sums carry the rounding of 8,100 terms for each output"
    assert reply.cost["cells"] < 10_000_000


def test_four_phases_are_two_antipodal_channels() -> None:
    x = ig.Source("X", ig.Points(((1, 1), (1, -1), (-1, 1), (-1, -1))))
    question = ig.Question(ig.Channel(x, ig.Gate("Y", a * x, noise=ig.Normal((0, 0), s * ig.identity(2))), defaults={"a": "4/5", "s": "1/2"}), ("X", "Y"))
    reply, single = answered(question), numeric.answer(ig.CATALOGUE["bpsk"].question.at_point(a="4/5", s2="1/2"))
    assert isinstance(single, ig.Answer)
    for mine, theirs in ((reply.value, single.value), (reply.gradient["a"], single.gradient["a"]), (reply.gradient["s"], single.gradient["s2"])):
        values, doubts = flat(theirs)
        check(mine, 2 * values, 2 * doubts)


def test_moving_points_and_mixed_noise_have_the_slopes_of_their_differences() -> None:
    weight = ig.Parameter("q")
    x = ig.Source("X", ig.Points(ig.Parameter("points", (3, 2)), (weight, weight, 1 - 2 * weight)))
    noise = ig.Mixture((b, 1 - b), (ig.Normal((0, 0), L @ L.T), ig.Normal((1, 0), ig.identity(2))))
    at = {"points": ((1, 0), (-1, 1), (0, -2)), "q": "3/10", "b": "3/10", "L": ((1, 0), ("3/10", "9/10"))}
    check_differences(ig.Question(ig.Channel(x, ig.Gate("Y", 1 * x, noise=noise), defaults=at), ("X", "Y"), wrt=("points", "q", "b", "L")))


def test_weights_that_are_free_have_the_slopes_of_the_other_method() -> None:
    x = ig.Source("X", ig.Points((-1, 0, 2), ig.Parameter("q", (3,))))
    at = {"q": ("1/2", "1/4", "1/4"), "s": "1/3"}
    question = ig.Question(ig.Channel(x, ig.Gate("Y", 1 * x, noise=ig.Normal(0, s)), defaults=at), ("X", "Y"))
    check_against(answered(question), numeric.answer(question, method="trapezoid kernels"))


def test_a_mixture_of_gaussian_inputs_keeps_a_covariance_for_each_component() -> None:
    x = ig.Source("X", ig.Mixture((b, 1 - b), (ig.Normal((1, 0), L @ L.T), ig.Normal((-1, "1/2"), ig.identity(2)))))
    at = {"W": ((1, "1/2"), ("1/5", -1)), "b": "3/10", "s": "1/2", "L": ((1, 0), ("3/10", "9/10"))}
    check_differences(ig.Question(ig.Channel(x, ig.Gate("Y", W @ x, noise=ig.Normal((0, 0), s * ig.identity(2))), defaults=at), ("X", "Y")))


@pytest.mark.parametrize("name", ["scalar", "cascade", "multipath-a", "mac", "mac-sum", "tanh", "bpsk"])
def test_scalars_are_vectors_of_one_entry(name: str) -> None:
    question = ig.CATALOGUE[name].question
    check_against(answered(question), numeric.answer(question))


def test_a_source_that_is_not_gaussian_moves_with_all_of_its_arguments() -> None:
    x = ig.Source("X", ig.StudentT(ig.Parameter("freedom"), b, t))
    at = {"freedom": 4, "b": "1/5", "t": "4/5", "v": (1, "1/2"), "s": "2/5"}
    check_differences(ig.Question(ig.Channel(x, ig.Gate("Y", v * ig.tanh(x), noise=ig.Normal((0, 0), s * ig.identity(2))), defaults=at), ("X", "Y")))


def test_a_coefficient_that_is_zero_at_the_point_has_its_slope() -> None:
    """Y = X + a U X with E U = 1 has dI/da = 2 dI/d(variance) at a = 0, though nothing of U is heard there."""
    x, u = ig.Source("X", UNIT), ig.Source("U", ig.Exponential(0, 1))
    question = ig.Question(ig.Channel(x, u, ig.Gate("Y", x + a * u * x, noise=UNIT), defaults={"a": 0}), ("X", "Y"), given="U")
    check(answered(question).value, math.log(2))
    check(answered(question).gradient["a"], 1.0)


def without_last_direction(*arguments: Any) -> Any:
    directions, rest = unobserved_directions(*arguments)
    return directions, rest[:-1] if len(rest) > 2 else rest


def test_a_direction_that_is_not_folded_would_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case, "unobserved_directions", without_last_direction)
    with pytest.raises(AssertionError):
        test_linear_parts_beside_a_nonlinear_projection_are_folded_exactly()


def test_a_density_without_the_jacobian_of_its_whitening_would_show(monkeypatch: pytest.MonkeyPatch) -> None:
    def plain(spreads: Floats) -> tuple[Floats, Floats]:
        heights, bends = gaussian_entropies(spreads)
        return np.full_like(heights, len(spreads) / 2 * math.log(2 * math.pi * math.e)), bends

    monkeypatch.setattr(sweep, "gaussian_entropies", plain)
    at: dict[str, object] = {"a": 1, "b": 2, "s": "1/2", "t": "1/3"}
    with pytest.raises(AssertionError):
        check_pair(pair((Fraction(3, 5), Fraction(4, 5)), True, False, at), at)


def test_a_tangent_that_is_left_out_would_show(monkeypatch: pytest.MonkeyPatch) -> None:
    """The turning of the folded directions: what the projection's own rotation adds to the Gaussian part."""

    def still(self: Branch, coordinates: Floats, direction: Any, moving: Floats | None = None) -> Any:
        value, tangent = called(self, coordinates, direction, moving)
        return value, tangent if tangent is None or not direction else np.broadcast_to(tangent[:, :1], tangent.shape)

    called = Branch.__call__
    monkeypatch.setattr(Branch, "__call__", still)
    with pytest.raises(AssertionError):
        check_differences(rank_one())
