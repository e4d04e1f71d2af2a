"""The constants of the sum over the output against integrals along the edge of the strip and sums of two atoms, and wrong ones planted one by one."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from flint import arb
from numpy.typing import NDArray

from infograd.numeric.certified import outer, trapezoid
from infograd.numeric.certified.outer import OutputFacts, Strip
from infograd.numeric.certified.polynomials import Polynomial
from tests.numeric.planted import Check, Fault, named, times

Floats = NDArray[np.float64]
ROUNDING = 1e-11


class Truth:
    """p, its branch of the logarithm and its derivative in the gain for T = a t_i with weights w_i and J = t_i, on a line Im y = v."""

    def __init__(self, gain: float, places: Floats, weights: Floats, y: Floats, v: float) -> None:
        t = gain * places
        masses = weights * np.exp(-((y[:, None] - t) ** 2) / 2) / math.sqrt(2 * math.pi)
        self.density = masses.sum(axis=1)
        phases = (masses * np.exp(1j * v * t)).sum(axis=1) / self.density
        self.line = np.exp(v * v / 2 - 1j * v * y) * self.density * phases
        self.logarithm = np.log(self.density) + v * v / 2 - 1j * v * y + np.log(phases)
        growth = np.exp(v * v / 2 - 1j * v * y)[:, None] * masses * np.exp(1j * v * t)
        self.slope = (growth * places * (y[:, None] + 1j * v - t)).sum(axis=1)
        self.bend = (growth * places**2 * ((y[:, None] + 1j * v - t) ** 2 - 1)).sum(axis=1)
        mean = (growth * t).sum(axis=1) / self.line
        self.score = mean - y - 1j * v
        self.square = (growth * places**2).sum(axis=1)
        self.spread = (growth * places**2 * (t - mean[:, None]) ** 2).sum(axis=1)


SIGNALS: dict[str, tuple[float, Floats, Floats]] = {
    "two points": (1.2, np.array([-1.0, 1.0]), np.array([0.5, 0.5])),
    "four points": (3.0, np.array([-1.0, -0.2, 0.4, 1.0]), np.array([0.3, 0.3, 0.3, 0.1])),
    "nearly one": (2.0, np.array([-1.0, 0.0, 1.0]), np.array([0.01, 0.98, 0.01])),
}


def facts_of(name: str) -> tuple[OutputFacts, float, float]:
    """The facts of a signal, E|J| and E J^2."""
    gain, places, weights = SIGNALS[name]
    odd = bool(np.allclose(places, -places[::-1]) and np.allclose(weights, weights[::-1]))
    half_range = arb(gain)
    facts = OutputFacts(half_range, arb(1), half_range * half_range, half_range if odd else 2 * half_range)
    return facts, float(np.sum(weights * np.abs(places))), float(np.sum(weights * places**2))


def strips_of(name: str) -> list[Strip]:
    """A thin and a wide strip of Lemma Z, and one of Lemma V with the true posterior variance."""
    gain, places, weights = SIGNALS[name]
    y = np.linspace(-gain - 12, gain + 12, 4001)
    masses = weights * np.exp(-((y[:, None] - gain * places) ** 2) / 2)
    masses /= masses.sum(axis=1, keepdims=True)
    mean = (masses * gain * places).sum(axis=1)
    variance = arb(float(np.max((masses * (gain * places - mean[:, None]) ** 2).sum(axis=1))) * (1 + 1e-6))
    return [
        outer.zero_free_strip(arb(0.05 / gain), arb(gain), arb(1)),
        outer.zero_free_strip(arb(1.4 / gain), arb(gain), arb(1)),
        outer.posterior_strip((arb(1.9) / variance).sqrt(), variance, arb(1)),
    ]


def lines() -> list[tuple[str, Strip, Truth, Floats]]:
    """Every signal on the edge of each of its strips."""
    found = []
    for name, (gain, places, weights) in SIGNALS.items():
        y: Floats = np.linspace(-gain - 14, gain + 14, 20001)
        found += [(name, strip, Truth(gain, places, weights, y, float(strip.half_width)), y) for strip in strips_of(name)]
    return found


def check_line_integrals() -> None:
    """int |.| along the edge <= M for all functionals, and >= M/2 for the entropy and M/100 for the others somewhere."""
    largest: dict[str, float] = {}
    for name, strip, truth, y in lines():
        facts, first, second = facts_of(name)
        step = float(y[1] - y[0])
        bend = truth.bend * truth.logarithm + truth.slope**2 / truth.line
        rows = (
            ("entropy", truth.line * truth.logarithm, outer.entropy_majorant(facts, strip)),
            ("gradient", truth.slope * truth.logarithm, outer.gradient_majorant(facts, strip, arb(first))),
            ("curvature", bend, outer.curvature_majorant(facts, strip, arb(0), arb(second), arb(second))),
            ("score", truth.square * truth.score**2, outer.score_majorant(facts, strip, arb(second))),
            ("difference", truth.spread, outer.difference_majorant(facts, strip, arb(second))),
        )
        for title, values, majorant in rows:
            ratio = step * float(np.abs(values).sum()) / float(majorant)
            assert ratio <= 1, (name, title, ratio)
            largest[title] = max(largest.get(title, 0.0), ratio)
    assert largest["entropy"] >= 0.5, largest
    assert min(largest.values()) >= 1e-2, largest


def check_log_majorant() -> None:
    """|log p(T + z + ib)| <= l(|z|) at every atom, and >= l/4 somewhere."""
    largest = 0.0
    for name, strip, truth, y in lines():
        gain, places, _ = SIGNALS[name]
        polynomial = [float(each) for each in outer.log_majorant(facts_of(name)[0], strip)]
        for place in gain * places:
            z = np.abs(y - place)
            ratio = float(np.max(np.abs(truth.logarithm) / (polynomial[0] + polynomial[1] * z + polynomial[2] * z * z)))
            assert ratio <= 1, (name, ratio)
            largest = max(largest, ratio)
    assert largest >= 0.25, largest


def check_floors() -> None:
    """|p(y+ib)| >= exp(b^2/2) C p(y), attained by two points at y = 0 for Lemma Z; p >= the Jensen floor, attained there too."""
    closest, lowest = 9.0, 9.0
    for name, strip, truth, y in lines():
        width = float(strip.half_width)
        ratio = float(np.min(np.abs(truth.line) / truth.density)) / (math.exp(width * width / 2) * float(strip.floor))
        assert ratio >= 1 - ROUNDING, (name, ratio)
        closest = min(closest, ratio)
        floors = [float(outer.jensen_floor(arb(place), facts_of(name)[0])) for place in y[::200]]
        lowest = min(lowest, float(np.min(truth.density[::200] / floors)))
        assert lowest >= 1 - 1e-9, (name, lowest)
    assert closest <= 1.001, closest
    assert lowest <= 1.001, lowest


def check_truncation() -> None:
    """The sums beyond the last node are below E2, and not by more than a factor 300."""
    for name, (gain, places, weights) in SIGNALS.items():
        facts, first, second = facts_of(name)
        last, step = gain + 4.0, 0.05
        y: Floats = last + step * np.arange(1.0, 400.0)
        truths = [Truth(gain, places, weights, side, 0.0) for side in (-y, y)]
        for title, tail, values in (
            ("entropy", outer.entropy_tail(facts), [truth.line * truth.logarithm for truth in truths]),
            ("gradient", outer.gradient_tail(facts, arb(first)), [truth.slope * truth.logarithm for truth in truths]),
            ("score", outer.score_tail(facts, arb(second)), [truth.square * truth.score**2 for truth in truths]),
        ):
            ratio = step * sum(float(np.abs(value).sum()) for value in values) / float(outer.truncation_error(tail, arb(last), facts))
            assert 1 / 300 <= ratio <= 1, (name, title, ratio)


def check_antipodal_exponent() -> None:
    """Two points at fine steps: the error of the trapezoid over y stays below E1, whose exponent no coarse step can tell."""
    gain, places, weights = 1.0, np.array([-1.0, 1.0]), np.array([0.5, 0.5])
    facts = OutputFacts(arb(gain), arb(1), arb(gain * gain), arb(gain))

    def entropy(step: float) -> float:
        y: Floats = step * np.arange(-math.ceil(12 / step), math.ceil(12 / step) + 1.0)
        density = Truth(gain, places, weights, y, 0.0).density
        return -step * float(np.sum(density * np.log(density)))

    reference = entropy(0.05)
    for step in (1.0, 0.8, 0.7, 0.6):
        bounds = []
        for width in np.linspace(0.1, 1.55, 30):
            strip = outer.zero_free_strip(arb(width), facts.half_range, facts.variance)
            bounds.append(float(trapezoid.discretisation_error(outer.entropy_majorant(facts, strip), strip.half_width, arb(step))))
        assert abs(entropy(step) - reference) <= min(bounds), (step, abs(entropy(step) - reference), min(bounds))


CHECKS = (
    check_line_integrals,
    check_log_majorant,
    check_floors,
    check_truncation,
    check_antipodal_exponent,
)


@pytest.mark.parametrize("check", CHECKS, ids=named)
def test_every_output_bound_holds_and_is_approached(check: Check) -> None:
    check()


def _strip_with(**changes: Any) -> Callable[[Callable[..., Strip]], Callable[..., Strip]]:
    def faulty(original: Callable[..., Strip]) -> Callable[..., Strip]:
        def changed(*arguments: Any) -> Strip:
            strip = original(*arguments)
            values = {name: getattr(strip, name) for name in ("half_width", "floor", "log_cost", "posterior")}
            return Strip(**{**values, **{name: change(strip) for name, change in changes.items()}})

        return changed

    return faulty


def _without_last(original: Callable[..., Polynomial]) -> Callable[..., Polynomial]:
    return lambda *arguments: (*original(*arguments)[:-1], arb(0))


FAULTS = {
    "M_h is a half": Fault(outer, "entropy_majorant", times(0.5), check_line_integrals),
    "M_g is a hundredth": Fault(outer, "gradient_majorant", times(0.01), check_line_integrals),
    "M_2 is a hundredth": Fault(outer, "curvature_majorant", times(0.01), check_line_integrals),
    "M_v is a hundredth": Fault(outer, "score_majorant", times(0.01), check_line_integrals),
    "M of the difference is a hundredth": Fault(outer, "difference_majorant", times(0.01), check_line_integrals),
    "the log has no square": Fault(outer, "log_majorant", _without_last, check_log_majorant),
    "C is larger than cos": Fault(outer, "zero_free_strip", _strip_with(floor=lambda strip: strip.floor * 1.1), check_floors),
    "the strip is twice as wide": Fault(outer, "zero_free_strip", _strip_with(half_width=lambda strip: 2 * strip.half_width), check_antipodal_exponent),
    "the Jensen floor has no variance": Fault(
        outer, "jensen_floor", lambda original: lambda y, facts: original(y, facts) * (facts.spread / 2).exp(), check_floors
    ),
    "the tail starts at |y|": Fault(
        outer,
        "truncation_error",
        lambda original: lambda tail, last, facts: original(tail, last + facts.half_range, facts),
        check_truncation,
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_wrong_output_constant_is_caught(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    FAULTS[fault].must_be_caught(monkeypatch)
