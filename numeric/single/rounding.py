"""What rounding leaves of the steps that are free of the source, as f at points of mass: a running error analysis.

With e the error of an argument u and e_a that of its derivative u_a,

    h(u):      |h'| e + |h|,    |h''| |u_a| (e + |u|) + |h'| (e_a + |u_a|)
    x y:       |x| e_y + |y| e_x + |x y|, and the same with the product rule for its derivative

each last term in units of the rounding of the operation itself. So a large argument of a sine counts by its size, not by that of the sine.
Source: Higham, Accuracy and Stability of Numerical Algorithms (SIAM, 2002), section 3.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from infograd.numeric.single.evaluation import Evaluation
from infograd.numeric.single.found import EPS
from infograd.numeric.single.jet import JETS, Jet

UNIT = EPS / 2
LIBRARY = 4 * UNIT


@dataclass(frozen=True, slots=True)
class Rounding:
    """Errors of a value and of its derivatives by direction."""

    value: float
    first: dict[int, float]


def _sum(left: Rounding, right: Rounding, found: Jet) -> Rounding:
    keys = dict.fromkeys((*left.first, *right.first))
    first = {key: left.first.get(key, 0.0) + right.first.get(key, 0.0) + UNIT * abs(found.first.get(key, 0.0)) for key in keys}
    return Rounding(left.value + right.value + UNIT * abs(found.value), first)


def _product(one: Jet, left: Rounding, other: Jet, right: Rounding) -> Rounding:
    x, y = abs(float(one.value)), abs(float(other.value))
    first = {}
    for key in dict.fromkeys((*one.first, *other.first)):
        slope, turn = abs(one.first.get(key, 0.0)), abs(other.first.get(key, 0.0))
        moved = x * right.first.get(key, 0.0) + y * left.first.get(key, 0.0) + slope * right.value + turn * left.value
        first[key] = moved + 2 * UNIT * (slope * y + x * turn)
    return Rounding(x * right.value + y * left.value + UNIT * x * y, first)


def _through(name: str, extra: tuple[Any, ...], argument: Jet, error: Rounding, found: Jet) -> Rounding:
    at = JETS[name](Jet(argument.value, {0: 1.0}, {}), *extra)
    slope, turn = abs(float(at.first.get(0, 0.0))), abs(float((at.second or {}).get((0, 0), 0.0)))
    moved = error.value + UNIT * abs(float(argument.value))
    first = {key: turn * abs(rate) * moved + slope * (error.first.get(key, 0.0) + LIBRARY * abs(rate)) for key, rate in argument.first.items()}
    return Rounding(slope * error.value + LIBRARY * abs(float(found.value)), first)


def roundings(evaluation: Evaluation, numbers: list[int]) -> list[Rounding]:
    """The errors of those fixed steps."""
    known: dict[int, Rounding] = {}
    jets = evaluation.fixed

    def read(number: int) -> Rounding:
        if number not in known:
            known[number] = made(number)
        return known[number]

    def made(number: int) -> Rounding:
        name, arguments = evaluation.plan.steps[number]
        jet = jets[number]
        if name in ("constant", "parameter"):
            return Rounding(UNIT * abs(jet.value), {})
        if name in ("add", "subtract"):
            return _sum(read(arguments[0]), read(arguments[1]), jet)
        if name == "multiply":
            return _product(jets[arguments[0]], read(arguments[0]), jets[arguments[1]], read(arguments[1]))
        if name == "divide":
            below = jets[arguments[1]]
            inverse = _through("power", (-1,), below, read(arguments[1]), JETS["power"](below, -1))
            return _product(jets[arguments[0]], read(arguments[0]), JETS["power"](below, -1), inverse)
        extra = arguments[1:] if name in ("power", "clip") else ()
        return _through(name, extra, jets[arguments[0]], read(arguments[0]), jet)

    return [read(number) for number in numbers]
