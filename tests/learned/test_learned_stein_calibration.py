"""Stein calibration: the scalar, its centred form and the matrix, and what each refuses."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from infograd.learned.gradient.stein import Calibration, calibration_factor, centred_calibration
from infograd.learned.samples.uniforms import sobol

MIXING = torch.tensor([[2.0, 0.0], [0.6, 0.5]], dtype=torch.float64)
OFFSET = torch.tensor([0.3, -1.0], dtype=torch.float64)


def gaussian(dimension: int, count: int = 4096) -> Tensor:
    primitive: Tensor = torch.special.ndtri(sobol(dimension, count, 0))
    return primitive


def samples() -> tuple[Tensor, Tensor]:
    """Correlated Gaussian samples about a mean, and their score with the samples' own covariance, for which the identity is exact."""
    y = gaussian(2) @ MIXING.T + 5
    centred = y - y.mean(dim=0)
    return y, -centred @ torch.linalg.inv(centred.T @ centred / len(y))


def corrected(y: Tensor, score: Tensor) -> Tensor:
    found = centred_calibration(y, score)
    assert isinstance(found, Calibration)
    return found(score)


def test_scalar_calibration_restores_the_scale_of_a_proportional_score_and_declines_a_meaningless_one() -> None:
    y = gaussian(3)
    factor = calibration_factor(y, -0.5 * y)
    assert factor is not None
    assert abs(factor - 2 / float(y.square().mean())) <= 1e-12
    assert calibration_factor(y, y) is None
    assert calibration_factor(y, -0.05 * y) is None


def test_matrix_calibration_undoes_every_linear_error_and_every_offset() -> None:
    y, score = samples()
    wrong = score @ torch.tensor([[0.7, 0.4], [-0.2, 1.5]], dtype=torch.float64) + OFFSET
    torch.testing.assert_close(corrected(y, wrong), score, rtol=0, atol=1e-11)
    scalar = centred_calibration(y, wrong, "scalar")
    assert isinstance(scalar, Calibration)
    assert float((scalar(wrong) - score).abs().max()) > 0.1


def test_matrix_calibration_is_the_same_in_any_units() -> None:
    y, score = samples()
    units = torch.tensor([1e6, 1e-6], dtype=torch.float64)
    wrong = score + 0.3 * score.flip(1) + OFFSET
    torch.testing.assert_close(corrected(y * units, wrong / units) * units, corrected(y, wrong), rtol=1e-9, atol=1e-9)


def test_centred_calibration_ignores_an_offset_that_misleads_the_plain_one() -> None:
    # Mean 5 and offset 0.1: E[Y s] = -1 + 0.5, so that the plain factor is 2 where 1 is right.
    y = gaussian(1) + 5
    score = -(y - y.mean()) / y.var(correction=0) + 0.1
    plain = calibration_factor(y, score)
    centred = centred_calibration(y, score, "scalar")
    assert plain is not None
    assert isinstance(centred, Calibration)
    assert abs(plain - 2) <= 0.01
    assert abs(float(centred.matrix) - 1) <= 1e-12


@pytest.mark.parametrize("form", ["scalar", "matrix"])
@pytest.mark.parametrize("factor", [-1.0, 0.0, 0.05])
def test_score_of_the_wrong_sign_or_of_no_size_is_refused(form: str, factor: float) -> None:
    y, score = samples()
    found = centred_calibration(y, factor * score, form)  # type: ignore[arg-type]  # one of the two forms
    assert isinstance(found, str)
    assert "should be 1" in found


def test_one_lost_direction_is_refused_by_the_matrix_and_missed_by_the_scalar() -> None:
    y = gaussian(2)
    score = -y * torch.tensor([1.0, 0.0], dtype=torch.float64)
    assert "a direction of the score is not learned" in str(centred_calibration(y, score))
    assert isinstance(centred_calibration(y, score, "scalar"), Calibration)


def test_ill_conditioned_matrix_is_refused() -> None:
    y = gaussian(2)
    skew = torch.tensor([[0.0, 10.0], [-10.0, 0.0]], dtype=torch.float64)
    shear = torch.tensor([[1.0, 0.0], [0.0, 1e5]], dtype=torch.float64)
    assert isinstance(centred_calibration(y, -y - y @ skew), Calibration)
    assert "condition number" in str(centred_calibration(y, -y @ shear))
