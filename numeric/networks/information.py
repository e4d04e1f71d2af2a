"""Information and its gradient on a lattice, by contraction of its factors.

With the masses P of the asked nodes and r = log P(a,b,c) P(c) / (P(a,c) P(b,c)), the information is sum P r, and its
derivative is sum dP r: the terms in dr are sums of d(probability) and vanish (Source: arXiv:2601.01789, eqs. 8-17, in
discrete form). The factor derivatives meet r contracted with all other factors, so one backward sweep serves every parameter. Second derivatives
are those of `infograd.numeric.networks.hessian`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import opt_einsum

from infograd.numeric.interpreter import Floats
from infograd.numeric.limit import CELLS
from infograd.numeric.networks.contraction import Contracted, Labelled, contracted, cost
from infograd.numeric.networks.curved_factor import curved_factors
from infograd.numeric.networks.hessian import hessian
from infograd.numeric.networks.lattice import Lattice
from infograd.numeric.networks.network import Network, entries_of
from infograd.numeric.networks.spectrum import Waves
from infograd.numeric.refinement import EPS, Estimate

OPERATIONS = 5e9
LOST = 40.0
GAIN = 16


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

    def axes_of(self, names: tuple[str, ...]) -> str:
        """The axes of some vertices."""
        return "".join(self._symbol[name] for name in names)

    @property
    def asked(self) -> str:
        """The axes of the asked nodes: left, right, given."""
        return "".join(self.groups)

    def contracted(self, operands: Sequence[Labelled]) -> Contracted:
        """The sum of the product of the operands over all axes but the asked nodes'; see `infograd.numeric.networks.contraction`."""
        return contracted(operands, self.asked, self._operations)

    def __call__(self, operands: list[tuple[str, Floats]], result: str) -> Floats:
        """The sum of the product of real operands over all axes that the result does not have."""
        return np.asarray(contracted(operands, result, self._operations).values.real)


def _log_ratio(masses: Floats, groups: tuple[str, ...]) -> tuple[Floats, float]:
    """r = log P(a,b,c) P(c) / (P(a,c) P(b,c)), 0 where the mass underflows, and sum P |log P| over the four, which r is the rest of."""
    left, right = len(groups[0]), len(groups[1])
    a, b = tuple(range(left)), tuple(range(left, left + right))
    parts = (masses, masses.sum(axis=a + b, keepdims=True), masses.sum(axis=b, keepdims=True), masses.sum(axis=a, keepdims=True))
    logs = [np.log(np.where(part > 0, part, 1.0)) for part in parts]
    subtracted = sum(float(np.vdot(part, np.abs(log))) for part, log in zip(parts, logs, strict=True))
    return np.where(masses > 0, logs[0] + logs[1] - logs[2] - logs[3], 0.0), subtracted


def _operands(grid: Lattice, contraction: Contraction) -> dict[tuple[str, int], Labelled]:
    """Every factor by vertex and number, with its axes."""
    operands: dict[tuple[str, int], Labelled] = {(name, 0): (contraction.axes[name], factor.masses) for name, factor in grid.factors.items()}
    for position, (name, spectrum) in enumerate(grid.spectra.items()):
        frequency = opt_einsum.get_symbol(len(grid.net.vertices) + position)
        for number, (names, factor) in enumerate(zip(spectrum.axes, (*spectrum.waves, spectrum.own), strict=True)):
            operands[name, number] = contraction.axes_of(names) + frequency, factor
    return operands


def spectra_pay(grid: Lattice, contraction: Contraction) -> bool:
    """Whether a lattice with spectra takes less than a `GAIN`-th of the operations that whole kernels would; these leave less rounding."""
    if not grid.spectra:
        return False
    sizes = {contraction.axes_of((name,)): nodes.size for name, nodes in grid.grids.items()}
    whole = [(axes, tuple(sizes[axis] for axis in axes)) for axes in contraction.axes.values()]
    if max(math.prod(shape) for _, shape in whole) > CELLS:
        return True
    spectral = [(axes, array.shape) for axes, array in _operands(grid, contraction).values()]
    return GAIN * cost(spectral, contraction.asked) < cost(whole, contraction.asked)


def estimate(grid: Lattice, contraction: Contraction) -> Estimate:
    """The information and its slopes on a lattice, each with its rounding: that of the logarithms that r is the rest of, of sums whose
    error walks with the number of cells, and what probability outside the grids may weigh: `LOST` nats. Spectra leave noise in all
    cells; what falls below 0 shows how much.

    Raises: LimitError where the contraction is too wide.
    """
    operands = _operands(grid, contraction)
    found = contraction.contracted(list(operands.values()))
    masses = np.asarray(found.values.real)
    noise = sum(spectrum.noise for spectrum in grid.spectra.values()) - float(np.minimum(masses, 0.0).sum())
    ratio, subtracted = _log_ratio(masses, contraction.groups)
    terms = masses * ratio
    entries = entries_of(grid.net) if grid.net.question.order >= 1 else []
    pairs = [(float(terms.sum()), float(np.abs(terms).sum()))]
    if entries:
        weights: dict[str, Floats] = {}
        waves: dict[str, list[Waves]] = {name: [] for name in grid.spectra}
        for (name, _), (_, array), weight in zip(operands, operands.values(), found.weights(ratio, len(operands)), strict=True):
            if name in waves:
                waves[name].append(np.asarray(weight * array, dtype=np.complex128))
            else:
                weights[name] = np.asarray((weight * array).real)
        pairs += [grid.slope(weights, waves, entry) for entry in entries]
    values, magnitudes = np.array(pairs).T
    left = np.zeros(len(pairs))
    if grid.net.question.order == 2:
        turned = _turned(grid, contraction, found, ratio, len(entries))
        values, magnitudes, left = (np.concatenate(each) for each in zip((values, magnitudes, left), turned, strict=True))
    rounding = left + EPS * (1 + max(16.0, masses.size**0.5 / 8) * magnitudes)
    rounding += LOST * (noise + abs(float(masses.sum()) - 1)) * np.maximum(1.0, magnitudes)
    rounding[0] += EPS * subtracted
    return Estimate(values, rounding, masses.size)


def _turned(grid: Lattice, contraction: Contraction, found: Contracted, ratio: Floats, count: int) -> tuple[Floats, Floats, Floats]:
    """The second derivatives of pairs of entries a <= b row by row, the sizes of what they were summed from, and what else is left of each."""
    left, right = (len(group) for group in contraction.groups[:2])
    sides = tuple(range(left)), tuple(range(left, left + right))
    whole = hessian(found, list(curved_factors(grid).values()), ratio, sides, count)
    upper = np.triu_indices(count)
    return whole.values[upper], whole.sizes[upper], whole.left[upper]
