"""How often the learned room's stated doubt covers the exact gradient, and how sharp it is, over 500 random questions.

    python benchmarks/learned_coverage.py --count 500 --log docs/learned-coverage.txt

A fifth of the questions are catalogue channels at random points, two fifths linear Gaussian channels, two fifths scalar nonlinear ones of
one or two hops, drawn by the strategies of infograd.verify with a seed. The truth is the exact answer where there is one, else quadrature.
An entry is covered where its error is at most 3 standard errors and the bias probe. The exit code is 1 where the suite's limits are not met.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy

import infograd as ig
from infograd import analytic, learned, numeric
from infograd.verify.strategies import linear_questions, scalar_nonlinear_questions

LEAST_COVERED, WIDEST, MOST_REFUSED = 0.97, 3.0, 0.1
SAFETY = 3.0
QUADRATURE = 1e-9


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a gradient: how far it is from the truth, and the stated standard error and bias."""

    error: float
    stderr: float
    bias: float

    @property
    def doubt(self) -> float:
        """What the answer states for it."""
        return SAFETY * self.stderr + self.bias


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one question: its entries, or why it was refused."""

    family: str
    number: int
    question: ig.Question
    entries: tuple[Entry, ...] = ()
    refused: str = ""

    @property
    def line(self) -> str:
        """The log's line."""
        at = " ".join(f"{name}={value}" for name, value in self.question.at.items())
        told = self.refused or " | ".join(
            f"{each.error:.1e} {each.stderr:.1e} {each.bias:.1e}{' MISSED' if each.error > each.doubt else ''}" for each in self.entries
        )
        return f"{self.number} {self.family} {','.join(self.question.wrt)} at {at} | {told}"


def drawn(strategy: SearchStrategy[ig.Question], count: int, number: int) -> list[ig.Question]:
    """The first questions of a strategy, the same in every run with that seed."""
    found: list[ig.Question] = []

    @seed(number)
    @settings(max_examples=count, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck), deadline=None)
    @given(strategy)
    def collect(question: ig.Question) -> None:
        found.append(question)

    collect()
    return found[:count]


def _moved(question: ig.Question, generator: random.Random) -> ig.Question:
    """A catalogue question with its scalar parameters moved: gains within [-2, 2], variances within [1/10, 2]."""
    at = {}
    for name, value in question.at.items():
        if isinstance(value, tuple):
            at[name] = value
        elif name.startswith("s") or name == "P":
            at[name] = Fraction(generator.randint(2, 40), 20)
        else:
            at[name] = Fraction(generator.choice([-1, 1]) * generator.randint(2, 40), 20)
    return ig.Question(question.channel, question.between, question.given, question.wrt, at)


def questions(count: int, number: int) -> list[tuple[str, ig.Question]]:
    """The questions of a seed, with the family of each."""
    generator = random.Random(number)
    cases = [case.question for case in ig.CATALOGUE.values()]
    share = count // 5
    catalogue = [("catalogue", _moved(cases[position % len(cases)], generator)) for position in range(share)]
    linear = [("linear", each) for each in drawn(linear_questions(min_nodes=2, max_nodes=5, vectors=False), 2 * share, number)]
    nonlinear = [("nonlinear", each) for each in drawn(scalar_nonlinear_questions(), count - 3 * share, number)]
    return [*catalogue, *linear, *nonlinear]


def truth(question: ig.Question) -> ig.Answer:
    """The exact answer, or quadrature's."""
    reply = analytic.answer(question)
    if isinstance(reply, ig.Refusal):
        reply = numeric.answer(question, error=QUADRATURE, operations=2e10)
    assert isinstance(reply, ig.Answer), reply
    return reply


def judged(family: str, number: int, question: ig.Question, ask: Callable[[ig.Question], ig.Reply]) -> Outcome:
    """A learned reply beside the truth."""
    reply = ask(question)
    if isinstance(reply, ig.Refusal):
        return Outcome(family, number, question, refused=reply.reason)
    exact = truth(question)
    entries = []
    for name in question.wrt:
        expected = {place: float(value) for place, value, _ in exact.gradient[name].entries()}
        for place, value, doubt in reply.gradient[name].entries():
            entries.append(Entry(abs(float(value) - expected[place]), doubt.stderr, doubt.estimated))
    return Outcome(family, number, question, tuple(entries))


def outcomes(count: int, number: int, ask: Callable[[ig.Question], ig.Reply] = learned.answer) -> Iterator[Outcome]:
    """The outcomes one by one."""
    for position, (family, question) in enumerate(questions(count, number), start=1):
        yield judged(family, position, question, ask)


@dataclass(frozen=True, slots=True)
class Summary:
    """The share of entries that are covered, the median doubt over the median error, and the share of scalar questions that are refused."""

    entries: int
    covered: float
    width: float
    refused: float

    @property
    def met(self) -> bool:
        """Whether the limits are."""
        return self.covered >= LEAST_COVERED and self.width <= WIDEST and self.refused <= MOST_REFUSED

    @property
    def text(self) -> str:
        """One line."""
        return f"entries {self.entries}, covered {self.covered:.2%}, median doubt / median error {self.width:.2f}, scalar questions refused {self.refused:.1%}"


def summary(found: list[Outcome]) -> Summary:
    """What the outcomes say together."""
    entries = [each for outcome in found for each in outcome.entries]
    scalar = [outcome for outcome in found if all(not node.shape for node in outcome.question.channel.nodes)]
    return Summary(
        len(entries),
        sum(each.error <= each.doubt for each in entries) / len(entries),
        statistics.median(each.doubt for each in entries) / statistics.median(each.error for each in entries),
        sum(bool(outcome.refused) for outcome in scalar) / len(scalar),
    )


def main() -> int:
    """Ask the questions, write the log and print the summary."""
    parser = argparse.ArgumentParser(description="Hold the doubts of learned gradients against exact answers.")
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--log", type=Path, default=Path("learned-coverage.txt"), help="the file that the log is written to")
    options = parser.parse_args()
    start, found = time.monotonic(), []
    for outcome in outcomes(options.count, options.seed):
        found.append(outcome)
        print(f"\r{len(found)} of {options.count}, {time.monotonic() - start:.0f} s", end="", file=sys.stderr, flush=True)
    head = f"{options.count} random questions, seed {options.seed}, the default of the learned room\nEach line: number, family, parameters | error, standard error, bias probe of an entry | ..."
    told = summary(found)
    families = [f"{family}: {summary([each for each in found if each.family == family]).text}" for family in dict.fromkeys(each.family for each in found)]
    options.log.write_text("\n".join((head, told.text, *families, *(outcome.line for outcome in found), "")))
    print("", told.text, *families, sep="\n", file=sys.stderr)
    return 0 if told.met else 1


if __name__ == "__main__":
    sys.exit(main())
