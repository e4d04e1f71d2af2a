"""Features of several variables: products of their levelled features, no level above a finest one, sums of levels bounded.

It is a sparse grid (Bungartz and Griebel, Acta Numerica 13 (2004) 147) that ends in the full grid. The features come in nested groups: the
affine ones; the products of affine ones; then all whose finest level is 2, 3 and on, so that each group halves every variable's intervals.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from infograd.learned.scores.implicit.features import Evaluated
from infograd.learned.scores.implicit.variables import Indicators, Splines, width

FINEST_ALONE, FINEST_TOGETHER = 5, 4


@dataclass(frozen=True, slots=True)
class Extent:
    """Levels up to `finest`, with sums up to `total`, in products of at most `factors` variables."""

    finest: int
    total: int
    factors: int

    def size(self, dimension: int) -> int:
        """How many features continuous variables of that number have."""
        counts = {(0, 0): 1}
        for _ in range(dimension):
            grown: dict[tuple[int, int], int] = {}
            for (total, factors), count in counts.items():
                for level in range(self.finest + 1):
                    key = (total + level, factors + (level > 0))
                    if key[0] <= self.total and key[1] <= self.factors:
                        grown[key] = grown.get(key, 0) + count * width(level)
            counts = grown
        return sum(counts.values())


AFFINE, ADDITIVE = Extent(1, 1, 1), Extent(2, 2, 1)


def extents(dimension: int) -> Iterator[Extent]:
    """From the affine and the additive one up: finer levels, each with room for pairs, then larger sums."""
    yield AFFINE
    yield ADDITIVE
    last = FINEST_ALONE if dimension == 1 else FINEST_TOGETHER
    for finest in range(2, last + 1):
        yield Extent(finest, finest + (finest > 2 and dimension > 1), dimension)


def largest(dimension: int, limit: int) -> Extent | None:
    """The finest extent of at most `limit` features, with sums as large as these allow; None where not even the affine one fits."""
    found = None
    for each in extents(dimension):
        if 1 + dimension * each.finest > limit or each.size(dimension) > limit:
            break
        found = each
    if found is None or found.factors < dimension or dimension == 1:
        return found
    while found.total < found.finest * dimension:
        more = Extent(found.finest, found.total + 1, found.factors)
        if more.size(dimension) > limit:
            break
        found = more
    return found


@dataclass(frozen=True, slots=True)
class SparseGrid:
    """Products of the variables' features; `factors` has for each product the rows it multiplies, of 1 and all variables' features stacked."""

    variables: tuple[Indicators | Splines, ...]
    factors: Tensor
    owners: Tensor
    blocks: tuple[int, ...]

    def __call__(self, outputs: Tensor, given: Tensor) -> Evaluated:
        """The features at outputs `(n, d)`, the first variables, and what is given `(n, k)`."""
        dimension = outputs.shape[1]
        stacked = torch.empty(len(self.owners), len(outputs), dtype=torch.float64)
        slopes = torch.empty(1 + sum(len(each.levels) - 1 for each in self.variables[:dimension]), len(outputs), dtype=torch.float64)
        stacked[0] = 1
        start = 1
        for entry, (column, variable) in enumerate(zip([*outputs.T, *given.T], self.variables, strict=True)):
            rows = slice(start, start + len(variable.levels) - 1)
            variable.write(column, stacked[rows], slopes[rows] if entry < dimension else None)
            start = rows.stop
        return Evaluated(_product(stacked, self.factors), tuple(self._slope(stacked, slopes, entry) for entry in range(dimension)))

    def _slope(self, stacked: Tensor, slopes: Tensor, entry: int) -> tuple[Tensor, Tensor]:
        own = self.owners[self.factors] == entry
        active = own.any(dim=1).nonzero().squeeze(1)
        factors, own = self.factors[active], own[active]
        others = factors[~own].reshape(len(active), -1)
        return active, _times(slopes[factors[own]], stacked, others)


def _product(stacked: Tensor, factors: Tensor) -> Tensor:
    first = factors[:, 0]
    whole = factors.shape[1] == 1 and len(first) == len(stacked) and bool((first.diff() == 1).all())
    return stacked if whole else _times(stacked[first], stacked, factors[:, 1:])


def _times(found: Tensor, stacked: Tensor, factors: Tensor) -> Tensor:
    for part in factors.T:
        if bool((part > 0).any()):
            found *= stacked[part]
    return found


def sparse_grid(variables: Sequence[Indicators | Splines], extent: Extent) -> SparseGrid:
    """The sparse grid of that extent on those variables."""
    levels = [each.levels[1:] for each in variables]
    starts = [1]
    for each in levels:
        starts.append(starts[-1] + len(each))
    partial: list[tuple[tuple[int, ...], tuple[int, ...]]] = [((), ())]
    for own, start in zip(levels, starts, strict=False):
        partial += [
            ((*of, level), (*factors, start + place))
            for of, factors in partial
            if len(factors) < extent.factors
            for place, level in enumerate(own)
            if sum(of) + level <= extent.total and level <= extent.finest
        ]
    groups: dict[tuple[int, bool], list[tuple[int, ...]]] = {}
    for of, factors in partial:
        finest = max(of, default=1)
        groups.setdefault((finest, finest == 1 and len(factors) > 1), []).append(factors)
    ordered = [groups[key] for key in sorted(groups)]
    most = max(1, *(len(factors) for group in ordered for factors in group))
    padded = [(*factors, *[0] * (most - len(factors))) for group in ordered for factors in group]
    owners = [-1] + [variable for variable, each in enumerate(levels) for _ in each]
    return SparseGrid(tuple(variables), torch.tensor(padded), torch.tensor(owners), tuple(map(len, ordered)))
