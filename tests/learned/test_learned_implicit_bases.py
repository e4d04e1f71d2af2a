"""Bases of the linear head: their slopes, their nested groups, the scores they hold, and the samples they refuse."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

import infograd as ig
from infograd.answer import Access
from infograd.learned.gradient.decomposition import two_scores
from infograd.learned.samples.simulator import Simulator
from infograd.learned.samples.uniforms import sobol
from infograd.learned.scores.implicit.bases import Adaptive, Affine, Hermite, Outside, RadialBasis, RandomFourier, SparseSplines
from infograd.learned.scores.implicit.basis import Basis
from infograd.learned.scores.implicit.grids import ADDITIVE, AFFINE, Extent, largest, sparse_grid
from infograd.learned.scores.implicit.model import ImplicitScore
from infograd.learned.scores.implicit.moments import head_on
from infograd.learned.scores.implicit.variables import Indicators, Splines, variable, width

BASES: tuple[Basis, ...] = (Affine(), Hermite(4), RadialBasis(16), RandomFourier(24), SparseSplines())


def gaussian(dimension: int, count: int, seed: int = 0) -> Tensor:
    primitive: Tensor = torch.special.ndtri(sobol(dimension, count, seed))
    return primitive


def waves(y: Tensor, x: Tensor) -> tuple[Tensor, Tensor]:
    """sin(y) and cos(x), x the sum of what is given, with their derivatives in one output."""
    return torch.stack([y[:, 0].sin(), x.sum(dim=1).cos()]), torch.stack([y[:, 0].cos(), 0 * y[:, 0]]).unsqueeze(0)


@pytest.mark.parametrize("basis", [*BASES, Outside(waves)], ids=lambda basis: basis.name)
def test_slopes_are_the_derivatives_of_the_features_in_the_outputs(basis: Basis) -> None:
    z = gaussian(2, 8192)
    y, x = z[:, :1] + 0.5 * z[:, 1:], z[:, 1:]
    features = basis.head(y, x, 0).features
    step = 1e-5
    # Central differences of cubics and analytic functions: an error of step^2 times a third derivative, which jumps at knots.
    depending, slopes = features(y, x).slopes[0]
    ahead, behind = features(y + step, x).values, features(y - step, x).values
    change = (ahead - behind) / (2 * step)
    torch.testing.assert_close(change[depending], slopes, rtol=1e-4, atol=1e-4)
    others = torch.ones(len(change), dtype=torch.bool)
    others[depending] = False
    assert not len(change[others]) or float(change[others].abs().max()) <= 1e-9


@pytest.mark.parametrize("basis", BASES, ids=lambda basis: basis.name)
def test_every_basis_holds_affine_scores_of_vectors(basis: Basis) -> None:
    # The score of Y given X is -(y - x); its error is the noise of the samples over the square root of the share of each feature.
    z = gaussian(4, 16384)
    y, x = z[:, :2] + z[:, 2:], z[:, 2:]
    head = basis.head(y, x, 0)
    error = (head.score(y, x) - (x - y)).square().mean().sqrt()
    assert float(error) <= 4 * math.sqrt(sum(head.blocks) / 16384)


@pytest.mark.parametrize("basis", BASES[1:], ids=lambda basis: basis.name)
def test_richer_bases_come_nearer_to_a_score_that_is_not_affine(basis: Basis) -> None:
    z = gaussian(2, 16384)
    x, y = z[:, :1], torch.tanh(1.5 * z[:, :1]) + 0.5 * z[:, 1:]
    truth = (torch.tanh(1.5 * x) - y) / 0.25
    error = (basis.head(y, x, 0).score(y, x) - truth).square().mean()
    affine = (Affine().head(y, x, 0).score(y, x) - truth).square().mean()
    assert float(error) <= float(affine) / 2


def test_coarser_scores_are_the_fits_on_the_groups_they_name() -> None:
    z = gaussian(2, 4096)
    y, x = torch.tanh(z[:, :1]) + 0.5 * z[:, 1:], z[:, :1]
    fine, coarse = Hermite(4).head(y, x, 0), Hermite(3).head(y, x, 0)
    torch.testing.assert_close(fine.coarser[0](y, x), coarse.score(y, x), rtol=1e-8, atol=1e-8)
    jacobian = (z[:, :1] ** 2).unsqueeze(2)
    torch.testing.assert_close(fine.contribution(jacobian).ladder[-2], coarse.contribution(jacobian).ladder[-1], rtol=1e-8, atol=1e-10)


def test_the_contribution_is_the_mean_of_the_jacobian_times_the_score_and_of_its_influence_values() -> None:
    z = gaussian(2, 4096)
    y, x = torch.tanh(z[:, :1]) + 0.5 * z[:, 1:], z[:, :1]
    jacobian = torch.stack([x, x**3], dim=2)
    for basis in BASES:
        head = basis.head(y, x, 0)
        found = head.contribution(jacobian)
        direct = (jacobian * head.score(y, x).unsqueeze(2)).sum(dim=1).mean(dim=0)
        torch.testing.assert_close(found.ladder[-1], direct, rtol=1e-6, atol=1e-8)
        torch.testing.assert_close(found.rows.mean(dim=0), direct, rtol=1e-6, atol=1e-8)


def test_features_from_outside_are_beside_the_affine_ones() -> None:
    y, x = gaussian(1, 1024), gaussian(1, 1024, 3)
    head = head_on(waves, y, x, (1, 1))
    assert head.blocks == (3, 1, 1)
    with pytest.raises(ig.SpecificationError, match=r"blocks is \(3,\) and the features are 2; write sizes that sum to 2"):
        head_on(waves, y, x, (3,))


def test_the_adaptive_basis_is_polynomial_for_gaussian_outputs_and_splines_elsewhere() -> None:
    z = gaussian(2, 16384)
    gauss = Adaptive().head(z[:, :1] + 2 * z[:, 1:], z[:, 1:], 0)
    assert sum(gauss.blocks) == math.comb(5, 3)
    bent = Adaptive().head(torch.tanh(z[:, :1]) + z[:, 1:], z[:, :0], 0)
    assert bent.blocks == SparseSplines().head(z[:, :1], z[:, :0], 0).blocks


def test_a_grid_has_the_counted_features_and_grows_into_the_full_grid() -> None:
    z = gaussian(3, 512)
    for extent in (AFFINE, ADDITIVE, Extent(2, 3, 3), Extent(3, 4, 3), Extent(2, 6, 3)):
        grid = sparse_grid([variable(column.contiguous(), extent.finest) for column in z.T], extent)
        assert sum(grid.blocks) == extent.size(3) == len(grid.factors)
    full = Extent(4, 8, 2)
    assert largest(2, 81) == full
    assert full.size(2) == sum(map(width, range(5))) ** 2
    assert largest(3, 3) is None
    assert largest(64, 129) == ADDITIVE


def test_a_variable_of_few_values_has_their_indicators() -> None:
    few = variable(torch.tensor([1.0, -1, 1, 3, 3, -1], dtype=torch.float64), 4)
    assert isinstance(few, Indicators)
    assert few.values.tolist() == [-1, 1, 3]
    assert isinstance(variable(gaussian(1, 64)[:, 0], 4), Splines)


@pytest.mark.parametrize("basis", [*BASES, Adaptive()], ids=lambda basis: basis.name)
def test_samples_that_carry_no_score_are_refused_with_a_reason(basis: Basis) -> None:
    y, x = gaussian(1, 4096), gaussian(1, 4096, 5)
    broken = y.clone()
    broken[7] = torch.nan
    with pytest.raises(ig.SpecificationError, match="1 of 4096 samples hold numbers that are not finite; leave those samples out"):
        basis.head(broken, x, 0)
    with pytest.raises(ig.SpecificationError, match="Entry 0 of the outputs takes a single value in all samples"):
        basis.head(torch.ones_like(y), x, 0)
    with pytest.raises(ig.SpecificationError, match="samples are too few"):
        basis.head(y[:8], x[:8], 0)


@pytest.mark.parametrize("build", [lambda: Hermite(0), lambda: RadialBasis(1), lambda: RandomFourier(1)])
def test_a_size_that_makes_no_basis_is_refused(build: type[Basis]) -> None:
    with pytest.raises(ig.SpecificationError, match="write a whole number of at least"):
        build()


def test_the_score_model_needs_pairs_alone_and_its_probes_are_coarser_scores() -> None:
    question = ig.CATALOGUE["tanh"].question
    drawing = Simulator(question, {})
    view = drawing.pairs(sobol(drawing.dimension, 8192, 0))
    model = ImplicitScore()
    assert model.access is Access.PAIRS
    fitted = model.fit(view, next(two_scores(question))[0], 0)
    y, x = view.samples["Y"], view.samples["X"]
    assert len(fitted.probes) == 2
    truth = (torch.tanh(x) - y) / 0.1
    errors = [float((score(y, x) - truth).square().mean()) for score in (fitted.score, *fitted.probes)]
    assert errors == sorted(errors)
