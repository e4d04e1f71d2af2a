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

import numpy as np
import torch

import infograd as ig
from infograd import learned
from infograd.answer import Access
from infograd.learned.scores.implicit.bases import Affine, Hermite
from infograd.learned.scores.implicit.model import ImplicitScore
from infograd.learned.scores.networks.features import NetworkFeatures

sys.path.insert(0, str(Path(__file__).parent))
from peers.channels import GRIDS, Channel
from peers.limit import limit

COUNT = 10_000
FRESH = 8
LITERAL = Path(__file__).parent / "learned-literal.json"
RECIPE = learned.PaperRecipe(calibration="both")
INDEPENDENT = learned.Budget(samples=250, replicates=40)
LARGE = 32
"""Entries of X and of Y in the linear Gaussian row."""

Way = Callable[[Sequence[Channel], int], Sequence[ig.Reply]]


def along(**options: object) -> Way:
    """Every parameter's values by one `learned.sweep` with those options."""

    def replies(channels: Sequence[Channel], seed: int) -> list[ig.Reply]:
        found: list[ig.Reply] = []
        for parameter in dict.fromkeys(channel.parameter for channel in channels):
            values = [channel.value for channel in channels if channel.parameter == parameter]
            question = next(channel.question for channel in channels if channel.parameter == parameter)
            found += learned.sweep(question, parameter, values, seed=seed, **options)  # type: ignore[arg-type]  # the options of sweep
        return found

    return replies


@dataclass(frozen=True, slots=True)
class Row:
    """A channel's sweep answered in one way, with the error and the speed that are aimed at, if any."""

    channel: str
    samples: str
    title: str
    access: Access
    way: Way
    error: float = math.nan
    speed: float = math.nan
    seeds: int = 2


IID, SIMULATOR = "10,000 independent", "simulator, Sobol"
MIXTURE = {"recipe": "mixture", "access": Access.MODEL}
HEAD = {"recipe": NetworkFeatures(labels="last noise"), "access": Access.LAST_NOISE, "budget": learned.Budget(256, 32)}
ROWS = (
    Row(
        "multipath-b",
        IID,
        "Hermite of degree 3",
        Access.PATHWISE,
        along(recipe=ImplicitScore(Hermite(3)), sampling="independent", budget=INDEPENDENT),
        1.1,
        2000,
        4,
    ),
    Row("relay", IID, "closed form", Access.PATHWISE, along(sampling="independent", budget=INDEPENDENT), 1.6, 30, 4),
    Row("relay", IID, "closed form", Access.PATHWISE, along(sampling="independent", budget=INDEPENDENT), 2.1, 300, 4),
    Row("relay", IID, "mixture", Access.MODEL, along(sampling="independent", **MIXTURE), 1.3, 300, 4),
    Row(
        "multipath-b",
        SIMULATOR,
        "Hermite of degree 3, 32 x 256",
        Access.PATHWISE,
        along(recipe=ImplicitScore(Hermite(3)), budget=learned.Budget(256, 32)),
        0.05,
        1500,
    ),
    Row("tanh", SIMULATOR, "closed form, 32 x 512", Access.PATHWISE, along(budget=learned.Budget(512, 32)), 0.03, 3000),
    Row("tanh", SIMULATOR, "mixture, 32 x 32", Access.MODEL, along(budget=learned.Budget(32, 32), **MIXTURE), 0.03, 8000),
    Row("relay", SIMULATOR, "closed form, 32 x 1024", Access.PATHWISE, along(budget=learned.Budget(1024, 32)), 0.3, 30),
    Row("relay", SIMULATOR, "mixture, 32 x 512", Access.MODEL, along(budget=learned.Budget(512, 32), **MIXTURE), 0.12, 200),
    Row("multipath-b", SIMULATOR, "networks and a head", Access.LAST_NOISE, along(**HEAD), 0.06, 80, 1),
    Row("relay", SIMULATOR, "networks and a head", Access.LAST_NOISE, along(**HEAD | {"budget": learned.Budget(1024, 32)}), 0.3, 30, 1),
    Row("sine-cascade", IID, "closed form", Access.PATHWISE, along(sampling="independent", budget=INDEPENDENT)),
    Row("sine-cascade", SIMULATOR, "closed form, the default", Access.PATHWISE, along(), seeds=1),
    Row("sine-cascade", SIMULATOR, "mixture, the default", Access.MODEL, along(**MIXTURE), seeds=1),
    Row("sine-cascade", SIMULATOR, "networks and a head", Access.LAST_NOISE, along(**HEAD), seeds=1),
)


@dataclass(frozen=True, slots=True)
class Measured:
    """The error over the limit, on the grid and on fresh points, the refusals among all, and the seconds for the grid."""

    error: float
    fresh: float
    refused: int
    seconds: float


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
    on_grid: list[float] = []
    on_fresh: list[float] = []
    refused, seconds = 0, math.inf
    for seed in range(row.seeds):
        start = time.process_time()
        replies = row.way(grid, seed)
        seconds = min(seconds, time.process_time() - start)
        for channels, found, into in ((grid, replies, on_grid), (beside, row.way(beside, seed), on_fresh)):
            distances, missing = errors(channels, found)
            into += distances
            refused += missing
    return Measured(pooled(on_grid) / limit(grid, COUNT), pooled(on_fresh) / limit(beside, COUNT), refused, seconds)


def literal_seconds(question: ig.Question) -> float:
    """The process time of the paper's recipe on one question."""
    start = time.process_time()
    learned.answer(question, recipe=RECIPE)
    return time.process_time() - start


def literal(name: str, show: Callable[[str], None]) -> dict[str, float]:
    """The paper's recipe at every point of a grid: its pooled error."""
    gaps = []
    for number, channel in enumerate(GRIDS[name]):
        gaps += errors([channel], [learned.answer(channel.question, recipe=RECIPE, seed=number)])[0]
        show(f"literal recipe, {name}: {number + 1} of {len(GRIDS[name])}")
    return {"error": pooled(gaps), "points": len(gaps)}


def stored(names: Sequence[str], everything: bool, show: Callable[[str], None]) -> dict[str, dict[str, float]]:
    """The literal recipe's errors by channel: measured now, or those kept in a file with their settings, machine and date."""
    if everything:
        rows = {name: literal(name, show) for name in names}
        kept = {"settings": str(RECIPE), "machine": f"{platform.machine()}, torch {torch.__version__}", "date": datetime.date.today().isoformat(), "rows": rows}
        LITERAL.write_text(json.dumps(kept, indent=2) + "\n")
    found = json.loads(LITERAL.read_text())
    show(f"literal recipe's errors: {found['settings']}, {found['machine']}, {found['date']}\n")
    rows_found: dict[str, dict[str, float]] = found["rows"]
    return rows_found


@dataclass(frozen=True, slots=True)
class Linear:
    """Y = W X + N in 32 entries, N and X standard normal: the question in every entry of W, its exact gradient, and the limit."""

    question: ig.Question
    truth: np.ndarray[tuple[int, ...], np.dtype[np.float64]]
    limit: float


def linear() -> Linear:
    """dI/dW = (1 + W W^T)^-1 W; an entry of delta X^T, delta = s_{Y|X} - s_Y, has the variance (1 - V^-1)_ii + ((V^-1 W)_ij)^2, V = 1 + W W^T."""
    rng = np.random.default_rng(0)
    w = rng.standard_normal((LARGE, LARGE)) / math.sqrt(LARGE)
    at = {"W": tuple(tuple(Fraction(round(1000 * entry), 1000) for entry in row) for row in w)}
    exact = np.array([[float(entry) for entry in row] for row in at["W"]])
    inverse = np.linalg.inv(np.eye(LARGE) + exact @ exact.T)
    gradient = inverse @ exact
    variance = (1 - np.diag(inverse))[:, None] + gradient**2
    x = ig.Source("X", ig.Normal((0,) * LARGE, ig.identity(LARGE)))
    y = ig.Gate("Y", ig.Parameter("W", (LARGE, LARGE)) @ x, noise=ig.Normal((0,) * LARGE, ig.identity(LARGE)))
    return Linear(ig.Question(ig.Channel(x, y), ("X", "Y"), at=at), gradient, math.sqrt(variance.mean() / COUNT))


def large_rows(show: Callable[[str], None]) -> list[str]:
    """The linear Gaussian channel of 32 entries, its full gradient, on given samples and by the simulator."""
    case = linear()
    slow = literal_seconds(case.question)
    told = []
    for samples, options, error in (
        (IID, {"sampling": "independent", "budget": INDEPENDENT, "recipe": ImplicitScore(Affine())}, 1.3),
        (SIMULATOR, {"budget": learned.Budget(512, 32), "recipe": ImplicitScore(Affine())}, 0.3),
    ):
        start = time.process_time()
        reply = learned.answer(case.question, **options)  # type: ignore[arg-type]  # the options of answer
        seconds = time.process_time() - start
        assert isinstance(reply, ig.Answer), reply
        gap = np.array(reply.gradient["W"].value, dtype=np.float64) - case.truth
        found = float(np.sqrt((gap**2).mean())) / case.limit
        told.append(line("linear Gaussian, 32", samples, "affine", "PATHWISE", found, math.nan, 0, seconds, slow / seconds, error, 500))
        show(f"linear Gaussian, {samples}")
    return told


def line(
    channel: str, samples: str, title: str, access: str, error: float, fresh_error: float, refused: int, seconds: float, speed: float, most: float, least: float
) -> str:
    """A row of the table; a figure that misses its aim is marked."""
    told_error = f"{error:.3g}" + ("" if math.isnan(most) else f" (at most {most:g}{'' if error <= most else ': missed'})")
    told_speed = f"{speed:.0f}" + ("" if math.isnan(least) else f" (at least {least:g}{'' if speed >= least else ': missed'})")
    told_fresh = "-" if math.isnan(fresh_error) else f"{fresh_error:.3g}"
    return f"| {channel} | {samples} | {title} | {access} | {told_error} | {told_fresh} | {refused} | {seconds:.3g} | {told_speed} |"


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description="Accuracy and speed of learned gradients.")
    parser.add_argument("--all", action="store_true", help="measure the literal recipe at every point")
    parser.add_argument("--only", default="", help="rows whose channel, samples, way or access holds this word")
    parser.add_argument("--write", type=Path, help="a file for the table, in Markdown")
    options = parser.parse_args()
    torch.set_num_threads(1)

    def show(text: str) -> None:
        print(f"\r{text}", end="", file=sys.stderr, flush=True)

    number = random.SystemRandom().randrange(10**6)
    generator = random.Random(number)
    kept = stored(("multipath-b", "tanh", "relay"), options.all, show)
    slow = {name: min(literal_seconds(GRIDS[name][place].question) for place in (10, 30)) for name in GRIDS}
    lines = [
        "# Accuracy and speed of the learned room",
        "",
        "Written by `python benchmarks/learned.py --write docs/learned-figures.md`; [learned.md](learned.md) says what the columns mean.",
        "",
        f"torch {torch.__version__}, {platform.machine()}, one thread; fresh points drawn with seed {number}. Errors in units of the limit, {COUNT} independent samples with exact scores.",
        "",
        "| channel | samples | way | access | error / limit | on fresh points | refused | seconds | times faster than the literal recipe |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, found in kept.items():
        whole = slow[name] * len(GRIDS[name])
        lines.append(f"| {name} | {IID} | the literal recipe | PATHWISE | {found['error'] / limit(GRIDS[name], COUNT):.3g} | - | 0 | {whole:.0f} | 1 |")
    for row in ROWS:
        if options.only in f"{row.channel} {row.samples} {row.title} {row.access.name}":
            found_row = measured(row, generator)
            whole = slow[row.channel] * len(GRIDS[row.channel])
            told = (found_row.error, found_row.fresh, found_row.refused, found_row.seconds, whole / found_row.seconds)
            lines.append(line(row.channel, row.samples, row.title, row.access.name, *told, row.error, row.speed))
            show(lines[-1] + "\n")
    if options.only in "linear Gaussian 32 affine PATHWISE":
        lines += large_rows(show)
    text = "\n".join(lines) + "\n"
    print(text)
    if options.write is not None:
        options.write.write_text(text)


if __name__ == "__main__":
    main()
