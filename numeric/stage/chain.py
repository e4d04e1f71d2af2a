"""Channels of one stage: one source, deterministic gates, one gate with noise, and deterministic gates behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from infograd.channel import Gate, Source
from infograd.expression import Apply, Expression, subexpressions
from infograd.numeric.interpreter import Dual, Floats, Interpreter
from infograd.numeric.limit import LimitError
from infograd.question import Question


@dataclass(frozen=True, slots=True)
class Chain:
    """One source, deterministic gates, and one gate with noise, at parameter values; `receiver` are deterministic gates after it."""

    source: Source
    gates: tuple[Gate, ...]
    receiver: tuple[Gate, ...]
    values: Mapping[str, Floats]

    @property
    def output(self) -> Gate:
        """The gate with the noise."""
        return self.gates[-1]

    def at(self, values: Mapping[str, Floats]) -> Chain:
        """The same chain at other parameter values."""
        return Chain(self.source, self.gates, self.receiver, values)

    def interpreter(self, tangents: Mapping[str, Floats]) -> Interpreter:
        """An interpreter of expressions in parameters alone."""
        return Interpreter(self.values, tangents, 0)

    def location(self, inputs: Floats, tangents: Mapping[str, Floats], moving: Floats | None = None) -> Dual:
        """f(a; theta) and its tangent along a direction of the parameters and one of the inputs."""
        *_, (_, interpreter) = self._walk(inputs, tangents, moving)
        value, tangent = interpreter(self.output.map)
        return np.broadcast_to(value, inputs.shape), None if tangent is None else np.broadcast_to(tangent, inputs.shape)

    def switches(self) -> Iterator[Callable[[Floats], Floats]]:
        """Functions of the inputs that change sign where a kink or a jump of the map is."""
        for position, gate in enumerate(self.gates):
            for part in subexpressions(gate.map):
                if isinstance(part, Apply) and part.operation in ("sign", "abs", "relu", "clip"):
                    bounds = part.arguments[1:] or (None,)
                    for bound in bounds:
                        yield self._switch(position, part.arguments[0], bound)

    def _switch(self, position: int, argument: Expression, bound: Expression | None) -> Callable[[Floats], Floats]:
        def at(inputs: Floats) -> Floats:
            _, interpreter = list(self._walk(inputs, {}, None))[position]
            level = 0.0 if bound is None else interpreter(bound)[0]
            return np.broadcast_to(interpreter(argument)[0] - level, inputs.shape)

        return at

    def _walk(self, inputs: Floats, tangents: Mapping[str, Floats], moving: Floats | None) -> Iterator[tuple[Gate, Interpreter]]:
        """Each gate with the interpreter that knows the values of the nodes before it."""
        values, directions = {**self.values, self.source.name: inputs}, dict(tangents)
        if moving is not None:
            directions[self.source.name] = moving
        for gate in self.gates:
            interpreter = Interpreter(values, directions, inputs.ndim)
            yield gate, interpreter
            values[gate.name], tangent = interpreter(gate.map)
            if tangent is not None:
                directions[gate.name] = tangent


def chain(question: Question) -> Chain:
    """The chain that the question asks about.

    Raises: LimitError where the channel is not one source, deterministic gates and one gate with noise, asked end to end.
    """
    sources = [node for node in question.channel.nodes if isinstance(node, Source)]
    gates = [node for node in question.channel.nodes if isinstance(node, Gate)]
    noisy = [position for position, gate in enumerate(gates) if gate.noise is not None]
    asked = {*question.between[0], *question.between[1]}
    if len(sources) != 1 or len(noisy) != 1 or question.given or len(asked) != 2 or sources[0].name not in asked:
        raise LimitError("this method takes one source and one gate with noise, and the information between the ends")
    if any(node.shape for node in question.channel.nodes):
        raise LimitError("this method takes channels of scalar nodes")
    values = {name: np.asarray(value, dtype=np.float64) for name, value in question.at.items()}
    cut = noisy[0] + 1
    found = Chain(sources[0], tuple(gates[:cut]), tuple(gates[cut:]), values)
    named = (asked - {found.source.name}).pop()
    receiver = [gate.name for gate in found.receiver]
    if named == found.output.name:
        return Chain(found.source, found.gates, (), values)
    if named not in receiver:
        raise LimitError(f"node {named!r} is deterministic; its information has no density to integrate")
    return Chain(found.source, found.gates, found.receiver[: receiver.index(named) + 1], values)
