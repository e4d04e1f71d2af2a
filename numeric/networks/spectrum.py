"""A gate whose map is a sum over disjoint groups of parents, with Gaussian noise, as factors of one group each.

    p(y | u_1 + u_2 + ...) = sum over frequencies of (d/2 pi) exp(i w y) phi(w) exp(-i w u_1) exp(-i w u_2) ...

is the trapezoid rule with spacing d for the inverse Fourier transform of the noise's characteristic function phi: it gives the density's
periodic sum with the period 2 pi/d, which is chosen so long that no copy reaches the cells. The kernel over all parents is never made, and
the contraction is one node narrower for each further group. Phases are reduced in extended precision.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infograd.expression import Apply, Constant, Expression, as_expression, references
from infograd.law import Normal
from infograd.numeric.density import TAIL
from infograd.numeric.interpreter import Floats
from infograd.numeric.networks.network import Network, Vertex, parent_grids

GAIN = 4

Waves = NDArray[np.complex128]


def summands(expression: Expression) -> list[Expression]:
    """Terms whose sum the expression is, factors without nodes multiplied into them."""
    if isinstance(expression, Apply):
        arguments = expression.arguments
        if expression.operation == "add":
            return [*summands(arguments[0]), *summands(arguments[1])]
        if expression.operation == "subtract":
            return [*summands(arguments[0]), *(Apply("negative", (term,)) for term in summands(arguments[1]))]
        if expression.operation == "negative":
            return [Apply("negative", (term,)) for term in summands(arguments[0])]
        if expression.operation == "divide" and not references(arguments[1]):
            return [Apply("divide", (term, arguments[1])) for term in summands(arguments[0])]
        if expression.operation == "multiply":
            left, right = arguments
            if not references(left):
                return [Apply("multiply", (left, term)) for term in summands(right)]
            if not references(right):
                return [Apply("multiply", (term, right)) for term in summands(left)]
    return [expression]


def groups(expression: Expression) -> list[Expression]:
    """Expressions in disjoint nodes whose sum the expression is; terms without nodes stand with the first."""
    found: list[tuple[set[str], Expression]] = []
    free: Expression = as_expression(0)
    for term in summands(expression):
        names = set(references(term))
        if not names:
            free = term if free == Constant(0) else Apply("add", (free, term))
            continue
        shared = [group for group in found if group[0] & names]
        found = [group for group in found if not group[0] & names]
        for each in shared:
            names, term = names | each[0], Apply("add", (each[1], term))
        found.append((names, term))
    found.sort(key=lambda group: sorted(group[0]))
    return [Apply("add", (term, free)) if position == 0 and free != Constant(0) else term for position, (_, term) in enumerate(found)]


@dataclass(frozen=True, slots=True, eq=False)
class Spectrum:
    """A gate's factors: of each group over (its nodes..., frequencies), and of the gate's own nodes over (nodes, frequencies)."""

    vertex: Vertex
    maps: tuple[Expression, ...]
    frequencies: Floats
    waves: tuple[Waves, ...]
    own: Waves

    @property
    def noise(self) -> float:
        """How much rounding may put into all cells together: a quarter of the roundings of all waves, each of its own sign."""
        return float(np.abs(self.own).sum()) * float(np.finfo(np.float64).eps) / 4

    @property
    def axes(self) -> list[tuple[str, ...]]:
        """The nodes of every factor, the gate's own last."""
        return [*(references(each) for each in self.maps), (self.vertex.name,)]

    def slope(self, net: Network, weights: list[Waves], grids: dict[str, Floats], direction: dict[str, Floats], moved: dict[str, Floats]) -> list[Floats]:
        """The terms of the sum of weights and logarithmic derivatives of all factors; `weights` are already multiplied by the factors.

        `moved` holds how nodes move; the lengths of the gate's own nodes are left to the caller.
        """
        terms: list[Floats] = []
        for map, weight in zip(self.maps, weights, strict=False):
            names = references(map)
            placed = parent_grids(Vertex(self.vertex.name, self.vertex.law, map), grids)
            tangents = {name: moved[name].reshape(placed[name].shape) for name in names if name in moved}
            drift = net.interpreter(dict(placed), {**direction, **tangents}, len(names))(map)[1]
            if drift is not None:
                terms.append((weight.imag @ self.frequencies) * drift)
        law = self.vertex.law
        assert isinstance(law, Normal)  # no other law has a spectrum here
        if self.vertex.name in moved:
            terms.append(-(weights[-1].imag @ self.frequencies) * moved[self.vertex.name])
        interpreter = net.interpreter({}, direction, 0)
        shift, growth = interpreter(law.mean)[1], interpreter(law.covariance)[1]
        if shift is not None:
            terms.append((weights[-1].imag @ self.frequencies) * shift)
        if growth is not None:
            terms.append(-0.5 * growth * (weights[-1].real @ self.frequencies**2))
        return terms


def _phase(frequencies: Floats, places: Floats) -> Waves:
    """exp(-i frequency place) over (places..., frequencies)."""
    turns = np.multiply.outer(np.asarray(places, dtype=np.longdouble), np.asarray(frequencies, dtype=np.longdouble)) / (2 * np.longdouble(np.pi))
    angle = 2 * np.pi * np.asarray(turns - np.rint(turns), dtype=np.float64)
    return np.asarray(np.cos(angle) - 1j * np.sin(angle))


def separable(vertex: Vertex) -> bool:
    """Whether a vertex is a gate with Gaussian noise whose map is a sum over disjoint groups of parents."""
    return vertex.map is not None and isinstance(vertex.law, Normal) and len(groups(vertex.map)) > 1


def spectrum(net: Network, vertex: Vertex, grids: dict[str, Floats], nodes: Floats, weights: Floats, *, one_sided: bool) -> Spectrum | None:
    """The factors of a separable gate, where they are much smaller than its kernel.

    With `one_sided` only frequencies from 0 are kept, and the sum's real part is meant: that serves where no other gate has a spectrum.
    """
    assert vertex.map is not None  # a separable vertex has one
    maps = groups(vertex.map)
    density = net.density(vertex)
    mean, deviation = float(density.arguments["mean"]), density.width()
    places = [_values(net, vertex, each, grids) for each in maps]
    low, high = sum(float(each.min()) for each in places) + mean, sum(float(each.max()) for each in places) + mean
    reach = math.sqrt(-2 * math.log(TAIL))
    period = max(float(nodes[-1]) - low, high - float(nodes[0])) + reach * deviation
    count = math.ceil(reach / deviation * period / (2 * math.pi)) + 1
    if GAIN * count * (sum(each.size for each in places) + nodes.size) > math.prod(each.size for each in places) * nodes.size:
        return None
    frequencies = np.asarray(2 * math.pi / period * np.arange(0 if one_sided else -count, count + 1), dtype=np.float64)
    sizes = np.exp(-0.5 * (deviation * frequencies) ** 2) / period * (np.where(frequencies > 0, 2.0, 1.0) if one_sided else 1.0)
    own = np.asarray(np.conj(_phase(frequencies, nodes - mean)) * (sizes * weights[:, None]), dtype=np.complex128)
    return Spectrum(vertex, tuple(maps), frequencies, tuple(_phase(frequencies, each) for each in places), own)


def _values(net: Network, vertex: Vertex, map: Expression, grids: dict[str, Floats]) -> Floats:
    placed = parent_grids(Vertex(vertex.name, vertex.law, map), grids)
    values = net.interpreter(dict(placed), {}, len(placed))(map)[0]
    return np.broadcast_to(values, tuple(grids[name].size for name in references(map)))
