"""The Monte Carlo sandwich against plain nested Monte Carlo, in one run.

    python benchmarks/sandwich.py

For Y = tanh(X) + N and Y = X + N of 1, 4, 16 and 64 dimensions with noise such that the information is about one nat, prints the time of one block,
what the bounds say, and the ratio of (standard error) * sqrt(time) of two nested estimators to that of the sandwich, all with 1,024 true runs against
1,024 hidden ones per block:
"fresh" draws hidden runs for every true run anew, "shared" lets all true runs of a block share them (one product of matrices). Both
state a biased number without a second bound. The truth is the scalar channel's information by quadrature, times the dimension.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

import infograd as ig
from infograd import numeric
from infograd.numeric.sandwich.estimate import Run
from infograd.numeric.sandwich.method import reading

Floats = NDArray[np.float64]
TRUE_RUNS, HIDDEN_RUNS, BLOCKS = 1024, 1024, 24
VARIANCES = {"tanh": {1: "1/20", 4: "1/2", 16: "5/2", 64: "11"}, "linear": {1: "1/6", 4: "3/2", 16: "15/2", 64: "32"}}
MAPS: dict[str, Callable[[Floats], Floats]] = {"tanh": np.tanh, "linear": lambda x: x}


def channel(kind: str, dimension: int, variance: str) -> ig.Question:
    """The question I(X;Y); a scalar's nodes are scalars."""
    if dimension == 1:
        x, noise = ig.Source("X", ig.Normal(0, 1)), ig.Normal(0, variance)
    else:
        x, noise = (
            ig.Source("X", ig.Normal([0] * dimension, ig.identity(dimension))),
            ig.Normal([0] * dimension, ig.identity(dimension) * ig.Constant(variance)),
        )
    return ig.Question(ig.Channel(x, ig.Gate("Y", ig.tanh(x) if kind == "tanh" else 1 * x, noise)), ("X", "Y"), order=0)


def mean_log(squares: Floats, variance: float) -> Floats:
    """log of the mean of exp(-squares/(2 variance)) along the last axis."""
    exponents = -0.5 * squares / variance
    shift = exponents.max(axis=-1, keepdims=True)
    return np.asarray(shift[..., 0] + np.log(np.exp(exponents - shift).mean(axis=-1)))


def nested(kind: str, dimension: int, variance: float, fresh: bool, rng: np.random.Generator) -> float:
    """One block of the plain nested estimator."""
    act = MAPS[kind]
    noise = math.sqrt(variance) * rng.standard_normal((TRUE_RUNS, dimension))
    y = act(rng.standard_normal((TRUE_RUNS, dimension))) + noise
    own = -0.5 * (noise**2).sum(axis=1) / variance
    if not fresh:
        means = act(rng.standard_normal((HIDDEN_RUNS, dimension)))
        squares = (y**2).sum(axis=1)[:, None] + (means**2).sum(axis=1) - 2 * y @ means.T
        return float((own - mean_log(squares, variance)).mean())
    rows = max(1, 2_000_000 // (HIDDEN_RUNS * dimension))
    terms = []
    for start in range(0, TRUE_RUNS, rows):
        part = y[start : start + rows, None, :]
        means = act(rng.standard_normal((len(part), HIDDEN_RUNS, dimension)))
        terms.append(mean_log(((part - means) ** 2).sum(axis=-1), variance))
    return float((own - np.concatenate(terms)).mean())


def rival(kind: str, dimension: int, variance: float, fresh: bool) -> tuple[float, float, float]:
    """The mean, its standard error and the time of all blocks."""
    rng = np.random.default_rng(1)
    blocks = BLOCKS if not fresh or dimension < 16 else BLOCKS // 3
    start = time.perf_counter()
    terms = [nested(kind, dimension, variance, fresh, rng) for _ in range(blocks)]
    spent = time.perf_counter() - start
    return float(np.mean(terms)), float(np.std(terms, ddof=1)) / math.sqrt(blocks), spent


def main() -> None:
    """Measure and print the table."""
    print("map     dim  truth    lower    upper    stderr   ms/block | fresh: value, ratio | shared: value, ratio")
    for kind, variances in VARIANCES.items():
        for dimension, variance in variances.items():
            reference = numeric.answer(channel(kind, 1, variance), error=1e-9)
            assert isinstance(reference, ig.Answer) and reference.value is not None and isinstance(reference.value.value, float)
            truth = dimension * reference.value.value
            run = Run(reading(channel(kind, dimension, variance)), [], TRUE_RUNS, HIDDEN_RUNS, np.random.default_rng(0))
            run.step()
            start = time.perf_counter()
            for _ in range(BLOCKS - 1):
                run.step()
            spent = (time.perf_counter() - start) / (BLOCKS - 1) * BLOCKS
            found = run.sandwich(0.99)
            line = f"{kind:7} {dimension:3d}  {truth:.4f}   {found.lower.mean:.4f}   {found.upper.mean:.4f}   {found.stderr:.1e}  {1e3 * spent / BLOCKS:7.1f}"
            number = float(ig.Constant(variance).value)  # type: ignore[arg-type]  # a constant scalar is a rational
            for fresh in (True, False):
                value, stderr, seconds = rival(kind, dimension, number, fresh)
                line += f"  | {value:.4f}  {stderr * math.sqrt(seconds) / (found.stderr * math.sqrt(spent)):6.1f}"
            print(line, flush=True)


if __name__ == "__main__":
    main()
