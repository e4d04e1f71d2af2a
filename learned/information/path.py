"""Mutual information from its gradients: the integral of a learned gradient along a path from a point where the value is known.

On the segment from theta_0 to theta_1, I(theta_1) = I(theta_0) + int_0^1 <grad I(theta_0 + u (theta_1 - theta_0)), theta_1 - theta_0> du, by
nested open rules, so that the ends themselves are never asked. Gradients at different nodes come from different seeds;
their standard errors add in squares, their estimated doubts, and the entries of one gradient, in sizes. Setting all parameters to
zero makes I = 0 only where that closes every path from A to B, so the known value is always stated.
Source: arXiv:2601.01789, eq. (50).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from infograd.answer import Answer, Refusal, Reply
from infograd.array import Array, entries, with_shape
from infograd.error import SpecificationError
from infograd.learned import answer as learned_answer
from infograd.learned.information.quadrature import unit_rule
from infograd.learned.samples.uniforms import seeds
from infograd.mapping import FrozenMapping, Point
from infograd.quantity import Doubt, Infinite, Quantity, Undefined
from infograd.question import Question

METHOD = "path integral of learned gradients"
CITATION = "arXiv:2601.01789, eq. (50)"
NODES = 7

GradientOf = Callable[[Question, int], Reply]
"""A gradient's reply from a question and a seed."""


def _closed_form(question: Question, seed: int) -> Reply:
    return learned_answer(question, seed=seed)


def path_integral(
    question: Question, start: Mapping[str, object], known: Quantity | float = 0.0, *, nodes: int = NODES, seed: int = 0, gradient: GradientOf = _closed_form
) -> Reply:
    """I at the question's point in nats: `known`, its value at the point moved to `start`, and the integral of the gradient from there.

    Raises: SpecificationError for a start that moves nothing, and unless `nodes` is 2^k - 1.
    """
    origin = known if isinstance(known, Quantity) else Quantity(known)
    if isinstance(origin.value, Infinite | Undefined | tuple):
        raise SpecificationError(f"the known value at the start is {origin.value!r}; start the path where the information is a finite number.")
    moved = {name: value for name, value in Point(start).items() if value != question.at[name]} if set(start) <= set(question.at) else None
    if not moved:
        raise SpecificationError(f"start is {dict(start)!r}; move at least one parameter of the question: {', '.join(map(repr, question.at))}.")
    found = _segment(question, {**question.at, **moved}, dict(question.at), nodes, seed, gradient)
    if isinstance(found, Refusal):
        return found
    total = _Sum(float(origin.value), _number(origin.doubt.proved) + _number(origin.doubt.estimated), _number(origin.doubt.stderr) ** 2, origin.doubt.dof)
    return _reply(total.plus(found[0]), found[1], found[2])


def loop_residual(
    question: Question, corners: Sequence[Mapping[str, object]], *, nodes: int = NODES, seed: int = 0, gradient: GradientOf = _closed_form
) -> Reply:
    """The integral of the gradient around the closed polygon through `corners`, in nats: 0 for the gradient of any function.

    A learned field need not be a gradient; a residual beyond its doubt says by how much it is none.

    Raises: SpecificationError for fewer than 3 corners, and unless `nodes` is 2^k - 1.
    """
    if len(corners) < 3:
        raise SpecificationError(f"corners has {len(corners)} points; give the polygon at least 3.")
    points = [{**question.at, **Point(corner)} for corner in corners]
    total = _Sum(0.0, 0.0, 0.0, math.inf)
    cost: dict[str, int] = {}
    first: Answer | None = None
    for position, point in enumerate(points):
        found = _segment(question, point, points[(position + 1) % len(points)], nodes, seeds(seed, len(points))[position], gradient)
        if isinstance(found, Refusal):
            return found
        total = total.plus(found[0])
        first = first or found[1]
        for name, count in found[2].items():
            cost[name] = cost.get(name, 0) + count
    assert first is not None  # there are corners
    return _reply(total, first, cost)


@dataclass(frozen=True, slots=True)
class _Sum:
    """A sum with the estimated doubt, the variance, and that variance's degrees of freedom by Welch and Satterthwaite."""

    value: float
    estimated: float
    variance: float
    dof: float

    def plus(self, other: _Sum) -> _Sum:
        variance = self.variance + other.variance
        spread = self.variance**2 / self.dof + other.variance**2 / other.dof
        return _Sum(self.value + other.value, self.estimated + other.estimated, variance, variance**2 / spread if spread > 0 else math.inf)


def _segment(
    question: Question, start: Mapping[str, Array], end: Mapping[str, Array], nodes: int, seed: int, gradient: GradientOf
) -> tuple[_Sum, Answer, dict[str, int]] | Refusal:
    rule = unit_rule(nodes)
    moved = tuple(name for name in start if start[name] != end[name])
    if not moved:
        raise SpecificationError("two ends of a segment of the path are the same point; move a parameter between them.")
    change = {name: _combined(end[name], start[name], Fraction(1), Fraction(-1)) for name in moved}
    total = _Sum(0.0, 0.0, 0.0, math.inf)
    order = 0.0
    cost: dict[str, int] = {}
    answers = []
    for node, weight, coarse, own in zip(rule.nodes.tolist(), rule.weights.tolist(), rule.coarse.tolist(), seeds(seed, nodes), strict=True):
        point = {**end, **{name: _combined(start[name], change[name], Fraction(1), Fraction(node)) for name in moved}}
        reply = gradient(Question(question.channel, question.between, question.given, wrt=moved, at=point), own)
        if isinstance(reply, Refusal):
            return Refusal("learned", METHOD, f"at {node:.3f} of the way along the path, {reply.method}: {reply.reason}")
        slope = _along(reply, change)
        total = total.plus(_Sum(weight * slope.value, weight * slope.estimated, weight**2 * slope.variance, slope.dof))
        order += (weight - coarse) * slope.value
        answers.append(reply)
        for name, count in reply.cost.items():
            cost[name] = cost.get(name, 0) + count
    return total.plus(_Sum(0.0, abs(order), 0.0, math.inf)), answers[0], cost


def _along(reply: Answer, change: Mapping[str, Array]) -> _Sum:
    """<gradient, change>, the sizes of the doubts of its entries added."""
    value = estimated = stderr = 0.0
    dof = math.inf
    for name, step in change.items():
        steps = dict(entries(step))
        for index, entry, doubt in reply.gradient[name].entries():
            if isinstance(entry, Infinite | Undefined):
                raise SpecificationError(f"the gradient in {name!r} along the path is {entry}; choose a path on which it is finite.")
            size = abs(float(steps[index]))
            value += float(steps[index]) * float(entry)
            estimated += size * (_number(doubt.proved) + _number(doubt.estimated))
            stderr += size * _number(doubt.stderr)
            dof = min(dof, doubt.dof)
    return _Sum(value, estimated, stderr**2, dof)


def _combined(left: Array, right: Array, first: Fraction, second: Fraction) -> Array:
    """first * left + second * right, entry by entry."""
    others = dict(entries(right))
    found = [(index, first * value + second * others[index]) for index, value in entries(left)]
    shape = tuple(size + 1 for size in found[-1][0])
    return with_shape((value for _, value in found), shape)


def _number(entry: Any) -> float:
    return float(entry)


def _reply(total: _Sum, example: Answer, cost: Mapping[str, int]) -> Answer:
    doubt = Doubt(estimated=total.estimated, stderr=math.sqrt(total.variance), dof=total.dof)
    return Answer("learned", METHOD, example.access, Quantity(total.value, doubt), citation=CITATION, cost=FrozenMapping(cost))
