"""Random questions certified at two radii each: the finer enclosure must lie inside the coarser one.

    python benchmarks/certified_trials.py --count 10000 [--seed 1] [--growing] > docs/certified-trials.txt

Seven in ten draws are one stage Y = a g(t X + c) + N, the rest two users and two hops in equal parts; with --growing all are one stage with maps that grow.
Each draw has a precision, a strip, a step and a last node of its own for each radius, so that a bound that is too small at either radius leaves the
enclosures apart. Progress goes to stderr, the
summary to stdout; the exit code is 1 if a pair is violated or an arithmetic error is raised.
"""

from __future__ import annotations

import argparse
import platform
import random
import secrets
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import flint

import infograd as ig
from infograd.numeric import certified
from infograd.numeric.certified import Certificate, Enclosure

Map = Callable[[Any], Any]
MAPS: dict[str, Map] = {"tanh": ig.tanh, "sin": ig.sin, "cos": ig.cos, "erf": ig.erf, "sigmoid": ig.sigmoid}
REPORT_EVERY = 100


@dataclass(frozen=True, slots=True)
class Trial:
    """A question, the two radii it is certified at, and the parameters whose variances are enclosed."""

    kind: str
    question: ig.Question
    coarse: Fraction
    fine: Fraction
    variances: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a trial showed: its pairs, those apart, those not nested, the largest gap over the sum of the radii and the largest ratio of radii.

    `without` says why there are no pairs, `fault` which arithmetic error of Python ended the trial.
    """

    pairs: int = 0
    apart: int = 0
    outside: int = 0
    gap: float = 0.0
    ratio: float = 0.0
    without: str = ""
    fault: str = ""


def _uniform(draw: random.Random, low: float, high: float) -> Fraction:
    return Fraction(round(1000 * draw.uniform(low, high)), 1000)


def _log_uniform(draw: random.Random, low: float, high: float) -> Fraction:
    return Fraction(round(10_000 * low * (high / low) ** draw.random()), 10_000)


def _law(draw: random.Random) -> ig.Law:
    kind = draw.random()
    if kind < 0.6:
        return ig.Normal(_uniform(draw, -1, 1), _log_uniform(draw, 0.05, 3))
    weight = _uniform(draw, 0.05, 0.95)
    if kind < 0.8:
        parts = [ig.Normal(_uniform(draw, -2, 2), _log_uniform(draw, 0.05, 2)) for _ in range(2)]
        return ig.Mixture((weight, 1 - weight), parts)
    return ig.Points((_uniform(draw, -2, -0.1), 0, _uniform(draw, 0.1, 2)), (weight / 2, weight / 2, 1 - weight))


def _gain(draw: random.Random, most: float) -> Fraction:
    size = _log_uniform(draw, 0.01, 1) if draw.random() < 0.3 else _uniform(draw, 0.1, most)
    return draw.choice((-1, 1)) * size


def _map(draw: random.Random) -> Map:
    return MAPS[draw.choice(list(MAPS))]


def _radii(draw: random.Random, coarse: tuple[int, int], further: tuple[int, int]) -> tuple[Fraction, Fraction]:
    digits = draw.randint(*coarse)
    return Fraction(1, 10**digits), Fraction(1, 10 ** (digits + draw.randint(*further)))


def _one_stage(draw: random.Random) -> Trial:
    theta, s2 = ig.Parameter("theta"), ig.Parameter("s2")
    x = ig.Source("X", _law(draw))
    gate = ig.Gate("Y", _uniform(draw, -2, 2) * _map(draw)(theta * x + _uniform(draw, -1, 1)), noise=ig.Normal(_uniform(draw, -1, 1), s2))
    names = draw.choice((("theta",), ("s2",), ("s2", "theta")))
    at = {"theta": _gain(draw, 8), "s2": _log_uniform(draw, 0.003, 5)}
    quantity = draw.choice(("information", "entropy"))
    between = ("X", "Y") if quantity == "information" else ("Y", ())
    question = ig.Question(ig.Channel(x, gate), between, wrt=names, at=at, quantity=quantity, order=draw.choice((0, 1, 1, 2)))
    forms = ("theta",) if "theta" in names and draw.random() < 0.2 else ()
    return Trial("one stage", question, *_radii(draw, (1, 8), (3, 9)), forms)


def _two_users(draw: random.Random) -> Trial:
    a, b, s2 = (ig.Parameter(name) for name in ("a", "b", "s2"))
    first, second = (ig.Source(name, _law(draw) if draw.random() < 0.5 else ig.Normal(0, 1)) for name in ("X1", "X2"))
    gate = ig.Gate("Y", _map(draw)(a * first) + _map(draw)(b * second), noise=ig.Normal(0, s2))
    between, given = draw.choice(((("X1", "X2"), ()), (("X1",), ()), (("X1",), ("X2",)), (("X2",), ())))
    at = {"a": _gain(draw, 2), "b": _gain(draw, 3), "s2": _log_uniform(draw, 0.1, 5)}
    question = ig.Question(ig.Channel(first, second, gate), (between, "Y"), given, wrt=("a", "b"), at=at, order=draw.choice((0, 1)))
    return Trial("two users", question, *_radii(draw, (1, 3), (2, 4)))


def _two_hops(draw: random.Random) -> Trial:
    a, b, s1, s2 = (ig.Parameter(name) for name in ("a", "b", "s1", "s2"))
    x = ig.Source("X", _law(draw) if draw.random() < 0.5 else ig.Normal(0, 1))
    relay = ig.Gate("V", _map(draw)(a * x), noise=ig.Normal(0, s1))
    gate = ig.Gate("Y", _map(draw)(b * relay), noise=ig.Normal(0, s2))
    at = {"a": _gain(draw, 2), "b": _gain(draw, 2), "s1": _log_uniform(draw, 0.1, 3), "s2": _log_uniform(draw, 0.1, 3)}
    question = ig.Question(ig.Channel(x, relay, gate), ("X", "Y"), wrt=("a", "b"), at=at, order=draw.choice((0, 1)))
    return Trial("two hops", question, *_radii(draw, (1, 3), (2, 4)))


def _growing(draw: random.Random) -> Trial:
    a, b, s2 = (ig.Parameter(name) for name in ("a", "b", "s2"))
    x = ig.Source("X", _law(draw) if draw.random() < 0.3 else ig.Normal(_uniform(draw, -1, 1), _log_uniform(draw, 0.05, 1)))
    grown = draw.choice(
        (lambda: a * x, lambda: a * x**2, lambda: a * x**3 / 4, lambda: ig.softplus(a * x + _uniform(draw, -1, 1)), lambda: x + a * x * x / 3)
    )()
    gate = ig.Gate("Y", grown + b * _map(draw)(x + _uniform(draw, -1, 1)), noise=ig.Normal(0, s2))
    at = {"a": _gain(draw, 2), "b": _uniform(draw, -2, 2), "s2": _log_uniform(draw, 0.3, 5)}
    question = ig.Question(ig.Channel(x, gate), ("X", "Y"), wrt=("a", "b"), at=at, order=draw.choice((0, 1)))
    return Trial("maps that grow", question, *_radii(draw, (1, 3), (2, 5)))


def drawn(seed: int, index: int, growing: bool = False) -> Trial:
    """The trial of that index."""
    draw = random.Random(f"{seed}:{index}")
    if growing:
        return _growing(draw)
    return draw.choices((_one_stage, _two_users, _two_hops), (70, 15, 15))[0](draw)


def enclosures(certificate: Certificate) -> Iterator[Enclosure]:
    """Every enclosure of a certificate, in a fixed order."""
    yield certificate.information
    yield certificate.entropy
    for group in (certificate.gradient, certificate.hessian, certificate.marginal, certificate.difference):
        yield from group.values()


def compared(coarse: Certificate, fine: Certificate) -> Outcome:
    """The pairs of two certificates of one question."""
    pairs = list(zip(enclosures(coarse), enclosures(fine), strict=True))
    gaps = [abs(left.mid - right.mid) for left, right in pairs]
    apart = sum(gap > left.rad + right.rad for gap, (left, right) in zip(gaps, pairs, strict=True))
    outside = sum(gap + right.rad > left.rad for gap, (left, right) in zip(gaps, pairs, strict=True) if right.rad < left.rad)
    widths = [left.rad + right.rad for left, right in pairs]
    largest = max((float(gap / width) for gap, width in zip(gaps, widths, strict=True) if width), default=0.0)
    ratio = max((float(right.rad / left.rad) for left, right in pairs if left.rad), default=0.0)
    return Outcome(len(pairs), apart, outside, largest, ratio)


def outcome(trial: Trial) -> Outcome:
    """Certify at both radii and compare; the best enclosure stands in where a radius is not met, and a refusal says why there is no pair."""
    found = []
    for radius in (trial.coarse, trial.fine):
        try:
            found.append(certified.certify(trial.question, radius=radius, variances=trial.variances))
        except certified.RadiusError as reason:
            if len(list(enclosures(reason.best))) < 2 or reason.best.radius > 1:
                return Outcome(without="radius not met")
            found.append(reason.best)
        except certified.OutsideTheoremError as reason:
            return Outcome(without=str(reason))
        except (ArithmeticError, ValueError) as reason:
            return Outcome(without="Python error", fault=repr(reason))
    if len(list(enclosures(found[0]))) != len(list(enclosures(found[1]))):
        return Outcome(without="radius not met")
    return compared(*found)


def summary(seed: int, outcomes: list[tuple[Trial, Outcome]]) -> str:
    """The text that is kept."""
    kinds = Counter(trial.kind for trial, found in outcomes if not found.without)
    without = Counter(f"{trial.kind}: {found.without}" for trial, found in outcomes if found.without)
    results = [found for _, found in outcomes]
    lines = [
        "Random questions certified at two radii (benchmarks/certified_trials.py)",
        f"python {platform.python_version()}, python-flint {flint.__version__}, FLINT {flint.__FLINT_VERSION__}, seed {seed}",
        f"trials: {len(outcomes)}; with two certificates: {sum(kinds.values())} ({', '.join(f'{name} {kinds[name]}' for name in sorted(kinds))})",
        f"pairs of enclosures: {sum(each.pairs for each in results)}",
        f"violations (a pair without a common point): {sum(each.apart for each in results)}",
        f"pairs whose finer enclosure is not inside the coarser one: {sum(each.outside for each in results)}",
        f"largest distance of midpoints over the sum of the radii: {max(each.gap for each in results):.3g}",
        f"largest ratio of a finer radius to its coarser one: {max(each.ratio for each in results):.3g}",
    ]
    return "\n".join([*lines, *(f"no pair, {reason}: {count}" for reason, count in sorted(without.items()))])


def main() -> int:
    """Run the trials and print the summary."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=None, help="a fresh one if not given")
    parser.add_argument("--growing", action="store_true", help="draw maps that grow only")
    options = parser.parse_args()
    seed = secrets.randbelow(2**32) if options.seed is None else options.seed
    print(f"seed {seed}", file=sys.stderr, flush=True)
    outcomes, begin = [], time.monotonic()
    for index in range(options.count):
        trial = drawn(seed, index, options.growing)
        found = outcome(trial)
        outcomes.append((trial, found))
        if found.apart or found.outside or found.fault:
            print(f"seed {seed}, trial {index}: {found} {trial}", file=sys.stderr, flush=True)
        if (index + 1) % REPORT_EVERY == 0:
            print(f"{index + 1} trials, {time.monotonic() - begin:.0f} s", file=sys.stderr, flush=True)
    print(summary(seed, outcomes))
    return int(any(found.apart or found.fault for _, found in outcomes))


if __name__ == "__main__":
    raise SystemExit(main())
