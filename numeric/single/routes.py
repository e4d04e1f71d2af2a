"""Three routes to dI/dtheta of a channel of one stage that share the reading of the channel and nothing after it.

    differentiated       the integrand differentiated under the integral, exactly
    complex_step         Im I(theta + i h)/h with h = 1e-20, no difference and so no cancellation; where I is analytic in theta
    finite_difference    (I(theta + h) - I(theta - h))/(2 h) with h halved and extrapolated in h^2 (eq. 85)

Each gives the gradient (nats, theta's shape) with its own error estimate.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from infograd.answer import Access, Answer, Refusal
from infograd.array import Array, entries, shape_of, with_shape
from infograd.mapping import FrozenMapping
from infograd.numeric.limit import LimitError
from infograd.numeric.single import grid, method
from infograd.numeric.single.evaluation import run
from infograd.numeric.single.found import EPS
from infograd.numeric.single.plan import Branch, Plan, plan
from infograd.numeric.single.value import VALUES
from infograd.numeric.stage.direct import extrapolated
from infograd.quantity import Doubt, Quantity
from infograd.question import Question

SHIFT = 1e-20
SPANS = (2.0**-1, 2.0**-2, 2.0**-4, 2.0**-6)
HALVINGS = 6
REACH = 9.5

Entry = tuple[str, tuple[int, ...]]


def differentiated(question: Question, *, error: float = 1e-12) -> Answer | Refusal:
    """dI/dtheta from the derivative of the density under the integral, or a refusal."""
    return _guarded("differentiated integrand", lambda name: _renamed(method.answer(question, error), name))


def complex_step(question: Question, *, error: float = 1e-12) -> Answer | Refusal:
    """dI/dtheta as Im I(theta + i h)/h on trapezoid grids, for analytic maps, Gaussian branches or points, and Gaussian noise; or a refusal.

    Source: Squire and Trapp, SIAM Review 40 (1998) 110.
    """
    return _guarded("complex step", lambda name: _by_entries(question, name, lambda entry: _imaginary(question, entry, error)))


def finite_difference(question: Question, *, error: float = 1e-9) -> Answer | Refusal:
    """dI/dtheta from central differences of I with Richardson's extrapolation, or a refusal.

    Source: arXiv:2601.01789, eq. (85); Richardson, Phil. Trans. R. Soc. A 226 (1927) 299.
    """
    return _guarded("finite difference", lambda name: _by_entries(question, name, lambda entry: _extrapolated(question, entry, error)))


def _guarded(name: str, take: Callable[[str], Answer]) -> Answer | Refusal:
    try:
        with np.errstate(over="raise", divide="raise", invalid="raise", under="ignore"):
            return take(name)
    except LimitError as reason:
        return Refusal("numeric", name, f"{reason}.")
    except FloatingPointError as fault:
        return Refusal("numeric", name, f"a map or a density leaves the range of numbers on the support of its input ({fault}).")


def _renamed(answer: Answer, name: str) -> Answer:
    return Answer(answer.room, name, answer.access, None, answer.gradient, citation=answer.citation, cost=answer.cost)


def _by_entries(question: Question, name: str, slope: Callable[[Entry], tuple[float, float]]) -> Answer:
    gradient = {}
    for parameter in question.wrt:
        shape = shape_of(question.at[parameter])
        found = [slope((parameter, index)) for index, _ in entries(question.at[parameter])]
        values, errors = (with_shape(iter(column), shape) for column in zip(*found, strict=True))
        gradient[parameter] = Quantity(values, Doubt(estimated=errors))
    return Answer("numeric", name, Access.MODEL, None, FrozenMapping(gradient), citation="arXiv:2601.01789, eq. (85)")


def _value(value: Array, index: tuple[int, ...]) -> float:
    for position in index:
        value = value[position]  # type: ignore[index]  # the index is one of the array's
    return float(value)  # type: ignore[arg-type]  # an entry


def _shifted(question: Question, entry: Entry) -> list[Any]:
    """The values of all fixed steps where the entry moves by i h."""
    read = plan(question)
    known: list[Any] = [None] * len(read.steps)
    for number in read.fixed:
        step, arguments = read.steps[number]
        if step == "constant":
            known[number] = arguments[0]
        elif step == "parameter":
            known[number] = _value(question.at[arguments[0]], arguments[1]) + (1j * SHIFT if arguments == entry else 0.0)
        elif step in ("power", "clip"):
            known[number] = VALUES[step](known[arguments[0]], *arguments[1:])
        else:
            known[number] = VALUES[step](*[known[argument] for argument in arguments])
    return known


def _imaginary(question: Question, entry: Entry, error: float) -> tuple[float, float]:
    """dI/d entry and its error, on grids that are refined until three resolutions agree.

    Raises: LimitError for other channels, and where the error is not met.
    """
    read = plan(question)
    if not grid.suits(read):
        raise LimitError("the complex step takes analytic maps of linear arguments, Gaussian sources, their mixtures or points, and Gaussian noise")
    known = _shifted(question, entry)
    left = math.inf
    for nodes in (64, 128, 256, 512, 1024):
        fine, middle, coarse = (_information(read, known, nodes * factor) for factor in (4, 2, 1))
        size = max(1.0, abs(fine))
        left = left_over(fine, middle, coarse, size) + 64 * EPS * size
        if left <= error * max(1.0, abs(fine)):
            return fine, left
    raise LimitError(f"the error {error:g} was not reached: {left:.1e} is left")


def left_over(fine: float, middle: float, coarse: float, size: float) -> float:
    """The error of the finest of three resolutions, each half as fine as the one before: at most the change that the last halving made.

    Errors M q, M q^2, M q^4 (or falling faster) leave changes d = M q and e = M q^2. A change e that came out smaller than d^2/size may be an
    accident of sign and is not believed.
    """
    wide, narrow = abs(middle - coarse), abs(fine - middle)
    return max(narrow, wide * wide / size)


def _information(read: Plan, known: list[Any], nodes: int) -> float:
    """Im I/h with that many steps on both grids."""
    part = read.parts[0]
    scale, middle = known[part.scale], known[part.location]
    width = float(np.real(scale))
    branches: list[tuple[Any, Any]] = [_branch(read, branch, known, nodes) for branch in read.branches]
    centres = np.concatenate([np.real(location).ravel() for location, _ in branches]) + float(np.real(middle))
    low, high = centres.min() - REACH * width, centres.max() + REACH * width
    outputs = np.linspace(low, high, nodes + 1)
    density = np.zeros(outputs.size, dtype=np.complex128)
    for location, weights in branches:
        u = (outputs[:, None] - middle - location) / scale
        density = density + np.exp(-0.5 * u * u) @ weights
    density = density / (math.sqrt(2 * math.pi) * scale)
    entropy = -np.sum(density * np.log(density)) * (high - low) / nodes
    return float(np.imag(entropy - np.log(scale)) / SHIFT)


def _branch(read: Plan, branch: Branch, known: list[Any], nodes: int) -> tuple[Any, Any]:
    if branch.kind is None:
        return np.atleast_1d(known[branch.location]), np.atleast_1d(known[branch.weight]).astype(np.complex128)
    primitives = np.linspace(-REACH, REACH, nodes + 1)
    location = np.broadcast_to(run(read, branch.moving, primitives, list(known))[branch.location], primitives.shape)
    return location, known[branch.weight] * np.exp(-0.5 * primitives**2) * (2 * REACH / nodes / math.sqrt(2 * math.pi)) + 0j


def _extrapolated(question: Question, entry: Entry, error: float) -> tuple[float, float]:
    """dI/d entry and its error, from the best of four spans of differences.

    Raises: LimitError where none meets the error.
    """
    name, index = entry
    size = abs(_value(question.at[name], index))
    steps_of = [np.array([span * (size if size else 1.0) / 2**halving for halving in range(HALVINGS)]) for span in SPANS]
    middle = float(method.information(_moved(question, entry, 0.0), 1e-12).values[0])
    best = (0.0, math.inf)
    for steps in steps_of:
        above, below = ([method.information(_moved(question, entry, sign * step), 1e-12) for step in steps.tolist()] for sign in (1.0, -1.0))
        high, low = (np.array([float(found.values[0]) for found in side]) for side in (above, below))
        rounding = float(above[-1].errors[0] + below[-1].errors[0]) / float(steps[-1])
        column = (high - low) / (2 * steps)
        slope, _ = extrapolated(column, 4.0)
        others = [extrapolated(kept, 4.0)[0] for kept in (column[1:], column[:-1])]
        corner = abs(extrapolated((high - 2 * middle + low) / steps, 2.0)[0])
        left = sum(abs(slope - other) for other in others) + rounding + (corner if corner > 16 * rounding else 0.0)
        best = min(best, (slope, left), key=lambda pair: pair[1])
        if best[1] <= error * max(1.0, abs(best[0])):
            return best
    raise LimitError(f"the error {error:g} was not reached for {name!r}: {best[1]:.1e} is left; I may have a corner in it here, or ask for a larger error")


def _moved(question: Question, entry: Entry, shift: float) -> Question:
    name, index = entry
    value = question.at[name]
    flat = itertools.chain([float(each) + (shift if place == index else 0.0) for place, each in entries(value)])
    return Question(question.channel, question.between, question.given, (), {**question.at, name: with_shape(flat, shape_of(value))}, order=0)
