"""Entries of section V: maximisation under global constraints."""

from infograd.verify.claims.optimisation.entries import ENTRIES

__all__ = ["ENTRIES"]
