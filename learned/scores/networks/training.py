"""Training of several networks at once: AdamW on minibatches, a cosine decay, and early stopping on held-out rows."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from infograd.error import SpecificationError
from infograd.learned.scores.networks.perceptrons import Perceptrons, drawn
from infograd.learned.scores.networks.progress import shown

DEVICES = ("cpu", "cuda")


@dataclass(frozen=True, slots=True)
class Training:
    """Every number of the training.

    The networks have `layers` hidden layers of `width` SiLU units; `steps` of AdamW on minibatches of `batch` rows start at
    `rate` and end at 0 along a cosine, or keep it where `decay` is False. A share `held_out` of the rows is never trained on: every
    `interval` steps the objective is taken on it, each network keeps the weights at which it was least, and training stops when no
    network has gained in `patience` such checks.

    Raises: SpecificationError for a number that makes no sense, and for a device that is not there.
    """

    width: int = 64
    layers: int = 2
    rate: float = 5e-3
    decay: bool = True
    weight_decay: float = 0.0
    batch: int = 256
    steps: int = 2000
    held_out: float = 0.1
    interval: int = 50
    patience: int = 20
    device: str = "cpu"

    def __post_init__(self) -> None:
        for name in ("width", "layers", "batch", "steps", "interval", "patience"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise SpecificationError(f"A training's {name} is {value!r}; write a whole number of at least 1.")
        if not self.rate > 0:
            raise SpecificationError(f"A training's rate is {self.rate!r}; write a positive number.")
        if not self.weight_decay >= 0:
            raise SpecificationError(f"A training's weight_decay is {self.weight_decay!r}; write 0 or a positive number.")
        if not 0 < self.held_out < 1:
            raise SpecificationError(f"A training's held_out is {self.held_out!r}; write a share between 0 and 1.")
        if self.device not in DEVICES:
            raise SpecificationError(f"A training's device is {self.device!r}; it must be one of {', '.join(map(repr, DEVICES))}.")
        if self.device == "cuda" and not torch.cuda.is_available():
            raise SpecificationError("A training's device is 'cuda', and torch finds no GPU here; write 'cpu'.")


@dataclass(frozen=True, slots=True)
class Rows:
    """What a network is trained on, each of shape `(networks, n, columns)`: outputs, what is given, and labels where the objective has some."""

    outputs: Tensor
    given: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return self.outputs.shape[1]

    def at(self, index: Tensor | slice) -> Rows:
        """Some of the rows."""
        return Rows(self.outputs[:, index], self.given[:, index], self.labels[:, index])

    def to(self, device: str) -> Rows:
        """In single precision, on a device."""
        return Rows(*(each.to(device, torch.float32).contiguous() for each in (self.outputs, self.given, self.labels)))


Objective = Callable[[Perceptrons, Rows, torch.Generator], Tensor]
"""The objective of each network on some rows, shape `(networks,)`; what it draws comes from the generator, on the CPU."""


def trained(inputs: int, outputs: int, rows: Rows, objective: Objective, training: Training, generator: torch.Generator, title: str) -> Perceptrons:
    """One network for each of the rows' leading entries, at the weights of its least held-out objective."""
    networks, count = rows.outputs.shape[0], len(rows)
    kept_out = max(1, round(training.held_out * count))
    if count - kept_out < training.batch:
        raise SpecificationError(f"{count} samples leave {count - kept_out} to train on, and a batch takes {training.batch}; draw more samples.")
    nets = drawn(networks, (inputs, *[training.width] * training.layers, outputs), generator, training.device)
    order = torch.randperm(count, generator=generator)
    rows = rows.to(training.device)
    unseen, seen = rows.at(order[:kept_out]), rows.at(order[kept_out:])
    check_seed = int(torch.randint(2**31, (), generator=generator))
    optimiser = torch.optim.AdamW(nets.tensors, lr=training.rate, weight_decay=training.weight_decay, fused=True)
    keep = _Best(nets)
    per_pass = len(seen) // training.batch
    for step in shown(training.steps, title):
        if step % per_pass == 0:
            seen = seen.at(torch.randperm(len(seen), generator=generator))
        if training.decay:
            optimiser.param_groups[0]["lr"] = training.rate * (1 + math.cos(math.pi * step / training.steps)) / 2
        start = step % per_pass * training.batch
        loss = objective(nets, seen.at(slice(start, start + training.batch)), generator).sum()
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        optimiser.step()
        if (step + 1) % training.interval == 0 or step + 1 == training.steps:
            with torch.no_grad():
                keep.check(nets, objective(nets, unseen, torch.Generator().manual_seed(check_seed)))
            if keep.without_gain >= training.patience:
                break
    return keep.networks


class _Best:
    """The weights of each network at its least objective so far, and how many checks ago any network last gained."""

    def __init__(self, nets: Perceptrons) -> None:
        self.networks = Perceptrons(tuple(each.detach().clone() for each in nets.weights), tuple(each.detach().clone() for each in nets.biases))
        self.least = torch.full((nets.weights[0].shape[0],), math.inf, device=nets.weights[0].device)
        self.without_gain = 0

    def check(self, nets: Perceptrons, objective: Tensor) -> None:
        better = objective < self.least
        self.least = torch.where(better, objective, self.least)
        for best, now in zip(self.networks.tensors, nets.tensors, strict=True):
            best.copy_(torch.where(better.reshape(-1, 1, 1), now.detach(), best))
        self.without_gain = 0 if bool(better.any()) else self.without_gain + 1
