"""Information and its gradient on a lattice, by contraction of its factors.

With the masses P of the asked nodes and r = log P(a,b,c) P(c) / (P(a,c) P(b,c)), the information is sum P r, and its
derivative is sum dP r: the terms in dr are sums of d(probability) and vanish (Source: arXiv:2601.01789, eqs. 8-17, in
discrete form). The factor derivatives meet r contracted with all other factors, so one backward sweep serves every parameter.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import opt_einsum

from infograd.numeric.interpreter import Floats
from infograd.numeric.lattice import Lattice
from infograd.numeric.limit import CELLS, LimitError
from infograd.numeric.network import Network, entries_of

OPERATIONS = 5e9
EPS = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, slots=True)
class Estimate:
    """The information and the slope for every parameter entry, with their rounding errors, at one resolution."""

    values: Floats
    rounding: Floats
    cells: int


def _symbols(net: Network) -> dict[str, str]:
    return {vertex.name: opt_einsum.get_symbol(position) for position, vertex in enumerate(net.vertices)}


class Contraction:
    """The network's index structure: which axes each factor has, and which the asked nodes are."""

    def __init__(self, net: Network, operations: float = OPERATIONS) -> None:
        self._operations = operations
        self._symbol = _symbols(net)
        self.axes = {vertex.name: "".join(self._symbol[name] for name in (*vertex.parents, vertex.name)) for vertex in net.vertices}
        left, right = net.question.between
        self.groups = tuple("".join(self._symbol[name] for name in names) for names in (left, right, net.question.given))

    @property
    def asked(self) -> str:
        """The axes of the asked nodes: left, right, given."""
        return "".join(self.groups)

    def __call__(self, operands: list[tuple[str, Floats]], result: str) -> Floats:
        """The sum of the product of the operands over all axes that the result does not have.

        Raises: LimitError where the cheapest order needs too much memory or time; the message names the width.
        """
        missing = [axis for axis in result if not any(axis in axes for axes, _ in operands)]
        formula = ",".join(axes for axes, _ in operands) + "->" + "".join(axis for axis in result if axis not in missing)
        arrays = [array for _, array in operands]
        path, info = opt_einsum.contract_path(formula, *(array.shape for array in arrays), shapes=True, optimize="auto")
        if info.largest_intermediate > CELLS or info.opt_cost > self._operations:
            raise LimitError(
                f"the contraction is {max(info.scale_list)} nodes wide: it takes {float(info.opt_cost):.1e} operations and an array of {float(info.largest_intermediate):.1e} numbers"
            )
        contracted = np.asarray(opt_einsum.contract(formula, *arrays, optimize=path))
        for position, axis in enumerate(result):
            if axis in missing:
                contracted = np.expand_dims(contracted, position)
        return contracted


def _log_ratio(masses: Floats, groups: tuple[str, ...]) -> tuple[Floats, float]:
    """r = log P(a,b,c) P(c) / (P(a,c) P(b,c)), 0 where the mass underflows, and sum P |log P| over the four, which r is the rest of."""
    left, right = len(groups[0]), len(groups[1])
    a, b = tuple(range(left)), tuple(range(left, left + right))
    parts = (masses, masses.sum(axis=a + b, keepdims=True), masses.sum(axis=b, keepdims=True), masses.sum(axis=a, keepdims=True))
    logs = [np.log(np.where(part > 0, part, 1.0)) for part in parts]
    subtracted = sum(float(np.vdot(part, np.abs(log))) for part, log in zip(parts, logs, strict=True))
    return np.where(masses > 0, logs[0] + logs[1] - logs[2] - logs[3], 0.0), subtracted


def estimate(grid: Lattice, contraction: Contraction) -> Estimate:
    """The information and its slopes on a lattice, each with its rounding: that of the logarithms that r is the rest of, and of sums whose
    error walks with the number of cells.

    Raises: LimitError where the contraction is too wide.
    """
    operands = {name: (contraction.axes[name], factor.masses) for name, factor in grid.factors.items()}
    masses = contraction(list(operands.values()), contraction.asked)
    ratio, subtracted = _log_ratio(masses, contraction.groups)
    terms = masses * ratio
    entries = entries_of(grid.net) if grid.net.question.order >= 1 else []
    pairs = [(float(terms.sum()), float(np.abs(terms).sum()))]
    if entries:
        weights = {}
        for name, (axes, array) in operands.items():
            others = [operand for other, operand in operands.items() if other != name]
            weights[name] = contraction([*others, (contraction.asked, ratio)], axes) * array
        pairs += [grid.slope(weights, entry) for entry in entries]
    values, magnitudes = np.array(pairs).T
    rounding = EPS * (1 + max(16.0, masses.size**0.5 / 8) * magnitudes)
    rounding[0] += EPS * subtracted
    return Estimate(values, rounding, masses.size)
