"""Section VII: the experiments' settings and estimator (eqs. (81), (82), (84)), with calibration, references and figures from their own files."""

from infograd.verify.claims.experiments.entries import ENTRIES, MEASURED

__all__ = ["ENTRIES", "MEASURED"]
