"""The entries of every asked gate of a branch: what in them is linear, what is observed, and what has to be integrated."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from infograd.channel import Gate, Node, Source, node_law
from infograd.expression import Apply, Expression, Opaque, Reference, parameters, references
from infograd.law import Normal
from infograd.numeric.cubature.branch import Branch, factor_of
from infograd.numeric.cubature.entry import Entry
from infograd.numeric.interpreter import Floats, Interpreter
from infograd.numeric.limit import LimitError

Entries: TypeAlias = NDArray[Any]


class Forms:
    """Reads a branch's expressions as arrays of entries.

    Raises: LimitError for an opaque module.
    """

    def __init__(self, branch: Branch) -> None:
        self._branch = branch
        self._entries: dict[str, Entries] = {}
        self._constants: dict[str, Floats] = dict(branch.values)
        for node in branch.nodes:
            entries = self._entries[node.name] = self._node(node)
            if all(entry.constant for entry in entries.flat):
                self._constants[node.name] = _numbers(entries)

    def asked(self) -> list[Entry]:
        """The entries of the asked gates, in order, those that the branch keeps."""
        found = list(itertools.chain.from_iterable(self._entries[name].ravel().tolist() for name in self._branch.gates))
        return [found[position] for position in self._branch.kept]

    def _node(self, node: Node) -> Entries:
        own = None if node_law(node) is None else self._own(node)
        if own is not None and (self._branch.alone or isinstance(node, Source)):
            return own
        assert isinstance(node, Gate)  # a source has a law
        mapped = self._read(node.map)
        return mapped if own is None else _added(mapped, own)

    def _own(self, node: Node) -> Entries:
        """The entries of the node's own randomness."""
        block = self._branch.blocks[node.name]
        law, shape = block.choice.law, node.shape
        interpreter = self._branch.interpreter({})
        if law is None:
            assert block.choice.point is not None  # a case is a law or a point
            return self._constant(interpreter(block.choice.point)[0], fixed=False)
        rows = np.eye(self._branch.size)[block.part]
        if isinstance(law, Normal):
            rows = factor_of(law, interpreter)[0] @ rows
        found = np.empty(len(rows), dtype=object)
        found[:] = [Entry(row, random=not block.observed, known=block.observed, support=frozenset(np.flatnonzero(row).tolist())) for row in rows]
        return found.reshape(shape)

    def _settled(self, expression: Expression) -> bool:
        """Whether the expression is a number in this branch."""
        return all(name in self._constants for name in references(expression))

    def _constant(self, value: Floats, *, fixed: bool) -> Entries:
        zero = np.zeros(self._branch.size)
        found = np.empty(value.shape, dtype=object)
        for index in np.ndindex(value.shape):
            found[index] = Entry(zero, value=float(value[index]), fixed=fixed)
        return found

    def _read(self, expression: Expression) -> Entries:
        if self._settled(expression):
            value = Interpreter(self._constants, {}, 0)(expression)[0]
            return self._constant(value, fixed=not parameters(expression) and not references(expression))
        if isinstance(expression, Reference):
            return self._entries[expression.name]
        if isinstance(expression, Opaque):
            raise LimitError(f"the opaque module {expression.name!r} can be run, not read; quadrature needs its formula")
        assert isinstance(expression, Apply)  # constants and parameters are settled
        return self._operate(expression, [self._read(argument) for argument in expression.arguments])

    def _operate(self, expression: Apply, arguments: list[Entries]) -> Entries:
        match expression.operation:
            case "add":
                return _added(*arguments)
            case "subtract":
                return _array(arguments[0] - arguments[1], expression.shape)
            case "negative":
                return _each(lambda entry: -entry, arguments[0])
            case "multiply":
                return _array(arguments[0] * arguments[1], expression.shape)
            case "divide":
                return _array(arguments[0] * self._inverse(expression.arguments[1], arguments[1]), expression.shape)
            case "matmul" | "dot":
                return _array(arguments[0] @ arguments[1], expression.shape)
            case "sum":
                return _array(arguments[0].sum(), expression.shape)
            case "stack":
                return np.stack(arguments)
            case "transpose":
                return arguments[0].T
            case "index":
                return _array(arguments[0][int(arguments[1].item().value)], expression.shape)
            case "power":
                return arguments[0] if arguments[1].item().value == 1 else _each(Entry.through, arguments[0])
            case _:
                return _each(Entry.through, arguments[0])

    def _inverse(self, denominator: Expression, entries: Entries) -> Entries:
        """The entries of 1/denominator."""
        if self._settled(denominator):
            return self._constant(1 / Interpreter(self._constants, {}, 0)(denominator)[0], fixed=not parameters(denominator))
        return _each(Entry.through, entries)


def _numbers(entries: Entries) -> Floats:
    return np.array([entry.value for entry in entries.flat]).reshape(entries.shape)


def _each(function: Callable[[Entry], Entry], array: Entries) -> Entries:
    found = np.empty(array.shape, dtype=object)
    for position, entry in enumerate(array.flat):
        found.flat[position] = function(entry)
    return found


def _array(value: object, shape: tuple[int, ...]) -> Entries:
    """Numpy hands a single entry back bare; here it is an array of shape () again."""
    found = np.empty(shape, dtype=object)
    found[...] = value
    return found


def _added(left: Entries, right: Entries) -> Entries:
    return _array(left + right, np.broadcast_shapes(left.shape, right.shape))
