"""Rival estimators of the information gradient, on channels of the benchmark that also know their exact gradient and their sampling limit.

Every peer is one function `gradient(channel, count, seed)`, in nats per unit of the channel's parameter, on `count` independent samples; one seed gives
every peer the same samples. `python -m benchmarks.peers` compares them.
"""

from __future__ import annotations

from .channels import GRIDS, Channel
from .comparison import Score, compared
from .rivals import PEERS, Peer

__all__ = ["GRIDS", "PEERS", "Channel", "Peer", "Score", "compared"]
