"""The method `float` of the analytic room: linear Gaussian channels in double precision, with a proven bound on every rounding."""

from infograd.analytic.floating.answer import answer

__all__ = ["answer"]
