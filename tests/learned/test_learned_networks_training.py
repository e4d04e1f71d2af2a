"""Training: early stopping on held-out rows, the best weights kept, repeatable for a seed, quiet off a terminal."""

from __future__ import annotations

import io
import sys
from typing import Any

import pytest
import torch
from torch import Tensor

import infograd as ig
from infograd.learned.scores.networks.perceptrons import Perceptrons
from infograd.learned.scores.networks.progress import shown
from infograd.learned.scores.networks.training import Rows, Training, trained

SHORT = Training(width=8, layers=1, steps=200, batch=32, interval=20)


def rows(count: int = 256) -> Rows:
    x = torch.randn(2, count, 1, generator=torch.Generator().manual_seed(3))
    return Rows(x, x[:, :, :0], torch.sin(x))


def regression(nets: Perceptrons, some: Rows, _: torch.Generator) -> Tensor:
    return (nets(some.outputs) - some.labels).square().mean(dim=(1, 2))


def fit(training: Training, seed: int = 0) -> Perceptrons:
    return trained(1, 1, rows(), regression, training, torch.Generator().manual_seed(seed), "Training a sine")


def test_training_lowers_the_objective_of_every_network() -> None:
    everything = rows()
    found = regression(fit(SHORT), everything, torch.Generator())
    assert bool((found < everything.labels.square().mean(dim=(1, 2)) / 4).all())


def test_training_is_a_function_of_the_seed_and_leaves_torchs_generator_alone() -> None:
    before = torch.get_rng_state()
    first = fit(SHORT, seed=5)
    torch.manual_seed(1)
    again, other = fit(SHORT, seed=5), fit(SHORT, seed=6)
    torch.set_rng_state(before)
    assert all(torch.equal(a, b) for a, b in zip(first.tensors, again.tensors, strict=True))
    assert not torch.equal(first.weights[0], other.weights[0])
    fit(SHORT)
    assert torch.equal(before, torch.get_rng_state())


def counting(checks: list[int], objective_of_check: Any) -> Any:
    """An objective whose value in checks is made up: training has a graph, a check has none."""

    def objective(nets: Perceptrons, some: Rows, generator: torch.Generator) -> Tensor:
        found = regression(nets, some, generator)
        if torch.is_grad_enabled():
            return found
        checks.append(1)
        made_up: Tensor = objective_of_check(len(checks), found)
        return made_up

    return objective


def test_training_stops_when_no_network_gained_in_so_many_checks_and_keeps_the_least() -> None:
    checks: list[int] = []
    rising = counting(checks, lambda number, found: torch.full_like(found, float(number)))
    stopped = trained(1, 1, rows(), rising, Training(width=8, layers=1, steps=400, batch=32, interval=20, patience=3), torch.Generator().manual_seed(0), "")
    assert len(checks) == 4
    # The cosine depends on the steps planned, so a constant rate makes 20 steps the same in both.
    settings: dict[str, Any] = {"width": 8, "layers": 1, "batch": 32, "interval": 20, "decay": False}
    checks.clear()
    kept = trained(1, 1, rows(), rising, Training(steps=400, patience=3, **settings), torch.Generator().manual_seed(0), "")
    first = trained(1, 1, rows(), regression, Training(steps=20, **settings), torch.Generator().manual_seed(0), "")
    assert all(torch.equal(a, b) for a, b in zip(kept.tensors, first.tensors, strict=True))
    assert not torch.equal(stopped.weights[0], first.weights[0])


def test_one_network_that_gains_keeps_all_in_training() -> None:
    checks: list[int] = []
    mixed = counting(checks, lambda number, found: torch.tensor([float(number), -float(number)]))
    trained(1, 1, rows(), mixed, Training(width=8, layers=1, steps=200, batch=32, interval=20, patience=2), torch.Generator().manual_seed(0), "")
    assert len(checks) == 10


def test_held_out_rows_are_never_trained_on() -> None:
    seen: dict[bool, set[float]] = {True: set(), False: set()}

    def recording(nets: Perceptrons, some: Rows, generator: torch.Generator) -> Tensor:
        seen[torch.is_grad_enabled()].update(some.outputs[0, :, 0].tolist())
        return regression(nets, some, generator)

    trained(1, 1, rows(), recording, SHORT, torch.Generator().manual_seed(0), "")
    assert len(seen[False]) == 26
    assert seen[True].isdisjoint(seen[False])


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"width": 0}, "width is 0"),
        ({"steps": True}, "steps is True"),
        ({"rate": 0.0}, "rate is 0.0"),
        ({"weight_decay": -1.0}, "weight_decay is -1.0"),
        ({"held_out": 1.0}, "held_out is 1.0"),
        ({"device": "tpu"}, "device is 'tpu'"),
    ],
)
def test_wrong_settings_are_errors_that_name_the_number(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ig.SpecificationError, match=message):
        Training(**settings)


def test_missing_gpu_is_an_error_before_anything_is_trained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ig.SpecificationError, match="torch finds no GPU here"):
        Training(device="cuda")


def test_too_few_samples_for_a_batch_are_an_error() -> None:
    with pytest.raises(ig.SpecificationError, match="draw more samples"):
        trained(1, 1, rows(30), regression, SHORT, torch.Generator().manual_seed(0), "")


class Terminal(io.StringIO):
    """Standard error on a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("stream", "speaks"), [(Terminal(), True), (io.StringIO(), False)])
def test_bar_is_shown_on_a_terminal_alone(stream: io.StringIO, speaks: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", stream)
    assert list(shown(25, "Training")) == list(range(25))
    assert ("Training" in stream.getvalue()) is speaks
