"""-k^n sum p log p and -k^n sum dp log p over the lattices of the outputs, with every node's error inside its ball (Lemmas G2 and N).

The derivatives need no density of their own: sum_y log p dp = sum_i [dw_i K_i + sum_k w_i dT_ki (K_ki - T_ki K_i)], K_i = sum_y log p N(y; T_i) and
K_ki the same with y_k, so that two more products of matrices give them all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product
from operator import mul

from flint import arb, arb_mat

from infograd.numeric.certified.balls import total, widened
from infograd.numeric.certified.graph.inputs import Facts, VectorSum
from infograd.numeric.certified.inner import envelope, normal_peak
from infograd.numeric.certified.multiple_access_entropy import log_ball

ROWS = 256
RESOLVED_BITS = 4


@dataclass(frozen=True, slots=True)
class Lattices:
    """Per coordinate: the step k and the index of the last node."""

    steps: tuple[arb, ...]
    lasts: tuple[int, ...]

    def places(self, k: int, first: int | None = None) -> list[arb]:
        """jk from the first node, the mirror of the last one unless it is said, to the last."""
        return [self.steps[k] * j for j in range(-self.lasts[k] if first is None else first, self.lasts[k] + 1)]

    @property
    def cell(self) -> arb:
        """The product of the steps."""
        return product_of(self.steps)


@dataclass(frozen=True, slots=True)
class Pulled:
    """By node, K_i and K_ki; and the sums over the outputs of |log p| prod g_rho (`drift`) and of |log p| D_k prod g_rho (`moves`)."""

    plain: list[arb]
    levered: list[list[arb]]
    drift: arb
    moves: list[arb]


def product_of(values: Sequence[arb]) -> arb:
    """The product of the values."""
    found = arb(1)
    for value in values:
        found *= value
    return found


def wide(facts: Facts, k: int, y: arb) -> arb:
    """g_rho of coordinate k."""
    return envelope(y, facts.half_ranges[k], facts.rho[k], arb(1))


def lever(facts: Facts, k: int, y: arb) -> arb:
    """D_k = |y| + B_k + rho_k + beta_k."""
    return abs(y) + facts.half_ranges[k] + facts.rho[k] + facts.beta[k]


def floor(facts: Facts, k: int, y: arb) -> arb:
    """The factor of coordinate k in the lower bound of p (Lemma F)."""
    away = abs(y) + (arb(0) if facts.odd else facts.half_ranges[k])
    return (-(away**2 + facts.half_ranges[k] ** 2) / 2).exp() / normal_peak(arb(1))


def density_error(facts: Facts) -> arb:
    """err(1): the error of p in units of prod g_rho."""
    return facts.one.edge + facts.one.tail


def logarithm(value: arb, *floors: arb) -> arb:
    """log p, from the ball where it resolves p, and from its ends and the product of the floors where it does not (Lemma N)."""
    return value.log() if value > 0 and value.rel_accuracy_bits() > RESOLVED_BITS else log_ball(value, product_of(floors))


def bells(y: arb, places: Sequence[arb]) -> list[arb]:
    """N(y; t, 1) at every place t."""
    peak = normal_peak(arb(1))
    return [(-(y - place) * (y - place) / 2).exp() / peak for place in places]


def slope(nodes: VectorSum, name: str, pulled: Pulled, cell: arb) -> arb:
    """-k^n sum dp log p of one parameter."""
    facts = nodes.facts
    found = total(map(mul, nodes.drifts[name], pulled.plain))
    error = (facts.drifts[name].edge + facts.drifts[name].tail) * pulled.drift
    for k, moves in enumerate(nodes.moves[name]):
        found += total(move * (high - place * low) for move, high, place, low in zip(moves, pulled.levered[k], nodes.places[k], pulled.plain, strict=True))
        error += (facts.moves[name][k].edge + facts.moves[name][k].tail) * pulled.moves[k]
    return -cell * widened(found, error)


def folded_places(facts: Facts, lattices: Lattices) -> tuple[list[arb], list[int]]:
    """The last coordinate's places and how often each counts: half of them twice where p(-y) = p(y)."""
    if not facts.odd:
        places = lattices.places(-1)
        return places, [1] * len(places)
    places = lattices.places(-1, 0)
    return places, [1] + [2] * (len(places) - 1)


def line_totals(nodes: VectorSum, names: tuple[str, ...], lattices: Lattices) -> tuple[arb, dict[str, arb]]:
    """The sums for one output.

    N(y; F + G) = N(y; G) exp(-FG) exp(yF - F^2/2), so that pairs of nodes (F_a, G_b) cost one product of matrices.
    """
    facts = nodes.facts
    places, folds = folded_places(facts, lattices)
    inner, outer = ([rows[0] for rows in nodes.factors]) if nodes.factors else (nodes.places[0], [arb(0)])
    lifts = [[(y * place - place * place / 2).exp() for y in places] for place in inner]
    heights = [list(column) for column in zip(*(bells(y, outer) for y in places), strict=True)]
    cross = [[(-(place * other)).exp() for place in inner] for other in outer]
    count = len(outer)
    weights = [[weight * each for weight, each in zip(nodes.weights[b::count], row, strict=True)] for b, row in enumerate(cross)]
    carried = (arb_mat(weights) * arb_mat(lifts)).tolist()
    error, sides = density_error(facts), [wide(facts, 0, y) for y in places]
    density = [
        widened(total(map(mul, *pair)), error * side)
        for pair, side in zip(zip(zip(*heights, strict=True), zip(*carried, strict=True), strict=True), sides, strict=True)
    ]
    logs = [fold * logarithm(value, floor(facts, 0, y)) for value, y, fold in zip(density, places, folds, strict=True)]
    value = -lattices.cell * total(map(mul, density, logs))
    if not names:
        return value, {}
    back = arb_mat(lifts).transpose()

    def pulled(along: Sequence[arb]) -> list[arb]:
        table = (arb_mat([[height * each for height, each in zip(row, along, strict=True)] for row in heights]) * back).tolist()
        return [table[b][a] * cross[b][a] for a in range(len(inner)) for b in range(count)]

    sizes = [abs(each) * side for each, side in zip(logs, sides, strict=True)]
    found = Pulled(
        pulled(logs),
        [pulled([each * y for each, y in zip(logs, places, strict=True)])],
        total(sizes),
        [total(size * lever(facts, 0, y) for size, y in zip(sizes, places, strict=True))],
    )
    return value, {name: slope(nodes, name, found, lattices.cell) for name in names}


@dataclass(frozen=True, slots=True)
class Axis:
    """One coordinate's places with N(y; T_i, 1) at every node, g_rho, D and the floor."""

    places: list[arb]
    bells: list[list[arb]]
    wides: list[arb]
    levers: list[arb]
    floors: list[arb]


def axis(nodes: VectorSum, k: int, places: list[arb]) -> Axis:
    """The tables of coordinate k."""
    facts = nodes.facts
    tables = [[function(facts, k, y) for y in places] for function in (wide, lever, floor)]
    return Axis(places, [bells(y, nodes.places[k]) for y in places], *tables)


def _products(factors: Sequence[Sequence[arb]]) -> list[arb]:
    """The products of entries at the same place."""
    return list(factors[0]) if len(factors) == 1 else [product_of(each) for each in zip(*factors, strict=True)]


def _blocks(axes: Sequence[Axis]) -> Iterator[tuple[tuple[int, ...], ...]]:
    """The indices of all coordinates but the last, ROWS at a time."""
    every = product(*(range(len(each.places)) for each in axes))
    while part := tuple(islice(every, ROWS)):
        yield part


def plane_totals(nodes: VectorSum, names: tuple[str, ...], lattices: Lattices) -> tuple[arb, dict[str, arb]]:
    """The sums for two outputs or more: rows over all coordinates but the last, columns over the last."""
    facts, count = nodes.facts, len(nodes.weights)
    columns, folds = folded_places(facts, lattices)
    last = axis(nodes, nodes.dimension - 1, columns)
    axes = [axis(nodes, k, lattices.places(k)) for k in range(nodes.dimension - 1)]
    width = len(columns)
    weighted = arb_mat([[weight * row[i] for row in last.bells] for i, weight in enumerate(nodes.weights)])
    back, spread = arb_mat(last.bells), arb_mat([last.wides])
    flat_side, steep_side = arb_mat([[side] for side in last.wides]), arb_mat([[side * far] for side, far in zip(last.wides, last.levers, strict=True)])
    error = density_error(facts)
    value, plain, levered = arb(0), [arb(0)] * count, [[arb(0)] * count for _ in range(nodes.dimension)]
    drift, moves = arb(0), [arb(0)] * nodes.dimension
    for part in _blocks(axes):
        left = [_products([each.bells[j] for each, j in zip(axes, row, strict=True)]) for row in part]
        heads = [product_of([each.wides[j] for each, j in zip(axes, row, strict=True)]) for row in part]
        grounds = [product_of([each.floors[j] for each, j in zip(axes, row, strict=True)]) for row in part]
        density = arb_mat(left) * weighted + arb_mat([[arb(0, (error * head).upper())] for head in heads]) * spread
        values = density.entries()
        logs = [folds[cell % width] * logarithm(each, grounds[cell // width], last.floors[cell % width]) for cell, each in enumerate(values)]
        value += total(map(mul, values, logs))
        if not names:
            continue
        pulled = (arb_mat(len(part), width, logs) * back).tolist()
        further = (arb_mat(len(part), width, [each * columns[cell % width] for cell, each in enumerate(logs)]) * back).tolist()
        sizes = arb_mat(len(part), width, [abs(each).upper() for each in logs])
        flat, steep = ([head * each for head, each in zip(heads, (sizes * side).entries(), strict=True)] for side in (flat_side, steep_side))
        drift += total(flat)
        moves[-1] += total(steep)
        for k, each in enumerate(axes):
            moves[k] += total(size * each.levers[row[k]] for size, row in zip(flat, part, strict=True))
        for row, bell, across, along in zip(part, left, pulled, further, strict=True):
            shares = list(map(mul, bell, across))
            plain = [old + new for old, new in zip(plain, shares, strict=True)]
            levered[-1] = [old + one * other for old, one, other in zip(levered[-1], bell, along, strict=True)]
            for k, each in enumerate(axes):
                place = each.places[row[k]]
                levered[k] = [old + place * new for old, new in zip(levered[k], shares, strict=True)]
    found = Pulled(plain, levered, drift, moves)
    return -lattices.cell * value, {name: slope(nodes, name, found, lattices.cell) for name in names}
