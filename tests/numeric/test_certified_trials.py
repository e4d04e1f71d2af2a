"""Fresh random questions certified at two radii each: no enclosure misses another of the same value, and the finer lies inside the coarser."""

from __future__ import annotations

import runpy
import secrets
from fractions import Fraction
from pathlib import Path
from typing import Any

import infograd as ig
from infograd.numeric.certified import Certificate, Enclosure

SCRIPT: dict[str, Any] = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "certified_trials.py"))


def check(count: int, growing: bool) -> None:
    """Draw and compare; the seed is in the message."""
    seed = secrets.randbelow(2**32)
    for index in range(count):
        trial = SCRIPT["drawn"](seed, index, growing)
        found = SCRIPT["outcome"](trial)
        assert not (found.apart or found.outside or found.fault), (seed, index, found, trial)


def test_a_hundred_fresh_questions_of_bounded_maps_nest() -> None:
    check(100, growing=False)


def test_fresh_questions_of_maps_that_grow_nest() -> None:
    check(8, growing=True)


def test_enclosures_without_a_common_point_are_counted() -> None:
    question = ig.CATALOGUE["tanh"].question
    coarse = Certificate(question, Enclosure(Fraction(1), Fraction(1, 10)), Enclosure(Fraction(2), Fraction(1, 10)))
    apart = Certificate(question, Enclosure(Fraction(6, 5), Fraction(1, 100)), Enclosure(Fraction(2), Fraction(1, 100)))
    across = Certificate(question, Enclosure(Fraction(11, 10), Fraction(1, 100)), Enclosure(Fraction(2), Fraction(1, 100)))
    assert (SCRIPT["compared"](coarse, coarse).apart, SCRIPT["compared"](coarse, apart).apart) == (0, 1)
    assert (SCRIPT["compared"](coarse, across).apart, SCRIPT["compared"](coarse, across).outside) == (0, 1)
