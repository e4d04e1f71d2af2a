"""One output as a signal plus its own noise, and which randomness of the signal stands behind what is given.

Where the given nodes d-separate the output from the randomness behind them, the output's law given them is that of its signal
with the outer randomness held and the inner drawn afresh, plus the noise: a mixture with one component for each draw.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from infograd.channel import Channel, Gate, laws_within, node_law
from infograd.graph import ancestors, d_separated, primitive
from infograd.law import Law
from infograd.learned.gradient.decomposition import Term
from infograd.learned.samples.interpreter import evaluate
from infograd.learned.samples.laws import uniforms_needed
from infograd.learned.samples.simulator import Simulator
from infograd.question import Names


@dataclass(frozen=True, slots=True)
class Signal:
    """The output, the law of its noise, and the random nodes before it: `outer` ones behind what is given, `inner` ones not."""

    output: str
    noise: Law
    outer: Names
    inner: Names


def signal_of(channel: Channel, term: Term) -> Signal | str:
    """The term's output as signal plus noise, or why its law given the condition is no such mixture, as a sentence."""
    if sum(math.prod(channel.node(name).shape) for name in term.outputs) > 1:
        return f"a smoothed histogram is of one number, and {', '.join(map(repr, term.outputs))} has more; use scores fitted to samples."
    output = next(iter(term.outputs))
    noise = node_law(channel.node(output))
    if noise is None or noise.atomic:
        return f"{output!r} has no additive noise with a density of its own, so that its law is no mixture of that noise."
    jumping = next((type(each).__name__ for each in laws_within(noise) if each.jumps), None)
    if jumping is not None:
        return f"the density of {output!r} may jump, because its noise is {jumping}; a score then misses the jump's share."
    random = [node.name for node in channel.nodes if node_law(node) is not None]
    behind = ancestors(channel, term.given)
    if term.given and not d_separated(channel, [output], {primitive(name) for name in random if name in behind}, term.given):
        given = ", ".join(map(repr, term.given))
        return f"{output!r} depends on the randomness behind {given} around them, so that drawing the rest afresh does not give its law given {given}."
    before = ancestors(channel, [output]) - {output}
    relevant = [name for name in random if name in before]
    return Signal(output, noise, tuple(name for name in relevant if name in behind), tuple(name for name in relevant if name not in behind))


def uniform_columns(channel: Channel) -> dict[str, range]:
    """Which columns of a run's uniforms each random node takes."""
    columns, start = {}, 0
    for node in channel.nodes:
        law = node_law(node)
        if law is not None:
            columns[node.name] = range(start, start + uniforms_needed(law))
            start = columns[node.name].stop
    return columns


def columns_of(channel: Channel, names: Names) -> list[int]:
    """The columns of those random nodes, in the order of the names."""
    known = uniform_columns(channel)
    return [column for name in names for column in known[name]]


def signals(simulator: Simulator, output: str, uniforms: Tensor, parameters: Mapping[str, Tensor], known: Mapping[str, Tensor]) -> Tensor:
    """The output without its own noise, shape `(rows,)`, from a run's uniforms and nodes known already; columns that it does not depend on are not read."""
    channel = simulator.channel
    node = channel.node(output)
    if not isinstance(node, Gate):
        return torch.zeros(len(uniforms), dtype=torch.float64)
    before = ancestors(channel, [output]) - {output}
    unused = {each.name: torch.zeros(1, *each.shape, dtype=torch.float64) for each in channel.nodes if each.name not in before}
    nodes = simulator.run(uniforms, parameters, held={**known, **unused}).nodes
    found = evaluate(node.map, nodes, parameters, simulator.modules)
    return found.reshape(len(found)).expand(len(uniforms))
