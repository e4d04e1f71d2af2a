"""Channels of one stage by adaptive panels: certified digits, closed forms, literature, and slow references that share nothing with the method."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import mpmath  # type: ignore[import-untyped]  # it has no stubs
import numpy as np
import pytest
from scipy import integrate, special, stats

import infograd as ig
from infograd import numeric
from infograd.numeric.single import grid, output, panels, terms
from infograd.numeric.single.adaptive import NODES
from infograd.numeric.single.adaptive import integrate as by_panels
from infograd.numeric.single.plan import plan

EPS = float(np.finfo(np.float64).eps)
theta, s = ig.Parameter("theta"), ig.Parameter("s")
X = ig.Source("X", ig.Normal(0, 1))
Map = Callable[[ig.Source], object]


def stage(law: ig.Law, map: Map, noise: ig.Law, order: int = 1, **at: Any) -> ig.Question:
    x = ig.Source("X", law)
    return ig.Question(ig.Channel(x, ig.Gate("Y", map(x), noise=noise)), ("X", "Y"), at=at, order=order)


def answered(question: ig.Question, error: float = 1e-12) -> ig.Answer:
    reply = numeric.answer(question, error=error)
    assert isinstance(reply, ig.Answer), reply
    assert reply.method == "adaptive panels"
    return reply


def doubted(quantity: ig.Quantity | None) -> tuple[float, float]:
    assert quantity is not None
    assert isinstance(quantity.value, float)
    assert isinstance(quantity.doubt.estimated, float)
    return quantity.value, quantity.doubt.estimated


def check(quantity: ig.Quantity | None, expected: float, reference: float = 0.0, error: float = 1e-12) -> None:
    """The stated error covers the distance to the truth, up to the truth's own rounding and the reference's error, and is as small as asked."""
    value, stated = doubted(quantity)
    assert abs(value - expected) <= stated + reference + 4 * EPS * abs(expected)
    assert stated <= error * max(1.0, abs(value))


CERTIFIED = [
    ("1", "1/10", 0.7584086737094713592494, 0.26642254741730887085),
    ("5", "1/10", 0.8186161985104383283229, -0.01427716928319619413),
    ("1", "1", 0.165902811009885144075, 0.129281416469981406227),
    ("1", "1/100", 1.680430001712632926217, None),
    ("3", "1/100", 1.445288877841370059754, None),
]


@pytest.mark.parametrize(("gain", "variance", "information", "slope"), CERTIFIED)
@pytest.mark.parametrize("route", ["the method", "panels alone"])
def test_the_tanh_channel_has_the_digits_of_its_enclosures(
    gain: str, variance: str, information: float, slope: float | None, route: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if route == "panels alone":
        monkeypatch.setattr(grid, "suits", lambda plan: False)
    reply = answered(ig.CATALOGUE["tanh"].question.at_point(theta=gain, s2=variance))
    check(reply.value, information)
    if slope is not None:
        check(reply.gradient["theta"], slope)


@pytest.mark.parametrize("route", ["the method", "panels alone"])
def test_the_tanh_channel_has_the_digits_of_its_enclosed_second_derivative(route: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if route == "panels alone":
        monkeypatch.setattr(grid, "suits", lambda plan: False)
    question = ig.CATALOGUE["tanh"].question
    reply = answered(ig.Question(question.channel, ("X", "Y"), wrt="theta", order=2))
    check(reply.hessian["theta,theta"], -0.650988704443310078)


def test_a_linear_gaussian_channel_has_its_closed_form_over_the_whole_domain() -> None:
    """I = 1/2 log(1 + theta^2/s), over gains up to 50 and variances from 1e-4 to 10."""
    for gain in (0.3, 7.0, 50.0):
        for variance in (1e-4, 0.1, 10.0):
            reply = answered(stage(ig.Normal(0, 1), lambda x: theta * x, ig.Normal(0, s), theta=gain, s=variance))
            total = gain**2 + variance
            check(reply.value, 0.5 * math.log1p(gain**2 / variance))
            check(reply.gradient["theta"], gain / total)
            check(reply.gradient["s"], 0.5 / total - 0.5 / variance)


def test_a_linear_gaussian_channel_has_the_second_derivatives_of_its_closed_form() -> None:
    for gain, variance in ((0.0, 0.5), (0.3, 0.1), (2.0, 1.0), (7.0, 10.0)):
        reply = answered(stage(ig.Normal(0, 1), lambda x: theta * x, ig.Normal(0, s), 2, theta=gain, s=variance))
        total = gain**2 + variance
        check(reply.hessian["theta,theta"], (variance - gain**2) / total**2)
        check(reply.hessian["s,theta"], -gain / total**2)
        check(reply.hessian["s,s"], 0.5 / variance**2 - 0.5 / total**2)


def test_an_exponential_sum_of_equal_scales_has_its_closed_form() -> None:
    """A sum of two exponential laws of scale s is a gamma law of shape 2, of entropy 2 + log s + psi-terms: h = 2 + log s - psi(2), h(N) = 1 + log s."""
    reply = answered(stage(ig.Exponential(0, s), lambda x: 1 * x, ig.Exponential(0, s), s="1/3"))
    check(reply.value, 1 - float(special.digamma(2)))
    check(reply.gradient["s"], 0.0)


def test_uniform_noise_on_separated_points_loses_nothing_and_on_close_ones_the_overlap() -> None:
    """X = -1 or 1 times theta behind uniform noise on [-1, 1]: I = min(theta, 1) log 2."""
    for gain, expected, slope in ((0.5, 0.5 * math.log(2), math.log(2)), (0.93, 0.93 * math.log(2), math.log(2)), (1.5, math.log(2), 0.0)):
        reply = answered(stage(ig.Points((-1, 1)), lambda x: theta * x, ig.Uniform(-1, 1), theta=gain))
        check(reply.value, expected)
        check(reply.gradient["theta"], slope)


def test_a_corner_of_the_information_is_refused_by_name() -> None:
    reply = numeric.answer(stage(ig.Points((-1, 1)), lambda x: theta * x, ig.Uniform(-1, 1), theta=1))
    assert isinstance(reply, ig.Refusal)
    assert "corner" in reply.reason


def test_a_sum_of_two_uniform_laws_has_half_the_ratio_of_their_lengths() -> None:
    """h(theta U + U') = theta/2 for theta < 1."""
    reply = answered(stage(ig.Uniform(0, 1), lambda x: theta * x, ig.Uniform(0, 1), theta="1/2"))
    check(reply.value, 0.25)
    check(reply.gradient["theta"], 0.5)


def test_bpsk_has_the_published_capacity() -> None:
    """The capacity of binary antipodal signals is 1/2 bit at Es/N0 = -2.823 dB (rate 1/2 at Eb/N0 = 0.187 dB; Richardson and Urbanke, Modern Coding Theory)."""
    ratio = 10 ** (0.187 / 10)
    question = stage(ig.Points((-1, 1)), lambda x: theta * x, ig.Normal(0, 1), theta=math.sqrt(ratio))
    value, _ = doubted(answered(question).value)
    slope, _ = doubted(answered(question).gradient["theta"])
    half_a_digit = 0.0005 / 10 * math.log(10) * ratio / 2 / math.sqrt(ratio)
    assert abs(value - 0.5 * math.log(2)) <= 1.1 * slope * half_a_digit


def test_a_receiver_of_one_bit_has_its_closed_form() -> None:
    """sign(theta X + N) of antipodal points is a binary symmetric channel of crossover Phi(-theta)."""
    x = ig.Source("X", ig.Points((-1, 1)))
    v = ig.Gate("V", theta * x, noise=ig.Normal(0, 1))
    reply = answered(ig.Question(ig.Channel(x, v, ig.Gate("Y", ig.sign(v))), ("X", "Y"), at={"theta": "3/2"}))
    cross = float(special.ndtr(-1.5))
    check(reply.value, math.log(2) - float(special.entr(cross) + special.entr(1 - cross)))
    check(reply.gradient["theta"], math.log((1 - cross) / cross) * math.exp(-1.125) / math.sqrt(2 * math.pi))


@pytest.mark.parametrize("noise", [ig.Normal(0, "1/4"), ig.Laplace(0, "1/2"), ig.Uniform(-1, 1), ig.StudentT(3, 0, "1/2")], ids=lambda law: type(law).__name__)
def test_a_receiver_of_one_bit_agrees_with_an_adaptive_rule(noise: ig.Law) -> None:
    laws: dict[type[ig.Law], Any] = {
        ig.Normal: stats.norm(0, 0.5),
        ig.Laplace: stats.laplace(0, 0.5),
        ig.Uniform: stats.uniform(-1, 2),
        ig.StudentT: stats.t(3, 0, 0.5),
    }
    law = laws[type(noise)]

    def information(gain: float) -> float:
        def mean(function: Callable[[float], float]) -> float:
            kinks = sorted({0.5 / gain, -0.5 / gain, 1.5 / gain, 0.0})
            return float(
                integrate.quad(lambda x: stats.norm.pdf(x) * function(float(law.sf(-gain * x + 0.5))), -9, 9, points=kinks, epsabs=1e-13, limit=400)[0]
            )

        whole = mean(lambda share: share)
        return float(special.entr(whole) + special.entr(1 - whole)) - mean(lambda share: float(special.entr(share) + special.entr(1 - share)))

    x = ig.Source("X", ig.Normal(0, 1))
    v = ig.Gate("V", theta * x - "1/2", noise=noise)
    reply = answered(ig.Question(ig.Channel(x, v, ig.Gate("Y", ig.sign(v))), ("X", "Y"), at={"theta": 2}))
    check(reply.value, information(2.0), 1e-11)
    step = 1e-3
    check(reply.gradient["theta"], (information(2 + step) - information(2 - step)) / (2 * step), step**2)


REFERENCES: dict[str, tuple[ig.Law, float, float]] = {
    "normal": (ig.Normal(0, 1), -9.0, 9.0),
    "uniform": (ig.Uniform(-1, 2), -1.0, 2.0),
    "laplace": (ig.Laplace(0, 1), -38.0, 38.0),
    "exponential": (ig.Exponential(0, 1), 0.0, 38.0),
}


@pytest.mark.parametrize(
    ("map", "function", "law", "kinks"),
    [
        (lambda x: ig.tanh(theta * x), lambda x: math.tanh(1.7 * x), "laplace", ()),
        (lambda x: ig.sin(theta * x), lambda x: math.sin(1.7 * x), "uniform", ()),
        (lambda x: ig.relu(theta * x - 1), lambda x: max(1.7 * x - 1, 0.0), "normal", (1 / 1.7,)),
        (lambda x: ig.clip(theta * x, -1, "1/2"), lambda x: min(max(1.7 * x, -1), 0.5), "normal", (-1 / 1.7, 0.5 / 1.7)),
        (lambda x: ig.sigmoid(theta * x), lambda x: 1 / (1 + math.exp(-1.7 * x)), "exponential", ()),
        (lambda x: ig.softplus(theta * x), lambda x: math.log1p(math.exp(1.7 * x)), "normal", ()),
        (lambda x: ig.erf(theta * x), lambda x: math.erf(1.7 * x), "uniform", ()),
    ],
    ids=["tanh, Laplace", "sin, uniform", "relu, normal", "clip, normal", "sigmoid, exponential", "softplus, normal", "erf, uniform"],
)
def test_stages_agree_with_dense_panels(map: Map, function: Callable[[float], float], law: str, kinks: tuple[float, ...]) -> None:
    """h(B) - h(N) by dense Gauss-Legendre panels in both variables, split at every kink: they err below 1e-10."""
    source, low, reach = REFERENCES[law]
    densities: dict[str, Callable[[Any], Any]] = {
        "normal": stats.norm.pdf,
        "uniform": lambda x: np.full_like(x, 1 / 3),
        "laplace": stats.laplace.pdf,
        "exponential": stats.expon.pdf,
    }
    edges = np.union1d(np.linspace(low, reach, 121), (*kinks, 0.0))
    shares, masses = np.polynomial.legendre.leggauss(16)
    nodes = ((edges[:-1] + edges[1:])[:, None] / 2 + np.diff(edges)[:, None] / 2 * shares).ravel()
    weights = (np.diff(edges)[:, None] / 2 * masses).ravel() * densities[law](nodes)
    places = np.array([function(float(x)) for x in nodes])
    entropy = 0.5 * math.log(2 * math.pi * math.e * 0.25)
    special_places = sorted({*(function(float(x)) for x in (low, reach, *kinks)), 0.0})
    outer = np.unique(np.concatenate([np.linspace(places.min() - 4.7, places.max() + 4.7, 121), special_places]))
    b = ((outer[:-1] + outer[1:])[:, None] / 2 + np.diff(outer)[:, None] / 2 * shares).ravel()
    lengths = (np.diff(outer)[:, None] / 2 * masses).ravel()
    density = np.concatenate([stats.norm.pdf(part[:, None], places, 0.5) @ weights for part in np.array_split(b, 40)])
    expected = float(lengths @ special.entr(density)) - entropy
    check(answered(stage(source, map, ig.Normal(0, "1/4"), theta="17/10")).value, expected, 1e-10)


@pytest.mark.parametrize(
    ("law", "map", "noise"),
    [
        (ig.Normal(1, 1), lambda x: theta * x, ig.Exponential(0, s)),
        (ig.Normal(0, 1), lambda x: ig.sign(x - theta), ig.Laplace(0, s)),
        (ig.Uniform(0, 3), lambda x: ig.tanh(theta * x), ig.Uniform(-s, s)),
        (ig.Laplace(0, 1), lambda x: ig.abs(theta * x - "1/2"), ig.Laplace(0, s)),
    ],
    ids=["exponential noise", "sign", "uniform noise", "kinks"],
)
def test_jumps_and_kinks_agree_with_direct_differentiation(law: ig.Law, map: Map, noise: ig.Law) -> None:
    """The other method inverts the map by tables, uses double exponential rules and differentiates by differences."""
    question = stage(law, map, noise, theta="4/5", s="3/4")
    ours, theirs = answered(question, 1e-11), numeric.direct_gradient(question, error=1e-6)
    assert isinstance(theirs, ig.Answer), theirs
    for one, other in ((ours.value, theirs.value), *((ours.gradient[name], theirs.gradient[name]) for name in ("theta", "s"))):
        (value, stated), (reference, doubt) = doubted(one), doubted(other)
        assert abs(value - reference) <= stated + 2 * doubt


def test_a_kink_in_the_noise_agrees_with_high_precision() -> None:
    """tanh(2 X) with X uniform on [-1, 1] behind Laplace noise: P(Y) in elementary functions of the inner integral, 16 digits by mpmath."""
    with mpmath.workdps(16):
        quad: Callable[..., Any] = mpmath.quad

        def density(b: Any) -> Any:
            cut = mpmath.atanh(b) / 2 if abs(b) < mpmath.tanh(2) else None
            ends = [-1, 0, 1] if cut is None else sorted([-1, cut, 1])
            return quad(lambda x: mpmath.exp(-2 * abs(b - mpmath.tanh(2 * x))) / 2, ends)

        top = mpmath.tanh(2)
        entropy: Any = -2 * quad(lambda b: density(b) * mpmath.log(density(b)), [0, top / 2, top, top + 2, top + 8, top + 22], maxdegree=5)
        expected = float(str(entropy - 1))
    check(answered(stage(ig.Uniform(-1, 1), lambda x: ig.tanh(theta * x), ig.Laplace(0, "1/2"), theta=2)).value, expected, 1e-13)


def test_a_narrow_feature_of_the_map_is_seen() -> None:
    """A bump 1/1000 wide: the panels of the reference are cut around it by hand."""
    bump = stage(ig.Normal(0, 1), lambda x: x + 5 * ig.exp(-1000000 * (x - "37/100") ** 2), ig.Normal(0, "1/4"))
    edges = np.unique(np.concatenate([np.linspace(-9, 9, 91), np.linspace(0.36, 0.38, 401)]))
    shares, masses = np.polynomial.legendre.leggauss(16)
    nodes = ((edges[:-1] + edges[1:])[:, None] / 2 + np.diff(edges)[:, None] / 2 * shares).ravel()
    weights = (np.diff(edges)[:, None] / 2 * masses).ravel() * stats.norm.pdf(nodes)
    places = nodes + 5 * np.exp(-1e6 * (nodes - 0.37) ** 2)
    grid_of_outputs = np.linspace(-14, 15, 2901)
    density = np.concatenate([stats.norm.pdf(part[:, None] - places, 0, 0.5) @ weights for part in np.array_split(grid_of_outputs, 40)])
    expected = float(special.entr(density).sum() * 0.01) - 0.5 * math.log(2 * math.pi * math.e * 0.25)
    check(answered(bump).value, expected, 1e-11)


@pytest.mark.parametrize(
    ("law", "map", "noise", "at"),
    [
        (ig.Normal(0, 1), lambda x: ig.tanh(theta * x), ig.Normal(0, s), {"theta": 50, "s": "1/10000"}),
        (ig.Normal(0, 1), lambda x: ig.exp(theta * x), ig.Normal(0, s), {"theta": 3, "s": "1/100"}),
        (ig.StudentT(2), lambda x: theta * x, ig.Normal(0, s), {"theta": 20, "s": "1/100"}),
        (ig.Normal(0, 1), lambda x: ig.sign(x - theta), ig.Exponential(0, s), {"theta": "1/2", "s": 1}),
        (ig.Mixture(("1/3", "2/3"), (ig.Normal(-2, "1/100"), ig.Laplace(theta, 1))), lambda x: 2 * x, ig.Laplace(0, s), {"theta": 1, "s": "1/2"}),
        (ig.Normal(0, 1), lambda x: theta * x, ig.Mixture(("1/4", "3/4"), (ig.Normal(0, s), ig.Laplace(s, s))), {"theta": 2, "s": "1/2"}),
    ],
    ids=["steep tanh", "exponential", "heavy tails", "sign", "mixture source", "mixture noise"],
)
def test_the_gradient_is_the_slope_of_the_information_over_the_whole_domain(law: ig.Law, map: Map, noise: ig.Law, at: dict[str, Any]) -> None:
    """Against central differences of the method's own values at six steps, extrapolated; both state their errors."""
    from infograd.numeric.single import routes

    question = stage(law, map, noise, **at)
    exact, differences = answered(question, 1e-11), routes.finite_difference(question, error=1e-7)
    assert isinstance(differences, ig.Answer), differences
    for name, quantity in exact.gradient.items():
        value, stated = doubted(quantity)
        other, doubt = doubted(differences.gradient[name])
        assert abs(value - other) <= stated + doubt


@pytest.mark.parametrize("error", [1e-3, 1e-6, 1e-9])
def test_a_coarser_answer_states_an_error_that_covers_the_finer_one(error: float) -> None:
    for gain in ("1/3", "7", "50"):
        for variance in ("1", "1/1000"):
            question = ig.CATALOGUE["tanh"].question.at_point(theta=gain, s2=variance)
            rough, fine = answered(question, error), answered(question)
            for coarse, exact in [(rough.value, fine.value), *((rough.gradient[name], fine.gradient[name]) for name in ("theta", "s2"))]:
                (value, stated), (truth, left) = doubted(coarse), doubted(exact)
                assert abs(value - truth) <= stated + left, (gain, variance)


def test_a_bijection_behind_deterministic_gates_is_folded() -> None:
    inner = ig.Gate("U", ig.tanh(theta * X))
    folded = ig.Channel(X, inner, ig.Gate("Y", s * inner, noise=ig.Normal(0, "1/4")))
    written = ig.Channel(X, ig.Gate("Y", s * ig.tanh(theta * X), noise=ig.Normal(0, "1/4")))
    one, two = (answered(ig.Question(channel, ("X", "Y"), at={"theta": 2, "s": "3/2"})) for channel in (folded, written))
    assert one.value == two.value
    assert one.gradient == two.gradient


def test_vector_parameters_have_gradients_and_second_derivatives_of_their_shapes() -> None:
    w = ig.Parameter("w", (2,))
    question = ig.Question(ig.Channel(X, ig.Gate("Y", ig.dot(w, ig.stack(X, ig.tanh(X))), noise=ig.Normal(0, 1))), ("X", "Y"), at={"w": (1, "1/2")}, order=2)
    reply = answered(question)
    hessian = reply.hessian["w,w"].value
    assert reply.gradient["w"].shape == (2,)
    assert reply.hessian["w,w"].shape == (2, 2)
    assert isinstance(hessian, tuple)
    assert hessian[0][1] == hessian[1][0]  # type: ignore[index]  # a matrix


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (stage(ig.Normal(0, 1), lambda x: ig.log(x), ig.Normal(0, 1)), "leaves the range"),
        (stage(ig.Normal(0, 1), lambda x: 1 / x, ig.Normal(0, 1)), "leaves the range|no finite value"),
        (stage(ig.Normal(0, 1), lambda x: ig.relu(theta * x), ig.Normal(0, 1), 2, theta=1), "second derivatives"),
        (ig.Question(ig.Channel(X, ig.Gate("Y", X)), ("X", "Y")), "deterministic|functions of one"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_its_reason(question: ig.Question, reason: str) -> None:
    import re

    reply = numeric.answer(question)
    assert isinstance(reply, ig.Refusal)
    assert re.search(reason, reply.reason), reply.reason


def test_the_rule_of_panels_has_the_degrees_of_its_name() -> None:
    """15 Kronrod nodes are exact to degree 22; of degree 24 they miss."""
    for degree in (0, 8, 22):
        found = by_panels(lambda x, n=degree: x[None] ** n, np.array([-1.0, 1.0]), 1e-14, np.zeros_like)  # type: ignore[misc]  # bound now
        assert abs(found.values[0] - 2 / (degree + 1)) <= 4 * EPS
    assert np.all(np.diff(NODES) > 0)


def with_a_wider_variance(found: Any, layout: terms.Layout) -> Any:
    made = terms.entropy_terms(found, layout)
    made[:, -1] *= 1.001
    return made


FAULTS: dict[str, tuple[Any, str, Any]] = {
    "a factor in the variance given the output": (grid, "entropy_terms", with_a_wider_variance),
    "the moving jumps left out": (output.Output, "_thrown", lambda *arguments: None),
    "the jumps of the output left out": (panels, "_boundary", lambda output: np.zeros((2, len(output.rows)))),
    "the edges of the noise left out": (output.Output, "_edges", lambda *arguments: None),
}
SEEN_BY: dict[str, ig.Question] = {
    "a factor in the variance given the output": ig.CATALOGUE["tanh"].question,
    "the moving jumps left out": stage(ig.Normal(0, 1), lambda x: ig.sign(x - theta), ig.Normal(0, s), theta="1/2", s="1/4"),
    "the jumps of the output left out": stage(ig.Points((-1, 1)), lambda x: theta * x, ig.Uniform(-s, s), theta="1/2", s=1),
    "the edges of the noise left out": stage(ig.Normal(1, 1), lambda x: theta * x, ig.Exponential(0, s), theta="4/5", s=1),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_leaves_the_stated_error(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    question = SEEN_BY[fault]
    honest = answered(question)
    monkeypatch.setattr(*FAULTS[fault])
    wrong = answered(question)
    gaps = [abs(doubted(honest.gradient[name])[0] - doubted(wrong.gradient[name])[0]) for name in honest.gradient]
    assert max(gaps) > 1e6 * max(doubted(honest.gradient[name])[1] for name in honest.gradient)


def test_a_reading_is_kept_and_values_are_not() -> None:
    question = ig.CATALOGUE["tanh"].question
    moved = question.at_point(theta=2)
    assert plan(question) is plan(moved)
    assert answered(question).value != answered(moved).value
