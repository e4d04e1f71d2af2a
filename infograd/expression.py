"""Maps and law arguments as expression trees.

An expression is data: a constant, a parameter, a reference to a node, an operation applied to expressions, or an opaque
module that only a room with that module can run. Shapes are inferred at birth. Nodes of a channel enter an operator as
a `Reference`, so a tree never contains another node's tree and hashing stays linear in the channel's length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, TypeAlias

from infograd.array import Array, Shape, exact_array, shape_of
from infograd.error import SpecificationError
from infograd.operation import OPERATIONS, Regularity

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,31}")


def checked_name(name: str, what: str) -> str:
    """`name` itself, when it is a legal name.

    Raises: SpecificationError for other texts and for the names of operations.
    """
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise SpecificationError(f"{what} is named {name!r}; use a letter followed by at most 31 letters, digits or underscores.")
    if name in OPERATIONS:
        raise SpecificationError(f"{what} is named {name!r}, which is an operation; choose another name.")
    return name


def checked_shape(shape: Any, what: str) -> Shape:
    """`shape` as a tuple, when it is one of a scalar, a vector or a matrix.

    Raises: SpecificationError for other shapes.
    """
    found: Shape = tuple(shape) if isinstance(shape, list | tuple) else (0,)
    if len(found) > 2 or not all(isinstance(size, int) and not isinstance(size, bool) and size > 0 for size in found):
        raise SpecificationError(f"{what} has shape {shape!r}; write (), (n,) or (n, m) with positive whole numbers.")
    return found


class Algebra:
    """Operators for expressions and for nodes; numpy leaves them to us."""

    __slots__ = ()
    __array_ufunc__ = None

    def __add__(self, other: object) -> Apply:
        return apply("add", self, other)

    def __radd__(self, other: object) -> Apply:
        return apply("add", other, self)

    def __sub__(self, other: object) -> Apply:
        return apply("subtract", self, other)

    def __rsub__(self, other: object) -> Apply:
        return apply("subtract", other, self)

    def __mul__(self, other: object) -> Apply:
        return apply("multiply", self, other)

    def __rmul__(self, other: object) -> Apply:
        return apply("multiply", other, self)

    def __truediv__(self, other: object) -> Apply:
        return apply("divide", self, other)

    def __rtruediv__(self, other: object) -> Apply:
        return apply("divide", other, self)

    def __matmul__(self, other: object) -> Apply:
        return apply("matmul", self, other)

    def __rmatmul__(self, other: object) -> Apply:
        return apply("matmul", other, self)

    def __pow__(self, exponent: int) -> Apply:
        return apply("power", self, exponent)

    def __neg__(self) -> Apply:
        return apply("negative", self)

    def __abs__(self) -> Apply:
        return apply("abs", self)

    def __getitem__(self, position: int | tuple[int, ...]) -> Apply:
        positions = position if isinstance(position, tuple) else (position,)
        result: Any = self
        for entry in positions:
            result = apply("index", result, entry)
        return result  # type: ignore[no-any-return]  # positions is never empty

    def __iter__(self) -> Iterator[Apply]:
        shape = as_expression(self).shape
        if not shape:
            raise TypeError("a scalar expression cannot be iterated")
        return (self[position] for position in range(shape[0]))

    @property
    def T(self) -> Apply:  # noqa: N802 - the field's notation for a transpose
        """The transpose of a matrix."""
        return apply("transpose", self)


@dataclass(frozen=True, slots=True, init=False)
class Constant(Algebra):
    """A fixed exact array."""

    value: Array

    def __init__(self, value: object) -> None:
        object.__setattr__(self, "value", exact_array(value, "a constant"))

    @property
    def shape(self) -> Shape:
        """The shape of the value."""
        return shape_of(self.value)


@dataclass(frozen=True, slots=True)
class Parameter(Algebra):
    """A quantity that a question fixes and differentiates in; `shape` is () for a scalar."""

    name: str
    shape: Shape = ()

    def __post_init__(self) -> None:
        checked_name(self.name, "A parameter")
        object.__setattr__(self, "shape", checked_shape(self.shape, f"Parameter {self.name!r}"))


@dataclass(frozen=True, slots=True)
class Reference(Algebra):
    """The value of the channel's node of that name."""

    name: str
    shape: Shape = ()


@dataclass(frozen=True, slots=True)
class Apply(Algebra):
    """An operation of the table applied to arguments; exponents, indices and clip's bounds are constants."""

    operation: str
    arguments: tuple[Expression, ...]
    shape: Shape = field(init=False, compare=False, repr=False)
    _hash: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        operation = OPERATIONS.get(self.operation)
        if operation is None:
            raise SpecificationError(f"{self.operation!r} is no operation; the operations are {', '.join(sorted(OPERATIONS))}.")
        object.__setattr__(self, "arguments", tuple(as_expression(argument) for argument in self.arguments))
        if operation.arity is not None and len(self.arguments) != operation.arity:
            raise SpecificationError(f"{self.operation} takes {operation.arity} arguments and got {len(self.arguments)}.")
        try:
            shape = operation.shape(self.operation, tuple(argument.shape for argument in self.arguments))
        except SpecificationError as clash:
            raise SpecificationError(f"{str(clash).removesuffix('.')}{_used_by(self.arguments)}.") from None
        object.__setattr__(self, "shape", shape)
        self._check_constants()
        object.__setattr__(self, "_hash", hash((self.operation, self.arguments)))

    def _check_constants(self) -> None:
        if self.operation == "power" and not _is_integer(self.arguments[1]):
            raise SpecificationError("power takes a whole number as exponent; write exp(a*log(x)) or sqrt(x) for others.")
        if self.operation == "index":
            size = self.arguments[0].shape[0]
            if not _is_integer(self.arguments[1]) or not 0 <= int(self.arguments[1].value) < size:  # type: ignore[union-attr,arg-type]  # checked on the left
                raise IndexError(f"index takes a whole number from 0 to {size - 1}.")
        if self.operation == "clip":
            low, high = self.arguments[1:]
            if not (isinstance(low, Constant) and isinstance(high, Constant) and low.shape == high.shape == () and low.value < high.value):  # type: ignore[operator]  # both are scalars here
                raise SpecificationError("clip takes two constant bounds, the lower one first.")

    def __hash__(self) -> int:
        return self._hash


@dataclass(frozen=True, slots=True)
class Opaque(Algebra):
    """A module that the expression language does not describe; only a room that is handed the module can run it.

    `parameters` stand for the module's own parameters in the module's order.
    """

    name: str
    inputs: tuple[Expression, ...]
    shape: Shape = ()
    parameters: tuple[Parameter, ...] = ()

    def __post_init__(self) -> None:
        checked_name(self.name, "An opaque module")
        if not isinstance(self.inputs, list | tuple):
            raise SpecificationError(f"Opaque {self.name!r} got {self.inputs!r} as its inputs; give it a tuple of expressions.")
        object.__setattr__(self, "inputs", tuple(as_expression(argument) for argument in self.inputs))
        object.__setattr__(self, "shape", checked_shape(self.shape, f"Opaque {self.name!r}"))


Expression: TypeAlias = Constant | Parameter | Reference | Apply | Opaque


def _used_by(arguments: tuple[Expression, ...]) -> str:
    """The nodes and parameters of the arguments, as a clause for a message."""
    names = dict.fromkeys(repr(part.name) for each in arguments for part in subexpressions(each) if isinstance(part, Parameter | Reference | Opaque))
    return f" (the arguments use {', '.join(names)})" if names else ""


def _is_integer(expression: Expression) -> bool:
    return isinstance(expression, Constant) and isinstance(expression.value, Fraction) and expression.value.denominator == 1


def as_expression(value: object) -> Expression:
    """The expression that `value` stands for: itself, a reference to a node, or a constant."""
    if isinstance(value, Constant | Parameter | Reference | Apply | Opaque):
        return value
    if isinstance(value, Algebra):
        return Reference(value.name, value.shape)  # type: ignore[attr-defined]  # a node: it has both
    if isinstance(value, list | tuple) and any(isinstance(row, Algebra | list | tuple) for row in value):
        rows = [as_expression(row) for row in value]
        constants = [row.value for row in rows if isinstance(row, Constant)]
        return Constant(constants) if len(constants) == len(rows) else Apply("stack", tuple(rows))
    return Constant(value)


def apply(operation: str, *arguments: object) -> Apply:
    """The operation of that name applied to the arguments."""
    return Apply(operation, tuple(as_expression(argument) for argument in arguments))


def children(expression: Expression) -> tuple[Expression, ...]:
    """The expressions directly below this one."""
    if isinstance(expression, Apply):
        return expression.arguments
    if isinstance(expression, Opaque):
        return (*expression.inputs, *expression.parameters)
    return ()


def subexpressions(expression: Expression) -> Iterator[Expression]:
    """Every distinct object of the tree, this one included; a shared one comes once."""
    seen: set[int] = set()
    pending = [expression]
    while pending:
        current = pending.pop()
        if id(current) not in seen:
            seen.add(id(current))
            yield current
            pending.extend(reversed(children(current)))


def references(expression: Expression) -> tuple[str, ...]:
    """The names of the nodes that the expression uses, sorted."""
    return tuple(sorted({part.name for part in subexpressions(expression) if isinstance(part, Reference)}))


def parameters(expression: Expression) -> tuple[Parameter, ...]:
    """The parameters that the expression uses, sorted by name."""
    return tuple(sorted({part for part in subexpressions(expression) if isinstance(part, Parameter)}, key=lambda part: (part.name, part.shape)))


def regularity(expression: Expression) -> Regularity:
    """The roughest operation in the tree."""
    found = {OPERATIONS[part.operation].regularity for part in subexpressions(expression) if isinstance(part, Apply)}
    return next((kind for kind in (Regularity.JUMP, Regularity.KINK) if kind in found), Regularity.SMOOTH)
