"""The operations of the language: name, number of arguments, shape rule and regularity; what each computes is the rooms' own affair."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from infograd.array import Shape
from infograd.error import SpecificationError


class Regularity(Enum):
    """How smooth an operation is; the value is the convention its derivative follows."""

    SMOOTH = "analytic where it is defined"
    KINK = "continuous; at its kinks the derivative is taken as 0"
    JUMP = "discontinuous; the derivative is 0 almost everywhere and does not carry the information gradient"


ShapeRule = Callable[[str, tuple[Shape, ...]], Shape]


@dataclass(frozen=True, slots=True)
class Operation:
    """One entry of the table: `arity` is None for any number of arguments."""

    name: str
    arity: int | None
    shape: ShapeRule
    regularity: Regularity = Regularity.SMOOTH


def _clash(name: str, shapes: tuple[Shape, ...], rule: str) -> SpecificationError:
    return SpecificationError(f"{name} got shapes {', '.join(map(str, shapes))}; {rule}.")


def _entrywise(name: str, shapes: tuple[Shape, ...]) -> Shape:
    full = {shape for shape in shapes if shape}
    if len(full) > 1:
        raise _clash(name, shapes, "give it equal shapes, or a scalar beside any shape")
    return full.pop() if full else ()


def _first(name: str, shapes: tuple[Shape, ...]) -> Shape:
    return shapes[0]


def _matrix_product(name: str, shapes: tuple[Shape, ...]) -> Shape:
    left, right = shapes
    if len(left) not in (1, 2) or len(right) not in (1, 2) or left[-1] != right[0]:
        raise _clash(name, shapes, "the last axis of the left must match the first axis of the right, matrices or vectors only")
    return left[:-1] + right[1:]


def _dot(name: str, shapes: tuple[Shape, ...]) -> Shape:
    if len(shapes[0]) != 1 or shapes[0] != shapes[1]:
        raise _clash(name, shapes, "give it two vectors of the same length")
    return ()


def _sum(name: str, shapes: tuple[Shape, ...]) -> Shape:
    return ()


def _stack(name: str, shapes: tuple[Shape, ...]) -> Shape:
    if not shapes or len(set(shapes)) > 1 or len(shapes[0]) > 1:
        raise _clash(name, shapes, "give it scalars, or vectors of the same length")
    return (len(shapes), *shapes[0])


def _index(name: str, shapes: tuple[Shape, ...]) -> Shape:
    if not shapes[0]:
        raise _clash(name, shapes, "only a vector or a matrix has entries")
    return shapes[0][1:]


def _transpose(name: str, shapes: tuple[Shape, ...]) -> Shape:
    if len(shapes[0]) != 2:
        raise _clash(name, shapes, "give it a matrix")
    return shapes[0][::-1]


OPERATIONS: dict[str, Operation] = {
    operation.name: operation
    for operation in (
        Operation("add", 2, _entrywise),
        Operation("subtract", 2, _entrywise),
        Operation("multiply", 2, _entrywise),
        Operation("divide", 2, _entrywise),
        Operation("negative", 1, _first),
        Operation("power", 2, _first),
        Operation("matmul", 2, _matrix_product),
        Operation("dot", 2, _dot),
        Operation("sum", 1, _sum),
        Operation("stack", None, _stack),
        Operation("index", 2, _index),
        Operation("transpose", 1, _transpose),
        *(Operation(name, 1, _first) for name in ("tanh", "sin", "cos", "exp", "log", "sqrt", "erf", "sigmoid", "softplus")),
        Operation("abs", 1, _first, Regularity.KINK),
        Operation("relu", 1, _first, Regularity.KINK),
        Operation("clip", 3, _first, Regularity.KINK),
        Operation("sign", 1, _first, Regularity.JUMP),
    )
}
