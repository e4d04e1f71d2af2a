"""Closed forms and scores as expressions, and their notations: sympy, LaTeX and MathJSON."""
