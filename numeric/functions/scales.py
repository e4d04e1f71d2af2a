"""How finely the hidden nodes must be laid: by the noise behind them, and by the features of the maps that they enter.

The pilot knows the slopes of the maps against the noise; where noise is large it lets a map be steeper than its grid. A map
of one node that covers a range R with largest slope S has features of the size R/S, and its node is laid no coarser.
"""

from __future__ import annotations

import numpy as np

from infograd.law import Points
from infograd.numeric.functions.nodes import source_nodes
from infograd.numeric.networks.network import Network, Vertex
from infograd.numeric.networks.pilot import Habitat

LINE, LOSS = 4001, 45.0


def scales(net: Network, habitats: dict[str, Habitat]) -> dict[str, float]:
    """The scale of the integrand in every vertex."""
    found = {name: habitat.scale for name, habitat in habitats.items()}
    for vertex in net.vertices:
        if len(vertex.parents) == 1:
            parent = next(each for each in net.vertices if each.name == vertex.parents[0])
            if not isinstance(parent.law, Points):
                found[parent.name] = min(found[parent.name], _feature(net, vertex, parent, habitats[parent.name]))
    return found


def _feature(net: Network, vertex: Vertex, parent: Vertex, habitat: Habitat) -> float:
    low, high = habitat.low, habitat.high
    if parent.map is None:
        density = net.density(parent)
        nodes, _ = source_nodes(density, density.width(), 1.0, LOSS)
        low, high = float(nodes.min()), float(nodes.max())
    line = np.linspace(low, high, LINE)
    assert vertex.map is not None  # a vertex with a parent is a gate
    places = np.broadcast_to(net.interpreter({parent.name: line}, {}, 1)(vertex.map)[0], line.shape)
    steepest = float(np.abs(np.diff(places)).max()) / float(line[1] - line[0])
    return float(np.ptp(places)) / steepest if steepest > 0 else high - low
