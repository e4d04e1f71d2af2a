"""Arrays with a bound on the error of every entry: the true array lies entrywise within `radius` of `centre`."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from infograd.analytic.floating.rounding import SLACK, TINY, UNIT, gamma
from infograd.analytic.refusal import NoClosedFormError
from infograd.array import Array, Shape, shape_of

Floats: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Balls:
    """Midpoint and radius of every entry; sums and products hold every sum and product of arrays within them."""

    centre: Floats
    radius: Floats

    @property
    def shape(self) -> Shape:
        """The shape of the array."""
        return self.centre.shape

    @property
    def magnitude(self) -> Floats:
        """A bound on the absolute value of every entry."""
        bound: Floats = SLACK * (np.abs(self.centre) + self.radius)
        return bound

    @property
    def T(self) -> Balls:  # noqa: N802 - the field's notation for a transpose
        """The transpose."""
        return Balls(self.centre.T, self.radius.T)

    def __getitem__(self, index: Any) -> Balls:
        return Balls(self.centre[index], self.radius[index])

    def __neg__(self) -> Balls:
        return Balls(-self.centre, self.radius)

    def __add__(self, other: Balls) -> Balls:
        centre = self.centre + other.centre
        return Balls(centre, SLACK * (self.radius + other.radius + UNIT * np.abs(centre)))

    def __sub__(self, other: Balls) -> Balls:
        return self + -other

    def __matmul__(self, other: Balls) -> Balls:
        # A product with an exact zero is an exact zero, so the longest sum has as many terms as a row or a column has others.
        left, right = self.magnitude, other.magnitude
        count = min(np.count_nonzero(left, axis=-1).max(initial=0), np.count_nonzero(right, axis=0).max(initial=0))
        doubt = (gamma(count) * left + self.radius + TINY) @ right + 8 * left.shape[-1] * TINY
        if other.radius.any():
            doubt += left @ other.radius
        return Balls(self.centre @ other.centre, SLACK * doubt)

    def widened(self, radius: Floats) -> Balls:
        """The same centres with a further error of up to `radius`."""
        return Balls(self.centre, SLACK * (self.radius + radius))

    def reshaped(self, shape: Shape) -> Balls:
        """The same entries, in row-major order, in another shape."""
        return Balls(self.centre.reshape(shape), self.radius.reshape(shape))


def exactly(array: Floats) -> Balls:
    """Doubles that are what they stand for."""
    return Balls(array, np.zeros_like(array))


def zeros(*shape: int) -> Balls:
    """An exact zero in every entry."""
    return exactly(np.zeros(shape))


def nearest(array: Array) -> Balls:
    """Exact rationals as their nearest doubles.

    Raises: NoClosedFormError for a number beyond the range of doubles.
    """
    shape = shape_of(array)
    flat: list[Any] = [array]
    for _ in shape:
        flat = [entry for row in flat for entry in row]
    pairs = np.array([_nearest(value) for value in flat])
    return Balls(pairs[:, 0].reshape(shape), pairs[:, 1].reshape(shape))


def _nearest(value: Fraction | float) -> tuple[float, float]:
    ratio = value.as_integer_ratio()
    try:
        double = ratio[0] / ratio[1]
    except OverflowError:
        raise NoClosedFormError("has a number beyond the range of doubles") from None
    return double, 0.0 if double.as_integer_ratio() == ratio else SLACK * UNIT * abs(double) + TINY


def nested(array: Floats) -> Array:
    """An array of at most two axes as nested tuples."""
    rows: Any = array.tolist()
    found: Array = rows if array.ndim == 0 else tuple(rows) if array.ndim == 1 else tuple(map(tuple, rows))
    return found
