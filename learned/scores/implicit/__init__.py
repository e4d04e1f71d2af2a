"""Scores in closed form, by implicit score matching with a linear head on a basis."""
