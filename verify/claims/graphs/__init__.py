"""Section IV, directed acyclic graphs: equations (37)-(55), Theorem 2, Remarks 3 to 5 and Algorithm 1."""

from infograd.verify.claims.graphs.entries import ENTRIES

__all__ = ["ENTRIES"]
