"""Scores that follow a moving parameter: retrained, trained beside it, or conditional on it."""
