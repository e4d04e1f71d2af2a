"""Entries of section VI: network information theory."""

from infograd.verify.claims.networks.entries import ENTRIES

__all__ = ["ENTRIES"]
