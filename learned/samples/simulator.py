"""The channel as a simulator, and what an estimator is handed of it.

A simulator knows the whole channel. `Pathwise` is all that score fitting may see of a run: the samples of the
question's nodes, and the vector-Jacobian product through the run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from infograd.channel import Channel, Gate, node_law
from infograd.error import SpecificationError
from infograd.learned.samples.interpreter import evaluate, tensor
from infograd.learned.samples.laws import draw, uniforms_needed
from infograd.question import Question

Gradient = dict[str, Tensor]


@dataclass(frozen=True, slots=True)
class Pathwise:
    """All that score fitting may see of a run.

    `samples` are the question's nodes by name, shape `(n, dimension)`, without history; `vjp` takes cotangents of the same
    shapes and returns sum_i J_i^T cotangent_i by parameter.
    """

    samples: Mapping[str, Tensor]
    vjp: Callable[[Mapping[str, Tensor]], Gradient]


def surrogate(deltas: Iterable[Tensor], nodes: Iterable[Tensor]) -> Tensor:
    """L = -sum_i <sg(delta_i), y_i> over all samples and nodes, whose gradient is -sum_i J_i^T delta_i. Source: arXiv:2601.01789, eqs. (25)-(30)."""
    losses = [-(delta.detach() * node).sum() for delta, node in zip(deltas, nodes, strict=True)]
    return torch.stack(losses).sum()


def joined(nodes: Mapping[str, Tensor], names: Iterable[str], count: int) -> Tensor:
    """The nodes of those names side by side, shape `(count, dimension)`."""
    columns = [_flat(nodes[name], count) for name in names]
    return torch.cat(columns, dim=1) if columns else torch.zeros(count, 0, dtype=torch.float64)


def _flat(node: Tensor, count: int) -> Tensor:
    return node.expand(count, *node.shape[1:]).reshape(count, -1)


class Simulator:
    """Runs a channel at a question's point, from uniforms."""

    def __init__(self, question: Question, modules: Mapping[str, torch.nn.Module]) -> None:
        self.channel: Channel = question.channel
        self.asked = question.nodes
        self.modules = modules
        self.point = {name: tensor(value) for name, value in question.at.items()}
        laws = {node.name: node_law(node) for node in self.channel.nodes}
        self._needs = {name: uniforms_needed(law) for name, law in laws.items() if law is not None}

    @property
    def dimension(self) -> int:
        """How many uniforms one run of the channel takes."""
        return sum(self._needs.values())

    def run(self, uniforms: Tensor, parameters: Mapping[str, Tensor], shifts: Mapping[str, Tensor] | None = None) -> dict[str, Tensor]:
        """Every node's samples, shape `(n, *shape)`, from `uniforms` of shape `(n, dimension)`; `shifts` are added to the nodes they name.

        Raises: SpecificationError for a sample that is no finite number.
        """
        nodes: dict[str, Tensor] = {}
        start = 0
        for node in self.channel.nodes:
            law = node_law(node)
            value = evaluate(node.map, nodes, parameters, self.modules) if isinstance(node, Gate) else torch.zeros(1, *node.shape, dtype=torch.float64)
            if law is not None:
                own = uniforms[:, start : start + self._needs[node.name]]
                start += self._needs[node.name]
                value = value + draw(law, own, lambda argument: evaluate(argument, {}, parameters, self.modules))
            if shifts is not None and node.name in shifts:
                value = value + shifts[node.name]
            broken = int((~torch.isfinite(value.detach())).sum())
            if broken:
                raise SpecificationError(
                    f"Node {node.name!r} is no finite number at {broken} of {value.numel()} sampled values; keep its map inside its domain."
                )
            nodes[node.name] = value
        return nodes

    def pathwise(self, uniforms: Tensor, wrt: Iterable[str]) -> Pathwise:
        """A run as the estimator may see it, with Jacobians in the parameters `wrt`."""
        leaves = {name: self.point[name].clone().requires_grad_() for name in wrt}
        run = self.run(uniforms, {**self.point, **leaves})
        nodes = {name: _flat(run[name], len(uniforms)) for name in self.asked}

        def vjp(cotangents: Mapping[str, Tensor]) -> Gradient:
            moved = [name for name in cotangents if nodes[name].requires_grad]
            if not moved:
                return {name: torch.zeros_like(leaf) for name, leaf in leaves.items()}
            loss = surrogate([cotangents[name] for name in moved], [nodes[name] for name in moved])
            found = torch.autograd.grad(loss, list(leaves.values()), retain_graph=True, allow_unused=True)
            return {name: torch.zeros_like(leaf) if each is None else -each for (name, leaf), each in zip(leaves.items(), found, strict=True)}

        return Pathwise({name: node.detach() for name, node in nodes.items()}, vjp)
