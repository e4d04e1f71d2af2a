"""An information as a signed sum of differential entropies of noisy gates given sources.

With A = (As, Ag) the sources and the gates of a group, and sources independent of one another,

    I(A;B|C) = h(Ag,Cg | As,Cs) + h(Bg,Cg | Bs,Cs) - h(Ag,Bg,Cg | As,Bs,Cs) - h(Cg | Cs)

A gate whose parents all stand beside it or are given adds the entropy of its noise; gates that share no randomness part into
entropies of their own; equal entropies cancel before anything is computed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from infograd.channel import Channel, Source, node_law, node_parents
from infograd.numeric.limit import LimitError
from infograd.question import Question


@dataclass(frozen=True, slots=True)
class Joint:
    """h(gates | observed) of noisy gates, in the channel's order, given sources; with `alone` that of the one gate's noise."""

    gates: tuple[str, ...]
    observed: tuple[str, ...] = ()
    alone: bool = False

    @property
    def symbol(self) -> str:
        """The entropy as a reader writes it."""
        inner = ",".join(self.gates) + (" | " + ",".join(self.observed) if self.observed else "")
        return f"h(noise of {inner})" if self.alone else f"h({inner})"


class _Graph:
    """Random parents (through deterministic gates) and random ancestors of every node."""

    def __init__(self, channel: Channel) -> None:
        self.order = channel.names
        self.parents: dict[str, frozenset[str]] = {}
        self.ancestors: dict[str, frozenset[str]] = {}
        random = {node.name for node in channel.nodes if node_law(node) is not None}
        for node in channel.nodes:
            direct = node_parents(node)
            self.parents[node.name] = frozenset().union(*({name} if name in random else self.parents[name] for name in direct))
            self.ancestors[node.name] = frozenset({node.name} & random).union(*(self.ancestors[name] for name in direct))

    def sorted(self, names: frozenset[str]) -> tuple[str, ...]:
        """The names in the channel's order."""
        return tuple(name for name in self.order if name in names)

    def split(self, gates: frozenset[str], observed: frozenset[str]) -> Counter[Joint]:
        """h(gates | observed) as a sum of entropies that cannot be split further."""
        found: Counter[Joint] = Counter()
        left = gates
        while (last := self._closed(left, observed)) is not None:
            found[Joint((last,), alone=True)] += 1
            left -= {last}
        for group in self._groups(left, observed):
            heard = frozenset().union(*(self.ancestors[gate] for gate in group))
            found[Joint(self.sorted(group), self.sorted(observed & heard))] += 1
        return found

    def _closed(self, gates: frozenset[str], observed: frozenset[str]) -> str | None:
        """A gate that no other one descends from and whose parents are all given."""
        for gate in reversed(self.sorted(gates)):
            others = gates - {gate}
            if self.parents[gate] <= others | observed and not any(gate in self.ancestors[other] for other in others):
                return gate
        return None

    def _groups(self, gates: frozenset[str], observed: frozenset[str]) -> list[frozenset[str]]:
        """The gates in groups that share no randomness once `observed` is given."""
        groups: list[frozenset[str]] = []
        for gate in self.sorted(gates):
            own = self.ancestors[gate] - observed
            touched = [group for group in groups if any(own & (self.ancestors[other] - observed) for other in group)]
            groups = [group for group in groups if group not in touched] + [frozenset({gate}).union(*touched)]
        return groups


def terms(question: Question) -> dict[Joint, int]:
    """The entropies that make up I(A;B|C), each with its factor, none of it 0.

    Raises: LimitError where an entropy or second derivatives are asked, or an asked node is deterministic.
    """
    if question.quantity != "information":
        raise LimitError("this room integrates informations only, and an entropy was asked; ask the analytic room")
    if question.order > 1:
        raise LimitError("second derivatives are not among what this method gives; ask for order 1")
    for name in question.nodes:
        if node_law(question.channel.node(name)) is None:
            raise LimitError(f"node {name!r} is deterministic; its information has no density to integrate")
    graph = _Graph(question.channel)
    left, right, given = (frozenset(names) for names in (*question.between, question.given))
    total: Counter[Joint] = Counter()
    for group, sign in ((left | given, 1), (right | given, 1), (left | right | given, -1), (given, -1)):
        sources = frozenset(name for name in group if isinstance(question.channel.node(name), Source))
        for joint, count in graph.split(group - sources, sources).items():
            total[joint] += sign * count
    return {joint: factor for joint, factor in total.items() if factor}
