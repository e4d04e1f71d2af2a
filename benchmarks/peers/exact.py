"""Estimators that are given the exact densities: the yardstick with exact scores, and the score-function estimator REINFORCE at its best.

Source: arXiv:2601.01789, eqs. (18), (39); Machine Learning 8 (1992) 229 for REINFORCE.
"""

from __future__ import annotations

import torch

from .channels import Channel


def exact_scores(channel: Channel, count: int, seed: int) -> float:
    """The mean of J (s_{Y|X} - s_Y) over the samples, J = dY/dtheta along the sampler; its root mean square error over a grid is the limit."""
    theta, x, y = channel.drawn(count, torch.Generator().manual_seed(seed))
    held = y.detach().requires_grad_()
    conditional, marginal = channel.law.log_densities(theta.detach(), x, held)
    (difference,) = torch.autograd.grad((conditional - marginal).sum(), held)
    (slope,) = torch.autograd.grad((y * difference).mean(), theta)
    return float(slope)


def reinforce(channel: Channel, count: int, seed: int, baseline: bool = True) -> float:
    """The mean of (r - b) d log p(y | x) / dtheta, with r = log p(y | x) / p(y) and y held; b is the mean of r over the other samples, or 0.

    The terms d log p(y | x) / dtheta and d log p(y) / dtheta alone have mean 0 and are left out.
    """
    theta, x, y = channel.drawn(count, torch.Generator().manual_seed(seed))
    conditional, marginal = channel.law.log_densities(theta, x, y.detach())
    ratio = (conditional - marginal).detach()
    weight = (ratio - ratio.mean()) * count / (count - 1) if baseline else ratio
    (slope,) = torch.autograd.grad((weight * conditional).mean(), theta)
    return float(slope)
