"""What denoising score matching learns at a fixed variance, and the bias that follows, decided and by quadrature."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import sympy  # type: ignore[import-untyped]  # sympy ships no type information
from scipy import integrate

from infograd import SpecificationError
from infograd.analytic.theory import path
from infograd.analytic.theory.path import ALPHA, BETA, Path
from infograd.analytic.theory.smoothing import (
    denoising_gain,
    denoising_loss,
    marginal_calibration_bias,
    score_factor,
    smoothed_gradient,
    uses,
)
from infograd.analytic.theory.smoothing_series import first_order, mixture_defect
from infograd.analytic.theory.vanishing import vanishes

t, v, k, y = sympy.symbols("t v k y", positive=True)
PATHS = [(path.scalar, ALPHA), (path.multipath_a, ALPHA), (path.multipath_a, BETA), (path.multipath_b, ALPHA), (path.multipath_b, BETA)]
every_path = pytest.mark.parametrize(("build", "parameter"), PATHS)


def test_the_denoising_loss_is_least_at_the_score_of_the_noised_output() -> None:
    loss = denoising_loss(k, v, t)
    (best,) = sympy.solve(sympy.diff(loss, k), k)
    assert vanishes(best - denoising_gain(v, t))
    assert sympy.diff(loss, k, 2).is_positive
    assert not vanishes(best - 1 / v)
    assert vanishes(best - score_factor(v, t) / v)


@every_path
def test_noised_samples_give_the_gradient_of_the_noised_channel(build: Callable[[], Path], parameter: object) -> None:
    found = uses(build(), parameter, t)
    truth = smoothed_gradient(build(), parameter, t)
    assert vanishes(found.noised - truth)
    assert not vanishes(found.noised - build().gradient(parameter))


@every_path
def test_clean_samples_give_the_same_where_scores_are_linear(build: Callable[[], Path], parameter: object) -> None:
    found = uses(build(), parameter, t)
    assert vanishes(found.clean - found.noised)


@every_path
def test_calibrating_both_scores_removes_the_bias(build: Callable[[], Path], parameter: object) -> None:
    assert vanishes(uses(build(), parameter, t).both_calibrated - build().gradient(parameter))


@every_path
def test_calibrating_the_marginal_score_alone_leaves_the_derived_bias(build: Callable[[], Path], parameter: object) -> None:
    bias = uses(build(), parameter, t).marginal_calibrated - build().gradient(parameter)
    assert vanishes(bias - marginal_calibration_bias(build(), parameter, t))
    assert vanishes(bias) == (parameter is ALPHA)


def test_the_bias_of_beta_is_that_of_the_branch_that_beta_amplifies() -> None:
    for build, branch in ((path.multipath_a, path.S2), (path.multipath_b, path.S1)):
        noise = build().noise_variance
        assert vanishes(marginal_calibration_bias(build(), BETA, t) - BETA * branch * t / (noise * (noise + t)))


def test_every_use_becomes_exact_as_the_smoothing_vanishes() -> None:
    found = uses(path.multipath_a(), BETA, t)
    for use in (found.clean, found.noised, found.marginal_calibrated, found.both_calibrated):
        assert vanishes(use.subs(t, 0) - path.multipath_a().gradient(BETA))


def test_the_series_is_exact_to_first_order_for_gaussians() -> None:
    smoothed = -y / (v + t)
    remainder = sympy.cancel((smoothed - first_order(-y / v, y, t)) / t**2)
    assert remainder.subs(t, 0) == -y / v**3
    wrong = sympy.cancel((smoothed - first_order(-y / v, y, 2 * t)) / t)
    assert wrong.subs(t, 0) != 0


@pytest.mark.parametrize("components", [1, 2])
def test_the_series_is_exact_to_first_order_for_gaussian_mixtures(components: int) -> None:
    assert vanishes(mixture_defect(components))


def test_a_mixture_needs_a_component() -> None:
    with pytest.raises(SpecificationError, match="at least 1"):
        mixture_defect(0)


def mixture_score(point: float, extra: float) -> float:
    parts = [(w, m, s + extra) for w, m, s in ((0.3, -1.0, 0.5), (0.7, 1.5, 0.8))]
    densities = [w * math.exp(-((point - m) ** 2) / (2 * s)) / math.sqrt(s) for w, m, s in parts]
    return sum(-(point - m) / s * d for (_, m, s), d in zip(parts, densities, strict=True)) / sum(densities)


def test_the_score_of_the_smoothed_mixture_is_the_mean_of_the_denoising_target() -> None:
    """E[-E/t | Y + E = z] by quadrature over the clean output: the minimiser of the denoising loss at z."""
    extra, point = 0.2, 0.4

    def weight(clean: float) -> float:
        density = sum(w * math.exp(-((clean - m) ** 2) / (2 * s)) / math.sqrt(s) for w, m, s in ((0.3, -1.0, 0.5), (0.7, 1.5, 0.8)))
        return density * math.exp(-((point - clean) ** 2) / (2 * extra))

    above, first = integrate.quad(lambda clean: weight(clean) * (clean - point) / extra, -12, 12, limit=200)
    below, second = integrate.quad(weight, -12, 12, limit=200)
    allowed = (first + abs(above / below) * second) / (below - second) + 1e-14
    assert abs(above / below - mixture_score(point, extra)) <= allowed
    assert abs(above / below - mixture_score(point, 0.0)) > 1e-2
