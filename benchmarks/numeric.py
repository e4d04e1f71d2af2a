"""The numeric room on the tanh channel, against a nested scipy.integrate.quad in the same run.

    python benchmarks/numeric.py

Prints, for Y = tanh(theta X) + Z at theta = 1, s2 = 1/10: the public call (information, gradient and both error
estimates; the reading of the channel is kept, no value is), its kernel without the answer around it, the same by
transition kernels on lattices, the nested rule for the information alone, their ratios, and how far each is from the
value enclosed in ball arithmetic. Times are the least of many, in seconds of this process, so that other work on the machine counts little.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import numpy as np
from scipy import integrate

import infograd as ig
from infograd import numeric
from infograd.numeric.single import grid
from infograd.numeric.single.plan import plan

ENCLOSED = 0.7584086737094713592494
THETA, VARIANCE = 1.0, 0.1
REACH = 9.0


def seconds(call: Callable[[], object], repeats: int, inner: int) -> float:
    """The least process time of a call, over `repeats` runs of `inner` calls."""
    times = []
    for _ in range(repeats):
        start = time.process_time()
        for _ in range(inner):
            call()
        times.append((time.process_time() - start) / inner)
    return min(times)


def nested_quad() -> float:
    """h(Y) - h(Z) by a quad within a quad, each at an absolute error of 1e-12."""
    scale = math.sqrt(VARIANCE)

    def joint(x: float, y: float) -> float:
        return math.exp(-0.5 * x * x - 0.5 * (y - math.tanh(THETA * x)) ** 2 / VARIANCE) / (2 * math.pi * scale)

    def entropy(y: float) -> float:
        density = integrate.quad(joint, -REACH, REACH, args=(y,), epsabs=1e-13, epsrel=1e-13, limit=200)[0]
        return -density * math.log(density)

    half = integrate.quad(entropy, 0, 1 + REACH * scale, epsabs=1e-12, epsrel=1e-12, limit=200)[0]
    return 2 * half - 0.5 * math.log(2 * math.pi * math.e * VARIANCE)


def main() -> None:
    """Measure both and print the table."""
    question = ig.Question(ig.CATALOGUE["tanh"].question.channel, ("X", "Y"), wrt="theta")
    reply = numeric.answer(question)
    assert isinstance(reply, ig.Answer)
    assert reply.value is not None
    read = plan(question)
    with np.errstate(under="ignore"):
        kernel = seconds(lambda: grid.information(read, question, 1e-12), 100, 50)
    lattice = seconds(lambda: numeric.answer(question, method="trapezoid kernels"), 10, 5)
    ours, theirs = seconds(lambda: numeric.answer(question), 100, 50), seconds(nested_quad, 20, 1)
    value = float(reply.value.value)  # type: ignore[arg-type]  # a scalar
    print(f"public call, I and dI/dtheta with error estimates: {1e3 * ours:8.3f} ms   error {abs(value - ENCLOSED):.1e}   ratio {theirs / ours:4.0f}")
    print(f"its kernel:                                        {1e3 * kernel:8.3f} ms                    ratio {theirs / kernel:4.0f}")
    print(f"the same by transition kernels on lattices:        {1e3 * lattice:8.3f} ms                    ratio {theirs / lattice:4.0f}")
    print(f"nested scipy.integrate.quad, I alone:              {1e3 * theirs:8.3f} ms   error {abs(nested_quad() - ENCLOSED):.1e}")


if __name__ == "__main__":
    main()
