"""The constants for the inputs of maps that grow against the truth where they bite, and wrong ones planted one by one."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from flint import arb

from infograd.numeric.certified.balls import precision, total
from infograd.numeric.certified.growing import inner as growing_inner
from infograd.numeric.certified.growing import maps as growing_maps
from infograd.numeric.certified.growing import signal as growing_signal
from infograd.numeric.certified.growing.inner import GrowingRule
from infograd.numeric.certified.growing.signal import Edge
from infograd.numeric.certified.inner import normal_peak
from infograd.numeric.certified.maps import LineBounds
from tests.numeric.growing_signals import MAPS, NUMERIC, ROUNDING, signal
from tests.numeric.planted import Check, Fault, named, times

REACH = 4.0
COARSE = ((0.2, 0.6), (0.3, 0.6), (0.3, 0.8), (0.6, 0.8), (0.6, 1.2), (0.75, 1.2), (1.2, 1.6), (1.5, 1.6))


def sums_at(rule: GrowingRule, y: arb) -> list[arb]:
    """The rule's sums of N, (y - T) N and J (y - T) N."""
    bells = [w * (-(y - t) * (y - t) / 2).exp() / normal_peak(arb(1)) for w, t in zip(rule.weights, rule.places, strict=True)]
    pulls = [(y - t) * bell for bell, t in zip(bells, rule.places, strict=True)]
    return [total(bells), total(pulls), *(total(j * pull for j, pull in zip(moves, pulls, strict=True)) for moves in rule.moves)]


def input_ratios(name: str, width: float, step: float, nats: float) -> list[float]:
    """The largest true error over bound of the three sums for |y| <= REACH."""
    with precision(128):
        fine = growing_inner.growing_rule(signal(name), ("a",), REACH, 60)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(growing_inner, "_width", lambda *arguments: (width, step))
            coarse = growing_inner.growing_rule(signal(name), ("a",), REACH, nats)
        bounds, found = (coarse.density, coarse.slope, *coarse.move_errors), [0.0, 0.0, 0.0]
        for position in range(-4, 5):
            y = arb(REACH * position / 4)
            rows = zip(sums_at(coarse, y), sums_at(fine, y), bounds, strict=True)
            found = [max(best, float(abs(left - right).mid()) / float(bound)) for best, (left, right, bound) in zip(found, rows, strict=True)]
        return found


def check_input_sums() -> None:
    """Error <= bound for each sum and map, and error >= bound/100 somewhere (bound/1000 for polynomials, whose worst x is met by no y)."""
    for name in MAPS:
        rows = []
        for width, step in COARSE:
            if not (name == "mixed" and width > math.pi / 4) and not (name in {"square", "cubic"} and width > 0.3):
                rows.append(input_ratios(name, width, step, 40))
        largest = [max(column) for column in zip(*rows, strict=True)]
        assert all((1e-3 if name in {"square", "cubic"} else 1e-2) <= each <= 1 for each in largest), (name, largest)


def check_cut_inputs() -> None:
    """At fine steps what is left is the cut at x_N."""
    for name in ("linear", "softplus"):
        largest = input_ratios(name, 0.75, 0.1, 3.0)
        assert all(0.05 <= each <= 1 for each in largest), (name, largest)


def check_edges() -> None:
    """(Im T)^2 - (y - Re T)^2 <= beta^2 off the axis, and beta is near."""
    for name in MAPS:
        closest = 0.0
        for width in (0.1, 0.3, 0.7):
            x = (np.arange(-15, 15, 0.01) + 1j * width).astype(np.complex128)
            t = NUMERIC[name](x)
            with precision(64):
                beta = float(signal(name).components[0].edge(arb(width), arb(REACH)).beta)
            away = np.maximum(np.abs(t.real) - REACH, 0)
            worst = float(np.max(t.imag**2 - away**2))
            closest = max(closest, math.sqrt(worst) / beta)
            assert worst <= beta**2 * (1 + ROUNDING), (name, width)
        assert closest >= 0.3, (name, closest)


CHECKS = (
    check_input_sums,
    check_cut_inputs,
    check_edges,
)


@pytest.mark.parametrize("check", CHECKS, ids=named)
def test_every_bound_for_the_inputs_of_maps_that_grow_holds_and_is_approached(check: Check) -> None:
    check()


def _half_beta(original: Callable[..., Edge]) -> Callable[..., Edge]:
    def changed(*arguments: Any) -> Edge:
        edge = original(*arguments)
        return Edge(edge.width, edge.beta / 2)

    return changed


def _half_imaginary(original: Callable[[arb], LineBounds]) -> Callable[[arb], LineBounds]:
    return lambda v: LineBounds(arb(0), v / 2, arb(1), arb(1) / 2)


def _lower_reach(original: Callable[..., arb]) -> Callable[..., arb]:
    return lambda *arguments: original(*arguments) / 2


FAULTS = {
    "the factor of the input's trapezoid is a half": Fault(growing_inner, "inner_factor", times(0.5), check_input_sums),
    "A_k is a third": Fault(growing_inner, "shifted_moments", times(0.3), check_input_sums),
    "(y - T) N is bounded by a third": Fault(growing_inner, "steepest_edge", times(0.3), check_input_sums),
    "the tail of the input is a twentieth": Fault(growing_inner, "beyond_moments", times(0.05), check_cut_inputs),
    "beta is a half": Fault(growing_signal.GrowingComponent, "edge", _half_beta, check_edges),
    "the imaginary part of softplus is a half": Fault(growing_maps, "softplus_line", _half_imaginary, check_edges),
    "the polynomial leads too early": Fault(growing_signal, "_leading_place", _lower_reach, check_edges),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_wrong_constant_for_the_inputs_of_maps_that_grow_is_caught(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    FAULTS[fault].must_be_caught(monkeypatch)
