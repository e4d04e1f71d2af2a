"""Mutual information itself, from learned gradients and scores."""
