"""Bases of the linear head: affine, Hermite, radial, random Fourier, sparse-grid splines, and features from outside."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import combinations_with_replacement

import torch
from torch import Tensor

from infograd.error import SpecificationError
from infograd.learned.scores.implicit.features import Evaluated, PlainFeatures
from infograd.learned.scores.implicit.grids import ADDITIVE, AFFINE, FINEST_ALONE, Extent, largest, sparse_grid
from infograd.learned.scores.implicit.moments import Head, check_samples, fitted_head, head_on
from infograd.learned.scores.implicit.variables import variable

MOST = 128
SAMPLES_ALONE, SAMPLES_TOGETHER, SAMPLES_ADDITIVE = 900, 256, 32


def _check_count(noun: str, name: str, value: object, least: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise SpecificationError(f"{noun}'s {name} is {value!r}; write a whole number of at least {least}.")


@dataclass(frozen=True, slots=True)
class _Scaled:
    """Outputs and what is given, moved and scaled to unit variance, features first; `deviation` of each."""

    centre: Tensor
    deviation: Tensor

    def __call__(self, outputs: Tensor, given: Tensor) -> Tensor:
        return ((torch.cat([outputs, given], dim=1) - self.centre) / self.deviation).T


def _scaled(outputs: Tensor, given: Tensor) -> _Scaled:
    both = torch.cat([outputs, given], dim=1)
    deviation = both.std(dim=0)
    return _Scaled(both.mean(dim=0), torch.where(deviation > 0, deviation, torch.ones_like(deviation)))


@dataclass(frozen=True, slots=True)
class Affine:
    """1, y and x: the scores of Gaussian channels."""

    @property
    def name(self) -> str:
        """Its name."""
        return "affine"

    def head(self, outputs: Tensor, given: Tensor, seed: int) -> Head:
        """See `Basis`."""

        def plain(y: Tensor, x: Tensor) -> tuple[Tensor, Tensor]:
            return torch.zeros(0, len(y), dtype=torch.float64), torch.zeros(y.shape[1], 0, len(y), dtype=torch.float64)

        return head_on(plain, outputs, given)


@dataclass(frozen=True, slots=True)
class Hermite:
    """All products of Hermite polynomials of the scaled variables, of total degree up to `degree`; one group for each degree.

    Raises: SpecificationError for a degree below 1.
    """

    degree: int = 3

    def __post_init__(self) -> None:
        _check_count("A Hermite basis", "degree", self.degree, 1)

    @property
    def name(self) -> str:
        """Its name."""
        return f"Hermite polynomials to degree {self.degree}"

    def head(self, outputs: Tensor, given: Tensor, seed: int) -> Head:
        """See `Basis`."""
        powers = _powers(outputs.shape[1] + given.shape[1], self.degree)
        degrees = [sum(power) for power in powers]
        affine = 1 + outputs.shape[1] + given.shape[1]
        blocks = (affine, *(degrees.count(total) for total in range(2, self.degree + 1)))
        return fitted_head(_Hermite(_scaled(outputs, given), powers), blocks, outputs, given)


def _powers(dimension: int, degree: int) -> tuple[tuple[int, ...], ...]:
    """The exponents of all monomials of that many variables, by total degree."""
    picked = (each for total in range(degree + 1) for each in combinations_with_replacement(range(dimension), total))
    return tuple(tuple(each.count(variable) for variable in range(dimension)) for each in picked)


@dataclass(frozen=True, slots=True)
class _Hermite:
    """Products of Hermite polynomials of the scaled variables: each is a product of two before it, and its slope is one of them."""

    scaled: _Scaled
    powers: tuple[tuple[int, ...], ...]

    def __call__(self, outputs: Tensor, given: Tensor) -> Evaluated:
        place = {power: position for position, power in enumerate(self.powers)}
        phi = torch.empty(len(self.powers), len(outputs), dtype=torch.float64)
        phi[0] = 1
        phi[1 : 1 + len(self.powers[0])] = self.scaled(outputs, given)
        for position, power in enumerate(self.powers):
            if sum(power) < 2:
                continue
            last = max(variable for variable, each in enumerate(power) if each)
            alone = tuple(each if variable == last else 0 for variable, each in enumerate(power))
            if alone == power:
                torch.mul(phi[1 + last], phi[place[_lowered(power, last)]], out=phi[position])
                phi[position] -= (power[last] - 1) * phi[place[_lowered(_lowered(power, last), last)]]
            else:
                torch.mul(phi[place[alone]], phi[place[tuple(each - here for each, here in zip(power, alone, strict=True))]], out=phi[position])
        return Evaluated(phi, tuple(self._slope(phi, place, entry) for entry in range(outputs.shape[1])))

    def _slope(self, phi: Tensor, place: dict[tuple[int, ...], int], entry: int) -> tuple[Tensor, Tensor]:
        depending = [position for position, power in enumerate(self.powers) if power[entry]]
        rate = torch.tensor([float(self.powers[position][entry]) for position in depending], dtype=torch.float64) / self.scaled.deviation[entry]
        return torch.tensor(depending), phi[[place[_lowered(self.powers[position], entry)] for position in depending]].mul_(rate.unsqueeze(1))


def _lowered(power: tuple[int, ...], variable: int) -> tuple[int, ...]:
    return (*power[:variable], power[variable] - 1, *power[variable + 1 :])


@dataclass(frozen=True, slots=True)
class RadialBasis:
    """`count` Gaussian bumps exp(-|z - centre|^2 / (2 width^2)) of the scaled variables, at drawn samples; two nested halves.

    The width is `spread` times the mean distance to the nearest centre.
    Raises: SpecificationError for fewer than 2 bumps.
    """

    count: int = 32
    spread: float = 2.0

    def __post_init__(self) -> None:
        _check_count("A radial basis", "count", self.count, 2)

    @property
    def name(self) -> str:
        """Its name."""
        return f"{self.count} radial functions"

    def head(self, outputs: Tensor, given: Tensor, seed: int) -> Head:
        """See `Basis`."""
        scaled = _scaled(outputs, given)
        z = scaled(outputs, given)
        if z.shape[1] < self.count:
            raise SpecificationError(f"{z.shape[1]} samples are too few for {self.count} radial functions; give more, or take fewer functions.")
        generator = torch.Generator().manual_seed(seed)
        drawn = torch.randperm(z.shape[1], generator=generator)[: self.count]
        centres = z[:, drawn].T
        apart = torch.cdist(centres, centres) + torch.diag(torch.full((self.count,), torch.inf, dtype=torch.float64))
        width = self.spread * apart.amin(dim=1).mean()

        def plain(y: Tensor, x: Tensor) -> tuple[Tensor, Tensor]:
            here = scaled(y, x).T
            values = torch.exp(-(torch.cdist(centres, here) ** 2) / (2 * width**2))
            away = [(centres[:, entry].unsqueeze(1) - here[:, entry]) * values / (width**2 * scaled.deviation[entry]) for entry in range(y.shape[1])]
            return values, torch.stack(away)

        return head_on(plain, outputs, given, (self.count // 2, self.count - self.count // 2))


@dataclass(frozen=True, slots=True)
class RandomFourier:
    """`count` waves cos(<w, z> + phase) of the scaled variables, w Gaussian of deviation 1/`length`; two nested halves.

    Source: Rahimi and Recht, Advances in Neural Information Processing Systems 20 (2007).
    Raises: SpecificationError for fewer than 2 waves.
    """

    count: int = 64
    length: float = 1.0

    def __post_init__(self) -> None:
        _check_count("A random Fourier basis", "count", self.count, 2)

    @property
    def name(self) -> str:
        """Its name."""
        return f"{self.count} random Fourier features"

    def head(self, outputs: Tensor, given: Tensor, seed: int) -> Head:
        """See `Basis`."""
        scaled = _scaled(outputs, given)
        generator = torch.Generator().manual_seed(seed)
        dimension = outputs.shape[1] + given.shape[1]
        waves = torch.randn(self.count, dimension, generator=generator, dtype=torch.float64) / self.length
        phase = 2 * torch.pi * torch.rand(self.count, 1, generator=generator, dtype=torch.float64)

        def plain(y: Tensor, x: Tensor) -> tuple[Tensor, Tensor]:
            angle = waves @ scaled(y, x) + phase
            rate = waves[:, : y.shape[1]] / scaled.deviation[: y.shape[1]]
            return angle.cos(), -rate.T.unsqueeze(2) * angle.sin()

        return head_on(plain, outputs, given, (self.count // 2, self.count - self.count // 2))


@dataclass(frozen=True, slots=True)
class SparseSplines:
    """Natural cubic splines on a sparse grid, as fine as the samples carry, at most `finest` levels and 128 features.

    One variable has a feature for every 900 samples, several have one for every 256; affine and additive features need 32 samples each.
    """

    finest: int = FINEST_ALONE

    @property
    def name(self) -> str:
        """Its name."""
        return "sparse-grid splines"

    def extent(self, dimension: int, count: int) -> Extent | None:
        """The extent that so many samples carry, or None."""
        found = largest(dimension, min(MOST, count // (SAMPLES_ALONE if dimension == 1 else SAMPLES_TOGETHER)))
        if found is None or found.finest < ADDITIVE.finest:
            found = next((each for each in (ADDITIVE, AFFINE) if SAMPLES_ADDITIVE * each.size(dimension) <= count), None)
        return found

    def head(self, outputs: Tensor, given: Tensor, seed: int) -> Head:
        """See `Basis`."""
        check_samples(outputs, given)
        columns = [*outputs.T, *given.T]
        dimension = len(columns)
        extent = self.extent(dimension, len(outputs))
        if extent is None:
            need = SAMPLES_ADDITIVE * AFFINE.size(dimension)
            raise SpecificationError(f"{len(outputs)} samples are too few for splines of {dimension} variables; give at least {need}.")
        if extent.finest > self.finest:
            extent = Extent(self.finest, extent.total, extent.factors)
        grid = sparse_grid([variable(column.contiguous(), extent.finest) for column in columns], extent)
        return fitted_head(grid, grid.blocks, outputs, given)


@dataclass(frozen=True, slots=True)
class Adaptive:
    """Hermite polynomials of degree 3 where they find no more than an affine score, to the noise of the samples; splines elsewhere."""

    splines: SparseSplines = field(default_factory=SparseSplines)

    @property
    def name(self) -> str:
        """Its name."""
        return self.splines.name

    def head(self, outputs: Tensor, given: Tensor, seed: int) -> Head:
        """See `Basis`."""
        count, affine = len(outputs), 1 + outputs.shape[1] + given.shape[1]
        polynomials = math.comb(affine + 2, 3)
        if SAMPLES_TOGETHER * polynomials <= count:
            found = Hermite(3).head(outputs, given, seed)
            if found.beyond_affine * count <= polynomials - affine:
                return found
        return self.splines.head(outputs, given, seed)


@dataclass(frozen=True, slots=True)
class Outside:
    """Features given from outside, such as a trained network's last hidden layer, beside 1, y and x, in nested groups of those sizes."""

    features: PlainFeatures
    blocks: tuple[int, ...] = ()
    name: str = "features given from outside"

    def head(self, outputs: Tensor, given: Tensor, seed: int) -> Head:
        """See `Basis`."""
        return head_on(self.features, outputs, given, self.blocks)
