"""Conditional entropies h(Y | mu) at Chebyshev points of the first stage's mean, and their average over the input (Lemma C of docs/proof-two-hop.md).

A function bounded by M on a Bernstein ellipse of parameter rho differs from its interpolant of degree N by at most 4 M rho^-N / (rho - 1) on [-B1, B1].
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import mul

from flint import arb, arb_mat, ctx

from infograd.numeric.certified.balls import precision, total, widened
from infograd.numeric.certified.cascade_inputs import InputSum, WeightError
from infograd.numeric.certified.multiple_access_entropy import log_ball
from infograd.numeric.certified.two_hop.ellipse import Ellipse
from infograd.numeric.certified.two_hop.kernel import Kernel

MOST_DEGREE = 3000


@dataclass(frozen=True, slots=True)
class NodeSums:
    """-k sum_j p log p, and with dp/dmu and every dp in place of the first p, at each mean."""

    entropy: list[arb]
    mean_slope: list[arb]
    slopes: dict[str, list[arb]]


def node_sums(kernel: Kernel, means: list[arb], half_range: arb, floors: Sequence[arb], step: arb) -> NodeSums:
    """The sums over the outputs at every mean, |mean| <= half_range."""
    density, moved = kernel.matrices
    rows = kernel.rows(means)
    tilted = [[weight * (v - mean) for weight, v in zip(row, kernel.places, strict=True)] for row, mean in zip(rows, means, strict=True)]
    straight = arb_mat(rows)
    errors = kernel.moment_errors(0, half_range)
    densities = [[widened(value, error) for value, error in zip(row, errors, strict=True)] for row in (straight * density).tolist()]
    logarithms = [[log_ball(value, floor) for value, floor in zip(row, floors, strict=True)] for row in densities]

    def summed(table: list[list[arb]], along: list[arb]) -> list[arb]:
        return [
            -step * total(widened(value, error) * logarithm for value, error, logarithm in zip(row, along, logs, strict=True))
            for row, logs in zip(table, logarithms, strict=True)
        ]

    entropy = [-step * total(map(mul, row, logs)) for row, logs in zip(densities, logarithms, strict=True)]
    mean_slope = summed((arb_mat(tilted) * density).tolist(), kernel.mean_slope_errors(half_range))
    slopes = {name: summed((straight * matrix).tolist(), kernel.slope_errors(name, half_range)) for name, matrix in moved.items()}
    return NodeSums(entropy, mean_slope, slopes)


def interpolation_error(found: Sequence[Ellipse], half_range: arb, degree: int, step: arb, name: str | None, first: arb) -> arb:
    """k sum_j 4 M_j rho_j^-N / (rho_j - 1), with M_j = |p||log p|, or of dp = J dp/dmu + dp by a parameter, E|J| <= `first`."""
    result = arb(0)
    for each in found:
        rho = each.parameter(half_range)
        factor = arb(1) if name is None else first * each.mean_slope + each.slopes.get(name, arb(0))
        result += each.size * each.log_size * factor * rho**-degree / (rho - 1)
    return 4 * step * result


def needed_degree(found: Sequence[Ellipse], half_range: arb, step: arb, firsts: dict[str, arb], tolerance: float) -> int:
    """The least even degree whose interpolation errors are at most the tolerance, or MOST_DEGREE + 2 where that is not enough."""
    low, high = 0, MOST_DEGREE // 2 + 1
    while high - low > 1:
        middle = (low + high) // 2
        errors = [interpolation_error(found, half_range, 2 * middle, step, None, arb(0))]
        errors += [interpolation_error(found, half_range, 2 * middle, step, name, first) for name, first in firsts.items()]
        low, high = (low, middle) if all(error < tolerance for error in errors) else (middle, high)
    return 2 * high


def chebyshev_means(half_range: arb, degree: int) -> list[arb]:
    """B1 cos((2i + 1) pi / (2N + 2)), i = 0..N."""
    return [half_range * (arb(2 * node + 1) / (2 * degree + 2)).cos_pi() for node in range(degree + 1)]


Series = tuple[list[arb], arb]


def coefficients(functions: Sequence[Sequence[arb]], tolerance: float) -> list[Series]:
    """Each interpolant's Chebyshev coefficients, exact up to the last above the tolerance, and a bound of what that leaves out."""
    count = len(functions[0])
    rows = [[(arb(degree * (2 * node + 1)) / (2 * count)).cos_pi() for node in range(count)] for degree in range(count)]
    product = arb_mat(rows) * arb_mat([list(values) for values in functions]).transpose()
    found: list[Series] = []
    for column in product.transpose().tolist():
        every = [value * (2 if degree else 1) / count for degree, value in enumerate(column)]
        last = max((degree for degree, value in enumerate(every) if abs(float(value.mid())) > tolerance), default=0)
        kept = every[: last + 1]
        found.append(([value.mid() for value in kept], total(value.rad() for value in kept) + total(map(abs, every[last + 1 :]))))
    return found


def edge_growth(kept: Sequence[arb], ellipse: arb) -> arb:
    """sum_n |c_n| ellipse^n, which bounds the polynomial on the edges."""
    return total(abs(coefficient) * ellipse**degree for degree, coefficient in enumerate(kept))


def average(series: Series, inputs: InputSum, weights: Sequence[arb], error: WeightError) -> arb:
    """E[P sum_n c_n T_n(T/B1)] from the sum over the inputs with the weights of P: |T_n| <= ellipse^n on the edges and <= 1 on the real line."""
    kept, rest = series
    table = chebyshev_table([place / inputs.edges.half_range for place in inputs.places], len(kept))
    result = total(coefficient * total(map(mul, weights, values)) for coefficient, values in zip(kept, table, strict=True))
    return widened(result, error.edge * edge_growth(kept, inputs.ellipse) + error.tail * total(map(abs, kept)) + error.mean * rest)


def chebyshev_table(places: Sequence[arb], count: int) -> list[list[arb]]:
    """T_n at the places within [-1, 1], n < count: by the recurrence at the midpoints, with spare bits, and |T_n'| <= n^2 for the radii."""
    with precision(ctx.prec + 2 * count):
        middles = [place.mid() for place in places]
        before, now = [arb(1)] * len(middles), middles
        rows = []
        for _ in range(count):
            rows.append(before)
            before, now = now, [2 * place * value - old for place, value, old in zip(middles, now, before, strict=True)]
    radii = [place.rad() for place in places]
    return [[widened(value, degree * degree * radius) for value, radius in zip(row, radii, strict=True)] for degree, row in enumerate(rows)]
