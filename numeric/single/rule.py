"""The Gauss-Legendre rules of panels in the source's primitive: the one whose values count, and a coarser one beside it."""

from __future__ import annotations

import numpy as np

NODES, COARSE = 16, 13
LEGENDRE = {count: np.polynomial.legendre.leggauss(count) for count in (NODES, COARSE)}
