"""The constants for the panels and tails of maps that grow against the truth where they bite, and wrong ones planted one by one."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from flint import arb
from numpy.typing import NDArray

from infograd.numeric.certified.balls import precision, total
from infograd.numeric.certified.growing import inner as growing_inner
from infograd.numeric.certified.growing import integrals as growing_integrals
from infograd.numeric.certified.growing import panels as growing_panels
from infograd.numeric.certified.growing import tails as growing_tails
from tests.numeric.growing_signals import MAPS, NUMERIC, ROUNDING, Complexes, signal
from tests.numeric.planted import Check, Fault, named, times

Floats = NDArray[np.float64]


class Truth:
    """The law of T on a fine float grid: p, its logarithm's branch around a centre, and the posterior."""

    def __init__(self, name: str) -> None:
        x = np.arange(-9, 9, 0.01)
        self.places = NUMERIC[name](x.astype(np.complex128)).real
        self.weights = 0.01 * np.exp(-x * x / 2) / math.sqrt(2 * math.pi)

    def density(self, y: float) -> float:
        return float(np.sum(self.weights * np.exp(-((y - self.places) ** 2) / 2))) / math.sqrt(2 * math.pi)

    def pull(self, y: float) -> float:
        return float(np.sum(self.weights * (y - self.places) * np.exp(-((y - self.places) ** 2) / 2))) / math.sqrt(2 * math.pi)

    def tilted(self, centre: float, shift: Complexes) -> Complexes:
        """E[exp(dU) | Y = centre] for every d."""
        masses = self.weights * np.exp(-((centre - self.places) ** 2) / 2)
        masses = masses / masses.sum()
        away = self.places - float(np.sum(masses * self.places))
        return np.asarray((masses * np.exp(shift[:, None] * away)).sum(axis=1))


CIRCLE: Complexes = np.exp(1j * np.linspace(0, 2 * math.pi, 41))


def panel_data(name: str, centre: float, disc: float) -> tuple[Truth, tuple[arb, arb, arb], arb]:
    """The truth, p at c and c +- D, and p'/p at c."""
    truth = Truth(name)
    here, above, below = (arb(truth.density(centre + shift)) for shift in (0, disc, -disc))
    return truth, (here, above, below), -arb(truth.pull(centre)) / here


PANELS = [(name, centre, disc) for name in MAPS for centre in (-1.0, 0.0, 2.0, 5.0) for disc in (0.2, 0.4, 0.8) if not (name == "square" and centre < 0)]


def check_closeness() -> None:
    """|E[exp(dU)|c] - 1| <= kappa on the disc, and it is within a factor 2.5."""
    ratios = []
    for name, centre, disc in PANELS:
        truth, values, mean = panel_data(name, centre, disc)
        kappa = float(growing_panels.closeness(*values, mean, arb(disc)))
        ratios.append(float(np.max(np.abs(truth.tilted(centre, disc * CIRCLE) - 1))) / kappa)
        assert ratios[-1] <= 1 + 1e-6, (name, centre, disc, ratios[-1])
    assert min(ratios) >= 0.4, ratios


def check_logarithm() -> None:
    """|log p| on the disc stays below its bound and comes near it."""
    ratios = []
    for name, centre, disc in PANELS:
        truth, values, mean = panel_data(name, centre, disc)
        kappa = growing_panels.closeness(*values, mean, arb(disc))
        if not kappa < growing_panels.MOST_KAPPA:
            continue
        d = disc * CIRCLE
        logarithm = float(values[0].log()) + d * float(mean) - d * d / 2 + np.log(truth.tilted(centre, d))
        ratios.append(float(np.max(np.abs(logarithm))) / float(growing_panels.logarithm_bound(values[0], mean, kappa, arb(disc))))
        assert ratios[-1] <= 1, (name, centre, disc, ratios[-1])
    assert max(ratios) >= 0.8, ratios


def check_panel_ceiling() -> None:
    """p on the panel stays below its ceiling and comes near it."""
    ratios = []
    for name, centre, disc in PANELS:
        truth, (_, above, below), _ = panel_data(name, centre, disc)
        highest = max(truth.density(centre + disc * part) for part in np.linspace(-1, 1, 21))
        ratios.append(highest / float(growing_panels.ceiling_of(above, below, arb(disc))))
        assert ratios[-1] <= 1, (name, centre, disc, ratios[-1])
    assert max(ratios) >= 0.7, ratios


def check_legendre() -> None:
    """1/(x - pole) and its mirror image, poles just beyond the disc: the error stays below the bound, by less than the pole's distance explains."""
    for count in (2, 4, 8, 12):
        ratios = []
        for pole in (2.05, 2.2, 2.5):
            with precision(160):
                place, one = arb(pole), arb(1)
                nodes = [arb.legendre_p_root(count, position, weight=True) for position in range(count)]
                found = total(weight / (place - root) for root, weight in nodes)
                truth = ((place + one) / (place - one)).log()
                bound = growing_integrals.legendre_error(one, count, 1 / (place - growing_panels.RATIO))
                ratios.append(float(abs(found - truth).mid()) / float(bound))
        assert 1e-3 / count <= max(ratios) <= 1, (count, ratios)


def check_ceilings() -> None:
    """One atom attains |p(z)| on the edge of the disc, and half of the sum of two suprema that bounds |z - T| |N(z; T)|."""
    for disc in (0.2, 0.8, 1.5):
        z = np.arange(-3, 3, 0.001) + 1j * disc
        bell = np.abs(np.exp(-(z**2) / 2)) / math.sqrt(2 * math.pi)
        ratios = (
            float(np.max(bell)) / float(growing_integrals.density_ceiling(arb(disc))),
            float(np.max(np.abs(z) * bell)) / float(growing_integrals.slope_ceiling(arb(disc))),
        )
        assert abs(ratios[0] - 1) <= ROUNDING, (disc, ratios)
        assert 0.5 <= ratios[1] <= 1, (disc, ratios)


def check_tails() -> None:
    """E[w L] over |xi| > x* or |Z| > z* by sums over a grid, for T = xi and T = xi^3/4."""
    grid: Floats = np.arange(-10, 10, 0.02) + 0.01
    share = 0.02 * np.exp(-(grid**2) / 2) / math.sqrt(2 * math.pi)
    for name in ("linear", "cubic"):
        t = NUMERIC[name](grid.astype(np.complex128)).real
        with precision(64):
            given = signal(name)
            facts = growing_tails.facts_of(given, ("a",))
            spread = float(facts.spread)
            size = 0.5 * math.log(2 * math.pi) + (np.abs(t)[:, None] + np.abs(grid)[None, :] + spread) ** 2 / 2
            for reach in (2.0, 3.0):
                beyond = (np.abs(grid)[:, None] > reach) | (np.abs(grid)[None, :] > reach)
                for which, factor in ((None, np.ones_like(size)), ("a", np.abs(t)[:, None] * np.abs(grid)[None, :])):
                    truth = float(np.sum(share[:, None] * share[None, :] * factor * size * beyond))
                    ratio = truth / float(growing_tails.tail_error(given.components[0], facts, which, arb(reach)))
                    assert 0.5 <= ratio <= 1 + 1e-3, (name, which, reach, ratio)


def check_floor() -> None:
    """-log p stays below Jensen's bound, and comes near it for a signal of small spread."""
    for name in MAPS:
        truth = Truth(name)
        with precision(64):
            facts = growing_tails.facts_of(signal(name), ("a",))
            ratios = [-math.log(truth.density(y)) / float(facts.floor(arb(y))) for y in np.linspace(-5, 5, 21)]
        assert max(ratios) <= 1, (name, ratios)
        assert max(ratios) >= 0.3, (name, ratios)


def check_slope_in_the_dark() -> None:
    """|dp| <= (E J^2 (2/e) p)^(1/2) / (2 pi)^(1/4), J = T here."""
    for name in MAPS:
        truth = Truth(name)
        second = float(np.sum(truth.weights * truth.places**2))
        ratios = []
        for y in np.linspace(-6, 6, 25):
            bells = truth.weights * np.exp(-((y - truth.places) ** 2) / 2) / math.sqrt(2 * math.pi)
            slope = abs(float(np.sum(bells * truth.places * (y - truth.places))))
            ratios.append(slope / float(growing_integrals.slope_in_the_dark(arb(second), arb(float(np.sum(bells))))))
        assert 0.1 <= max(ratios) <= 1, (name, ratios)


def check_window() -> None:
    """What lies beyond the window is below what is added for it."""
    with precision(128):
        rule = growing_inner.growing_rule(signal("cubic"), ("a",), 12.0, 40)
        wide, narrow = (growing_panels.Window(rule, reach) for reach in (14.0, 2.0))
        ratios = [0.0, 0.0, 0.0]
        for centre in (-6.0, -1.0, 0.0, 3.0):
            left, right = (window.sums([centre, centre + 0.5], [arb(0), arb("0.3")], slopes=True, moves=True) for window in (wide, narrow))
            for rows, others in zip(left, right, strict=True):
                for position, bound in enumerate((narrow.density, narrow.slope, *narrow.moves)):
                    for one, other in zip(rows[position], others[position], strict=True):
                        ratios[position] = max(ratios[position], float(abs(one.mid() - other.mid())) / float(bound))
        assert all(1e-2 <= ratio <= 1 for ratio in ratios), ratios


CHECKS = (
    check_closeness,
    check_logarithm,
    check_panel_ceiling,
    check_legendre,
    check_ceilings,
    check_tails,
    check_floor,
    check_slope_in_the_dark,
    check_window,
)


@pytest.mark.parametrize("check", CHECKS, ids=named)
def test_every_bound_for_the_panels_of_maps_that_grow_holds_and_is_approached(check: Check) -> None:
    check()


def _value(value: object) -> Callable[[object], object]:
    return lambda original: value


FAULTS = {
    "kappa is four tenths": Fault(growing_panels, "closeness", times(0.4), check_closeness),
    "the bound of log p is four fifths": Fault(growing_panels, "logarithm_bound", times(0.8), check_logarithm),
    "the panel's ceiling is seven tenths": Fault(growing_panels, "ceiling_of", times(0.7), check_panel_ceiling),
    "the ellipse reaches beyond the disc": Fault(growing_integrals, "RATIO", _value(2.6), check_legendre),
    "p's peak is nine tenths": Fault(growing_integrals, "density_ceiling", times(0.9), check_ceilings),
    "the peak of (z - T) N is a half": Fault(growing_integrals, "slope_ceiling", times(0.5), check_ceilings),
    "the tails are a half": Fault(growing_tails, "tail_error", times(0.5), check_tails),
    "Jensen's floor is a half": Fault(growing_tails.GrowthFacts, "floor", times(0.3), check_floor),
    "dp in the dark is a tenth": Fault(growing_integrals, "slope_in_the_dark", times(0.1), check_slope_in_the_dark),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_wrong_constant_for_the_panels_of_maps_that_grow_is_caught(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    FAULTS[fault].must_be_caught(monkeypatch)
