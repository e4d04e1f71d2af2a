"""Vector channels by cubature: the analytic room where it is linear, sums of scalar answers, closed forms, and slow rules that fold nothing."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike
from scipy import integrate, special

import infograd as ig
from infograd import analytic, numeric
from infograd.array import entries, shape_of
from infograd.expression import as_expression
from infograd.numeric.cubature import case, sweep
from infograd.numeric.cubature.branch import Branch
from infograd.numeric.cubature.directions import unobserved_directions
from infograd.numeric.cubature.gaussian import gaussian_entropies
from infograd.numeric.interpreter import Floats
from infograd.verify.strategies import linear_questions

EPS = float(np.finfo(np.float64).eps)
a, b, s, t, p = map(ig.Parameter, ("a", "b", "s", "t", "p"))
w, v = ig.Parameter("w", (2,)), ig.Parameter("v", (2,))
W, L = ig.Parameter("W", (2, 2)), ig.Parameter("L", (2, 2))
UNIT = ig.Normal((0, 0), ig.identity(2))
GAINS = st.fractions(Fraction(1, 5), Fraction(3), max_denominator=20)
VARIANCES = st.fractions(Fraction(1, 10), Fraction(2), max_denominator=20)
TURNS = st.sampled_from([(Fraction(3, 5), Fraction(4, 5)), (Fraction(5, 13), Fraction(12, 13)), (Fraction(-7, 25), Fraction(24, 25))])


def answered(question: ig.Question, error: float = 1e-12, method: str = "cubature", operations: float = 5e9) -> ig.Answer:
    reply = numeric.answer(question, error=error, method=method, operations=operations)
    assert isinstance(reply, ig.Answer), reply
    return reply


def flat(quantity: ig.Quantity | None) -> tuple[Floats, Floats]:
    """The entries and what the doubt says of each."""
    assert quantity is not None
    rows = [(value, doubt.estimated, doubt.proved) for _, value, doubt in quantity.entries()]
    values, estimated, proved = np.array(rows, dtype=np.float64).T
    return values, estimated + proved


def check(quantity: ig.Quantity | None, expected: ArrayLike, reference: ArrayLike = 0.0, error: float = 1e-12) -> None:
    """The stated error covers the distance to the truth, up to the truth's own rounding and doubt, and is as small as asked."""
    values, stated = flat(quantity)
    truth = np.ravel(np.asarray(expected, dtype=np.float64))
    assert np.all(np.abs(values - truth) <= stated + np.ravel(reference) + 4 * EPS * np.maximum(1.0, np.abs(truth)))
    assert np.all(stated <= error * np.maximum(1.0, np.abs(values)))


def check_against(reply: ig.Answer, other: ig.Reply, error: float = 1e-12) -> None:
    """Two answers agree within what both state, in every entry."""
    assert isinstance(other, ig.Answer)
    assert set(reply.gradient) == set(other.gradient)
    for mine, theirs in [(reply.value, other.value), *((reply.gradient[name], other.gradient[name]) for name in reply.gradient)]:
        check(mine, *flat(theirs), error)


def shifted(question: ig.Question, name: str, index: tuple[int, ...], step: float) -> float:
    values = np.array(question.at[name], dtype=np.float64)
    values[index] += step
    moved = ig.Question(question.channel, question.between, question.given, (), {**question.at, name: values.tolist()}, order=0)
    value = answered(moved).value
    assert value is not None
    assert isinstance(value.value, float)
    return value.value


def check_differences(question: ig.Question, step: float = 2.0**-9) -> ig.Answer:
    """Every entry of the gradient is the limit of central differences, extrapolated once; what the extrapolation changed bounds what it left."""
    reply = answered(question)
    for name in question.wrt:
        values, stated = flat(reply.gradient[name])
        for position, (index, _) in enumerate(entries(question.at[name])):
            wide, narrow = ((shifted(question, name, index, h) - shifted(question, name, index, -h)) / (2 * h) for h in (2 * step, step))
            limit = narrow + (narrow - wide) / 3
            assert abs(values[position] - limit) <= stated[position] + abs(narrow - wide) / 64 + 4e-14 / step, (name, index)
    return reply


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


def users() -> ig.Channel:
    """Two users with one input each, a Gaussian and a uniform one, and a receiver of two entries."""
    x1, x2 = ig.Source("X1", ig.Normal(0, p)), ig.Source("X2", ig.Uniform(-1, b))
    y = ig.Gate("Y", v * ig.tanh(x1) + w * x2, noise=ig.Normal((0, 0), s * ig.identity(2)))
    return ig.Channel(x1, x2, y, defaults={"v": (1, "1/2"), "w": ("-3/10", 1), "s": "3/10", "p": 1, "b": 2})


def test_the_users_of_a_vector_receiver_obey_the_chain_rule() -> None:
    channel = users()
    both, first, second = (
        answered(ig.Question(channel, (("X1", "X2"), "Y"))),
        answered(ig.Question(channel, ("X1", "Y"))),
        answered(ig.Question(channel, ("X2", "Y"), given="X1")),
    )
    pairs = [(both.value, first.value, second.value), *((both.gradient[name], first.gradient[name], second.gradient[name]) for name in both.gradient)]
    for whole, left, right in pairs:
        (total, _), (one, doubt), (other, more) = flat(whole), flat(left), flat(right)
        assert np.all(total != 0)
        check(whole, one + other, doubt + more)
    check_differences(ig.Question(channel, ("X1", "Y")))


def test_an_input_that_is_given_and_only_shifts_the_output_is_folded() -> None:
    reply = answered(ig.Question(users(), ("X1", "Y"), given="X2"))
    check(reply.gradient["w"], (0, 0))
    check(reply.gradient["b"], 0)
    assert reply.cost["cells"] < 100_000


def test_known_fading_is_averaged_over_its_gaussian_channels() -> None:
    """Y = g H X + N with both entries of H known: E log(1 + g^2 R)/2 with R exponential of mean 2."""
    h, x = ig.Source("H", UNIT), ig.Source("X", ig.Normal(0, 1))
    question = ig.Question(ig.Channel(h, x, ig.Gate("Y", a * h * x, noise=UNIT), defaults={"a": "3/2"}), ("X", "Y"), given="H")
    value, left = integrate.quad(lambda r: 0.5 * math.log1p(2.25 * r) * math.exp(-r / 2) / 2, 0, math.inf, epsabs=1e-13, epsrel=1e-13)
    slope, rest = integrate.quad(lambda r: 1.5 * r / (1 + 2.25 * r) * math.exp(-r / 2) / 2, 0, math.inf, epsabs=1e-13, epsrel=1e-13)
    reply = answered(question)
    check(reply.value, value, left)
    check(reply.gradient["a"], slope, rest)


def test_a_projection_of_the_known_fading_is_differentiated_through_its_rotation() -> None:
    h, x = ig.Source("H", UNIT), ig.Source("X", ig.Normal(0, p))
    channel = ig.Channel(h, x, ig.Gate("Y", ig.dot(w, h) * x * v, noise=UNIT), defaults={"p": 1, "w": (1, "1/2"), "v": (1, 2)})
    reply = check_differences(ig.Question(channel, ("X", "Y"), given="H"))
    assert reply.cost["cells"] < 10_000


def relay() -> ig.Channel:
    """A scalar input, an inner node of two entries, and a linear receiver of two."""
    x = ig.Source("X", ig.Normal(0, p))
    inner = ig.Gate("V", as_expression([ig.tanh(a * x), 1 * x]), noise=ig.Normal((0, 0), s * ig.identity(2)))
    y = ig.Gate("Y", W @ inner, noise=UNIT)
    return ig.Channel(x, inner, y, defaults={"p": 1, "a": 2, "s": "1/2", "W": ((1, 1), (0, 1))})


def test_a_linear_receiver_behind_an_inner_vector_is_folded_and_loses_information() -> None:
    whole, heard = check_differences(ig.Question(relay(), ("X", "Y"))), answered(ig.Question(relay(), ("X", "V")))
    [less], [doubt] = flat(whole.value)
    [more], [other] = flat(heard.value)
    assert less + doubt < more - other
    for name in ("p", "a", "s"):
        assert name in heard.gradient
    check(answered(ig.Question(relay(), ("X", ("V", "Y")))).value, more, other)


def test_noise_that_goes_through_the_next_map_is_a_variable_of_its_own() -> None:
    question = ig.CATALOGUE["relay"].question
    check_against(answered(question, 1e-9), numeric.answer(question, method="trapezoid kernels"), 1e-9)


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


def test_nodes_that_share_nothing_have_no_information() -> None:
    x, u = ig.Source("X", UNIT), ig.Source("U", UNIT)
    channel = ig.Channel(x, u, ig.Gate("Y", W @ x, noise=UNIT), defaults={"W": ((1, 2), (3, 4))})
    reply = answered(ig.Question(channel, ("U", "Y")))
    check(reply.value, 0)
    check(reply.gradient["W"], np.zeros((2, 2)))
    assert shape_of(reply.gradient["W"].value) == (2, 2)  # type: ignore[arg-type]  # an array, as checked above


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
