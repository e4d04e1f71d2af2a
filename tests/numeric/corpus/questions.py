"""The questions of the corpus: a fixed grid of laws and maps, with gains and noises spread by a rule of low discrepancy.

Every source meets every noise. The map of a pair is the next one in ORDER that the pair takes (`allowed` says which are left out and
why). Gains go from 1/50 to 50 and variances of the noise from 1e-4 to 10, both evenly in the logarithm: question n takes
((n + 1/2)/g, (n + 1/2)/g^2) mod 1 with g^3 = g + 1 (Roberts' additive recurrence), rounded to three digits. Nothing is chosen by its result.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from fractions import Fraction

import infograd as ig

PLASTIC = 1.32471795724474602596
theta, s = ig.Parameter("theta"), ig.Parameter("s")
Map = Callable[[ig.Source], object]

SOURCES: dict[str, ig.Law] = {
    "normal": ig.Normal(0, 1),
    "uniform": ig.Uniform(-1, 1),
    "laplace": ig.Laplace(0, "1/2"),
    "logistic": ig.Logistic(0, "1/2"),
    "exponential": ig.Exponential(0, 1),
    "student": ig.StudentT(5),
    "mixture": ig.Mixture(["1/3", "2/3"], [ig.Normal(-1, "1/4"), ig.Normal("1/2", 1)]),
}
POINTS: dict[str, ig.Law] = {
    "binary": ig.Points([-1, 1]),
    "four": ig.Points([-3, -1, 1, 3]),
    "skewed": ig.Points([-1, 0, 2], ["1/2", "1/3", "1/6"]),
}
NOISES: dict[str, tuple[ig.Law, float]] = {
    "normal": (ig.Normal(0, s), 1.0),
    "laplace": (ig.Laplace(0, s), 2.0),
    "logistic": (ig.Logistic(0, s), math.pi**2 / 3),
    "exponential": (ig.Exponential(0, s), 1.0),
    "uniform": (ig.Uniform(-s, s), 1 / 3),
    "student": (ig.StudentT(4, 0, s), 2.0),
    "mixture": (ig.Mixture(["1/4", "3/4"], [ig.Normal(0, s), ig.Normal(0, s / 4)]), 7 / 16),
}
BY_VARIANCE = ("normal", "mixture")
JUMPING = ("uniform", "exponential")
ROUGH = ("laplace", *JUMPING)
HEAVY = ("laplace", "logistic", "exponential", "student")

MAPS: dict[str, Map] = {
    "linear": lambda x: theta * x,
    "tanh": lambda x: ig.tanh(theta * x),
    "sin": lambda x: ig.sin(theta * x),
    "cubic": lambda x: x + theta * x**3,
    "softplus": lambda x: ig.softplus(theta * x),
    "exponential": lambda x: ig.exp(ig.tanh(theta * x)),
    "relu": lambda x: ig.relu(theta * x),
    "abs": lambda x: ig.abs(theta * x),
    "clip": lambda x: ig.clip(theta * x, -1, 1),
    "sign": lambda x: ig.sign(theta * x - "1/4"),
    "composition": lambda x: ig.sigmoid(2 * ig.tanh(theta * x) + x),
}
TURNING = ("sin", "abs")
LIGHT_ONLY = ("sin", "cubic", "softplus")
SATURATING = ("tanh", "exponential", "composition", "softplus")
ORDER = ("tanh", "relu", "linear", "clip", "sin", "softplus", "sign", "cubic", "exponential", "abs", "composition")


def spread(number: int) -> tuple[float, float]:
    """A gain and a variance of the noise."""
    first, second = (((number + 0.5) / PLASTIC**power) % 1 for power in (1, 2))
    return 50 ** (2 * first - 1), 10 ** (5 * second - 4)


def rounded(value: float) -> Fraction:
    """Three significant digits."""
    return Fraction(f"{value:.2e}")


def point(number: int, noise: str) -> dict[str, Fraction]:
    """The gain and the scale of the noise (a variance for Gaussian ones) of question `number`."""
    gain, variance = spread(number)
    ratio = variance / NOISES[noise][1]
    return {"theta": rounded(gain), "s": rounded(ratio if noise in BY_VARIANCE else math.sqrt(ratio))}


def stage(law: ig.Law, map: Map, noise: ig.Law, at: dict[str, Fraction], *, decided: bool = False) -> ig.Question:
    """I(X;Y) of Y = f(X) + N, or of the sign of it."""
    x = ig.Source("X", law)
    gate = ig.Gate("V" if decided else "Y", map(x), noise=noise)
    gates = [gate, ig.Gate("Y", ig.sign(gate))] if decided else [gate]
    return ig.Question(ig.Channel(x, *gates), ("X", "Y"), at=at)


def allowed(source: str, noise: str, map: str) -> bool:
    """Whether both routes reach thirty digits in seconds.

    Left out: a map that turns before a noise whose density jumps (p behaves like a square root there); maps that grow or oscillate without
    end behind a source with long tails; and a map that saturates between a source without ends and a noise with a kink or a jump, where p
    is singular within 10^-100 of the end of its support.
    """
    if (noise in JUMPING and map in TURNING) or (source in HEAVY and map in LIGHT_ONLY):
        return False
    return not (noise in ROUGH and map in SATURATING and source != "uniform")


def discrete() -> Iterator[tuple[str, ig.Question]]:
    """Points as the source, with every noise nine times over."""
    for round in range(9):
        for number, noise in enumerate(NOISES):
            position = 7 * round + number
            source = list(POINTS)[position % 3]
            map = ORDER[position % len(ORDER)]
            yield f"{source} {map} {noise} {position}", stage(POINTS[source], MAPS[map], NOISES[noise][0], point(position, noise))


def placed() -> Iterator[tuple[str, ig.Question]]:
    """Points that move with a parameter, with weights that do too."""
    a, w = ig.Parameter("a"), ig.Parameter("w")
    law = ig.Points([-a, 0 * a, a], [w, 1 - 2 * w, w])
    for number, noise in enumerate(NOISES):
        at = point(100 + number, noise)
        moved = {"a": rounded(1 + spread(100 + number)[0] / 50), "w": rounded(0.1 + 0.03 * number), "s": at["s"]}
        x = ig.Source("X", law)
        yield f"moving points {noise}", ig.Question(ig.Channel(x, ig.Gate("Y", x + 0, noise=NOISES[noise][0])), ("X", "Y"), at=moved)


def decisions() -> Iterator[tuple[str, ig.Question]]:
    """The receiver of one bit, with every noise three times over and with noise that has points."""
    sources = {**SOURCES, **POINTS}
    for position in range(21):
        noise = list(NOISES)[position % 7]
        source = list(sources)[3 * position % len(sources)]
        map = ("linear", "tanh", "clip", "composition")[position % 4]
        yield f"decision {source} {map} {noise} {position}", stage(sources[source], MAPS[map], NOISES[noise][0], point(200 + position, noise), decided=True)
    for position, source in enumerate(("normal", "logistic", "mixture")):
        at = point(230 + position, "uniform")
        yield f"decision {source} linear points {position}", stage(SOURCES[source], MAPS["linear"], ig.Points([-s, s]), at, decided=True)


def continuous() -> Iterator[tuple[str, ig.Question]]:
    """Every source with a density and every noise."""
    turn = 0
    for number, noise in enumerate(NOISES):
        for place, source in enumerate(SOURCES):
            position = 300 + 7 * number + place
            while not allowed(source, noise, ORDER[turn % len(ORDER)]):
                turn += 1
            map = ORDER[turn % len(ORDER)]
            turn += 1
            yield f"{source} {map} {noise} {position}", stage(SOURCES[source], MAPS[map], NOISES[noise][0], point(position, noise))


def curved() -> Iterator[tuple[str, ig.Question]]:
    """Maps that few pairs of the grid take."""
    chosen = (
        ("normal", "sin", "normal"),
        ("uniform", "sin", "logistic"),
        ("mixture", "sin", "student"),
        ("normal", "cubic", "normal"),
        ("uniform", "cubic", "student"),
        ("uniform", "softplus", "normal"),
        ("mixture", "softplus", "logistic"),
    )
    for number, (source, map, noise) in enumerate(chosen):
        yield f"{source} {map} {noise} {400 + number}", stage(SOURCES[source], MAPS[map], NOISES[noise][0], point(400 + number, noise))


def every() -> list[tuple[str, ig.Question]]:
    """All questions with their names."""
    return [*discrete(), *placed(), *decisions(), *curved(), *continuous()]
