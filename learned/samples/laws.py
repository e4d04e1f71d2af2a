"""Draws of every law from uniforms: a primitive by its inverse distribution function, moved by the law's arguments.

The move is differentiable in the arguments that the law declares reparameterisable; the others enter as numbers. A
number of a component or a point is drawn from one more uniform.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
import scipy.special
import torch
from torch import Tensor

from infograd.expression import Expression
from infograd.law import Law, Mixture, Normal, Points

Evaluate = Callable[[Expression], Tensor]


def uniforms_needed(law: Law) -> int:
    """How many uniforms one draw takes."""
    if isinstance(law, Points):
        return 1
    if isinstance(law, Mixture):
        return 1 + max(uniforms_needed(component) for component in law.components)
    return math.prod(law.shape)


def _normal(u: Tensor, arguments: Mapping[str, Tensor]) -> Tensor:
    primitive = torch.special.ndtri(u)
    mean, covariance = arguments["mean"], arguments["covariance"]
    if mean.dim() == 1:
        scaled: Tensor = covariance.sqrt() * primitive
    else:
        scaled = (torch.linalg.cholesky(covariance) @ primitive.unsqueeze(2)).squeeze(2)
    return mean + scaled


def _uniform(u: Tensor, arguments: Mapping[str, Tensor]) -> Tensor:
    return arguments["lower"] + (arguments["upper"] - arguments["lower"]) * u


def _laplace(u: Tensor) -> Tensor:
    return torch.where(u < 0.5, torch.log(2 * u), -torch.log(2 * (1 - u)))


def _student(u: Tensor, freedom: Tensor) -> Tensor:
    return torch.from_numpy(np.asarray(scipy.special.stdtrit(freedom.detach().numpy(), u.numpy())))


def _located(u: Tensor, kind: str, arguments: Mapping[str, Tensor]) -> Tensor:
    match kind:
        case "Laplace":
            primitive = _laplace(u)
        case "Logistic":
            primitive = torch.logit(u)
        case "Exponential":
            primitive = -torch.log1p(-u)
        case _:
            primitive = _student(u, arguments["freedom"])
    return arguments["location"] + arguments["scale"] * primitive


def _choice(u: Tensor, weights: Tensor) -> Tensor:
    """The number, shape `(n,)`, of the weight whose share of the unit interval each uniform falls in."""
    return torch.searchsorted(weights.detach().cumsum(0)[:-1].contiguous(), u.contiguous(), right=True)


def draw(law: Law, u: Tensor, evaluate: Evaluate) -> Tensor:
    """One draw per row of `u`, shape `(n, *law.shape)`; `u` has shape `(n, uniforms_needed(law))` and lies inside (0, 1)."""
    if isinstance(law, Points):
        number = _choice(u[:, 0], evaluate(law.weights)[0])
        values = evaluate(law.values)
        return values[torch.arange(len(u)) if len(values) > 1 else 0, number]
    if isinstance(law, Mixture):
        number = _choice(u[:, 0], evaluate(law.weights)[0])
        draws = torch.stack([draw(component, u[:, 1 : 1 + uniforms_needed(component)], evaluate) for component in law.components])
        return draws[number, torch.arange(len(u))]
    flat = u.reshape(len(u), *law.shape)
    arguments = {name: evaluate(argument) for name, argument in law.arguments.items()}
    if isinstance(law, Normal):
        return _normal(flat, arguments)
    full = {name: argument.reshape(argument.shape + (1,) * (flat.dim() - argument.dim())) for name, argument in arguments.items()}
    kind = type(law).__name__
    return _uniform(flat, full) if kind == "Uniform" else _located(flat, kind, full)
