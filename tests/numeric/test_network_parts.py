"""The parts of the transition kernels on panels: corners, breaks, moments, spectra, contractions and closed entropies, and faults planted in them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import special, stats

import infograd as ig
from infograd import numeric
from infograd.numeric.density import read
from infograd.numeric.networks import kernels as kernels_module
from infograd.numeric.networks.axes import lagrange, rule
from infograd.numeric.networks.breaks import Break, Motion, breaks_of, spans
from infograd.numeric.networks.contraction import contracted
from infograd.numeric.networks.corners import map_corners, vertex_corners
from infograd.numeric.networks.groups import closed_entropy, groups
from infograd.numeric.networks.kernels import Kernels
from infograd.numeric.networks.network import Network, whole_network
from infograd.numeric.networks.pilot import pilot
from infograd.numeric.networks.spectrum import groups as summed_groups
from infograd.numeric.networks.spectrum import spectrum
from infograd.numeric.networks.tables import density_at, table

a, b, s = ig.Parameter("a"), ig.Parameter("b"), ig.Parameter("s")
X = ig.Source("X", ig.Normal(0, 1))
EPS = float(np.finfo(np.float64).eps)


def net_of(*nodes: Any, between: Any, **at: object) -> Network:
    return whole_network(ig.Question(ig.Channel(*nodes), between, at=at))


def test_corners_are_the_zeros_of_what_is_not_analytic() -> None:
    v = ig.Gate("V", ig.relu(a * X - 1) + ig.sign(ig.clip(X, -1, 2)), noise=ig.Mixture(("1/2", "1/2"), (ig.Laplace(b, 1), ig.Normal(0, 1))))
    assert len(map_corners(v.map)) == 4
    assert [corner.jump for corner in map_corners(v.map)].count(True) == 1
    net = net_of(X, v, between=("X", "V"), a=2, b=3)
    assert len(vertex_corners(net.vertices[1])) == 5
    assert map_corners(ig.tanh(a * X)) == ()


def test_breaks_stand_at_corners_and_where_corners_carry_those_of_other_axes() -> None:
    """X ends at -1 and 2, V = 2 X + U with U on [0, 1/2]: V is cut at -2, -3/2, 4 and 9/2, and where its map is."""
    x = ig.Source("X", ig.Uniform(-1, 2))
    v = ig.Gate("V", 2 * x, noise=ig.Uniform(0, "1/2"))
    net = net_of(x, v, ig.Gate("Y", ig.relu(v - a), noise=ig.Normal(0, 1)), between=("X", "Y"), a="7/10")
    found = breaks_of(net, spans(net, pilot(net)), {})
    places = [each.place for each in found["V"]]
    for expected in (-2, -1.5, 0.7, 4, 4.5):
        assert min(abs(place - expected) for place in places) <= 1e-12
    assert any(abs(each.place - 0.35) <= 1e-12 for each in found["X"])


def test_jumps_move_by_the_implicit_function_theorem_and_kinks_stay() -> None:
    net = net_of(X, ig.Gate("Y", ig.sign(a * X - b), noise=ig.Normal(0, 1)), between=("X", "Y"), a=2, b=3)
    (jump,) = [each for each in breaks_of(net, spans(net, pilot(net)), {})["X"] if each.jump]
    assert abs(jump.place - 1.5) <= 1e-12
    speeds = [Motion(net, {name: np.asarray(1.0)}).velocity(jump) for name in ("a", "b")]
    np.testing.assert_allclose(speeds, [-0.75, 0.5], rtol=1e-12)
    assert Motion(net, {"b": np.asarray(1.0)}).velocity(Break("X", 1.5, jump.corner)) == 0.0


def test_lagrange_polynomials_are_one_at_their_node_and_differentiate_what_they_interpolate() -> None:
    nodes = rule(9)[0]
    np.testing.assert_allclose(lagrange(9, nodes)[0], np.eye(9), atol=1e-13)
    places = np.linspace(-1, 1, 7)
    values, slopes = lagrange(9, places)
    np.testing.assert_allclose(values @ nodes**8, places**8, atol=1e-13)
    np.testing.assert_allclose(slopes @ nodes**8, 8 * places**7, atol=1e-12)


@pytest.mark.parametrize("law", [ig.Laplace(0, s), ig.Uniform(-s, 1), ig.Exponential("1/5", s)])
def test_moments_integrate_a_density_with_corners_against_polynomials(law: ig.Law) -> None:
    """sum_j w_j T(x, v_j) v_j^2 = E[(f(x) + N)^2] for every x, and its slope in the scale, up to what the ends of the axis cut off."""
    v = ig.Gate("V", ig.tanh(X), noise=law)
    net = net_of(X, v, ig.Gate("Y", v, noise=ig.Normal(0, 1)), between=("X", "Y"), s="3/10")
    kernels = Kernels(net, 1e9)
    axes = tuple(kernels._layouts[name].axis(12, 1.0) for name in ("X", "V"))
    corners = kernels._moving(net.vertices[1])
    found = table(net, net.vertices[1], axes, "V", corners)
    place, scale = np.tanh(axes[0].nodes), 0.3
    mean, square = {
        ig.Laplace: (0.0, 2 * scale**2),
        ig.Uniform: ((1 - scale) / 2, (1 + scale**3) / (3 * (1 + scale))),
        ig.Exponential: (0.2 + scale, scale**2 + (0.2 + scale) ** 2),
    }[type(law)]
    moments = (found.values * axes[1].weights) @ axes[1].nodes ** 2
    np.testing.assert_allclose(moments, place**2 + 2 * place * mean + square, rtol=1e-11, atol=1e-12)
    whole = table(net, net.vertices[1], axes, None, ())
    assert np.abs((whole.values * axes[1].weights) @ axes[1].nodes ** 2 - moments).max() > 1e-6
    h = 1e-6
    shifted = [
        table(moved, moved.vertices[1], axes, "V", corners).values
        for moved in (Network(net.question, net.vertices, {"s": np.asarray(0.3 + sign * h)}) for sign in (1, -1))
    ]
    slope = found.slope(Motion(net, {"s": np.asarray(1.0)}))
    assert slope is not None
    inner = [axis.moved(Motion(net, {"s": np.asarray(1.0)}))[0] for axis in axes]
    if all(each is None for each in inner):
        difference = (shifted[0] - shifted[1]) / (2 * h)
        assert np.abs(((slope - difference) * axes[1].weights).sum(axis=1)).max() <= 1e-6


def test_a_spectrum_is_the_kernel_it_stands_for() -> None:
    v, w = ig.Gate("V", ig.tanh(X), noise=ig.Normal(0, 1)), ig.Gate("W", X, noise=ig.Normal(0, "1/2"))
    net = net_of(X, v, w, ig.Gate("Y", 1 + 2 * (ig.tanh(v) - w / 3), noise=ig.Normal("1/4", s)), between=("X", "Y"), s="1/2")
    vertex = net.vertices[-1]
    assert vertex.map is not None
    grids = {"V": np.linspace(-4, 4, 60), "W": np.linspace(-5, 5, 70)}
    nodes = np.linspace(-9, 10, 80)
    for one_sided in (True, False):
        found = spectrum(net, vertex, grids, nodes, np.ones(80), one_sided=one_sided)
        assert found is not None
        kernel = np.einsum("vf,wf,yf->vwy", *found.waves, found.own).real
        means = 1 + 2 * (np.tanh(grids["V"])[:, None] - grids["W"] / 3) + 0.25
        np.testing.assert_allclose(kernel, stats.norm.pdf(nodes, means[..., None], math.sqrt(0.5)), atol=200 * EPS)


def test_terms_that_share_a_parent_stand_in_one_group() -> None:
    v, w = ig.Source("V", ig.Normal(0, 1)), ig.Source("W", ig.Normal(0, 1))
    assert len(summed_groups(X + v * w + ig.sin(v))) == 2
    assert len(summed_groups(X * v + w * X)) == 1
    assert len(summed_groups(a * (X - v) / 2 - w + 1)) == 3


@pytest.mark.parametrize(
    ("shapes", "result"), [(("ab", "bc", "cd"), "ad"), (("a", "ab", "ac", "bcd"), "ad"), (("ab",), "b"), (("a", "b"), "bea"), (("abz", "bcz"), "")]
)
def test_weights_are_the_derivatives_of_the_contraction(shapes: tuple[str, ...], result: str) -> None:
    """The sum is linear in each operand: <adjoint, values> = <W, operand> for every one, and W does not hold the operand itself."""
    draw = np.random.default_rng(5)
    operands = [(axes, draw.standard_normal([3 + "abcdz".index(axis) for axis in axes])) for axes in shapes]
    found = contracted(operands, result, 1e9)
    adjoint = draw.standard_normal(found.values.shape)
    total = float((adjoint * found.values).sum())
    for position, weight in enumerate(found.weights(adjoint, len(operands))):
        assert abs(float((weight * operands[position][1]).sum()) - total) <= 1e-10
        moved = [(axes, array + (1.0 if each == position else 0.0)) for each, (axes, array) in enumerate(operands)]
        change = float((adjoint * contracted(moved, result, 1e9).values).sum()) - total
        assert abs(float(np.sum(weight)) - change) <= 1e-9 * max(1.0, abs(change))


LAWS: list[tuple[ig.Law, float]] = [
    (ig.Normal(1, s), float(stats.norm(1, math.sqrt(0.7)).entropy())),
    (ig.Laplace(0, s), float(stats.laplace(0, 0.7).entropy())),
    (ig.Logistic(0, s), float(stats.logistic(0, 0.7).entropy())),
    (ig.Exponential(0, s), float(stats.expon(0, 0.7).entropy())),
    (ig.Uniform(-s, 2 * s), float(stats.uniform(-0.7, 2.1).entropy())),
    (ig.StudentT(4 * s, 0, s), float(stats.t(2.8, 0, 0.7).entropy())),
    (ig.Points((0, 1), ig.stack(s, 1 - s)), float(special.entr(0.7) + special.entr(0.3))),
]


@pytest.mark.parametrize(("law", "expected"), LAWS)
def test_closed_entropies_are_scipy_s_and_their_slopes_central_differences(law: ig.Law, expected: float) -> None:
    """At s = 7/10; differences with h = 1e-4 err by h^2 h'''/6 and eps/h."""
    net = net_of(ig.Source("A", law), ig.Gate("Y", ig.Source("A", law) * 1, noise=ig.Normal(0, 1)), between=("A", "Y"), s="7/10")

    def at(place: float) -> tuple[float, float]:
        moved = Network(net.question, net.vertices, {"s": np.asarray(place)})
        return closed_entropy(law, moved.interpreter({}, {"s": np.asarray(1.0)}, 0))

    value, slope = at(0.7)
    assert abs(value - expected) <= 1e-12
    assert abs(slope - (at(0.7001)[0] - at(0.6999)[0]) / 2e-4) <= 1e-6


def test_groups_lose_nodes_whose_law_is_known_given_the_others() -> None:
    """I(X;Y) of one stage is h(Y) - h(N); I(X1;Y|X2) of a multiple access channel is h(Y|X2) - h(N)."""
    y = ig.Gate("Y", ig.tanh(X), noise=ig.Laplace(0, 1))
    found = groups(net_of(X, y, between=("X", "Y")))
    assert found.closed == {"Y": -1}
    assert found.open == {frozenset({"Y"}): 1}
    x2 = ig.Source("X2", ig.Normal(0, 1))
    net = whole_network(ig.Question(ig.Channel(X, x2, ig.Gate("Y", X + x2, noise=ig.Normal(0, 1))), ("X", "Y"), "X2"))
    assert groups(net).open == {frozenset({"Y", "X2"}): 1}


@pytest.mark.parametrize("law", [ig.Uniform(-1, 2), ig.Exponential(1, 2), ig.Mixture(("1/3", "2/3"), (ig.Uniform(0, 1), ig.Exponential(0, 1)))])
def test_densities_with_jumps_are_scipy_s(law: ig.Law) -> None:
    net = net_of(ig.Source("A", law), ig.Gate("Y", ig.Source("A", law) * 1, noise=ig.Normal(0, 1)), between=("A", "Y"))
    places = np.linspace(-2.05, 6.05, 300)
    references: dict[type[ig.Law], Callable[[Any], Any]] = {
        ig.Uniform: stats.uniform(-1, 3).pdf,
        ig.Exponential: stats.expon(1, 2).pdf,
        ig.Mixture: lambda z: stats.uniform(0, 1).pdf(z) / 3 + 2 * stats.expon().pdf(z) / 3,
    }
    density = read(law, net.interpreter({}, {}, 0))[0]
    np.testing.assert_allclose(np.exp(density.log_density(places)), references[type(law)](places), atol=1e-15)
    assert density_at(net, net.vertices[0], {"A": places}, {}, Motion(net, {}), 1)[1] is None


def faulty(question: ig.Question, truth: float) -> bool:
    """Whether a fault shows: nothing is answered, or the stated error is no cover."""
    reply = numeric.answer(question, error=1e-8)
    if isinstance(reply, ig.Refusal):
        return True
    assert reply.value is not None
    return abs(float(reply.value.value) - truth) > float(reply.value.doubt.estimated)  # type: ignore[arg-type]  # scalars


def test_a_break_that_is_not_split_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted fault: kinks of maps are no breaks."""
    v = ig.Gate("V", ig.relu(2 * X - 1), noise=ig.Normal(0, "1/4"))
    question = ig.Question(ig.Channel(X, v, ig.Gate("Y", ig.clip(v, -1, 1), noise=ig.Normal(0, "1/10"))), ("X", "Y"), wrt=())
    right = numeric.answer(question)
    assert isinstance(right, ig.Answer)
    assert right.value is not None
    original = breaks_of

    def blind(*arguments: Any) -> dict[str, list[Break]]:
        return {name: [each[0], each[-1]] for name, each in original(*arguments).items()}

    monkeypatch.setattr(kernels_module, "breaks_of", blind)
    assert faulty(question, float(right.value.value))  # type: ignore[arg-type]  # a scalar


def test_a_corner_between_nodes_that_is_not_split_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted fault: corners that move with the other coordinates are not split."""
    v = ig.Gate("V", ig.tanh(2 * X), noise=ig.Uniform("-1/2", "1/2"))
    question = ig.Question(ig.Channel(X, v, ig.Gate("Y", v, noise=ig.Normal(0, "1/10"))), ("X", "Y"), wrt=())
    right = numeric.answer(question)
    assert isinstance(right, ig.Answer)
    assert right.value is not None
    monkeypatch.setattr(Kernels, "_moving", lambda self, vertex: ())
    assert faulty(question, float(right.value.value))  # type: ignore[arg-type]  # a scalar


def test_a_shorter_habitat_is_seen_by_the_probability_that_it_loses() -> None:
    """A source whose axis is cut at two deviations states what probability outside may weigh."""
    v = ig.Gate("V", ig.relu(X), noise=ig.Normal(0, 1))
    kernels = Kernels(net_of(X, v, between=("X", "V")), 1e9)
    whole = kernels(0.3)
    layout = kernels._layouts["X"]
    ends = (Break("X", -2.0), layout.breaks[1], Break("X", 2.0))
    kernels._layouts["X"] = type(layout)("X", ends, layout.line, layout.counts)
    cut = kernels(0.3)
    assert abs(cut.values[0] - whole.values[0]) > 1e-3
    assert cut.rounding[0] > abs(cut.values[0] - whole.values[0])
