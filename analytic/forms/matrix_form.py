"""The information of a vector gate and sources as a formula in the channel's own matrices.

With the sources A in the gate B through M_A, and every other primitive through M_j, j outside A and C:
I(A;B|C) = 1/2 log det(I + S N^-1), S = sum_A M_A K_A M_A^T, N = sum_j M_j K_j M_j^T.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy  # type: ignore[import-untyped]  # sympy ships no type information

from infograd.analytic.expression import Symbolic
from infograd.analytic.forms.symbolic import rational
from infograd.array import identity
from infograd.channel import Channel, Gate, Source, node_law
from infograd.expression import Apply, Constant, Expression, Parameter, Reference
from infograd.graph import ancestors
from infograd.latex import array_latex, name_latex, question_latex
from infograd.law import Normal
from infograd.question import Question
from infograd.record import Formula

UNIT = sympy.Symbol("I", commutative=False)


@dataclass(frozen=True, slots=True)
class _Matrix:
    """A matrix expression and its transpose, in symbols that do not commute."""

    plain: Symbolic
    transposed: Symbolic

    def times(self, other: _Matrix) -> _Matrix:
        return _Matrix(self.plain * other.plain, other.transposed * self.transposed)

    def plus(self, other: _Matrix) -> _Matrix:
        return _Matrix(self.plain + other.plain, self.transposed + other.transposed)

    @property
    def flipped(self) -> _Matrix:
        return _Matrix(self.transposed, self.plain)


_Linear = dict[str, _Matrix]
_ONE = _Matrix(sympy.S.One, sympy.S.One)


class _NotWrittenError(Exception):
    """A map that is not written with whole matrices."""


def _coefficient(expression: Expression) -> _Matrix:
    """An expression in parameters alone."""
    if isinstance(expression, Constant):
        if isinstance(expression.value, tuple):
            return _ONE if expression.value == identity(len(expression.value)) else _symbol(array_latex(expression.value))
        return _Matrix(rational(expression.value), rational(expression.value))
    if isinstance(expression, Parameter):
        return _symbol(name_latex(expression.name)) if expression.shape else _scalar(name_latex(expression.name))
    if isinstance(expression, Apply):
        match expression.operation, expression.arguments:
            case "transpose", (inner,):
                return _coefficient(inner).flipped
            case "matmul", (left, right) if len(left.shape) == 2:
                return _coefficient(left).times(_coefficient(right))
            case "multiply", (left, right) if () in (left.shape, right.shape):
                return _coefficient(left).times(_coefficient(right))
            case "add", (left, right) if left.shape == right.shape:
                return _coefficient(left).plus(_coefficient(right))
    raise _NotWrittenError


def _symbol(text: str) -> _Matrix:
    return _Matrix(sympy.Symbol(text, commutative=False), sympy.Symbol(f"{text}^{{\\mathsf{{T}}}}", commutative=False))


def _scalar(text: str) -> _Matrix:
    symbol = sympy.Symbol(text)
    return _Matrix(symbol, symbol)


def _linear(expression: Expression, nodes: dict[str, _Linear]) -> _Linear:
    """The matrices by which primitives enter an expression."""
    if isinstance(expression, Reference):
        return nodes[expression.name]
    if isinstance(expression, Apply):
        match expression.operation, expression.arguments:
            case "add", (left, right) if left.shape == right.shape:
                return _sum(_linear(left, nodes), _linear(right, nodes))
            case "matmul", (left, right) if len(left.shape) == 2:
                return {name: _coefficient(left).times(matrix) for name, matrix in _linear(right, nodes).items()}
            case "multiply", (left, right) if left.shape == ():
                return {name: _coefficient(left).times(matrix) for name, matrix in _linear(right, nodes).items()}
    raise _NotWrittenError


def _sum(left: _Linear, right: _Linear) -> _Linear:
    return {**left, **{name: left[name].plus(matrix) if name in left else matrix for name, matrix in right.items()}}


def _gate_matrices(channel: Channel, name: str) -> _Linear:
    relevant = ancestors(channel, (name,))
    nodes: dict[str, _Linear] = {}
    for node in channel.nodes:
        if node.name not in relevant:
            continue
        own = {node.name: _ONE} if node_law(node) is not None else {}
        nodes[node.name] = _sum(_linear(node.map, nodes), own) if isinstance(node, Gate) else own
    return nodes[name]


def _covariance(channel: Channel, name: str) -> Symbolic:
    law = node_law(channel.node(name))
    if not isinstance(law, Normal):
        raise _NotWrittenError
    return _coefficient(law.covariance).plain


def matrix_formula(question: Question) -> Formula | None:
    """I(A;B|C) as a matrix formula, where A and C are sources, B is one vector gate with noise of its own, and the maps are written with whole matrices."""
    channel, (left, right) = question.channel, question.between
    receiver = channel.node(next(iter(right)))
    if (
        len(right) > 1
        or not receiver.shape
        or node_law(receiver) is None
        or not all(isinstance(channel.node(name), Source) for name in (*left, *question.given))
    ):
        return None
    try:
        matrices = _gate_matrices(channel, receiver.name)
        parts = {name: sympy.expand(matrix.plain * _covariance(channel, name) * matrix.transposed) for name, matrix in matrices.items()}
    except _NotWrittenError:
        return None
    signal = sum((part for name, part in parts.items() if name in left), sympy.S.Zero)
    noise = sum((part for name, part in parts.items() if name not in (*left, *question.given)), sympy.S.Zero)
    if signal == 0:
        return None
    inverse = "" if noise == 1 else f" \\left({_with_unit(noise)}\\right)^{{-1}}"
    return Formula("I", f"{question_latex(question)} = \\tfrac{{1}}{{2}} \\log\\det\\left(I + {_factor(signal)}{inverse}\\right)")


def _factor(expression: Symbolic) -> str:
    text = _with_unit(expression)
    return f"\\left({text}\\right)" if expression.is_Add else text


def _with_unit(expression: Symbolic) -> str:
    """The LaTeX of a sum of matrix products, with the identity beside bare scalars."""
    terms = [term * UNIT if term.is_commutative else term for term in sympy.Add.make_args(expression)]
    return " + ".join(sympy.latex(term) for term in sorted(terms, key=sympy.default_sort_key, reverse=True))
