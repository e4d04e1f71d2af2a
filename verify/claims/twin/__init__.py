"""Section VIII: calibrating a digital twin by the Fisher divergence of its outputs (eqs. (86)-(89), Remark 8)."""

from infograd.verify.claims.twin.entries import ENTRIES

__all__ = ["ENTRIES"]
