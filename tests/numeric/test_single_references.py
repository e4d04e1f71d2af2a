"""Channels of one stage by adaptive panels against slow references that share nothing with the method."""

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
from tests.numeric.single_stage import Map, answered, check, doubted, s, stage, theta


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
