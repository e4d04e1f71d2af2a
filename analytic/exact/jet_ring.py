"""Parameters at a question's point, with their derivatives."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from flint import fmpq

from infograd.analytic.exact.jet import Jet, constant_jet, variable_jet
from infograd.analytic.ring import Entry, Ring, indices
from infograd.array import Shape, entries, shape_of
from infograd.question import Question


def exact_rational(value: Fraction | float) -> fmpq:
    """An exact number as flint holds it."""
    exact = Fraction(value)
    return fmpq(exact.numerator, exact.denominator)


class JetRing(Ring[Jet]):
    """Every parameter at its value; the entries of the question's `wrt` are the variables of the Taylor polynomials."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.order = question.order
        self.values = {(name, index): exact_rational(value) for name, array in question.at.items() for index, value in entries(array)}
        asked = [(name, index) for name in question.wrt for index in indices(shape_of(question.at[name]))]
        self.variables: dict[Entry, int] = {entry: variable for variable, entry in enumerate(asked)}

    def moved(self, entries: Iterable[Entry], step: fmpq) -> JetRing:
        """The same ring with some entries moved, by multiples of `step` that differ."""
        other = JetRing(self.question)
        for multiple, entry in enumerate(entries, start=1):
            other.values[entry] += multiple * step
        return other

    def constant(self, value: Fraction | float) -> Jet:
        """A fixed number."""
        return constant_jet(exact_rational(value), self.order)

    def parameter(self, name: str, index: Shape) -> Jet:
        """An entry's value, and its own derivative where the question asks for it."""
        entry = (name, index)
        if entry in self.variables:
            return variable_jet(self.values[entry], self.variables[entry], self.order)
        return constant_jet(self.values[entry], self.order)

    def operate(self, operation: str, *arguments: Jet) -> Jet:
        """The operation on Taylor polynomials."""
        match operation:
            case "add":
                return arguments[0] + arguments[1]
            case "subtract":
                return arguments[0] - arguments[1]
            case "multiply":
                return arguments[0] * arguments[1]
            case "divide":
                return arguments[0] / arguments[1]
            case "negative":
                return -arguments[0]
            case "clip":
                return arguments[0].clip(arguments[1], arguments[2])
            case _:
                return arguments[0].apply(operation)

    def power(self, base: Jet, exponent: int) -> Jet:
        """A whole power."""
        return base**exponent
