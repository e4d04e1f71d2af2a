"""A plan at parameter values: weights, locations and scales with their derivatives, and f(x) along the source's primitive."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from infograd.array import entries
from infograd.numeric.interpreter import Floats
from infograd.numeric.limit import LimitError
from infograd.numeric.single.jet import JETS, Jet, Slopes
from infograd.numeric.single.plan import Branch, Plan
from infograd.numeric.single.shape import SWITCHES
from infograd.numeric.single.value import VALUES
from infograd.question import Question

PRIMITIVE = -1


def directions(question: Question) -> dict[tuple[str, tuple[int, ...]], int]:
    """A number for every entry of every parameter that is differentiated in, in the order of `wrt` and of rows."""
    if not question.order:
        return {}
    return {key: number for number, key in enumerate((name, index) for name in question.wrt for index, _ in entries(question.at[name]))}


def run(plan: Plan, moving: tuple[int, ...], primitives: Any, known: list[Any]) -> list[Any]:
    """The values of those steps, from the values of all fixed ones."""
    for number in moving:
        name, arguments = plan.steps[number]
        if name == "primitive":
            known[number] = primitives
        elif name in ("power", "clip"):
            known[number] = VALUES[name](known[arguments[0]], *arguments[1:])
        else:
            known[number] = VALUES[name](*[known[argument] for argument in arguments])
    return known


@dataclass(frozen=True, slots=True)
class _Reading:
    """What the steps alone say for a choice of parameters and order: directions, rows, jets of constants, and the steps to take at a point."""

    directions: dict[tuple[str, tuple[int, ...]], int]
    rows: dict[Any, int]
    constants: list[Jet | None]
    steps: list[tuple[int, str, tuple[Any, ...], Slopes]]


def _reading(plan: Plan, question: Question) -> _Reading:
    key = (question.wrt, question.order)
    if key not in plan.kept:
        numbers = directions(question)
        count = len(numbers)
        second: dict[tuple[int, int], Any] | None = {} if question.order == 2 else None
        pairs = [(a, b) for a in range(count) for b in range(a, count)] if question.order == 2 else []
        constants: list[Jet | None] = [None] * len(plan.steps)
        steps = []
        for number in plan.fixed:
            name, arguments = plan.steps[number]
            if name == "constant":
                constants[number] = Jet(arguments[0], {}, second)
            else:
                steps.append((number, name, arguments, {numbers[arguments]: 1.0} if arguments in numbers else {}))
        plan.kept[key] = _Reading(numbers, {each: row for row, each in enumerate(["value", *range(count), *pairs])}, constants, steps)
    found: _Reading = plan.kept[key]
    return found


class Evaluation:
    """The steps of a plan at a point; those free of the source are taken once."""

    def __init__(self, plan: Plan, question: Question) -> None:
        reading = _reading(plan, question)
        self.plan = plan
        self.directions, self.rows = reading.directions, reading.rows
        self.second: dict[tuple[int, int], Any] | None = {} if question.order == 2 else None
        point = question.at
        self.fixed: list[Any] = reading.constants.copy()
        for number, name, arguments, slopes in reading.steps:
            if name == "parameter":
                value = point[arguments[0]]
                for position in arguments[1]:
                    value = value[position]
                self.fixed[number] = Jet(float(value), slopes, self.second)
            else:
                jet = self.fixed[number] = self._step(name, arguments, self.fixed)
                if not math.isfinite(jet.value):
                    raise LimitError(f"{name} leaves the range of numbers in the parameters alone")

    @cached_property
    def levels(self) -> list[Any]:
        """The values of the fixed steps."""
        return [None if jet is None else jet.value for jet in self.fixed]

    @cached_property
    def _bare(self) -> list[Jet | None]:
        return [None if jet is None else Jet(jet.value, {}, None) for jet in self.fixed]

    @staticmethod
    def _step(name: str, arguments: tuple[Any, ...], known: list[Any]) -> Jet:
        if name in ("power", "clip"):
            return JETS[name](known[arguments[0]], *arguments[1:])
        if len(arguments) == 1:
            return JETS[name](known[arguments[0]])
        return JETS[name](known[arguments[0]], known[arguments[1]])

    def _run(self, branch: Branch, primitive: Jet, known: list[Any]) -> list[Any]:
        for number in branch.moving:
            name, arguments = self.plan.steps[number]
            known[number] = primitive if name == "primitive" else self._step(name, arguments, known)
        return known

    def location(self, branch: Branch, primitives: Floats) -> Jet:
        """f along the primitive, with its derivatives in the parameters."""
        return self._run(branch, Jet(primitives, {}, self.second), list(self.fixed))[branch.location]  # type: ignore[no-any-return]  # a jet

    def along(self, branch: Branch, primitives: Floats) -> tuple[Floats, Floats]:
        """f along the primitive, and its slope in the primitive."""
        jet = self._run(branch, Jet(primitives, {PRIMITIVE: 1.0}, None), list(self._bare))[branch.location]
        slope = jet.first.get(PRIMITIVE, 0.0)
        return np.broadcast_to(jet.value, primitives.shape), np.broadcast_to(slope, primitives.shape)

    def curved(self, branch: Branch, primitives: Floats) -> Jet:
        """f along the primitive with first and second derivatives, the primitive among the directions."""
        fixed = [None if jet is None else Jet(jet.value, jet.first, {}) for jet in self.fixed]
        return self._run(branch, Jet(primitives, {PRIMITIVE: 1.0}, {}), fixed)[branch.location]  # type: ignore[no-any-return]  # a jet

    def traced(self, branch: Branch, primitives: Any) -> list[Any]:
        """Every step of the branch along the primitive, which may be complex, without derivatives."""
        return run(self.plan, branch.moving, primitives, list(self.levels))

    def switches(self, branch: Branch) -> Iterator[tuple[str, int, float]]:
        """The steps that have a kink or a jump on this branch: name, argument's step, and the level at which it lies."""
        for number in branch.moving:
            name, arguments = self.plan.steps[number]
            if name in SWITCHES and arguments[0] in branch.moving:
                for level in arguments[1:] or (0.0,):
                    yield name, arguments[0], level

    def switch(self, branch: Branch, argument: int, primitive: float) -> Jet:
        """The argument of a switch at one primitive, with its derivatives in the parameters and in the primitive."""
        found = self._run(branch, Jet(np.asarray(primitive), {PRIMITIVE: 1.0}, self.second), list(self.fixed))[argument]
        return found  # type: ignore[no-any-return]  # a jet
