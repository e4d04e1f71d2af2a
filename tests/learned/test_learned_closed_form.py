"""The bias probe of the closed-form recipe."""

from __future__ import annotations

import torch

from infograd.learned.gradient.closed_form import ladder, refinement_left


def test_the_ladder_ends_at_the_affine_bound() -> None:
    assert ladder(6) == (6, 5, 4, 3)
    assert ladder(3) == (3, 2, 1)


def test_the_probe_is_the_last_change_where_refinement_converges() -> None:
    means = torch.tensor([[1.0], [1.01], [1.2], [4.0]], dtype=torch.float64)
    assert torch.allclose(refinement_left(means), torch.tensor([2.8 / 16], dtype=torch.float64))
    quick = torch.tensor([[1.0], [1.01], [1.02], [1.05]], dtype=torch.float64)
    assert torch.allclose(refinement_left(quick), torch.tensor([0.01], dtype=torch.float64))


def test_a_change_that_is_small_by_accident_is_not_believed() -> None:
    means = torch.tensor([[2.0], [2.0], [1.6]], dtype=torch.float64)
    assert torch.allclose(refinement_left(means), torch.tensor([0.1], dtype=torch.float64))
