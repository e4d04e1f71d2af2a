"""A fault planted in any one route to a gradient is caught by another route: no route is its own judge."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

import infograd as ig
from infograd.analytic import answer, decide
from infograd.analytic.exact.jet import Jet
from infograd.analytic.identities import probing, recursion, scores, transfer


def correlated_roots() -> ig.Question:
    """Two inputs that are the entries of one correlated source, with the whole covariance a parameter."""
    k, a, s2 = ig.Parameter("K", (2, 2)), ig.Parameter("a"), ig.Parameter("s2")
    s = ig.Source("S", ig.Normal((0, 0), k))
    x1, x2 = ig.Gate("X1", s[0]), ig.Gate("X2", s[1])
    y = ig.Gate("Y", a * x1 + x2, noise=ig.Normal(0, s2))
    channel = ig.Channel(s, x1, x2, y, defaults={"K": ((2, 1), (1, 3)), "a": 2, "s2": 1})
    return ig.Question(channel, between=("X1", "Y"), given="X2")


QUESTIONS = {name: ig.CATALOGUE[name].question for name in ("cascade", "multipath-a", "multipath-b", "mac", "mac-sum", "vector")}
QUESTIONS["correlated-roots"] = correlated_roots()


def routes_agree(question: ig.Question) -> bool:
    """Whether the identities that the graph promises hold, and the three methods give equal numbers."""
    decided = decide(question, ring="prime", seed=1)
    direct, scored, rounded = (answer(question, method=method) for method in ("exact", "scores", "float"))
    if not (isinstance(decided, tuple) and isinstance(direct, ig.Answer) and isinstance(scored, ig.Answer) and isinstance(rounded, ig.Answer)):
        return False
    same = all(proof.holds for proof in decided if proof.promised) and direct.value == scored.value and direct.gradient == scored.gradient
    return same and all(close(direct.gradient[parameter], rounded.gradient[parameter]) for parameter in question.wrt)


def close(exact: ig.Quantity, rounded: ig.Quantity) -> bool:
    pairs = zip(exact.entries(), rounded.entries(), strict=True)
    return all(abs(true - Fraction(found)) <= Fraction(doubt.proved) for (_, true, _), (_, found, doubt) in pairs)  # type: ignore[arg-type]  # entries have scalar doubts


Plant = Callable[[pytest.MonkeyPatch], None]


def wrapped(owner: Any, name: str, change: Callable[..., Any]) -> Plant:
    """A fault that changes what a function of a route gives back."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        honest = getattr(owner, name)
        patch.setattr(owner, name, lambda *arguments, **named: change(honest(*arguments, **named), *arguments))

    return plant


def twice(value: Any, *_: Any) -> Any:
    return value + value


def without_own_noise(value: Any, here: Any, row: int, column: int) -> Any:
    return here.zero if row != column else value


FAULTS: dict[str, Plant] = {
    "scores and motions: the motion of the noise counted twice": wrapped(transfer.Transfer, "motion", twice),
    "scores and motions: a covariance that is doubled": wrapped(transfer.Transfer, "covariance", twice),
    "scores and motions: a score with the wrong sign": wrapped(scores.Scores, "against_score", lambda value, *_: -value),
    "direct: slopes with the wrong sign": wrapped(recursion.Recursion, "slopes", lambda found, *_: {entry: -slope for entry, slope in found.items()}),
    "direct: noises of one node that do not correlate": wrapped(recursion.Recursion, "_own", without_own_noise),
    "direct: the last covariance dropped": wrapped(
        recursion.Recursion, "log_determinant_weights", lambda found, *_: dict(list(found.items())[:-1]) if len(found) > 1 else found
    ),
    "the affine reading: a sum that keeps its first term": lambda patch: patch.setattr(
        "infograd.analytic.affine._Interpreter._add", lambda self, left, right: left if left.coefficients else right
    ),
    "the probing reading: a difference taken the wrong way": lambda patch: patch.setattr(
        probing._Runner, "_add", lambda self, left, right: self.ring.operate("subtract", left, right)
    ),
    "the exact method: a product rule without its second half": lambda patch: patch.setattr(
        Jet, "__mul__", lambda self, other: Jet({**{place: value * other.constant for place, value in self.terms.items()}}, self.order)
    ),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_without_a_fault_all_routes_agree(name: str) -> None:
    assert routes_agree(QUESTIONS[name])


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_one_route_is_caught_by_another(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    FAULTS[fault](monkeypatch)
    assert not all(routes_agree(question) for question in QUESTIONS.values())
