"""The gradient of I(A;B|C) through scores and motions at fixed primitives, in each form that the theory offers.

Gaussian scores are linear, s_{B|D} = -P (B - M D), so every expectation E[J^T s] is a sum of motions E[J V^T].
Source: arXiv:2601.01789, eqs. (14), (17)-(22), (39), (63).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from infograd.analytic.identities.transfer import Transfer
from infograd.analytic.ring import Entry

Rows = Sequence[int]
Matrix = list[list[Any]]


@dataclass(frozen=True, slots=True)
class Conditional:
    """The Gaussian law of B given D: E[B|D] = M D with `mean` M, the inverse P of Cov(B|D), and the determinant of Cov(B|D)."""

    mean: Matrix
    precision: Matrix
    determinant: Any


class Scores:
    """Expected products of motions and scores; A, B and C are the rows of the asked nodes' entries."""

    def __init__(self, transfer: Transfer, left: Rows, right: Rows, given: Rows) -> None:
        self.transfer = transfer
        self.left, self.right, self.given = left, right, given
        self._laws: dict[tuple[tuple[int, ...], tuple[int, ...]], Conditional] = {}

    def conditional(self, of: Rows, given: Rows) -> Conditional:
        """The law of B given D.

        Raises: ZeroDivisionError where a covariance is singular.
        """
        key = (tuple(of), tuple(given))
        if key not in self._laws:
            cross = self._block(of, given)
            mean = _product(cross, self._inverse(self._block(given, given))[0])
            explained = _product(mean, [list(column) for column in zip(*cross, strict=True)]) if given else []
            own = self._block(of, of)
            left_over = [[entry - explained[i][j] if given else entry for j, entry in enumerate(row)] for i, row in enumerate(own)]
            self._laws[key] = Conditional(mean, *self._inverse(left_over))
        return self._laws[key]

    def _inverse(self, matrix: Matrix) -> tuple[Matrix, Any]:
        """Inverse and determinant of a symmetric matrix by bordering: row after row, through the variance that is left given the rows before."""
        inverse: Matrix = []
        determinant = self.transfer.one
        for size, row in enumerate(matrix):
            border = row[:size]
            carried = [_inner(known, border) for known in inverse]
            rest = row[size] - _inner(border, carried) if size else row[size]
            determinant = determinant * rest
            one = self.transfer.one / rest
            inverse = [[entry + carried[i] * carried[j] * one for j, entry in enumerate(known)] for i, known in enumerate(inverse)]
            column = [-entry * one for entry in carried]
            inverse = [*([*known, entry] for known, entry in zip(inverse, column, strict=True)), [*column, one]]
        return inverse, determinant

    def _block(self, rows: Rows, columns: Rows) -> Matrix:
        return [[self.transfer.covariance(row, column) for column in columns] for row in rows]

    def _residual(self, entry: Entry, moved: int, of: int, mean: Sequence[Any], given: Rows) -> Any:
        """E[J_moved (V_of - M D)]."""
        total = self.transfer.motion(entry, moved, of)
        for coefficient, other in zip(mean, given, strict=True):
            total = total - coefficient * self.transfer.motion(entry, moved, other)
        return total

    def against_score(self, entry: Entry, of: Rows, given: Rows) -> Any:
        """E[J_B^T s_{B|D}]."""
        law = self.conditional(of, given)
        total = self.transfer.zero
        for i, moved in enumerate(of):
            for j, other in enumerate(of):
                total = total - law.precision[i][j] * self._residual(entry, moved, other, law.mean[j], given)
        return total

    def difference(self, entry: Entry) -> Any:
        """E[J_B^T (s_{B|AC} - s_{B|C})], eqs. (18), (39), (63)."""
        return self.against_score(entry, self.right, [*self.left, *self.given]) - self.against_score(entry, self.right, self.given)

    def reduction(self, entry: Entry) -> Any:
        """-E[J_B^T s_{B|C}], eq. (22)."""
        return -self.against_score(entry, self.right, self.given)

    def posterior(self, entry: Entry) -> Any:
        """E[J_B^T grad_b log p(a|b,c)], eq. (20)."""
        known = [*self.right, *self.given]
        law = self.conditional(self.left, known)
        total = self.transfer.zero
        for j, moved in enumerate(self.right):
            for k, other in enumerate(self.left):
                residual = self._residual(entry, moved, other, law.mean[k], known)
                for i in range(len(self.left)):
                    total = total + law.mean[i][j] * law.precision[i][k] * residual
        return total

    def joint(self, entry: Entry) -> Any:
        """E[J^T s] of the joint laws of (A,B,C) and C, less those of (A,C) and (B,C)."""

        def joint_score(*groups: Rows) -> Any:
            return self.against_score(entry, [row for group in groups for row in group], [])

        total = joint_score(self.left, self.right, self.given) - joint_score(self.left, self.given) - joint_score(self.right, self.given)
        return total + joint_score(self.given) if self.given else total


FORMS: dict[str, Callable[[Scores, Entry], Any]] = {
    "difference": Scores.difference,
    "posterior": Scores.posterior,
    "reduction": Scores.reduction,
    "joint": Scores.joint,
}


def _product(left: Matrix, right: Matrix) -> Matrix:
    columns = list(zip(*right, strict=True))
    return [[_inner(row, column) for column in columns] for row in left]


def _inner(row: Sequence[Any], column: Sequence[Any]) -> Any:
    first, *rest = (x * y for x, y in zip(row, column, strict=True))
    for term in rest:
        first = first + term
    return first
