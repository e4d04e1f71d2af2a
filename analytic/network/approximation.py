"""Rationals beside the ratio exp(2 R) of a rate R."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import floor

from flint import arb, ctx

from infograd.analytic.network.nats import LEAST_BITS, HalfLog, Rate, ball, middle
from infograd.analytic.refusal import UndecidedError

MOST_BITS = 2**14


def precisions(first: int = 8) -> Iterator[int]:
    """first, 2 first, 4 first, ... up to `MOST_BITS`."""
    while first <= MOST_BITS:
        yield first
        first *= 2


def undecided(what: str) -> UndecidedError:
    """What to raise when the precisions are used up."""
    return UndecidedError(f"{what} was not decided with {MOST_BITS} bits; the point is too close to the boundary")


def ratio_ball(rate: Rate) -> arb:
    """A ball around exp(2 R), at the precision of flint's context."""
    return ball(rate.ratio) if isinstance(rate, HalfLog) else (2 * ball(rate)).exp()


def ratio_above(rate: Rate, bits: int) -> Fraction:
    """A rational of that many binary places that is more than exp(2 R), by at most 2^(1 - bits) once the ball is tight."""
    with ctx.workprec(LEAST_BITS + 2 * bits):
        return Fraction(floor(middle(ratio_ball(rate).upper()) * 2**bits) + 1, 2**bits)
