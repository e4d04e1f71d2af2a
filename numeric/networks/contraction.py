"""Sums of products over named axes, one pair of factors at a time, and the weights that each factor has in such a sum.

The order is opt_einsum's; its cost is known before anything is computed. The weights come from one sweep back over the pairs,
so that all of them together cost about twice what the sum did.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import opt_einsum
from numpy.typing import NDArray

from infograd.numeric.limit import CELLS, LimitError

Operand: TypeAlias = NDArray[np.float64] | NDArray[np.complex128]
Labelled: TypeAlias = tuple[str, Operand]


@dataclass(frozen=True, slots=True, eq=False)
class Contracted:
    """The sum over the axes of `result`; every operand and intermediate result in the order they were made; and which pair made which.

    `kept` are the axes of the result that some operand has.
    """

    result: str
    kept: str
    values: Operand
    parts: list[Labelled]
    pairs: list[tuple[int, int, int]]

    def weights(self, adjoint: Operand, count: int) -> list[Operand]:
        """For each of the first `count` operands the array W with sum of adjoint * values = sum of W * operand."""
        found = {len(self.parts) - 1: self._last(adjoint)}
        for left, right, made in reversed(self.pairs):
            above = self.parts[made][0], found.pop(made)
            for one, other in ((left, right), (right, left)):
                found[one] = _product(above, self.parts[other], self.parts[one])
        return [found[position] for position in range(count)]

    def adjoints(self, adjoint: Operand) -> list[Operand]:
        """The weights of every part: the operands and all that is made of them."""
        found = {len(self.parts) - 1: self._last(adjoint)}
        for left, right, made in reversed(self.pairs):
            for one, other in ((left, right), (right, left)):
                found[one] = _product((self.parts[made][0], found[made]), self.parts[other], self.parts[one])
        return [found[position] for position in range(len(self.parts))]

    def moved(self, tangents: Sequence[Operand | None]) -> list[Operand | None]:
        """How every part moves where the operands move so; None where one does not."""
        found = [*tangents, *(None for _ in self.parts[len(tangents) :])]
        for left, right, made in self.pairs:
            for one, other in ((left, right), (right, left)):
                if (tangent := found[one]) is not None:
                    term = _product((self.parts[one][0], tangent), self.parts[other], self.parts[made])
                    found[made] = term if (before := found[made]) is None else before + term
        return found

    def ordered(self, last: Operand) -> Operand:
        """An array over the axes of the last part, with the axes of the result."""
        lengths = dict(zip(self.parts[-1][0], last.shape, strict=True))
        return np.asarray(opt_einsum.contract(f"{self.parts[-1][0]}->{self.kept}", last)).reshape([lengths.get(axis, 1) for axis in self.result])

    def turned(self, adjoints: Sequence[Operand], adjoint: Operand, moved: Sequence[Operand | None], count: int) -> list[Operand]:
        """How the first `count` weights move where the parts move, and the adjoint too: along `adjoint`."""
        found = {len(self.parts) - 1: self._last(adjoint)}
        for left, right, made in reversed(self.pairs):
            axes, along = self.parts[made][0], found.pop(made)
            for one, other in ((left, right), (right, left)):
                found[one] = _product((axes, along), self.parts[other], self.parts[one])
                if (tangent := moved[other]) is not None:
                    found[one] = found[one] + _product((axes, adjoints[made]), (self.parts[other][0], tangent), self.parts[one])
        return [found[position] for position in range(count)]

    def _last(self, adjoint: Operand) -> Operand:
        present = adjoint.reshape([length for axis, length in zip(self.result, adjoint.shape, strict=True) if axis in self.kept])
        return np.asarray(opt_einsum.contract(f"{self.kept}->{self.parts[-1][0]}", present))


def _product(left: Labelled, right: Labelled, target: Labelled) -> Operand:
    """The product of two arrays summed to the target's axes; axes that only the target has are repeated."""
    present = "".join(axis for axis in target[0] if axis in left[0] or axis in right[0])
    found = np.asarray(opt_einsum.contract(f"{left[0]},{right[0]}->{present}", left[1], right[1]))
    shape = [length if axis in present else 1 for axis, length in zip(target[0], target[1].shape, strict=True)]
    return np.broadcast_to(found.reshape(shape), target[1].shape)


def cost(operands: Sequence[tuple[str, tuple[int, ...]]], result: str) -> float:
    """How many operations the sum of a product of arrays of these shapes takes in the cheapest order."""
    formula = ",".join(axes for axes, _ in operands) + "->" + "".join(axis for axis in result if any(axis in axes for axes, _ in operands))
    return float(opt_einsum.contract_path(formula, *(shape for _, shape in operands), shapes=True, optimize="auto")[1].opt_cost)


def contracted(operands: Sequence[Labelled], result: str, operations: float) -> Contracted:
    """The sum of the product of the operands over all axes that the result does not have; an axis of the result that none has gets the length 1.

    Raises: LimitError where the cheapest order needs too much memory or more than that many operations; the message names the width.
    """
    kept = "".join(axis for axis in result if any(axis in axes for axes, _ in operands))
    formula = ",".join(axes for axes, _ in operands) + "->" + kept
    path, info = opt_einsum.contract_path(formula, *(array.shape for _, array in operands), shapes=True, optimize="auto")
    if info.largest_intermediate > CELLS or info.opt_cost > operations:
        raise LimitError(
            f"the contraction is {max(info.scale_list)} nodes wide: it takes {float(info.opt_cost):.1e} operations and an array of {float(info.largest_intermediate):.1e} numbers"
        )
    parts = list(operands)
    pairs: list[tuple[int, int, int]] = []

    def pair(one: int, other: int, wanted: set[str]) -> int:
        axes = "".join(axis for axis in dict.fromkeys(parts[one][0] + parts[other][0]) if axis in wanted)
        made = np.asarray(opt_einsum.contract(f"{parts[one][0]},{parts[other][0]}->{axes}", parts[one][1], parts[other][1]))
        pairs.append((one, other, len(parts)))
        parts.append((axes, made))
        return len(parts) - 1

    if len(parts) == 1:
        parts.append(("", np.ones(())))
        pair(0, 1, set(kept))
    left = list(range(len(operands)))
    for chosen in path if len(operands) > 1 else ():
        names = [left[position] for position in chosen]
        left = [each for place, each in enumerate(left) if place not in chosen]
        while len(names) > 1:
            one, other = names.pop(), names.pop()
            names.append(pair(one, other, {axis for each in (*left, *names) for axis in parts[each][0]} | set(kept)))
        left.append(names[0])
    ordered = np.asarray(opt_einsum.contract(f"{parts[-1][0]}->{kept}", parts[-1][1]))
    lengths = dict(zip(kept, ordered.shape, strict=True))
    return Contracted(result, kept, ordered.reshape([lengths.get(axis, 1) for axis in result]), parts, pairs)
