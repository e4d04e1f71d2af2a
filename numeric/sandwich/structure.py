"""Which logarithms of marginal densities an information is made of.

I(A;B|C) = E log p(b|a,c) - E log p(b|c). With the nodes K known, and the value of the noise of every node in W weighed,

    M(W, K) = E_u prod_{v in W} p(v | parents of v in the run with u, K clamped),

the expectation over the randomness u of the nodes upstream of W that no clamped node blocks. Let K be the given side, and let W
grow from the asked nodes S by every node of K that shares hidden randomness with it (or descends from S): all other nodes of K have
densities that factor out of p(s,k) and of p(k) alike. Hence

    p(s|k) = M(S + W, S + K) / M(W, K),

and the second term is 1 where W is empty: where nothing hidden lies upstream of both. No other node needs a density.
"""

from __future__ import annotations

from dataclasses import dataclass

from infograd.channel import node_law
from infograd.graph import parents_by_name, primitive
from infograd.law import Points
from infograd.numeric.limit import LimitError
from infograd.question import Names, Question


@dataclass(frozen=True, slots=True)
class Marginal:
    """log M(weighed, clamped): `hidden` are the nodes upstream of the weighed ones that are run again, in the channel's order."""

    weighed: Names
    clamped: Names
    hidden: Names


@dataclass(frozen=True, slots=True)
class Terms:
    """The information is the expectation of the sum of the added log-marginals less those of the subtracted ones."""

    added: tuple[Marginal, ...]
    subtracted: tuple[Marginal, ...]

    @property
    def marginals(self) -> tuple[Marginal, ...]:
        """All of them, the added ones first."""
        return self.added + self.subtracted


def _upstream(graph: dict[str, tuple[str, ...]], name: str, blocked: frozenset[str]) -> frozenset[str]:
    """The vertices above a node that are reached without passing a blocked one; the node's own randomness is not among them."""
    found: set[str] = set()
    pending = [parent for parent in graph[name] if parent != primitive(name)]
    while pending:
        vertex = pending.pop()
        if vertex not in found and vertex not in blocked:
            found.add(vertex)
            pending.extend(graph[vertex])
    return frozenset(found)


def _marginal(question: Question, graph: dict[str, tuple[str, ...]], weighed: frozenset[str], clamped: frozenset[str]) -> Marginal:
    hidden = frozenset[str]().union(*(_upstream(graph, name, clamped) for name in weighed))

    def ordered(names: frozenset[str]) -> Names:
        return tuple(name for name in question.channel.names if name in names)

    return Marginal(ordered(weighed), ordered(clamped), ordered(hidden))


def _conditional(question: Question, asked: frozenset[str], known: frozenset[str]) -> tuple[Marginal, Marginal | None]:
    """The two terms of log p(asked|known); the second is None where it is 0."""
    graph = parents_by_name(question.channel)
    above = {name: _upstream(graph, name, known) for name in asked | known}
    reached = asked.union(*(above[name] for name in asked))
    shared: set[str] = set()
    while True:
        joining = {name for name in known - shared if above[name] & reached}
        if not joining:
            break
        shared |= joining
        reached = reached.union(*(above[name] for name in joining))
    for name in sorted(asked | shared):
        law = node_law(question.channel.node(name))
        if law is None:
            raise LimitError(f"node {name!r} is deterministic; its density given its parents is needed, and it has none")
        if isinstance(law, Points):
            raise LimitError(f"node {name!r} has a law of Points; its density given its parents is needed, and it has none")
    weighed = frozenset(shared)
    above_all = _marginal(question, graph, asked | weighed, asked | known)
    return above_all, _marginal(question, graph, weighed, known) if weighed else None


def _terms(question: Question, asked: Names, other: Names) -> Terms:
    added, subtracted = list[Marginal](), list[Marginal]()
    for known, plus, minus in (((*other, *question.given), added, subtracted), (question.given, subtracted, added)):
        first, second = _conditional(question, frozenset(asked), frozenset(known))
        plus.append(first)
        if second is not None:
            minus.append(second)
    return Terms(tuple(each for each in added if each not in subtracted), tuple(each for each in subtracted if each not in added))


def candidates(question: Question) -> list[Terms]:
    """The ways to write the information, by which side's density is taken: the second side's first.

    Raises: LimitError where neither side's density is known given its parents, with what is missing.
    """
    if question.quantity != "information":
        raise LimitError("this method bounds informations only, and an entropy was asked")
    left, right = question.between
    found, reasons = list[Terms](), list[str]()
    for asked, other in ((right, left), (left, right)):
        try:
            found.append(_terms(question, asked, other))
        except LimitError as reason:
            reasons.append(str(reason))
    if not found:
        raise LimitError("; ".join(dict.fromkeys(reasons)))
    return found
