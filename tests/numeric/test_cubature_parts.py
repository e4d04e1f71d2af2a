"""The pieces of the cubature: which entropies, which directions, the sums over components and their transposes."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from scipy import stats

import infograd as ig
from infograd.expression import as_expression
from infograd.numeric.cubature.case import Case, cases
from infograd.numeric.cubature.condensed import Condensed
from infograd.numeric.cubature.entropy import branches_of
from infograd.numeric.cubature.gaussian import gaussian_entropies
from infograd.numeric.cubature.grid import grid
from infograd.numeric.cubature.kernel import Components, Full, Product
from infograd.numeric.cubature.mixture import Part, entropy
from infograd.numeric.cubature.terms import Joint, terms
from infograd.numeric.interpreter import Floats

UNIT = ig.Normal((0, 0), ig.identity(2))
a = ig.Parameter("a")
w = ig.Parameter("w", (2,))


def joints(question: ig.Question) -> dict[str, int]:
    return {joint.symbol: factor for joint, factor in terms(question).items()}


def test_an_information_is_the_fewest_entropies() -> None:
    relay = ig.CATALOGUE["relay"].question
    assert joints(relay) == {"h(Y)": 1, "h(Y | X)": -1}
    assert joints(ig.Question(relay.channel, ("V", "Y"))) == {"h(Y)": 1, "h(noise of Y)": -1}
    assert joints(ig.Question(relay.channel, (("X", "V"), "Y"))) == {"h(Y)": 1, "h(noise of Y)": -1}
    assert joints(ig.Question(relay.channel, ("X", "Y"), given="V")) == {}
    assert joints(ig.Question(relay.channel, ("X", ("V", "Y")))) == {"h(V)": 1, "h(noise of V)": -1}
    assert joints(ig.CATALOGUE["mac"].question) == {"h(Y | X2)": 1, "h(noise of Y)": -1}


def test_nodes_of_separate_sources_part_into_entropies_of_their_own() -> None:
    x, u = ig.Source("X", UNIT), ig.Source("U", UNIT)
    y, v = ig.Gate("Y", ig.tanh(x), noise=UNIT), ig.Gate("V", ig.tanh(u), noise=UNIT)
    channel = ig.Channel(x, u, y, v)
    assert joints(ig.Question(channel, ("X", ("Y", "V")))) == {"h(Y)": 1, "h(noise of Y)": -1}


def only_case(channel: ig.Channel, joint: Joint) -> list[Case]:
    question = ig.Question(channel, ("X", "Y"))
    [branches] = branches_of(question, joint)
    return cases(branches, joint.symbol)


def counts(channel: ig.Channel, joint: Joint) -> list[tuple[int, int, int]]:
    """Of every case: how many observed and unobserved variables are integrated, and in how many directions the entries are linear."""
    return [(each.directions.count, hidden.directions.count, len(hidden.rest)) for each in only_case(channel, joint) for hidden in each.hidden]


def test_only_directions_that_enter_nonlinearly_are_integrated() -> None:
    x = ig.Source("X", ig.Normal((0, 0, 0), ig.identity(3)))
    row = ig.Parameter("w", (3,))
    projected = ig.Gate("Y", as_expression([ig.tanh(ig.dot(row, x)), ig.sin(2 * ig.dot(row, x)) + x[1]]), noise=UNIT)
    at = {"w": (1, 2, 3)}
    assert counts(ig.Channel(x, projected, defaults=at), Joint(("Y",))) == [(0, 1, 2)]
    assert counts(ig.Channel(x, projected, defaults=at), Joint(("Y",), alone=True)) == [(0, 0, 1), (0, 0, 1)]


def test_products_turn_with_what_is_known_and_are_integrated_where_it_is_not() -> None:
    h, x = ig.Source("H", UNIT), ig.Source("X", ig.Normal(0, 1))
    channel = ig.Channel(h, x, ig.Gate("Y", ig.dot(w, h) * x + h[0], noise=ig.Normal(0, 1)), defaults={"w": (1, 2)})
    assert counts(channel, Joint(("Y",), ("H",))) == [(1, 0, 2)]
    assert counts(channel, Joint(("Y",), ("X",))) == [(1, 0, 3)]
    assert counts(channel, Joint(("Y",))) == [(0, 2, 1)]


def test_entries_that_share_nothing_are_cases_of_their_own() -> None:
    x = ig.Source("X", UNIT)
    channel = ig.Channel(x, ig.Gate("Y", ig.tanh(x), noise=UNIT))
    assert counts(channel, Joint(("Y",))) == [(0, 1, 1), (0, 1, 1)]
    turned = ig.Channel(x, ig.Gate("Y", ig.Constant(((1, 1), (1, -1))) @ ig.tanh(x), noise=UNIT))
    assert counts(turned, Joint(("Y",))) == [(0, 2, 2)]


def test_nodes_of_a_ball_carry_the_whole_weight_and_the_moments() -> None:
    x = ig.Source("X", UNIT)
    [each] = only_case(ig.Channel(x, ig.Gate("Y", ig.Constant(((1, 1), (1, -1))) @ ig.tanh(x), noise=UNIT)), Joint(("Y",)))
    [hidden] = each.hidden
    nodes = grid(hidden.branch, hidden.directions, hidden.curvatures, 0.5)
    assert abs(nodes.weights.sum() - 1) < 1e-14
    np.testing.assert_allclose((nodes.coordinates * nodes.weights) @ nodes.coordinates.T, np.diag([1.0, 1.0, 0.0, 0.0]), atol=1e-13)


def random_components(rank: int, count: int) -> tuple[Floats, Floats]:
    rng = np.random.default_rng()
    weights = rng.random(count)
    return 3 * rng.standard_normal((rank, count)), weights / weights.sum()


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_products_over_axes_are_the_general_sums(rank: int) -> None:
    means, weights = random_components(rank, 40)
    covariance = np.diag(np.linspace(0.5, 1.5, rank))
    axes = [np.linspace(-6, 6, 14 + number) for number in range(rank)]
    target = np.random.default_rng().standard_normal([axis.size for axis in axes])
    sums: list[Components] = [kind(means, weights, covariance) for kind in (Product, Full)]
    one, other = (each.density(axes, each.blocks(axes)) for each in sums)
    np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-15)
    for left, right in zip(*(each.adjoints(axes, each.blocks(axes), target) for each in sums), strict=True):
        np.testing.assert_allclose(left, right, rtol=1e-10, atol=1e-14)


def test_a_general_covariance_has_the_density_of_scipy() -> None:
    means, weights = random_components(2, 5)
    covariance = np.array([[1.0, 0.6], [0.6, 0.7]])
    axes = [np.linspace(-5, 5, 11), np.linspace(-4, 4, 9)]
    each = Full(means, weights, covariance)
    points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
    expected = sum(weight * stats.multivariate_normal(mean, covariance).pdf(points) for weight, mean in zip(weights, means.T, strict=True))
    np.testing.assert_allclose(each.density(axes, each.blocks(axes)), expected, rtol=1e-12)


def test_windows_of_neighbours_lose_nothing() -> None:
    means, weights = random_components(2, 400)
    means *= 10
    covariance = np.eye(2)
    axes = [np.arange(-110, 110, 0.7), np.arange(-110, 110, 0.8)]
    each = Product(means, weights, covariance)
    blocks, whole = each.blocks(axes), Product(means, weights, covariance)
    assert len(blocks) > 10
    assert sorted(position for block in blocks for position in block.components.tolist()) == list(range(400))
    assert 5 * sum(block.cells for block in blocks) < 400 * axes[0].size * axes[1].size
    np.testing.assert_allclose(each.density(axes, blocks), whole.values(axes, np.arange(400)), atol=1e-17)


def test_many_components_along_one_axis_are_summed_through_few() -> None:
    means, weights = random_components(1, 5000)
    covariance, axes = np.array([[0.7]]), [np.linspace(-15, 15, 80)]
    few, all = Condensed(means, weights, covariance), Product(means, weights, covariance)
    assert few.worthwhile
    assert 10 * sum(block.cells for block in few.blocks(axes)) < sum(block.cells for block in all.blocks(axes))
    np.testing.assert_allclose(few.density(axes, few.blocks(axes)), all.density(axes, all.blocks(axes)), atol=1e-15)
    target = np.cos(axes[0])
    for left, right in zip(*(each.adjoints(axes, each.blocks(axes), target) for each in (few, all)), strict=True):
        np.testing.assert_allclose(left, right, atol=2e-14 * float(np.abs(right).max()))


def mixed(means: Floats, weights: Floats, roots: Sequence[Floats]) -> list[Part]:
    half = weights.size // 2
    return [Part(means[:, :half], weights[:half], roots[0]), Part(means[:, half:], weights[half:], roots[1])]


def test_the_adjoints_are_the_slopes_of_the_entropy() -> None:
    """In means, weights and covariances, also in the direction that does not tell the components apart."""
    rng = np.random.default_rng()
    means = rng.standard_normal((3, 6)) * np.array([[1.0], [1.0], [0.0]])
    weights = rng.random(6) + 0.5
    roots = [np.asarray(np.tril(np.eye(3) + 0.3 * rng.random((3, 3))), dtype=np.float64) for _ in range(2)]

    def height(shift: Floats, growth: Floats, turns: list[Floats]) -> float:
        moved = [np.asarray(np.linalg.cholesky(root @ root.T + turn), dtype=np.float64) for root, turn in zip(roots, turns, strict=True)]
        return entropy(mixed(means + shift, weights + growth, moved), 0.3, 1e10, slopes=False, name="h").value

    step = 1e-4
    shift, growth = step * rng.standard_normal((3, 6)), step * rng.standard_normal(6)
    turns = [step * (turn + turn.T) for turn in rng.standard_normal((2, 3, 3))]
    found = entropy(mixed(means, weights, roots), 0.3, 1e10, slopes=True, name="h")
    change = height(shift, growth, turns) - height(-shift, -growth, [-turn for turn in turns])
    shares, pulls = np.concatenate([each.shares for each in found.adjoints]), np.concatenate([each.pulls for each in found.adjoints], axis=1)
    slope = float((shares / weights) @ growth) - float(growth.sum()) + float((pulls * shift).sum())
    slope += sum(float(np.einsum("ijn,ij->", each.bends, turn)) / 2 for each, turn in zip(found.adjoints, turns, strict=True))
    assert abs(change / 2 - slope) < 1e-3 * step


def test_gaussian_entropies_need_no_squares() -> None:
    """Rows that are nearly parallel: M M^T would lose half of the digits."""
    gap = 2.0**-26
    heights, bends = gaussian_entropies(np.array([[1.0, 0.0], [1.0, gap]])[:, :, None])
    assert abs(heights[0] - (math.log(2 * math.pi * math.e) + math.log(gap))) < 1e-14
    np.testing.assert_allclose(bends[:, :, 0], np.linalg.inv(np.array([[1.0, 0.0], [1.0, gap]])).T, rtol=1e-14)
