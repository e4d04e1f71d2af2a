"""The channel as a simulator: runs from uniforms, and the views of a run that its levels of access allow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from infograd.answer import Access
from infograd.channel import Channel, Gate, node_law
from infograd.error import SpecificationError
from infograd.learned.samples.interpreter import evaluate, tensor
from infograd.learned.samples.laws import draw, uniforms_needed
from infograd.learned.samples.noise import noise_score
from infograd.learned.samples.views import Gradient, LastNoise, Model, Pairs, Pathwise, View
from infograd.question import Names, Question

MOST_PER_SAMPLE = 8


def surrogate(deltas: Iterable[Tensor], nodes: Iterable[Tensor]) -> Tensor:
    """L = -sum_i <sg(delta_i), y_i> over all samples and nodes, whose gradient is -sum_i J_i^T delta_i. Source: arXiv:2601.01789, eqs. (25)-(30)."""
    losses = [-(delta.detach() * node).sum() for delta, node in zip(deltas, nodes, strict=True)]
    return torch.stack(losses).sum()


def joined(nodes: Mapping[str, Tensor], names: Iterable[str], count: int) -> Tensor:
    """The nodes of those names side by side, shape `(count, dimension)`."""
    columns = [flat(nodes[name], count) for name in names]
    return torch.cat(columns, dim=1) if columns else torch.zeros(count, 0, dtype=torch.float64)


def flat(node: Tensor, count: int) -> Tensor:
    """A node's samples as rows of its entries, shape `(count, dimension)`."""
    return node.expand(count, *node.shape[1:]).reshape(count, -1)


@dataclass(frozen=True, slots=True)
class Run:
    """Every node's samples, shape `(n, *shape)`, and the draws of the sources' laws and gates' noises, by node."""

    nodes: Mapping[str, Tensor]
    draws: Mapping[str, Tensor]


class Simulator:
    """Runs a channel at a question's point, from uniforms."""

    def __init__(self, question: Question, modules: Mapping[str, torch.nn.Module]) -> None:
        self.channel: Channel = question.channel
        self.asked = question.nodes
        self.modules = modules
        self.point = {name: tensor(value).unsqueeze(0) for name, value in question.at.items()}
        laws = {node.name: node_law(node) for node in self.channel.nodes}
        self.laws = {name: law for name, law in laws.items() if law is not None}
        self._needs = {name: uniforms_needed(law) for name, law in self.laws.items()}
        self._in_modules = {each.name for opaque in self.channel.opaque for each in opaque.parameters}

    @property
    def dimension(self) -> int:
        """How many uniforms one run of the channel takes."""
        return sum(self._needs.values())

    def run(
        self,
        uniforms: Tensor,
        parameters: Mapping[str, Tensor],
        shifts: Mapping[str, Tensor] | None = None,
        held: Mapping[str, Tensor] | None = None,
    ) -> Run:
        """A run from `uniforms` of shape `(n, dimension)`; `shifts` are added to the nodes they name, and `held` nodes take those values.

        `parameters` have shape `(1, *shape)`, or `(n, *shape)` with a value for every sample.

        Raises: SpecificationError for a sample that is no finite number.
        """
        nodes: dict[str, Tensor] = {}
        draws: dict[str, Tensor] = {}
        start = 0
        for node in self.channel.nodes:
            need = self._needs.get(node.name, 0)
            own, start = uniforms[:, start : start + need], start + need
            if held is not None and node.name in held:
                nodes[node.name] = held[node.name]
                continue
            value = evaluate(node.map, nodes, parameters, self.modules) if isinstance(node, Gate) else torch.zeros(1, *node.shape, dtype=torch.float64)
            if need:
                draws[node.name] = draw(self.laws[node.name], own, lambda argument: evaluate(argument, {}, parameters, self.modules))
                value = value + draws[node.name]
            if shifts is not None and node.name in shifts:
                value = value + shifts[node.name]
            broken = int((~torch.isfinite(value.detach())).sum())
            if broken:
                raise SpecificationError(
                    f"Node {node.name!r} is no finite number at {broken} of {value.numel()} sampled values; keep its map inside its domain."
                )
            nodes[node.name] = value
        return Run(nodes, draws)

    def pairs(self, uniforms: Tensor, replicates: int = 1) -> Pairs:
        """A run as samples alone."""
        with torch.no_grad():
            nodes = self.run(uniforms, self.point).nodes
        return Pairs({name: flat(nodes[name], len(uniforms)) for name in self.asked}, replicates)

    def pathwise(self, uniforms: Tensor, wrt: Names, replicates: int = 1) -> Pathwise:
        """A run with its samples and derivatives."""
        found = self.view(Access.PATHWISE, uniforms, wrt, replicates)
        assert isinstance(found, Pathwise)  # the view of that level
        return found

    def view(self, access: Access, uniforms: Tensor, wrt: Names, replicates: int = 1) -> View:
        """A run of `uniforms`, shape `(rows, dimension)`, as an estimator of that access may see it, with Jacobians in the parameters `wrt`.

        A few numbers as parameters get one copy for every sample, so that Jacobians are held sample by sample and one pass serves all replicates;
        more of them, and a module's weights, get one for every replicate.
        """
        if access == Access.PAIRS:
            return self.pairs(uniforms, replicates)
        size = sum(self.point[name].numel() for name in wrt)
        by_sample = size <= MOST_PER_SAMPLE and self._in_modules.isdisjoint(wrt)
        parts = [_Part(self, each, wrt, by_sample) for each in ([uniforms] if by_sample else torch.chunk(uniforms, replicates))]
        samples = {name: torch.cat([part.nodes[name].detach() for part in parts]) for name in self.asked}
        fields: dict[str, Any] = {"samples": samples, "replicates": replicates}
        fields["vjp"] = lambda cotangents: _mean_products(parts, cotangents, replicates)
        fields["jacobian"] = parts[0].jacobian if by_sample else lambda name: None
        if access == Access.PATHWISE:
            return Pathwise(**fields)
        draws = {name: torch.cat([flat(part.draws[name], len(part.uniforms)) for part in parts]) for name in parts[0].draws}
        fields["noise_scores"] = {name: self._noise_score(name, draws[name]) for name in self.asked if name in draws and not self.laws[name].atomic}
        if access == Access.LAST_NOISE:
            return LastNoise(**fields)
        return Model(**fields | {"simulator": self, "uniforms": uniforms})

    def _noise_score(self, name: str, draws: Tensor) -> Tensor:
        law = self.laws[name]
        points = draws.reshape(len(draws), *law.shape)
        return noise_score(law, points, lambda argument: evaluate(argument, {}, self.point, self.modules)).reshape(len(draws), -1)


class _Part:
    """Rows that were run together, their graph kept; parameters have a copy for every row, or one for all."""

    def __init__(self, simulator: Simulator, uniforms: Tensor, wrt: Names, by_sample: bool) -> None:
        count = len(uniforms) if by_sample else 1
        self.uniforms, self.by_sample = uniforms, by_sample
        self.leaves = {name: simulator.point[name].expand(count, *simulator.point[name].shape[1:]).clone().requires_grad_() for name in wrt}
        run = simulator.run(uniforms, {**simulator.point, **self.leaves})
        self.nodes = {name: flat(run.nodes[name], len(uniforms)) for name in simulator.asked}
        self.draws = {name: each.detach() for name, each in run.draws.items()}
        self._jacobians: dict[str, Gradient] = {}

    def products(self, cotangents: Mapping[str, Tensor]) -> Gradient:
        """J_i^T cotangent_i for each row where parameters have copies by sample, else their sum, shape `(1, *shape)`."""
        moved = [name for name in cotangents if self.nodes[name].requires_grad]
        if not moved:
            return {name: torch.zeros_like(leaf) for name, leaf in self.leaves.items()}
        loss = surrogate([cotangents[name] for name in moved], [self.nodes[name] for name in moved])
        found = torch.autograd.grad(loss, list(self.leaves.values()), retain_graph=True, allow_unused=True)
        return {name: torch.zeros_like(leaf) if each is None else -each for (name, leaf), each in zip(self.leaves.items(), found, strict=True)}

    def jacobian(self, name: str) -> Gradient:
        """dnode_i/dparameter, shape `(rows, dimension, *shape)`, by parameter; kept for the next term."""
        if name not in self._jacobians:
            self._jacobians[name] = self._jacobian(name)
        return self._jacobians[name]

    def _jacobian(self, name: str) -> Gradient:
        node = self.nodes[name]
        entries = []
        for position in range(node.shape[1]):
            one = torch.zeros_like(node)
            one[:, position] = 1
            entries.append(self.products({name: one}))
        return {parameter: torch.stack([entry[parameter] for entry in entries], dim=1) for parameter in self.leaves}


def _mean_products(parts: list[_Part], cotangents: Mapping[str, Tensor], replicates: int) -> Gradient:
    rows = len(next(iter(cotangents.values()))) // replicates
    if parts[0].by_sample:
        found = parts[0].products(cotangents)
        return {name: each.reshape(replicates, rows, *each.shape[1:]).mean(dim=1) for name, each in found.items()}
    chunks = [part.products({name: each[start * rows : (start + 1) * rows] for name, each in cotangents.items()}) for start, part in enumerate(parts)]
    return {name: torch.cat([chunk[name] for chunk in chunks]) / rows for name in chunks[0]}
