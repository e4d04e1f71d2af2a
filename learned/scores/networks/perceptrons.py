"""Several perceptrons of one size, evaluated and trained at once: weights stand network by network."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor
from torch.nn.functional import silu


@dataclass(frozen=True, slots=True)
class Perceptrons:
    """SiLU layers and a linear output; `weights` have shape `(networks, fan in, fan out)`, `biases` `(networks, 1, fan out)`."""

    weights: tuple[Tensor, ...]
    biases: tuple[Tensor, ...]

    @property
    def tensors(self) -> tuple[Tensor, ...]:
        """Every weight and bias."""
        return self.weights + self.biases

    def __call__(self, inputs: Tensor) -> Tensor:
        """From `(networks, n, fan in)` to `(networks, n, fan out)`."""
        values = inputs
        for position, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            values = torch.baddbmm(bias, silu(values) if position else values, weight)
        return values

    def along(self, inputs: Tensor, direction: Tensor) -> tuple[Tensor, Tensor]:
        """The outputs and their derivatives along `direction`, which has the inputs' shape."""
        found = self._layers(inputs, direction)
        return found[-1]

    def hidden(self, inputs: Tensor) -> Tensor:
        """The last hidden layer, shape `(networks, n, width)`."""
        values = inputs
        for weight, bias in zip(self.weights[:-1], self.biases[:-1], strict=True):
            values = silu(torch.baddbmm(bias, values, weight))
        return values

    def hidden_along(self, inputs: Tensor, direction: Tensor) -> tuple[Tensor, Tensor]:
        """The last hidden layer, shape `(networks, n, width)`, and its derivatives along `direction`."""
        values, slopes = self._layers(inputs, direction)[-2]
        return silu(values), _slope(values) * slopes

    def _layers(self, inputs: Tensor, direction: Tensor) -> list[tuple[Tensor, Tensor]]:
        values, slopes = inputs, direction
        found = []
        for position, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            if position:
                values, slopes = silu(values), _slope(values) * slopes
            values, slopes = torch.baddbmm(bias, values, weight), slopes @ weight
            found.append((values, slopes))
        return found

    def only(self, which: slice) -> Perceptrons:
        """Some of the networks."""
        return Perceptrons(tuple(each[which] for each in self.weights), tuple(each[which] for each in self.biases))

    def double(self) -> Perceptrons:
        """The same networks in double precision, on the CPU, without a graph."""
        weights, biases = (tuple(each.detach().double().cpu() for each in some) for some in (self.weights, self.biases))
        return Perceptrons(weights, biases)


def _slope(values: Tensor) -> Tensor:
    gate = torch.sigmoid(values)
    return gate * (1 + values * (1 - gate))


def drawn(networks: int, sizes: tuple[int, ...], generator: torch.Generator, device: str) -> Perceptrons:
    """Networks of those layer sizes with single-precision weights and biases uniform on +-1/sqrt(fan in), each with its own draws."""

    def uniform(fan_in: int, *shape: int) -> Tensor:
        bound = 1 / math.sqrt(fan_in)
        return torch.empty(networks, *shape).uniform_(-bound, bound, generator=generator).to(device).requires_grad_()

    pairs = list(pairwise(sizes))
    return Perceptrons(tuple(uniform(a, a, b) for a, b in pairs), tuple(uniform(a, 1, b) for a, b in pairs))
