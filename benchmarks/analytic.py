"""The analytic room's methods on random linear Gaussian DAGs, beside their rivals in the same run.

    python benchmarks/analytic.py [--figure PATH]

Prints the time of value and full gradient on 50 nodes of dimension 4 (the method `float`, with its proven bounds), of two
rivals on the same question (torch's automatic differentiation of log-determinants; numpy log-determinants with central
differences), of the exact method on a small instance of the family, then the growth with nodes and with dimension, and the
time in which every gradient identity of a small and of a large DAG is decided. `--figure` draws the growth
(docs/analytic-scaling.svg is that figure). Processor time of one core; set OMP_NUM_THREADS=1.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import infograd as ig
from infograd import analytic
from infograd.analytic import floating
from infograd.channel import node_parameters

NODE_COUNTS = (5, 10, 20, 50, 100, 200)
DIMENSIONS = (1, 2, 4, 8, 16)
PARENTS = 3


def seconds(call: Callable[[], object], repeats: int) -> float:
    """The least processor time of a call: other work on the machine only adds."""
    times = []
    for _ in range(repeats):
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    return min(times)


def _matrix(draw: random.Random, rows: int, scale: int) -> list[list[Fraction]]:
    return [[Fraction(draw.randint(-9, 9), scale) for _ in range(rows)] for _ in range(rows)]


def family(nodes: int, dimension: int, seed: int = 0) -> ig.Question:
    """V_k = sum of M_jk V_j over three parents, the node before among them, plus noise: s identity and full covariance parameters in turn.

    All nodes are ancestors of the last; the question is I(first; last | middle), with the gradient in all parameters.
    """
    draw = random.Random(seed)
    made: list[ig.Source | ig.Gate] = []
    values: dict[str, object] = {}
    for position in range(nodes):
        if position % 2:
            variance = ig.Parameter(f"s{position}")
            values[variance.name] = Fraction(draw.randint(4, 12), 7)
            covariance: Any = variance * ig.identity(dimension)
        else:
            covariance = ig.Parameter(f"K{position}", (dimension, dimension))
            root = _matrix(draw, dimension, 9 * dimension)
            values[covariance.name] = [[sum(x * y for x, y in zip(row, other, strict=True)) + (row is other) for other in root] for row in root]
        noise = ig.Normal((0,) * dimension, covariance)
        parents = sorted({position - 1, *draw.sample(range(position), min(PARENTS - 1, position))}) if position else []
        if not parents:
            made.append(ig.Source(f"V{position}", noise))
            continue
        gains = [ig.Parameter(f"M{position}x{parent}", (dimension, dimension)) for parent in parents]
        values |= {gain.name: _matrix(draw, dimension, 11 * dimension) for gain in gains}
        total: Any = gains[0] @ made[parents[0]]
        for gain, parent in zip(gains[1:], parents[1:], strict=True):
            total = total + gain @ made[parent]
        made.append(ig.Gate(f"V{position}", total, noise=noise))
    middle = (f"V{nodes // 2}",) if nodes > 2 else ()
    return ig.Question(ig.Channel(*made, defaults=values), between=("V0", f"V{nodes - 1}"), given=middle)


def _covariance_blocks(question: ig.Question) -> tuple[list[tuple[int, int, str]], int]:
    """(child, parent, name) of every gain, and the dimension."""
    gains = []
    for child, node in enumerate(question.channel.nodes):
        for name in (parameter.name for parameter in node_parameters(node) if parameter.name.startswith("M")):
            gains.append((child, int(name.split("x")[1]), name))
    return gains, question.channel.nodes[0].shape[0]


def _groups(question: ig.Question, dimension: int) -> list[tuple[float, list[int]]]:
    """The signed sets of rows whose log-determinants make the information."""
    first, last, middle = ([dimension * int(name[1:]) + entry for name in names for entry in range(dimension)] for names in (*question.between, question.given))
    return [(0.5, middle + first), (0.5, middle + last), (-0.5, middle + first + last), *([(-0.5, middle)] if middle else [])]


def torch_route(question: ig.Question) -> Callable[[], dict[str, Any]]:
    """Covariance, four log-determinants and one backward pass in torch doubles."""
    import torch

    gains, dimension = _covariance_blocks(question)
    groups = _groups(question, dimension)
    count = len(question.channel.nodes)
    joined: Any = torch.block_diag

    def call() -> dict[str, Any]:
        at = {name: torch.tensor(np.array(value, dtype=float), requires_grad=True) for name, value in question.at.items()}
        rows: list[list[Any]] = [[torch.zeros(dimension, dimension, dtype=torch.float64)] * count for _ in range(count)]
        for child, parent, name in gains:
            rows[child][parent] = at[name]
        mixing = torch.cat([torch.cat(row, dim=1) for row in rows])
        own = joined(*(at[f"s{k}"] * torch.eye(dimension, dtype=torch.float64) if k % 2 else at[f"K{k}"] for k in range(count)))
        transfer = torch.linalg.inv(torch.eye(count * dimension, dtype=torch.float64) - mixing)
        covariance = transfer @ own @ transfer.T
        information: Any = sum(weight * torch.linalg.slogdet(covariance[chosen][:, chosen])[1] for weight, chosen in groups)
        information.backward()
        return {"I": float(information.detach()), **{name: value.grad for name, value in at.items()}}

    return call


def numpy_route(question: ig.Question) -> tuple[Callable[[], float], int]:
    """The information alone in plain numpy, and the number of evaluations that central differences in every entry take."""
    gains, dimension = _covariance_blocks(question)
    groups = _groups(question, dimension)
    at = {name: np.array(value, dtype=float) for name, value in question.at.items()}
    count = len(question.channel.nodes)

    def call() -> float:
        mixing, own = np.zeros((count * dimension,) * 2), np.zeros((count * dimension,) * 2)
        for child, parent, name in gains:
            mixing[child * dimension : (child + 1) * dimension, parent * dimension : (parent + 1) * dimension] = at[name]
        for k in range(count):
            place = slice(k * dimension, (k + 1) * dimension)
            own[place, place] = at[f"s{k}"] * np.eye(dimension) if k % 2 else at[f"K{k}"]
        transfer = np.linalg.inv(np.eye(len(mixing)) - mixing)
        covariance = transfer @ own @ transfer.T
        return float(sum(weight * np.linalg.slogdet(covariance[np.ix_(chosen, chosen)])[1] for weight, chosen in groups))

    return call, 1 + 2 * sum(value.size for value in at.values())


def answered(question: ig.Question) -> ig.Answer:
    """The float method's answer."""
    reply = floating.answer(question)
    assert isinstance(reply, ig.Answer), reply
    assert reply.value is not None
    return reply


def compare(nodes: int = 50, dimension: int = 4) -> None:
    """Value and gradient of one large question, ours beside the rivals'."""
    question = family(nodes, dimension)
    reply = answered(question)
    assert reply.value is not None
    ours = seconds(lambda: floating.answer(question), 7)
    proved: list[Any] = [doubt.proved for quantity in reply.gradient.values() for _, _, doubt in quantity.entries()]
    print(f"{nodes} nodes of dimension {dimension}: information and all {len(proved)} slopes, every one with its proven bound")
    print(
        f"  float                                   {1e3 * ours:9.1f} ms   bound {reply.value.doubt.proved:.1e} on the value, at most {max(proved):.1e} on a slope"
    )
    value, evaluations = numpy_route(question)
    apart = abs(value() - float(reply.value.value))  # type: ignore[arg-type]  # a scalar
    one = seconds(value, 7)
    print(f"  numpy slogdet, no gradient and no bound {1e3 * one:9.1f} ms   {apart:.1e} from ours")
    print(f"  the same with central differences       {1e3 * one * evaluations:9.1f} ms   {evaluations} evaluations, from the time of one")
    try:
        import torch
    except ImportError:
        print("  torch is not installed: pip install 'infograd[torch]'")
    else:
        torch.set_num_threads(1)
        route = torch_route(question)
        theirs = route()
        apart = max(float(np.max(np.abs(theirs[name].numpy() - np.array(quantity.value)))) for name, quantity in reply.gradient.items())
        print(f"  torch slogdet and backward, no bound    {1e3 * seconds(route, 7):9.1f} ms   slopes at most {apart:.1e} from ours")
    small = family(5, 2)
    exact = seconds(lambda: analytic.answer(small), 1)
    print(f"5 nodes of dimension 2: exact {1e3 * exact:.0f} ms, float {1e3 * seconds(lambda: floating.answer(small), 7):.1f} ms")


def growth() -> tuple[list[float], list[float]]:
    """Milliseconds by number of nodes at dimension 4, and by dimension at 20 nodes; printed as a table."""
    by_nodes = [1e3 * seconds(partial(floating.answer, family(nodes, 4)), 3) for nodes in NODE_COUNTS]
    by_dimension = [1e3 * seconds(partial(floating.answer, family(20, dimension)), 3) for dimension in DIMENSIONS]
    _table("nodes of dimension 4", NODE_COUNTS, by_nodes)
    _table("dimension of 20 nodes", DIMENSIONS, by_dimension)
    return by_nodes, by_dimension


def _table(title: str, sizes: Iterable[int], times: Iterable[float]) -> None:
    print(f"{title:<22} " + " ".join(f"{size:8d}" for size in sizes))
    print(f"{'ms':<22} " + " ".join(f"{each:8.1f}" for each in times))


def draw(path: Path, by_nodes: list[float], by_dimension: list[float]) -> None:
    """The growth as a figure with two panels, both axes logarithmic."""
    import matplotlib as mpl

    mpl.use("svg" if path.suffix == ".svg" else "agg")
    mpl.rcParams["svg.hashsalt"] = "infograd"
    from matplotlib import pyplot as plt

    figure, panels = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained", sharey=True)
    for panel, sizes, times, label in (
        (panels[0], NODE_COUNTS, by_nodes, "nodes, each of dimension 4"),
        (panels[1], DIMENSIONS, by_dimension, "dimension of each of 20 nodes"),
    ):
        panel.loglog(sizes, times, "o-", color="#1f5fa8")
        panel.set_xticks(sizes, [str(size) for size in sizes])
        panel.minorticks_off()
        panel.set_xlabel(label)
        panel.grid(alpha=0.3)
    panels[0].axhline(50, color="#a8431f", linewidth=1, linestyle="--")
    panels[0].annotate("50 ms", (NODE_COUNTS[0], 50), xytext=(0, 4), textcoords="offset points", color="#a8431f")
    panels[0].set_ylabel("value and full gradient, ms on one core")
    figure.suptitle("The float method with proven bounds on random linear Gaussian DAGs")
    figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)


def scalar_dag(nodes: int, gains: int, seed: int = 0) -> ig.Question:
    """Scalar nodes with that many gains as parameters, at random places of the graph but for the path through all nodes."""
    draw = random.Random(seed)
    path = [(child, child - 1) for child in range(1, nodes)]
    others = [(child, parent) for child in range(2, nodes) for parent in range(child - 1)]
    edges = sorted([*path, *draw.sample(others, gains - len(path))])
    made: list[ig.Source | ig.Gate] = [ig.Source("V0", ig.Normal(0, 1))]
    for child in range(1, nodes):
        terms: list[Any] = [ig.Parameter(f"g{child}x{parent}") * made[parent] for head, parent in edges if head == child]
        total = terms[0]
        for term in terms[1:]:
            total = total + term
        made.append(ig.Gate(f"V{child}", total, noise=ig.Normal(0, 1)))
    values = {f"g{child}x{parent}": Fraction(draw.choice([-1, 1]) * draw.randint(1, 9), 10) for child, parent in edges}
    return ig.Question(ig.Channel(*made, defaults=values), between=("V0", f"V{nodes - 1}"))


def _decide(question: ig.Question, what: str) -> None:
    from infograd.analytic.identities import decide

    start = time.process_time()
    proofs = decide(question)
    elapsed = time.process_time() - start
    if isinstance(proofs, ig.Refusal):
        print(f"{what}: {proofs.reason}")
        return
    rings = "rational functions, exactly" if all(proof.ring.startswith("Q(") for proof in proofs) else proofs[0].ring
    print(f"{what}: {len(proofs)} identities decided in {elapsed:.2f} s ({sum(proof.holds for proof in proofs)} hold; {rings})")


def decide_small() -> None:
    """Every gradient identity of 6 scalar nodes with 12 gains, exactly."""
    _decide(scalar_dag(6, 12), "6 scalar nodes, 12 gains")


def decide_large() -> None:
    """Every gradient identity of 100 scalar nodes with 300 gains, in a prime field."""
    _decide(scalar_dag(100, 300), "100 scalar nodes, 300 gains")


def main() -> None:
    """Measure, print the tables, and draw the figure if asked."""
    parser = argparse.ArgumentParser(description="Benchmarks of the analytic room.")
    parser.add_argument("--figure", type=Path, help="draw the growth to this .svg or .png file")
    figure = parser.parse_args().figure
    compare()
    by_nodes, by_dimension = growth()
    if figure is not None:
        draw(figure, by_nodes, by_dimension)
    decide_small()
    decide_large()


if __name__ == "__main__":
    main()
