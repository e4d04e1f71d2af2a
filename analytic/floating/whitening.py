"""Some entries of a system, whitened: a triangular basis V in which their covariance is the identity up to a proven defect.

With R from a QR decomposition of (transfer_S own^1/2)^T, V is near R^-1. Nothing is asked of V but that it is upper
triangular: it is the matrix of doubles that it is, and how well it whitens is bounded afterwards. Writing
A = transfer_S^T V (`mixed`) and P = own A (`seen`), the exact covariance of the entries S is

    S_S = V^-T (1 + E) V^-1,   E = A^T P - 1,   ||E|| <= `defect`.

No covariance of nodes is formed, so at a signal-to-noise ratio of 1e16 half of the digits survive in V; and as what is off
the diagonal of E enters a determinant only in squares, nearly all of them in the information.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve_triangular

from infograd.analytic.floating.balls import Balls, Floats, exactly, zeros
from infograd.analytic.floating.rounding import SLACK, TINY
from infograd.analytic.floating.system import System
from infograd.analytic.refusal import UndecidedError

MOST_DEFECT = 0.5


@dataclass(frozen=True)
class Whitening:
    """The entries at `rows` with their basis; `error` bounds |E| entry by entry, and the first entries are whitened by the first columns."""

    system: System
    rows: tuple[int, ...]
    basis: Floats
    mixed: Balls
    seen: Balls
    error: Floats
    defect: float

    def leading(self, count: int) -> Whitening:
        """The first entries alone; a principal block of E has no larger norm."""
        first = slice(count)
        return Whitening(
            self.system, self.rows[:count], self.basis[first, first], self.mixed[:, first], self.seen[:, first], self.error[first, first], self.defect
        )

    def logarithm_doubt(self, count: int) -> float:
        """A bound on |log det X| for the Schur complement X of the first `count` entries in 1 + E.

        X - 1 = E_BB - E_BC (1 + E_CC)^-1 E_CB has its eigenvalues x within the defect e of 0, and |log(1 + x) - x| <= x^2/(2 (1 - e)).
        So the diagonal of E counts once, and all that is off it in squares.
        """
        rest = 1 - self.defect
        cross = _norms(self.error[count:, :count].ravel(), 0) ** 2 / rest
        within = _norms(self.error[count:, count:].ravel(), 0) + cross
        return SLACK * float(np.trace(self.error[count:, count:]) + cross + within**2 / (2 * rest))

    def inverse_doubt(self, left: Floats, right: Floats) -> Floats:
        """A bound on |L ((1 + E)^-1 - 1) R| for |L| <= `left` and |R| <= `right`: that middle is -E up to e^2/(1 - e) in norm."""
        second = self.defect**2 / (1 - self.defect) * np.outer(_norms(left, 1), _norms(right, 0))
        bound: Floats = SLACK * (left @ self.error @ right + second + TINY)
        return bound

    def precision_doubt(self) -> Floats:
        """A bound on |transfer_S^T S_S^-1 transfer_S - A A^T|, entry by entry."""
        return self.inverse_doubt(self.mixed.magnitude, self.mixed.magnitude.T)

    def regression(self) -> Balls:
        """S_S^-1 S_(S, all): the coefficients of the best linear guess of every entry of the system from the entries S.

        An entry of S is its own best guess, exactly. For the others let c be any coefficients, here the `plain` ones in doubles,
        and r = transfer - c^T transfer_S what they leave. Then the exact ones are c + S_S^-1 transfer_S own r^T
        = c + V (1 + E)^-1 P^T r^T: the defect multiplies what is left only.
        """
        transfer, rows = self.system.transfer, list(self.rows)
        result = zeros(len(rows), len(transfer.centre))
        result.centre[np.arange(len(rows)), rows] = 1.0
        others = np.setdiff1d(np.arange(len(transfer.centre)), rows)
        plain = exactly(self.basis @ (self.seen.centre.T @ transfer.centre[others].T))
        step = self.seen.T @ (transfer[others] - plain.T @ transfer[rows]).T
        refined = (plain + exactly(self.basis) @ step).widened(self.inverse_doubt(np.abs(self.basis), step.magnitude))
        result.centre[:, others], result.radius[:, others] = refined.centre, refined.radius
        return result


def _norms(magnitude: Floats, axis: int) -> Floats:
    norms: Floats = SLACK * np.sqrt(np.square(magnitude).sum(axis=axis) + magnitude.shape[axis] * TINY)
    return norms


def whitening(system: System, rows: tuple[int, ...], roots: Floats) -> Whitening:
    """The entries at `rows`, given a square root of the noises' covariance; that root need not be exact.

    Raises: UndecidedError where the entries may be linearly dependent for all that floats can tell.
    """
    chosen = list(rows)
    transfer = system.transfer[chosen]
    triangle = np.linalg.qr(roots.T @ transfer.centre.T, mode="r")
    if not np.diagonal(triangle).all() or not np.isfinite(triangle).all():
        raise _undecided(system, rows)
    basis: Floats = np.triu(solve_triangular(triangle, np.eye(len(rows)), check_finite=False))
    mixed = transfer.T @ exactly(basis)
    seen = system.own @ mixed
    error = (mixed.T @ seen - exactly(np.eye(len(rows)))).magnitude
    defect = SLACK * float(min(error.sum(axis=1).max(), _norms(error.ravel(), 0)))
    if not defect < MOST_DEFECT:
        raise _undecided(system, rows)
    return Whitening(system, rows, basis, mixed, seen, error, defect)


def _undecided(system: System, rows: tuple[int, ...]) -> UndecidedError:
    return UndecidedError(f"floats cannot tell the near-singular covariance of {system.names(rows)} from a singular one; ask the method 'exact'")


def noise_roots(system: System) -> Floats:
    """A lower triangular square root of the noises' covariance, to rounding, node by node.

    Raises: UndecidedError where a noise's covariance is singular for all that floats can tell.
    """
    roots: Floats = np.zeros_like(system.own.centre)
    for equation in system.equations:
        if equation.covariance is not None:
            rows = system.places[equation.name]
            try:
                roots[rows, rows] = np.linalg.cholesky(system.own.centre[rows, rows])
            except np.linalg.LinAlgError:
                raise UndecidedError(
                    f"floats cannot tell the covariance of {equation.name!r}'s own noise from a singular one; ask the method 'exact'"
                ) from None
    return roots
