"""An estimator's pooled error over some channels, in units of the sampling limit, and its time."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from .channels import Channel
from .limit import limit


@dataclass(frozen=True, slots=True)
class Score:
    """Root mean square error in nats per unit of the parameter, the limit on the same channels, and processor seconds a channel."""

    error: float
    limit: float
    seconds: float

    @property
    def ratio(self) -> float:
        """The error in units of the limit."""
        return self.error / self.limit


def compared(gradient: Callable[[Channel, int, int], float], channels: Sequence[Channel], count: int, seeds: Iterable[int]) -> Score:
    """The error against the exact gradients, pooled over channels and seeds; every channel has samples of its own."""
    squares = []
    seconds = 0.0
    for seed in seeds:
        for place, channel in enumerate(channels):
            start = time.process_time()
            found = gradient(channel, count, len(channels) * seed + place)
            seconds += time.process_time() - start
            squares.append((found - channel.truth) ** 2)
    return Score(math.sqrt(sum(squares) / len(squares)), limit(channels, count), seconds / len(squares))
