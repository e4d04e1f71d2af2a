"""Stated errors of the cubature against sums of scalar answers: they cover the true ones, and not by being wide."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest

import infograd as ig
from infograd import numeric
from infograd.expression import as_expression
from infograd.numeric.cubature import method
from infograd.numeric.interpreter import Floats
from infograd.numeric.refinement import ErrorLeft, Estimate, Refined, refine

ROUNDING = 1e-13
ERRORS = (1e-4, 1e-6, 1e-8)
MAPS = (ig.tanh, ig.sin, ig.erf, ig.sigmoid)
gains, variances = ig.Parameter("g", (2,)), ig.Parameter("v", (2,))


def channel(first: int, second: int) -> ig.Channel:
    """Two scalar channels behind a rotation of both sides, which only two outputs together can take apart."""
    c, d = Fraction(3, 5), Fraction(4, 5)
    x = ig.Source("X", ig.Normal((0, 0), ig.identity(2)))
    turned = ig.Gate("Z", ig.Constant(((c, d), (-d, c))) @ x)
    rotation = ig.Constant(((d, -c), (c, d)))
    map = as_expression([MAPS[first](gains[0] * turned[0]), MAPS[second](gains[1] * turned[1])])
    noise = ig.Normal((0, 0), rotation @ as_expression([[variances[0], 0], [0, variances[1]]]) @ rotation.T)
    return ig.Channel(x, turned, ig.Gate("Y", rotation @ map, noise=noise))


def truth(first: int, second: int, at: dict[str, tuple[Fraction, Fraction]]) -> Floats:
    """I and its slopes in g and v, from both scalar channels."""
    x, gain, variance = ig.Source("X", ig.Normal(0, 1)), ig.Parameter("g"), ig.Parameter("v")
    found = np.zeros(5)
    for position, map in enumerate((first, second)):
        point = {name: values[position] for name, values in at.items()}
        reply = numeric.answer(ig.Question(ig.Channel(x, ig.Gate("Y", MAPS[map](gain * x), noise=ig.Normal(0, variance))), ("X", "Y"), at=point))
        assert isinstance(reply, ig.Answer)
        assert reply.value is not None
        values = [reply.value.value, reply.gradient["g"].value, reply.gradient["v"].value]
        found[[0, 1 + position, 3 + position]] += np.array(values, dtype=np.float64)
    return found


def draws(count: int) -> list[tuple[int, int, dict[str, tuple[Fraction, Fraction]]]]:
    """Fresh points: gains from 0 to 5, variances from 1/50 to 2."""
    rng = np.random.default_rng()

    def pair(low: float, high: float) -> tuple[Fraction, Fraction]:
        one, two = (Fraction(float(10.0 ** rng.uniform(np.log10(low), np.log10(high)))).limit_denominator(1000) for _ in range(2))
        return one, two

    return [(int(rng.integers(4)), int(rng.integers(4)), {"g": pair(0.1, 5), "v": pair(0.02, 2)}) for _ in range(count)]


def ratios(count: int) -> list[float]:
    """Stated over true errors of every number above rounding, each true error checked to be within the stated one."""
    found = []
    for first, second, at in draws(count):
        question, exact = ig.Question(channel(first, second), ("X", "Y"), at=at), truth(first, second, at)
        for error in ERRORS:
            reply = numeric.answer(question, method="cubature", error=error, operations=1e10)
            assert isinstance(reply, ig.Answer), (first, second, at, error, reply)
            assert reply.value is not None
            quantities = [(reply.value, exact[:1]), (reply.gradient["g"], exact[1:3]), (reply.gradient["v"], exact[3:])]
            for quantity, expected in quantities:
                values, stated = np.array([(value, doubt.estimated) for _, value, doubt in quantity.entries()], dtype=np.float64).T
                gaps, rounding = np.abs(values - expected), ROUNDING * np.maximum(1.0, np.abs(expected))
                assert np.all(gaps <= stated + rounding), (first, second, at, error)
                assert np.all(stated <= error * np.maximum(1.0, np.abs(values)))
                found += (stated[gaps > rounding] / gaps[gaps > rounding]).tolist()
    return found


def test_stated_errors_cover_the_true_ones_and_are_not_wide() -> None:
    found = ratios(8)
    assert len(found) >= 20
    assert statistics.median(found) < 1000


def test_an_estimate_that_believes_its_last_change_too_much_would_show(monkeypatch: pytest.MonkeyPatch) -> None:
    def hopeful(evaluate: Callable[[float], Estimate], error: float, error_left: ErrorLeft) -> Refined:
        refined = refine(evaluate, error, error_left)
        return Refined(refined.values, refined.errors * 1e-4, refined.cells, refined.levels)

    monkeypatch.setattr(method, "refine", hopeful)
    with pytest.raises(AssertionError):
        ratios(6)
