"""Reading Y = alpha g(kappa X + lambda) + mu + Z from the expression tree of a question.

The tree is evaluated over an algebra of three kinds: numbers of the point (jets in the parameters), affine functions of the input, and a
bounded map of an affine function, moved affinely. What leaves that algebra is outside the theorem, and the reason is said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb

from infograd.channel import Gate, Source
from infograd.expression import Apply, Constant, Expression, Opaque, Parameter, Reference
from infograd.numeric.certified.balls import ball, raised, widened
from infograd.numeric.certified.jets import Jet
from infograd.numeric.certified.maps import MAPS, softplus
from infograd.question import Question


class OutsideTheoremError(Exception):
    """A question that breaks a hypothesis; the message is the refusal's reason, without its full stop."""


@dataclass(frozen=True, slots=True)
class Affine:
    """slope * node + intercept."""

    node: str
    slope: Jet
    intercept: Jet


@dataclass(frozen=True, slots=True)
class Moved:
    """outer * g(inside) + offset."""

    map: str
    inside: Affine
    outer: Jet
    offset: Jet


Form = Jet | Affine | Moved

_FUNCTIONS: dict[str, Callable[[arb], tuple[arb, arb, arb]]] = {
    "exp": lambda x: (x.exp(), x.exp(), x.exp()),
    "log": lambda x: (x.log(), 1 / x, -1 / raised(x, 2)),
    "softplus": softplus,
    "sqrt": lambda x: (x.sqrt(), 1 / (2 * x.sqrt()), -1 / (4 * x * x.sqrt())),
}


class Reader:
    """Evaluates expressions of one question at its point, within the current working precision; `inputs` fixes nodes, `around` widens parameters."""

    def __init__(self, question: Question, inputs: Mapping[str, Jet] | None = None, around: Mapping[str, Fraction] | None = None) -> None:
        self.question = question
        self.inputs = inputs or {}
        self.around = around or {}
        self.nodes = {node.name: node for node in question.channel.nodes}

    def parameter(self, expression: Expression) -> Jet:
        """The jet of an expression in parameters alone."""
        form = self.form(expression)
        if not isinstance(form, Jet):
            raise OutsideTheoremError("a law's argument depends on a node")
        if not form.value.is_finite():
            raise OutsideTheoremError("an expression in the parameters has no finite value at the point")
        return form

    def entries(self, expression: Expression) -> list[Jet]:
        """The jets of a vector's entries."""
        if isinstance(expression, Constant) and isinstance(expression.value, tuple):
            return [Jet(ball(Fraction(value))) for value in expression.value]  # type: ignore[arg-type]  # entries of a vector are numbers
        if isinstance(expression, Apply) and expression.operation == "stack":
            return [self.parameter(argument) for argument in expression.arguments]
        raise OutsideTheoremError("a list of points or weights is neither constant nor written entry by entry")

    def form(self, expression: Expression) -> Form:
        """The expression in the algebra.

        Raises: OutsideTheoremError where it leaves the algebra.
        """
        if expression.shape:
            raise OutsideTheoremError("a map or a law has vectors in it, and the theorem is about scalars")
        match expression:
            case Constant(value=value):
                return Jet(ball(Fraction(value)))  # type: ignore[arg-type]  # a scalar, by its shape
            case Parameter(name=name):
                place = widened(ball(Fraction(self.question.at[name])), ball(self.around.get(name, Fraction(0))))
                return Jet(place, {name: arb(1)} if name in self.question.wrt else {})
            case Reference(name=name):
                return self._node(name)
            case Opaque(name=name):
                raise OutsideTheoremError(f"the opaque module {name!r} has no bounds that are proven")
            case Apply():
                return self._operation(expression)
        raise OutsideTheoremError(f"{expression!r} is no expression of the language")

    def _node(self, name: str) -> Form:
        node = self.nodes[name]
        if name in self.inputs:
            return self.inputs[name]
        if isinstance(node, Source):
            return Affine(name, Jet(arb(1)), Jet(arb(0)))
        if node.noise is not None:
            raise OutsideTheoremError(f"gate {name!r} adds noise on the way, and the theorem is about one noisy gate")
        return self.form(node.map)

    def _operation(self, expression: Apply) -> Form:
        operation = expression.operation
        if operation == "power":
            exponent = round(float(self.parameter(expression.arguments[1]).value))
            return self._power(self.form(expression.arguments[0]), exponent)
        forms = [self.form(argument) for argument in expression.arguments]
        match operation:
            case "add":
                return _sum(forms[0], forms[1])
            case "subtract":
                return _sum(forms[0], _product(Jet(arb(-1)), forms[1]))
            case "negative":
                return _product(Jet(arb(-1)), forms[0])
            case "multiply":
                return _product(forms[0], forms[1])
            case "divide":
                return _product(forms[0], self._power(forms[1], -1))
        return _function(operation, forms[0])

    def _power(self, base: Form, exponent: int) -> Form:
        if exponent == 1:
            return base
        if not isinstance(base, Jet):
            raise OutsideTheoremError(
                "a power or a quotient of the input is no bounded map of the theorem (tanh, sin, cos, erf, sigmoid of an affine function)"
            )
        return base.power(exponent)


def _function(name: str, form: Form) -> Form:
    if isinstance(form, Jet):
        bounded = MAPS.get(name)
        function: Any = bounded().derivatives if bounded else _FUNCTIONS.get(name)
        if function is None:
            raise OutsideTheoremError(f"{name} of a parameter is not carried by the theorem's chain rule")
        return form.through(function)
    if name not in MAPS:
        raise OutsideTheoremError(f"the map {name} of an input is not bounded and analytic in a strip (tanh, sin, cos, erf and sigmoid are)")
    if isinstance(form, Moved):
        raise OutsideTheoremError(f"{name} of {form.map} is a composition of two bounded maps, and the theorem's table has one")
    return Moved(name, form, Jet(arb(1)), Jet(arb(0)))


def _sum(left: Form, right: Form) -> Form:
    match left, right:
        case Jet(), Jet():
            return left + right
        case Affine(), Jet():
            return Affine(left.node, left.slope, left.intercept + right)
        case Moved(), Jet():
            return Moved(left.map, left.inside, left.outer, left.offset + right)
        case Jet(), _:
            return _sum(right, left)
        case Affine(), Affine() if left.node == right.node:
            return Affine(left.node, left.slope + right.slope, left.intercept + right.intercept)
        case Affine(), Affine():
            raise OutsideTheoremError(f"the map has several inputs, {left.node!r} and {right.node!r}")
    raise OutsideTheoremError("the map is a sum of two terms in the input, and the theorem's table has one bounded map")


def _product(left: Form, right: Form) -> Form:
    match left, right:
        case Jet(), Jet():
            return left * right
        case Jet(), Affine():
            return Affine(right.node, left * right.slope, left * right.intercept)
        case Jet(), Moved():
            return Moved(right.map, right.inside, left * right.outer, left * right.offset)
        case _, Jet():
            return _product(right, left)
    raise OutsideTheoremError("the map is a product of terms in the input, and the theorem's table has one bounded map")


def noisy_gate(question: Question) -> Gate:
    """The one gate that the question is about: the output of an information with a source, or the node of an entropy.

    Raises: OutsideTheoremError for other questions.
    """
    if question.given:
        raise OutsideTheoremError("a conditional information is outside the theorem about one input and one output")
    sides = question.between
    if any(len(side) > 1 for side in sides):
        raise OutsideTheoremError("several inputs or outputs at once are outside the theorem about one input and one output")
    nodes = [question.channel.node(side[0]) for side in sides if side]
    gates = [node for node in nodes if isinstance(node, Gate)]
    if len(gates) != 1:
        raise OutsideTheoremError("the question is not about one source and one noisy gate")
    if gates[0].noise is None:
        raise OutsideTheoremError(f"gate {gates[0].name!r} adds no noise, and the theorem needs Gaussian noise")
    return gates[0]
