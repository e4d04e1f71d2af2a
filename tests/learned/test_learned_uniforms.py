"""Points of the unit cube: inside it, repeatable, and better than independent ones where they should be."""

from __future__ import annotations

import numpy as np
import torch
from scipy import stats

from infograd.learned.samples.uniforms import independent, seeds, sobol


def test_sobol_points_fill_every_dyadic_interval_equally_and_touch_no_end() -> None:
    points = sobol(3, 256, seed=5)
    assert points.dtype == torch.float64
    assert bool(((points > 0) & (points < 1)).all())
    for column in points.T:
        counts = torch.bincount((column * 256).long(), minlength=256)
        assert bool((counts == 1).all())


def test_scrambles_of_different_seeds_differ_and_of_one_seed_agree() -> None:
    assert torch.equal(sobol(2, 64, seed=1), sobol(2, 64, seed=1))
    assert not torch.equal(sobol(2, 64, seed=1), sobol(2, 64, seed=2))


def test_independent_points_are_uniform_by_kolmogorov_and_smirnov() -> None:
    points = independent(1, 4000, torch.Generator().manual_seed(3)).numpy().ravel()
    assert stats.kstest(points, "uniform").statistic <= stats.kstwo.isf(1e-9, len(points))
    assert points.min() > 0
    assert points.max() < 1


def test_seeds_are_a_function_of_the_seed_and_leave_the_global_generators_alone() -> None:
    before, numpy_before = torch.get_rng_state(), np.random.get_state(legacy=False)["state"]["key"]
    assert seeds(7, 4) == seeds(7, 4)
    assert len({*seeds(7, 4), *seeds(8, 4)}) == 8
    sobol(2, 64, seed=1)
    assert torch.equal(before, torch.get_rng_state())
    np.testing.assert_array_equal(numpy_before, np.random.get_state(legacy=False)["state"]["key"])
