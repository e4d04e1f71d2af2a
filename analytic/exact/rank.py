"""Which entries of Gaussian vectors are linear combinations of others: the pattern that decides whether I(A;B|C) is finite.

I(A;B|C) is finite iff rank S_AB|C = rank S_A|C + rank S_B|C. The covariance of all primitives is positive definite, so
every rank is a rank of coefficient rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from infograd.analytic.refusal import UndecidedError

Rows: TypeAlias = Sequence[Sequence[Any]]
ZeroTest: TypeAlias = Callable[[Any], "bool | None"]


@dataclass(frozen=True, slots=True)
class Pattern:
    """The entries of C, A and B that are independent of C and of earlier entries of their own group.

    `joint` holds the positions, among these kept entries in the order C, A, B, that are independent of all earlier ones.
    """

    given: tuple[int, ...]
    left: tuple[int, ...]
    right: tuple[int, ...]
    joint: tuple[int, ...]

    @property
    def kept(self) -> int:
        """The number of kept entries."""
        return len(self.given) + len(self.left) + len(self.right)

    @property
    def finite(self) -> bool:
        """Whether the information is finite."""
        return len(self.joint) == self.kept


def pattern(given: Rows, left: Rows, right: Rows, is_zero: ZeroTest) -> Pattern:
    """The pattern of coefficient rows over a field whose zeros `is_zero` knows; None stands for not knowing.

    Raises: UndecidedError where a rank hangs on a number of which `is_zero` does not know.
    """
    beside_given = _Elimination(is_zero)
    kept_given = beside_given.independent(given)
    beside_left, beside_right = beside_given.copy(), beside_given.copy()
    kept_left, kept_right = beside_left.independent(left), beside_right.independent(right)
    earlier = len(kept_given) + len(kept_left)
    new = beside_left.independent([right[position] for position in kept_right])
    return Pattern(kept_given, kept_left, kept_right, (*range(earlier), *(earlier + position for position in new)))


def confirmed(found: Pattern, given: Rows, left: Rows, right: Rows, is_zero: ZeroTest) -> Pattern:
    """`found` itself, once every independence that it claims is seen in these rows.

    Raises: UndecidedError where one is not.
    """
    groups = [[rows[position] for position in kept] for rows, kept in ((given, found.given), (left, found.left), (right, found.right))]
    joint = [row for group in groups for row in group]
    for claimed in (groups[0] + groups[1], groups[0] + groups[2], [joint[position] for position in found.joint]):
        if len(independent_rows(claimed, is_zero)) < len(claimed):
            raise UndecidedError("the rank of the nodes' covariance is decided neither by balls nor by symbols")
    return found


def independent_rows(rows: Rows, is_zero: ZeroTest) -> tuple[int, ...]:
    """The positions of the rows that are no linear combination of earlier ones."""
    return _Elimination(is_zero).independent(rows)


class _Elimination:
    """Rows in echelon form, each with the column of its pivot, which is 1."""

    def __init__(self, is_zero: ZeroTest, basis: Sequence[tuple[int, Sequence[Any]]] = ()) -> None:
        self.is_zero = is_zero
        self.basis = list(basis)

    def copy(self) -> _Elimination:
        """The same rows, to go on from twice."""
        return _Elimination(self.is_zero, self.basis)

    def independent(self, rows: Rows) -> tuple[int, ...]:
        """Enter the rows; the positions of those that are no linear combination of earlier ones."""
        return tuple(position for position, row in enumerate(rows) if self._enter(row))

    def _enter(self, row: Sequence[Any]) -> bool:
        remainder = list(row)
        for column, vector in self.basis:
            factor = remainder[column]
            if self.is_zero(factor) is not True:
                remainder = [entry - factor * other for entry, other in zip(remainder, vector, strict=True)]
        eliminated = {column for column, _ in self.basis}
        zero = {column: self.is_zero(entry) for column, entry in enumerate(remainder) if column not in eliminated}
        pivot = next((column for column, test in zero.items() if test is False), None)
        if pivot is not None:
            self.basis.append((pivot, [entry / remainder[pivot] for entry in remainder]))
        elif None in zero.values():
            raise UndecidedError("the rank of the nodes' covariance is not decided by balls")
        return pivot is not None
