"""Which entropies an information is made of: h(gates | sources) falls into independent parts, each with at most one hidden relay.

Given sources and observed gates shift the gates that use them by known numbers, so that their addends fall away (Lemma G8 of docs/proof-graph.md).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from infograd.channel import Gate, Source
from infograd.graph import ancestors
from infograd.numeric.certified.graph.terms import Addend, Network
from infograd.numeric.certified.reading import OutsideTheoremError
from infograd.question import Question


@dataclass(frozen=True, slots=True)
class Part:
    """Observed gates that hang together, with the numbers of the addends that are left of each, and the hidden gate behind them, if any.

    `given`: the relay's sources are given, so that the entropy is the mean of a conditional one.
    """

    outputs: tuple[tuple[str, tuple[int, ...]], ...]
    relay: str | None = None
    given: bool = False


def parts_of(network: Network, observed: Iterable[str], known: frozenset[str]) -> Counter[Part]:
    """The parts of h(observed gates | known sources).

    Raises: OutsideTheoremError with the hypothesis that fails.
    """
    gates = frozenset(observed)
    kept: dict[str, tuple[int, ...]] = {}
    hidden: dict[str, frozenset[str]] = {}
    for name in sorted(gates):
        addends = network.addends(name)
        left = {index: addend for index, addend in enumerate(addends) if addend.bases - gates - known}
        for index, addend in enumerate(addends):
            if index in left:
                _single(name, addend)
            else:
                network.check_defined(name, addend.expression)
        kept[name] = tuple(left)
        hidden[name] = frozenset(base for addend in left.values() for base in addend.bases)
    found: Counter[Part] = Counter()
    pending = dict(hidden)
    while pending:
        name, reach = pending.popitem()
        members, roots = {name}, _roots(network, reach) - known
        while joined := [other for other, each in pending.items() if roots & _roots(network, each)]:
            members.update(joined)
            roots = roots.union(*(_roots(network, pending.pop(other)) for other in joined)) - known
        outputs = tuple((member, kept[member]) for member in sorted(members))
        found[_part(network, outputs, {base for member in members for base in hidden[member]}, gates, known)] += 1
    return found


def _single(name: str, addend: Addend) -> None:
    if len(addend.bases) > 1:
        raise OutsideTheoremError(
            f"gate {name!r} has a term in {', '.join(sorted(addend.bases))} together, and the theorem takes sums of terms in one node each"
        )


def _roots(network: Network, bases: Iterable[str]) -> frozenset[str]:
    """The nodes themselves and those behind the hidden gates among them."""
    found = set(bases)
    for name in tuple(found):
        if isinstance(network.nodes[name], Gate):
            found |= {base for addend in network.addends(name) for base in addend.bases}
    return frozenset(found)


def _part(network: Network, outputs: tuple[tuple[str, tuple[int, ...]], ...], bases: set[str], observed: frozenset[str], known: frozenset[str]) -> Part:
    relays = sorted(base for base in bases if isinstance(network.nodes[base], Gate))
    shown = ", ".join(name for name, _ in outputs)
    if not relays:
        return Part(outputs)
    if len(relays) > 1:
        raise OutsideTheoremError(f"{', '.join(relays)} are hidden behind {shown}, and the theorem takes one hidden noisy gate")
    relay = relays[0]
    addends = [addend for addend in network.addends(relay) if addend.bases]
    for addend in addends:
        _single(relay, addend)
    behind = {base for addend in addends for base in addend.bases}
    further = sorted(base for base in behind if isinstance(network.nodes[base], Gate))
    if further:
        state = "observed" if further[0] in observed else "hidden"
        raise OutsideTheoremError(f"the hidden gate {relay!r} uses the {state} gate {further[0]!r}, and the theorem takes hidden gates of sources only")
    if not behind & known:
        return Part(outputs, relay)
    if len(outputs) > 1 or bases != {relay} or behind - known or len(addends) != 1:
        raise OutsideTheoremError(
            f"the hidden gate {relay!r} uses the given source {min(behind & known)!r} beside other hidden nodes or outputs, "
            "and the theorem averages over one term of one given source with one output behind it"
        )
    return Part(outputs, relay, given=True)


@dataclass(frozen=True, slots=True)
class Plan:
    """How often each part's entropy counts in the information and in the entropy, and the gates whose entropy that is."""

    information: Counter[Part]
    entropy: Counter[Part]
    named: tuple[str, ...]


def _split(question: Question, names: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    chosen = frozenset(names)
    sources = frozenset(name for name in chosen if isinstance(question.channel.node(name), Source))
    return chosen - sources, sources


def plan_of(question: Question, network: Network) -> Plan:
    """I(A;B|C) = H(A,C) + H(B,C) - H(C) - H(A,B,C), H(S) = h(gates in S | sources in S), for the sources are independent; h(A|C) = H(A,C) - H(C).

    The entropy beside an information is that of the gates of the second side, or else of the first, or of the given ones.
    Raises: OutsideTheoremError with the hypothesis that fails.
    """
    first, second = question.between
    for name in question.nodes:
        if isinstance(question.channel.node(name), Gate):
            network.gate(name)

    def joint(*groups: Iterable[str]) -> Counter[Part]:
        gates, sources = _split(question, (name for group in groups for name in group))
        return parts_of(network, gates, sources)

    given = question.given
    beside = next((tuple(sorted(gates)) for gates, _ in (_split(question, side) for side in (second, first)) if gates), ())
    named = beside or tuple(sorted(_split(question, given)[0]))
    if not named:
        raise OutsideTheoremError("the question names no noisy gate")
    entropy = _difference(joint(named, given), joint(given)) if beside else joint(given)
    if question.quantity == "entropy":
        if _split(question, first)[1]:
            raise OutsideTheoremError("the entropy of a source beside gates is outside the theorem about gates")
        later = [name for name in given if ancestors(question.channel, (name,)) & set(first)]
        if later:
            raise OutsideTheoremError(f"{later[0]!r} is given and lies behind {first[0]!r}; ask an information for what it tells")
        return Plan(entropy, entropy, named)
    information = _difference(joint(first, given) + joint(second, given), joint(given) + joint(first, second, given))
    return Plan(information, entropy, named)


def _difference(plus: Counter[Part], minus: Counter[Part]) -> Counter[Part]:
    found = Counter(plus)
    found.subtract(minus)
    return Counter({part: count for part, count in found.items() if count})
