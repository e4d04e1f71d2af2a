"""Expressions as text: what may be written, and how it is read.

`parse` lets Python's own parser build a syntax tree and accepts a whitelist of its nodes; nothing is evaluated. A number is
read exactly from its text (0.1 is 1/10), and a number over a number is one number (1/3); a plus sign in front keeps the
division (+1/3). A list of numbers is a constant vector or matrix.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from fractions import Fraction

from infograd.error import SpecificationError
from infograd.expression import Constant, Expression, apply
from infograd.functions import identity
from infograd.verify.specification.limits import DEPTH, EXPONENT, IDENTITY, excerpt
from infograd.verify.specification.tokens import check_text

FUNCTIONS = frozenset(
    [
        *("abs", "clip", "cos", "dot", "erf", "exp", "log", "relu", "sigmoid", "sign", "sin", "softplus"),
        *("sqrt", "stack", "sum", "tanh", "transpose"),
    ]
)
_OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "subtract",
    ast.Mult: "multiply",
    ast.Div: "divide",
    ast.MatMult: "matmul",
}
_SPACES = str.maketrans("\t\r\n", "   ")


def parse(text: str, names: Mapping[str, Expression]) -> Expression:
    """The expression that the text writes, with `names` standing for their expressions.

    Raises: SpecificationError for unknown names and functions, for anything that is no formula, and beyond the limits of `limits`.
    """
    check_text(text)
    try:
        tree = ast.parse(f"({text.translate(_SPACES)})", mode="eval").body
    except SyntaxError as error:
        character = min(max((error.offset or 2) - 1, 1), len(text))
        raise SpecificationError(f"{excerpt(text)} is no formula at character {character}; write one, for example 'tanh(theta*X)'.") from None
    return _Reader(text, names).read(tree, depth=1, power=1)


def exact_text(text: str) -> Constant:
    """The number, vector or matrix that the text writes.

    Raises: SpecificationError where it is none.
    """
    value = parse(text, {})
    if not isinstance(value, Constant):
        raise SpecificationError(f"{excerpt(text)} is no number; write one, for example 2, 0.1 or 1/10.")
    return value


class _Reader:
    """One text on its way from Python's syntax tree to an expression."""

    def __init__(self, text: str, names: Mapping[str, Expression]) -> None:
        self.text = text
        self.names = names

    def source(self, tree: ast.expr) -> str:
        """The part of the text that the tree was read from; the tree counts one bracket more in front."""
        return self.text[max(tree.col_offset - 1, 0) : (tree.end_col_offset or 1) - 1]

    def place(self, tree: ast.expr) -> str:
        """The tree's source and where it starts."""
        return f"{excerpt(self.source(tree))} at character {max(tree.col_offset, 1)}"

    def refusal(self, complaint: str) -> SpecificationError:
        """The error that says what is wrong with the text."""
        return SpecificationError(f"{excerpt(self.text)} {complaint}")

    def read(self, tree: ast.expr, depth: int, power: int) -> Expression:
        """The expression of a tree that stands `depth` deep, under exponents whose product is `power`."""
        if depth > DEPTH:
            raise self.refusal(f"nests operations more than {DEPTH} deep; balance it with brackets, or split it over several gates.")
        if (number := self.number(tree)) is not None:
            return Constant(number)
        match tree:
            case ast.Name():
                return self.name(tree)
            case ast.List():
                return self.array(tree)
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.read(operand, depth + 1, power)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self.applied(tree, "negative", self.read(operand, depth + 1, power))
            case ast.BinOp(op=ast.Pow()):
                return self.power(tree, depth, power)
            case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _OPERATORS:
                return self.applied(tree, _OPERATORS[type(operator)], self.read(left, depth + 1, power), self.read(right, depth + 1, power))
            case ast.Subscript():
                return self.entry(tree, depth, power)
            case ast.Call():
                return self.call(tree, depth, power)
            case _:
                raise self.refusal(f"has {self.place(tree)}, which is no part of a formula; write names, numbers, operators and functions only.")

    def applied(self, tree: ast.expr, operation: str, *arguments: object) -> Expression:
        """The operation applied; where it does not fit, the error names the part of the text."""
        try:
            return apply(operation, *arguments)
        except (SpecificationError, IndexError) as error:
            raise self.refusal(f"has {self.place(tree)}, where {error}") from None

    def number(self, tree: ast.expr) -> Fraction | None:
        """The number where the tree is a literal, a negative literal, or one literal over another."""
        match tree:
            case ast.Constant(value=int() | float()) if not isinstance(tree.value, bool):
                return Fraction(self.source(tree))
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant() as literal):
                value = self.number(literal)
                return None if value is None else -value
            case ast.BinOp(left=(ast.Constant() | ast.UnaryOp()) as left, op=ast.Div(), right=ast.Constant() as literal):
                top, bottom = self.number(left), self.number(literal)
                if top is None or bottom is None:
                    return None
                if not bottom:
                    raise self.refusal(f"has {self.place(tree)}, which divides by 0; write another number.")
                return top / bottom
            case _:
                return None

    def array(self, tree: ast.List) -> Constant:
        """The constant vector or matrix of a list."""
        try:
            return Constant(self.rows(tree))
        except SpecificationError as error:
            raise self.refusal(f"has {self.place(tree)}, where {error}") from None

    def rows(self, tree: ast.expr) -> object:
        """The nested numbers of a list."""
        if isinstance(tree, ast.List):
            return [self.rows(row) for row in tree.elts]
        if (number := self.number(tree)) is None:
            raise SpecificationError(f"{excerpt(self.source(tree))} is no number; a list holds numbers, and stack(...) takes expressions.")
        return number

    def name(self, tree: ast.Name) -> Expression:
        """The expression that a name stands for."""
        if tree.id in self.names:
            return self.names[tree.id]
        if tree.id in FUNCTIONS:
            raise self.refusal(f"has the function {self.place(tree)} without its brackets; write {tree.id}(...).")
        known = ", ".join(map(repr, self.names)) or "none"
        raise self.refusal(f"uses {self.place(tree)}, which is neither a parameter with a value nor a node before it; the names that may stand here: {known}.")

    def power(self, tree: ast.BinOp, depth: int, outer: int) -> Expression:
        """A power with a whole exponent."""
        exponent = self.number(tree.right)
        if exponent is None or exponent.denominator != 1:
            raise self.refusal(f"has the exponent {self.place(tree.right)}, which is no whole number; write exp(a*log(x)) or sqrt(x) for others.")
        total = outer * max(abs(exponent.numerator), 1)
        if total > EXPONENT:
            raise self.refusal(f"has the power {self.place(tree)}; exponents, those of nested powers multiplied, go up to {EXPONENT}.")
        return self.applied(tree, "power", self.read(tree.left, depth + 1, total), exponent)

    def entry(self, tree: ast.Subscript, depth: int, power: int) -> Expression:
        """An entry of a vector or a matrix: X[0], W[0, 1]."""
        positions = tree.slice.elts if isinstance(tree.slice, ast.Tuple) else [tree.slice]
        result = self.read(tree.value, depth + len(positions), power)
        for position in positions:
            index = self.number(position)
            if index is None:
                raise self.refusal(f"has the index {self.place(position)}, which is no whole number; entries are counted from 0, as in X[0].")
            result = self.applied(tree, "index", result, index)
        return result

    def call(self, tree: ast.Call, depth: int, power: int) -> Expression:
        """A function of the table applied to expressions."""
        name = tree.func.id if isinstance(tree.func, ast.Name) else ""
        if name == "identity":
            return self.identity(tree)
        if name not in FUNCTIONS:
            raise self.refusal(f"calls {self.place(tree.func)}, which is no function; the functions are {', '.join(sorted((*FUNCTIONS, 'identity')))}.")
        return self.applied(tree, name, *(self.read(argument, depth + 1, power) for argument in tree.args))

    def identity(self, tree: ast.Call) -> Constant:
        """The identity matrix of a literal size."""
        size = self.number(tree.args[0]) if len(tree.args) == 1 else None
        if size is None or size.denominator != 1 or not 1 <= size <= IDENTITY:
            raise self.refusal(f"has {self.place(tree)}; identity takes one whole number from 1 to {IDENTITY}.")
        return identity(size.numerator)
