"""The maps that may stand beside a polynomial, with how they grow: |g(u)| <= level + slope |u| on the real line.

The bounded ones are tanh, sin and erf of `maps`; softplus is log(1 + exp u), with slope 1 (section 10 of docs/proof.md).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flint import arb

from infograd.numeric.certified.growing.reading import GROWING, Term
from infograd.numeric.certified.jets import Jet
from infograd.numeric.certified.maps import MAPS, LineBounds, softplus


@dataclass(frozen=True, slots=True)
class GrowingMap:
    """g with its strip (None for the whole plane), its bounds on lines, g, g' and g'' at a real ball, R1 >= |g'|, and its growth.

    g <= level + slope |u|, and -g <= the same, or 0 where g is `positive`. On the lines Im u = +-v, |Re g| <= level + slope |Re u| + rho(v).
    """

    strip: arb | None
    line: Callable[[arb], LineBounds]
    derivatives: Callable[[arb], tuple[arb, arb, arb]]
    R1: arb
    level: arb
    slope: arb
    positive: bool


def softplus_line(v: arb) -> LineBounds:
    """|Im z| = v <= pi/2: |Im log(1 + e^z)| <= v, Re <= log 2 + |Re z|, |g'| <= 1, |g''| <= 1/2."""
    return LineBounds(arb(0), v, arb(1), arb(1) / 2)


def growing_map(name: str) -> GrowingMap:
    """The map of that name: tanh, sin, erf or softplus."""
    if name == GROWING:
        return GrowingMap(arb.pi() / 2, softplus_line, softplus, arb(1), arb(2).log(), arb(1), True)
    bounded = MAPS[name]()
    return GrowingMap(bounded.strip, bounded.line, bounded.derivatives, bounded.R1, bounded.half_range, arb(0), False)


def canonical(term: Term) -> Term:
    """The term up to a constant, by a map of `growing_map`: cos is a moved sin, sigmoid a moved tanh."""
    half = Jet(arb(1) / 2)
    if term.map == "cos":
        return Term("sin", term.slope, term.intercept + Jet(arb.pi() / 2), term.outer)
    if term.map == "sigmoid":
        return Term("tanh", half * term.slope, half * term.intercept, half * term.outer)
    return term
