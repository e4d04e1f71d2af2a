"""Several perceptrons at once against torch's own, one by one, and their derivatives against autograd."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from infograd.learned.scores.networks.perceptrons import Perceptrons, drawn

SIZES = (3, 7, 5, 2)


def networks() -> Perceptrons:
    return drawn(4, SIZES, torch.Generator().manual_seed(1), "cpu").double()


def by_torch(nets: Perceptrons, which: int) -> nn.Sequential:
    layers: list[nn.Module] = []
    for weight, bias in zip(nets.weights, nets.biases, strict=True):
        linear = nn.Linear(weight.shape[1], weight.shape[2], dtype=torch.float64)
        with torch.no_grad():
            linear.weight.copy_(weight[which].T)
            linear.bias.copy_(bias[which, 0])
        layers += [linear, nn.SiLU()]
    return nn.Sequential(*layers[:-1])


def inputs(seed: int) -> Tensor:
    return torch.randn(4, 11, 3, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_networks_at_once_are_the_networks_one_by_one() -> None:
    nets, z = networks(), inputs(2)
    for which in range(4):
        alone = by_torch(nets, which)
        torch.testing.assert_close(nets(z)[which], alone(z[which]), rtol=1e-12, atol=1e-14)
        torch.testing.assert_close(nets.only(slice(which, which + 1))(z[which : which + 1])[0], alone(z[which]), rtol=1e-12, atol=1e-14)
        torch.testing.assert_close(nets.hidden(z)[which], alone[:-1](z[which]), rtol=1e-12, atol=1e-14)


def test_derivatives_along_a_direction_are_autograds() -> None:
    nets, z, direction = networks(), inputs(3), inputs(4)
    for function, along in ((nets, nets.along), (nets.hidden, nets.hidden_along)):
        values, slopes = torch.autograd.functional.jvp(function, z, direction)  # type: ignore[no-untyped-call]  # torch leaves it untyped
        for found, expected in zip(along(z, direction), (values, slopes), strict=True):
            torch.testing.assert_close(found, expected, rtol=1e-12, atol=1e-14)


def test_every_network_has_its_own_draws_within_their_bound() -> None:
    weights = drawn(3, SIZES, torch.Generator().manual_seed(1), "cpu").weights[1].detach()
    assert not torch.equal(weights[0], weights[1])
    assert float(weights.abs().max()) <= 7**-0.5
