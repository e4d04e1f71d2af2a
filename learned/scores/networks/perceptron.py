"""Score networks and their training by denoising score matching."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise

import torch
from torch import Tensor, nn

from infograd.learned.budget import PaperRecipe
from infograd.learned.scores.networks.progress import shown


def score_network(inputs: int, outputs: int, recipe: PaperRecipe, generator: torch.Generator) -> nn.Sequential:
    """A perceptron of SiLU layers with linear output, its weights and biases uniform on +-1/sqrt(fan in), drawn from `generator`."""
    sizes = [inputs, *[recipe.width] * recipe.layers, outputs]
    layers: list[nn.Module] = []
    for fan_in, fan_out in pairwise(sizes):
        linear = nn.Linear(fan_in, fan_out, device="meta").to_empty(device="cpu")
        with torch.no_grad():
            for tensor in (linear.weight, linear.bias):
                tensor.uniform_(-1 / math.sqrt(fan_in), 1 / math.sqrt(fan_in), generator=generator)
        layers += [linear, nn.SiLU()]
    return nn.Sequential(*layers[:-1])


def train(network: nn.Module, batches: Iterable[tuple[Tensor, Tensor, Tensor]], deviation: float, recipe: PaperRecipe, generator: torch.Generator) -> None:
    """Minimise the recipe's objective over one fresh batch `(y, x, label)` a step.

    With added noise it is E|s(y + sigma e, x) + e / sigma|^2, sigma = `deviation`, and with the last noise E|s(y, x) - label|^2.
    Source: arXiv:2601.01789, eq. (4).
    """
    optimiser = torch.optim.AdamW(network.parameters(), lr=recipe.rate, fused=True)
    for step, (y, x, label) in zip(shown(recipe.steps, "Training the paper's networks"), batches, strict=False):
        if recipe.decay == "cosine":
            optimiser.param_groups[0]["lr"] = recipe.rate * (1 + math.cos(math.pi * step / recipe.steps)) / 2
        if recipe.labels == "added noise":
            noise = torch.randn(y.shape, generator=generator)
            y, label = y + deviation * noise, -noise / deviation
        loss = (network(torch.cat([y, x], dim=1)) - label).square().sum(dim=1).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
