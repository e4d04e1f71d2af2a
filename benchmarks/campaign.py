"""Random channels of one stage against proven enclosures: is every true error below the stated one?

    python benchmarks/campaign.py --count 3000 --jobs 2 --log docs/campaign-one-stage.txt

Each question is Y = height * f(theta X + shift) + level + Z at random rationals: f one of tanh, sin, erf and sigmoid, X Normal, a mixture of
Normals or Points, Z Normal with a variance from 1/1000 to 10, gains from 0 to 50. `numeric.answer` states I, the gradient and an error of
each; `certified.certify` encloses the same numbers; the true error is the distance to the enclosure's midpoint, known to its radius.
The log has one line a question; progress goes to standard error. The exit code is 1 where an error was understated.
"""

from __future__ import annotations

import argparse
import math
import multiprocessing
import platform
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import scipy

import infograd as ig
from infograd import numeric
from infograd.numeric import certified

MAPS: tuple[Callable[[Any], Any], ...] = (ig.tanh, ig.sin, ig.erf, ig.sigmoid)
RADIUS = Fraction(1, 10**18)
EPS = float(np.finfo(np.float64).eps)
ASKED = (1e-12, 1e-12, 1e-12, 1e-9, 1e-6, 1e-3)
DEFAULT = ASKED[0]


@dataclass(frozen=True, slots=True)
class Trial:
    """A question with the error that is asked for, and words for its map and law."""

    question: ig.Question
    error: float
    title: str


@dataclass(frozen=True, slots=True)
class Judged:
    """One number of an answer: its name, value, stated error, and how far the truth lies, known to `radius`."""

    name: str
    value: float
    stated: float
    distance: Fraction
    radius: Fraction

    @property
    def understated(self) -> bool:
        """Whether the true error is certainly larger than the stated one."""
        return self.distance - self.radius > Fraction(self.stated)

    @property
    def vanishing(self) -> bool:
        """Whether the number, its stated error and the truth are all 0 to the radius, so that there is nothing to judge."""
        return max(abs(Fraction(self.value)), Fraction(self.stated), self.distance) <= RADIUS

    @property
    def undecided(self) -> bool:
        """Whether the enclosure is too wide to say."""
        return not self.vanishing and not self.understated and self.distance + self.radius > Fraction(self.stated)

    @property
    def ratio(self) -> float | None:
        """Stated over true error, where the true one is more than rounding the value to a double."""
        return self.stated / float(self.distance) if self.distance > EPS * max(1.0, abs(self.value)) else None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a trial: its numbers, or why there are none."""

    trial: Trial
    numbers: tuple[Judged, ...] = ()
    refused: str = ""
    undecided: str = ""

    @property
    def line(self) -> str:
        """The log's line."""
        at = " ".join(f"{name}={value}" for name, value in self.trial.question.at.items())
        told = [f"{each.name} {each.stated:.1e} {float(each.distance):.1e}{' UNDERSTATED' if each.understated else ''}" for each in self.numbers]
        told += [f"refused: {self.refused}"] if self.refused else []
        told += [f"undecided: {self.undecided}"] if self.undecided else []
        return f"{self.trial.title} {at} asked {self.trial.error:g} | {' | '.join(told)}"


def _rational(generator: random.Random, low: float, high: float) -> Fraction:
    """A rational between the bounds; most denominators are no powers of 2."""
    denominator = generator.choice((1, 3, 10, 40, 1000, 4096))
    least, most = int(low * denominator) + 1, int(high * denominator)
    return Fraction(generator.randint(min(least, most), most), denominator)


def _spread(generator: random.Random, low: float, high: float) -> Fraction:
    """A rational of three digits, even in its logarithm."""
    return min(max(Fraction(f"{low * (high / low) ** generator.random():.3g}"), Fraction(f"{low:g}")), Fraction(f"{high:g}"))


def _weights(generator: random.Random, count: int) -> list[Fraction]:
    shares = [generator.randint(1, 9) for _ in range(count)]
    return [Fraction(share, sum(shares)) for share in shares]


def _law(generator: random.Random) -> tuple[str, ig.Law]:
    kind = generator.choice(("standard", "Normal", "Mixture", "Points"))
    count = generator.randint(2, 5 if kind == "Points" else 3)
    if kind == "standard":
        return "Normal", ig.Normal(0, 1)
    if kind == "Normal":
        law = ig.Normal(_rational(generator, -1.5, 1.5), _spread(generator, 0.1, 1.5))
        return f"Normal({law.mean.value},{law.covariance.value})", law  # type: ignore[union-attr]  # constants
    if kind == "Points":
        places = [_rational(generator, -2, 2) for _ in range(count)]
        while len(set(places)) < count:
            places = [_rational(generator, -2, 2) for _ in range(count)]
        return f"Points({','.join(map(str, places))})", ig.Points(places, _weights(generator, count))
    parts = [(_rational(generator, -2, 2), _spread(generator, 0.05, 1)) for _ in range(count)]
    return f"Mixture({';'.join(f'{mean},{variance}' for mean, variance in parts)})", ig.Mixture(
        _weights(generator, count), [ig.Normal(mean, variance) for mean, variance in parts]
    )


def drawn(seed: int, number: int, steepest: float = math.inf) -> Trial:
    """Question `number` of a seed, the same in every run.

    A sine of a continuous X has a gain of at most `steepest` deviations of the noise: enclosing a steeper one takes seconds.
    """
    generator = random.Random(f"{seed}:{number}")
    map_of = generator.choice(MAPS)
    title, law = _law(generator)
    theta = generator.choice((Fraction(0), *[_rational(generator, 0, 50)] * 8, *[_spread(generator, 0.01, 50)] * 16))
    at = {"theta": theta, "s2": _spread(generator, 1e-3, 10)}
    if map_of is ig.sin and not isinstance(law, ig.Points) and theta > steepest * math.sqrt(at["s2"]):
        at["theta"] = _spread(generator, 0.01, steepest * math.sqrt(at["s2"]))
    x = ig.Source("X", law)
    inside: Any = ig.Parameter("theta") * x
    if generator.random() < 1 / 3:
        inside, at["shift"] = inside + ig.Parameter("shift"), _rational(generator, -2, 2)
    output: Any = map_of(inside)
    if generator.random() < 1 / 3:
        output, at["height"] = ig.Parameter("height") * output, _rational(generator, 0.25, 2)
    if generator.random() < 1 / 6:
        output, at["level"] = output + ig.Parameter("level"), _rational(generator, -2, 2)
    channel = ig.Channel(x, ig.Gate("Y", output, noise=ig.Normal(0, ig.Parameter("s2"))))
    return Trial(ig.Question(channel, ("X", "Y"), at=at), generator.choice(ASKED), f"{number} {map_of.__name__} {title}")


def judged(trial: Trial) -> Outcome:
    """The answer held against the enclosures."""
    reply = numeric.answer(trial.question, error=trial.error)
    if isinstance(reply, ig.Refusal):
        return Outcome(trial, refused=reply.reason)
    try:
        truth = certified.certify(trial.question, radius=RADIUS)
    except certified.RadiusError as reason:
        return Outcome(trial, undecided=str(reason))
    assert reply.value is not None
    pairs = [("I", reply.value, truth.information), *((name, reply.gradient[name], truth.gradient[name]) for name in trial.question.wrt)]
    numbers = [
        Judged(name, value, doubt.estimated, abs(Fraction(value) - enclosure.mid), enclosure.rad)
        for name, quantity, enclosure in pairs
        for _, value, doubt in quantity.entries()
    ]
    return Outcome(trial, tuple(numbers))


def _outcome(place: tuple[int, int]) -> Outcome:
    return judged(drawn(*place))


def outcomes(count: int, seed: int, jobs: int = 1) -> Iterator[Outcome]:
    """The outcomes of that many questions of a seed, one by one, by as many processes."""
    places = [(seed, number) for number in range(1, count + 1)]
    if jobs == 1:
        yield from map(_outcome, places)
        return
    with multiprocessing.Pool(jobs) as pool:
        yield from pool.imap(_outcome, places)


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts over the outcomes, and the medians of stated over true error above rounding."""

    questions: int
    numbers: int
    vanishing: int
    understated: tuple[str, ...]
    refused: tuple[str, ...]
    undecided: tuple[str, ...]
    median: float
    median_of_all: float

    @property
    def text(self) -> str:
        """The summary as lines of the log."""
        return "\n".join(
            (
                f"questions {self.questions}, numbers {self.numbers}, of these 0 to the radius of the enclosures with an error below it {self.vanishing}",
                f"understated {len(self.understated)}, refused {len(self.refused)}, undecided {len(self.undecided)}",
                f"median of stated over true error above rounding: {self.median:.3g} at error {DEFAULT:g}, {self.median_of_all:.3g} over all errors asked",
            )
        )


def _median(numbers: Iterable[Judged]) -> float:
    ratios = [ratio for each in numbers if (ratio := each.ratio) is not None]
    return statistics.median(ratios) if ratios else 1.0


def summary(found: Iterable[Outcome]) -> Summary:
    """What the outcomes say together; a question with one undecided number counts as undecided."""
    every = list(found)
    numbers = [number for outcome in every for number in outcome.numbers]
    return Summary(
        len(every),
        len(numbers),
        sum(number.vanishing for number in numbers),
        tuple(outcome.line for outcome in every if any(number.understated for number in outcome.numbers)),
        tuple(outcome.line for outcome in every if outcome.refused),
        tuple(outcome.line for outcome in every if outcome.undecided or any(number.undecided for number in outcome.numbers)),
        _median(number for outcome in every if outcome.trial.error == DEFAULT for number in outcome.numbers),
        _median(numbers),
    )


def header(count: int, seed: int) -> str:
    """What was run, with which versions, and how to read the lines."""
    versions = f"infograd {ig.__version__}, Python {platform.python_version()}, numpy {np.__version__}, scipy {scipy.__version__}"
    return f"""{count} random questions of one stage, seed {seed}; {versions}
Each line: number, map, law, parameters, error asked | name, stated error, true error | ...
The true errors are distances to enclosures of radius {float(RADIUS):.0e}; values of gradients are derivatives of I in nats."""


def main() -> int:
    """Run the campaign, write its log and print its summary."""
    parser = argparse.ArgumentParser(description="Hold random answers of one stage against proven enclosures.")
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=None, help="drawn where it is left out")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--log", type=Path, default=Path("campaign.txt"), help="the file that the log is written to")
    options = parser.parse_args()
    seed = random.SystemRandom().randrange(10**9) if options.seed is None else options.seed
    start, every = time.monotonic(), []
    with options.log.open("w") as log:
        for outcome in outcomes(options.count, seed, options.jobs):
            every.append(outcome)
            print(outcome.line, file=log, flush=True)
            if outcome.refused or any(number.understated for number in outcome.numbers):
                print(f"\n{outcome.line}", file=sys.stderr)
            print(f"\r{len(every)} of {options.count}, {time.monotonic() - start:.0f} s", end="", file=sys.stderr, flush=True)
    found = summary(every)
    options.log.write_text("\n".join((header(options.count, seed), found.text, *(outcome.line for outcome in every), "")))
    print(f"\nseed {seed}", found.text, sep="\n", file=sys.stderr)
    return 1 if found.understated else 0


if __name__ == "__main__":
    sys.exit(main())
