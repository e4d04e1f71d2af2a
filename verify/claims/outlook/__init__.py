"""Section IX and what the text promises beyond its theorems: rate-distortion, the information bottleneck, flow matching."""

from infograd.verify.claims.outlook.entries import ENTRIES

__all__ = ["ENTRIES"]
