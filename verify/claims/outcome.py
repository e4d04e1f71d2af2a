"""Outcomes from numbers: two values with the distance that their doubts allow between them, or the decision of a proof."""

from __future__ import annotations

from infograd.verify.claims.entry import Outcome
from infograd.verify.policy import STANDARD


def agrees(what: str, left: float, right: float, allowed: float, scale: float = 0.0) -> Outcome:
    """Whether two values differ by at most `allowed`; one that is too wide to fail does not hold.

    Too wide is more than the judge's share of the larger magnitude, or of `scale` where both values are meant to vanish.
    """
    gap = abs(left - right)
    largest = max(abs(left), abs(right), scale)
    narrow = allowed <= STANDARD.power * largest
    said = f"{what}: {left:.12g} and {right:.12g} differ by {gap:.1e}, allowed {allowed:.1e}"
    return Outcome(gap <= allowed and narrow, said if narrow else f"{said}, which could not have failed")


def differs(what: str, left: float, right: float, allowed: float) -> Outcome:
    """Whether two values differ by more than `allowed`."""
    gap = abs(left - right)
    return Outcome(gap > allowed, f"{what}: {left:.12g} and {right:.12g} differ by {gap:.1e}, more than the {allowed:.1e} that their doubts explain")


def every(*outcomes: Outcome) -> Outcome:
    """Whether all hold."""
    return Outcome(all(outcome.holds for outcome in outcomes), "; ".join(outcome.detail for outcome in outcomes))
