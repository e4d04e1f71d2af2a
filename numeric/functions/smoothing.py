"""The question about Y + sqrt(t) Z instead of Y, with Z standard normal and independent of everything."""

from __future__ import annotations

from fractions import Fraction

from infograd.channel import Channel, Gate, Node, Source, node_parents
from infograd.expression import Reference
from infograd.law import Law, Mixture, Normal
from infograd.question import Question


def _blurred(law: Law | None, variance: Fraction) -> Law | None:
    """The law of N + sqrt(t) Z where it is one of the language, or None."""
    if law is None:
        return Normal(0, variance)
    if isinstance(law, Normal):
        return Normal(law.mean, law.covariance + variance)
    if isinstance(law, Mixture):
        parts = [_blurred(component, variance) for component in law.components]
        return Mixture(law.weights, [part for part in parts if part is not None]) if None not in parts else None
    return None


def smoothed_question(question: Question, output: str, variance: Fraction) -> Question:
    """The same question with the noise N of `output` replaced by N + sqrt(t) Z; where that has no name, N becomes a source."""
    nodes: list[Node] = []
    dropped = {output}
    for node in question.channel.nodes:
        if node.name == output:
            assert isinstance(node, Gate)  # outputs of laws are gates
            noise = _blurred(node.noise, variance)
            if noise is not None:
                nodes.append(Gate(output, node.map, noise))
                continue
            assert node.noise is not None  # blurring nothing gives a law
            own = Source(_free(f"{output}_noise", question.channel), node.noise)
            nodes += [own, Gate(output, node.map + Reference(own.name, own.shape), Normal(0, variance))]
        elif dropped.isdisjoint(node_parents(node)):
            nodes.append(node)
        else:
            dropped.add(node.name)
    channel = Channel(*nodes)
    kept = {parameter.name for parameter in channel.parameters}
    at = {name: value for name, value in question.at.items() if name in kept}
    wrt = [name for name in question.wrt if name in kept]
    return Question(channel, question.between, question.given, wrt, at, question.quantity, question.order)


def _free(name: str, channel: Channel) -> str:
    taken = {*channel.names, *(parameter.name for parameter in channel.parameters), *(module.name for module in channel.opaque)}
    while name in taken:
        name += "_"
    return name
