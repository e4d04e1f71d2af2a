"""The numeric room on networks of scalar nodes: a diamond, chains and ladders.

    python benchmarks/networks.py [--figure PATH]

Prints the time of value and gradient of a four-node nonlinear diamond to 1e-12, beside two rivals in the same run: the same sum over
the same cells as one product of whole kernels (value only, one resolution), and a Monte Carlo estimate at the standard error that it
reaches in the time given. Then the cost of chains of 2 to 50 nodes and of ladders of width 1 to 4. `--figure` draws the growth
(docs/numeric-scaling.svg is that figure). Processor time of one core; set OMP_NUM_THREADS=1.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import infograd as ig
from infograd import numeric

CHAINS = (2, 3, 5, 10, 20, 35, 50)
WIDTHS = (1, 2, 3, 4)
RUNGS = 3
LADDER_OPERATIONS = 1e11


def seconds(call: Callable[[], object], repeats: int) -> float:
    """The least processor time of a call: other work on the machine only adds."""
    times = []
    for _ in range(repeats):
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    return min(times)


def answered(question: ig.Question, error: float = 1e-12, operations: float = 5e9) -> ig.Answer:
    """The numeric room's answer."""
    reply = numeric.answer(question, error=error, operations=operations)
    assert isinstance(reply, ig.Answer), reply
    return reply


def diamond() -> ig.Question:
    """V = tanh(a X) + N1, W = sin(b X) + N2, Y = c tanh(V) + W + N3: I(X;Y) and its slopes in a, b and c."""
    a, b, c = (ig.Parameter(name) for name in "abc")
    x = ig.Source("X", ig.Normal(0, 1))
    v = ig.Gate("V", ig.tanh(a * x), noise=ig.Normal(0, "1/4"))
    w = ig.Gate("W", ig.sin(b * x), noise=ig.Normal(0, "1/2"))
    y = ig.Gate("Y", c * ig.tanh(v) + w, noise=ig.Normal(0, "1/10"))
    return ig.Question(ig.Channel(x, v, w, y), ("X", "Y"), at={"a": 1, "b": "3/2", "c": 1})


def chain(nodes: int) -> ig.Question:
    """V0 -> V1 -> ..., tanh and sine in turn, one gain in every gate: I(first; last)."""
    gain = ig.Parameter("a")
    made: list[ig.Source | ig.Gate] = [ig.Source("V0", ig.Normal(0, 1))]
    for position in range(1, nodes):
        inner = gain * made[-1]
        made.append(ig.Gate(f"V{position}", ig.tanh(inner) if position % 2 else ig.sin(inner), noise=ig.Normal(0, "1/10")))
    return ig.Question(ig.Channel(*made), ("V0", f"V{nodes - 1}"), at={"a": 2})


def ladder(width: int) -> ig.Question:
    """`RUNGS` rungs of `width` nodes, each node a product map of the one above and the one to its left: I(first; last)."""
    gain = ig.Parameter("a")
    made: dict[tuple[int, int], Any] = {}
    for rung in range(RUNGS):
        for rail in range(width):
            name, noise = f"V{rung}x{rail}", ig.Normal(0, 1)
            above, beside = made.get((rung - 1, rail)), made.get((rung, rail - 1))
            if above is None and beside is None:
                made[rung, rail] = ig.Source(name, noise)
            elif above is None or beside is None:
                made[rung, rail] = ig.Gate(name, ig.tanh(gain * (beside if above is None else above)), noise=noise)
            else:
                made[rung, rail] = ig.Gate(name, ig.tanh(gain * above) * (1 + ig.tanh(beside) / 2), noise=noise)
    return ig.Question(ig.Channel(*made.values()), ("V0x0", f"V{RUNGS - 1}x{width - 1}"), wrt=(), at={"a": "1/2"})


def whole_kernels(nodes: int = 100) -> float:
    """I of the diamond by numpy alone: whole kernels on even grids with that many nodes, summed in one product."""
    x, v, w, y = (np.linspace(-reach, reach, nodes) for reach in (8, 5, 6.5, 8.5))
    dx, dv, dw, dy = (grid[1] - grid[0] for grid in (x, v, w, y))

    def normal(z: Any, variance: float) -> Any:
        return np.exp(-(z**2) / (2 * variance)) / np.sqrt(2 * np.pi * variance)

    source = normal(x, 1.0) * dx
    first = normal(v - np.tanh(x)[:, None], 0.25) * dv
    second = normal(w - np.sin(1.5 * x)[:, None], 0.5) * dw
    last = normal(y - np.tanh(v)[:, None, None] - w[None, :, None], 0.1) * dy
    inner = (first @ last.reshape(nodes, -1)).reshape(nodes, nodes, nodes)
    joint = np.maximum(source[:, None] * np.einsum("xwy,xw->xy", inner, second), 1e-300)
    return float((joint * np.log(joint / joint.sum(axis=0) / joint.sum(axis=1, keepdims=True))).sum())


def compare() -> None:
    """The diamond, ours beside the rivals'."""
    question = diamond()
    reply = answered(question)
    assert reply.value is not None
    value = float(reply.value.value)  # type: ignore[arg-type]  # a scalar
    ours = seconds(lambda: answered(question), 7)
    alone = seconds(lambda: answered(ig.Question(question.channel, question.between, wrt=(), at=question.at)), 7)
    naive = seconds(whole_kernels, 3)
    print(f"four-node diamond to 1e-12, value and 3 slopes   {1e3 * ours:8.1f} ms   stated error {reply.value.doubt.estimated}")
    print(f"  the value alone                                {1e3 * alone:8.1f} ms")
    print(f"  whole kernels in numpy, value, one resolution  {1e3 * naive:8.1f} ms   {abs(whole_kernels() - value):.1e} from ours, {naive / alone:.1f} times")
    error, elapsed = monte_carlo(question)
    print(
        f"  Monte Carlo over the last stage                {1e3 * elapsed:8.1f} ms   standard error {error:.1e}; for 1e-12 it takes {elapsed * (error / 1e-12) ** 2:.0e} s"
    )


def monte_carlo(question: ig.Question, outer: int = 2000, inner: int = 1000) -> tuple[float, float]:
    """The standard error of a nested Monte Carlo estimate of I, which has a bias besides, and its time."""
    start = time.process_time()
    draw = np.random.default_rng(0)
    x = draw.standard_normal(outer)
    v, w = np.tanh(x) + 0.5 * draw.standard_normal(outer), np.sin(1.5 * x) + np.sqrt(0.5) * draw.standard_normal(outer)
    y = np.tanh(v) + w + np.sqrt(0.1) * draw.standard_normal(outer)

    def likelihood(sources: Any) -> Any:
        means = np.tanh(np.tanh(sources) + 0.5 * draw.standard_normal(sources.shape)) + np.sin(1.5 * sources)
        return np.exp(-((y[:, None] - means) ** 2) / (2 * 0.6)).mean(axis=1)

    terms = np.log(likelihood(np.repeat(x[:, None], inner, axis=1))) - np.log(likelihood(draw.standard_normal((outer, inner))))
    return float(terms.std() / np.sqrt(outer)), time.process_time() - start


def growth() -> tuple[list[float], list[float]]:
    """Milliseconds by the length of a chain (value and slope, 1e-12) and by the width of a ladder (value, 1e-6); printed as tables."""
    chains, ladders = [], []
    print("chain: nodes, ms, cells, I")
    for nodes in CHAINS:
        question = chain(nodes)
        reply = answered(question)
        chains.append(1e3 * seconds(lambda question=question: answered(question), 3))  # type: ignore[misc]  # the default binds the loop's question
        print(f"  {nodes:3d} {chains[-1]:9.1f} {reply.cost['cells']:9d}  {reply.value.value if reply.value else None}")
    print(f"ladder of {RUNGS} rungs to 1e-5: width, ms, I")
    for width in WIDTHS:
        question = ladder(width)
        start = time.process_time()
        reply = answered(question, 1e-5, LADDER_OPERATIONS)
        ladders.append(1e3 * (time.process_time() - start))
        print(f"  {width:3d} {ladders[-1]:9.1f}  {reply.value.value if reply.value else None}")
    return chains, ladders


def draw_figure(path: Path, chains: list[float], ladders: list[float]) -> None:
    """The growth as a figure with two panels."""
    import matplotlib as mpl

    mpl.use("svg" if path.suffix == ".svg" else "agg")
    mpl.rcParams["svg.hashsalt"] = "infograd"
    from matplotlib import pyplot as plt

    figure, panels = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    panels[0].plot(CHAINS, chains, "o-", color="#1f5fa8")
    panels[0].set_xlabel("nodes of a chain")
    panels[0].set_ylabel("value and slope to 1e-12, ms on one core")
    panels[0].set_ylim(bottom=0)
    panels[1].semilogy(WIDTHS, ladders, "o-", color="#1f5fa8")
    panels[1].set_xticks(WIDTHS, [str(width) for width in WIDTHS])
    panels[1].set_xlabel(f"width of a ladder of {RUNGS} rungs")
    panels[1].set_ylabel("value to 1e-5, ms on one core")
    for panel in panels:
        panel.grid(alpha=0.3)
    figure.suptitle("Transition kernels: linear in the length, exponential in the width")
    figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)


def main() -> None:
    """Measure, print the tables, and draw the figure if asked."""
    parser = argparse.ArgumentParser(description="Benchmarks of networks in the numeric room.")
    parser.add_argument("--figure", type=Path, help="draw the growth to this .svg or .png file")
    figure = parser.parse_args().figure
    compare()
    chains, ladders = growth()
    if figure is not None:
        draw_figure(figure, chains, ladders)


if __name__ == "__main__":
    main()
