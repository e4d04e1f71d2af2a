"""The rivals by name, each with what it must know of a channel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from infograd import Access

from . import critics
from .channels import Channel
from .exact import exact_scores, reinforce
from .nearest import nearest


@dataclass(frozen=True, slots=True)
class Peer:
    """An estimator of dI/dtheta: its name, the least access that it needs, and its function of a channel, a number of samples and a seed."""

    name: str
    access: Access
    gradient: Callable[[Channel, int, int], float]


PEERS = (
    Peer("InfoNCE", Access.PATHWISE, partial(critics.gradient, critics.InfoNCE)),
    Peer("MINE", Access.PATHWISE, partial(critics.gradient, critics.Mine)),
    Peer("SMILE", Access.PATHWISE, partial(critics.gradient, critics.Smile)),
    Peer("KSG, step 0.05", Access.PAIRS, partial(nearest, step=0.05)),
    Peer("KSG, step 0.2", Access.PAIRS, partial(nearest, step=0.2)),
    Peer("REINFORCE, exact densities", Access.MODEL, partial(reinforce, baseline=False)),
    Peer("REINFORCE, exact densities, baseline", Access.MODEL, reinforce),
    Peer("exact scores", Access.MODEL, exact_scores),
)
