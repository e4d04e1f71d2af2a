"""The pathwise derivative J = dy/d entry at fixed primitives, in every cell of hidden values and of the output."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from infograd.channel import laws_within
from infograd.law import Mixture, Points, Uniform
from infograd.numeric.density import read
from infograd.numeric.functions.cells import Path
from infograd.numeric.interpreter import Floats
from infograd.numeric.limit import LimitError
from infograd.numeric.networks.network import Network, Vertex
from infograd.numeric.networks.scores import primitive_drift
from infograd.numeric.stage.primitive import location_and_scale, moved


def paths_through(net: Network, output: Vertex, axes: tuple[str, ...], grids: Mapping[str, Floats], noise: Floats) -> Path:
    """J over cells (outputs, inputs, rest), where `noise` is the last noise and `grids` hold the hidden nodes along `axes`.

    The function returned raises LimitError where a parameter moves the law of a primitive itself.
    """

    def path(name: str, index: tuple[int, ...]) -> Floats:
        direction = np.zeros_like(net.values[name])
        direction[index] = 1.0
        tangents: dict[str, Floats] = {}
        for vertex in net.vertices:
            if vertex.name == output.name:
                continue
            drift = _map_drift(net, vertex, {name: direction, **tangents}, axes, grids)
            if name in {each.name for each in vertex.law.parameters}:
                place = grids[vertex.name]
                if vertex.map is not None:
                    place = place - net.interpreter(dict(grids), {}, len(axes))(vertex.map)[0]
                drift = drift + _own_drift(net, vertex, {name: direction}, place)
            if np.any(drift):
                tangents[vertex.name] = drift
        whole = np.broadcast_shapes(*(grid.shape for grid in grids.values())) if grids else ()
        last = np.broadcast_to(_map_drift(net, output, {name: direction, **tangents}, axes, grids), whole).reshape(noise.shape[1:])[None]
        if name in {each.name for each in output.law.parameters}:
            last = last + _own_drift(net, output, {name: direction}, noise)
        return np.broadcast_to(last, noise.shape)

    return path


def _map_drift(net: Network, vertex: Vertex, tangents: dict[str, Floats], axes: tuple[str, ...], grids: Mapping[str, Floats]) -> Floats:
    if vertex.map is None:
        return np.zeros(())
    drift = net.interpreter(dict(grids), tangents, len(axes))(vertex.map)[1]
    return np.zeros(()) if drift is None else drift


def _own_drift(net: Network, vertex: Vertex, direction: Mapping[str, Floats], place: Floats) -> Floats:
    """How the parameter moves the node's own law at fixed primitive, where the law has given `place`."""
    interpreter = net.interpreter({}, dict(direction), 0)
    law = vertex.law
    if isinstance(law, Points):
        values, turned = interpreter(law.values)
        if turned is None or interpreter(law.weights)[1] is not None:
            raise LimitError(f"parameter {next(iter(direction))!r} moves the weights of {vertex.name!r}, which no path carries")
        return np.asarray(turned[np.abs(place[..., None] - values).argmin(axis=-1)])
    if isinstance(law, Mixture) and len(list(laws_within(law))) > 2:
        raise LimitError(
            f"parameter {next(iter(direction))!r} moves components of {vertex.name!r} apart, and the component that gave a value is not told by it"
        )
    if isinstance(law, Uniform):
        (lower, shift), (length, growth) = location_and_scale(law, interpreter)
        return moved(shift, growth, (place - lower) / length)
    density, tangents = read(law, interpreter)
    return primitive_drift(density, tangents, place)
