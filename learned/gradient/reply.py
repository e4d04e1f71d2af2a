"""From replicated gradients in torch to an answer in plain numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import torch
from torch import Tensor

from infograd.answer import Access, Answer
from infograd.array import Array, with_shape
from infograd.mapping import FrozenMapping
from infograd.quantity import Doubt, Quantity

CITATION = "arXiv:2601.01789, Theorem 2, Corollary 3 and Algorithm 1"


def _numbers(tensor: Tensor) -> Array:
    flat: Iterator[float] = iter(tensor.flatten().tolist())
    return with_shape(flat, tuple(tensor.shape))


def quantity(replicates: Tensor, bias: Tensor) -> Quantity:
    """The mean over replicates, shape `(replicates, *shape)`, with its standard error; `bias` joins the rounding in the estimated doubt."""
    count = len(replicates)
    value = replicates.mean(dim=0)
    rounding = torch.finfo(torch.float64).eps * replicates.abs().mean(dim=0)
    stderr = replicates.std(dim=0) / math.sqrt(count)
    return Quantity(_numbers(value), Doubt(estimated=_numbers(bias + rounding), stderr=_numbers(stderr), dof=count - 1))


def reply(method: str, access: Access, gradient: Mapping[str, Quantity], cost: Mapping[str, int]) -> Answer:
    """An answer of this room; it has no value."""
    return Answer("learned", method, access, None, FrozenMapping(gradient), citation=CITATION, cost=FrozenMapping(cost))
