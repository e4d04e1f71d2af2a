"""Sensor powers: certified, better than a search, and switched off where the channel is poor."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import numpy.typing as npt
import pytest
import sympy  # type: ignore[import-untyped]  # sympy ships no type information
from scipy import optimize

import infograd as ig
from infograd.analytic import answer
from infograd.analytic.theory.sensors import allocate, coherent_amplitudes, coherent_optimum, coherent_ratio, orthogonal_ratio, sensor
from infograd.analytic.theory.vanishing import vanishes

NETWORKS = [
    (sensor(1), sensor(1)),
    (sensor(1, 3), sensor(3, 2, "1/2"), sensor("1/2", "1/10")),
    (sensor("1/3", 2), sensor("1/3", "1/50"), sensor(2, 5), sensor(1, "1/100")),
]


@pytest.mark.parametrize(("network", "budget"), [*itertools.product(NETWORKS, ["1/10", 1, 20])])
def test_the_allocation_certifies_itself(network: tuple[object, ...], budget: object) -> None:
    found = allocate(network, 2, budget)  # type: ignore[arg-type]  # parametrised with sensors
    assert found.certified(sympy.Rational(str(budget)))


def test_moving_power_breaks_the_certificate_and_lowers_the_information() -> None:
    found = allocate(NETWORKS[1], 2, 5)
    step = sympy.Rational(1, 100)
    for position, other in itertools.permutations(range(3), 2):
        powers = list(found.powers)
        powers[position], powers[other] = powers[position] + step, powers[other] - step
        moved = dataclasses.replace(found, powers=tuple(powers))
        assert not moved.certified(sympy.Integer(5))
        if powers[other] >= 0:
            assert bool(moved.ratio < found.ratio)


def test_poor_sensors_are_switched_off_and_a_larger_budget_wakes_them() -> None:
    off = {budget: sum(power == 0 for power in allocate(NETWORKS[2], 2, budget).powers) for budget in ("1/10", 1, 20, 10000)}
    assert off["1/10"] > 0 and off[10000] == 0
    assert list(off.values()) == sorted(off.values(), reverse=True)


def test_equal_sensors_share_equally() -> None:
    assert allocate(NETWORKS[0], 2, 3).powers == (sympy.Rational(3, 2),) * 2


def test_the_information_is_that_of_the_channel() -> None:
    """The closed form against the analytic room's covariance propagation on the same graph."""
    powers = (sympy.Rational(5, 4), sympy.Rational(9, 4))
    network = (sensor(1, 4), sensor("1/4", 1, "1/2"))
    x = ig.Source("X", ig.Normal(0, 1))
    nodes: list[ig.Source | ig.Gate] = [x]
    for position, each in enumerate(network):
        seen = ig.Gate(f"Y{position}", x, noise=ig.Normal(0, str(each.observation)))
        gain = ig.Parameter(f"a{position}")
        nodes += [seen, ig.Gate(f"Z{position}", gain * seen, noise=ig.Normal(0, str(each.channel)))]
    amplitudes = {f"a{i}": float(sympy.sqrt(each.gain * power / (1 + each.observation))) for i, (each, power) in enumerate(zip(network, powers, strict=True))}
    reply = answer(ig.Question(ig.Channel(*nodes), between=("X", ("Z0", "Z1")), at=amplitudes, order=0))
    assert isinstance(reply, ig.Answer) and reply.value is not None
    expected = float(sympy.log(orthogonal_ratio(network, sympy.S.One, powers)) / 2)
    assert abs(float(reply.value.value) - expected) <= 16 * np.finfo(float).eps  # type: ignore[arg-type]  # a scalar near 1; amplitudes and logarithm are rounded


def test_a_search_finds_no_better_powers() -> None:
    """Beyond the optimum only by rounding, 16 units in the last place for the sum of three fractions."""
    best = float(allocate(NETWORKS[1], 2, 5).ratio)

    def loss(parts: npt.NDArray[np.float64]) -> float:
        weights = [*np.abs(parts).tolist(), 1.0]
        powers = [sympy.Float(5 * each / sum(weights)) for each in weights]
        return -float(orthogonal_ratio(NETWORKS[1], sympy.Integer(2), powers))

    search = optimize.minimize(loss, np.ones(2), method="Nelder-Mead", options={"xatol": 1e-6, "fatol": 1e-10})
    assert -16 * np.finfo(float).eps * best <= best + search.fun < 1e-6


def test_over_a_coherent_channel_the_amplitudes_attain_the_bound_and_others_do_not() -> None:
    network, budget, noise = NETWORKS[1], sympy.Integer(5), sympy.Rational(1, 2)
    amplitudes = coherent_amplitudes(network, sympy.Integer(2), budget, noise)
    bound = coherent_optimum(network, sympy.Integer(2), budget, noise)
    assert sympy.simplify(sum(a**2 * (2 + each.observation) for a, each in zip(amplitudes, network, strict=True)) - budget) == 0
    assert sympy.simplify(coherent_ratio(network, sympy.Integer(2), amplitudes, noise) - bound) == 0
    assert all(bool(a > 0) for a in amplitudes)
    turned = (amplitudes[0], amplitudes[1], -amplitudes[2])
    assert bool(coherent_ratio(network, sympy.Integer(2), turned, noise) < bound)


def test_the_coherent_bound_is_a_sum_of_squares_away() -> None:
    """Lagrange's identity for two sensors: the bound minus any spending of the budget is a square over a variance."""
    h1, h2, n1, n2, w, p, b = sympy.symbols("h1 h2 n1 n2 w P b", positive=True)
    a1, a2 = sympy.symbols("a1 a2", real=True)
    d1, d2 = (h * n + w * (p + n) / b for h, n in ((h1, n1), (h2, n2)))
    reached = (sympy.sqrt(h1) * a1 + sympy.sqrt(h2) * a2) ** 2 / (d1 * a1**2 + d2 * a2**2)
    gap = (sympy.sqrt(h1) * d2 * a2 - sympy.sqrt(h2) * d1 * a1) ** 2 / (d1 * d2 * (d1 * a1**2 + d2 * a2**2))
    assert vanishes(h1 / d1 + h2 / d2 - reached - gap)


def test_wrong_numbers_are_refused() -> None:
    with pytest.raises(ig.SpecificationError, match="observation noise is 0"):
        sensor(0)
    with pytest.raises(ig.SpecificationError, match="gain is -1"):
        sensor(1, -1)
    with pytest.raises(ig.SpecificationError, match="at least one"):
        allocate((), 1, 1)
    with pytest.raises(ig.SpecificationError, match="both must be positive"):
        allocate(NETWORKS[0], 1, 0)
