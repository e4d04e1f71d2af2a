"""The method `exact`: Taylor polynomials over exact rationals and proven balls, and what happens where Gaussian vectors are degenerate."""
