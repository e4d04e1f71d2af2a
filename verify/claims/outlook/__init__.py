"""Section IX: what the text names as future work."""

from infograd.verify.claims.outlook.entries import ENTRIES

__all__ = ["ENTRIES"]
