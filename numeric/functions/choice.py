"""Which cells serve a question: panels for one stage with kinks or jumps, a lattice otherwise."""

from __future__ import annotations

from infograd.channel import Gate, laws_within
from infograd.expression import regularity
from infograd.law import Exponential, Laplace, Uniform
from infograd.numeric.functions.cells import Cells
from infograd.numeric.functions.lattice_cells import LatticeCells
from infograd.numeric.functions.panel_cells import PanelCells
from infograd.numeric.limit import LimitError
from infograd.numeric.networks.network import network
from infograd.numeric.stage.chain import chain
from infograd.numeric.stage.primitive import PRIMITIVES
from infograd.operation import Regularity
from infograd.question import Question


def output_of(question: Question) -> str:
    """The one gate with noise on the right of the question.

    Raises: LimitError where the question is not I(A;Y) with such a Y.
    """
    if question.quantity != "information" or question.given or len(question.between[1]) != 1:
        raise LimitError("an output law is that of the one node on the right of an information without conditions")
    name = question.between[1][0]
    node = question.channel.node(name)
    if not isinstance(node, Gate) or node.noise is None:
        raise LimitError(f"node {name!r} has no noise of its own; an output law needs the density of the last noise")
    return name


def cells_of(question: Question, output: str) -> Cells:
    """The cells of the output's law: panels for one stage with kinks or jumps, a lattice for everything else.

    Raises: LimitError where neither applies.
    """
    gates = [node for node in question.channel.nodes if isinstance(node, Gate)]
    rough = any(regularity(gate.map) is not Regularity.SMOOTH or _has_corners(gate) for gate in gates)
    if rough:
        try:
            stage = chain(question)
        except LimitError:
            stage = None
        if stage is not None and all(type(law) in PRIMITIVES or law.atomic for law in (stage.source.law, stage.output.noise) if law is not None):
            return PanelCells(stage)
    net = network(question)
    below = [vertex.name for vertex in net.vertices if output in vertex.parents]
    if below:
        raise LimitError(f"node {below[0]!r} descends from {output!r}; ask with the output on the right and its causes on the left")
    for vertex in net.vertices:
        if vertex.map is not None and any(law.jumps for law in laws_within(vertex.law)):
            raise LimitError(f"the noise of {vertex.name!r} has a density with jumps, which a lattice does not see")
    return LatticeCells(net, question.between[0], output)


def _has_corners(gate: Gate) -> bool:
    """Whether the density of the gate's noise has kinks or jumps."""
    return gate.noise is not None and any(isinstance(law, Laplace | Exponential | Uniform) for law in laws_within(gate.noise))
