"""Section II: scores, the gradient of one stage, and what denoising score matching learns (eqs. (1)-(4))."""

from infograd.verify.claims.preliminaries.entries import ENTRIES

__all__ = ["ENTRIES"]
