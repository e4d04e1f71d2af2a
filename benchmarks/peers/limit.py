"""The sampling limit: what independent samples allow when both scores are exact."""

from __future__ import annotations

import math
from collections.abc import Iterable

from .channels import Channel


def limit(channels: Iterable[Channel], count: int) -> float:
    """The root mean square, over the channels, of the error of the mean of J (s_{Y|X} - s_Y) with exact scores over `count` independent samples."""
    variances = [channel.law.draw_moments(float(channel.value))[1] for channel in channels]
    return math.sqrt(sum(variances) / len(variances) / count)
