"""Splines, sparse grids, and the head of implicit score matching."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.interpolate import CubicSpline
from torch import Tensor

from infograd.learned.gradient.stein import calibration_factor
from infograd.learned.samples.uniforms import sobol
from infograd.learned.scores.implicit.head import head, solve_positive
from infograd.learned.scores.implicit.sparse_grid import finest_bound, products, size
from infograd.learned.scores.implicit.splines import features, width


def gaussian(dimension: int, count: int, seed: int = 0) -> Tensor:
    primitive: Tensor = torch.special.ndtri(sobol(dimension, count, seed))
    return primitive


def spanned(target: Tensor, basis: Tensor) -> float:
    """The largest distance of the target from its least-squares fit."""
    fit = basis @ torch.linalg.lstsq(basis, target.unsqueeze(1), driver="gelsd").solution
    return float((fit.squeeze(1) - target).abs().max())


@pytest.mark.parametrize("top", [2, 3, 5])
def test_levels_span_the_natural_cubic_splines_on_their_knots(top: int) -> None:
    x = gaussian(1, 512)[:, 0]
    basis = torch.cat(features(x, top).values, dim=1)
    assert basis.shape[1] == 1 + 2 ** (top - 1) == sum(map(width, range(top + 1)))
    position = torch.linspace(-1, 1, 2 ** (top - 1) + 1, dtype=torch.float64)
    levels = (torch.special.ndtr(2 * position) + 0.5 + 0.5 * position * (2 * torch.special.ndtr(torch.tensor(2.0, dtype=torch.float64)) - 1)) / 2
    knots = torch.quantile(x, levels).numpy()
    spline = CubicSpline(knots, np.cos(3 * knots), bc_type="natural")
    outer = np.clip(x.numpy(), knots[0], knots[-1])
    values = spline(outer) + spline(outer, 1) * (x.numpy() - outer)
    assert spanned(torch.from_numpy(values), basis) <= 1e-11


def test_slopes_are_the_derivatives_of_the_features() -> None:
    x = gaussian(1, 512)[:, 0]
    step = 1e-6
    # Knots come from the samples, so all samples but a far outlier are moved together with them; a shift alone changes nothing.
    scaled = features(x, 4)
    moved = features((1 + step) * x, 4)
    for value, slope, other in zip(scaled.values, scaled.slopes, moved.slopes, strict=True):
        torch.testing.assert_close(other * (1 + step), slope, rtol=1e-5, atol=1e-6)
        assert value.shape == slope.shape
    order = torch.argsort(x)
    basis, slopes = torch.cat(scaled.values, dim=1)[order], torch.cat(scaled.slopes, dim=1)[order]
    gap = x[order].diff().unsqueeze(1)
    secant, mean = basis.diff(dim=0) / gap, (slopes[1:] + slopes[:-1]) / 2
    inner = slice(100, 400)
    curvature = float(slopes.diff(dim=0).abs()[inner].max())
    assert float((secant - mean)[inner].abs().max()) <= curvature


def test_variable_of_few_values_has_their_indicators() -> None:
    x = torch.tensor([1.0, -1, 1, 3, 3, -1], dtype=torch.float64)
    found = features(x, 4)
    assert found.values[1].tolist() == [[1, 0], [0, 0], [1, 0], [0, 1], [0, 1], [0, 0]]
    assert [each.shape[1] for each in found.values] == [1, 2, 0, 0, 0]
    assert not any(bool(slope.any()) for slope in found.slopes)


def test_sparse_grid_has_the_counted_features_and_bound_one_is_affine() -> None:
    z = gaussian(3, 256)
    variables = [features(column.contiguous(), 4).values for column in z.T]
    for bound in (1, 2, 4):
        phi, levels = products(variables, bound)
        assert phi.shape[1] == size(3, bound)
        assert int(levels.max()) == bound
    assert size(3, 1) == 4
    assert spanned(1 + z @ torch.tensor([1.0, -2, 0.5], dtype=torch.float64), products(variables, 1)[0]) <= 1e-12


def test_finest_bound_is_the_last_that_fits() -> None:
    assert size(2, finest_bound(2, 60)) <= 60 < size(2, finest_bound(2, 60) + 1)
    assert finest_bound(40, 30) == 0


def test_solver_gives_the_least_norm_solution_of_a_singular_system() -> None:
    matrix = torch.tensor([[4.0, 4.0], [4.0, 4.0]], dtype=torch.float64)
    right = torch.tensor([[8.0], [8.0]], dtype=torch.float64)
    torch.testing.assert_close(solve_positive(matrix, right), torch.ones(2, 1, dtype=torch.float64), rtol=1e-12, atol=0.0)


def test_head_is_exact_for_the_affine_scores_of_gaussian_samples() -> None:
    # On the affine features the head is -(C^-1)(y - mean) with the samples' own covariance, to rounding.
    mixing = torch.tensor([[1.0, 0.0], [0.7, 0.5]], dtype=torch.float64)
    y = gaussian(2, 512) @ mixing.T + 3
    variables = [features(column.contiguous(), 1) for column in y.T]
    fit = head(variables, [], 1, replicates=2)
    scores = (fit.phi @ fit.coefficients(1)).reshape(512, 2)
    centred = y - y.mean(dim=0)
    expected = -centred @ torch.linalg.inv(centred.T @ centred / 512)
    torch.testing.assert_close(scores, expected, rtol=1e-10, atol=1e-10)


def test_conditional_head_of_a_nonlinear_gaussian_channel_tends_to_its_score() -> None:
    z = gaussian(2, 8192)
    x, y = z[:, 0], torch.tanh(2 * z[:, 0]) + 0.5 * z[:, 1]
    errors = []
    for bound in (1, 3, 4):
        fit = head([features(y, bound)], [features(x, bound)], bound, replicates=1)
        score = (fit.phi @ fit.coefficients(bound)).reshape(-1)
        errors.append(float((score - (torch.tanh(2 * x) - y) / 0.25).square().mean().sqrt()))
    assert errors[1] < errors[0] / 2
    assert errors[2] < errors[1] / 2


def test_fit_satisfies_steins_identity_exactly() -> None:
    y = gaussian(1, 1024)[:, 0] ** 3 + gaussian(2, 1024, seed=1)[:, 1]
    fit = head([features(y, 4)], [], 4, replicates=4)
    score = (fit.phi @ fit.coefficients(4)).reshape(-1, 1)
    factor = calibration_factor(y.unsqueeze(1), score)
    assert factor is not None
    assert abs(factor - 1) <= 1e-8


def test_stein_calibration_restores_the_scale_of_a_proportional_score_and_declines_a_meaningless_one() -> None:
    y = gaussian(3, 4096)
    factor = calibration_factor(y, -0.5 * y)
    assert factor is not None
    assert abs(factor - 2 / float(y.square().mean())) <= 1e-12
    assert calibration_factor(y, y) is None
    assert calibration_factor(y, -0.05 * y) is None


def test_leaving_a_replicate_out_is_fitting_the_others() -> None:
    y = gaussian(1, 600)[:, 0] + 0.3 * gaussian(1, 600, seed=4)[:, 0] ** 2
    shared = features(y, 3)
    whole = head([shared], [], 3, replicates=3)
    kept = type(shared)(tuple(each[200:] for each in shared.values), tuple(each[200:] for each in shared.slopes))
    others = head([kept], [], 3, replicates=2)
    torch.testing.assert_close(whole.coefficients(3, without=0), others.coefficients(3), rtol=1e-9, atol=1e-9)
