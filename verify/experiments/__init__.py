"""The main job: the catalogue judged, the paper's experiments and the reference values repeated with their errors, and the ledger derived again.

`run` is one call; the experiments are one file each and only say which questions are put to which methods.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Literal

from infograd.record import Run
from infograd.verify.claims.ledger import ledger
from infograd.verify.experiments import catalogue, claims, fixed_nodes, large_gain, multipath, references, saturation
from infograd.verify.experiments.work import Task, perform
from infograd.verify.recording import environment

Profile = Literal["quick", "full"]
PROFILES: tuple[Profile, ...] = ("quick", "full")
EXPERIMENTS = (catalogue, multipath, saturation, references, large_gain, fixed_nodes)


def run(*, profile: Profile = "quick", jobs: int | None = None, progress: Callable[[int, int, str], None] = lambda done, total, text: None) -> Run:
    """Every catalogue channel judged, Figures 4 and 6, the reference values, and every claim examined, on `jobs` processes (as many as there are cores, if None).

    `quick` trains the paper's recipe at 5 points of each sweep, `full` at every point. `progress` hears (done, total, what
    was done last).
    """
    started = time.monotonic()
    workers = jobs or os.cpu_count() or 1
    planned = [experiment.tasks(profile == "full") for experiment in EXPERIMENTS]
    examining = claims.tasks(ledger(), {})
    tasks: list[Task] = [*(task for each in planned for task in each), *examining]
    results = iter(perform(tasks, workers, progress))
    parts = [experiment.findings([next(results) for _ in each], each) for experiment, each in zip(EXPERIMENTS, planned, strict=True)]
    examinations = tuple(next(results) for _ in examining)
    records = tuple(record for found, _ in parts for record in found)
    figures = tuple(figure for _, found in parts for figure in found)
    elapsed = f"{time.monotonic() - started:.0f} s on {workers} processes"
    return Run("Verification of the information gradient", records, figures, environment(profile=profile, elapsed=elapsed, seed="0"), examinations)
