"""Where a method ends."""

from __future__ import annotations

import math

CELLS = 20_000_000


class LimitError(Exception):
    """A question beyond what a method of this room can answer; the message is the refusal's reason, without its full stop."""


def node_count(length: float, spacing: float, least: int) -> int:
    """How many steps of at most `spacing` a length takes, at least `least`.

    Raises: LimitError for more than `CELLS`, before anything of that size is made.
    """
    steps = length / spacing
    if not steps <= CELLS:
        raise LimitError(f"a grid over {length:.1e} at a spacing of {spacing:.1e} would take more than {CELLS:.0e} nodes")
    return max(least, math.ceil(steps))
