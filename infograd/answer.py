"""Replies of a room: an answer, or a refusal with its reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TypeAlias

from infograd.mapping import FrozenMapping
from infograd.quantity import Quantity


class Access(IntEnum):
    """What a method may know of a channel, from the least to the most."""

    PAIRS = 1
    PATHWISE = 2
    LAST_NOISE = 3
    MODEL = 4

    @property
    def meaning(self) -> str:
        """One clause for a reader."""
        return _MEANING[self]


_MEANING = {
    Access.PAIRS: "samples of the question's nodes",
    Access.PATHWISE: "samples, and vector-Jacobian products through a sampler",
    Access.LAST_NOISE: "samples, vector-Jacobian products, and the law of the last additive noise",
    Access.MODEL: "the whole channel",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What one method of one room found: the information in nats, its gradient by parameter, each with its doubt.

    `hessian` holds second derivatives under names "a,b"; `citation` says which result the method rests on; `cost` counts
    work (samples, nodes, evaluations) and is no part of equality.
    """

    room: str
    method: str
    access: Access
    value: Quantity | None
    gradient: FrozenMapping[Quantity] = field(default_factory=FrozenMapping)
    hessian: FrozenMapping[Quantity] = field(default_factory=FrozenMapping)
    citation: str = ""
    cost: FrozenMapping[int] = field(default_factory=FrozenMapping, compare=False)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A method's reply that it cannot answer, and why, in one sentence."""

    room: str
    method: str
    reason: str


Reply: TypeAlias = Answer | Refusal
