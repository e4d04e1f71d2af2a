"""Primitives against scipy's laws: densities, scores by differences, distribution functions, entropies, jumps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

import infograd as ig
from infograd.numeric.stage.primitive import PRIMITIVES

LAWS: dict[type[ig.Law], Any] = {
    ig.Normal: stats.norm,
    ig.Logistic: stats.logistic,
    ig.Laplace: stats.laplace,
    ig.Exponential: stats.expon,
    ig.Uniform: stats.uniform,
}
PLACES = np.array([-3.1, -0.4, 0.2, 0.7, 2.9])


@pytest.mark.parametrize("law", LAWS)
def test_a_primitive_is_the_standard_law(law: type[ig.Law]) -> None:
    primitive, truth = PRIMITIVES[law], LAWS[law]()
    inside = PLACES[(primitive.low < PLACES) & (primitive.high > PLACES)]
    assert primitive.density(inside) == pytest.approx(truth.pdf(inside), rel=1e-14)
    assert primitive.distribution(PLACES) == pytest.approx(truth.cdf(PLACES), rel=1e-13, abs=1e-16)
    assert primitive.entropy == pytest.approx(float(truth.entropy()), rel=1e-14)
    step = 1e-5
    assert primitive.score(inside) == pytest.approx((truth.logpdf(inside + step) - truth.logpdf(inside - step)) / (2 * step), abs=1e-8)


@pytest.mark.parametrize("law", LAWS)
def test_its_interval_holds_the_mass_and_its_jumps_are_those_of_the_density(law: type[ig.Law]) -> None:
    primitive, truth = PRIMITIVES[law], LAWS[law]()
    assert truth.cdf(primitive.low) <= 1.01e-19
    assert truth.sf(primitive.high) <= 1.01e-19
    tiny = 1e-12
    for place in (*primitive.breaks, primitive.low, primitive.high):
        height = dict(primitive.jumps).get(place, 0.0)
        assert truth.pdf(place + tiny) - truth.pdf(place - tiny) == pytest.approx(height, abs=4 * tiny)
