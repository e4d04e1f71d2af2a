"""Strips, majorants and sums over the outputs (Lemmas G4 to G7) against what they bound, where they come near, with planted faults that are caught."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import pytest
from flint import acb, arb

from infograd.numeric.certified.balls import HypothesisError, precision
from infograd.numeric.certified.cascade_inputs import WeightError
from infograd.numeric.certified.graph.entropy import (
    Grid,
    LogMajorant,
    grid,
    lattice_moments,
    line_moments,
    log_majorant,
    majorants,
    tail_moments,
    vector_entropy,
)
from infograd.numeric.certified.graph.inputs import VectorSum
from infograd.numeric.certified.graph.relay import RelayMaps, relay_sum
from infograd.numeric.certified.graph.sources import AtomicSource, SmoothSource, source_sum
from infograd.numeric.certified.graph.sums import Lattices, density_error, line_totals, plane_totals
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


def relay_laws() -> tuple[SmoothSource, RelayMaps]:
    """T_0 = tanh(a xi), G = sin(a xi)/2 in the first output; F = (tanh(b v + 1/4), sin(v)/2)."""
    source = SmoothSource((Jet(arb(1)),), ((term("tanh", 1, moving(1, "a")),), (term("sin", 0.5, moving(1, "a")),), ()))
    return source, RelayMaps(((term("tanh", 1, moving(1, "b"), 0.25),), (term("sin", 0.5, moving(1)),)))


def antipodal(first: float, second: float) -> VectorSum:
    """T = +-(first, second), equally likely."""
    half = Jet(arb(1) / 2)
    places = tuple((Jet(arb(-size), {"a": arb(-1)}), Jet(arb(size), {"a": arb(1)})) for size in (first, second))
    return source_sum(AtomicSource((half, half), places), ("a",), 0.0)


def turned(nodes: VectorSum, y: Sequence[arb], c: int, v: arb) -> acb:
    """p with y_c moved to y_c + iv."""
    found = acb(0)
    for i, weight in enumerate(nodes.weights):
        power = acb(0)
        for k, each in enumerate(y):
            away = acb(each, v if k == c else arb(0)) - nodes.places[k][i]
            power -= away * away / 2
        found += weight * power.exp()
    return found / (2 * arb.pi()) ** (arb(len(y)) / 2)


def density(nodes: VectorSum, y: Sequence[arb]) -> arb:
    return abs(turned(nodes, y, 0, arb(0)))


def test_the_joint_density_keeps_from_zero_in_each_coordinate_as_far_as_the_cosine_says() -> None:
    """Two equal atoms attain exp(v^2/2) cos(v B_c) p at y_c B_c + y_k B_k = 0; a strip of phase beyond pi/2 has a zero and is refused."""
    with precision(BITS):
        nodes = antipodal(2, 0.5)
        for c, half_range in enumerate((arb(2), arb(1) / 2)):
            for phase in (arb(1) / 2, arb(1), arb(3) / 2):
                v = phase / half_range
                for y in product(OUTPUTS, repeat=2):
                    assert abs(turned(nodes, y, c, v)) >= (v**2 / 2).exp() * phase.cos() * density(nodes, y) * (1 - arb(2) ** -100)
                attained = abs(turned(nodes, (arb(0), arb(0)), c, v)) / ((v**2 / 2).exp() * density(nodes, (arb(0), arb(0))))
                assert abs(attained - phase.cos()) < 1e-20
        with pytest.raises(HypothesisError, match="phase"):
            log_majorant(nodes.facts, (arb(1), arb(1)), 0)


@pytest.mark.parametrize("c", [0, 1])
def test_the_logarithm_stays_below_its_majorant_on_the_edge(c: int) -> None:
    """log p followed from the real plane, for skew atoms at every z; near the axis the majorant is attained to a factor 2."""
    with precision(BITS):
        law = AtomicSource((Jet(arb(1) / 4), Jet(arb(3) / 4)), ((Jet(arb(-2)), Jet(arb(2))), (Jet(arb(1)), Jet(arb(-1)))))
        nodes = source_sum(law, (), 0.0)
        widths = tuple((arb(3) / 2 / each).mid() for each in nodes.facts.half_ranges)
        near = []
        for y in product([arb(each) for each in (-7, -2, 0, 1, 6)], repeat=2):
            before = turned(nodes, y, c, arb(0))
            logarithm = before.log()
            for part in range(1, 61):
                after = turned(nodes, y, c, widths[c] * part / 60)
                logarithm += (after / before).log()
                before = after
            majorant, real = log_majorant(nodes.facts, widths, c), log_majorant(nodes.facts, widths, None)
            for i in range(2):
                z = [abs(each - row[i]) for each, row in zip(y, nodes.places, strict=True)]

                def value(found: LogMajorant, sizes: list[arb] = z) -> arb:
                    return sum((slope * each + each * each / 2 for slope, each in zip(found.linear, sizes, strict=True)), found.constant)

                assert abs(logarithm) <= value(majorant)
                assert abs(density(nodes, y).log()) <= value(real)
                near.append(float(abs(density(nodes, y).log()) / value(real)))
        assert max(near) > 0.5


def test_lattice_sums_of_moments_stay_below_their_bounds_and_come_near_them() -> None:
    """A wide lattice meets one of the two humps of |z|^r phi. Planted: the integral alone, and half the humps."""
    with precision(BITS):
        bare, half = [], []
        for step in (arb(1) / 2, arb(2), arb(4)):
            bounds, integrals = lattice_moments(step), line_moments()
            for r in range(4):
                found = []
                for shift in range(20):
                    t = step * shift / 20
                    found.append(
                        sum((step * abs(step * j - t) ** r * (-((step * j - t) ** 2) / 2).exp() / (2 * arb.pi()).sqrt() for j in range(-60, 61)), arb(0))
                    )
                worst = max(map(float, found))
                assert worst <= float(bounds[r])
                assert worst >= float(bounds[r]) / 3
                bare.append(worst > float(integrals[r]))
                half.append(worst > float((integrals[r] + bounds[r]) / 2))
        assert any(bare)
        assert any(half)


def test_sums_beyond_the_lattice_stay_below_their_bounds_and_come_near_them() -> None:
    """Planted: one side alone. z^3 phi(z) rises until sqrt(3), where the bound is refused."""
    with precision(BITS):
        step, beyond = arb(1) / 50, arb(2)
        bounds = tail_moments(beyond)
        for r in range(4):
            found = 2 * sum((step * (beyond + step * j) ** r * (-((beyond + step * j) ** 2) / 2).exp() / (2 * arb.pi()).sqrt() for j in range(1, 600)), arb(0))
            assert 0.9 * float(bounds[r]) <= float(found) <= float(bounds[r])
        with pytest.raises(HypothesisError, match=r"sqrt\(3\)"):
            tail_moments(arb(17) / 10)


def test_the_line_integrals_stay_below_their_majorants_and_come_near_them() -> None:
    """int int |p log p| and |dp log p| with one coordinate on the edge of its strip, for two atoms: planted: a lost exp(b^2/2)."""
    with precision(90):
        nodes = antipodal(0.5, 0.25)
        facts = nodes.facts
        widths = tuple((arb(3) / 2 / each).mid() for each in facts.half_ranges)
        step = arb(1) / 4
        found: dict[str | None, arb] = {None: arb(0), "a": arb(0)}
        for y in product([step * j for j in range(-28, 29)], repeat=2):
            before = turned(nodes, y, 0, arb(0))
            logarithm = before.log()
            for part in range(1, 13):
                after = turned(nodes, y, 0, widths[0] * part / 12)
                logarithm += (after / before).log()
                before = after
            moved = acb(0)
            for i in range(2):
                lone = VectorSum([arb(1)], [[row[i]] for row in nodes.places], {}, {}, facts)
                along = [moves[i] for moves in nodes.moves["a"]]
                levers = along[0] * (acb(y[0], widths[0]) - nodes.places[0][i]) + along[1] * (y[1] - nodes.places[1][i])
                moved += levers * turned(lone, y, 0, widths[0])
            found[None] += step**2 * abs(before * logarithm)
            found["a"] += step**2 * abs(moved * logarithm)
        bounds = majorants(facts, ("a",), [line_moments(), line_moments()], widths, 0)
        growth = float((widths[0] ** 2 / 2).exp())
        for name, value in found.items():
            ratio = float(value / bounds[name])
            assert 1 / 50 < ratio <= 1
            assert ratio * growth > 1, "a lost growth would pass unseen"


def outer(nodes: VectorSum, steps: Sequence[float], reach: float) -> tuple[arb, arb]:
    """The sums -k^n sum p log p and -k^n sum dp log p on lattices of these steps."""
    lattices = Lattices(tuple(arb(step) for step in steps), tuple(int(reach / step) + 1 for step in steps))
    value, slopes = plane_totals(nodes, ("a",), lattices)
    return value, slopes["a"]


def test_sums_over_the_outputs_err_within_their_bound_and_a_strip_of_twice_the_width_is_caught() -> None:
    """Two atoms at (+-1, +-1/4): p vanishes at y_1 = i pi/2, so that the error falls like exp(-pi^2/k); a strip of phase 3 has the square of the factor."""
    with precision(200):
        nodes = antipodal(1, 0.25)
        fine = outer(nodes, (0.1, 0.3), 12)
        planted, near = [], []
        for step in (0.5, 0.3, 0.2):
            widths = tuple((arb(3) / 2 / each).mid() for each in nodes.facts.half_ranges)
            lattices = Lattices((arb(step), arb(3) / 10), (int(12 / step) + 1, 41))
            errors = Grid(widths, lattices).errors(nodes.facts, ("a",))
            double = (4 * arb.pi() * widths[0] / step).expm1()
            edge = majorants(nodes.facts, ("a",), [line_moments(), lattice_moments(lattices.steps[1])], widths, 0)
            for found, exact, name in zip(outer(nodes, (step, 0.3), 12), fine, (None, "a"), strict=True):
                gap = abs(found - exact)
                assert gap <= errors[name]
                near.append(float(gap / errors[name]))
                planted.append(bool(gap > 2 * edge[name] / double))
        assert max(near) > 1e-5
        assert any(planted)


def test_what_the_lattice_leaves_out_is_within_the_truncation_and_comes_near_it() -> None:
    """The lattice ends 2.5 beyond the range."""
    with precision(BITS):
        nodes = antipodal(1, 0.5)
        fine = outer(nodes, (0.2, 0.2), 14)
        reach = (3.5, 3.0)
        lattices = Lattices((arb(1) / 5,) * 2, tuple(int(each * 5) for each in reach))
        value, slopes = plane_totals(nodes, ("a",), lattices)
        widths = tuple((arb(3) / 2 / each).mid() for each in nodes.facts.half_ranges)
        errors = Grid(widths, lattices).errors(nodes.facts, ("a",))
        for found, exact, name in zip((value, slopes["a"]), fine, (None, "a"), strict=True):
            gap = float(abs(found - exact))
            assert 1e-2 * float(errors[name]) < gap <= float(errors[name])


def test_errors_of_the_nodes_reach_the_sums_and_forgotten_ones_are_caught() -> None:
    """A coarse sum over the source under fine lattices of the outputs, one output and two: the balls hold the true entropy and slopes, and without the nodes'
    errors they do not."""
    with precision(BITS):
        law = bent()
        single = SmoothSource(law.weights, law.terms[:1])
        for source, totals in ((law, plane_totals), (single, line_totals)):
            fine, coarse = source_sum(source, NAMES, 60.0), source_sum(source, NAMES, 9.0)
            lattices = grid(fine.facts, NAMES, 20.0).lattices
            exact, found = totals(fine, NAMES, lattices), totals(coarse, NAMES, lattices)
            names = NAMES if source is law else ("a",)
            assert found[0].overlaps(exact[0])
            assert all(found[1][name].overlaps(exact[1][name]) for name in names)
            none = WeightError(arb(0), arb(0), arb(0), arb(0))
            silent = replace(coarse.facts, moves={name: (none,) * len(each) for name, each in coarse.facts.moves.items()})
            mute = totals(replace(coarse, facts=silent), NAMES, lattices)
            blind = totals(replace(coarse, facts=replace(silent, one=none)), NAMES, lattices)
            assert not blind[0].overlaps(exact[0])
            assert not any(blind[1][name].overlaps(exact[1][name]) for name in names)
            assert all(float(mute[1][name].rad()) < float(found[1][name].rad()) for name in names)


def test_the_folded_half_of_an_odd_law_is_the_whole() -> None:
    with precision(BITS):
        nodes = source_sum(bent(), NAMES, 40.0)
        assert nodes.facts.odd
        whole = replace(nodes, facts=replace(nodes.facts, odd=False))
        lattices = grid(nodes.facts, NAMES, 12.0).lattices
        half, full = plane_totals(nodes, NAMES, lattices), plane_totals(whole, NAMES, lattices)
        assert half[0].overlaps(full[0])
        assert all(half[1][name].overlaps(full[1][name]) for name in NAMES)


def test_pairs_and_their_products_give_the_same_sums() -> None:
    """One output behind a relay with a direct link: one product of matrices for pairs, and the nodes one by one."""
    with precision(BITS):
        source, maps = relay_laws()
        base = source_sum(SmoothSource(source.weights, source.terms[:2]), NAMES, 20.0)
        nodes = relay_sum(base, RelayMaps(maps.terms[:1]), NAMES, 20.0)
        assert nodes.factors is not None
        lattices = grid(nodes.facts, NAMES, 8.0).lattices
        paired, single = line_totals(nodes, NAMES, lattices), line_totals(replace(nodes, factors=None), NAMES, lattices)
        assert paired[0].overlaps(single[0])
        assert all(paired[1][name].overlaps(single[1][name]) for name in NAMES)


def test_the_error_of_a_joint_entropy_is_near_the_one_that_was_asked() -> None:
    with precision(BITS):
        nodes = source_sum(bent(), NAMES, 40.0)
        for nats in (10.0, 20.0):
            found = vector_entropy(nodes, NAMES, nats)
            assert float(found.value.rad()) < 10 * math.exp(-nats)
            assert density_error(nodes.facts) < arb(-nats).exp()
