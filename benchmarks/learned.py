"""The learned room's accuracy and speed over sweeps, beside the sampling limit and the paper's literal recipe.

    python benchmarks/learned.py                  every row of the table, in one run; the literal recipe from benchmarks/learned-literal.json
    python benchmarks/learned.py --all            the literal recipe measured too, at every point: half an hour
    python benchmarks/learned.py --only relay     the rows whose channel or way holds that word

The error of a row is the root mean square over the grid (and over seeds) of the gradient's distance to the exact one, in units of the sampling
limit: the error that exact scores have on 10,000 independent samples. Every row is also asked at points that are drawn in this run. Times are process
times on one thread, the least of the seeds; the speed is the literal recipe's time for as many points over it.
"""

from __future__ import annotations

import argparse
import datetime
import json
import math
import platform
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import torch

import infograd as ig
from infograd import learned
from infograd.answer import Access

sys.path.insert(0, str(Path(__file__).parent))
from peers.channels import GRIDS, Channel
from peers.limit import limit

COUNT = 10_000
FRESH = 8
LITERAL = Path(__file__).parent / "learned-literal.json"
RECIPE = learned.PaperRecipe(calibration="both")
INDEPENDENT = learned.Budget(samples=250, replicates=40)

Way = Callable[[Sequence[ig.Question], int], Sequence[ig.Reply]]


def one_by_one(**options: object) -> Way:
    """Each question by `learned.answer` with those options."""
    return lambda questions, seed: [learned.answer(question, seed=seed, **options) for question in questions]  # type: ignore[arg-type]  # the options of answer


@dataclass(frozen=True, slots=True)
class Row:
    """A channel's sweep answered in one way, with the error and the speed that are aimed at."""

    channel: str
    samples: str
    title: str
    access: Access
    error: float
    speed: float
    way: Way
    seeds: int = 1


@dataclass(frozen=True, slots=True)
class Measured:
    """The error over the limit, on the grid and on fresh points, the refusals among all, and the seconds for the grid."""

    error: float
    fresh: float
    refused: int
    seconds: float


def questions_of(channels: Sequence[Channel]) -> list[ig.Question]:
    """The channels' questions."""
    return [channel.question for channel in channels]


def fresh(channels: Sequence[Channel], generator: random.Random) -> list[Channel]:
    """Points drawn evenly within the range of each swept parameter of the grid."""
    found = []
    for parameter in dict.fromkeys(channel.parameter for channel in channels):
        own = [channel for channel in channels if channel.parameter == parameter]
        low, high = min(channel.value for channel in own), max(channel.value for channel in own)
        found += [own[0].at(low + (high - low) * Fraction(generator.randint(0, 10_000), 10_000)) for _ in range(FRESH)]
    return found


def errors(channels: Sequence[Channel], replies: Sequence[ig.Reply]) -> tuple[list[float], int]:
    """The distances to the exact gradient, and how many were refused."""
    found = [
        float(reply.gradient[channel.parameter].value) - channel.truth  # type: ignore[arg-type]  # a scalar parameter's gradient is a number
        for channel, reply in zip(channels, replies, strict=True)
        if isinstance(reply, ig.Answer)
    ]
    return found, len(channels) - len(found)


def pooled(found: Sequence[float]) -> float:
    """The root mean square."""
    return math.sqrt(sum(each**2 for each in found) / len(found)) if found else math.nan


def measured(row: Row, generator: random.Random) -> Measured:
    """Run a row."""
    grid = GRIDS[row.channel]
    beside = fresh(grid, generator)
    on_grid, on_fresh, refused, seconds = [], [], 0, math.inf
    for seed in range(row.seeds):
        start = time.process_time()
        replies = row.way(questions_of(grid), seed)
        seconds = min(seconds, time.process_time() - start)
        for channels, found, into in ((grid, replies, on_grid), (beside, row.way(questions_of(beside), seed), on_fresh)):
            distances, missing = errors(channels, found)
            into += distances
            refused += missing
    return Measured(pooled(on_grid) / limit(grid, COUNT), pooled(on_fresh) / limit(beside, COUNT), refused, seconds)


def literal(name: str, show: Callable[[str], None]) -> dict[str, object]:
    """The paper's recipe at every point of a grid: its pooled error and the median of its seconds."""
    gaps, seconds = [], []
    for number, channel in enumerate(GRIDS[name]):
        start = time.process_time()
        reply = learned.answer(channel.question, recipe=RECIPE, seed=number)
        seconds.append(time.process_time() - start)
        gaps += errors([channel], [reply])[0]
        show(f"literal recipe, {name}: {number + 1} of {len(GRIDS[name])}")
    return {"error": pooled(gaps), "seconds": sorted(seconds)[len(seconds) // 2], "points": len(gaps)}


def stored(names: Sequence[str], everything: bool, show: Callable[[str], None]) -> dict[str, object]:
    """The literal recipe's row: measured now, or the one kept in a file with its settings, machine and date."""
    if not everything:
        found: dict[str, object] = json.loads(LITERAL.read_text())
        return found
    rows = {name: literal(name, show) for name in names}
    kept = {"settings": str(RECIPE), "machine": f"{platform.processor() or platform.machine()}, one thread, torch {torch.__version__}", "date": datetime.date.today().isoformat(), "rows": rows}
    LITERAL.write_text(json.dumps(kept, indent=2) + "\n")
    return kept
