"""The model of rounding behind every bound: IEEE double precision, to nearest, sums in any order, fused or not.

A sum of n products has an error of at most gamma(n) times the sum of the absolute products, and TINY for each product
that may underflow, gradually or to zero: 2^-1022 would do, and a larger TINY keeps the bounds themselves away from the slow
numbers below it. Sums of two numbers do not underflow.
Source: Higham, Accuracy and Stability of Numerical Algorithms (2002), sections 2.2, 2.8 and 3.1.
"""

from __future__ import annotations

UNIT = 2.0**-53
TINY = 2.0**-900

# A function of the C library is taken to be right to 4 units in the last place; the GNU C library states 1 to 2 for those used here.
LIBRARY = 8 * UNIT

# A radius is itself computed in doubles, as a sum of non-negative terms of a few factors each: up to 2^20 terms, more than
# any matrix here has columns, its relative error stays below gamma(2^22) < 2^-30, which SLACK gives back.
SLACK = 1 + 2.0**-30


def gamma(count: float) -> float:
    """n u / (1 - n u), the relative rounding of n operations in a row."""
    return count * UNIT / (1 - count * UNIT)
