"""Section III of the paper: Theorem 1 with what leads to it, its remarks, the surrogate loss, and the linear Gaussian cascade."""

from infograd.verify.claims.cascades.entries import ENTRIES

__all__ = ["ENTRIES"]
