"""The errors of sums over sources and relays (Lemmas G1 to G3) against the true ones, at steps where they come near, with planted faults that are caught."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import product

import pytest
from flint import acb, arb

from infograd.numeric.certified.balls import HypothesisError, precision
from infograd.numeric.certified.cascade_inputs import WeightError
from infograd.numeric.certified.graph.inputs import Facts, VectorSum, product_sum
from infograd.numeric.certified.graph.relay import Lattice, RelayMaps, lattice, relay_facts, relay_sum, sum_on
from infograd.numeric.certified.graph.sources import Choice, SmoothSource, choose, line, smooth_sum, source_sum
from infograd.numeric.certified.graph.sums import lever, wide
from infograd.numeric.certified.jets import Jet
from infograd.numeric.certified.maps import MAPS
from infograd.numeric.certified.signal import Component, Smooth

BITS = 160
OUTPUTS = tuple(arb(each) / 2 for each in range(-9, 10, 3))
NAMES = ("a", "b")


def moving(value: float, *names: str) -> Jet:
    return Jet(arb(value), {name: arb(1) for name in names})


def term(name: str, amplitude: float, spread: Jet, centre: float = 0) -> Smooth:
    return Smooth(MAPS[name](), Jet(arb(amplitude)), (Component(arb(1), Jet(arb(centre)), spread),), {})


def bent() -> SmoothSource:
    """T = (3/2 tanh(a xi), sin(b xi)/2) at a = 1, b = 2."""
    return SmoothSource((Jet(arb(1)),), ((term("tanh", 1.5, moving(1, "a")),), (term("sin", 0.5, moving(2, "b")),)))


def straight() -> SmoothSource:
    """T = (3/2 tanh(a xi), erf(b xi)), which has hyperbolas."""
    return SmoothSource((Jet(arb(1)),), ((term("tanh", 1.5, moving(3, "a")),), (term("erf", 1, moving(2, "b")),)))


def bell(nodes: VectorSum, i: int, y: Sequence[arb]) -> arb:
    square = sum(((each - row[i]) ** 2 for each, row in zip(y, nodes.places, strict=True)), arb(0))
    return (-square / 2).exp() / (2 * arb.pi()) ** (arb(len(y)) / 2)


Weighted = Callable[[VectorSum, Sequence[arb]], arb]


def density(nodes: VectorSum, y: Sequence[arb]) -> arb:
    return sum((weight * bell(nodes, i, y) for i, weight in enumerate(nodes.weights)), arb(0))


def drift(name: str) -> Weighted:
    return lambda nodes, y: sum((each * bell(nodes, i, y) for i, each in enumerate(nodes.drifts[name])), arb(0))


def slope(name: str, k: int) -> Weighted:
    return lambda nodes, y: sum((each * (y[k] - nodes.places[k][i]) * bell(nodes, i, y) for i, each in enumerate(nodes.moves[name][k])), arb(0))


def err(error: WeightError) -> arb:
    return error.edge + error.tail


def bound_of(facts: Facts, error: WeightError, k: int | None, y: Sequence[arb]) -> arb:
    size = err(error) * (arb(1) if k is None else lever(facts, k, y[k]))
    for coordinate, each in enumerate(y):
        size *= wide(facts, coordinate, each)
    return size


def ratios(coarse: VectorSum, fine: VectorSum, function: Weighted, error: WeightError, k: int | None) -> list[float]:
    """True error over bound at all outputs."""
    places = list(product(OUTPUTS, repeat=coarse.dimension))
    return [float(abs(function(coarse, y) - function(fine, y)) / bound_of(coarse.facts, error, k, y)) for y in places]


def functionals(facts: Facts, names: Sequence[str]) -> list[tuple[Weighted, WeightError, int | None]]:
    found: list[tuple[Weighted, WeightError, int | None]] = [(density, facts.one, None)]
    for name in names:
        found += [(slope(name, k), error, k) for k, error in enumerate(facts.moves[name]) if float(err(error)) > 0]
    return found


@pytest.mark.parametrize("source", [bent, straight])
def test_the_sum_over_a_source_errs_within_its_bound_and_comes_near_it(source: Callable[[], SmoothSource]) -> None:
    """On the contour of fewest nodes at coarse steps; planted on the straight one: a strip of twice the width, whose factor is the square."""
    with precision(BITS):
        law = source()
        fine = source_sum(law, NAMES, 70.0)
        near: dict[int, float] = {}
        for nats in (3.0, 5.0, 8.0):
            chosen = line(law, 0, choose(law, 0, nats))
            coarse = smooth_sum(law, NAMES, [chosen])
            squared = smooth_sum(law, NAMES, [replace(chosen, factor=chosen.factor**2)])
            for position, (function, error, k) in enumerate(functionals(coarse.facts, NAMES)):
                found = ratios(coarse, fine, function, error, k)
                assert max(found) <= 1
                near[position] = max(near.get(position, 0.0), *found)
            planted = ratios(coarse, fine, density, squared.facts.one, None)
        assert near[0] >= 1e-2
        assert min(near.values()) >= 1e-4
        assert source is straight or max(planted) > 1


def test_a_source_that_ends_early_errs_within_the_tail() -> None:
    """Planted: a forgotten tail."""
    with precision(BITS):
        law = bent()
        fine = source_sum(law, NAMES, 70.0)
        choice = choose(law, 0, 60.0)
        coarse = smooth_sum(law, NAMES, [line(law, 0, Choice(choice.width, choice.step, int(2.5 / choice.step)))])
        found = ratios(coarse, fine, density, coarse.facts.one, None)
        assert 1e-2 <= max(found) <= 1
        forgotten = replace(coarse.facts.one, tail=arb(0))
        assert max(ratios(coarse, fine, density, forgotten, None)) > 1


def test_the_growth_on_the_edges_is_that_of_all_outputs_together() -> None:
    """|prod N(y_k; T_k(x + ia))| <= exp(sum beta_k^2/2) prod g_rho_k; planted: the largest growth alone."""
    with precision(BITS):
        law = SmoothSource((Jet(arb(1)),), ((term("sin", 1, moving(1)),), (term("sin", 1, moving(1)),)))
        width = arb(1.2)
        facts = smooth_sum(law, (), [line(law, 0, Choice(1.2, 0.5, 20))]).facts
        peak = 2 * arb.pi()
        largest = []
        for x, y in product((arb(0), arb(1) / 2, arb(3) / 2), (arb(-2), arb(0), arb(1))):
            place = acb(x, width).sin()
            size = abs((-((acb(y) - place) ** 2)).exp()) / peak
            largest.append(float(size / (wide(facts, 0, y) * wide(facts, 1, y))))
        growth = float((facts.beta[0] ** 2 / 2).exp())
        assert max(largest) <= growth**2
        assert max(largest) > growth


def test_two_sources_err_within_the_bound_of_their_product() -> None:
    """Planted: the error of one source alone."""
    with precision(BITS):
        first, second = bent(), SmoothSource((Jet(arb(1)),), ((term("erf", 1, moving(1, "a"), 0.5),), (term("tanh", 0.5, moving(2, "b")),)))
        near, planted = [], []
        fine = product_sum(*(source_sum(law, NAMES, 25.0) for law in (first, second)))
        for left, right in ((4.0, 16.0), (16.0, 4.0)):
            coarse = product_sum(source_sum(first, NAMES, left), source_sum(second, NAMES, right))
            for y in product(OUTPUTS[2:5:2], repeat=2):
                gap = abs(density(coarse, y) - density(fine, y))
                assert gap <= bound_of(coarse.facts, coarse.facts.one, None, y)
                near.append(float(gap / bound_of(coarse.facts, coarse.facts.one, None, y)))
                alone = source_sum(first, NAMES, left).facts.one
                planted.append(bool(gap > bound_of(coarse.facts, alone, None, y)))
            for function, error, k in functionals(coarse.facts, NAMES)[1:]:
                y = (arb(1), arb(-1))
                assert abs(function(coarse, y) - function(fine, y)) <= bound_of(coarse.facts, error, k, y)
        assert max(near) >= 1e-2
        assert any(planted)


def relay_laws() -> tuple[SmoothSource, RelayMaps]:
    """T_0 = tanh(a xi), G = sin(a xi)/2 in the first output; F = (tanh(b v + 1/4), sin(v)/2)."""
    source = SmoothSource((Jet(arb(1)),), ((term("tanh", 1, moving(1, "a")),), (term("sin", 0.5, moving(1, "a")),), ()))
    return source, RelayMaps(((term("tanh", 1, moving(1, "b"), 0.25),), (term("sin", 0.5, moving(1)),)))


def test_the_sum_over_a_relay_errs_within_its_bounds_and_comes_near_them() -> None:
    """On coarse lattices of v over a fine source: p, the drift of its weights by `a`, the moves of each output by `b`; planted: a strip of twice the width."""
    with precision(BITS):
        source, maps = relay_laws()
        base = source_sum(source, NAMES, 20.0)
        fine = relay_sum(base, maps, NAMES, 25.0)
        near: dict[int, float] = {}
        planted = []
        for nats in (3.0, 5.0, 8.0):
            chosen = lattice(maps, base.facts.half_ranges[0], nats)
            coarse = sum_on(Lattice(chosen.width, chosen.step, 1 + int(8 / float(chosen.step))), base, maps, NAMES)
            cases = [(density, coarse.facts.one, None), (drift("a"), coarse.facts.drifts["a"], None), (slope("b", 0), coarse.facts.moves["b"][0], 0)]
            for position, (function, error, k) in enumerate(cases):
                for y in product(OUTPUTS[2:5:2], repeat=2):
                    gap, bound = abs(function(coarse, y) - function(fine, y)), bound_of(coarse.facts, error, k, y)
                    assert gap <= bound
                    near[position] = max(near.get(position, 0.0), float(gap / bound))
                    if position == 0:
                        factor = chosen.factor([maps.line(each, chosen.width)[1] for each in range(2)])
                        planted.append(bool(gap > bound * factor))
        assert near[0] >= 1e-2
        assert min(near.values()) >= 1e-3
        assert any(planted)


def test_a_relay_over_a_coarse_source_errs_within_what_the_source_adds() -> None:
    """Planted: the error of the relay's lattice alone, as if the source were exact."""
    with precision(BITS):
        source, maps = relay_laws()
        fine = relay_sum(source_sum(source, NAMES, 25.0), maps, NAMES, 25.0)
        base = source_sum(source, NAMES, 5.0)
        coarse = relay_sum(base, maps, NAMES, 25.0)
        exact = replace(base.facts, one=replace(base.facts.one, edge=arb(0), tail=arb(0)))
        mesh = lattice(maps, base.facts.half_ranges[0], 25.0)
        alone = relay_facts(exact, maps, mesh, (), [[{} for _ in range(2)] for _ in mesh.places])
        near, planted = [], []
        for function, error, k in [
            (density, coarse.facts.one, None),
            (drift("a"), coarse.facts.drifts["a"], None),
            (slope("a", 0), coarse.facts.moves["a"][0], 0),
            (slope("b", 0), coarse.facts.moves["b"][0], 0),
        ]:
            for y in product(OUTPUTS[1:6:2] if function is density else OUTPUTS[2:5:2], repeat=2):
                gap, bound = abs(function(coarse, y) - function(fine, y)), bound_of(coarse.facts, error, k, y)
                assert gap <= bound
                near.append(float(gap / bound))
                planted.append(bool(gap > bound_of(coarse.facts, alone.one, None, y)))
        assert max(near) >= 1e-2
        assert any(planted)


def test_a_lattice_of_the_relay_that_ends_early_errs_within_its_tail() -> None:
    """Planted: a forgotten tail."""
    with precision(BITS):
        source, maps = relay_laws()
        base = source_sum(source, (), 20.0)
        fine, chosen = relay_sum(base, maps, (), 25.0), lattice(maps, base.facts.half_ranges[0], 25.0)
        coarse = sum_on(Lattice(chosen.width, chosen.step, int(3.1 / float(chosen.step)) + 1), base, maps, ())
        edge = chosen.factor([maps.line(each, chosen.width)[1] for each in range(2)])
        near, planted = [], []
        for y in product(OUTPUTS[1:6:2], repeat=2):
            gap, bound = abs(density(coarse, y) - density(fine, y)), bound_of(coarse.facts, coarse.facts.one, None, y)
            assert gap <= bound
            near.append(float(gap / bound))
            planted.append(bool(gap > bound * edge / err(coarse.facts.one)))
        assert max(near) >= 1e-2
        assert any(planted)


def test_the_means_of_the_derivatives_stay_below_their_bounds_and_come_near_them() -> None:
    """E|dT_k| of a source, E|d log w| of a relay's nodes and E|dF_k| behind it, by their own sums: at most the bound, and more than a tenth of it."""
    with precision(BITS):
        source, maps = relay_laws()
        base = source_sum(source, NAMES, 20.0)
        nodes = relay_sum(base, maps, NAMES, 20.0)
        cases = [(base.moves["a"][0], base.facts.moves["a"][0]), (base.moves["a"][1], base.facts.moves["a"][1])]
        cases += [
            (nodes.drifts["a"], nodes.facts.drifts["a"]),
            (nodes.moves["a"][0], nodes.facts.moves["a"][0]),
            (nodes.moves["b"][0], nodes.facts.moves["b"][0]),
        ]
        for values, error in cases:
            mean = float(sum(map(abs, values), arb(0)))
            assert float(error.mean) / 10 < mean <= float(error.mean) * (1 + 1e-6)


def test_strips_that_leave_those_of_the_maps_are_refused() -> None:
    """tanh(3 xi) is bounded as stated for |Im xi| < pi/12, tanh(v) for |Im v| < pi/4."""
    with precision(BITS):
        with pytest.raises(HypothesisError, match="tanh"):
            line(straight(), 0, Choice(0.3, 0.1, 40))
        source, maps = relay_laws()
        with pytest.raises(HypothesisError, match="tanh"):
            sum_on(Lattice(arb(0.8), arb(0.1), 60), source_sum(source, NAMES, 8.0), maps, NAMES)
