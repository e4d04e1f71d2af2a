"""Parameters as sympy symbols: coefficient rows, ranks and determinant ratios as expressions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import sympy  # type: ignore[import-untyped]  # sympy ships no type information
from flint import fmpq
from sympy.polys.matrices import DomainMatrix  # type: ignore[import-untyped]  # the same

from infograd.analytic.affine import Form, LinearChannel, linear_channel
from infograd.analytic.exact.covariance import covariance
from infograd.analytic.exact.rank import Pattern, pattern
from infograd.analytic.expression import Symbolic
from infograd.analytic.identities.field import RationalFunctions
from infograd.analytic.refusal import NoClosedFormError
from infograd.analytic.ring import Entry, Ring, indices
from infograd.array import Array, Shape, entries
from infograd.channel import Channel, laws_within, node_law
from infograd.expression import Apply, Constant, Expression, Parameter
from infograd.law import Normal
from infograd.operation import OPERATIONS, Regularity
from infograd.question import Question

_FUNCTIONS: dict[str, Callable[..., Symbolic]] = {
    "add": lambda x, y: x + y,
    "subtract": lambda x, y: x - y,
    "multiply": lambda x, y: x * y,
    "negative": lambda x: -x,
    "tanh": sympy.tanh,
    "sin": sympy.sin,
    "cos": sympy.cos,
    "exp": sympy.exp,
    "log": sympy.log,
    "sqrt": sympy.sqrt,
    "erf": sympy.erf,
    "sigmoid": lambda x: 1 / (1 + sympy.exp(-x)),
    "softplus": lambda x: sympy.log(1 + sympy.exp(x)),
    "abs": sympy.Abs,
    "relu": lambda x: sympy.Max(x, 0),
    "clip": lambda x, low, high: sympy.Min(sympy.Max(x, low), high),
    "sign": sympy.sign,
}


def rational(value: Fraction | float) -> Symbolic:
    """An exact number as sympy writes it."""
    exact = Fraction(value)
    return sympy.Rational(exact.numerator, exact.denominator)


class SymbolicRing(Ring[Any]):
    """Expressions in the entries that are free; all others stand at their values."""

    def __init__(self, symbols: Mapping[Entry, Symbolic], at: Mapping[str, Array]) -> None:
        self.symbols = symbols
        self.values = {(name, index): value for name, array in at.items() for index, value in entries(array)}

    def constant(self, value: Fraction | float) -> Symbolic:
        """A fixed number."""
        return rational(value)

    def parameter(self, name: str, index: Shape) -> Symbolic:
        """A free entry's symbol, or the value of one that is not free."""
        entry = (name, index)
        return self.symbols[entry] if entry in self.symbols else rational(self.values[entry])

    def operate(self, operation: str, *arguments: Symbolic) -> Symbolic:
        """The operation's expression; a function with a kink has none in free parameters, and a root or a logarithm none where it leaves the reals."""
        if operation == "divide":
            return arguments[0] * self.power(arguments[1], -1)
        if OPERATIONS[operation].regularity is not Regularity.SMOOTH and not arguments[0].is_number:
            raise NoClosedFormError(f"applies {operation}, which has a kink, to a parameter")
        if (operation == "sqrt" and arguments[0].is_negative) or (operation == "log" and arguments[0].is_nonpositive):
            raise NoClosedFormError(f"applies {operation} to {arguments[0]}")
        return _FUNCTIONS[operation](*arguments)

    def power(self, base: Symbolic, exponent: int) -> Symbolic:
        """A whole power."""
        if exponent < 0 and base.is_zero:
            raise NoClosedFormError("needs a division by zero")
        return base**exponent


def symbols_of(channel: Channel) -> dict[Entry, Symbolic]:
    """A real symbol for every entry of every parameter; a positive one where a parameter is itself a variance."""
    variances = set(_variances(channel))
    return {
        (parameter.name, index): sympy.Symbol(_entry_name(parameter.name, index), real=True, positive=parameter in variances or None)
        for parameter in channel.parameters
        for index in indices(parameter.shape)
    }


def _entry_name(name: str, index: Shape) -> str:
    return f"{name}[{','.join(map(str, index))}]" if index else name


def _variances(channel: Channel) -> Iterable[Parameter]:
    for node in channel.nodes:
        law = node_law(node)
        for each in laws_within(law) if law is not None else ():
            if isinstance(each, Normal):
                yield from (factor for factor in _scale(each.covariance) if isinstance(factor, Parameter) and factor.shape == ())


def _scale(covariance: Expression) -> tuple[Expression, ...]:
    """A variance, or the factors of a variance times a constant matrix."""
    if isinstance(covariance, Apply) and covariance.operation == "multiply" and any(isinstance(each, Constant) for each in covariance.arguments):
        return covariance.arguments
    return (covariance,)


def in_domain(expressions: Sequence[Symbolic], *, field: bool) -> tuple[Any, list[Any]]:
    """The smallest of sympy's domains that holds the expressions, and the expressions in it."""
    constructed: Any = sympy.construct_domain([*expressions, sympy.S.One], field=field, extension=True)
    return constructed[0], list(constructed[1])[:-1]


def symbolic_pattern(linear: LinearChannel[Any]) -> Pattern:
    """The pattern that holds wherever no free parameter takes a special value, decided in a field of rational functions."""
    groups = (linear.given, linear.left, linear.right)
    columns = sorted({primitive for group in groups for form in group for primitive in form.coefficients})
    flat = [form.coefficients.get(column, sympy.S.Zero) for group in groups for form in group for column in columns]
    source = iter(_numbers(*in_domain(flat, field=True)))
    rows = [[[next(source) for _ in columns] for _ in group] for group in groups]
    return pattern(rows[0], rows[1], rows[2], lambda element: not element)


def _numbers(domain: Any, elements: list[Any]) -> list[Any]:
    """A domain's elements for arithmetic: rational functions over the rationals become flint's, which is many times faster; others stay."""
    if not domain.is_FractionField or not (domain.domain.is_ZZ or domain.domain.is_QQ):
        return elements
    field = RationalFunctions(list(map(str, domain.symbols)))

    def coefficients(polynomial: Any) -> dict[tuple[int, ...], fmpq]:
        return {monomial: fmpq(int(each.numerator), int(each.denominator)) for monomial, each in polynomial.terms()}

    return [field.quotient(coefficients(element.numer), coefficients(element.denom)) for element in elements]


def determinant_ratio(question: Question, symbols: Mapping[Entry, Symbolic]) -> tuple[Pattern, Symbolic | None]:
    """det S_B|C / det S_B|AC in lowest terms, and the pattern it holds for; None where the information is infinite.

    Raises: NoClosedFormError as `linear_channel` does.
    """
    ring = SymbolicRing(symbols, question.at)
    linear = linear_channel(ring, question)
    found = symbolic_pattern(linear)
    if not found.finite:
        return found, None
    given, left, right = (
        [group[position] for position in kept] for group, kept in ((linear.given, found.given), (linear.left, found.left), (linear.right, found.right))
    )
    rows: Sequence[Form[Any]] = [*given, *left, *right]
    matrix = covariance(ring, linear, rows)
    domain, elements = in_domain([entry for row in matrix for entry in row], field=False)
    size = len(rows)
    field = domain.get_field()

    def determinant(positions: Sequence[int]) -> Any:
        chosen = [[elements[row * size + column] for column in positions] for row in positions]
        return field.convert_from(DomainMatrix(chosen, (len(positions), len(positions)), domain).det(), domain)

    c = list(range(len(given)))
    a = [len(c) + position for position in range(len(left))]
    b = [len(c) + len(a) + position for position in range(len(right))]
    ratio = determinant([*c, *b]) * determinant([*c, *a]) / (determinant(c) * determinant([*c, *a, *b]))
    return found, field.to_sympy(ratio)
