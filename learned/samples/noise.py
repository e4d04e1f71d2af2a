"""Densities of laws at given points, and their scores, in torch."""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor

from infograd.error import SpecificationError
from infograd.law import Law, Mixture, Normal
from infograd.learned.samples.laws import Evaluate

_HALF_LOG_TWO_PI = math.log(2 * math.pi) / 2


def _normal(x: Tensor, mean: Tensor, covariance: Tensor) -> Tensor:
    if mean.dim() == 1:
        found: Tensor = -((x - mean) ** 2) / (2 * covariance) - covariance.log() / 2 - _HALF_LOG_TWO_PI
        return found
    factor = torch.linalg.cholesky(covariance)
    whitened = torch.linalg.solve_triangular(factor, (x - mean).unsqueeze(2), upper=False).squeeze(2)
    size: Tensor = factor.diagonal(dim1=1, dim2=2).log().sum(dim=1)
    exponent: Tensor = (whitened**2 / 2 + _HALF_LOG_TWO_PI).sum(dim=1)
    return -exponent - size


def _entrywise(x: Tensor, kind: str, arguments: Mapping[str, Tensor]) -> Tensor:
    """The logarithm of the density of every entry."""
    if kind == "Uniform":
        lower, upper = arguments["lower"], arguments["upper"]
        return torch.where((x > lower) & (x < upper), 0 * x - (upper - lower).log(), -math.inf)
    scale = arguments["scale"]
    z = (x - arguments["location"]) / scale
    match kind:
        case "Laplace":
            found = -z.abs() - math.log(2)
        case "Logistic":
            found = -z.abs() - 2 * torch.log1p(torch.exp(-z.abs()))
        case "Exponential":
            found = torch.where(z >= 0, -z, -math.inf)
        case _:
            freedom = arguments["freedom"]
            size = torch.lgamma((freedom + 1) / 2) - torch.lgamma(freedom / 2) - (freedom * math.pi).log() / 2
            found = size - (freedom + 1) / 2 * torch.log1p(z**2 / freedom)
    return found - scale.log()


def log_density(law: Law, x: Tensor, evaluate: Evaluate) -> Tensor:
    """log p(x) in nats, shape `(n,)`, at the points `x` of shape `(n, *law.shape)`.

    Raises: SpecificationError for a law without a density.
    """
    if law.atomic:
        raise SpecificationError(f"The law {type(law).__name__} has no density; a score needs a law without atoms.")
    if isinstance(law, Mixture):
        parts = torch.stack([log_density(component, x, evaluate) for component in law.components], dim=1)
        return torch.logsumexp(parts + evaluate(law.weights).log(), dim=1)
    arguments = {name: evaluate(argument) for name, argument in law.arguments.items()}
    if isinstance(law, Normal):
        return _normal(x, **arguments)
    full = {name: argument.reshape(argument.shape + (1,) * (x.dim() - argument.dim())) for name, argument in arguments.items()}
    found = _entrywise(x, type(law).__name__, full)
    return found.flatten(start_dim=1).sum(dim=1) if x.dim() > 1 else found


def noise_score(law: Law, x: Tensor, evaluate: Evaluate) -> Tensor:
    """The score of the law at the points `x`, of their shape: the gradient of `log_density`."""
    points = x.detach().requires_grad_()
    (found,) = torch.autograd.grad(log_density(law, points, evaluate).sum(), points)
    return found
