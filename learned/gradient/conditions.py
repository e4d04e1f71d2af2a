"""When -E[J_U^T s_{U|W}] is the gradient of h(U|W), decided before scores are fitted.

The conditions: the parameter moves the samples through reparameterisable arguments and maps without jumps; W does not move
with it, or U is d-separated, given W, from the randomness behind W; and U has a density given W that is absolutely
continuous, without atoms.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import torch
from torch import Tensor

from infograd.channel import Channel, Gate, laws_within, node_law, node_parents
from infograd.expression import Apply, parameters, regularity, subexpressions
from infograd.graph import ancestors, moved_by, moves_alone
from infograd.learned.gradient.decomposition import Term
from infograd.learned.samples.simulator import Simulator, joined
from infograd.learned.samples.uniforms import sobol
from infograd.operation import Regularity

_FLATTENING = frozenset({"relu", "clip", "sign"})
_PROBES = 16
_RANK_TOLERANCE = 1e-9


def _listed(names: Iterable[str]) -> str:
    return ", ".join(map(repr, names))


def _moves_map(gate: Gate, parameter: str, moved: frozenset[str]) -> bool:
    return not moved.isdisjoint(node_parents(gate)) or any(found.name == parameter for found in parameters(gate.map))


def parameter_obstacle(channel: Channel, nodes: Iterable[str], parameter: str) -> str | None:
    """Why the Jacobian of those nodes does not carry the derivative in that parameter, as a sentence, or None."""
    behind = ancestors(channel, nodes)
    moved = moved_by(channel, parameter)
    for node in channel.nodes:
        if node.name not in behind:
            continue
        law = node_law(node)
        for each in laws_within(law) if law is not None else ():
            for name, argument in each.arguments.items():
                if name not in each.reparameterisable and any(found.name == parameter for found in parameters(argument)):
                    return f"{parameter!r} moves the {name} of the law {type(each).__name__} of {node.name!r}, which no reparameterisation carries."
        if isinstance(node, Gate) and regularity(node.map) is Regularity.JUMP and _moves_map(node, parameter, moved):
            return f"{parameter!r} moves the map of {node.name!r}, which jumps, so that the Jacobian does not carry the gradient."
    return None


def motion_obstacle(channel: Channel, term: Term, parameter: str) -> str | None:
    """Why the motion of what the term is given adds to the gradient, as a sentence, or None."""
    if moves_alone(channel, term.outputs, term.given, parameter):
        return None
    moved = [name for name in term.given if name in moved_by(channel, parameter)]
    return (
        f"{parameter!r} moves {_listed(moved)}, and {_listed(term.outputs)} depends on the randomness behind {_listed(term.given)} around them, "
        "so that the score does not carry the gradient."
    )


def _last_random(channel: Channel, names: Iterable[str], known: frozenset[str]) -> Iterator[str]:
    """The nodes, from `names` upwards through those without noise of a density, whose noise comes last; `known` ones are passed by."""
    for name in names:
        node = channel.node(name)
        law = node_law(node)
        if law is not None and not law.atomic:
            yield name
        else:
            yield from _last_random(channel, (each for each in node_parents(node) if each not in known), known)


def _bare(channel: Channel, names: Iterable[str], known: frozenset[str]) -> Iterator[Gate]:
    """The gates, from `names` upwards, that no noise with a density smooths; `known` ones are passed by."""
    for name in names:
        node = channel.node(name)
        law = node_law(node)
        if isinstance(node, Gate) and (law is None or law.atomic):
            yield node
            yield from _bare(channel, (each for each in node_parents(node) if each not in known), known)


def density_obstacle(simulator: Simulator, term: Term) -> str | None:
    """Why the term's outputs have no score, as a sentence, or None."""
    channel = simulator.channel
    known = frozenset(term.given)
    outputs = _listed(term.outputs)
    for gate in _bare(channel, term.outputs, known):
        flat = {part.operation for part in subexpressions(gate.map) if isinstance(part, Apply)} & _FLATTENING
        if flat:
            return f"{outputs} may have atoms, because {gate.name!r} applies {min(flat)} and no noise follows; a score needs a density."
    for name in _last_random(channel, term.outputs, known):
        law = node_law(channel.node(name))
        for each in laws_within(law) if law is not None else ():
            if each.jumps:
                return (
                    f"the density of {outputs} may jump, because the last noise, of {name!r}, is {type(each).__name__}; a score then misses the jump's share."
                )
    if not _own_noises(channel, term) and not _full_rank(simulator, term):
        given = f" given {_listed(term.given)}" if term.given else ""
        return f"{outputs} has no density{given}; some combination of its entries is fixed or takes single values."
    return None


def _own_noises(channel: Channel, term: Term) -> bool:
    """Whether each output has a noise of its own with a density, of which what is given knows nothing: then there is a density, whatever the point."""
    laws = [node_law(channel.node(name)) for name in term.outputs]
    return all(law is not None and not law.atomic for law in laws) and ancestors(channel, term.given).isdisjoint(term.outputs)


def _full_rank(simulator: Simulator, term: Term) -> bool:
    """Whether, with what is given held still, the noises still move the outputs in every direction, at each of a few sample points."""
    shifts = {
        node.name: torch.zeros(_PROBES, *node.shape, dtype=torch.float64, requires_grad=True)
        for node in simulator.channel.nodes
        if (law := node_law(node)) is not None and not law.atomic
    }
    if not shifts:
        return False
    nodes = simulator.run(sobol(simulator.dimension, _PROBES, seed=0), simulator.point, shifts).nodes
    held = _rows(joined(nodes, term.given, _PROBES), list(shifts.values()))
    free = _rows(joined(nodes, term.outputs, _PROBES), list(shifts.values()))
    _, singular, directions = torch.linalg.svd(held, full_matrices=False)
    spanned = directions * (singular > _RANK_TOLERANCE).unsqueeze(2)
    if free.shape[1] > free.shape[2]:
        return False
    left = free - free @ spanned.transpose(1, 2) @ spanned
    return bool((torch.linalg.matrix_norm(left, ord=-2) > _RANK_TOLERANCE).all())


def _rows(outputs: Tensor, inputs: list[Tensor]) -> Tensor:
    """The Jacobian of each sample's outputs, shape `(n, outputs, inputs)`, its rows scaled to length 1; a zero row stays zero."""
    count, dimension = outputs.shape
    rows = []
    for position in range(dimension):
        if outputs.requires_grad:
            found = torch.autograd.grad(outputs[:, position].sum(), inputs, retain_graph=True, materialize_grads=True)
        else:
            found = tuple(torch.zeros_like(each) for each in inputs)
        rows.append(torch.cat([each.reshape(count, -1) for each in found], dim=1))
    width = sum(each.numel() for each in inputs) // count
    jacobian = torch.stack(rows, dim=1) if rows else torch.zeros(count, 0, width, dtype=torch.float64)
    length = jacobian.norm(dim=2, keepdim=True)
    return torch.where(length > 0, jacobian / length.clamp_min(torch.finfo(torch.float64).tiny), jacobian)
