"""The probes of a score: each meets its target for the true score and convicts one planted fault that is its own."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from infograd.learned.gradient.probes import Probe, effective_samples_probe, mean_probe, span_probe, stein_probe, strongest, tower_probe

REPLICATES = 16
ROWS = 512 * REPLICATES
CLEAR = 6.0


def draws(seed: int, width: int = 1) -> Tensor:
    return torch.randn(ROWS, width, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


X, NOISE = draws(1), draws(2)
Y = X + NOISE
MARGINAL, CONDITIONAL = -Y / 2, -NOISE
NOTHING = torch.zeros(ROWS, 0, dtype=torch.float64)


def all_probes(marginal: Tensor, conditional: Tensor) -> list[Probe]:
    return [
        mean_probe(conditional, REPLICATES),
        stein_probe(Y, conditional, REPLICATES),
        tower_probe(marginal, conditional, Y, NOTHING, REPLICATES),
        span_probe(conditional, Y, X, REPLICATES, 3),
        span_probe(marginal, Y, NOTHING, REPLICATES, 3),
    ]


def test_true_scores_meet_every_probe() -> None:
    for probe in all_probes(MARGINAL, CONDITIONAL):
        assert probe.deviations <= CLEAR
        assert probe.stderr < 0.05
        assert probe.sentence.endswith(".")


@pytest.mark.parametrize(
    ("name", "marginal", "conditional"),
    [
        ("mean", MARGINAL, CONDITIONAL + 0.3),
        ("Stein matrix", MARGINAL, 0.7 * CONDITIONAL),
        ("tower", 0.5 * MARGINAL, CONDITIONAL),
        ("span residual", MARGINAL + 0.2 * (Y**2 - 2), CONDITIONAL),
        ("span residual", MARGINAL, CONDITIONAL + 0.3 * X * NOISE),
    ],
)
def test_planted_fault_is_convicted_by_its_own_probe(name: str, marginal: Tensor, conditional: Tensor) -> None:
    convicted = [probe for probe in all_probes(marginal, conditional) if probe.deviations > CLEAR]
    assert name in {probe.name for probe in convicted}
    assert strongest(all_probes(marginal, conditional)).deviations > CLEAR


def test_span_probe_measures_the_energy_of_the_error_it_sees() -> None:
    # The error is half the score, so the missing energy is (1/2)^2 over (1/2)^2.
    probe = span_probe(0.5 * MARGINAL, Y, NOTHING, REPLICATES, 2)
    assert abs(probe.value - 1) <= CLEAR * probe.stderr < 0.3


def test_effective_sample_size_is_all_for_equal_weights_and_one_for_a_single_one() -> None:
    equal = effective_samples_probe(torch.zeros(64, 8, dtype=torch.float64), 4)
    single = effective_samples_probe(100 * torch.eye(8, dtype=torch.float64).repeat(8, 1), 4)
    assert abs(equal.value - 1) <= 1e-12
    assert abs(single.value - 1 / 8) <= 1e-12
    assert single.deviations == -math.inf
