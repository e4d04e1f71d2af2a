"""The reading of a channel of one stage: a flat list of scalar steps, made once for each channel.

Deterministic gates are folded into the map, vectors and matrices of parameters into their entries, and mixtures into branches: the
source becomes branches x = location + scale * v with a primitive v of a standard law (or single points), the noise becomes
parts. Only the reading is kept between questions; values never are.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from infograd.channel import Channel, Gate, Source
from infograd.expression import Apply, Constant, Expression, Opaque, Parameter
from infograd.law import Law, Mixture, Normal, Points, StudentT, Uniform
from infograd.numeric.limit import LimitError
from infograd.numeric.single.shape import SWITCHES, Step, is_odd, layers, needed_by, settling
from infograd.numeric.stage.chain import chain
from infograd.question import Question

KEPT = 64


@dataclass(frozen=True, slots=True)
class Branch:
    """One component of the source: which steps give its weight, its location and f there; `kind` is None for a point of mass.

    `layers` are the arguments of curved steps, each linear in the primitive, with the distance at which the step is singular or the
    unit on which it varies; None where some curved step has a curved argument, or a pole on the real axis. `settles` is the argument of the
    one step with limits on both sides in which the location is affine, if it is. An `odd` location is odd in the primitive.
    """

    weight: int
    kind: type[Law] | None
    freedom: int | None
    primitive: int | None
    source: int
    location: int
    moving: tuple[int, ...]
    layers: tuple[tuple[int, float], ...] | None = None
    settles: int | None = None
    odd: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One component of the noise: which steps give its weight, location, scale and freedom; a point before a sign is a part of kind Points and scale 1."""

    weight: int
    kind: type[Law]
    location: int
    scale: int
    freedom: int | None


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps, the branches of the source, the parts of the noise, and whether the sign of the noisy gate is what is asked for.

    `still` is a branch that stays at 0, behind which the output is the noise alone; a `smooth` plan has no kinks and no jumps; `kept` holds what
    evaluations read off the steps alone.
    """

    steps: tuple[Step, ...]
    fixed: tuple[int, ...]
    branches: tuple[Branch, ...]
    parts: tuple[Part, ...]
    still: Branch
    decided: bool
    smooth: bool
    kept: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)


class _Compiler:
    def __init__(self) -> None:
        self.steps: list[Step] = []
        self._known: dict[Step, int] = {}

    def emit(self, name: str, *arguments: Any) -> int:
        """The number of that step, which is made where it is new and does something."""
        if name in ("add", "multiply") and (idle := self._idle(arguments, 0.0 if name == "add" else 1.0)) is not None:
            return idle
        if name == "sqrt" and (root := self._constant(arguments[0])) is not None and root >= 0:
            name, arguments = "constant", (math.sqrt(root),)
        step = (name, arguments)
        if step not in self._known:
            self._known[step] = len(self.steps)
            self.steps.append(step)
        return self._known[step]

    def _constant(self, number: int) -> float | None:
        name, arguments = self.steps[number]
        return float(arguments[0]) if name == "constant" else None

    def _idle(self, arguments: tuple[Any, ...], neutral: float) -> int | None:
        """The other argument where one is neutral."""
        for one, other in (arguments, arguments[::-1]):
            if self._constant(one) == neutral:
                return int(other)
        return None

    def read(self, expression: Expression, nodes: dict[str, int]) -> Any:
        """The numbers of the steps for every entry of an expression, as nested tuples."""
        if isinstance(expression, Constant):
            return _each(lambda value: self.emit("constant", float(value)), expression.value)
        if isinstance(expression, Parameter):
            return self._parameter(expression.name, (), expression.shape)
        if isinstance(expression, Opaque):
            raise LimitError(f"the opaque module {expression.name!r} can be run, not read; quadrature needs its formula")
        if not isinstance(expression, Apply):
            return nodes[expression.name]
        return self._apply(expression, nodes)

    def _parameter(self, name: str, index: tuple[int, ...], shape: tuple[int, ...]) -> Any:
        if not shape:
            return self.emit("parameter", name, index)
        return tuple(self._parameter(name, (*index, position), shape[1:]) for position in range(shape[0]))

    def _apply(self, expression: Apply, nodes: dict[str, int]) -> Any:
        name, arguments = expression.operation, expression.arguments
        first = self.read(arguments[0], nodes)
        match name:
            case "power" | "index" | "clip":
                constants: list[Any] = [each.value for each in arguments[1:]]  # type: ignore[union-attr]  # the language takes constants only here
                if name == "index":
                    return first[int(constants[0])]
                extra = [int(constants[0])] if name == "power" else [float(each) for each in constants]
                return _each(lambda entry: self.emit(name, entry, *extra), first)
            case "stack":
                return tuple(self.read(argument, nodes) for argument in arguments)
            case "transpose":
                return tuple(zip(*first, strict=True))
            case "sum":
                return self._total(_flat(first))
            case "matmul" | "dot":
                return self._product(first, self.read(arguments[1], nodes))
        rest = [self.read(argument, nodes) for argument in arguments[1:]]
        return _each(lambda *entries: self.emit(name, *entries), first, *rest)

    def _total(self, entries: list[int]) -> int:
        total = entries[0]
        for entry in entries[1:]:
            total = self.emit("add", total, entry)
        return total

    def _product(self, left: Any, right: Any) -> Any:
        if isinstance(left[0], tuple):
            return tuple(self._product(row, right) for row in left)
        if isinstance(right[0], tuple):
            return tuple(self._product(left, column) for column in zip(*right, strict=True))
        return self._total([self.emit("multiply", one, other) for one, other in zip(left, right, strict=True)])


def _flat(entries: Any) -> list[int]:
    return [entry for row in entries for entry in _flat(row)] if isinstance(entries, tuple) else [entries]


def _each(function: Callable[..., int], *arrays: Any) -> Any:
    """The function entry by entry, scalars beside any shape."""
    length = max((len(array) for array in arrays if isinstance(array, tuple)), default=None)
    if length is None:
        return function(*arrays)
    return tuple(_each(function, *(array[position] if isinstance(array, tuple) else array for array in arrays)) for position in range(length))


def _located(law: Law, compiler: _Compiler) -> tuple[int, int, int | None]:
    """The steps that give the location, the scale and the freedom of a law.

    Raises: LimitError for points, which have no scale.
    """
    match law:
        case Points():
            raise LimitError("this method takes points as the whole law of a source and as that of a noise before a sign, not as other noise")
        case Normal():
            return compiler.read(law.mean, {}), compiler.emit("sqrt", compiler.read(law.covariance, {})), None
        case Uniform():
            lower = compiler.read(law.lower, {})
            return lower, compiler.emit("subtract", compiler.read(law.upper, {}), lower), None
        case _:
            arguments = law.arguments
            freedom = compiler.read(law.freedom, {}) if isinstance(law, StudentT) else None
            return compiler.read(arguments["location"], {}), compiler.read(arguments["scale"], {}), freedom


def _components(law: Law, compiler: _Compiler, weight: int | None = None) -> list[tuple[int, Law]]:
    """The laws that a law mixes, with the steps that give their weights."""
    if not isinstance(law, Mixture):
        return [(compiler.emit("constant", 1.0) if weight is None else weight, law)]
    found = []
    for share, component in zip(compiler.read(law.weights, {}), law.components, strict=True):
        found += _components(component, compiler, share if weight is None else compiler.emit("multiply", weight, share))
    return found


def _branches(source: Source, gates: tuple[Gate, ...], compiler: _Compiler) -> list[tuple[int, type[Law] | None, int | None, int | None, int, int]]:
    found: list[tuple[int, type[Law] | None, int | None, int | None, int, int]] = []

    def location(entry: int) -> int:
        nodes = {source.name: entry}
        for gate in gates:
            nodes[gate.name] = compiler.read(gate.map, nodes)
        return nodes[gates[-1].name]

    if isinstance(source.law, Points):
        weights, values = compiler.read(source.law.weights, {}), compiler.read(source.law.values, {})
        return [(weight, None, None, None, value, location(value)) for weight, value in zip(weights, values, strict=True)]
    for number, (weight, law) in enumerate(_components(source.law, compiler)):
        middle, scale, freedom = _located(law, compiler)
        primitive = compiler.emit("primitive", number)
        entry = compiler.emit("add", middle, compiler.emit("multiply", scale, primitive))
        found.append((weight, type(law), freedom, primitive, entry, location(entry)))
    return found


def _decided(receiver: tuple[Gate, ...], output: Gate) -> bool:
    """Whether the receiver is the sign of the noisy gate; False where there is none."""
    if not receiver:
        return False
    last = receiver[-1]
    seen = last.map
    if len(receiver) > 1 or not (isinstance(seen, Apply) and seen.operation == "sign" and getattr(seen.arguments[0], "name", None) == output.name):
        raise LimitError(f"node {last.name!r} is deterministic and is not the sign of {output.name!r}; its information is not taken here")
    return True


def _compiled(question: Question) -> Plan:
    asked = chain(question)
    compiler = _Compiler()
    nothing, one = compiler.emit("constant", 0.0), compiler.emit("constant", 1.0)
    assert asked.output.noise is not None  # a chain ends in a gate with noise
    branches = _branches(asked.source, asked.gates, compiler)
    decided = _decided(asked.receiver, asked.output)
    parts = []
    if decided and isinstance(asked.output.noise, Points):
        weights, places = (compiler.read(part, {}) for part in (asked.output.noise.weights, asked.output.noise.values))
        parts = [Part(weight, Points, place, one, None) for weight, place in zip(weights, places, strict=True)]
    for weight, law in _components(asked.output.noise, compiler) if not parts else ():
        location, scale, freedom = _located(law, compiler)
        parts.append(Part(weight, type(law), location, scale, freedom))
    steps = compiler.steps
    moving: list[bool] = []
    for name, arguments in steps:
        inner = () if name in ("constant", "parameter", "primitive") else arguments[:1] if name in ("power", "clip") else arguments
        moving.append(name == "primitive" or any(moving[argument] for argument in inner))
    fixed = tuple(number for number, moves in enumerate(moving) if not moves)
    found = []
    for branch in branches:
        needed = tuple(sorted(number for number in needed_by(steps, branch[5]) if moving[number]))
        found.append(Branch(*branch, needed, layers(steps, needed), settling(steps, needed, branch[5]), is_odd(steps, needed, branch[5])))
    still = Branch(one, None, None, None, nothing, nothing, ())
    return Plan(tuple(steps), fixed, tuple(found), tuple(parts), still, decided, not any(name in SWITCHES for name, _ in steps))


_PLANS: dict[tuple[int, Any], tuple[Channel, Plan]] = {}


def plan(question: Question) -> Plan:
    """The reading of the question's channel, kept for the last 64 channels by identity.

    Raises: LimitError where the channel is not one source, deterministic gates and one scalar gate with noise, asked end to end.
    """
    key = (id(question.channel), question.between)
    kept = _PLANS.get(key)
    if kept is not None and kept[0] is question.channel and not question.given and question.quantity == "information":
        return kept[1]
    if question.quantity == "entropy":
        raise LimitError("this method integrates informations only, and an entropy was asked; ask the analytic room")
    made = _compiled(question)
    while len(_PLANS) >= KEPT:
        _PLANS.pop(next(iter(_PLANS)))
    _PLANS[key] = (question.channel, made)
    return made
