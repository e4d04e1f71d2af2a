"""What a question says, as plain numbers: the components of the source and of the noise, and the map between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from infograd.array import Array
from infograd.channel import Gate, Source
from infograd.expression import Apply, Constant, Expression, Parameter, Reference
from infograd.law import Law, Mixture, Normal, Points, StudentT, Uniform
from infograd.question import Question
from tests.numeric.corpus.arithmetic import Arithmetic


@dataclass(frozen=True, slots=True)
class Component:
    """A law location + scale U with its weight; kind "Points" is the single value `location`."""

    weight: Any
    kind: str
    location: Any
    scale: Any
    freedom: Fraction


@dataclass(frozen=True, slots=True)
class Stage:
    """B = f(A) + N, or its sign."""

    source: list[Component]
    noise: list[Component]
    map: Callable[[Any], Any]
    decided: bool


def point_of(question: Question) -> dict[str, Fraction]:
    """The values of the parameters, which are scalars here."""
    return {name: rational(value) for name, value in question.at.items()}


def rational(value: Array) -> Fraction:
    """The exact value of a scalar.

    Raises: TypeError for an array.
    """
    if isinstance(value, tuple):
        raise TypeError(f"{value!r} is no scalar")
    return Fraction(value)


def evaluate(expression: Expression, arithmetic: Arithmetic, nodes: dict[str, Any]) -> Any:
    """The value of an expression; vectors are lists."""
    match expression:
        case Constant(value=value):
            return [arithmetic.constant(rational(entry)) for entry in value] if isinstance(value, tuple) else arithmetic.constant(rational(value))
        case Parameter(name=name):
            return arithmetic.parameters[name]
        case Reference(name=name):
            return nodes[name]
        case Apply(operation="power", arguments=(base, Constant(value=exponent))):
            return arithmetic.apply("power", [evaluate(base, arithmetic, nodes), int(rational(exponent))])
        case Apply(operation="stack", arguments=arguments):
            return [evaluate(argument, arithmetic, nodes) for argument in arguments]
        case Apply(operation=operation, arguments=arguments):
            return arithmetic.apply(operation, [evaluate(argument, arithmetic, nodes) for argument in arguments])
    raise TypeError(f"{expression!r} is not read here")


def _components(law: Law, arithmetic: Arithmetic, weight: Any) -> list[Component]:
    def value(expression: Expression) -> Any:
        return evaluate(expression, arithmetic, {})

    match law:
        case Mixture():
            shares = [weight * share for share in value(law.weights)]
            return [part for share, component in zip(shares, law.components, strict=True) for part in _components(component, arithmetic, share)]
        case Points():
            return [
                Component(weight * share, "Points", place, arithmetic.constant(Fraction(1)), Fraction(0))
                for share, place in zip(value(law.weights), value(law.values), strict=True)
            ]
        case Normal():
            return [Component(weight, "Normal", value(law.mean), arithmetic.apply("sqrt", [value(law.covariance)]), Fraction(0))]
        case Uniform():
            lower = value(law.lower)
            return [Component(weight, "Uniform", lower, value(law.upper) - lower, Fraction(0))]
    freedom = rational(law.freedom.value) if isinstance(law, StudentT) and isinstance(law.freedom, Constant) else Fraction(0)
    return [Component(weight, type(law).__name__, value(law.arguments["location"]), value(law.arguments["scale"]), freedom)]


def read(question: Question, arithmetic: Arithmetic) -> Stage:
    """The stage in that arithmetic."""
    (asked,), (output,) = question.between
    gates = {node.name: node for node in question.channel.nodes if isinstance(node, Gate)}
    decided = gates[output].noise is None
    name = output
    if decided:
        match gates[output].map:
            case Apply(operation="sign", arguments=(Reference(name=name),)):
                pass
            case other:
                raise TypeError(f"{other!r} is no decision")
    noisy = gates[name]
    source = question.channel.node(asked)
    if not isinstance(source, Source) or noisy.noise is None:
        raise TypeError("one source and one noise are read here")

    def map(x: Any) -> Any:
        return evaluate(noisy.map, arithmetic, {asked: x})

    one = arithmetic.constant(Fraction(1))
    return Stage(_components(source.law, arithmetic, one), _components(noisy.noise, arithmetic, one), map, decided)
