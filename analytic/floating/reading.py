"""A question's maps as a structural system V = mixing V + N, whole arrays at a time.

A node's value is linear in the nodes before it: a `Linear` value holds one array of coefficients for each parent that the
map uses, in the value's shape with the parent's entries as last axis, so a reference is an identity and a matrix times a
reference is that matrix. A node that is no random variable is a value on the tape and may stand in as a coefficient.
Means move no information and are dropped. The entries of a covariance K are free: it enters as (K + K^T)/2.
Source: arXiv:2601.01789, eq. (38), for linear maps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from infograd.analytic.floating.balls import Balls, exactly, nearest, zeros
from infograd.analytic.floating.tape import AXES, Tape, Variable
from infograd.analytic.refusal import NoClosedFormError
from infograd.array import Array, Shape
from infograd.channel import Node, Source, node_law
from infograd.expression import Apply, Constant, Expression, Opaque, Parameter, Reference
from infograd.graph import ancestors
from infograd.law import Normal
from infograd.question import Question


@dataclass(frozen=True, slots=True)
class Linear:
    """A random value: its shape, by parent the coefficients of that parent's entries, and whether it is just that parent."""

    shape: Shape
    coefficients: Mapping[str, Variable] = field(default_factory=dict)
    reference: bool = False


Value: TypeAlias = Variable | Linear


@dataclass(frozen=True, slots=True, eq=False)
class Equation:
    """One random node: its coefficients by parent, and the covariance of its own noise where it has any."""

    name: str
    shape: Shape
    coefficients: Mapping[str, Variable]
    covariance: Variable | None


class Reading:
    """The relevant nodes of a question, read into equations on one tape; `fixed` holds those that are no random variables.

    Raises: NoClosedFormError for a map that is not linear in random nodes, an opaque module, or a law other than Normal.
    """

    def __init__(self, question: Question) -> None:
        self.tape = Tape()
        self.parameters: dict[str, Variable] = {}
        self.fixed: dict[str, Variable] = {}
        self.equations: list[Equation] = []
        self._values: dict[str, Array] = dict(question.at.pairs)
        self._references: dict[str, Linear] = {}
        relevant = ancestors(question.channel, question.nodes)
        for node in question.channel.nodes:
            if node.name in relevant:
                try:
                    self._enter(node)
                except NoClosedFormError as reason:
                    raise type(reason)(f"{type(node).__name__.lower()} {node.name!r} {reason}") from None

    def _enter(self, node: Node) -> None:
        law = node_law(node)
        if law is not None and not isinstance(law, Normal):
            raise NoClosedFormError(f"has the law {type(law).__name__}, which is not Gaussian")
        value: Value = Linear(node.shape) if isinstance(node, Source) else self.value(node.map)
        if law is None and isinstance(value, Variable):
            self.fixed[node.name] = value
            return
        covariance = None if law is None else self.value(law.covariance)
        assert not isinstance(covariance, Linear)  # a law's arguments use no node
        self.equations.append(Equation(node.name, node.shape, value.coefficients if isinstance(value, Linear) else {}, covariance))
        size = int(np.prod(node.shape, dtype=int))
        unit = self.tape.constant(exactly(np.eye(size).reshape(*node.shape, size)))
        self._references[node.name] = Linear(node.shape, {node.name: unit}, reference=True)

    def value(self, expression: Expression) -> Value:
        """The value of an expression; a shared part is read once."""
        seen: dict[int, Value] = {}

        def visit(part: Expression) -> Value:
            if id(part) not in seen:
                seen[id(part)] = self._apply(part, [visit(argument) for argument in part.arguments]) if isinstance(part, Apply) else self._leaf(part)
            return seen[id(part)]

        return visit(expression)

    def _leaf(self, part: Constant | Parameter | Reference | Opaque) -> Value:
        if isinstance(part, Constant):
            return self.tape.constant(nearest(part.value))
        if isinstance(part, Parameter):
            if part.name not in self.parameters:
                self.parameters[part.name] = self.tape.parameter(nearest(self._values[part.name]))
            return self.parameters[part.name]
        if isinstance(part, Reference):
            return self.fixed[part.name] if part.name in self.fixed else self._references[part.name]
        raise NoClosedFormError(f"runs the opaque module {part.name!r}")

    def _apply(self, part: Apply, values: list[Value]) -> Value:
        tape = self.tape
        match part.operation:
            case "add":
                return self._add(values[0], values[1], part.shape)
            case "subtract":
                return self._add(values[0], self._mapped(values[1], part.arguments[1].shape, tape.negative), part.shape)
            case "negative":
                return self._mapped(values[0], part.shape, tape.negative)
            case "multiply":
                return self._entrywise(values[0], values[1], part.shape)
            case "divide":
                if isinstance(values[1], Linear):
                    raise NoClosedFormError("divides by a random node")
                return self._entrywise(values[0], tape.function(values[1], "reciprocal"), part.shape)
            case "matmul" | "dot":
                return self._contracted(values[0], values[1], part.shape)
            case "sum":
                rank = len(part.arguments[0].shape)
                return self._mapped(values[0], (), lambda of: tape.total(of, rank))
            case "stack":
                return self._stacked(values, part.shape)
            case "index":
                position = _whole(part.arguments[1])
                return self._mapped(values[0], part.shape, lambda of: tape.entry(of, position))
            case "transpose":
                return self._mapped(values[0], part.shape, tape.transpose)
            case "power":
                return self._power(values[0], _whole(part.arguments[1]), part.shape)
        fixed = [value for value in values if isinstance(value, Variable)]
        if len(fixed) < len(values):
            raise NoClosedFormError(f"applies {part.operation} to a random node")
        return tape.clip(fixed[0], fixed[1], fixed[2]) if part.operation == "clip" else tape.function(fixed[0], part.operation)

    def _mapped(self, value: Value, shape: Shape, operation: Callable[[Variable], Variable]) -> Value:
        if isinstance(value, Variable):
            return operation(value)
        return Linear(shape, {name: operation(part) for name, part in value.coefficients.items()})

    def _add(self, left: Value, right: Value, shape: Shape) -> Value:
        if isinstance(left, Variable) and isinstance(right, Variable):
            return self.tape.add(self.tape.spread(left, shape), self.tape.spread(right, shape))
        total: dict[str, Variable] = {}
        for side in (left, right):
            for name, part in side.coefficients.items() if isinstance(side, Linear) else ():
                spread = self.tape.spread(part, shape, inner=1)
                total[name] = self.tape.add(total[name], spread) if name in total else spread
        return Linear(shape, total)

    def _entrywise(self, left: Value, right: Value, shape: Shape) -> Value:
        first, second = (AXES[: len(value.shape)] for value in (left, right))
        return self._product(left, right, (first, second, AXES[: len(shape)]), shape)

    def _contracted(self, left: Value, right: Value, shape: Shape) -> Value:
        if isinstance(left, Variable) and isinstance(right, Linear) and right.reference:
            return Linear(shape, dict.fromkeys(right.coefficients, left))
        first = AXES[: len(left.shape)]
        second = first[-1] + AXES[len(left.shape) :][: len(right.shape) - 1]
        return self._product(left, right, (first, second, first[:-1] + second[1:]), shape)

    def _product(self, left: Value, right: Value, axes: tuple[str, str, str], shape: Shape) -> Value:
        first, second, output = axes
        if isinstance(left, Variable) and isinstance(right, Variable):
            return self.tape.product(left, right, f"{first},{second}->{output}")
        if isinstance(left, Variable) and isinstance(right, Linear):
            return Linear(shape, {name: self.tape.product(left, part, f"{first},{second}z->{output}z") for name, part in right.coefficients.items()})
        if isinstance(left, Linear) and isinstance(right, Variable):
            return Linear(shape, {name: self.tape.product(part, right, f"{first}z,{second}->{output}z") for name, part in left.coefficients.items()})
        raise NoClosedFormError("multiplies random nodes")

    def _stacked(self, values: list[Value], shape: Shape) -> Value:
        fixed = [value for value in values if isinstance(value, Variable)]
        if len(fixed) == len(values):
            return self.tape.stack(fixed)
        linear = [value if isinstance(value, Linear) else Linear(shape[1:]) for value in values]
        parents = {name: part.shape[-1] for value in linear for name, part in value.coefficients.items()}
        rows = {name: [value.coefficients.get(name) or self.tape.constant(zeros(*shape[1:], size)) for value in linear] for name, size in parents.items()}
        return Linear(shape, {name: self.tape.stack(parts) for name, parts in rows.items()})

    def _power(self, value: Value, exponent: int, shape: Shape) -> Value:
        if exponent == 1:
            return value
        if exponent == 0:
            return self.tape.constant(exactly(np.ones(shape)))
        if isinstance(value, Linear):
            raise NoClosedFormError(f"raises a random node to the power {exponent}")
        base = value if exponent > 0 else self.tape.function(value, "reciprocal")
        axes = AXES[: len(shape)]
        power: Variable | None = None
        for digit in f"{abs(exponent):b}":
            if power is not None:
                power = self.tape.product(power, power, f"{axes},{axes}->{axes}")
            if digit == "1":
                power = base if power is None else self.tape.product(power, base, f"{axes},{axes}->{axes}")
        assert power is not None  # the first digit is 1
        return power


def _whole(expression: Expression) -> int:
    if not isinstance(expression, Constant) or isinstance(expression.value, tuple):
        raise NoClosedFormError("has an exponent or an index that is no number")
    return int(expression.value)


def symmetric(slope: Balls) -> Balls:
    """The slope in K of a function of (K + K^T)/2: each of a mirrored pair has half of the pair's slope."""
    return Balls(0.5 * slope.centre, 0.5 * slope.radius) + Balls(0.5 * slope.centre.T, 0.5 * slope.radius.T)
