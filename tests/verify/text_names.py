"""Names that texts of expressions may use, by shape."""

from __future__ import annotations

import infograd as ig

NAMES: dict[str, ig.Expression] = {
    "theta": ig.Parameter("theta"),
    "s2": ig.Parameter("s2"),
    "W": ig.Parameter("W", (3, 2)),
    "X": ig.Reference("X"),
    "U": ig.Reference("U", (2,)),
    "V": ig.Reference("V", (2,)),
}

THETA, X, U, V, W = (NAMES[name] for name in ("theta", "X", "U", "V", "W"))
