"""Expressions on grids with their first and second derivatives in every entry of the parameters that a question differentiates in.

A field of a jet has the expression's own axes in front and those of the grids behind, so that all broadcast against each other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

import numpy as np

from infograd.expression import Apply, Constant, Expression, Opaque, Parameter
from infograd.numeric.interpreter import Floats
from infograd.numeric.limit import LimitError
from infograd.numeric.networks.network import Network, entries_of
from infograd.numeric.single.jet import JETS, Jet, multiply

Key = TypeVar("Key")


def steady(value: Floats) -> Jet:
    """A value that no parameter moves."""
    return Jet(value, {}, {})


def turns(jet: Jet) -> dict[tuple[int, int], Floats]:
    """The second derivatives of a jet that has them."""
    assert jet.second is not None  # all jets here have them
    return jet.second


def mapped(jet: Jet, act: Callable[[Floats], Floats]) -> Jet:
    """A linear function of every field."""
    first = {key: act(term) for key, term in jet.first.items()}
    return Jet(act(jet.value), first, {pair: act(term) for pair, term in turns(jet).items()})


def spread(jet: Jet, shape: tuple[int, ...]) -> Jet:
    """The jet with all fields broadcast to a shape."""
    return mapped(jet, lambda field: np.broadcast_to(field, shape))


def together(jets: list[Jet], gather: Callable[[list[Floats]], Floats]) -> Jet:
    """A linear function of several jets of fields as large as their values; where one does not move, zeros stand for its derivatives."""

    def gathered(tables: list[dict[Key, Floats]]) -> dict[Key, Floats]:
        keys = dict.fromkeys(key for table in tables for key in table)
        return {key: gather([table[key] if key in table else np.zeros_like(jet.value) for table, jet in zip(tables, jets, strict=True)]) for key in keys}

    return Jet(gather([jet.value for jet in jets]), gathered([jet.first for jet in jets]), gathered([turns(jet) for jet in jets]))


class Expansion:
    """Evaluates expressions at a network's parameter values with second derivatives, over grids with `axes` axes whose nodes may move."""

    def __init__(self, net: Network, grids: Mapping[str, Jet], axes: int) -> None:
        self._net = net
        self._grids = grids
        self._axes = axes

    def __call__(self, expression: Expression) -> Jet:
        """The value of an expression and its derivatives; the keys are the places of entries in `entries_of`.

        Raises: LimitError for an opaque module.
        """
        if isinstance(expression, Constant):
            return steady(self._lifted(np.asarray(expression.value, dtype=np.float64)))
        if isinstance(expression, Opaque):
            raise LimitError(f"the opaque module {expression.name!r} can be run, not read; quadrature needs its formula")
        if isinstance(expression, Parameter):
            return self._parameter(expression.name)
        if not isinstance(expression, Apply):
            return self._grids[expression.name]
        arguments = [self(argument) for argument in expression.arguments]
        if expression.operation in JETS:
            return _entrywise(expression, arguments)
        return _product(expression, *arguments) if expression.operation in ("matmul", "dot") else _gathered(expression, arguments)

    def _parameter(self, name: str) -> Jet:
        value, first = self._net.values[name], {}
        for number, (owner, index) in enumerate(entries_of(self._net)):
            if owner == name:
                unit = np.zeros_like(value)
                unit[index] = 1.0
                first[number] = self._lifted(unit)
        return Jet(self._lifted(value), first, {})

    def _lifted(self, array: Floats) -> Floats:
        return array.reshape(array.shape + (1,) * self._axes)


def _entrywise(expression: Apply, arguments: list[Jet]) -> Jet:
    rule = JETS[expression.operation]
    match expression.operation:
        case "power":
            found = rule(arguments[0], int(arguments[1].value.item()))
        case "clip":
            found = rule(arguments[0], *(float(bound.value.item()) for bound in arguments[1:]))
        case _:
            found = rule(*arguments)
    return spread(found, np.shape(found.value)) if expression.shape else found


def _product(expression: Apply, left: Jet, right: Jet) -> Jet:
    """A matrix product or an inner product: products of entries on axes of their own, summed over the axis that both have."""
    rows, columns = (len(argument.shape) for argument in expression.arguments)
    if columns == 2:
        left = mapped(left, lambda field: np.expand_dims(field, rows))
    if rows == 2:
        right = mapped(right, lambda field: field[None])
    return mapped(multiply(left, right), lambda field: np.asarray(field.sum(axis=rows - 1)))


def _gathered(expression: Apply, arguments: list[Jet]) -> Jet:
    """Operations that move or add entries."""
    match expression.operation:
        case "stack":
            shape = np.broadcast_shapes(*(np.shape(each.value) for each in arguments))
            return together([spread(each, shape) for each in arguments], np.stack)
        case "sum":
            rank = len(expression.arguments[0].shape)
            return mapped(arguments[0], lambda field: np.asarray(field.sum(axis=tuple(range(rank)))))
        case "transpose":
            return mapped(arguments[0], lambda field: np.swapaxes(field, 0, 1))
        case _:
            position = int(arguments[1].value.item())
            return mapped(arguments[0], lambda field: np.asarray(field[position]))
