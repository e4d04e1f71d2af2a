"""Entries written by hand: one of every standing, each as its checks find it."""

from __future__ import annotations

import pytest

from infograd.claim import Standing
from infograd.verify.claims.entry import Condition, Entry, corrects, entry, refutes, supports
from infograd.verify.claims.outcome import agrees, differs

SECTION = "III Cascades"


@pytest.fixture
def sample_entries() -> tuple[Entry, ...]:
    """Entries on $(a + b)^2$ and its neighbours, which need no room."""
    square = supports("numbers", "analytic", "both sides at $a = 1, b = 2$", lambda: agrees("sides", 9.0, 9.0, 1e-12))
    return (
        entry("eq-1", "A name", SECTION, r"s(x) = x^{2}", Standing.DEFINITION),
        entry("eq-2", "The square of a sum", SECTION, r"(a+b)^{2} = a^{2} + 2ab + b^{2}", Standing.PROVED, square, derivation="Multiply out."),
        entry(
            "eq-3-5",
            "The root of a square",
            SECTION,
            r"\sqrt{a^{2}} = a",
            Standing.CONDITIONAL,
            square,
            refutes("numbers", "numeric", "the sides at $a = -1$", lambda: differs("sides", 1.0, -1.0, 1e-12)),
            condition=Condition("$a$ is not negative", lambda a: a >= 0, inside=(0, 1), outside=(-1,)),
        ),
        entry(
            "eq-6",
            "The square of a sum, wrongly",
            "V Optimisation",
            r"(a+b)^{2} = a^{2} + b^{2}",
            Standing.REFUTED,
            refutes("exact", "analytic", "the sides at $a = b = 1$", lambda: differs("sides", 4.0, 2.0, 0.0)),
            refutes("numbers", "numeric", "the same sides in doubles", lambda: differs("sides", 4.0, 2.0, 1e-12)),
            corrects("exact", "analytic", "with the mixed term", lambda: agrees("sides", 4.0, 4.0, 1e-12)),
            counterexample="$a = b = 1$: 4 against 2",
            corrected=r"(a+b)^{2} = a^{2} + 2ab + b^{2}",
        ),
        entry("remark-7", "Many starts find more", "V Optimisation", r"\max_{k} I(\theta_{k})", Standing.HEURISTIC),
    )
