"""Laws of sources and noises: those with a density of one formula here, mixtures and points in `infograd.mixture`.

Entries of a vector law are independent, except for `Normal`, whose second argument is the full covariance matrix.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from infograd.array import Shape, entries, filled
from infograd.error import SpecificationError
from infograd.expression import Constant, Expression
from infograd.law_base import Law, number_text
from infograd.mixture import Mixture, Points

__all__ = ["LAWS", "Exponential", "Laplace", "Law", "Logistic", "Mixture", "Normal", "Points", "StudentT", "Uniform"]


@dataclass(frozen=True, slots=True, init=False)
class Normal(Law):
    """The Gaussian law: a variance for a scalar mean, a covariance matrix for a vector mean."""

    mean: Expression
    covariance: Expression

    primitive: ClassVar[str] = "standard normal"
    reparameterisable: ClassVar[tuple[str, ...]] = ("mean", "covariance")

    def __init__(self, mean: object = 0, covariance: object = 1) -> None:
        self._accept(mean=mean, covariance=covariance)

    @property
    def shape(self) -> Shape:
        """The shape of the mean."""
        return self.mean.shape

    def _check_shapes(self) -> None:
        if self.mean == Constant(Fraction(0)) and len(self.covariance.shape) == 2:
            object.__setattr__(self, "mean", Constant(filled(self.covariance.shape[:1], 0)))
        mean, covariance = self.mean.shape, self.covariance.shape
        if len(mean) > 1 or covariance != mean + mean:
            raise SpecificationError(
                f"Normal got a mean of shape {mean} and a covariance of shape {covariance}; a scalar mean takes a variance, a vector of n entries an n by n matrix (variance * identity(n))."
            )

    def violation(self, values: Mapping[str, Any]) -> str | None:
        """The covariance must be positive; a matrix symmetric and positive definite (singular is decided for rationals, and said with what to write instead)."""
        covariance = values["covariance"]
        if not isinstance(covariance, tuple):
            return None if covariance > 0 else f"the variance must be positive, and is {number_text(covariance)}"
        size = range(len(covariance))
        for row in size:
            for column in size:
                if covariance[row][column] != covariance[column][row]:
                    return f"the covariance must be symmetric, and its entries [{row}][{column}] and [{column}][{row}] differ"
        rank = _semidefinite_rank(covariance)
        if rank == len(size):
            return None
        if rank is None or not all(isinstance(value, Fraction) for _, value in entries(covariance)):
            return "the covariance must be positive definite, and is not"
        if rank == 0:
            return "the covariance must be positive definite, and is zero; write a gate without noise"
        shape = f"{len(size)} by {rank} matrix"
        return f"the covariance must be positive definite, and has rank {rank}; multiply a {shape} by a source of {rank} {'entry' if rank == 1 else 'entries'} in a gate"


def _semidefinite_rank(matrix: tuple[Any, ...]) -> int | None:
    """The rank of a positive semidefinite matrix by symmetric elimination, or None for an indefinite one; exact for rationals."""
    rows = [list(row) for row in matrix]
    left = list(range(len(rows)))
    while left:
        pivot = max(left, key=lambda position: rows[position][position])
        if not rows[pivot][pivot] > 0:
            return len(rows) - len(left) if all(rows[row][column] == 0 for row in left for column in left) else None
        left.remove(pivot)
        for row in left:
            factor = rows[row][pivot] / rows[pivot][pivot]
            rows[row] = [value - factor * above for value, above in zip(rows[row], rows[pivot], strict=True)]
    return len(rows)


@dataclass(frozen=True, slots=True, init=False)
class Uniform(Law):
    """Equal density between `lower` and `upper`."""

    lower: Expression
    upper: Expression

    primitive: ClassVar[str] = "uniform on the unit interval"
    reparameterisable: ClassVar[tuple[str, ...]] = ("lower", "upper")
    jumps: ClassVar[tuple[str, ...]] = ("lower", "upper")

    def __init__(self, lower: object = 0, upper: object = 1) -> None:
        self._accept(lower=lower, upper=upper)

    def violation(self, values: Mapping[str, Any]) -> str | None:
        """The upper end must lie above the lower one."""
        lower, upper = values["lower"], values["upper"]
        lowers = [value for _, value in entries(lower)]
        uppers = [value for _, value in entries(upper)]
        length = max(len(lowers), len(uppers))
        pairs = zip(lowers * (length // len(lowers)), uppers * (length // len(uppers)), strict=True)
        wrong = next(((low, high) for low, high in pairs if not low < high), None)
        return None if wrong is None else f"the lower end must lie below the upper one, and they are {number_text(wrong[0])} and {number_text(wrong[1])}"


@dataclass(frozen=True, slots=True, init=False)
class Laplace(Law):
    """Density exp(-|x - location|/scale)/(2 scale)."""

    location: Expression
    scale: Expression

    primitive: ClassVar[str] = "standard Laplace"
    reparameterisable: ClassVar[tuple[str, ...]] = ("location", "scale")
    positive: ClassVar[tuple[str, ...]] = ("scale",)

    def __init__(self, location: object = 0, scale: object = 1) -> None:
        self._accept(location=location, scale=scale)


@dataclass(frozen=True, slots=True, init=False)
class Logistic(Law):
    """Distribution function 1/(1 + exp(-(x - location)/scale))."""

    location: Expression
    scale: Expression

    primitive: ClassVar[str] = "standard logistic"
    reparameterisable: ClassVar[tuple[str, ...]] = ("location", "scale")
    positive: ClassVar[tuple[str, ...]] = ("scale",)

    def __init__(self, location: object = 0, scale: object = 1) -> None:
        self._accept(location=location, scale=scale)


@dataclass(frozen=True, slots=True, init=False)
class StudentT(Law):
    """Student's law with `freedom` degrees of freedom, moved to `location` and stretched by `scale`."""

    freedom: Expression
    location: Expression
    scale: Expression

    primitive: ClassVar[str] = "Student's t of the same freedom"
    reparameterisable: ClassVar[tuple[str, ...]] = ("location", "scale")
    positive: ClassVar[tuple[str, ...]] = ("freedom", "scale")

    def __init__(self, freedom: object, location: object = 0, scale: object = 1) -> None:
        self._accept(freedom=freedom, location=location, scale=scale)


@dataclass(frozen=True, slots=True, init=False)
class Exponential(Law):
    """Density exp(-(x - location)/scale)/scale to the right of `location`, 0 to its left."""

    location: Expression
    scale: Expression

    primitive: ClassVar[str] = "standard exponential"
    reparameterisable: ClassVar[tuple[str, ...]] = ("location", "scale")
    positive: ClassVar[tuple[str, ...]] = ("scale",)
    jumps: ClassVar[tuple[str, ...]] = ("location",)

    def __init__(self, location: object = 0, scale: object = 1) -> None:
        self._accept(location=location, scale=scale)


LAWS: dict[str, type[Law]] = {law.__name__: law for law in (Normal, Uniform, Laplace, Logistic, StudentT, Exponential, Mixture, Points)}
