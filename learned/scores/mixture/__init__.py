"""Scores of mixtures over simulated signals, where the law of the last noise is known."""
